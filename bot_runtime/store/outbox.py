"""The outbox: `queued → sending → sent | failed | unknown`, or `cancelled | expired` before anything left.

Each contact has one lane a channel; its entries leave in order, each after the one before is settled. Every rule that
decides whether an entry may leave is checked in `lua/mark_sending.lua`, the step right before the first byte. What is
in doubt (`unknown`) is settled by the provider's report, by the silence rule, or by a person (`store/unsettled.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from bot_runtime.dialogs.effects import Send
from bot_runtime.store.channel_states import ChannelStates
from bot_runtime.store.connection import Argument, Store, TooFewReplicas
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.reports import RANK, ParkedReport, Reports
from bot_runtime.store.scripts import Script
from bot_runtime.store.unsettled import Unsettled

SENDING_MS = 35_000  # so long an entry in doubt holds back the next of its lane (30 s for the call, and 5)
NOT_REPLICATED_MS = 1_000  # until a mark that too few replicas had is tried again

Kind = Literal["reply", "template", "consent", "agent"]
Outcome = Literal["sent", "failed", "unknown", "cancelled", "expired", "skipped", "withdrawn", "queued"]
Counts = Literal["", "r", "n", "y"]
"""What a try to be repeated counts as: nothing, nothing left us, the provider said no, too fast for this contact."""

_CLAIM = Script.load("claim_lane")
_MARK = Script.load("mark_sending")
_SETTLE = Script.load("settle")
_MERGE = Script.load("merge_status")


class Meta(msgspec.Struct, omit_defaults=True):
    """What the scripts read of an entry; short names, for there are many.

    s status · k kind · c ms created · w "wait:ms" that starts when it is sent · f ms of the first attempt · m ms of the
    last mark, l the lane's epoch then · t tries that count, n those of them the provider said no to · y times it was
    too fast for the contact · p ms since when it only waits, after a first attempt · r sent again after silence · x the
    provider's id · e the provider's error code · g campaign:row · b its contact was told of the acceptance · h people
    watch it: a change of status goes to the feed · ch its channel, while nobody knows whether it was sent.
    """

    s: str
    k: Kind
    c: int
    w: str | None = None
    f: int | None = None
    m: int | None = None
    l: str = ""  # noqa: E741 - one letter each, for there are many
    t: int = 0
    n: int = 0
    y: int = 0
    p: int | None = None
    r: int = 0
    x: str = ""
    e: str = ""
    g: str = ""
    b: int = 0
    h: int = 0
    ch: str = ""


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
    """May it leave? `at_ms` it may, since then; `wait_ms` not yet; `verdict` never; none of them: it is not ours.

    `told`: the provider has it already, says a report on a message that the store did not know then.
    """

    at_ms: int | None = None
    wait_ms: int | None = None
    verdict: Literal["cancelled", "expired", "skipped", "withdrawn", "unknown"] | None = None
    told: ParkedReport | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """`following` is the lane's next entry, if it is ours to send; `told`: a report by the provider's id was there."""

    following: Entry | None
    told: bool = False


class Merged(NamedTuple):
    """An entry's status after a report, whether the report changed it, `campaign:row` if it is a campaign's, and when
    (ms) it was last marked as leaving, 0: never."""

    status: str
    changed: bool
    row: str
    marked_ms: int = 0


_meta = msgspec.json.Decoder(Meta)
_payload = msgspec.json.Decoder(Payload)


class Outbox(Unsettled, Reports, ChannelStates):
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000) -> None:
        super().__init__(store, keys)
        self._lease_ms = lease_ms

    @property
    def lease_s(self) -> float:
        """For so long a lane is ours after it was claimed."""
        return self._lease_ms / 1000

    async def claim_lane(self, contact: ContactId, channel: str, *, resend: bool = True) -> Entry | None:
        """The head of a lane that nobody holds; None if there is none, or it waits for evidence.

        `resend`: whether silence about a reply, while the provider reported on others, means to send it again.
        """
        keys = self._lane_keys(contact, channel)
        names = [keys["lanes"], keys["outbox"], keys["lane"]]
        args: list[Argument] = [self._store.clock.offset_ms, f"{contact}|{channel}", channel]
        args += [self._lease_ms, SENDING_MS, await self.heard_minutes(channel), "1" if resend else "0"]
        reply = await self._store.run(_CLAIM, names, args)
        return _entry(contact, channel, str(reply[0]), reply[1:]) if reply else None

    async def mark_sending(
        self, entry: Entry, *, pause_ms: int, borrow_ms: int, expire_ms: int, opt_out_holds_all: bool, by_ms: int = 0
    ) -> Mark:
        """Mark `entry` as leaving; only what is marked may be sent. Atomic: `lua/mark_sending.lua`.

        `by_ms`: when what it acquired of its number's rate ends; 0: never.
        """
        keys, shard = self._lane_keys(entry.contact, entry.channel), shard_of(entry.contact)
        names = [keys["outbox"], keys["contact"], keys["lanes"], keys["timers"]]
        names += [self._keys.inbox(entry.contact), self._keys.parked(shard)]
        args: list[Argument] = [
            self._store.clock.offset_ms,
            f"{entry.contact}|{entry.channel}",
            entry.channel,
            entry.lane_epoch,
        ]
        args += [entry.number, SENDING_MS, pause_ms, borrow_ms, expire_ms, "1" if opt_out_holds_all else "0", by_ms]
        await self._store.sends_may_go()
        try:
            reply = await self._store.run(_MARK, names, args, acked=True)
        except TooFewReplicas:  # the mark may be lost, so nothing leaves
            await self.settle(entry, "queued", retry_ms=NOT_REPLICATED_MS)
            return Mark(wait_ms=NOT_REPLICATED_MS)
        match reply[0]:
            case 1:
                return Mark(at_ms=int(reply[1]))
            case -2:
                return Mark(wait_ms=int(float(reply[1])))
            case -3:
                return Mark(verdict=reply[1].decode())
            case -4:
                return Mark(told=msgspec.json.decode(reply[1], type=ParkedReport))
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
        counts: Counts = "",
    ) -> Settled:
        """Record what became of `entry` (also late, or twice), and take the next one of the lane.

        `queued`: it is to be tried again in `retry_ms`; only who made the latest attempt, or holds the lane of one not
        marked, may say so.
        """
        keys = self._lane_keys(entry.contact, entry.channel)
        names = [keys["outbox"], keys["contact"], keys["lanes"], keys["timers"], keys["lane"]]
        names.append(self._keys.parked(shard_of(entry.contact)))
        args: list[Argument] = [
            self._store.clock.offset_ms,
            f"{entry.contact}|{entry.channel}",
            entry.channel,
            entry.lane_epoch,
        ]
        args += [entry.number, outcome, external_id, code, took_ms, self._lease_ms, retry_ms, counts, SENDING_MS]
        reply = await self._store.run(_SETTLE, names, args)
        told = bool(reply[1])
        if reply[0] != 1:
            return Settled(None, told)
        return Settled(_entry(entry.contact, entry.channel, entry.lane_epoch, reply[2:]), told)

    async def merge_status(self, entry_id: str, status: str, external_id: str, code: str) -> Merged | None:
        """Merge a delivery report by rank; None if we have no such entry."""
        contact, _, number = entry_id.rpartition(".")
        args: list[Argument] = [self._store.clock.offset_ms, number, status, external_id, code]
        keys = [self._keys.outbox(ContactId(contact)), self._keys.lanes(shard_of(ContactId(contact)))]
        reply = await self._store.run(_MERGE, keys, args, acked=True)
        return Merged(reply[0].decode(), bool(reply[1]), reply[2].decode(), int(reply[3])) if reply else None

    async def tell_sent(self, entry_id: str, channel: str, external_id: str) -> None:
        """The provider accepted this entry, whatever the store remembers; where it knows no such entry, a report is
        kept for when it does (a turn that is taken again)."""
        if await self.merge_status(entry_id, "sent", external_id, "") is None:
            await self.park(ParkedReport(channel, "sent", RANK["sent"], entry_id, external_id))

    async def leave_alone(self, contact: ContactId, channel: str, until_ms: int) -> None:
        """Until then no campaign writes to this contact on this channel: the provider asked for that (class L)."""
        key = self._keys.contact(contact)
        await self._store.command("HSET", key, f"rest:{channel}", until_ms, key=key)

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
