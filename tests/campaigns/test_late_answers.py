"""F053: an answer after the wait does what its campaign chose; it is counted as late and never dropped (D05)."""

from typing import Any

import pytest
import yaml

from bot_runtime.campaigns.plans import Wanted, check
from bot_runtime.campaigns.words import Refused
from bot_runtime.devtools.world import Message, Phone
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.workspace import load_workspace
from tests.campaigns.desk import REMINDER, Desk
from tests.runtime.test_conversations import eventually, session_of

HOUR_S = 3_600
NEW = LateAnswers(policy="new")
SAY = LateAnswers(policy="say", say="{{ name }}, we no longer take answers here.")
SAID = "Ana, we no longer take answers here."


async def publish(desk: Desk, default: str = "survey", **dialogs: str) -> None:
    """A default bot on every channel, so that ordinary messages show."""
    root = desk.server.workspace.root
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    (root / "bot.yaml").write_text(yaml.safe_dump({**bot, "default_dialog": default}))
    for name, text in dialogs.items():
        (root / "dialogs" / f"{name}.yaml").write_text(text)
    loaded = load_workspace(root, {})
    assert loaded.workspace, [problem.line() for problem in loaded.problems]
    await desk.server.definitions.publish(loaded.workspace)


async def unanswered(desk: Desk, phone: Phone, campaign: str = "c1", **plan: Any) -> Message:
    """The campaign's message, whose wait of an hour has ended."""
    before = len(desk.fakes.received(phone))
    await desk.load([phone], campaign, **plan)
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting", campaign=campaign))
    await desk.server.advance_clock(HOUR_S + 1)
    assert await eventually(lambda: desk.ticket_is(2, "closed", "no_answer", campaign))
    return (await desk.fakes.expect(phone, before + 1))[-1]


async def is_late(desk: Desk, times: int, campaign: str = "c1") -> bool:
    counts = await desk.counts(campaign)
    return (counts.get("late", 0), counts.get("answered", 0)) == (times, 0)


async def test_new_makes_it_an_ordinary_message_at_once(desk: Desk):
    await publish(desk)
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=NEW)
    desk.fakes.say(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text.startswith("¿Recibiste tu pedido?")  # the channel's own bot
    assert await eventually(lambda: is_late(desk, 1))
    assert await desk.ticket_is(2, "closed", "no_answer")
    desk.fakes.say(ana, "sí")
    await desk.fakes.expect(ana, 3)
    assert await is_late(desk, 1)  # once
    assert await desk.ticket_is(2, "closed", "no_answer")


async def test_say_says_one_text_and_nothing_else(desk: Desk):
    await publish(desk)
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=SAY)
    before = await session_of(desk.server, ana)
    desk.fakes.tap(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text == SAID
    assert await eventually(lambda: is_late(desk, 1))
    assert await desk.ticket_is(2, "closed", "no_answer")
    assert await session_of(desk.server, ana) == before
    desk.fakes.say(ana, "hello?")  # nothing is dropped: what follows is an ordinary message
    assert (await desk.fakes.expect(ana, 3))[2].text.startswith("¿Recibiste tu pedido?")
    assert await is_late(desk, 1)


@pytest.mark.parametrize("late", [NEW, SAY])
async def test_without_a_bot_it_is_the_same(desk: Desk, late: LateAnswers):
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=late, dialog="")
    desk.fakes.say(ana, "who is this?")
    assert await eventually(lambda: is_late(desk, 1))
    await desk.fakes.expect(ana, 2 if late.say else 1)
    assert [message.text for message in desk.fakes.received(ana)[1:]] == ([SAID] if late.say else [])
    assert await desk.ticket_is(2, "closed", "no_answer")


@pytest.mark.parametrize("policy", ["reopen", "new", "say"])
@pytest.mark.parametrize(("within_h", "after_s", "late"), [(2, -5, 1), (2, 1, 0), (72, -5, 1), (72, 1, 0), (0, 1, 0)])
async def test_it_counts_within_its_hours_and_not_a_second_later(
    desk: Desk, policy: str, within_h: int, after_s: int, late: int
):
    await publish(desk)
    ana = desk.fakes.phone("Ana")
    say = SAY.say if policy == "say" else ""
    await unanswered(desk, ana, late=LateAnswers(policy=policy, within_h=within_h, say=say))
    closed = await desk.ticket_of(2)
    assert closed is not None
    end_s = closed.changed_at / 1000 + within_h * HOUR_S
    await desk.server.advance_clock(end_s + after_s - desk.server.store.clock.now_s())
    desk.fakes.say(ana, "I will pay")

    answered = (await desk.fakes.expect(ana, 2))[1].text
    its_own = {"reopen": "Thank you, Ana.", "say": SAID}.get(policy, "¿Recibiste tu pedido?")
    assert answered.startswith(its_own if late else "¿Recibiste tu pedido?")
    assert await eventually(lambda: is_late(desk, late))


async def test_after_wait_0_every_answer_is_late(desk: Desk):
    await publish(desk)
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=0, late=SAY)
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    desk.fakes.tap(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text == SAID
    assert await eventually(lambda: is_late(desk, 1))


@pytest.mark.parametrize("late", [NEW, SAY])
async def test_an_opt_out_is_no_late_answer(desk: Desk, late: LateAnswers):
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=late)
    desk.fakes.say(ana, "stop")
    confirmed = (await desk.fakes.expect(ana, 2))[1].text
    assert confirmed != SAID
    assert await is_late(desk, 0)


@pytest.mark.parametrize(("late", "said"), [(NEW, "Thank you, Ana."), (SAY, SAID)])
async def test_a_late_tap_in_the_middle_of_a_dialog_does_not_end_it(desk: Desk, late: LateAnswers, said: str):
    ana = desk.fakes.phone("Ana")
    older = await unanswered(desk, ana, late=late)
    await desk.server.request_dialog(channel="whatsapp", address=ana.number, dialog="reminder", given={"name": "Ana"})
    await desk.fakes.expect(ana, 2)
    desk.fakes.say(ana, "what?")
    await desk.fakes.expect(ana, 3)
    desk.fakes.tap(ana, "I will pay", older)

    assert (await desk.fakes.expect(ana, 4))[3].text == said  # by `new`, it is one more message to the running dialog
    assert await eventually(lambda: is_late(desk, 1))
    session = await session_of(desk.server, ana)
    assert session.get("phase", "waiting") == ("waiting" if late is SAY else "ended")
    if late is SAY:
        assert (session["state"], session["attempts"]) == ("asked", 1)


async def test_a_dialog_that_goes_on_late_does_not_in_a_campaign_that_begins_anew(desk: Desk):
    await publish(desk, reminder=REMINDER.replace("states:", "late: resume\nstates:"))
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=NEW)
    desk.fakes.say(ana, "I will pay")
    assert (await desk.fakes.expect(ana, 2))[1].text.startswith("¿Recibiste tu pedido?")


async def test_the_answer_to_another_campaign_that_still_waits_goes_there(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await unanswered(desk, ana, late=SAY)
    await desk.load([ana], "c2")
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting", campaign="c2"))
    desk.fakes.say(ana, "i will pay")
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered", "c2"))
    assert await is_late(desk, 0)


async def test_a_tap_answers_the_message_it_is_under_though_another_wait_ended_since(desk: Desk):
    await publish(desk)
    ana = desk.fakes.phone("Ana")
    older = await unanswered(desk, ana, late=SAY)
    await unanswered(desk, ana, "c2")
    desk.fakes.tap(ana, "I will pay", older)
    assert (await desk.fakes.expect(ana, 3))[2].text == SAID
    assert await eventually(lambda: is_late(desk, 1))
    assert await is_late(desk, 0, "c2")
    desk.fakes.say(ana, "i will pay")  # the other one still counts, and reopens its ticket
    assert (await desk.fakes.expect(ana, 4))[3].text == "Thank you, Ana."
    assert await eventually(lambda: is_late(desk, 1, "c2"))
    assert await desk.ticket_is(2, "closed", "answered", "c2")
    desk.fakes.say(ana, "hello?")
    assert (await desk.fakes.expect(ana, 5))[4].text.startswith("¿Recibiste tu pedido?")


async def test_one_text_is_said_once_also_beside_another_campaigns_dialog(desk: Desk):
    ana = desk.fakes.phone("Ana")
    older = await unanswered(desk, ana, late=SAY)
    await desk.load([ana], "c2")
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting", campaign="c2"))
    desk.fakes.say(ana, "what?")
    assert await eventually(lambda: desk.ticket_is(2, "bot", campaign="c2"))
    await desk.fakes.expect(ana, 3)
    desk.fakes.tap(ana, "I will pay", older)
    assert (await desk.fakes.expect(ana, 4))[3].text == SAID
    assert await desk.ticket_is(2, "bot", campaign="c2")
    desk.fakes.tap(ana, "I will pay", older)  # now it is a message like any other, and the dialog that runs takes it
    assert (await desk.fakes.expect(ana, 5))[4].text == "Thank you, Ana."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered", "c2"))


# The choice


def wanted(late: LateAnswers, **choices: Any) -> Wanted:
    facts = {"name": "Bills", "channel": "whatsapp", "department": None, "template": "due", "wait_s": HOUR_S}
    return Wanted(**{**facts, "expects_answer": True, "late": late, **choices})


async def test_its_text_is_kept_without_the_spaces_around_it(desk: Desk):
    late = LateAnswers(policy="say", within_h=72, say="  Hello {{ name }}. \n")
    assert check(wanted(late), desk.server.workspace, {}).wanted.late.say == "Hello {{ name }}."


@pytest.mark.parametrize(
    ("code", "late", "choices"),
    [
        ("late_policy", LateAnswers(policy="later"), {}),
        ("late_within", LateAnswers(within_h=73), {}),
        ("late_within", LateAnswers(within_h=-1), {}),
        ("late_say_missing", LateAnswers(policy="say"), {}),
        ("late_say_missing", LateAnswers(policy="say", say=" \n"), {}),
        ("late_say_unused", LateAnswers(say="Too late."), {}),
        ("late_say_long", LateAnswers(policy="say", say="a" * 1_025), {}),
        ("late_say_long", LateAnswers(policy="say", say="á" + "ñ" * 670 + "ī"), {"channel": "sms"}),  # eleven parts
        ("late_lacks", LateAnswers(policy="say", say="Hello {{ surname }}"), {}),
        ("late_text", LateAnswers(policy="say", say="Hello {{ name"), {}),
        ("late_informative", NEW, {"expects_answer": False, "wait_s": None}),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(code: str, late: LateAnswers, choices: dict, desk: Desk):
    with pytest.raises(Refused) as refused:
        check(wanted(late, **choices), desk.server.workspace, {})
    assert (refused.value.code, refused.value.field) == (code, "late")
    assert refused.value.message("es") != refused.value.message("en")
