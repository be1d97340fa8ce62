"""A campaign's rows, each in the shard of its contact, with what became of it.

A row is `pending` until it is given to its contact, `queued` until its message is settled, then what the provider says.
One whose contact is busy is `pending` again until it is looked at anew (`held`), if its campaign waits for that (D51).
The scripts that send and settle move it (`lua/parts/rows.lua`); the counts of a shard always add up to its rows.
The same scripts count what results ask for, so that no figure needs the rows: messages accepted, contacts reached and
those who answered (each once, whatever its rows), tickets by where they stand.
"""

import asyncio
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from bot_runtime.dialogs.events import AnyEvent
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.contacts import Claim, claim_from, encode_event
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

STATUSES = ("pending", "queued", "unknown", "sent", "delivered", "read", "failed", "expired", "cancelled", "skipped")
WAITING = "b:waiting"  # rows that wait until their contact is free
FIGURES = ("accepted", "reached", "answered", "late")  # counted beside them; tickets as `t:<where they stand>`
AT_ONCE = 200  # rows a script
PAGE = 250  # rows read together: as many as hold up nothing else
CANCELLED_AT_ONCE = 1_000

Gate = Literal["sending", "paused", "cancelled"]
Order = Sequence[int]  # rows by their number, each with its shard: `number << _SHARD_BITS | shard`
Listed = tuple["Row", "RowState"]
_SHARD_BITS = 16
_PARTS = ("rows", "st", "todo", "held", "n", "twice")

_ADD = Script.load("campaign_add_rows")
_FEED = Script.load("campaign_feed")
_CANCEL = Script.load("campaign_cancel")


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the list brought for one recipient. `number` is the spreadsheet's row, `to` the phone as typed."""

    number: int
    contact: str
    address: str
    to: str
    parameters: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    given: dict[str, str] = {}
    first: int = 0  # of this contact's rows, where it has several


class RowState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of it: s status · e cause · l late · t ticket · o the first of the contact's rows, if it has several.
    x: what was answered, by name · h: since when (ms) it waited, or waits, until its contact is free.

    Times in ms: a sent, d delivered, r read, f failed or given up, w answered.
    """

    s: str = "pending"
    e: str = ""
    a: int = 0
    d: int = 0
    r: int = 0
    f: int = 0
    w: int = 0
    l: int = 0  # noqa: E741 - one letter each, for there are many rows
    t: str = ""
    o: int = 0
    h: int = 0
    x: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Fed:
    """`row` was given to its contact: the claim is ours, or somebody else has it (`claim` None)."""

    row: int
    claim: Claim | None


_row = msgspec.json.Decoder(Row)
_state = msgspec.json.Decoder(RowState)


class CampaignRows:
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000) -> None:
        self._store, self._keys, self._lease_ms = store, keys, lease_ms

    async def contact_of(self, address: str) -> ContactId:
        """Whose row an address is: the contact it leads to, or the one it will be."""
        own = self._keys.contact_id(address)
        alias = self._keys.alias(address, own)
        other = await self._store.command("GET", alias, key=alias)
        return ContactId(other.decode()) if other else own

    async def contacts_of(self, addresses: Sequence[str]) -> list[ContactId]:
        """`contact_of` each, asking every shard once."""
        own = [self._keys.contact_id(address) for address in addresses]
        by_shard: dict[str, list[int]] = {}
        for position, contact in enumerate(own):
            by_shard.setdefault(shard_of(contact), []).append(position)
        aliases = [[self._keys.alias(addresses[one], own[one]) for one in some] for some in by_shard.values()]
        found = await asyncio.gather(*(self._store.command("MGET", *names, key=names[0]) for names in aliases))
        for some, others in zip(by_shard.values(), found, strict=True):
            for position, other in zip(some, others, strict=True):
                if other:
                    own[position] = ContactId(other.decode())
        return own

    async def add_rows(self, campaign: str, rows: Iterable[Row]) -> int:
        """Store rows as `pending`; those there already stay. Returns how many were new. Atomic for 200 of a shard."""
        by_shard: dict[str, list[Row]] = {}
        for row in rows:
            by_shard.setdefault(shard_of(ContactId(row.contact)), []).append(row)
        calls = []
        for shard, its_rows in by_shard.items():
            keys = [self._key(shard, campaign, part) for part in ("rows", "st", "todo", "n")]
            for start in range(0, len(its_rows), AT_ONCE):
                args: list[Argument] = []
                for row in its_rows[start : start + AT_ONCE]:
                    args += (row.number, msgspec.json.encode(row), row.first or "")
                calls.append(self._store.run(_ADD, keys, args))
        return sum(await asyncio.gather(*calls))

    async def set_gate(self, campaign: str, gate: Gate) -> None:
        """Let messages leave, or not: the script right before a first byte looks at it."""
        keys = [self._key(shard, campaign, "n") for shard in range(self._keys.shards)]
        await asyncio.gather(*(self._store.command("HSET", key, "gate", gate, key=key) for key in keys))

    async def counts(self, campaign: str) -> dict[str, int]:
        """Rows by status (all of `STATUSES`), the `FIGURES`, tickets by where they stand (`t:<reason>`), answers by
        code (`a:<name>:<code>`), what busy contacts led to (`b:<what>`)."""
        keys = [self._key(shard, campaign, "n") for shard in range(self._keys.shards)]
        total: Counter[str] = Counter(dict.fromkeys((*STATUSES, *FIGURES), 0))
        for fields in await asyncio.gather(*(self._store.command("HGETALL", key, key=key) for key in keys)):
            for name, value in zip(fields[::2], fields[1::2], strict=True):
                if name not in (b"gate", b"last"):
                    total[name.decode()] += int(value)
        return {name: count for name, count in total.items() if count or not name.startswith(("t:", "a:", "b:"))}

    async def last_sent_ms(self, campaign: str) -> int:
        """When the provider accepted the latest message; 0: none yet."""
        keys = [self._key(shard, campaign, "n") for shard in range(self._keys.shards)]
        found = await asyncio.gather(*(self._store.command("HGET", key, "last", key=key) for key in keys))
        return max(int(one or 0) for one in found)

    async def todo(self, campaign: str, shard: int, most: int, start: int = 0) -> list[Row]:
        """The next pending rows of one shard, in the list's order; `start`: so many of them are stepped over."""
        key = self._key(shard, campaign, "todo")
        numbers = await self._store.command("LRANGE", key, start, start + most - 1, key=key)
        if not numbers:
            return []
        rows = self._key(shard, campaign, "rows")
        raw = await self._store.command("HMGET", rows, *numbers, key=rows)
        return [_row.decode(one) for one in raw if one]

    async def held(self, campaign: str, shard: int, most: int) -> list[tuple[Row, int]]:
        """Rows of one shard that wait until their contact is free and are to be looked at now; since when each (ms)."""
        key = self._key(shard, campaign, "held")
        numbers = await self._store.command(
            "ZRANGE", key, "-inf", self._store.clock.now_ms(), "BYSCORE", "LIMIT", 0, most, key=key
        )
        if not numbers:
            return []
        names = [self._key(shard, campaign, part) for part in ("rows", "st")]
        raw, states = await asyncio.gather(*(self._store.command("HMGET", one, *numbers, key=one) for one in names))
        return [(_row.decode(row), _state.decode(state).h) for row, state in zip(raw, states, strict=True) if row]

    async def feed(self, campaign: str, row: Row, channel: str, event: AnyEvent, *, claim: bool = True) -> Fed | None:
        """Give a pending row to its contact as `event`; None: it was not pending, or the campaign may not send now."""
        contact = ContactId(row.contact)
        shard = shard_of(contact)
        keys = [self._key(shard, campaign, part) for part in ("st", "todo", "n")]
        keys += [self._keys.contact(contact), self._keys.inbox(contact), self._keys.work(shard)]
        keys.append(self._key(shard, campaign, "held"))
        args: list[Argument] = [self._store.clock.offset_ms, row.number, contact, encode_event(event), channel]
        args += [row.address, row.to, self._lease_ms if claim else 0]
        reply = await self._store.run(_FEED, keys, args)
        if reply[0] == b"claimed":
            return Fed(row.number, claim_from(contact, reply[1:]))
        return Fed(row.number, None) if reply[0] == b"kept" else None

    async def cancel_pending(self, campaign: str) -> None:
        """Settle all that is still pending as cancelled; the gate must say so first."""
        for shard in range(self._keys.shards):
            keys = [self._key(shard, campaign, part) for part in ("st", "todo", "n", "held")]
            while await self._store.run(_CANCEL, keys, [CANCELLED_AT_ONCE]):
                pass

    async def row(self, campaign: str, number: int) -> tuple[Row, RowState] | None:
        shards = range(self._keys.shards)
        keys = [[self._key(shard, campaign, part) for part in ("rows", "st")] for shard in shards]
        found = await asyncio.gather(
            *(self._store.command("HGET", key, number, key=key) for pair in keys for key in pair)
        )
        for raw, state in zip(found[::2], found[1::2], strict=True):
            if raw and state:
                return _row.decode(raw), _state.decode(state)
        return None

    async def order(self, campaign: str, *, status: str = "", after: int = 0) -> Order:
        """Which rows there are, by number; those of one status only, after a number. `read` takes some of them."""
        found: list[int] = []
        for shard in range(self._keys.shards):
            for number in await self._numbers(campaign, shard, status):
                if (row := int(number)) > after:
                    found.append(row << _SHARD_BITS | shard)
        return array("Q", sorted(found))

    async def read(self, campaign: str, some: Order) -> list[Listed]:
        """Those rows with what became of each."""
        by_shard: dict[int, list[int]] = {}
        for one in some:
            by_shard.setdefault(one & ((1 << _SHARD_BITS) - 1), []).append(one >> _SHARD_BITS)
        keys = [(self._key(shard, campaign, part), shard) for shard in by_shard for part in ("rows", "st")]
        raw = await asyncio.gather(*(self._store.command("HMGET", key, *by_shard[s], key=key) for key, s in keys))
        found = [
            (_row.decode(row), _state.decode(state))
            for rows, states in zip(raw[::2], raw[1::2], strict=True)
            for row, state in zip(rows, states, strict=True)
            if row and state
        ]
        return sorted(found, key=lambda one: one[0].number)

    async def pages(self, campaign: str, *, status: str = "", after: int = 0) -> AsyncIterator[list[Listed]]:
        """All rows by number, some at a time: a long list is never in memory whole."""
        order = await self.order(campaign, status=status, after=after)
        for start in range(0, len(order), PAGE):
            page = await self.read(campaign, order[start : start + PAGE])
            yield [one for one in page if status in ("", one[1].s)]  # it may have moved on meanwhile

    async def rows(self, campaign: str, *, status: str = "", after: int = 0, limit: int | None = None) -> list[Listed]:
        """Rows with what became of each, by number; those of one status only, after a number, at most `limit`."""
        found: list[Listed] = []
        async for page in self.pages(campaign, status=status, after=after):
            found += page
            if limit is not None and len(found) >= limit:
                break
        return found[:limit]

    async def drop(self, campaign: str) -> None:
        """Forget all rows of a campaign that sent nothing."""
        for shard in range(self._keys.shards):
            keys = [self._key(shard, campaign, part) for part in _PARTS]
            await self._store.command("UNLINK", *keys, key=keys[0])

    async def _numbers(self, campaign: str, shard: int, status: str) -> Sequence[bytes]:
        key = self._key(shard, campaign, "st")
        if not status:
            numbers: Sequence[bytes] = await self._store.command("HKEYS", key, key=key)
            return numbers
        flat = await self._store.command("HGETALL", key, key=key)
        wanted = msgspec.json.encode({"s": status})[1:-1]
        return [number for number, state in zip(flat[::2], flat[1::2], strict=True) if wanted in state]

    def _key(self, shard: int | str, campaign: str, part: str) -> str:
        return self._keys.campaign_rows(shard, campaign, part)
