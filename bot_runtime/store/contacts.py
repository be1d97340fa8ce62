"""Ingest and claims: events into a contact's inbox, and the right to take them.

A claim is a lease with an epoch. Whoever holds it may save turns; when it runs out, anyone may claim the contact again
and the earlier holder's epoch is refused.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot_runtime.dialogs.events import AnyEvent
from bot_runtime.errors import StoreUnavailable
from bot_runtime.store.connection import Argument, Reply, Store, TooFewReplicas
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

DOWNTIME_MS = 5_000  # that nobody looks at timers, before answers on their way get their chance
HOLD_TIMERS_MS = 30_000
EACH_OVERDUE_MS = 5  # 200 a second
REMEMBER_S = 8 * 86_400  # WhatsApp redelivers for up to 7 days

_INGEST = Script.load("ingest")
_LINK = Script.load("link")
_CLAIM = Script.load("claim_contact")
_COUNT = Script.load("count_try")
_DUE = Script.load("due")
_FIRE = Script.load("fire_timer")
_RELEASE = Script.load("release")
_WATCH = Script.load("watch_timers")

_event_decoder = msgspec.json.Decoder(AnyEvent)
_event_encoder = msgspec.json.Encoder()


class Pending(msgspec.Struct, frozen=True):
    """An event in an inbox: `number` orders it among its contact's, `raw` is its JSON."""

    number: str
    raw: bytes

    def decode(self) -> AnyEvent:
        event: AnyEvent = _event_decoder.decode(self.raw)
        return event


class DeadLetter(msgspec.Struct, frozen=True):
    """An event that no turn could take: `event` is its JSON, whole, as it stood in the inbox (damaged bytes replaced).

    `id` is `contact.number`, its field in the shard's hash of dead letters; `why` its turn failed the last time.
    """

    id: str
    contact: ContactId
    at: datetime
    why: str
    tries: int
    event: str


class Claim(msgspec.Struct, frozen=True):
    """`fields` is the contact's hash when it was claimed, `inbox` its oldest events (up to 16)."""

    contact: ContactId
    epoch: str
    fields: dict[bytes, bytes]
    inbox: list[Pending]

    def tries(self, event: Pending) -> int:
        """How often a turn of `event` was begun before, by whoever died of it too."""
        number, _, tries = self.fields.get(b"tries", b"").decode().partition(":")
        return int(tries) if number == event.number else 0


class InboxFull(StoreUnavailable):
    """One contact sends more than can be answered: theirs has to wait outside."""


class NotReplicated(StoreUnavailable):
    """An event was appended, but a failover may lose it; `claim` is to be used all the same."""

    def __init__(self, cause: TooFewReplicas, claim: Claim | None) -> None:
        super().__init__(str(cause))
        self.claim = claim


@dataclass(frozen=True, slots=True)
class Due:
    """What waits in one shard: contacts and lanes nobody holds, timers with the ms they were due."""

    contacts: list[ContactId]
    lanes: list[str]
    timers: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Watch:
    """How timers stand: all are held for `hold_ms`; of those due until `late_ms` only `granted` may fire now.

    `wall_ms` is what the store's clock shows, `steady_ms` by how much those who run go on beside it.
    """

    hold_ms: int
    late_ms: int
    granted: int
    wall_ms: int
    steady_ms: int


def encode_event(event: AnyEvent) -> bytes:
    return _event_encoder.encode(event)


class Contacts:
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000) -> None:
        self._store, self._keys, self._lease_ms = store, keys, lease_ms

    async def append(
        self,
        addresses: Sequence[tuple[str, str]],
        channel: str,
        event: AnyEvent,
        once: int | None,
        *,
        claim: bool = True,
        contact: ContactId | None = None,
    ) -> tuple[ContactId, Claim | None, bool]:
        """Append `event` to the inbox of the contact at `addresses` (canonical, spelling; the first one answers).

        `once` is a 64-bit hash of the provider's id: the same one within 8 days changes nothing. `contact` says who it
        is where that is known (then there may be no addresses). Returns the contact, the claim if it is ours now, and
        whether the event was new. Atomic per event: `lua/ingest.lua`; a further address is linked right after, and
        again by any later event.

        Raises:
            NotReplicated: it is appended, but too few replicas have it.
            InboxFull: it is not; so much waits there already that it has to come again later.
        """
        raw = encode_event(event)
        mode = "known" if contact else ("find" if len(addresses) > 1 else "create")
        contact = contact or self._keys.contact_id(addresses[0][0])
        while True:
            too_few = None
            try:
                reply = await self._ingest(mode, contact, addresses, channel, raw, once, claim)
            except TooFewReplicas as error:  # it ran, and perhaps the claim is ours now
                reply, too_few = error.reply, error
            if reply[0] == b"moved":
                mode, contact = "known", ContactId(reply[1].decode())
            elif reply[0] == b"unknown":
                mode, contact = await self._find_by_others(contact, addresses)
            else:
                break
        if too_few:
            raise NotReplicated(too_few, claim_from(contact, reply[2:]) if reply[0] == b"claimed" else None)
        if reply[0] == b"full":
            raise InboxFull(f"too much waits for contact {contact}")
        if reply[0] == b"seen":
            return contact, None, False
        for address in reply[1]:
            await self._link(address.decode(), contact)
        if reply[0] == b"kept":
            return contact, None, True
        return contact, claim_from(contact, reply[2:]), True

    async def find(self, address: str) -> ContactId | None:
        """Whose address this is, if anybody's."""
        contact = self._keys.contact_id(address)
        owner = await self._store.run(_LINK, [self._keys.alias(address, contact), self._keys.contact(contact)], [""])
        if owner is None:
            return None
        return ContactId(owner.decode()) if owner else contact

    async def join(self, known: str, further: tuple[str, str]) -> None:
        """Let `further` (canonical, spelling) lead to the contact at `known`; its answers go there from now on."""
        contact = await self.find(known)
        if contact is not None:
            await self._link(further[0], contact)
            key = self._keys.contact(contact)
            await self._store.command("HSET", key, "@" + further[0], further[1], key=key)

    async def claim(self, contact: ContactId) -> Claim | None:
        """Claim a contact with work whom nobody holds; None if there is none, or someone was quicker."""
        keys = [self._keys.work(shard_of(contact)), self._keys.contact(contact), self._keys.inbox(contact)]
        reply = await self._store.run(_CLAIM, keys, [self._store.clock.offset_ms, contact, self._lease_ms])
        return claim_from(contact, reply) if reply else None

    async def count_try(self, claim: Claim, event: Pending, tried: int, wait_ms: int | None = None) -> bool:
        """Count try number `tried` of the event at the head: one that begins, or one that failed (then the contact is
        released and waits `wait_ms`). Atomic: `lua/count_try.lua`; False if the claim is another worker's now."""
        keys = [self._keys.contact(claim.contact), self._keys.work(shard_of(claim.contact))]
        args: list[Argument] = [self._store.clock.offset_ms, claim.contact, claim.epoch, event.number, tried]
        return bool(await self._store.run(_COUNT, keys, [*args, "" if wait_ms is None else wait_ms]))

    async def due(self, shard: int, most: int = 100) -> Due:
        keys = [self._keys.work(shard), self._keys.lanes(shard), self._keys.timers(shard)]
        work, lanes, timers = await self._store.run(_DUE, keys, [self._store.clock.offset_ms, most])
        return Due(
            [ContactId(member.decode()) for member in work],
            [member.decode() for member in lanes],
            [(timers[i].decode(), int(float(timers[i + 1]))) for i in range(0, len(timers), 2)],
        )

    async def watch(self, wanted: int, steady_ms: int | None) -> Watch:
        """Say that somebody looks after timers, and ask to fire `wanted` overdue ones. Atomic: `lua/watch_timers.lua`.

        `steady_ms` None: the caller has just begun, and takes over what the others go by.
        """
        args: list[Argument] = [self._store.clock.offset_ms, wanted, DOWNTIME_MS, HOLD_TIMERS_MS, EACH_OVERDUE_MS]
        reply = await self._store.run(_WATCH, [self._keys.watch()], [*args, "" if steady_ms is None else steady_ms])
        return Watch(*map(int, reply))

    async def fire(self, member: str, event: AnyEvent) -> Claim | None:
        """Turn a due timer into `event` in its contact's inbox, once; the claim if it is ours now."""
        contact = ContactId(member.partition("|")[0])
        shard = shard_of(contact)
        keys = [
            self._keys.timers(shard),
            self._keys.contact(contact),
            self._keys.inbox(contact),
            self._keys.work(shard),
        ]
        args: list[Argument] = [self._store.clock.offset_ms, contact, member, encode_event(event), self._lease_ms]
        reply = await self._store.run(_FIRE, keys, args)
        return claim_from(contact, reply[1:]) if reply[0] == b"claimed" else None

    async def waiting(self) -> int:
        """How many contacts have work, those in progress too."""
        work = [self._keys.work(shard) for shard in range(self._keys.shards)]
        return sum(await asyncio.gather(*(self._store.command("ZCARD", key, key=key) for key in work)))

    async def release_all(self, shard: int) -> None:
        """Make all that is held in `shard` due now. Only where every earlier holder is known to be gone."""
        await self._store.run(
            _RELEASE, [self._keys.work(shard), self._keys.lanes(shard)], [self._store.clock.offset_ms]
        )

    async def _ingest(
        self,
        mode: str,
        contact: ContactId,
        addresses: Sequence[tuple[str, str]],
        channel: str,
        raw: bytes,
        once: int | None,
        claim: bool,
    ) -> Reply:
        keys, clock = self._keys, self._store.clock
        period = int(clock.now_ms() // (REMEMBER_S * 1000))
        own = keys.contact(contact)
        names = [
            own if mode == "known" else keys.alias(addresses[0][0], contact),
            own,
            keys.inbox(contact),
            keys.seen(contact, period),
            keys.seen(contact, period - 1),
            keys.work(shard_of(contact)),
        ]
        args: list[Argument] = [clock.offset_ms, contact, mode, self._lease_ms if claim else 0]
        args += ["" if once is None else once, 2 * REMEMBER_S, raw, channel]
        for address in addresses:
            args += address
        return await self._store.run(_INGEST, names, args, acked=True)

    async def _find_by_others(self, contact: ContactId, addresses: Sequence[tuple[str, str]]) -> tuple[str, ContactId]:
        """Nobody has the first address yet: whoever has one of the others gets it, else a new contact does."""
        for canonical, _ in addresses[1:]:
            owner = await self.find(canonical)
            if owner is not None:
                await self._link(addresses[0][0], owner)
                return "known", owner
        return "create", contact

    async def _link(self, address: str, contact: ContactId) -> None:
        own = self._keys.contact_id(address)
        if own != contact:
            keys = [self._keys.alias(address, own), self._keys.contact(own)]
            await self._store.run(_LINK, keys, [contact], acked=True)


def claim_from(contact: ContactId, reply: Sequence[object]) -> Claim:
    epoch, fields, inbox = reply[0], reply[1], reply[2]
    assert isinstance(fields, list)
    assert isinstance(inbox, list)
    return Claim(contact, str(epoch), dict(zip(fields[::2], fields[1::2], strict=True)), pending(inbox))


def pending(inbox: Iterable[bytes]) -> list[Pending]:
    events = []
    for record in inbox:
        number, _, raw = record.partition(b"|")
        events.append(Pending(number.decode(), raw))
    return events
