"""The child process that opens a stranger's spreadsheet: little memory, little time, nothing else to lose.

It reads the file from descriptor 0 and writes frames to descriptor 1: a length of four bytes, then msgpack of
`{"rows": [[number, [cell, …]], …]}`, and at last `{"blank": n}` or `{"refused": [code, row, column, value, facts]}`.
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import msgspec

from bot_runtime.campaigns import delimited
from bot_runtime.campaigns.archive import Workbook
from bot_runtime.campaigns.number_formats import Shown, show_plain, shown_by
from bot_runtime.campaigns.problems import Fault, ListRefused, is_blank, refuse
from bot_runtime.exports import letter

MEMORY: Final = 512 * 1024 * 1024
SECONDS: Final = 30
MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 100_000  # below the header
MAX_COLUMNS: Final = 702  # A to ZZ
MAX_TEXT: Final = 64 * 1024 * 1024  # characters in all cells
_BATCH: Final = 1_000  # rows a frame

Row = tuple[int, list[str]]


def main() -> None:
    _limit()
    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    try:
        _send_rows(read(os.fdopen(0, "rb").read(MAX_BYTES + 1), language))
    except ListRefused as refused:
        fault = refused.faults[0]
        _send({"refused": [fault.code, fault.row, fault.column, fault.value, dict(fault.facts)]})
    except MemoryError:
        _send({"refused": ["too_much_memory", None, None, "", {}]})


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no such limits there; the parent's time-out still holds
        return
    limits = (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, SECONDS, SECONDS + 1),  # the first ends it with SIGXCPU, which says why
        (resource.RLIMIT_CORE, 0, 0),
    )
    for kind, soft, hard in limits:
        try:
            resource.setrlimit(kind, (soft, hard))
        except (ValueError, OSError):
            pass  # macOS refuses some


def read(contents: bytes, language: str) -> Iterator[Row]:
    """Every row of the file's one sheet with data, as shown, blank ones too; judged by content, not by name.

    Raises:
        ListRefused: not a sheet that we take.
    """
    if len(contents) > MAX_BYTES:
        raise refuse("too_big", most=MAX_BYTES // 1024 // 1024)
    if not contents.strip():
        raise refuse("empty")
    if contents.startswith(b"PK"):
        return _workbook(contents, language)
    _refuse_known(contents)
    return delimited.rows(delimited.decode(contents))


def _refuse_known(contents: bytes) -> None:
    """Files that are no text, and those that only look like it."""
    if contents.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in contents
        raise refuse("locked") if locked else refuse("other_kind", kind=".xls")
    start = contents[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"%pdf"):
        raise refuse("other_kind", kind=".pdf")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        raise refuse("web_page")
    if start.startswith((b"<?xml", b"{\\rtf")):
        raise refuse("web_page" if b"<html" in start else "other_kind", kind=".xml" if start[:1] == b"<" else ".rtf")


def _workbook(contents: bytes, language: str) -> Iterator[Row]:
    book = Workbook(contents)
    book.refuse_other_kinds()
    book.refuse_foreign_parts()
    shown = _formats(book, language)
    wanted = frozenset(str(style) for style in shown)
    filled = []
    for name, part in book.sheets():
        if book.has_pivot(part):
            raise refuse("pivot", sheet=name)
        scan = book.scan(part, wanted, MAX_ROWS + 1)
        if scan.formula:
            raise _at(scan.formula, "formula", sheet=name)
        if scan.far:
            raise _at(scan.far, "too_far", sheet=name)
        if scan.rows:
            filled.append((name, scan))
    if not filled:
        raise refuse("empty")
    if len(filled) > 1:
        raise refuse("two_sheets", sheet=filled[0][0], other=filled[1][0])
    name, scan = filled[0]
    del book
    return _rows(contents, name, {cell: shown[style] for cell, style in scan.styles.items()}, scan.errors)


def _formats(book: Workbook, language: str) -> dict[int, Shown]:
    made = {style: shown_by(number, code, language) for style, (number, code) in enumerate(book.formats())}
    return {style: shows for style, shows in made.items() if shows is not None}


def _rows(contents: bytes, sheet: str, shown: dict[int, Shown], errors: set[int]) -> Iterator[Row]:
    import python_calamine

    try:
        page = python_calamine.CalamineWorkbook.from_filelike(BytesIO(contents)).get_sheet_by_name(sheet)
    except python_calamine.CalamineError as error:
        raise refuse("broken_file") from error
    first = page.start[1] if page.start else 0
    for number, values in enumerate(page.iter_rows()):
        cells = [""] * first
        at = number * 16384 + first
        for cell, value in enumerate(values, at):
            shows = shown.get(cell)
            if type(value) is str:
                cells.append("#N/A" if not value and cell in errors else value)
            else:
                cells.append(show_plain(value) if shows is None else shows(value))
        yield number + 1, cells


def _at(reference: str, code: str, **facts: Any) -> ListRefused:
    """A refusal that names a cell by its reference, `B7`."""
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = reference[: len(reference) - len(digits)]
    column = next((number for number in range(16384) if letter(number) == letters), None)
    return ListRefused([Fault(code, int(digits) if digits.isdecimal() else None, column, facts=facts)])


def _send_rows(rows: Iterator[Row]) -> None:
    """The rows with something in them; the others are counted."""
    batch: list[Row] = []
    sent = blank = text = trailing = 0
    for number, cells in rows:
        while cells and is_blank(cells[-1]):
            cells.pop()
        if not cells:
            trailing += 1
            continue
        blank, trailing = blank + trailing, 0  # those after the last row are no rows
        if len(cells) > MAX_COLUMNS:
            raise ListRefused([Fault("too_many_columns", number, MAX_COLUMNS, facts={"most": MAX_COLUMNS})])
        text += sum(map(len, cells))
        if text > MAX_TEXT:
            raise refuse("too_much_memory")
        sent += 1
        if sent > MAX_ROWS + 1:
            raise refuse("too_many_rows", most=MAX_ROWS)
        batch.append((number, cells))
        if len(batch) == _BATCH:
            _send({"rows": batch})
            batch = []
    if not sent:
        raise refuse("empty")
    _send({"rows": batch})
    _send({"blank": blank})


def _send(frame: dict[str, Any]) -> None:
    packed = msgspec.msgpack.encode(frame)
    sys.stdout.buffer.write(len(packed).to_bytes(4, "big") + packed)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
