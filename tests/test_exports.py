"""No table of ours runs anything in the spreadsheet that opens it, and it reads back as it was."""

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from bot_runtime.campaigns.delimited import decode, rows
from bot_runtime.exports import csv_bytes, harmless, xlsx_bytes

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
        page = parts.read("xl/worksheets/sheet1.xml")
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert b"<f" not in page
    assert b"hyperlink" not in page
    assert "=HYPERLINK(1)" in texts
    assert max(map(len, texts.split("<t>"))) < 32_800  # no cell a spreadsheet could not hold
