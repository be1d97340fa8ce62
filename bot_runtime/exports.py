"""Tables that leave us: a spreadsheet opens them without running anything in them.

A cell somebody else wrote may begin with `=HYPERLINK(…`. In .xlsx every cell is written as text; in CSV an apostrophe
keeps such a cell from being a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

# Signs, also full-width, after blanks that a spreadsheet skips; tab, CR and LF themselves.
_DANGEROUS: Final = re.compile(r"(?:\A|(?<=[\r\n]))(?=[ \u00a0\ufeff]*[=+\-@\t\r＝＋－＠])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL_MAX: Final = 32_767
WIDEST: Final = 60


def harmless(cell: str) -> str:
    """`cell` with an apostrophe before each line that a spreadsheet would run as a formula."""
    guarded = _DANGEROUS.sub("'", cell)
    return "'" + guarded if guarded[:1] == "\n" else guarded


def csv_bytes(rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """UTF-8 with a byte-order mark, by which spreadsheets know it from Windows-1252."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Sequence[str]], sheet: str) -> bytes:
    """One sheet of text cells, its first row bold and always in sight."""
    import xlsxwriter  # type: ignore[import-untyped]

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        widths: list[int] = []
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, _CONTROL.sub("", cell)[:_CELL_MAX], text if number else bold)
            widths += [0] * (len(row) - len(widths))
            widths = [max(width, len(cell)) for width, cell in zip(widths, [*row, *[""] * len(widths)], strict=False)]
        for column, width in enumerate(widths):
            page.set_column(column, column, min(width + 2, WIDEST), text)
    return written.getvalue()


def write_table(path: Path, rows: Iterable[Sequence[str]], sheet: str) -> None:
    """CSV or .xlsx, by the ending of `path`."""
    path.write_bytes(xlsx_bytes(rows, sheet) if path.suffix.lower() == ".xlsx" else csv_bytes(rows))
