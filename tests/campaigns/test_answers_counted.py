"""What the contacts of a campaign answered: counted by code, and the texts beside them (F040, F041)."""

import pytest

from bot_runtime.campaigns import results
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.tables import Table
from bot_runtime.devtools.world import Phone
from bot_runtime.store.campaigns import RowState
from tests.campaigns.desk import Desk
from tests.campaigns.test_results import CAMPAIGN, row
from tests.runtime.test_conversations import eventually


async def answered(desk: Desk, phone: Phone, *said: str) -> None:
    for text in said:
        before = len(desk.fakes.received(phone))
        desk.fakes.say(phone, text)
        await desk.fakes.expect(phone, before + 1)


async def test_each_contact_counts_with_the_answer_that_stands(desk: Desk):
    ana, ben = desk.fakes.phone("Ana"), desk.fakes.phone("Ben")
    await desk.load([ana, ben], dialog="survey", payloads=())
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(3, "waiting"))
    await answered(desk, ana, "todavía no me llega", "empezar", "ya llegó", "lo voy a pensar", "otro", "Llegó tarde")
    await answered(desk, ben, "ya", "sí, me interesa", "calidad")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert await eventually(lambda: desk.ticket_is(3, "closed", "answered"))

    figures = results.figures(CAMPAIGN, await desk.counts())
    assert figures.answers == {
        "compra": {"maybe": 1, "yes": 1},
        "motivo": {"calidad": 1, "other": 1},
        "recibido": {"yes": 2},
    }
    rows = await desk.rows.rows("c1")
    assert [text for _, text in results.texts(rows, "motivo", "other")] == ["Llegó tarde"]
    assert results.recipient(*rows[0], Shown("es")).answers["motivo_text"] == "Llegó tarde"


def test_a_file_of_the_recipients_has_a_column_for_each_answer():
    table = Table(CAMPAIGN, (), Shown("en"), ["motivo", "motivo_text"])
    told = row(2), RowState(s="read", w=1, x={"motivo": "other", "motivo_text": "=cheaper elsewhere"})

    assert table.header()[-2:] == ["motivo", "motivo_text"]
    assert table.line(told)[-2:] == ["other", "=cheaper elsewhere"]
    assert table.line((row(3), RowState()))[-2:] == ["", ""]


@pytest.mark.parametrize("count", [0, -1])
def test_a_code_that_nobody_stands_by_is_not_listed(count: int):
    assert results.figures(CAMPAIGN, {"a:motivo:otro": count}).answers == {}
