"""Whose word counts: attempts, late results, workers that are gone, and what may not leave at the last moment."""

import pytest

from bot_runtime.dialogs.events import TextReceived
from bot_runtime.store.campaigns import CampaignRows, Row
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys, shard_of
from bot_runtime.store.outbox import Entry, Mark, Outbox
from bot_runtime.store.turns import Turns
from tests.store.outboxes import NOW, RULES, entry, head_of, marked_ms


async def status_of(outbox: Outbox, head: Entry) -> str:
    return (await outbox.entries(head.contact))[head.number].s


async def one(contacts: Contacts, turns: Turns, outbox: Outbox, kind: str = "reply") -> Entry:
    return await head_of(contacts, turns, outbox, entry(1, "uno", kind))


async def test_what_was_leaving_when_its_worker_went_is_in_doubt_at_once_and_holds_the_lane_35_s(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head = await head_of(contacts, turns, outbox, entry(1, "uno"), entry(2, "dos"))
    await marked_ms(outbox, head)
    await contacts.release_all(int(shard_of(head.contact)))  # the only process that used this store is gone
    assert await outbox.claim_lane(head.contact, "wa") is None
    assert await status_of(outbox, head) == "unknown"
    await store.advance_clock(34)
    assert await outbox.claim_lane(head.contact, "wa") is None
    await store.advance_clock(2)
    second = await outbox.claim_lane(head.contact, "wa")

    assert second is not None
    assert second.number == "2"


@pytest.mark.parametrize("kind", ["reply", "template"])
async def test_nothing_left_is_believed_of_the_latest_attempt_even_when_it_counts_as_in_doubt(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, kind: str
):
    head = await one(contacts, turns, outbox, kind)
    await marked_ms(outbox, head)
    await store.advance_clock(36)
    assert await outbox.claim_lane(head.contact, "wa") is None
    assert await status_of(outbox, head) == "unknown"
    await outbox.settle(head, "queued", code="connection", counts="r")  # the worker had only stood still

    again = await outbox.claim_lane(head.contact, "wa")
    assert again is not None
    assert (again.id, again.meta.t, again.meta.r) == (head.id, 1, 0)
    assert await outbox.count_unknown() == 0


@pytest.mark.parametrize("late", ["queued", "failed", "unknown"])
async def test_a_late_word_on_an_earlier_attempt_changes_nothing_but_that_it_was_taken_does(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, late: str
):
    first = await one(contacts, turns, outbox)
    at_ms = await marked_ms(outbox, first)
    await outbox.heard("wa", at_ms)
    await store.advance_clock(36)
    second = await outbox.claim_lane(first.contact, "wa")  # by the silence rule
    assert second is not None
    await marked_ms(outbox, second)
    await outbox.settle(first, late, code="131000")  # type: ignore[arg-type]
    assert await status_of(outbox, first) == "sending"
    await outbox.settle(first, "sent", external_id="x1")

    assert await status_of(outbox, first) == "sent"
    assert (await outbox.settle(second, "unknown", code="timeout")).following is None
    assert await status_of(outbox, first) == "sent"


async def test_a_failed_try_told_twice_counts_once(contacts: Contacts, turns: Turns, outbox: Outbox):
    head = await one(contacts, turns, outbox)
    await marked_ms(outbox, head)
    for _ in range(2):  # the answer to the first was lost on its way
        await outbox.settle(head, "queued", retry_ms=1_000, counts="n")
    known = (await outbox.entries(head.contact))["1"]

    assert (known.t, known.n) == (1, 1)


async def test_time_spent_waiting_does_not_count_towards_expiry(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head: Entry | None = await one(contacts, turns, outbox)
    assert head is not None
    await marked_ms(outbox, head)
    await store.advance_clock(300)
    await outbox.settle(head, "queued", counts="n", retry_ms=0)  # five of its ten minutes are over
    for _ in range(3):
        head = await outbox.claim_lane(head.contact, "wa")
        assert head is not None
        await outbox.settle(head, "queued")  # the channel is held
        await store.advance_clock(3_600)
    head = await outbox.claim_lane(head.contact, "wa")
    assert head is not None
    await marked_ms(outbox, head)
    await outbox.settle(head, "queued", counts="n", retry_ms=0)
    await store.advance_clock(301)
    head = await outbox.claim_lane(head.contact, "wa")
    assert head is not None

    assert (await outbox.mark_sending(head, **RULES)).verdict == "expired"  # type: ignore[arg-type]


async def test_a_template_waits_while_its_contact_has_written_something_nobody_read_yet(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head = await one(contacts, turns, outbox, "template")
    event = TextReceived(at=NOW, channel="wa", message_id="m9", text="STOP")
    _, claim, _ = await contacts.append([("tel:+1", "1")], "wa", event, once=9)
    assert claim is not None
    mark = await outbox.mark_sending(head, **RULES)  # type: ignore[arg-type]
    assert mark == Mark(wait_ms=300)

    reply = await head_of(contacts, turns, outbox, entry(1, "uno"), address="tel:+2")
    event = TextReceived(at=NOW, channel="wa", message_id="m8", text="y además")
    await contacts.append([("tel:+2", "2")], "wa", event, once=8)
    await marked_ms(outbox, reply)  # a reply answers what they wrote


async def test_a_contact_left_alone_is_set_aside_by_campaigns_for_a_day_and_answered_all_the_same(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys
):
    rows = CampaignRows(store, keys)
    contact = keys.contact_id("tel:+1")
    await rows.add_rows("c1", [Row(2, contact, "tel:+1", "1")])
    await rows.set_gate("c1", "sending")
    await store.command("HSET", keys.campaign_rows(shard_of(contact), "c1", "st"), 2, '{"s":"queued"}')
    await outbox.leave_alone(contact, "wa", store.clock.now_ms() + 86_400_000)
    head = await head_of(contacts, turns, outbox, entry(1, "promo", "template", row="c1:2"), entry(2, "hola"))
    assert (await outbox.mark_sending(head, **RULES)).verdict == "skipped"  # type: ignore[arg-type]
    following = (await outbox.settle(head, "skipped", code="left_alone")).following

    assert following is not None
    await marked_ms(outbox, following)
    found = await rows.row("c1", 2)
    assert found is not None
    assert (found[1].s, found[1].e) == ("skipped", "left_alone")
    assert await status_of(outbox, head) == "cancelled"


@pytest.mark.parametrize(("gate", "status"), [("paused", "queued"), ("cancelled", "unknown")])
async def test_what_may_have_left_once_is_never_taken_for_not_sent(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys, gate: str, status: str
):
    rows = CampaignRows(store, keys)
    contact = keys.contact_id("tel:+1")
    await rows.add_rows("c1", [Row(2, contact, "tel:+1", "1")])
    await rows.set_gate("c1", "sending")
    await store.command("HSET", keys.campaign_rows(shard_of(contact), "c1", "st"), 2, '{"s":"queued"}')
    head = await head_of(contacts, turns, outbox, entry(1, "promo", "template", row="c1:2"))
    await marked_ms(outbox, head)
    await outbox.settle(head, "unknown", code="timeout")
    await outbox.resend(head.id)
    again = await outbox.claim_lane(contact, "wa")
    assert again is not None
    await rows.set_gate("c1", gate)  # type: ignore[arg-type]
    mark = await outbox.mark_sending(again, **RULES)  # type: ignore[arg-type]
    if mark.verdict:
        await outbox.settle(again, mark.verdict)

    assert await status_of(outbox, head) == status
    found = await rows.row("c1", 2)
    assert found is not None
    assert found[1].s == status  # and not back on the list, to be sent as new
