"""B18: a message that reaches somebody in a conversation does what its campaign chose, and results count each (D51).

Eva talks with the bot about another campaign, Luis with people, Ana waits on another campaign, Tom is new.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from bot_runtime.campaigns.plans import Wanted, check
from bot_runtime.campaigns.policies import BUSY
from bot_runtime.campaigns.words import Refused
from bot_runtime.devtools.world import Phone
from bot_runtime.runtime.dispatch import Dispatcher
from tests.campaigns.desk import Desk
from tests.campaigns.recount import agree
from tests.runtime.test_conversations import eventually, session_of

EVA, LUIS, ANA, TOM = 2, 3, 4, 5  # their rows
MINUTE_S, DAY_S = 60, 86_400


class People(NamedTuple):
    eva: Phone
    luis: Phone
    ana: Phone
    tom: Phone


async def meet(desk: Desk) -> People:
    """Campaign `c0` has been sent to all but Tom; Eva and Luis answered it. They have got 2, 2, 1 and 0 messages."""
    people = People(*(desk.fakes.phone(name) for name in ("Eva", "Luis", "Ana", "Tom")))
    await desk.load([people.eva, people.luis, people.ana], "c0", wait_s=3 * DAY_S)
    await desk.send_all()
    for row in (EVA, LUIS, ANA):
        await eventually(lambda row=row: desk.ticket_is(row, "waiting", campaign="c0"))
    desk.fakes.say(people.eva, "what is this?")
    desk.fakes.tap(people.luis, "A person")
    assert await eventually(lambda: desk.ticket_is(EVA, "bot", campaign="c0"))
    assert await eventually(lambda: desk.ticket_is(LUIS, "queued", campaign="c0"))
    await desk.fakes.expect(people.eva, 2)
    await desk.fakes.expect(people.luis, 2)
    return people


async def send(desk: Desk, people: People, busy: str, **plan: object) -> None:
    await desk.load(list(people), busy=busy, **plan)
    waits = 2 if busy == "queue" else 0
    await rounds(desk, lambda: left(desk, waits))
    await desk.fakes.delivered()


async def rounds(desk: Desk, done: Callable[[], Awaitable[bool]]) -> None:
    """Let the dispatcher look until it is so."""

    async def looked() -> bool:
        await desk.dispatcher.round()
        return await done()

    assert await eventually(looked)


async def left(desk: Desk, waiting: int) -> bool:
    counts = await desk.rows.counts("c1")
    return not counts["queued"] and counts["pending"] == counts.get("b:waiting", 0) == waiting


async def is_counted(desk: Desk, busy: dict[str, int]) -> bool:
    return {name[2:]: n for name, n in (await desk.counts()).items() if name.startswith("b:")} == busy


async def got(desk: Desk, people: People) -> list[int]:
    await desk.fakes.delivered()
    return [len(desk.fakes.received(phone)) for phone in people]


async def free_eva(desk: Desk, people: People) -> None:
    """Her conversation ends, and it is time to look again."""
    desk.fakes.say(people.eva, "i will pay")
    assert await eventually(lambda: desk.ticket_is(EVA, "closed", "answered", "c0"))
    await desk.fakes.expect(people.eva, 3)
    await desk.server.advance_clock(MINUTE_S + 1)


async def joined(desk: Desk) -> bool:
    """Whether the message to Luis is part of the conversation that people have with him, as it was."""
    ticket, theirs = await desk.ticket_of(LUIS), await desk.ticket_of(LUIS, "c0")
    return ticket is not None and theirs is not None and ticket.id == theirs.id and theirs.state == "queued"


async def reason_of(desk: Desk, row: int) -> tuple[str, str]:
    found = await desk.rows.row("c1", row)
    assert found is not None
    return found[1].s, found[1].e


async def test_b18_send_only_sends_to_all_and_interrupts_nobody(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "send_only")

    assert await got(desk, people) == [3, 3, 2, 1]
    assert await eventually(lambda: desk.ticket_is(EVA, "waiting"))  # by itself, beside the one the bot has
    assert await desk.ticket_is(EVA, "bot", campaign="c0")
    assert await eventually(lambda: joined(desk))
    for row in (ANA, TOM):
        assert await eventually(lambda row=row: desk.ticket_is(row, "waiting"))
    assert await eventually(lambda: is_counted(desk, {"sent": 2}))
    desk.fakes.say(people.eva, "i will pay")  # the dialog that ran takes it
    assert await eventually(lambda: desk.ticket_is(EVA, "closed", "answered", "c0"))


async def test_b18_skip_sets_aside_who_talks_with_the_bot_or_with_people(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "skip")

    assert await got(desk, people) == [2, 2, 2, 1]
    assert [await reason_of(desk, row) for row in (EVA, LUIS)] == [("skipped", "busy")] * 2
    assert await desk.ticket_of(EVA) is None
    assert await desk.ticket_is(EVA, "bot", campaign="c0")
    for row in (ANA, TOM):
        assert await eventually(lambda row=row: desk.ticket_is(row, "waiting"))
    assert await eventually(lambda: is_counted(desk, {"skipped": 2}))


async def test_b18_queue_sends_once_they_are_free_and_gives_up_after_a_day(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "queue")
    assert await got(desk, people) == [2, 2, 2, 1]
    assert await eventually(lambda: is_counted(desk, {"queued": 2, "waiting": 2}))
    await desk.server.advance_clock(MINUTE_S + 1)
    await rounds(desk, lambda: looked_again(desk))
    assert await got(desk, people) == [2, 2, 2, 1]  # still busy

    await free_eva(desk, people)
    await rounds(desk, lambda: left(desk, 1))
    assert await eventually(lambda: desk.ticket_is(EVA, "waiting"))
    assert await got(desk, people) == [4, 2, 2, 1]
    assert await eventually(lambda: is_counted(desk, {"queued": 2, "waiting": 1}))

    await desk.server.advance_clock(DAY_S)
    await rounds(desk, lambda: left(desk, 0))
    assert await reason_of(desk, LUIS) == ("skipped", "still_busy")
    assert await got(desk, people) == [4, 2, 2, 1]
    assert await desk.ticket_is(LUIS, "queued", campaign="c0")
    assert await eventually(lambda: is_counted(desk, {"queued": 2, "skipped": 1}))


async def looked_again(desk: Desk) -> bool:
    """Whether every row that waits is to be looked at later than now."""
    now_ms = desk.server.store.clock.now_ms()
    names = [desk.server.keys.campaign_rows(shard, "c1", "held") for shard in range(desk.server.keys.shards)]
    due = [await desk.server.store.command("ZCOUNT", name, "-inf", now_ms, key=name) for name in names]
    return not sum(due) and await left(desk, 2)


async def test_b18_interrupt_ends_the_bots_conversation_and_no_persons(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "interrupt")

    assert await got(desk, people) == [3, 3, 2, 1]
    assert await eventually(lambda: desk.ticket_is(EVA, "closed", "interrupted", "c0"))
    assert await eventually(lambda: desk.ticket_is(EVA, "waiting"))
    assert await eventually(lambda: joined(desk))
    assert await eventually(lambda: is_counted(desk, {"interrupted": 1, "sent": 1}))
    await agree(desk.rows, "c0", desk.server.tickets.ticket)
    session = await session_of(desk.server, people.eva)
    assert (session["asked_by_template"], session.get("phase", "waiting")) == (True, "waiting")  # for the new answer
    desk.fakes.say(people.eva, "i will pay")
    assert await eventually(lambda: desk.ticket_is(EVA, "closed", "answered"))
    await desk.fakes.expect(people.eva, 4)
    await desk.server.advance_clock(DAY_S)  # and nothing of the dialog that was ended comes any more
    assert await got(desk, people) == [4, 3, 2, 1]


async def test_an_interruption_without_a_bot_of_its_own_ends_the_session(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "interrupt", dialog="")
    assert await eventually(lambda: desk.ticket_is(EVA, "waiting"))
    session = await session_of(desk.server, people.eva)
    assert (session["phase"], session["cause"]) == ("ended", "interrupted")
    desk.fakes.say(people.eva, "hello?")
    assert await eventually(lambda: desk.ticket_is(EVA, "queued"))  # D68
    assert await got(desk, people) == [3, 3, 2, 1]


@pytest.mark.parametrize(
    ("busy", "received", "counted"),
    [
        ("send_only", [3, 3, 2, 1], {"sent": 2}),
        ("skip", [2, 2, 2, 1], {"skipped": 2}),
        ("queue", [2, 2, 2, 1], {"queued": 2, "waiting": 2}),
        ("interrupt", [3, 3, 2, 1], {"interrupted": 1, "sent": 1}),
    ],
)
async def test_an_informative_campaign_chooses_likewise(desk: Desk, busy: str, received: list[int], counted: dict):
    people = await meet(desk)
    await send(desk, people, busy, informative=True, dialog="", wait_s=0)
    assert await got(desk, people) == received
    assert await eventually(lambda: desk.ticket_is(TOM, "closed", "informative"))
    assert await eventually(lambda: is_counted(desk, counted))
    assert await desk.ticket_is(LUIS, "queued", campaign="c0")


async def test_who_opts_out_while_the_message_waits_gets_nothing(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "queue")
    desk.fakes.say(people.eva, "stop")
    assert await eventually(lambda: desk.ticket_is(EVA, "closed", "opt_out", "c0"))
    await desk.server.advance_clock(MINUTE_S + 1)
    await rounds(desk, lambda: left(desk, 1))
    assert await reason_of(desk, EVA) == ("skipped", "opt_out")


async def test_what_waits_stays_where_it_is_in_a_pause_and_ends_with_the_campaign(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "queue")
    await desk.rows.set_gate("c1", "paused")
    await free_eva(desk, people)
    for _ in range(3):
        await desk.dispatcher.round()
    assert await left(desk, 2)
    await desk.rows.set_gate("c1", "cancelled")
    await desk.rows.cancel_pending("c1")

    assert await left(desk, 0)
    assert [await reason_of(desk, row) for row in (EVA, LUIS)] == [("cancelled", "")] * 2
    assert await eventually(lambda: is_counted(desk, {"queued": 2}))
    assert await got(desk, people) == [3, 2, 2, 1]


async def test_whoever_dispatches_after_a_restart_finds_what_waits_and_sends_it_once(desk: Desk):
    people = await meet(desk)
    await send(desk, people, "queue")
    await free_eva(desk, people)
    server, found = desk.server, []
    assert server._turns
    for shard in range(server.keys.shards):
        found += await desk.rows.held("c1", shard, 10)
    assert sorted(row.number for row, _ in found) == [EVA, LUIS]
    another = Dispatcher(
        server.store, server.keys, desk.rows, desk.plans, server.definitions, server._turns, server.limits
    )
    for row, held_ms in found * 3:  # two processes that looked at once, or one that died and looked again
        await another._give(desk.plans.plans[0], row, held_ms)

    assert await eventually(lambda: left(desk, 1))
    assert await eventually(lambda: desk.ticket_is(EVA, "waiting"))
    assert await got(desk, people) == [4, 2, 2, 1]


@pytest.mark.parametrize("busy", BUSY)
async def test_a_policy_is_chosen_by_name(desk: Desk, busy: str):
    assert check(wanted(busy), desk.server.workspace, {}).wanted.busy == busy


async def test_a_policy_there_is_not_is_refused_with_those_there_are(desk: Desk):
    with pytest.raises(Refused) as refused:
        check(wanted("later"), desk.server.workspace, {})
    assert (refused.value.code, refused.value.field) == ("busy_policy", "busy")
    for language in ("es", "en"):
        assert "send_only, skip, queue, interrupt" in refused.value.message(language)


def wanted(busy: str) -> Wanted:
    facts = {"name": "Bills", "channel": "whatsapp", "department": None, "template": "due", "wait_s": 3_600}
    return Wanted(**facts, expects_answer=True, busy=busy)
