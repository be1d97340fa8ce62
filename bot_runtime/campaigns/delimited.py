"""CSV as people's spreadsheets write it: comma, semicolon or tab, `sep=`, UTF-8 or Windows-1252 (F091)."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bot_runtime.campaigns.problems import Fault, ListRefused, refuse, short
from bot_runtime.exports import harmless

SEPARATORS: Final = ",;\t"
CELL_MAX: Final = 32_767  # characters; a spreadsheet's own limit
_SAMPLE: Final = 200  # records the separator is judged by
_SEP: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_GUARD: Final = re.compile(r"(?:\A|(?<=[\r\n]))'")
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")


def decode(contents: bytes) -> str:
    """UTF-8, else Windows-1252; never a guesser, which reads `Peña` as `Peńa`.

    Raises:
        ListRefused: it is neither, or no text.
    """
    if contents.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("encoding")
    try:
        text = contents.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = contents.decode("cp1252")
        except UnicodeDecodeError as error:
            raise refuse("encoding") from error
    if _BINARY.search(text):
        raise refuse("not_a_sheet")
    return text


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of each record, as a spreadsheet numbers them; blank lines count and are given empty.

    Raises:
        ListRefused: a quote is never closed, a cell is too long or holds a formula.
    """
    marked = _SEP.match(text)
    if marked is not None:
        text, separator = text[marked.end() :], marked[1]
    else:
        separator = _separator(text)
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            for column, cell in enumerate(cells):
                if cell[:1] == "=" or "'" in cell:
                    cells[column] = _literal(cell, number, column)
            yield number, cells
    except csv.Error as error:
        code = "cell_too_long" if "field limit" in str(error) else "broken_quotes"
        raise ListRefused([Fault(code, row=number + 1, facts={"most": CELL_MAX})]) from error


def _literal(cell: str, row: int, column: int) -> str:
    """The text meant by a cell that a spreadsheet would not show as it stands."""
    if cell[:1] == "=":
        raise ListRefused([Fault("formula", row, column, value=short(cell), facts={"sheet": "CSV"})])
    return unguarded(cell)


def unguarded(cell: str) -> str:
    """Without the apostrophes that our own exports put before `+52…` (`exports.harmless`)."""
    bare = _GUARD.sub("", cell)
    return bare if harmless(bare) == cell else cell


def _separator(text: str) -> str:
    """The one that cuts most records into the same number of cells, more than one; comma where none does."""

    def judged(separator: str) -> tuple[float, int]:
        try:
            # Not strict and cut in mid-text: this is only a guess.
            reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
            widths = [len(cells) for cells in islice(reader, _SAMPLE) if cells]
        except csv.Error:
            return 0.0, 0
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(SEPARATORS, key=judged)
