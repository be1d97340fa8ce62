"""F054: a campaign's reminders come before the wait ends, an answer stops them, and they never move it."""

import pytest

from bot_runtime.campaigns.plans import Wanted, check
from bot_runtime.campaigns.reminders import Reminder
from bot_runtime.campaigns.words import Refused
from bot_runtime.runtime.dispatch import Plan
from tests.campaigns.desk import Desk
from tests.runtime.test_conversations import eventually

H = 3_600
DUE = Reminder(after_s=H, template="due", language="en", parameters=("name",), payloads=("PAY", "PERSON"))
AGAIN = Reminder(after_s=2 * H, template="due", language="en", parameters=("name",), payloads=("PAY", "PERSON"))


async def test_who_is_silent_is_reminded_and_then_the_ticket_closes_in_time(desk: Desk):
    ana, ben = desk.fakes.phone("Ana"), desk.fakes.phone("Ben")
    await desk.load([ana, ben], wait_s=3 * H, remind=(DUE, AGAIN))
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(3, "waiting"))
    desk.fakes.tap(ben, "I will pay")
    assert await eventually(lambda: desk.ticket_is(3, "closed", "answered"))

    await desk.server.advance_clock(H + 1)
    await desk.fakes.expect(ana, 2)
    assert desk.fakes.texts(ana)[1].startswith("Hello Ana, your bill is due.")
    assert await desk.ticket_is(2, "waiting")
    await desk.server.advance_clock(H)
    await desk.fakes.expect(ana, 3)
    await desk.server.advance_clock(H)
    assert await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    assert len(desk.fakes.received(ana)) == 3
    assert len(desk.fakes.received(ben)) == 2  # the campaign's message, and thanks
    counts = await desk.counts()
    assert counts["accepted"] == 2  # a reminder is no message of the list


async def test_a_tap_on_a_reminder_is_the_answer(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=3 * H, remind=(DUE,))
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    await desk.server.advance_clock(H + 1)
    await desk.fakes.expect(ana, 2)
    desk.fakes.tap(ana, "I will pay")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))


async def test_overdue_reminders_are_sent_once(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=3 * H, remind=(DUE, AGAIN))
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    await desk.server.advance_clock(2 * H + 600)
    await desk.fakes.expect(ana, 2)
    await desk.server.advance_clock(H)
    assert await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    assert len(desk.fakes.received(ana)) == 2


def wanted(*reminders: Reminder, **choices: object) -> Wanted:
    facts = {"name": "Bills", "channel": "whatsapp", "department": None, "template": "due", "wait_s": 3 * H}
    return Wanted(**{**facts, "expects_answer": True, "remind": reminders, **choices})  # type: ignore[arg-type]


async def test_a_template_brings_what_it_is_filled_with(desk: Desk):
    checked = check(wanted(Reminder(after_s=H, template="due")), desk.server.workspace, {})
    assert checked.wanted.remind == (DUE,)
    assert Plan("c", "whatsapp", "due", "en", remind=checked.wanted.remind).remind[0].after_s == H


@pytest.mark.parametrize(
    ("code", "reminders", "choices"),
    [
        ("remind_times", [(3 * H, "", "due")], {}),  # as the wait ends
        ("remind_times", [(0, "", "due")], {}),
        ("remind_times", [(90, "", "due")], {}),
        ("remind_times", [(2 * H, "", "due"), (H, "", "due")], {}),
        ("remind_times", [(60 * n, "", "due") for n in (1, 2, 3, 4)], {}),
        ("remind_what", [(H, "", "")], {}),
        ("remind_what", [(H, "Hello?", "due")], {}),
        ("remind_whatsapp", [(H, "Hello?", "")], {}),
        ("unknown_template", [(H, "", "nope")], {}),
        ("remind_informative", [(H, "", "due")], {"expects_answer": False, "wait_s": None}),
        ("remind_lacks", [(H, "Hello {{ surname }}", "")], {"channel": "sms"}),
        ("remind_text", [(H, "Hello {{ name", "")], {"channel": "sms"}),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(code: str, reminders: list, choices: dict, desk: Desk):
    asked = wanted(*(Reminder(after_s=at, say=say, template=name) for at, say, name in reminders), **choices)
    with pytest.raises(Refused) as refused:
        check(asked, desk.server.workspace, {})
    assert refused.value.code == code
    assert refused.value.message("es") != refused.value.message("en")
