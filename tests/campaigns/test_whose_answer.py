"""Whose answer is it? One contact with messages of several campaigns, and what they write back (D51, D52, D67)."""

import pytest
import yaml

from bot_runtime.devtools.world import Message, Phone
from bot_runtime.workspace import load_workspace
from tests.campaigns.desk import AFTER, Desk
from tests.campaigns.recount import agree
from tests.runtime.test_conversations import eventually, session_of

HOUR_S = 3_600


async def send(desk: Desk, phone: Phone, campaign: str, **plan: object) -> Message:
    """The campaign's message, as it arrived on the phone."""
    before = len(desk.fakes.received(phone))
    await desk.load([phone], campaign, **plan)
    await desk.send_all()
    state, reason = ("closed", "informative") if plan.get("informative") else ("waiting", "")
    await eventually(lambda: desk.ticket_is(2, state, reason, campaign))
    return (await desk.fakes.expect(phone, before + 1))[-1]


async def test_a_tap_answers_the_message_it_is_under_though_a_newer_one_waits(desk: Desk):
    ana = desk.fakes.phone("Ana")
    older = await send(desk, ana, "c1")
    await send(desk, ana, "c2", wait_s=2 * HOUR_S)
    desk.fakes.tap(ana, "I will pay", older)

    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert await desk.ticket_is(2, "waiting", campaign="c2")
    await desk.server.advance_clock(HOUR_S + 60)
    assert await desk.ticket_is(2, "closed", "answered")  # only its own wait ended with the answer
    await desk.server.advance_clock(HOUR_S)
    assert await eventually(lambda: desk.ticket_is(2, "closed", "no_answer", "c2"))
    assert (await desk.counts())["answered"] == 1
    assert "answered" not in await desk.counts("c2")


async def test_a_text_answers_the_newest_and_the_next_one_the_older(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await send(desk, ana, "c1")
    await send(desk, ana, "c2")
    desk.fakes.say(ana, "i will pay")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered", "c2"))
    assert await desk.ticket_is(2, "waiting")
    desk.fakes.say(ana, "a person")
    assert await eventually(lambda: desk.ticket_is(2, "queued"))


async def test_silence_about_one_leaves_the_dialog_that_waits_for_the_other(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await send(desk, ana, "c1")
    await send(desk, ana, "c2", wait_s=5 * HOUR_S)
    await desk.server.advance_clock(HOUR_S + 1)
    assert await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    desk.fakes.say(ana, "i will pay")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered", "c2"))
    assert (await desk.fakes.expect(ana, 3))[-1].text == "Thank you, Ana."


async def test_a_tap_on_another_message_ends_the_running_dialog_and_closes_its_ticket(desk: Desk):
    ana = desk.fakes.phone("Ana")
    older = await send(desk, ana, "c1")
    await send(desk, ana, "c2")
    desk.fakes.say(ana, "what is this?")  # the bot asks again: it has the conversation
    assert await eventually(lambda: desk.ticket_is(2, "bot", campaign="c2"))
    await desk.fakes.expect(ana, 3)
    desk.fakes.tap(ana, "A person", older)
    assert await eventually(lambda: desk.ticket_is(2, "queued"))
    assert await desk.ticket_is(2, "closed", "interrupted", "c2")
    assert (await desk.fakes.expect(ana, 4))[-1].text == "One moment."
    await desk.server.advance_clock(25 * HOUR_S)  # and nothing of the dialog that was left comes any more
    await desk.fakes.delivered()
    assert len(desk.fakes.received(ana)) == 4


async def test_who_talks_with_people_stays_with_them_whatever_they_tap(desk: Desk):
    ana = desk.fakes.phone("Ana")
    older = await send(desk, ana, "c1")
    newer = await send(desk, ana, "c2")
    desk.fakes.tap(ana, "A person", newer)
    assert await eventually(lambda: desk.ticket_is(2, "queued", campaign="c2"))
    assert (await desk.fakes.expect(ana, 3))[-1].text == "One moment."
    desk.fakes.tap(ana, "I will pay", older)

    async def heard() -> bool:
        ticket = await desk.ticket_of(2, "c2")
        return ticket is not None and ticket.last_text == "I will pay"

    assert await eventually(heard)
    assert await desk.ticket_is(2, "waiting")


async def test_the_answer_after_another_dialog_ended_begins_the_campaigns_own(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.server.request_dialog(channel="whatsapp", address=ana.number, dialog="reminder", given={"name": "Ana"})
    await desk.fakes.expect(ana, 1)
    desk.fakes.say(ana, "what?")
    await desk.fakes.expect(ana, 2)
    await send(desk, ana, "c1")
    desk.fakes.say(ana, "i will pay")  # the running dialog takes it
    await desk.fakes.expect(ana, 4)
    assert await desk.ticket_is(2, "waiting")
    desk.fakes.say(ana, "i will pay")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert len(await desk.fakes.expect(ana, 5)) == 5


async def test_an_opt_out_ends_every_wait_on_the_channel(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await send(desk, ana, "c1")
    await send(desk, ana, "c2")
    desk.fakes.say(ana, "stop")
    for campaign in ("c1", "c2"):
        assert await eventually(lambda campaign=campaign: desk.ticket_is(2, "closed", "opt_out", campaign))
    await agree(desk.rows, "c2", desk.server.tickets.ticket)


async def test_the_first_message_after_an_informative_one_is_ordinary_and_counts_once(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await send(desk, ana, "c1", informative=True, dialog="", wait_s=0)
    desk.fakes.say(ana, "thank you")
    desk.fakes.say(ana, "really")
    assert await eventually(lambda: counted(desk, 1))
    await desk.fakes.delivered()
    assert await counted(desk, 1)
    assert await desk.ticket_is(2, "closed", "informative")


@pytest.mark.parametrize(("text", "after_s"), [("stop", 0), ("hello", 25 * HOUR_S)])
async def test_an_opt_out_or_a_message_a_day_later_answers_no_informative_campaign(
    desk: Desk,
    text: str,
    after_s: int,
):
    ana = desk.fakes.phone("Ana")
    await send(desk, ana, "c1", informative=True, dialog="", wait_s=0)
    await desk.server.advance_clock(after_s)
    desk.fakes.say(ana, text)

    async def taken() -> bool:
        return text in str((await desk.server.contact_view("whatsapp", ana.number))["journal"])

    assert await eventually(taken)
    assert await counted(desk, 0)


async def counted(desk: Desk, answers: int) -> bool:
    return (await desk.counts()).get("answered", 0) == answers


async def test_f055_on_a_campaigns_ticket_no_other_bot_says_anything(desk: Desk):
    """Not the channel's own bot, not one whose keyword is written; with a bot on the campaign, and without one."""
    root = desk.server.workspace.root
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    (root / "bot.yaml").write_text(yaml.safe_dump({**bot, "default_dialog": "survey"}))
    (root / "dialogs" / "after.yaml").write_text(AFTER.replace("states:", "starts: { keywords: [rate] }\nstates:"))
    loaded = load_workspace(root, {})
    assert loaded.workspace
    await desk.server.definitions.publish(loaded.workspace)
    ana, ben = desk.fakes.phone("Ana"), desk.fakes.phone("Ben")
    await desk.load([ana], dialog="")
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.say(ana, "rate")
    assert await eventually(lambda: desk.ticket_is(2, "queued"))
    await desk.load([ben], "c2", dialog="reminder")
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting", campaign="c2"))
    desk.fakes.say(ben, "rate")
    await desk.fakes.expect(ben, 2)
    await desk.fakes.delivered()

    assert len(desk.fakes.received(ana)) == 1
    assert (await session_of(desk.server, ben))["dialog"] == "reminder"
