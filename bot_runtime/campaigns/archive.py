"""What may be wrong with a workbook before anything is read from it: an .xlsx is a zip of XML parts.

calamine shows neither formulas, nor pivot tables, nor number formats, and dies where a cell lies at XFD1048576. So the
archive is measured first, as declared and as it really unpacks, and every XML part is passed once through expat.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Final
from xml.parsers import expat

from bot_runtime.campaigns.problems import refuse
from bot_runtime.exports import letter

MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_PARTS: Final = 1_000
_RATIO_FROM: Final = 1024 * 1024  # a small file may be all blanks; it does no harm
_CHUNK: Final = 256 * 1024

_MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_XLSX = "spreadsheetml.sheet.main+xml"
_OTHER_BOOKS = {
    "macroEnabled.main+xml": "xlsm",
    "sheet.binary.macroEnabled": "xlsb",
    "spreadsheetml.template.main+xml": "xltx",
}

Attributes = dict[str, str]


def _named(*names: str) -> frozenset[str]:
    return frozenset(f"{space} {name}" for space in _MAIN for name in names)


_ROW, _CELL, _CONTENT, _FORMULA = _named("row"), _named("c"), _named("v", "is"), _named("f")
_SHEET, _FORMAT, _CELL_FORMATS, _XF = _named("sheet"), _named("numFmt"), _named("cellXfs"), _named("xf")


@dataclass(slots=True)
class Scan:
    """What one worksheet holds beside its values. `styles`: cell (row * 16384 + column, from 0) → its style."""

    rows: int = 0  # with something in them
    formula: str = ""  # the first formula's cell
    far: str = ""  # a filled cell so far to the right that reading it would take all memory
    styles: dict[int, int] = field(default_factory=dict)
    errors: set[int] = field(default_factory=set)  # cells that show #N/A and the like


class Workbook:
    """A measured .xlsx. Its properties read one part each."""

    def __init__(self, contents: bytes) -> None:
        self._contents = contents
        try:
            parts = zipfile.ZipFile(BytesIO(contents)).infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise refuse("broken_file") from error
        self._parts = {_key(part.filename): part for part in parts}
        if len(self._parts) < len(parts):  # two parts of one name: readers disagree on which counts
            raise refuse("broken_file")
        self._measure()

    def refuse_other_kinds(self) -> None:
        if "mimetype" in self._parts and self._read("mimetype").startswith(_ODS):
            raise refuse("other_kind", kind=".ods")
        if "[content_types].xml" not in self._parts:
            raise refuse("not_a_sheet")
        types: list[str] = []

        def start(_: str, attributes: Attributes) -> None:
            types.append(attributes.get("ContentType", ""))

        self._parse("[content_types].xml", start)
        for mark, kind in _OTHER_BOOKS.items():
            if any(mark in one for one in types):
                raise refuse("macros" if kind == "xlsm" else "other_kind", kind=f".{kind}")
        if not any(_XLSX in one for one in types):
            raise refuse("not_a_sheet")

    def refuse_foreign_parts(self) -> None:
        """No macros, no links to other workbooks, no entities anywhere."""
        for name in self._parts:
            if name.endswith("vbaproject.bin") or "/macrosheets/" in name:
                raise refuse("macros", kind=".xlsm")
            if "externallinks/" in name:
                raise refuse("external_links")
            if name.endswith((".xml", ".rels", ".vml")) and "/worksheets/sheet" not in name:
                self._parse(name, None)

    def sheets(self) -> list[tuple[str, str]]:
        """Name and part of each worksheet, in the order of the tabs."""
        book = self._target("_rels/.rels", "/officeDocument") or "xl/workbook.xml"
        targets = dict(self._relations(book, "/worksheet"))
        found: list[tuple[str, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name in _SHEET:
                ids = [value for key, value in attributes.items() if key.endswith(" id")]
                part = targets.get(ids[0]) if ids else None
                if part is not None:
                    found.append((attributes.get("name", ""), part))

        self._parse(book, start)
        if not found:
            raise refuse("broken_file")
        return found

    def has_pivot(self, part: str) -> bool:
        return any(True for _ in self._relations(part, "/pivotTable"))

    def formats(self) -> list[tuple[int, str]]:
        """By style: number of its number format, and that format's code where the file spells it out."""
        codes: dict[str, str] = {}
        styles: list[tuple[int, str]] = []
        inside = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal inside
            if name in _FORMAT:
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name in _CELL_FORMATS:
                inside = True
            elif name in _XF and inside:
                number = attributes.get("numFmtId", "0")
                styles.append((int(number) if number.isdecimal() else 0, codes.get(number, "")))

        def end(name: str) -> None:
            nonlocal inside
            if name in _CELL_FORMATS:
                inside = False

        for name in self._parts:
            if name.endswith("/styles.xml"):
                self._parse(name, start, end)
        return styles

    def scan(self, part: str, wanted: frozenset[str], most_rows: int) -> Scan:
        """Formulas and the places of the cells whose style is `wanted`; stops past `most_rows` filled rows."""
        scan = Scan()
        row, column, reference, far, filled = 0, -1, "", False, 0

        def place() -> int:
            return (row - 1) * 16384 + (column if not reference else _column(reference))

        def start(name: str, attributes: Attributes) -> None:
            nonlocal row, column, reference, far, filled
            if name in _CONTENT:
                if far and not scan.far:
                    scan.far = reference
                if filled != row:
                    filled = row
                    scan.rows += 1
                    if scan.rows > most_rows:
                        raise refuse("too_many_rows", most=most_rows - 1)
            elif name in _CELL:
                given = attributes.get("r", "")
                if not given:  # then it is the next to the right
                    column = column + 1 if not reference else _column(reference) + 1
                reference = given
                far = given[2:3].isalpha()  # three letters: past column ZZ
                if attributes.get("s") in wanted:
                    scan.styles[place()] = int(attributes["s"])
                if attributes.get("t") == "e":
                    scan.errors.add(place())
            elif name in _ROW:
                number = attributes.get("r", "")
                row = int(number) if number.isdecimal() else row + 1
                column, reference = -1, ""
            elif name in _FORMULA and not scan.formula:
                scan.formula = reference or f"{letter(column)}{row}"

        self._parse(part, start)
        return scan

    def _measure(self) -> None:
        if len(self._parts) > MAX_PARTS:
            raise refuse("too_many_parts_inside", most=MAX_PARTS)
        declared = sum(part.file_size for part in self._parts.values())
        most = min(MAX_UNPACKED, max(MAX_RATIO * len(self._contents), _RATIO_FROM))
        real = 0
        for name in self._parts if declared <= most else ():
            for chunk in self._chunks(name):
                real += len(chunk)
                if real > most:
                    break
        if max(declared, real) > most:
            raise refuse("bomb")
        if real != declared:
            raise refuse("broken_file")

    def _chunks(self, name: str) -> Iterator[bytes]:
        """The part as it really unpacks, whatever size the archive declares."""
        part = self._parts[_key(name)]
        at = part.header_offset
        head = self._contents[at : at + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04" or part.flag_bits & 0x1 or part.compress_type not in (0, 8):
            raise refuse("broken_file")
        at += 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = self._contents[at : at + part.compress_size]
        if part.compress_type == 0:
            yield packed
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            while packed and not inflate.eof:
                yield inflate.decompress(packed, _CHUNK)
                packed = inflate.unconsumed_tail
            yield inflate.flush()
        except zlib.error as error:
            raise refuse("broken_file") from error

    def _read(self, name: str) -> bytes:
        return b"".join(self._chunks(name))

    def _parse(
        self, name: str, start: Callable[[str, Attributes], None] | None, end: Callable[[str], None] | None = None
    ) -> None:
        if _key(name) not in self._parts:
            raise refuse("broken_file")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _no_entities
        if start is not None:
            parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        try:
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding nobody knows
            raise refuse("broken_file") from error

    def _relations(self, part: str, kind: str) -> Iterator[tuple[str, str]]:
        """Id and target of each relation of that kind."""
        folder = dirname(part)
        name = f"{folder}/_rels/{part.removeprefix(folder + '/')}.rels" if part != "_rels/.rels" else part
        found: list[tuple[str, str]] = []

        def start(_: str, attributes: Attributes) -> None:
            if attributes.get("Type", "").endswith(kind):
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found.append((attributes.get("Id", ""), path))

        if _key(name) in self._parts:
            self._parse(name, start)
        yield from found

    def _target(self, rels: str, kind: str) -> str | None:
        found: list[str] = []

        def start(_: str, attributes: Attributes) -> None:
            if attributes.get("Type", "").endswith(kind):
                found.append(attributes.get("Target", "").lstrip("/"))

        if rels in self._parts:
            self._parse(rels, start)
        return found[0] if found else None


def _key(name: str) -> str:
    """A part's name as it is compared: some programs write it with other case, other slashes or one in front."""
    return name.replace("\\", "/").lstrip("/").lower()


def _no_entities(*_: object) -> None:
    raise refuse("entities")


def _column(reference: str) -> int:
    """0 for `A1`."""
    number = 0
    for char in reference:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    return number - 1
