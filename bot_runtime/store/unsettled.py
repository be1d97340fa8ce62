"""What operators see and do of entries that are not settled, and when the silence about a message means something.

What is queued or leaving stands in its lane, so listing those costs nothing while nobody asks; what nobody knows the
fate of is in an index of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

JOURNAL_KEEP = 1_000
BY_HAND = "closed_by_hand"  # the cause of an entry that a person closed as failed

_RESEND = Script.load("resend_entry")
_CLOSE = Script.load("close_entry")
_DOUBT = Script.load("settle_doubt")

Status = Literal["unknown", "queued", "sending"]


class NotInDoubt(BotRuntimeError):
    """Only an entry in `unknown` can be sent again or closed by hand; `status` is what it is, None: there is none."""

    def __init__(self, entry_id: str, status: str | None) -> None:
        what = "there is no such entry (any more)" if status is None else f"it is {status}, not unknown"
        super().__init__(f"{entry_id}: {what}")
        self.entry_id, self.status = entry_id, status


class _Facts(msgspec.Struct):
    """What a list shows of an entry's meta (`store/outbox.py`)."""

    s: str
    k: str
    c: int
    m: int | None = None
    t: int = 0
    r: int = 0
    e: str = ""
    g: str = ""
    ch: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry that is not settled. `since_ms`: when it was last marked as leaving, else queued; `due_ms`: when its
    lane is looked at next, 0 where it is in none; `row`: `campaign:row`; `cursor` lists what comes after it."""

    id: str
    contact: ContactId
    channel: str
    status: str
    kind: str
    since_ms: int
    due_ms: int
    tries: int
    resent: bool
    code: str
    row: str
    cursor: str


_facts = msgspec.json.Decoder(_Facts)


class Unsettled:
    _store: Store
    _keys: Keys

    async def unsettled(
        self, shard: int, status: Status | None = None, after: str = "", limit: int = 100
    ) -> list[Listed]:
        """A shard's entries of this status (None: of all three), those longest in doubt or due first first.

        `after` is the cursor of the last one listed. A lane is listed whole, so there may be a few more than `limit`.
        """
        part, _, cursor = after.partition("/")
        found: list[Listed] = []
        if status in ("unknown", None) and part != "l":
            found = await self._in_doubt(shard, cursor, limit)
        if status != "unknown" and len(found) < limit:
            waiting = await self._in_lanes(shard, status, cursor if part == "l" else "", limit - len(found))
            listed = {one.id for one in found}
            found += [one for one in waiting if one.id not in listed]
        return found

    async def count_unknown(self) -> int:
        """How many entries nobody knows the fate of."""
        keys = [self._keys.unknown(shard) for shard in range(self._keys.shards)]
        return sum([await self._store.command("ZCARD", key, key=key) for key in keys])

    async def resend(self, entry_id: str, by: str = "operator") -> str:
        """Send an entry in doubt again, because a person knows or decides so; noted in the contact's journal.

        Returns its channel. Raises NotInDoubt.
        """
        contact = ContactId(entry_id.rpartition(".")[0])
        keys = [self._keys.outbox(contact), self._keys.journal(contact)]
        return await self._by_hand(_RESEND, keys, entry_id, "resent_by_hand", by, ())

    async def close(self, entry_id: str, status: Literal["sent", "failed"], by: str = "operator") -> str:
        """Settle an entry in doubt, because a person knows what became of it; noted in the contact's journal.

        Returns its channel. Raises NotInDoubt.
        """
        contact = ContactId(entry_id.rpartition(".")[0])
        keys = [self._keys.outbox(contact), self._keys.journal(contact), self._keys.lanes(shard_of(contact))]
        return await self._by_hand(_CLOSE, keys, entry_id, f"{status}_by_hand", by, (status, BY_HAND))

    async def doubts_due(self, shard: int, most: int = 100) -> list[str]:
        """The entries about which the silence rule is to decide now."""
        key, now = self._keys.doubts(shard), self._store.clock.now_ms()
        found = await self._store.command("ZRANGE", key, "-inf", now, "BYSCORE", "LIMIT", 0, most, key=key)
        return [one.decode() for one in found]

    async def settle_doubt(self, entry_id: str, minutes: str, *, resend: bool) -> bool:
        """Apply the silence rule to a template; whether it is queued once more. `minutes`: `Reports.heard_minutes`."""
        contact, _, number = entry_id.rpartition(".")
        keys = [self._keys.outbox(ContactId(contact)), self._keys.doubts(shard_of(ContactId(contact)))]
        args: list[Argument] = [self._store.clock.offset_ms, number, entry_id, minutes, "1" if resend else "0"]
        return bool(await self._store.run(_DOUBT, keys, args))

    async def channel_in_doubt(self, entry_id: str) -> str:
        """The channel of an entry in doubt; empty: it is not (any more)."""
        contact, _, number = entry_id.rpartition(".")
        key = self._keys.outbox(ContactId(contact))
        raw = await self._store.command("HGET", key, number, key=key)
        return _facts.decode(raw).ch if raw else ""

    async def _by_hand(
        self, script: Script, keys: Sequence[str], entry_id: str, event: str, by: str, rest: Sequence[str]
    ) -> str:
        number = entry_id.rpartition(".")[2]
        clock = self._store.clock
        line = {"at": clock.now_ms(), "event": event, "channel": "CHANNEL", "text": entry_id, "by": by}
        args: list[Argument] = [clock.offset_ms, number, msgspec.json.encode(line), JOURNAL_KEEP, *rest]
        reply = await self._store.run(script, keys, args)
        if not reply or not reply[0]:
            raise NotInDoubt(entry_id, reply[1].decode() if reply else None)
        channel: str = reply[1].decode()
        return channel

    async def _in_doubt(self, shard: int, after: str, limit: int) -> list[Listed]:
        key = self._keys.unknown(shard)
        found: list[Listed] = []
        for member, score in await self._page(key, after, limit):
            contact, _, number = member.rpartition(".")
            outbox = self._keys.outbox(ContactId(contact))
            raw = await self._store.command("HGET", outbox, number, key=outbox)
            if raw:
                facts = _facts.decode(raw)
                found.append(_listed(ContactId(contact), number, facts.ch, facts, 0, f"u/{score}|{member}"))
        return found

    async def _in_lanes(self, shard: int, status: Status | None, after: str, limit: int) -> list[Listed]:
        found: list[Listed] = []
        while len(found) < limit:
            lanes = await self._page(self._keys.lanes(shard), after, limit)
            for member, due in lanes:
                after = f"{due}|{member}"
                contact, _, channel = member.partition("|")
                found += await self._in_lane(ContactId(contact), channel, status, due, f"l/{after}")
                if len(found) >= limit:
                    return found
            if len(lanes) < limit:
                return found
        return found

    async def _in_lane(
        self, contact: ContactId, channel: str, status: Status | None, due_ms: int, cursor: str
    ) -> list[Listed]:
        lane, outbox = self._keys.lane(contact, channel), self._keys.outbox(contact)
        numbers = await self._store.command("LRANGE", lane, 0, -1, key=lane)
        if not numbers:
            return []
        metas = await self._store.command("HMGET", outbox, *numbers, key=outbox)
        found = []
        for number, raw in zip(numbers, metas, strict=True):
            facts = _facts.decode(raw) if raw else None
            if facts and facts.s in (("queued", "sending", "unknown") if status is None else (status,)):
                found.append(_listed(contact, number.decode(), channel, facts, due_ms, cursor))
        return found

    async def _page(self, key: str, after: str, limit: int) -> list[tuple[str, int]]:
        """Members with their score, in its order, after `score|member`."""
        score, _, last = after.partition("|")
        found: list[tuple[str, int]] = []
        start = 0
        while len(found) < limit:
            flat: list[Any] = await self._store.command(
                "ZRANGE", key, score or "-inf", "+inf", "BYSCORE", "LIMIT", start, limit, "WITHSCORES", key=key
            )
            pairs = [(flat[at].decode(), int(float(flat[at + 1]))) for at in range(0, len(flat), 2)]
            found += [one for one in pairs if not last or (one[1], one[0]) > (int(score), last)]
            if len(pairs) < limit:
                break
            start += limit
        return found[:limit]


def _listed(contact: ContactId, number: str, channel: str, facts: _Facts, due_ms: int, cursor: str) -> Listed:
    return Listed(
        id=f"{contact}.{number}",
        contact=contact,
        channel=channel,
        status=facts.s,
        kind=facts.k,
        since_ms=(facts.m or facts.c) if facts.s != "queued" else facts.c,
        due_ms=due_ms,
        tries=facts.t,
        resent=bool(facts.r),
        code=facts.e,
        row=facts.g,
        cursor=cursor,
    )
