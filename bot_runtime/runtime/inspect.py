"""What there is to see of a contact: the phone page shows it beside the chat, `explain` will print it."""

from typing import Any

import msgspec

from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.journal import Line
from bot_runtime.store.clock import from_ms
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.outbox import Outbox
from bot_runtime.tickets import desk

LINES = 100

_line = msgspec.json.Decoder(Line)


async def contact_view(
    store: Store, keys: Keys, contacts: Contacts, outbox: Outbox, channel: str, address: str
) -> dict[str, Any]:
    """Session, deadline, consent, conversation and latest journal lines of the contact at a canonical address."""
    contact = await contacts.find(address)
    if contact is None:
        return {"contact": None, "session": None, "deadline": None, "opted_out": False, "ticket": None, "journal": []}
    key = keys.contact(contact)
    raw = await store.command("HGETALL", key, key=key)
    record = Contact(contact, dict(zip(raw[::2], raw[1::2], strict=True)))
    session, ticket = record.session(channel), desk.current(record.tickets(), channel)
    statuses = await outbox.entries(contact)
    lines = [_line.decode(line) for line in await store.command("LRANGE", keys.journal(contact), -LINES, -1, key=key)]
    return {
        "contact": contact,
        "session": msgspec.to_builtins(session) if session else None,
        "deadline": await _deadline(store, keys, contact, channel, session.wait if session else 0),
        "opted_out": record.consent(channel) is not None,
        "ticket": {"id": ticket.id, "state": ticket.state, "owner_name": ticket.owner_name} if ticket else None,
        "bot_stopped": record.guard(channel).stopped,
        "journal": [_shown(line, statuses) for line in lines if line.channel == channel],
    }


async def _deadline(store: Store, keys: Keys, contact: ContactId, channel: str, wait: int) -> str | None:
    key = keys.timers(shard_of(contact))
    due = await store.command("ZSCORE", key, f"{contact}|{channel}|{wait}", key=key)
    return from_ms(float(due)).isoformat() if due else None


def _shown(line: Line, statuses: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(line)
    shown["at"] = from_ms(line.at).isoformat()
    shown["sent"] = [
        {"text": text, "status": statuses[str(number)].s if str(number) in statuses else "gone"}
        for number, text in line.sent
    ]
    return shown
