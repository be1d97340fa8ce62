"""Entries in an outbox on the real store, without a server: saved by a turn, as everything that is to be sent."""

from datetime import UTC, datetime

import msgspec

from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.store.contacts import Claim, Contacts
from bot_runtime.store.outbox import Entry, Meta, Outbox, Payload
from bot_runtime.store.turns import NewEntry, Saved, TurnChanges, Turns

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = {"pause_ms": 0, "borrow_ms": 0, "expire_ms": 600_000, "opt_out_holds_all": False}


async def claim_of(contacts: Contacts, words: str = "hola", once: int = 1, address: str = "tel:+1") -> Claim:
    event = TextReceived(at=NOW, channel="wa", message_id=f"m{once}", text=words)
    _, claim, _ = await contacts.append([(address, address[4:])], "wa", event, once=once)
    assert claim is not None
    return claim


def entry(number: int, words: str, kind: str = "reply", wait: str | None = None, row: str = "") -> NewEntry:
    meta = Meta("queued", kind, 0, wait, g=row)  # type: ignore[arg-type]
    return NewEntry(number, msgspec.json.encode(meta), msgspec.json.encode(Payload("1", SendText(words))))


async def saved_with(
    contacts: Contacts, turns: Turns, *entries: NewEntry, address: str = "tel:+1", **changes: object
) -> tuple[Claim, Saved]:
    claim = await claim_of(contacts, address=address)
    saved = await turns.save(claim, claim.inbox[0], "wa", TurnChanges(entries=list(entries), **changes))  # type: ignore[arg-type]
    return claim, saved


async def head_of(
    contacts: Contacts, turns: Turns, outbox: Outbox, *entries: NewEntry, address: str = "tel:+1", **changes: object
) -> Entry:
    claim, saved = await saved_with(contacts, turns, *entries, address=address, **changes)
    first = entries[0]
    return Entry(
        claim.contact,
        "wa",
        saved.lane_epoch or "",
        str(first.number),
        msgspec.json.decode(first.meta, type=Meta),
        msgspec.json.decode(first.payload, type=Payload),
    )


async def marked_ms(outbox: Outbox, head: Entry) -> int:
    """Mark the entry as leaving; when."""
    mark = await outbox.mark_sending(head, **RULES)  # type: ignore[arg-type]
    assert mark.at_ms
    return mark.at_ms
