"""A campaign's rows from pending to settled, with tickets, answers and silence; over webhooks and the real store."""

import asyncio
from typing import Any

import pytest

from bot_runtime.runtime.contact import LATE_S
from bot_runtime.runtime.dispatch import Plan
from bot_runtime.store.campaigns import STATUSES, Row
from bot_runtime.store.outbox import Mark
from bot_runtime.web.tickets import history_of
from bot_runtime.workspace import load_workspace
from tests.campaigns.desk import TEMPLATE, Desk
from tests.runtime.test_conversations import eventually, session_of


async def test_everybody_gets_the_message_once_and_a_waiting_ticket_with_their_rows_data(desk: Desk):
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(30)]
    await desk.load(phones)
    await desk.send_all()

    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 30
    counts = await desk.counts()
    assert sum(counts.get(status, 0) for status in STATUSES) == counts["accepted"] == 30
    assert await eventually(lambda: desk.ticket_is(2, "waiting"))
    ticket = await desk.ticket_of(2)
    assert ticket is not None
    assert (ticket.department, ticket.metadata, ticket.dialog) == ("sales", {"branch": "north"}, "reminder")


async def test_the_conversation_keeps_what_was_read_though_the_template_changed_since(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana])
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    root = desk.server.workspace.root
    (root / "templates" / "due.yaml").write_text(TEMPLATE.replace("your bill is due", "pay at once"))
    loaded = load_workspace(root, {})
    assert loaded.workspace
    await desk.server.definitions.publish(loaded.workspace)

    ticket = await desk.ticket_of(2)
    assert ticket is not None
    (line,) = (await history_of(desk.server, ticket, None, 100)).lines
    assert line.text == "Hello Ana, your bill is due.\n[I will pay]\n[A person]"
    assert line.text.startswith(desk.fakes.texts(ana)[0])


async def test_a_message_to_somebody_with_an_agent_joins_their_conversation(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana])
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.tap(ana, "A person")
    await eventually(lambda: desk.ticket_is(2, "queued"))
    (_, first), ticket = await desk.rows.row("c1", 2), await desk.ticket_of(2)
    assert ticket is not None
    row = Row(2, ticket.contact, f"tel:{ana.number}", ana.number, ("Ana",), {"branch": "south", "plan": "gold"})
    await desk.rows.add_rows("c2", [row])
    await desk.rows.set_gate("c2", "sending")
    desk.plans.plans = [Plan("c2", "whatsapp", "due", "en", wait_s=3600, department="sales")]

    async def joined() -> bool:
        await desk.dispatcher.round()
        found = await desk.rows.row("c2", 2)
        return found is not None and found[1].t == first.t

    await eventually(joined)
    ticket = await desk.ticket_of(2)
    assert ticket is not None
    assert (ticket.state, ticket.metadata) == ("queued", {"branch": "north", "plan": "gold"})
    lines = (await history_of(desk.server, ticket, None, 100)).lines
    assert [line.text for line in lines if line.event == "campaign_joined"] == ["c2 · branch: south"]
    assert sum(line.text.startswith("Hello Ana, your bill is due.") for line in lines) == 2


async def test_an_answer_by_tap_or_by_text_takes_the_dialogs_branch_and_ends_the_wait(desk: Desk):
    ana, luis, eva = (desk.fakes.phone(name) for name in ("Ana", "Luis", "Eva"))
    await desk.load([ana, luis, eva])
    await desk.send_all()
    for number in (2, 3, 4):
        await eventually(lambda number=number: desk.ticket_is(number, "waiting"))
    desk.fakes.tap(ana, "I will pay")
    desk.fakes.say(luis, "i will pay")
    desk.fakes.tap(eva, "A person")

    assert (await desk.fakes.expect(ana, 2))[1].text == "Thank you, Ana."
    assert (await desk.fakes.expect(luis, 2))[1].text == "Thank you, Luis."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert await eventually(lambda: desk.ticket_is(3, "closed", "answered"))
    assert await eventually(lambda: desk.ticket_is(4, "queued"))
    await desk.server.advance_clock(7200)
    await asyncio.sleep(0.3)
    counts = await desk.counts()
    assert counts["answered"] == 3
    assert await desk.ticket_is(4, "queued")  # the wait ended with the answer


async def test_silence_closes_the_ticket_once_a_late_answer_reopens_it(desk: Desk):
    ana, luis = desk.fakes.phone("Ana"), desk.fakes.phone("Luis")
    await desk.load([ana, luis])
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    await desk.server.advance_clock(3540)
    await asyncio.sleep(0.3)
    assert await desk.ticket_is(2, "waiting")  # never early
    await desk.server.advance_clock(61)
    await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    assert len(desk.fakes.received(ana)) == 1  # no service window was ever opened: nothing may be said
    await desk.server.advance_clock(3600)
    desk.fakes.tap(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text == "Thank you, Ana."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert (await desk.counts())["late"] == 1
    await desk.server.advance_clock(24 * 3600)
    desk.fakes.say(luis, "hello?")  # too late: an ordinary message, and no dialog answers those here
    await desk.fakes.delivered()
    assert await desk.ticket_is(3, "closed", "no_answer")


@pytest.mark.parametrize(("moment_s", "late"), [(-2, 1), (1, 0)])
async def test_a_late_answer_reopens_within_24_hours_of_the_close_and_not_a_second_later(
    desk: Desk, moment_s: int, late: int
):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=60)
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    await desk.server.advance_clock(61)
    await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    closed = await desk.ticket_of(2)
    assert closed is not None
    end_s = closed.changed_at / 1000 + LATE_S
    await desk.server.advance_clock(end_s + moment_s - desk.server.store.clock.now_s())
    desk.fakes.say(ana, "I will pay")
    await desk.fakes.delivered()

    if late:
        assert (await desk.fakes.expect(ana, 2))[1].text == "Thank you, Ana."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered" if late else "no_answer"))
    assert (await desk.counts()).get("late", 0) == late


async def test_wait_0_closes_at_once_and_the_bot_still_works(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=0)
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    desk.fakes.tap(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text == "Thank you, Ana."


async def test_an_informative_campaigns_tickets_are_born_closed(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], informative=True, dialog="", wait_s=0)
    await desk.send_all()

    assert await eventually(lambda: desk.ticket_is(2, "closed", "informative"))


async def test_without_a_bot_the_answer_waits_for_a_person(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], dialog="")
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    desk.fakes.say(ana, "who is this?")

    assert await eventually(lambda: desk.ticket_is(2, "queued"))
    assert len(desk.fakes.received(ana)) == 1


async def test_who_opted_out_is_set_aside_and_an_opt_out_is_no_answer(desk: Desk):
    ana, luis = desk.fakes.phone("Ana"), desk.fakes.phone("Luis")
    desk.fakes.say(ana, "baja")
    await desk.fakes.expect(ana, 1)
    await desk.load([ana, luis])
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(3, "waiting"))
    desk.fakes.say(luis, "stop")
    await eventually(lambda: desk.ticket_is(3, "closed", "opt_out"))

    found = await desk.rows.row("c1", 2)
    assert found is not None
    assert (found[1].s, found[1].e) == ("skipped", "opt_out")
    assert (await desk.counts()).get("answered", 0) == 0


async def test_a_refused_message_is_failed_with_its_reason_and_the_rest_goes_on(desk: Desk):
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(5)]
    desk.fakes.fault("whatsapp", code=131026, count=2)
    await desk.load(phones)
    await desk.send_all()

    counts = await desk.counts()
    assert counts["failed"] == 2
    assert {state.e for _, state in await desk.rows.rows("c1", status="failed")} == {"131026"}
    assert sum(counts[status] for status in ("sent", "delivered") if status in counts) == 3
    assert all(state.t == "" for _, state in await desk.rows.rows("c1", status="failed"))  # no ticket was born


async def test_pause_lets_nothing_new_leave_and_resume_goes_on_with_exactly_those_left(desk: Desk):
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(40)]
    await desk.load(phones)
    await desk.dispatcher.round()
    await desk.rows.set_gate("c1", "paused")
    await asyncio.sleep(0.2)
    await desk.fakes.delivered()
    sent = len(desk.fakes.sends("whatsapp"))
    await desk.dispatcher.round()
    await asyncio.sleep(0.3)
    assert len(desk.fakes.sends("whatsapp")) == sent
    counts = await desk.counts()
    assert counts.get("queued", 0) == 0
    assert counts.get("pending", 0) == 40 - sent
    await desk.rows.set_gate("c1", "sending")
    await desk.send_all()

    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 40


async def test_cancel_settles_the_unsent_and_the_totals_add_up(desk: Desk):
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(40)]
    await desk.load(phones)
    await desk.dispatcher.round()
    await desk.rows.set_gate("c1", "cancelled")
    await desk.rows.cancel_pending("c1")
    await eventually(desk.settled)
    await desk.fakes.delivered()

    counts = await desk.counts()
    assert sum(counts.values()) == 40
    assert counts.get("cancelled", 0) == 40 - len(desk.fakes.sends("whatsapp"))


async def test_a_row_is_given_once_however_many_dispatch_it(desk: Desk):
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(20)]
    await desk.load(phones)
    rows = [row for shard in range(desk.server.keys.shards) for row in await desk.rows.todo("c1", shard, 100)]
    plan = desk.plans.plans[0]
    await asyncio.gather(*(desk.dispatcher._give(plan, row) for row in rows * 5))
    await eventually(desk.settled)

    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 20


async def test_a_wait_never_starts_before_the_provider_had_the_message(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    ana = desk.fakes.phone("Ana")
    mark = desk.server.outbox.mark_sending

    async def told_late(*args: Any, **kwargs: Any) -> Mark:
        marked = await mark(*args, **kwargs)
        await asyncio.sleep(0.3)  # a busy machine: we hear of the mark long after it was made
        return marked

    monkeypatch.setattr(desk.server.outbox, "mark_sending", told_late)
    await desk.load([ana])
    await desk.send_all()
    assert await eventually(lambda: desk.ticket_is(2, "waiting"))

    ticket = await desk.ticket_of(2)
    (call,) = desk.fakes.sends("whatsapp")
    assert ticket is not None
    assert ticket.opened_at >= call.at.timestamp() * 1000


async def test_when_delivery_fails_later_the_waiting_ticket_closes(desk: Desk):
    ana = desk.fakes.phone("Ana")
    desk.fakes.fault("whatsapp", on="delivery", code=131026, count=1)
    await desk.load([ana])
    await desk.send_all()

    assert await eventually(lambda: desk.ticket_is(2, "closed", "undelivered"))
    assert (await desk.counts()).get("failed") == 1


async def test_a_contact_in_another_dialog_keeps_it_and_the_ticket_waits_by_itself(desk: Desk):
    ana = desk.fakes.phone("Ana")
    await desk.server.request_dialog(channel="whatsapp", address=ana.number, dialog="reminder", given={"name": "Ana"})
    await desk.fakes.expect(ana, 1)
    desk.fakes.say(ana, "what?")
    await desk.fakes.expect(ana, 2)
    await desk.load([ana])
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))

    assert (await session_of(desk.server, ana))["attempts"] == 1  # the running session was left alone


@pytest.mark.parametrize("wait_s", [60, 86_400])
@pytest.mark.parametrize(("moment_s", "counted"), [(-1, "answered"), (1, "late")])
async def test_a_second_before_its_end_an_answer_is_in_time_and_a_second_after_it_is_late(
    desk: Desk, wait_s: int, moment_s: int, counted: str
):
    ana = desk.fakes.phone("Ana")
    await desk.load([ana], wait_s=wait_s)
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(2, "waiting"))
    ticket = await desk.ticket_of(2)
    assert ticket is not None
    end_s = ticket.opened_at / 1000 + wait_s
    await desk.server.advance_clock(end_s + moment_s - desk.server.store.clock.now_s())
    if counted == "late":
        await eventually(lambda: desk.ticket_is(2, "closed", "no_answer"))
    desk.fakes.tap(ana, "I will pay")

    assert (await desk.fakes.expect(ana, 2))[1].text == "Thank you, Ana."
    assert await eventually(lambda: desk.ticket_is(2, "closed", "answered"))
    assert (await desk.counts())[counted] == 1


async def test_a_stop_in_mid_campaign_keeps_back_what_has_not_left_yet(desk: Desk):
    ana, luis = desk.fakes.phone("Ana"), desk.fakes.phone("Luis")
    await desk.server.outbox.hold_channel("whatsapp", "person", "test", "So that nothing leaves yet.")
    await desk.load([ana, luis])
    await desk.dispatcher.round()
    desk.fakes.say(ana, "baja")
    await desk.fakes.delivered()
    await desk.server.outbox.release_channel("whatsapp")
    await desk.send_all()

    sent = [message.template for message in desk.fakes.received(ana)]
    assert "due" not in sent  # but for the confirmation of her stop
    assert [message.template for message in desk.fakes.received(luis)] == ["due"]
    found = await desk.rows.row("c1", 2)
    assert found is not None
    assert found[1].s in ("cancelled", "skipped")
