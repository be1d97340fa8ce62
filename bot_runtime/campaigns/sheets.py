"""A recipient list's file as rows of text, read in a child process that may take 512 MiB and 30 s and no more."""

import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import msgspec

import bot_runtime
from bot_runtime.campaigns.problems import Fault, ListRefused, refuse

TIMEOUT_S: Final = 30.0
_OUT_OF_TIME: Final = getattr(signal, "SIGXCPU", 0)
_PACKAGE: Final = Path(bot_runtime.__file__).resolve().parent.parent
# `-I` keeps the environment and the working folder out; the child runs the code its parent runs.
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from bot_runtime.campaigns.sheet_child import main; main()"
)


class Frame(msgspec.Struct, forbid_unknown_fields=True):
    rows: list[tuple[int, list[str]]] = []
    blank: int | None = None
    refused: tuple[str, int | None, int | None, str, dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows of a file, each with its number in the spreadsheet. Cells are as shown, short rows are short.

    `header` is row 1, empty where row 1 is blank. `blank` rows were skipped.
    """

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    blank: int = 0


def read_sheet(path: Path, language: str = "es", timeout_s: float = TIMEOUT_S) -> Sheet:
    """The rows of an .xlsx or CSV file. Months and local dates are written in `language`. Blocks: call it in a thread.

    Raises:
        ListRefused: it is no such file, or not one that we take; says why and what to do.
    """
    with path.open("rb") as file:
        return _read(file, language, timeout_s)


def read_bytes(contents: bytes, language: str = "es", timeout_s: float = TIMEOUT_S) -> Sheet:
    """`read_sheet` of a file's contents."""
    with tempfile.TemporaryFile() as file:
        file.write(contents)
        file.seek(0)
        return _read(file, language, timeout_s)


def _read(file: IO[bytes], language: str, timeout_s: float) -> Sheet:
    command = [sys.executable, "-I", "-c", _START, str(_PACKAGE), language]
    rows: list[tuple[int, Sequence[str]]] = []
    blank: int | None = None
    with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as child:
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        alarm = threading.Timer(timeout_s, stop)
        alarm.start()
        try:
            assert child.stdout is not None
            for frame in _frames(child.stdout):
                if frame.refused is not None:
                    code, row, column, value, facts = frame.refused
                    raise ListRefused([Fault(code, row, column, value=value, facts=facts)])
                rows += frame.rows
                blank = frame.blank
            child.wait()  # how it ended says why it said no more
        finally:
            alarm.cancel()
            child.kill()  # it has nothing more to say, or too much
    if late.is_set() or child.returncode == -_OUT_OF_TIME:
        raise refuse("too_slow", seconds=round(timeout_s))
    if blank is None:  # it died: its memory ran out, or the parser fell over
        raise refuse("too_much_memory" if child.returncode < 0 else "broken_file")
    header = rows.pop(0)[1] if rows and rows[0][0] == 1 else []
    return Sheet(header, rows, blank)


def _frames(stream: IO[bytes]) -> Iterator[Frame]:
    decoder = msgspec.msgpack.Decoder(Frame)
    while len(head := stream.read(4)) == 4:
        body = stream.read(int.from_bytes(head, "big"))
        try:
            yield decoder.decode(body)
        except msgspec.DecodeError:
            return  # cut off in mid-frame
