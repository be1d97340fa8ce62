"""Logging: one line an event, facts as keys. Never what a contact wrote, nor a number, token or signature (F273)."""

import sys
from typing import Any

import msgspec
import structlog

from bot_runtime.settings import Settings

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(settings: Settings) -> None:
    """Write to stderr as `settings` say. Tracebacks show code, never the values of variables."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    logger_factory: Any
    if settings.log_format == "json":
        shared += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_to_json)]
        logger_factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        shared.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
        logger_factory = structlog.WriteLoggerFactory(sys.stderr)
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.log_level]),
        logger_factory=logger_factory,
        cache_logger_on_first_use=True,
    )


def _to_json(line: Any, **_: Any) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)
