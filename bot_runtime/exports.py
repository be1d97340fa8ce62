"""Tables that leave us: a spreadsheet opens them without running anything in them.

A cell somebody else wrote may begin with `=HYPERLINK(…`. In .xlsx every cell is written as text; in CSV an apostrophe
keeps such a cell from being a formula.

Both are written piece by piece, so that a long table is never in memory whole; the .xlsx as a few parts of XML of our
own, for the libraries put a workbook together at its end.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

# Signs, also full-width, after blanks that a spreadsheet skips; tab, CR and LF themselves.
_DANGEROUS: Final = re.compile(r"(?:\A|(?<=[\r\n]))(?=[ \u00a0\ufeff]*[=+\-@\t\r＝＋－＠])")
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no character of XML
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL: Final = re.compile(r"[^ -%'-;=?-^`-~\u00a0-\ud7ff]")  # may need more than copying
_CELL_MAX: Final = 32_767
WIDEST: Final = 60


class Sheet(Protocol):
    """A table on its way out: the bytes of some more rows, and at last those of its end."""

    def add(self, rows: Iterable[Sequence[str]]) -> bytes: ...
    def end(self) -> bytes: ...


def harmless(cell: str) -> str:
    """`cell` with an apostrophe before each line that a spreadsheet would run as a formula."""
    guarded = _DANGEROUS.sub("'", cell)
    return "'" + guarded if guarded[:1] == "\n" else guarded


class CsvSheet:
    """UTF-8 with a byte-order mark, by which spreadsheets know it from Windows-1252."""

    def __init__(self, separator: str = ",") -> None:
        self._separator, self._mark = separator, "\ufeff"

    def add(self, rows: Iterable[Sequence[str]]) -> bytes:
        written = io.StringIO(newline="")
        written.write(self._mark)
        self._mark = ""
        writer = csv.writer(written, delimiter=self._separator)
        for row in rows:
            writer.writerow([harmless(cell) for cell in row])
        return written.getvalue().encode("utf-8", "replace")

    def end(self) -> bytes:
        return self.add([])


class XlsxSheet:
    """One sheet of text cells, its first row bold and always in sight; columns as wide as the first rows told need."""

    def __init__(self, name: str) -> None:
        self._out = _Out()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        for part, text in _PARTS.items():
            self._zip.writestr(part, text.replace("{name}", _escaped(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])))
        self._page = self._zip.open("xl/worksheets/sheet1.xml", "w")
        self._row, self._letters = 0, []  # type: int, list[str]

    def add(self, rows: Iterable[Sequence[str]]) -> bytes:
        some = list(rows)
        if not self._row and some:
            self._page.write(_head(some).encode())
        lines = []
        for row in some:
            self._row += 1
            self._letters += [letter(column) for column in range(len(self._letters), len(row))]
            begin = f'{self._row}" t="inlineStr" s="{2 if self._row == 1 else 1}"><is><t xml:space="preserve">'
            cells = [
                f'<c r="{at}{begin}{_escaped(cell)}</t></is></c>'
                for at, cell in zip(self._letters, row, strict=False)
                if cell
            ]
            lines.append(f'<row r="{self._row}">{"".join(cells)}</row>')
        self._page.write("".join(lines).encode())
        return self._out.taken()

    def end(self) -> bytes:
        self.add([[""]] if not self._row else [])
        self._page.write(b"</sheetData></worksheet>")
        self._page.close()
        self._zip.close()
        return self._out.taken()


class _Out:
    """Where a workbook is written: what came since it was last asked. Not seekable, so a zip only ever goes forward."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None: ...
    def close(self) -> None: ...

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _escaped(cell: str) -> str:
    if len(cell) > _CELL_MAX:
        cell = cell[:_CELL_MAX]
    if not _SPECIAL.search(cell):
        return cell
    cell = _LOOKS_ESCAPED.sub("_x005F_", _UNFIT.sub("", cell))
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")


def _head(rows: Sequence[Sequence[str]]) -> str:
    """The sheet up to its rows: the first one frozen, columns as wide as these need."""
    widths = [0] * max(map(len, rows))
    for row in rows:
        widths = [max(width, len(cell)) for width, cell in zip(widths, [*row, *[""] * len(widths)], strict=False)]
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{min(width + 2, WIDEST)}" style="1" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def csv_bytes(rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    sheet = CsvSheet(separator)
    return sheet.add(rows) + sheet.end()


def xlsx_bytes(rows: Iterable[Sequence[str]], name: str) -> bytes:
    sheet = XlsxSheet(name)
    return sheet.add(rows) + sheet.end()


def write_table(path: Path, rows: Iterable[Sequence[str]], sheet: str) -> None:
    """CSV or .xlsx, by the ending of `path`."""
    path.write_bytes(xlsx_bytes(rows, sheet) if path.suffix.lower() == ".xlsx" else csv_bytes(rows))


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_PARTS: Final = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KINDS}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KINDS}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
    '<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    # Cell formats: 0 general, 1 text (49 is `@`), 2 bold text.
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
