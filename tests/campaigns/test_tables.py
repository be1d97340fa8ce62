"""A campaign as a file: every recipient with what became of them, written piece by piece, and nothing in it runs."""

from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec import structs

from bot_runtime.campaigns.record import Placed
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.sheets import read_bytes
from bot_runtime.campaigns.tables import Kind, Table
from bot_runtime.store.campaigns import Listed, RowState
from tests.campaigns.test_results import CAMPAIGN, ROWS, row

COLUMNS = (Placed("A", "phone", "phone"), Placed("E", "Branch", "variable", "Branch", "branch"))


async def pages(rows: Sequence[Listed], size: int) -> AsyncIterator[list[Listed]]:
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])


async def written(rows: Sequence[Listed], kind: Kind, size: int = 2) -> list[bytes]:
    table = Table(CAMPAIGN, COLUMNS, Shown("en"))
    return [piece async for piece in table.written(pages(rows, size), kind)]


def test_the_columns_are_named_in_the_readers_language():
    table = Table(CAMPAIGN, COLUMNS, Shown("es", "whatsapp"))

    assert table.header()[:6] == ["Fila", "Teléfono", "name", "amount", "bill", "branch"]
    assert table.line(ROWS[0])[:8] == ["2", "+525512345678", "Ana", "100", "a-1", "Nórte", "leído", ""]
    assert {len(table.line(one)) for one in ROWS} == {len(table.header())}


def test_times_are_those_of_the_zone_that_their_headers_name_and_sort_as_text():
    table = Table(CAMPAIGN, COLUMNS, Shown("en", zone="America/Mexico_City"))
    evening, midnight = 1_773_802_800_123, 1_773_813_600_000  # 03:00 and 06:00 UTC on 18 March 2026
    lines = [table.line((row(at), RowState(s="read", a=evening, r=midnight))) for at in (2, 3)]

    said = dict(zip(table.header(), lines[0], strict=True))
    assert said["Sent (America/Mexico_City)"] == "2026-03-17 21:00:00"
    assert said["Read (America/Mexico_City)"] == "2026-03-18 00:00:00"
    assert said["Answered (America/Mexico_City)"] == ""


def test_an_answer_is_late_or_not_and_no_answer_is_neither():
    table = Table(CAMPAIGN, COLUMNS, Shown("en"))
    assert [table.line(one)[-2] for one in ROWS[:3]] == ["no", "yes", ""]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_comes_in_pieces_that_are_one_file(kind: Kind):
    pieces = await written(ROWS, kind)

    sheet = read_bytes(b"".join(pieces))
    assert sheet.header[:2] == ["Row", "Phone"]
    assert [cells[0] for _, cells in sheet.rows] == [str(row.number) for row, _ in ROWS]
    assert len(pieces) == 4  # three pages, and the end


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_campaign_without_rows_is_a_header(kind: Kind):
    contents = b"".join(await written([], kind))
    assert contents.startswith(b"PK" if kind == "xlsx" else b"\xef\xbb\xbfRow,Phone,")


async def test_an_exported_file_runs_nothing_and_reads_back_as_it_was():
    evil = [(structs.replace(row(2), parameters=("=cmd|'/c calc'!A1", "@SUM(1)", "-2")), RowState(s="sent"))]

    as_csv = b"".join(await written(evil, "csv")).decode("utf-8-sig").splitlines()
    assert as_csv[1].startswith("2,'+525512345678,'=cmd|'/c calc'!A1,'@SUM(1),'-2,")
    sheet = read_bytes(b"".join(await written(evil, "xlsx")))
    assert list(sheet.rows[0][1][2:5]) == ["=cmd|'/c calc'!A1", "@SUM(1)", "-2"]  # text, and no formula
