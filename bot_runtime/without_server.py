"""What commands do to a store by themselves, beside a running server or without one.

Turns are taken here unless a server holds the contact and does so. Nothing is sent: what a turn says waits for one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.mover import ROUND_S as MOVER_LOOKS_S
from bot_runtime.runtime.mover import Mover
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.store.clock import Clock
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.turns import Turns
from bot_runtime.tickets.service import Tickets
from bot_runtime.versions.model import Move
from bot_runtime.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """What commands need to read tickets and to act on them, and on sessions."""

    tickets: Tickets
    definitions: Definitions
    outbox: Outbox
    clock: Clock
    outside: OutsideEvents


@contextlib.asynccontextmanager
async def desk(store: Store, keys: Keys, workspace: Workspace) -> AsyncIterator[Desk]:
    """For a command, beside a running server or without one.

    What it does with a ticket it takes as a turn itself, unless a server holds the contact and does so. It sends
    nothing: what a turn says waits for a server.
    """
    async with _turns(store, keys, workspace) as (definitions, contacts, turns):
        events = OutsideEvents(store, keys, contacts, definitions, turns.start)
        tickets = Tickets(store, keys, contacts, turns.start)
        yield Desk(tickets, definitions, Outbox(store, keys), store.clock, events)


async def moved(
    store: Store, keys: Keys, workspace: Workspace, move: Move, tell: Callable[[int, int], None]
) -> dict[str, int]:
    """Carry a move of people to its end for a command, beside a running server or without one; what became of them.

    Turns are taken here unless a server does; what they say waits for one.
    """
    async with _turns(store, keys, workspace) as (definitions, contacts, turns):
        mover = Mover(store, keys, definitions, contacts, turns)
        while True:
            await mover.round()
            now = await definitions.published.move(move.dialog, move.number)
            counts = await definitions.published.progress(now or move)
            noted = sum(count for name, count in counts.items() if name.startswith("noted:"))
            tell(sum(counts.values()) - noted, noted)
            if now is None or now.ended_at:
                return counts
            await asyncio.sleep(MOVER_LOOKS_S)


@contextlib.asynccontextmanager
async def _turns(
    store: Store, keys: Keys, workspace: Workspace
) -> AsyncIterator[tuple[Definitions, Contacts, TurnTaker]]:
    """What takes turns; those that began are taken to their end."""
    definitions = Definitions(store, keys, "")
    await definitions.publish(workspace, saves=False)
    contacts = Contacts(store, keys)
    if store.owns_server:  # nobody serves this store: whoever held a contact is gone
        await asyncio.gather(*(contacts.release_all(shard) for shard in range(keys.shards)))
    turns = TurnTaker(contacts, Turns(store, keys), definitions, store.clock, None)
    try:
        yield definitions, contacts, turns
    finally:
        await turns.drain()
