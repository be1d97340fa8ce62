"""The outbox: `queued → sending → sent | failed | unknown`, or `cancelled | expired` before anything left.

Each contact has one lane a channel; its entries leave in order, each after the one before is settled. Every rule that
decides whether an entry may leave is checked in `lua/mark_sending.lua`, the step right before the first byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from bot_runtime.dialogs.effects import Send
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

SENDING_MS = 35_000  # after that a send without an answer counts as unknown (30 s for the call, and 5)

Kind = Literal["reply", "template", "consent", "agent"]
Outcome = Literal["sent", "failed", "unknown", "cancelled", "expired", "withdrawn", "queued"]

_CLAIM = Script.load("claim_lane")
_MARK = Script.load("mark_sending")
_SETTLE = Script.load("settle")
_MERGE = Script.load("merge_status")
_TAKE = Script.load("take_permits")
_HOLD = Script.load("hold_number")


class Meta(msgspec.Struct, omit_defaults=True):
    """What the scripts read of an entry; short names, for there are many.

    s status · k kind · c ms created · w "wait:ms" that starts when it is sent · f ms of the first attempt · m ms of the
    last mark · t tries that count · r sent again after silence · x the provider's id · e the provider's error code ·
    g campaign:row · b its contact was told of the acceptance · h people watch it: a change of status goes to the feed.
    """

    s: str
    k: Kind
    c: int
    w: str | None = None
    f: int | None = None
    m: int | None = None
    t: int = 0
    r: int = 0
    x: str = ""
    e: str = ""
    g: str = ""
    b: int = 0
    h: int = 0


class Payload(msgspec.Struct, omit_defaults=True):
    """What to send, and to which of the provider's spellings."""

    to: str
    effect: Send


@dataclass(frozen=True, slots=True)
class Entry:
    """The head of a lane this process holds. `id` is what providers get and return in their reports."""

    contact: ContactId
    channel: str
    lane_epoch: str
    number: str
    meta: Meta
    payload: Payload

    @property
    def id(self) -> str:
        return f"{self.contact}.{self.number}"


@dataclass(frozen=True, slots=True)
class Mark:
    """May it leave? `at_ms` it may, since then; `wait_ms` not yet; `verdict` never; none of them: it is not ours."""

    at_ms: int | None = None
    wait_ms: int | None = None
    verdict: Literal["cancelled", "expired", "withdrawn"] | None = None


class Merged(NamedTuple):
    """An entry's status after a report, whether the report changed it, and `campaign:row` if it is a campaign's."""

    status: str
    changed: bool
    row: str


_meta = msgspec.json.Decoder(Meta)
_payload = msgspec.json.Decoder(Payload)


class Outbox:
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000) -> None:
        self._store, self._keys, self._lease_ms = store, keys, lease_ms
        self._heard: dict[str, float] = {}

    async def claim_lane(self, contact: ContactId, channel: str) -> Entry | None:
        """The head of a lane that nobody holds; None if there is none, or it may still be leaving."""
        keys = self._lane_keys(contact, channel)
        names = [keys["lanes"], keys["outbox"], keys["lane"]]
        rate = self._keys.rate(channel)
        heard = await self._store.command("HGET", rate, "heard", key=rate) or 0
        args: list[Argument] = [self._store.clock.offset_ms, f"{contact}|{channel}", channel]
        args += [self._lease_ms, SENDING_MS, heard]
        reply = await self._store.run(_CLAIM, names, args)
        return _entry(contact, channel, str(reply[0]), reply[1:]) if reply else None

    async def mark_sending(
        self, entry: Entry, *, pause_ms: int, borrow_ms: int, expire_ms: int, opt_out_holds_all: bool
    ) -> Mark:
        """Mark `entry` as leaving; only what is marked may be sent. Atomic: `lua/mark_sending.lua`."""
        keys = self._lane_keys(entry.contact, entry.channel)
        names = [keys["outbox"], keys["contact"], keys["lanes"], keys["timers"]]
        args: list[Argument] = [
            self._store.clock.offset_ms,
            f"{entry.contact}|{entry.channel}",
            entry.channel,
            entry.lane_epoch,
        ]
        args += [entry.number, SENDING_MS, pause_ms, borrow_ms, expire_ms, "1" if opt_out_holds_all else "0"]
        reply = await self._store.run(_MARK, names, args)
        match reply[0]:
            case 1:
                return Mark(at_ms=int(reply[1]))
            case -2:
                return Mark(wait_ms=int(float(reply[1])))
            case -3:
                return Mark(verdict=reply[1].decode())
        return Mark()

    async def settle(
        self,
        entry: Entry,
        outcome: Outcome,
        *,
        external_id: str = "",
        code: str = "",
        took_ms: int = 0,
        retry_ms: int = 0,
        counts: bool = True,
    ) -> Entry | None:
        """Record what became of `entry` (also late, or twice); the next one of the lane, if it is ours to send."""
        keys = self._lane_keys(entry.contact, entry.channel)
        names = [keys["outbox"], keys["contact"], keys["lanes"], keys["timers"], keys["lane"]]
        args: list[Argument] = [
            self._store.clock.offset_ms,
            f"{entry.contact}|{entry.channel}",
            entry.channel,
            entry.lane_epoch,
        ]
        args += [entry.number, outcome, external_id, code, took_ms, self._lease_ms, retry_ms, "1" if counts else "0"]
        reply = await self._store.run(_SETTLE, names, args)
        return _entry(entry.contact, entry.channel, entry.lane_epoch, reply[1:]) if reply[0] == 1 else None

    async def merge_status(self, entry_id: str, status: str, external_id: str, code: str) -> Merged | None:
        """Merge a delivery report by rank; None if we have no such entry."""
        contact, _, number = entry_id.rpartition(".")
        args: list[Argument] = [self._store.clock.offset_ms, number, status, external_id, code]
        reply = await self._store.run(_MERGE, [self._keys.outbox(ContactId(contact))], args)
        return Merged(reply[0].decode(), bool(reply[1]), reply[2].decode()) if reply else None

    async def entries(self, contact: ContactId) -> dict[str, Meta]:
        """What is remembered of a contact's entries, by number."""
        fields = await self._store.command("HGETALL", self._keys.outbox(contact), key=self._keys.outbox(contact))
        pairs = zip(fields[::2], fields[1::2], strict=True)
        return {name.decode(): _meta.decode(value) for name, value in pairs if name.isdigit()}

    async def metas(self, contact: ContactId, numbers: Sequence[int]) -> dict[str, Meta]:
        """What is remembered of these entries, by number."""
        if not numbers:
            return {}
        key = self._keys.outbox(contact)
        found = await self._store.command("HMGET", key, *numbers, key=key)
        return {str(number): _meta.decode(raw) for number, raw in zip(numbers, found, strict=True) if raw}

    async def take_permits(self, channel: str, wanted: int, per_s: float) -> tuple[int, int]:
        """(granted, ms until there are more) of the number's rate, shared by all processes."""
        args: list[Argument] = [self._store.clock.offset_ms, wanted, per_s]
        granted, wait_ms = await self._store.run(_TAKE, [self._keys.rate(channel)], args)
        return granted, wait_ms

    async def heard(self, channel: str) -> None:
        """Remember that the provider reports on this channel's messages: then silence on one means something."""
        if self._store.clock.now_s() - self._heard.get(channel, 0.0) < 1:
            return
        self._heard[channel] = self._store.clock.now_s()
        rate = self._keys.rate(channel)
        await self._store.command("HSET", rate, "heard", self._store.clock.now_ms(), key=rate)

    async def hold_number(self, channel: str, ms: int) -> None:
        await self._store.run(_HOLD, [self._keys.rate(channel)], [self._store.clock.offset_ms, ms])

    def _lane_keys(self, contact: ContactId, channel: str) -> dict[str, str]:
        keys, shard = self._keys, shard_of(contact)
        return {
            "lanes": keys.lanes(shard),
            "outbox": keys.outbox(contact),
            "lane": keys.lane(contact, channel),
            "timers": keys.timers(shard),
            "contact": keys.contact(contact),
        }


def _entry(contact: ContactId, channel: str, epoch: str, fields: list[bytes]) -> Entry:
    number, meta, payload = fields
    return Entry(contact, channel, epoch, number.decode(), _meta.decode(meta), _payload.decode(payload))
