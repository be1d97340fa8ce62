"""Spreadsheets for tests, good and bad: what Excel writes, and what nobody should send us."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def xlsx(*sheets: Rows, change: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook of these sheets. Texts are texts, numbers numbers; a pair is (value, number format).

    `change(book, first_page)` may add what it likes before it is closed.
    """
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        formats: dict[str, Any] = {}
        pages = [book.add_worksheet() for _ in sheets]
        for page, rows in zip(pages, sheets, strict=True):
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    value, code = cell if isinstance(cell, tuple) else (cell, "")
                    if code and code not in formats:
                        formats[code] = book.add_format({"num_format": code})
                    if value is not None:
                        page.write(row, column, value, formats.get(code))
        if change is not None:
            change(book, pages[0])
    return written.getvalue()


def patched(workbook: bytes, parts: Mapping[str, bytes | None], **replacing: tuple[bytes, bytes]) -> bytes:
    """The workbook with parts added, replaced or (None) taken out; `replacing`: part's stem → (old, new) in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            contents = old.read(name)
            stem = name.rsplit("/", 1)[-1].split(".")[0].strip("[]")
            if stem in replacing and replacing[stem][0] in contents:
                contents = contents.replace(*replacing[stem])
            if name not in parts:
                new.writestr(name, contents)
        for name, added in parts.items():
            if added is not None:
                new.writestr(name, added)
    return written.getvalue()


LIST: Rows = [
    ["Teléfono", "nombre", "monto", "vencio"],
    ["+52 55 1234 5678", "Ana Peña", "$1,250.00", "15/03/2026"],
    ["+52 55 1234 5679", "José", "$80.50", "16/03/2026"],
]
"""A small good list, in texts."""


def csv_text(rows: Rows, separator: str = ",") -> str:
    import csv

    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue()
