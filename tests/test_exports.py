"""No table of ours runs anything in the spreadsheet that opens it, and it reads back as it was."""

import io
import zipfile

import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_runtime.campaigns.delimited import decode, rows
from bot_runtime.exports import XlsxSheet, csv_bytes, harmless, xlsx_bytes

SIGNS = "=+-@\t\r＝＋－＠"


@given(st.text(alphabet="=+-@\t\r\n ＝＋a'\u00a0\ufeff", max_size=12))
def test_no_line_of_a_cell_begins_as_a_formula(cell):
    for line in harmless(cell).replace("\r", "\n").split("\n"):
        assert line.lstrip(" \u00a0\ufeff")[:1] not in tuple(SIGNS)
    assert harmless(cell)[:1] not in ("\n", "\r", "\t")


def test_a_cell_never_runs_as_a_formula():
    cells = ["=1", " +1", "\u00a0-1", "\ufeff@a", "ok\n=1", "＝1", "1=1", "hola"]

    assert [harmless(cell) for cell in cells] == [
        "'=1",
        "' +1",
        "'\u00a0-1",
        "'\ufeff@a",
        "ok\n'=1",
        "'＝1",
        "1=1",
        "hola",
    ]


def test_harmless_cells_are_left_alone():
    cells = ["", "hola", "1=1", "a+b", "ana@example.com", "'70s", "15 - 3", "$-5"]

    assert [harmless(cell) for cell in cells] == cells


@settings(deadline=None)
@given(st.lists(st.text(alphabet='=+-@ añ,;"\n1', min_size=1, max_size=8), min_size=2, max_size=4))
def test_a_csv_of_ours_reads_back_as_it_was(cells):
    written = csv_bytes([["a"] * len(cells), cells])

    assert written.startswith(b"\xef\xbb\xbf")
    assert [read for _, read in rows(decode(written))][1] == cells


def test_a_workbook_holds_texts_only():
    book = xlsx_bytes([["a", "b"], ["=HYPERLINK(1)", "https://example.com"], ["\x00+1", "x" * 40_000]], "Hoja")

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in page
    assert "hyperlink" not in page
    assert "=HYPERLINK(1)" in page
    assert max(map(len, page.split("<t "))) < 32_900  # no cell a spreadsheet could not hold


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(TEXT, st.sampled_from(["<a & b>", "_x0041_", " a ", "__", "ñ€", "=1"])), min_size=1))
def test_a_workbook_of_ours_reads_back_as_it_was(cells):
    book = xlsx_bytes([["h"] * len(cells), cells], "a/b[c]")

    sheets = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert sheets.sheet_names == ["a b c "]
    assert sheets.get_sheet_by_index(0).to_python()[1] == cells


def test_a_workbook_is_the_same_however_it_was_told():
    rows = [[str(row), f"Name {row}", ""] for row in range(50)]
    sheet = XlsxSheet("All")
    pieces = [sheet.add(rows[:7]), sheet.add(rows[7:8]), sheet.add([]), sheet.add(rows[8:]), sheet.end()]

    def page(book: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            assert parts.testzip() is None
            return parts.read("xl/worksheets/sheet1.xml").split(b"<sheetData>")[1]

    assert page(b"".join(pieces)) == page(xlsx_bytes(rows, "All"))
