"""Tickets for pages, commands and keys: lists, one whole, and what people do with them."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from bot_runtime.dialogs.events import AnyTicketEvent
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.contacts import Claim, Contacts
from bot_runtime.store.keys import ContactId, Keys, hash64, shard_of
from bot_runtime.store.outcomes import outcome_of
from bot_runtime.store.scripts import Script
from bot_runtime.tickets.model import Outcome, Ticket

IN_A_LIST = 200

FEED_KEEPS = 5_000  # of each shard, at least
FEED_AT_ONCE = 500

Place = tuple[int, str]  # of a ticket in its lists: the ms that orders it, and its id

_LISTS = Script.load("ticket_lists")

_ticket = msgspec.json.Decoder(Ticket)


class Page(NamedTuple):
    """`last`: the place to go on after; None: there are no more."""

    tickets: list[Ticket]
    last: Place | None
    counts: dict[str, int]


class News(NamedTuple):
    """One entry of a shard's feed. `kind` is `line`, a turn (`raw`: a `FeedLine`), or `entry`, a message whose status
    changed (`raw`: `contact|number`)."""

    shard: int
    id: str
    kind: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A ticket and the fields of its contact's hash, as they are now."""

    ticket: Ticket
    contact_fields: dict[bytes, bytes]


class Tickets:
    """`start_turns` takes on a contact that we hold after appending an event (None: others take the turn)."""

    def __init__(
        self, store: Store, keys: Keys, contacts: Contacts, start_turns: Callable[[Claim], None] | None
    ) -> None:
        self._store, self._keys, self._contacts, self._start_turns = store, keys, contacts, start_turns

    @property
    def shards(self) -> int:
        return self._keys.shards

    async def listed(self, lists: Sequence[str], *, newest_first: bool = False, limit: int = 50) -> list[Ticket]:
        """The tickets of these lists (`desk.indexes` names them), in their order, from all shards."""
        return (await self.page(lists, newest_first=newest_first, limit=limit)).tickets

    async def count(self, lists: Sequence[str]) -> int:
        return sum((await self.page([], counted=lists)).counts.values())

    async def page(
        self,
        lists: Sequence[str],
        *,
        newest_first: bool = False,
        limit: int = 50,
        after: Place | None = None,
        counted: Collection[str] = (),
    ) -> Page:
        """Those of `listed` that come after a place in its order; and how many tickets each list of `counted` holds.

        Atomic in each shard: `lua/ticket_lists.lua`. A ticket is told as it is now, maybe later than its place.
        """
        limit, counted = min(limit, IN_A_LIST), list(dict.fromkeys(counted))
        args: list[Argument] = [len(lists), limit + 1, "REV" if newest_first else "", after[0] if after else ""]
        names = [*lists, *counted]
        replies = await asyncio.gather(
            *(
                self._store.run(_LISTS, [self._keys.tickets(shard, name) for name in names], args)
                for shard in range(self._keys.shards)
                if names
            )
        )
        places = [(int(float(read[i + 1])), read[i].decode()) for read, _ in replies for i in range(0, len(read), 2)]
        found = sorted(
            (place for place in places if after is None or (place < after if newest_first else place > after)),
            reverse=newest_first,
        )
        tickets = await asyncio.gather(*(self.ticket(ticket_id) for _, ticket_id in found[:limit]))
        counts = {name: sum(each[number] for _, each in replies) for number, name in enumerate(counted)}
        known = [ticket for ticket in tickets if ticket is not None]
        return Page(known, found[limit - 1] if len(found) > limit else None, counts)

    async def ticket(self, ticket_id: str) -> Ticket | None:
        contact, number = split(ticket_id)
        if not contact:
            return None
        key, archive = self._keys.contact(contact), self._keys.archive(contact)
        raw = await self._store.command("HGET", key, f"t:{number}", key=key)
        raw = raw or await self._store.command("HGET", archive, number, key=archive)
        return _ticket.decode(raw) if raw else None

    async def record(self, ticket_id: str) -> TicketRecord | None:
        ticket = await self.ticket(ticket_id)
        if ticket is None:
            return None
        key = self._keys.contact(ContactId(ticket.contact))
        raw = await self._store.command("HGETALL", key, key=key)
        return TicketRecord(ticket, dict(zip(raw[::2], raw[1::2], strict=True)))

    async def journal(self, contact: str, first: int = -200, last: int = -1) -> list[bytes]:
        """Lines of the contact's journal, oldest first, by position from the end as in LRANGE."""
        key = self._keys.journal(ContactId(contact))
        lines: list[bytes] = await self._store.command("LRANGE", key, first, last, key=key)
        return lines

    async def act(self, event: AnyTicketEvent, ticket_id: str) -> Outcome:
        """Let the ticket's contact take `event` as a turn, and tell what became of it. `event.request` counts once.

        Raises:
            StoreUnavailable: no outcome in time; asking again with the same request is safe.
        """
        contact, _ = split(ticket_id)
        once = hash64(f"{ticket_id} {event.request}")
        ours = self._start_turns is not None
        _, claim, _ = await self._contacts.append([], event.channel, event, once, claim=ours, contact=contact)
        if claim and self._start_turns:
            self._start_turns(claim)
        key = self._keys.result(contact, event.request)
        return msgspec.json.decode(await outcome_of(self._store, key), type=Outcome)

    async def feed(self, since: Mapping[int, str], shards: Iterable[int] | None = None) -> list[News]:
        """What is new in all shards, or in these; oldest first. `since`: the last id seen of each.

        Where a shard has more than can be read at once, nothing later is told of the others either.
        """
        asked = sorted(range(self._keys.shards) if shards is None else shards)
        keys = [self._keys.feed(shard) for shard in asked]
        starts = [f"({since.get(shard, '0')}" for shard in asked]
        replies = await asyncio.gather(
            *(
                self._store.command("XRANGE", key, start, "+", "COUNT", FEED_AT_ONCE, key=key)
                for key, start in zip(keys, starts, strict=True)
            )
        )
        found = [
            News(shard, entry_id.decode(), fields[0].decode(), fields[1])
            for shard, entries in zip(asked, replies, strict=True)
            for entry_id, fields in entries or ()
        ]
        ends = [entries[-1][0].decode() for entries in replies if entries and len(entries) == FEED_AT_ONCE]
        horizon = min(map(in_order, ends)) if ends else None
        found.sort(key=lambda news: in_order(news.id))
        return [news for news in found if horizon is None or in_order(news.id) <= horizon]

    async def forgot(self, since_ms: int) -> bool:
        """Whether the feed no longer keeps everything after this time (on the store's own clock)."""
        keys = [self._keys.feed(shard) for shard in range(self._keys.shards)]
        lengths = await asyncio.gather(*(self._store.command("XLEN", key, key=key) for key in keys))
        trimmed = [key for key, length in zip(keys, lengths, strict=True) if length >= FEED_KEEPS]
        first = await asyncio.gather(
            *(self._store.command("XRANGE", key, "-", "+", "COUNT", 1, key=key) for key in trimmed)
        )
        return any(in_order(entries[0][0].decode())[0] > since_ms for entries in first if entries)


def in_order(stream_id: str) -> tuple[int, int]:
    """A stream's id as what orders it: its millisecond, and a number within that."""
    ms, _, number = stream_id.partition("-")
    return int(ms), int(number or 0)


def split(ticket_id: str) -> tuple[ContactId, str]:
    """Contact and number of a ticket's id; an empty contact when it is no such id."""
    contact, _, number = ticket_id.rpartition("-")
    well_formed = shard_of(ContactId(contact)).isdigit() and number.isdigit()
    return (ContactId(contact), number) if well_formed else (ContactId(""), "")
