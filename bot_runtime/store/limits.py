"""The store's side of limits: slots of a number's rate, and places of a business's level (F140, F143).

Both have hash tags of their own, beside the shards, and are shared by all processes. A *slot* is a moment at which one
message may leave, good for `SLOT_MS`; slots lie so far apart that no second can hold more than the rate, wherever in
its slot each message leaves. A *place* is one contact of the level: taken before the send for 24 h and a little more,
and set to 24 h after the send when its end is known. A process that dies in between leaves a place that ends too late,
never too early.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot_runtime.store.clock import Clock
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.store.scripts import Script

SLOT_MS = 100  # between a slot and the send it is for there is one script call; under load that takes a while
EARLY_MS = 20  # of those for clocks that differ a little
DAY_MS = 86_400_000
SENDING_MS = 60_000  # more than a send can take from its place to its answer
WAITS_MS = 180_000  # an entry that waits asks again within a minute; one that stopped is not waited for any longer
WHOLE_AGAIN_MS = 30_000  # a rate that was halved is whole again after half of it: a "too fast" a minute costs an eighth
LEAST_SPEED = 0.05
ONE_CUT_MS = 2_000
UNLIMITED = -1
HOUR_MS = 3_600_000

_SLOTS = Script.load("take_permits")
_SLOW = Script.load("slow_down")
_TAKE = Script.load("level_take")
_SETTLE = Script.load("level_settle")
_LOOK = Script.load("template_due")
_ROOM = Script.load("level_room")


@dataclass(frozen=True, slots=True)
class Wish:
    """A place wanted. `spared`: the share of the level that is not for it; `entry` waits in its lane (empty: a
    campaign's, which waits in its list)."""

    contact: bytes
    spared: float
    entry: str


@dataclass(frozen=True, slots=True)
class Place:
    """What came of a wish. `wait_ms`: until there may be room; else it is ours: `until_ms` 0 where nothing is counted,
    `before_ms` what to put back if nothing leaves (None: another message to the contact is leaving too)."""

    wait_ms: int = 0
    until_ms: int = 0
    before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a place that `until_ms` names: the message left (`back_to_ms` None), or nothing did."""

    contact: bytes
    until_ms: int
    back_to_ms: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """How a level stands. `limit` None: there is none. `for_campaigns`: places that one could take now;
    `wait_ms`: until it could. `frees`: places that become free in each hour from now on."""

    limit: int | None
    reported: bool
    used: int
    waiting: int
    for_campaigns: int
    wait_ms: int
    frees: tuple[int, ...] = ()

    @property
    def free(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Rate:
    """How a number stands: held for so long, and at which share of its rate."""

    held_ms: int
    speed: float


class LimitStore:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    @property
    def clock(self) -> Clock:
        return self._store.clock

    async def take_slots(
        self, channel: str, wanted: int, per_s: float, share: float, ahead_ms: int
    ) -> tuple[list[float], int]:
        """(slots in ms on the store's clock, ms until there may be more). Atomic: `lua/take_permits.lua`."""
        args: list[Argument] = [self.clock.offset_ms, wanted, per_s, SLOT_MS, share, ahead_ms, WHOLE_AGAIN_MS]
        wait_ms, *slots = await self._store.run(_SLOTS, [self._keys.rate(channel)], args)
        return [float(slot) for slot in slots], int(wait_ms)

    async def slow_down(self, channel: str, hold_ms: int) -> float:
        """Hold a number and halve its rate; the share that is left. Atomic: `lua/slow_down.lua`."""
        args: list[Argument] = [self.clock.offset_ms, hold_ms, WHOLE_AGAIN_MS, LEAST_SPEED, ONE_CUT_MS]
        return float(await self._store.run(_SLOW, [self._keys.rate(channel)], args)) / 1000

    async def rate(self, channel: str) -> Rate:
        key = self._keys.rate(channel)
        held, cut, cut_at = await self._store.command("HMGET", key, "held", "cut", "cut_at", key=key)
        now = self.clock.now_ms()
        speed = min(1.0, float(cut) + max(0, now - int(cut_at)) / WHOLE_AGAIN_MS) if cut else 1.0
        return Rate(max(0, int(held or 0) - now), speed)

    async def take_places(self, business: str, limit: int, wishes: Sequence[Wish]) -> list[Place]:
        """An answer to each wish, in order; `limit`: where the provider said none. Atomic: `lua/level_take.lua`."""
        args: list[Argument] = [self.clock.offset_ms, DAY_MS, SENDING_MS, limit, WAITS_MS]
        for wish in wishes:
            args += (wish.contact, wish.spared, wish.entry)
        reply = await self._store.run(_TAKE, self._level(business), args)
        pairs = zip(map(int, reply[::2]), map(int, reply[1::2]), strict=True)
        return [_place(first, second) for first, second in pairs]

    async def have_places(self, business: str, contacts: Sequence[bytes]) -> list[bool]:
        """Which contacts are counted already, so that another message to them takes no place."""
        key, now = self._keys.level(business, "places"), self.clock.now_ms()
        scores = await self._store.command("ZMSCORE", key, *contacts, key=key) if contacts else []
        return [score is not None and float(score) > now for score in scores]

    async def settle_places(self, business: str, done: Sequence[Done]) -> None:
        """Say what became of places. Atomic: `lua/level_settle.lua`."""
        args: list[Argument] = [self.clock.offset_ms, DAY_MS]
        for one in done:
            args += (one.contact, one.until_ms, "left" if one.back_to_ms is None else one.back_to_ms)
        await self._store.run(_SETTLE, self._level(business)[:1], args)

    async def room(self, business: str, limit: int, spared: float = 0, hours: int = 0) -> Room:
        """How a level stands for a campaign. Only looks: `lua/level_room.lua`."""
        args: list[Argument] = [self.clock.offset_ms, WAITS_MS, HOUR_MS, hours, limit, spared]
        most, said, used, waiting, free, wait_ms, *frees = map(
            int, await self._store.run(_ROOM, self._level(business), args)
        )
        known = None if most < 0 else most
        return Room(known, bool(said), used, waiting, free, 0 if known is None else wait_ms, tuple(frees))

    async def reported(self, business: str) -> int | None:
        """The provider's own limit (`UNLIMITED`: it has none); None: it said nothing yet."""
        key = self._keys.level(business, "said")
        limit = await self._store.command("HGET", key, "limit", key=key)
        return None if limit is None else int(limit)

    async def report(self, business: str, limit: int | None) -> None:
        """Keep what the provider says now: a number of contacts, `UNLIMITED`, or None: it no longer says."""
        key = self._keys.level(business, "said")
        if limit is None:
            await self._store.command("HDEL", key, "limit", key=key)
        else:
            await self._store.command("HSET", key, "limit", limit, "at", self.clock.now_ms(), key=key)

    async def take_look(self, business: str, first_ms: int, again_ms: int) -> bool:
        """Whether it is time to ask the provider for a level, and ours to do."""
        args: list[Argument] = [self.clock.offset_ms, first_ms, again_ms, secrets.token_hex(8)]
        return bool(await self._store.run(_LOOK, [self._keys.level(business, "look")], args))

    async def wrote_at(self, contact: ContactId, channel: str) -> int:
        """When a contact last wrote on a channel, ms; 0: never."""
        key = self._keys.contact(contact)
        return int(await self._store.command("HGET", key, f"in:{channel}", key=key) or 0)

    async def note_wait(self, campaign: str, until_ms: int | None) -> None:
        """Remember until when what is left of a campaign waits for room; None: it goes on."""
        key = self._keys.campaign(campaign, "waits")
        if until_ms is None:
            await self._store.command("DEL", key, key=key)
        else:
            await self._store.command(
                "SET", key, until_ms, "PX", 7 * DAY_MS, key=key
            )  # a cancelled one is told no more

    async def waits_until(self, campaign: str) -> int:
        """Until when what is left of a campaign waits for room, ms; 0: it does not."""
        key = self._keys.campaign(campaign, "waits")
        return int(await self._store.command("GET", key, key=key) or 0)

    def _level(self, business: str) -> list[str]:
        return [self._keys.level(business, part) for part in ("places", "waiting", "said")]


def _place(first: int, second: int) -> Place:
    if first == 0:
        return Place(wait_ms=second)
    return Place(until_ms=max(first, 0), before_ms=None if second < 0 else second)
