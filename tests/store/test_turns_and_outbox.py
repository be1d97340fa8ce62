"""A turn is saved whole or not at all; an entry leaves once, in order, or says why not."""

import pytest

from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys, shard_of
from bot_runtime.store.outbox import Entry, Mark, Outbox
from bot_runtime.store.turns import Saved, TurnChanges, Turns
from tests.store.outboxes import NOW, RULES, claim_of, entry, head_of, saved_with


async def test_a_saved_turn_stores_everything_and_releases_the_contact(
    contacts: Contacts, turns: Turns, store: Store, keys: Keys
):
    claim, saved = await saved_with(
        contacts, turns, entry(1, "hola"), set_fields={"s:wa": "{}"}, journal=[b"line"], start_timers=[("t", 5)]
    )

    assert saved == Saved([], "1")
    assert await store.command("HGET", keys.contact(claim.contact), "s:wa") == b"{}"
    assert await store.command("LRANGE", keys.journal(claim.contact), 0, -1) == [b"line"]
    assert await store.command("ZCARD", keys.timers(shard_of(claim.contact))) == 1
    assert await store.command("EXISTS", keys.inbox(claim.contact)) == 0
    assert (await contacts.due(int(shard_of(claim.contact)))).contacts == []


async def test_saving_a_turn_again_changes_nothing(contacts: Contacts, turns: Turns, store: Store, keys: Keys):
    claim, _ = await saved_with(contacts, turns, entry(1, "hola"), journal=[b"line"])

    assert (await turns.save(claim, claim.inbox[0], "wa", TurnChanges(journal=[b"line"]))).again
    assert await store.command("LLEN", keys.journal(claim.contact)) == 1


async def test_the_next_event_comes_with_the_save(contacts: Contacts, turns: Turns):
    claim = await claim_of(contacts)
    event = TextReceived(at=NOW, channel="wa", message_id="m2", text="otra")
    await contacts.append([("tel:+1", "1")], "wa", event, once=2)
    saved = await turns.save(claim, claim.inbox[0], "wa", TurnChanges())

    assert [pending.decode() for pending in saved.inbox] == [event]


async def test_a_dead_letter_is_kept_and_the_inbox_goes_on(contacts: Contacts, turns: Turns, store: Store, keys: Keys):
    claim, _ = await saved_with(contacts, turns, dead_letter=b"{}")

    letters = await store.command("HGETALL", keys.dead(shard_of(claim.contact)))
    assert letters == [f"{claim.contact}.{claim.inbox[0].number}".encode(), b"{}"]


async def test_entries_leave_in_order_each_after_the_one_before(contacts: Contacts, turns: Turns, outbox: Outbox):
    first = await head_of(contacts, turns, outbox, entry(1, "uno"), entry(2, "dos"))
    assert (await outbox.mark_sending(first, **RULES)).at_ms
    assert await outbox.claim_lane(first.contact, "wa") is None
    second = (await outbox.settle(first, "sent", external_id="x1", took_ms=20)).following

    assert second is not None
    assert second.payload.effect == SendText("dos")
    await outbox.mark_sending(second, **RULES)
    assert (await outbox.settle(second, "sent", external_id="x2")).following is None
    metas = await outbox.entries(first.contact)
    assert [(metas[n].s, metas[n].x) for n in ("1", "2")] == [("sent", "x1"), ("sent", "x2")]


async def test_nothing_is_marked_twice_nor_by_a_stale_holder(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    first = await head_of(contacts, turns, outbox, entry(1, "uno"))
    await store.advance_clock(16)
    other = await outbox.claim_lane(first.contact, "wa")

    assert other is not None
    assert await outbox.mark_sending(first, **RULES) == Mark()
    assert (await outbox.mark_sending(other, **RULES)).at_ms
    assert await outbox.mark_sending(other, **RULES) == Mark()


async def test_a_late_result_settles_the_entry_but_gives_no_lane(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    first = await head_of(contacts, turns, outbox, entry(1, "uno"), entry(2, "dos"))
    await outbox.mark_sending(first, **RULES)
    await store.advance_clock(36)
    second = await outbox.claim_lane(first.contact, "wa")

    assert second is not None
    assert second.number == "2"
    assert (await outbox.entries(first.contact))["1"].s == "unknown"  # the channel reported on nothing since
    assert (await outbox.settle(first, "sent", external_id="x1")).following is None
    assert (await outbox.entries(first.contact))["1"].s == "sent"


async def test_a_reply_nobody_answered_for_is_sent_again_once_if_others_were_reported_on(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head: Entry | None = await head_of(contacts, turns, outbox, entry(1, "uno"))
    for again in (1, 0):
        assert head is not None
        mark = await outbox.mark_sending(head, **RULES)
        assert mark.at_ms
        await store.advance_clock(36)
        await outbox.heard("wa", mark.at_ms)
        head = await outbox.claim_lane(head.contact, "wa")
        assert (head is not None) == bool(again)


async def test_a_template_nobody_answered_for_is_never_sent_again(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head = await head_of(contacts, turns, outbox, entry(1, "promo", "template"))
    mark = await outbox.mark_sending(head, **RULES)
    await store.advance_clock(36)
    await outbox.heard("wa", mark.at_ms or 0)

    assert await outbox.claim_lane(head.contact, "wa") is None
    assert (await outbox.entries(head.contact))["1"].s == "unknown"


async def test_an_opt_out_holds_back_templates_and_on_sms_everything_but_its_confirmation(
    contacts: Contacts, turns: Turns, outbox: Outbox
):
    first = await head_of(
        contacts, turns, outbox, entry(1, "promo", "template"), entry(2, "respuesta"), set_fields={"out:wa": "{}"}
    )
    sms = {**RULES, "opt_out_holds_all": True}

    assert (await outbox.mark_sending(first, **RULES)).verdict == "cancelled"
    second = (await outbox.settle(first, "cancelled")).following
    assert second is not None
    assert (await outbox.mark_sending(second, **sms)).verdict == "cancelled"
    assert (await outbox.mark_sending(second, **RULES)).at_ms


async def test_a_contact_is_not_written_to_faster_than_its_pause_beyond_the_burst(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    rules = {**RULES, "pause_ms": 6_000, "borrow_ms": 6_000}  # a burst of two
    head: Entry | None = await head_of(contacts, turns, outbox, *(entry(n, str(n)) for n in (1, 2, 3)))
    for _ in range(2):
        assert head is not None
        assert (await outbox.mark_sending(head, **rules)).at_ms
        head = (await outbox.settle(head, "sent")).following
    assert head is not None
    too_soon = await outbox.mark_sending(head, **rules)
    assert too_soon.wait_ms == pytest.approx(6_000, abs=500)
    assert await outbox.claim_lane(head.contact, "wa") is None
    await store.advance_clock(7)
    head = await outbox.claim_lane(head.contact, "wa")
    assert head is not None
    assert (await outbox.mark_sending(head, **rules)).at_ms


async def test_an_entry_that_goes_on_failing_expires(contacts: Contacts, turns: Turns, outbox: Outbox, store: Store):
    head: Entry | None = await head_of(contacts, turns, outbox, entry(1, "uno"))
    assert head is not None
    await outbox.mark_sending(head, **RULES)
    assert (await outbox.settle(head, "queued", code="131000", retry_ms=1_000, counts="r")).following is None
    await store.advance_clock(601)
    head = await outbox.claim_lane(head.contact, "wa")
    assert head is not None
    assert head.meta.t == 1
    assert (await outbox.mark_sending(head, **RULES)).verdict == "expired"


async def test_a_wait_runs_from_the_attempt_that_sent_its_message(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys
):
    head = await head_of(contacts, turns, outbox, entry(1, "¿sí?", wait="3:60000"), set_fields={"wait:wa": 3})
    timers = keys.timers(shard_of(head.contact))
    assert await store.command("ZCARD", timers) == 0  # a question not yet sent waits for nobody
    mark = await outbox.mark_sending(head, **RULES)
    await store.advance_clock(3_600)  # a jump of the clock while the provider thinks is no time waited
    await outbox.settle(head, "sent", took_ms=40)

    assert mark.at_ms
    due = await store.command("ZSCORE", timers, f"{head.contact}|wa|3")
    assert float(due) == mark.at_ms + 40 + 60_000


async def test_a_wait_already_answered_does_not_start(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys
):
    head = await head_of(contacts, turns, outbox, entry(1, "¿sí?", wait="3:60000"), set_fields={"wait:wa": 4})
    await outbox.mark_sending(head, **RULES)
    await outbox.settle(head, "sent")

    assert await store.command("ZCARD", keys.timers(shard_of(head.contact))) == 0


@pytest.mark.parametrize(
    ("known", "reported", "becomes"),
    [
        ("sent", "delivered", "delivered"),
        ("delivered", "sent", "delivered"),  # providers report out of order
        ("delivered", "read", "read"),
        ("sent", "failed", "failed"),
        ("delivered", "failed", "delivered"),  # it arrived: a later failure is noise
        ("failed", "delivered", "delivered"),
        ("failed", "sent", "failed"),  # no evidence against a refusal: only one that arrived is
        ("failed", "failed", "failed"),
        ("read", "read", "read"),  # told twice: nothing changed the second time
        ("unknown", "sent", "sent"),  # the provider's evidence settles a doubt
        ("unknown", "failed", "failed"),
    ],
)
async def test_a_delivery_status_only_moves_forward(
    contacts: Contacts, turns: Turns, outbox: Outbox, known: str, reported: str, becomes: str
):
    head = await head_of(contacts, turns, outbox, entry(1, "uno"))
    await outbox.mark_sending(head, **RULES)
    await outbox.settle(head, "unknown" if known == "unknown" else "sent", external_id="x1")
    if known not in ("sent", "unknown"):
        await outbox.merge_status(head.id, known, "x1", "")

    merged = await outbox.merge_status(head.id, reported, "x1", "")
    assert merged is not None
    assert (merged.status, merged.changed, merged.row) == (becomes, becomes != known, "")


async def test_a_report_may_come_before_the_answer_to_the_send(contacts: Contacts, turns: Turns, outbox: Outbox):
    head = await head_of(contacts, turns, outbox, entry(1, "uno"), entry(2, "dos"))
    await outbox.mark_sending(head, **RULES)
    merged = await outbox.merge_status(head.id, "delivered", "", "")
    assert merged is not None
    assert (merged.status, merged.changed) == ("delivered", True)
    following = (await outbox.settle(head, "sent", external_id="x1")).following

    assert following is not None
    known = (await outbox.entries(head.contact))["1"]
    assert (known.s, known.x) == ("delivered", "x1")


async def test_a_report_on_an_entry_we_do_not_have_says_so(outbox: Outbox):
    assert await outbox.merge_status("3.nobody.9", "read", "", "") is None
