"""Logging: one line an event, facts as keys. Never what a contact wrote, nor a number, token or signature (F273)."""

import asyncio
import atexit
import logging
import os
import sys
import traceback
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import IO, Any

import msgspec
import structlog

from bot_runtime.errors import BotRuntimeError, SendFailed
from bot_runtime.settings import Settings

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(settings: Settings, told_otherwise: Collection[str] = ()) -> None:
    """Write to stderr as `settings` say, what libraries log too. Tracebacks show code, never the values in it.

    `told_otherwise`: events left out, since the command tells them in words of its own.
    """

    def left_out(logger: Any, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if line["event"] in told_otherwise:
            raise structlog.DropEvent
        return line

    shared: list[structlog.typing.Processor] = [left_out] if told_otherwise else []
    as_json = settings.log_format == "json"
    shared += [
        structlog.processors.add_log_level,
        _stamped if as_json else structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(lambda told: _traceback(told[1])),
    ]
    logger_factory: Any
    if as_json:
        shared.append(structlog.processors.JSONRenderer(serializer=_to_json))
        logger_factory = structlog.BytesLoggerFactory(_Lossy(sys.stderr.buffer))  # type: ignore[arg-type]
    else:
        shared.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
        logger_factory = structlog.WriteLoggerFactory(_Lossy(sys.stderr))  # type: ignore[arg-type]
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.log_level]),
        logger_factory=logger_factory,
        cache_logger_on_first_use=True,
    )
    logging.getLogger().handlers = [_FromLibraries(logging.WARNING)]


class _Lossy:
    """A stream that loses lines rather than raise: whoever reads the log may be gone, the work goes on.

    Under an event loop the lines of one pass leave together: a write for each would be half of what logging costs.
    """

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self._lines: list[Any] = []
        self._leave_with: asyncio.AbstractEventLoop | None = None
        atexit.register(self._leave)  # what a loop was ended on

    def write(self, line: Any) -> None:
        self._lines.append(line)

    def flush(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._leave()
        else:
            if self._leave_with is not loop:
                self._leave_with = loop
                loop.call_soon(self._leave)

    def _leave(self) -> None:
        self._leave_with = None
        lines, self._lines = self._lines, []
        if lines:
            self._try(self._stream.write, type(lines[0])().join(lines))
            self._try(self._stream.flush)

    def _try(self, do: Callable[..., object], *what: Any) -> None:
        try:
            do(*what)
        except BrokenPipeError:  # for good: else what is buffered fails once more at exit, with a status of its own
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
        except (OSError, ValueError):  # ValueError: closed on our side
            pass


class _FromLibraries(logging.Handler):
    """What aiohttp, asyncio and others log, in our form; their facts are left out, for they may hold anything."""

    def emit(self, record: logging.LogRecord) -> None:
        said = str(record.msg).partition("\n")[0]
        structlog.get_logger(record.name).log(record.levelno, "library_logged", said=said, exc_info=record.exc_info)


def _traceback(error: BaseException | None) -> str:
    """Where it was raised and what had caused it; of errors not ours only the name: their text may hold anything."""
    told: list[str] = []
    while error is not None:
        says = f": {error}" if isinstance(error, BotRuntimeError) and not isinstance(error, SendFailed) else ""
        told.insert(0, "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__qualname__}{says}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to\n".join(told)


def _stamped(logger: Any, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    line["timestamp"] = datetime.now(UTC)  # `_to_json` writes it; structlog's own takes ten times as long
    return line


def _to_json(line: Any, **_: Any) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)
