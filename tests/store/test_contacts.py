"""Ingest and claims: each script's return values, on a real Valkey."""

from datetime import UTC, datetime, timedelta

import pytest

from bot_runtime.dialogs.events import TextReceived, TimedOut
from bot_runtime.errors import StaleClaim
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys, shard_of
from bot_runtime.store.turns import TurnChanges, Turns

ANA = [("tel:+5215550000001", "5215550000001")]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def text(words: str, message_id: str = "m1") -> TextReceived:
    return TextReceived(at=NOW, channel="wa", message_id=message_id, text=words)


async def test_the_first_event_of_a_contact_gives_the_claim(contacts: Contacts, keys: Keys):
    contact, claim, new = await contacts.append(ANA, "wa", text("hola"), once=1)

    assert new
    assert contact == keys.contact_id("tel:+5215550000001")
    assert claim is not None
    assert [p.decode() for p in claim.inbox] == [text("hola")]
    assert claim.fields[b"@tel:+5215550000001"] == b"5215550000001"
    assert claim.fields[b"to:wa"] == b"tel:+5215550000001"


async def test_the_same_provider_id_counts_once(contacts: Contacts):
    await contacts.append(ANA, "wa", text("hola"), once=7)

    assert await contacts.append(ANA, "wa", text("hola"), once=7) == (
        (await contacts.find(ANA[0][0])),
        None,
        False,
    )


async def test_it_still_counts_once_in_the_next_period(contacts: Contacts, store: Store):
    await contacts.append(ANA, "wa", text("hola"), once=7)
    await store.advance_clock(7 * 86_400)

    assert (await contacts.append(ANA, "wa", text("hola"), once=7))[2] is False


async def test_a_held_contact_only_grows_its_inbox(contacts: Contacts):
    _, held, _ = await contacts.append(ANA, "wa", text("uno"), once=1)
    _, second, new = await contacts.append(ANA, "wa", text("dos"), once=2)

    assert held is not None
    assert second is None
    assert new


async def test_a_web_process_appends_without_claiming(contacts: Contacts):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1, claim=False)

    assert claim is None
    assert (await contacts.due(int(shard_of(contact)))).contacts == [contact]
    taken = await contacts.claim(contact)
    assert taken is not None
    assert [p.decode() for p in taken.inbox] == [text("hola")]
    assert await contacts.claim(contact) is None  # held now


async def test_a_lease_that_ran_out_passes_the_contact_on_with_its_event(
    contacts: Contacts, turns: Turns, store: Store
):
    contact, held, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    await store.advance_clock(16)
    taken = await contacts.claim(contact)

    assert held is not None
    assert taken is not None
    assert taken.inbox == held.inbox
    with pytest.raises(StaleClaim):
        await turns.save(held, held.inbox[0], "wa", TurnChanges())
    assert (await turns.save(taken, taken.inbox[0], "wa", TurnChanges())).inbox == []


async def test_two_addresses_of_one_webhook_lead_to_one_contact(contacts: Contacts):
    both = [*ANA, ("wa-id:MX.123", "MX.123")]
    contact, _, _ = await contacts.append(both, "wa", text("hola"), once=1)
    by_id, _, _ = await contacts.append(both[1:], "wa", text("sigo aquí", "m2"), once=2)

    assert by_id == contact
    assert await contacts.find("wa-id:MX.123") == contact


async def test_a_person_met_without_a_phone_keeps_their_contact_when_it_appears(contacts: Contacts):
    first, _, _ = await contacts.append([("wa-id:MX.123", "MX.123")], "wa", text("hola"), once=1)
    later, _, _ = await contacts.append([*ANA, ("wa-id:MX.123", "MX.123")], "wa", text("yo", "m2"), once=2)
    by_phone, _, _ = await contacts.append(ANA, "wa", text("yo", "m3"), once=3)

    assert later == first
    assert by_phone == first


async def test_nobody_is_found_under_an_unknown_address(contacts: Contacts):
    assert await contacts.find("tel:+1") is None


async def test_a_failed_turn_is_tried_again_later_and_the_tries_are_counted(contacts: Contacts, store: Store):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    assert claim is not None
    assert claim.tries(claim.inbox[0]) == 0
    for _ in range(2):  # counting twice is counting once
        assert await contacts.count_try(claim, claim.inbox[0], 1, 2_000)
    assert await contacts.claim(contact) is None  # not yet
    await store.advance_clock(3)
    again = await contacts.claim(contact)
    assert again is not None
    assert again.tries(again.inbox[0]) == 1
    assert not await contacts.count_try(claim, claim.inbox[0], 2)  # the earlier claim is stale
    assert await contacts.count_try(again, again.inbox[0], 2)  # begun, and the claim is kept
    assert (await contacts.due(int(shard_of(contact)))).contacts == []
    assert await contacts.count_try(again, again.inbox[0], 2, 10_000)
    await store.advance_clock(11)
    last = await contacts.claim(contact)
    assert last is not None
    assert last.tries(last.inbox[0]) == 2


async def test_a_holder_who_never_came_back_is_counted_as_a_try(contacts: Contacts, store: Store):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    assert claim is not None
    await store.advance_clock(16)
    _, newer, _ = await contacts.append(ANA, "wa", text("ya", "m2"), once=2)
    assert newer is None  # who writes again does not hide it
    again = await contacts.claim(contact)

    assert again is not None
    assert [again.tries(event) for event in again.inbox] == [1, 0]


async def test_waiting_for_somebody_to_begin_is_no_try(contacts: Contacts, store: Store):
    contact, _, _ = await contacts.append(ANA, "wa", text("hola"), once=1, claim=False)
    await store.advance_clock(60)
    await contacts.release_all(int(shard_of(contact)))
    claim = await contacts.claim(contact)

    assert claim is not None
    assert claim.tries(claim.inbox[0]) == 0


async def test_the_work_of_a_process_known_to_be_gone_is_due_at_once_and_counted(contacts: Contacts):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    assert claim is not None
    await contacts.release_all(int(shard_of(contact)))
    again = await contacts.claim(contact)

    assert again is not None
    assert again.tries(again.inbox[0]) == 1


async def test_a_timer_fires_once_and_never_early(contacts: Contacts, turns: Turns, store: Store):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    assert claim is not None
    member = f"{contact}|wa|1"
    await turns.save(claim, claim.inbox[0], "wa", TurnChanges(start_timers=[(member, 60_000)]))
    event = TimedOut(at=NOW + timedelta(minutes=1), channel="wa", wait=1)

    assert await contacts.fire(member, event) is None  # early
    assert (await contacts.due(int(shard_of(contact)))).timers == []
    await store.advance_clock(61)
    assert [m for m, _ in (await contacts.due(int(shard_of(contact)))).timers] == [member]
    fired = await contacts.fire(member, event)
    assert fired is not None
    assert [p.decode() for p in fired.inbox] == [event]
    assert await contacts.fire(member, event) is None  # twice


async def test_a_timer_that_fires_while_the_contact_is_held_waits_in_the_inbox(
    contacts: Contacts, turns: Turns, store: Store
):
    contact, claim, _ = await contacts.append(ANA, "wa", text("hola"), once=1)
    assert claim is not None
    member = f"{contact}|wa|1"
    await turns.save(claim, claim.inbox[0], "wa", TurnChanges(start_timers=[(member, 1_000)]))
    await store.advance_clock(2)
    _, held, _ = await contacts.append(ANA, "wa", text("ya", "m2"), once=2)
    event = TimedOut(at=NOW, channel="wa", wait=1)

    assert held is not None
    assert await contacts.fire(member, event) is None
    saved = await turns.save(held, held.inbox[0], "wa", TurnChanges())
    assert [p.decode() for p in saved.inbox] == [event]
