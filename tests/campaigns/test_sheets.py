"""Spreadsheets in: the same rows whatever the form, and a refusal that says what to do for everything else (D24)."""

import datetime
import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_runtime.campaigns import sheet_child
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.campaigns.sheets import read_bytes, read_sheet
from tests.campaigns.workbooks import LIST, csv_text, patched, xlsx

ROWS = [(number, list(row)) for number, row in enumerate(LIST[1:], 2)]


def refused(contents: bytes, **options: float) -> tuple[str, str]:
    """Code of the refusal, and what it says in English."""
    with pytest.raises(ListRefused) as caught:
        read_bytes(contents, **options)
    fault = caught.value.faults[0]
    assert fault.message("es") not in ("", fault.code)
    assert fault.hint("es")
    return fault.code, fault.line("en")


# The same data in every form (F091)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_of_any_separator_and_encoding_gives_the_rows_of_the_workbook(separator, encoding):
    of_csv = read_bytes(csv_text(LIST, separator).encode(encoding))

    assert of_csv == read_bytes(xlsx(LIST))
    assert of_csv.header == LIST[0]
    assert list(of_csv.rows) == ROWS


def test_sep_says_the_separator_and_is_no_row():
    assert read_bytes(("sep=;\r\n" + csv_text(LIST, ";")).encode()) == read_bytes(xlsx(LIST))


def test_a_file_on_disk_is_read_by_its_content_not_its_name(tmp_path):
    file = tmp_path / "lista.xls"
    file.write_bytes(csv_text(LIST).encode())

    assert list(read_sheet(file).rows) == ROWS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n"dos\nlíneas",2\nx,y\n', [(2, ["dos\nlíneas", "2"]), (3, ["x", "y"])]),  # a row, not a line
        ('a,b\n"di ""hola""",2\n', [(2, ['di "hola"', "2"])]),
        ("a,b\n\n , \nx,y\n\n\n", [(4, ["x", "y"])]),  # blank rows count, those at the end are none
        ("a,b\nx\n", [(2, ["x"])]),
        ("a\n5512345678\n", [(2, ["5512345678"])]),
        ("a,b\n'+52 55,'=x\n", [(2, ["+52 55", "=x"])]),  # as our own exports write them
        ("a,b\n'70s,x\n", [(2, ["'70s", "x"])]),
        ("a;b\n1,5;2,5\n3,5;4,5\n", [(2, ["1,5", "2,5"]), (3, ["3,5", "4,5"])]),  # decimal commas
        ("a,b\rx,y\r", [(2, ["x", "y"])]),  # old Mac
    ],
)
def test_csv_rows(text, rows):
    assert list(read_bytes(text.encode()).rows) == rows


def test_blank_rows_are_counted_and_the_others_keep_their_numbers():
    sheet = read_bytes(xlsx([["a"], [], ["x"], ["   "], ["\u00a0"], ["y"], [" "]]))

    assert [number for number, _ in sheet.rows] == [3, 6]
    assert sheet.blank == 3


def test_a_sheet_that_begins_below_or_to_the_right_keeps_its_places():
    sheet = read_bytes(xlsx([[], [None, "x"], [None, "y"]]))

    assert sheet.header == []
    assert list(sheet.rows) == [(2, ["", "x"]), (3, ["", "y"])]


# Cells as they are shown (D24)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (525512345678, "525512345678"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (123456789012345, "123456789012345"),  # a spreadsheet's own General would say 1.23E+14
        (0.00001, "0.00001"),
        (True, "TRUE"),
        ((1250, "$#,##0.00"), "$1,250.00"),
        ((-3.5, "0.00;(0.00)"), "(3.50)"),
        ((0.256, "0%"), "26%"),
        ((6010, "00000"), "06010"),  # a postal code
        ((5512345678, "(00) 0000-0000"), "(55) 1234-5678"),
        ((datetime.date(2026, 3, 5), "dd/mm/yyyy"), "05/03/2026"),
        ((datetime.date(2026, 3, 5), 'd "de" mmmm'), "5 de marzo"),
        ((datetime.datetime(2026, 3, 5, 16, 30), "dd/mm/yy h:mm AM/PM"), "05/03/26 4:30 PM"),  # noqa: DTZ001
        ("  dos  espacios ", "  dos  espacios "),
        ("=1+1", "=1+1"),  # a text that looks like a formula
        ("007", "007"),
    ],
)
def test_a_cell_of_a_workbook_reads_as_it_is_shown(cell, shown):
    assert read_bytes(xlsx([["a", "b"], [cell, "x"]])).rows[0][1][0] == shown


def test_the_language_names_the_months():
    book = xlsx([["a"], [(datetime.date(2026, 3, 5), "d mmm yyyy")]])

    assert [read_bytes(book, language).rows[0][1] for language in ("es", "en")] == [["5 mar 2026"], ["5 Mar 2026"]]


def test_cells_without_a_reference_are_counted_from_the_left():
    """Some programs write `<c>` without `r`; formats and formulas must not slip."""
    book = xlsx([["a", "b"], [1, (2, "0.00")]])
    bare = patched(book, {}, sheet1=(b' r="B2"', b""))

    assert bare != book
    assert list(read_bytes(bare).rows) == [(2, ["1", "2.00"])]


# What is refused


def test_the_first_formula_is_named_with_sheet_and_cell():
    book = xlsx(LIST, change=lambda _, page: (page.write_formula("C7", "=1+1"), page.write_formula("B9", "=A1")))

    code, said = refused(book)

    assert code == "formula"
    assert said.startswith("row 7, column C: this cell of the sheet 'Sheet1' has a formula; ")


def test_a_formula_in_another_sheet_or_in_csv_is_one_too():
    def second(book, _):
        book.add_worksheet("Cálculos").write_formula("A1", "=1")

    assert "'Cálculos'" in refused(xlsx(LIST, change=second))[1]
    assert refused(b"a,b\nx,=1+1\n")[1].startswith("row 2, column B: this cell of the sheet 'CSV' has a formula")


def test_two_sheets_with_data_are_named_and_empty_ones_do_no_harm():
    code, said = refused(xlsx(LIST, [["x"]]))

    assert code == "two_sheets"
    assert "'Sheet1' and 'Sheet2'" in said
    assert list(read_bytes(xlsx([], LIST, [])).rows) == ROWS


def test_a_pivot_table_is_refused_with_its_sheet():
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"'
        b' Target="../pivotTables/pivotTable1.xml"/></Relationships>'
    )
    book = patched(xlsx(LIST), {"xl/worksheets/_rels/sheet1.xml.rels": relations})

    assert refused(book)[0] == "pivot"
    assert "'Sheet1'" in refused(book)[1]


MACROS = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
)
BINARY = (MACROS[0], b"application/vnd.ms-excel.sheet.binary.macroEnabled.main")
PLAIN = xlsx(LIST)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        (patched(PLAIN, {}, Content_Types=MACROS), "macros"),
        (patched(PLAIN, {"xl/vbaProject.bin": b"x"}), "macros"),
        (patched(PLAIN, {}, Content_Types=BINARY), "other_kind"),
        (patched(PLAIN, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "external_links"),
        (patched(PLAIN, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "other_kind"),
        (patched(PLAIN, {"[Content_Types].xml": None}), "not_a_sheet"),  # just some zip
        (OLE + bytes(600), "other_kind"),  # .xls
        (OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"<html><table><tr><td>55</td></tr></table></html>", "web_page"),  # what many systems call .xls
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>", "web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "other_kind"),
        (b"%PDF-1.7 ...", "other_kind"),
        (b"PK\x03\x04 and no more", "broken_file"),
        (PLAIN[: len(PLAIN) // 2], "broken_file"),
        (patched(PLAIN, {"xl/worksheets/sheet1.xml": b"<worksheet"}), "broken_file"),
        (patched(PLAIN, {"xl/workbook.xml": None}), "broken_file"),
        (patched(PLAIN, {}, styles=(b"UTF-8", b"UTF-88")), "broken_file"),
        (("," * 800 + "x\n").encode(), "too_many_columns"),
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b",,,\n,,\n", "empty"),
        (xlsx([]), "empty"),
        (xlsx([["  "]]), "empty"),
        ("Teléfono,nombre".encode("utf-16"), "encoding"),
        (b"a,b\n\x81,x\n", "encoding"),  # no letter of Windows-1252
        (b"a,b\n\x00\x01\x02,x\n", "not_a_sheet"),
        (b'a,b\n"x,y\nz,1\n', "broken_quotes"),
        (b"a,b\n" + b"x" * 33_000 + b",y\n", "cell_too_long"),
        (b"a,b\n" * (20 * 1024 * 256 + 1), "too_big"),
    ],
)
def test_other_kinds_are_refused_with_advice(contents, code):
    assert refused(contents)[0] == code


def test_parts_named_with_other_case_and_slashes_are_found():
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old:
        page = old.read("xl/worksheets/sheet1.xml")
    book = patched(PLAIN, {"xl/worksheets/sheet1.xml": None, "xl\\Worksheets\\Sheet1.xml": page})

    assert list(read_bytes(book).rows) == ROWS


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused_since_readers_disagree():
    book = io.BytesIO(PLAIN)
    with zipfile.ZipFile(book, "a") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")

    assert refused(book.getvalue())[0] == "broken_file"


def test_entities_are_never_expanded():
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    for part in ("xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        with zipfile.ZipFile(io.BytesIO(PLAIN)) as old:
            body = old.read(part).split(b"?>", 1)[1]
        assert refused(patched(PLAIN, {part: laughs + body}))[0] == "entities"
    wide = (laughs + b"<x>&b;</x>").decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")
    assert refused(patched(PLAIN, {"xl/theme/theme1.xml": wide}))[0] == "entities"


def test_a_file_that_unpacks_to_far_more_than_it_weighs_is_refused():
    assert refused(patched(PLAIN, {"xl/media/zeros.bin": bytes(64 * 1024 * 1024)}))[0] == "bomb"


def test_what_the_archive_declares_is_not_believed():
    book = patched(PLAIN, {"xl/media/zeros.bin": bytes(64 * 1024 * 1024)})
    lying = book.replace(struct.pack("<L", 64 * 1024 * 1024), struct.pack("<L", 1_000))

    assert lying != book
    assert refused(lying)[0] == "bomb"


def test_more_than_a_thousand_parts_are_refused():
    assert (
        refused(patched(PLAIN, {f"xl/media/{number}.bin": b"x" for number in range(1_001)}))[0]
        == "too_many_parts_inside"
    )


def test_a_cell_in_the_farthest_corner_is_named_instead_of_taking_all_memory():
    code, said = refused(xlsx(LIST, change=lambda _, page: page.write_string("XFD1048576", "x")))

    assert code == "too_far"
    assert said.startswith("row 1048576, column XFD: ")


def test_a_filled_cell_far_below_is_a_row_like_any_other():
    sheet = read_bytes(xlsx(LIST, change=lambda _, page: page.write_string("A900000", "x")))

    assert sheet.rows[-1] == (900_000, ["x"])


def test_a_parser_that_takes_too_much_memory_is_ended_by_its_limit():
    """One text of 30,000 letters, shown in 40,000 cells: small on disk, a gigabyte when read."""
    book = xlsx([["a"], *([["x" * 30_000, n % 7] for n in range(40_000)])])

    assert len(book) < 2_000_000
    assert refused(book)[0] == "too_much_memory"


def test_a_reader_that_takes_too_long_is_ended():
    assert refused(PLAIN, timeout_s=0.001)[0] == "too_slow"


def test_a_hundred_thousand_rows_are_taken_and_one_more_is_not():
    row = "5512345678,x\n"
    assert len(read_bytes(("a,b\n" + row * 100_000).encode()).rows) == 100_000
    code, said = refused(("a,b\n" + row * 100_001).encode())
    assert (code, "100000" in said) == ("too_many_rows", True)
    assert refused(xlsx([["a"], *[["x"]] * 100_001]))[0] == "too_many_rows"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(data):
    """In this process, where nothing hides an error: what the child runs, without the child."""
    book = xlsx([["Tel", "a"], [5512345678, (1250, "$#,##0.00")], [(datetime.date(2026, 3, 5), "dd/mm/yyyy"), True]])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        name = data.draw(st.sampled_from(parts.namelist()))
        part = parts.read(name)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(part)))
        what = data.draw(
            st.sampled_from([b"", b"<", b'"', b"/", b's="-1"', b't="e"', b"<f/>", b"1e400", b"\xff", b"A0"])
        )
        part = part[:at] + what + part[at + data.draw(st.integers(0, 6)) :]
    try:
        rows = list(sheet_child.read(patched(book, {name: part}), "es"))
    except ListRefused:
        rows = []
    assert all(isinstance(cell, str) for _, cells in rows for cell in cells)
