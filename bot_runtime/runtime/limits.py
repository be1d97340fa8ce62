"""Limits as one service (B06): all that leaves, whoever sends it, waits for its business's level and its number's rate.

`acquire` comes right before the mark of `mark_sending.lua`. The level is asked first, for its waits are long: one place
a contact of those templates that go out beside the service window (D42). Then the rate: a slot, whose end goes with the
mark (`mark_by`), so that a process that slept on one starts nothing too late. What leaves after all is told with
`left`, what does not with `give_back`.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot_runtime.channels.base import Channel
from bot_runtime.channels.levels import UNLIMITED
from bot_runtime.dialogs.effects import SendTemplate
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.levels import Places
from bot_runtime.runtime.slots import CAMPAIGNS, LONGEST_WAIT_MS, REPLIES, Kind, Line
from bot_runtime.store.keys import ContactId, digest64
from bot_runtime.store.limits import DAY_MS, EARLY_MS, SLOT_MS, Done, LimitStore, Place, Room, Wish
from bot_runtime.store.outbox import Entry
from bot_runtime.workspace import Workspace
from bot_runtime.workspace.levels import Level, business_of_channel, level_of

LONGEST_LEVEL_WAIT_MS = 60_000  # an entry of a lane asks again by then: the contact may have written meanwhile
ROW_BACK_MS = 10_000  # a campaign's message that has to wait longer goes back to its list
WINDOW_ENDS_MS = 60_000  # the service window counts as closed a little before it is
SAID_S = 5.0  # how old may be what this process knows of a level without end
FORGET_S = 300.0
THROTTLED_MS = 1_000
LONGEST_HOLD_MS = 3_600_000
BUSINESS_WIDE = frozenset({"80007"})
ONE_CONTACT = frozenset({"131056"})  # told of one pair: its own lane waits (F144)

log = structlog.get_logger("limits")


@dataclass(slots=True)
class _Held:
    """What was taken for one entry."""

    at_s: float
    mark_by_ms: int
    contact: bytes
    places: Places | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel stands. `per_s`: its rate as it is now; `waiting`: messages of this process that wait for a slot;
    `level` None: nothing is counted; `room_in_ms` 0: there is room."""

    channel: str
    per_s: float
    held_ms: int
    waiting: int
    level: Room | None

    @property
    def room_in_ms(self) -> int:
        return self.level.wait_ms if self.level else 0


class Limits:
    def __init__(self, store: LimitStore, definitions: Definitions) -> None:
        self._store, self._definitions = store, definitions
        self._lines: dict[tuple[str, str], Line] = {}
        self._places: dict[str, Places] = {}
        self._endless: dict[str, tuple[float, bool]] = {}  # business → when asked, whether its level has no end
        self._held: dict[str, _Held] = {}
        self._levels_of: Workspace | None = None
        self._levels: dict[str, Level | None] = {}

    async def acquire(self, channel: Channel, entry: Entry) -> int:
        """Wait until `entry` may leave: 0, or the ms after which to ask again; nothing was taken then."""
        contact, places, place = digest64(entry.contact), None, None
        level = self.level(channel.name)
        if level is not None and isinstance(entry.payload.effect, SendTemplate):
            wrote_at = await self._store.wrote_at(entry.contact, channel.name)
            closed = self._store.clock.now_ms() >= wrote_at + DAY_MS - WINDOW_ENDS_MS
            if closed and not await self._is_endless(level):
                places = self._places.get(level.business)
                if places is None:
                    places = self._places[level.business] = Places(self._store, level.business)
                spared = 0 if entry.meta.k == "agent" else level.agents_share
                place = await places.take(Wish(contact, spared, "" if entry.meta.g else entry.id), level.limit)
                if place.wait_ms:
                    return place.wait_ms if entry.meta.g else min(place.wait_ms, LONGEST_LEVEL_WAIT_MS)
        line = self._line(channel, CAMPAIGNS if entry.meta.g else REPLIES)
        slot, wait_ms = 0.0, LONGEST_WAIT_MS
        try:
            slot, wait_ms = await line.slot()
        finally:
            held = _Held(time.monotonic(), int(slot) + SLOT_MS - EARLY_MS, contact, places, place)
            if wait_ms:
                _give_back(held)
        if wait_ms:
            return wait_ms
        self._forget_old()
        self._held[entry.id] = held
        return 0

    def mark_by(self, entry: Entry) -> int:
        """Until when, in ms on the store's clock, what was acquired for `entry` lets it start."""
        held = self._held.get(entry.id)
        return held.mark_by_ms if held else 0

    def left(self, entry: Entry) -> None:
        """The send of `entry` has begun and ended, however: its contact counts for 24 h from now."""
        held = self._held.pop(entry.id, None)
        if held and held.places and held.place and held.place.until_ms and held.place.before_ms is not None:
            held.places.settle(Done(held.contact, held.place.until_ms, None))

    async def give_back(self, channel: Channel, entry: Entry) -> None:
        """Nothing left after all: the place is free again (the slot passes by itself)."""
        if held := self._held.pop(entry.id, None):
            _give_back(held)

    async def slow_down(self, channel: Channel, code: str, retry_after_s: float | None = None) -> None:
        """The provider said "too fast": halve the number's rate for a while, or that of all the business's numbers."""
        if code in ONE_CONTACT:
            return
        hold_ms = min(int(retry_after_s * 1000) if retry_after_s else THROTTLED_MS, LONGEST_HOLD_MS)
        level = self.level(channel.name)
        for name in level.channels if level and code in BUSINESS_WIDE else (channel.name,):
            speed = await self._store.slow_down(name, hold_ms)
            log.warning("channel_slowed", channel=name, code=code, speed=round(speed, 3), hold_ms=hold_ms)

    async def reported(self, channel: Channel, account: str, contacts: int | None) -> None:
        """The provider said how many contacts an account may reach; webhooks of one app come to any of its channels."""
        workspace = self._definitions.workspace
        names = [name for name in workspace.channels if business_of_channel(workspace, name) == account]
        level = self.level(names[0] if names else channel.name)
        if level is None or (account and not names and not level.is_one_number):
            return
        log.info("level_reported", channel=channel.name, contacts=contacts)
        await self._store.report(level.business, contacts)
        self._endless.pop(level.business, None)

    async def drain(self) -> None:
        """Until the store knows what became of every place."""
        for places in self._places.values():
            await places.settled()

    # What others ask

    async def state(self) -> list[ChannelState]:
        """Every channel of the workspace, for `status` and `/metrics`."""
        found = []
        for name, config in self._definitions.workspace.channels.items():
            rate = await self._store.rate(name)
            lines = [line for (channel, _), line in self._lines.items() if channel == name]
            per_s = config.limits.messages_per_s * rate.speed
            found.append(
                ChannelState(name, per_s, rate.held_ms, sum(line.waiting for line in lines), await self.room(name))
            )
        return found

    async def room(self, channel: str, hours: int = 0) -> Room | None:
        """What is left of the level that a channel's templates count for; None: nothing is counted there."""
        level = self.level(channel)
        return await self._store.room(level.business, level.limit, level.agents_share, hours) if level else None

    async def need_no_place(self, channel: str, contacts: Sequence[ContactId]) -> list[bool]:
        """Who may get a template though the level is full: those inside their window, and those counted already."""
        level = self.level(channel)
        if level is None:
            return [True] * len(contacts)
        wrote, counted = await asyncio.gather(
            asyncio.gather(*(self._store.wrote_at(contact, channel) for contact in contacts)),
            self._store.have_places(level.business, [digest64(contact) for contact in contacts]),
        )
        closed = self._store.clock.now_ms() - DAY_MS + WINDOW_ENDS_MS
        return [at > closed or known for at, known in zip(wrote, counted, strict=True)]

    async def held_ms(self, channel: str) -> int:
        """How long nothing may leave by a channel because its provider said so; 0: it may."""
        return (await self._store.rate(channel)).held_ms

    def level(self, channel: str) -> Level | None:
        """What `bot.yaml` says of the level that a channel's templates count for; None: nothing is counted there."""
        workspace = self._definitions.workspace
        if workspace is not self._levels_of:
            self._levels_of, self._levels = workspace, {name: level_of(workspace, name) for name in workspace.channels}
        return self._levels.get(channel)

    async def _is_endless(self, level: Level) -> bool:
        """Whether nothing needs to be counted. Asked now and then: levels change rarely, sends are many."""
        known = self._endless.get(level.business)
        if known is None or time.monotonic() - known[0] > SAID_S:
            said = await self._store.reported(level.business)
            limit = level.limit if said is None else said
            known = self._endless[level.business] = (time.monotonic(), limit == UNLIMITED)
        return known[1]

    def _line(self, channel: Channel, kind: Kind) -> Line:
        line = self._lines.get((channel.name, kind.name))
        if line is None:
            name = channel.name

            async def take(wanted: int) -> tuple[list[float], int]:
                limits = self._definitions.channels[name].limits
                share = 1 - limits.reply_reserve if kind.spares_reserve else 1
                return await self._store.take_slots(name, wanted, limits.messages_per_s, share, kind.ahead_ms)

            line = self._lines[name, kind.name] = Line(take, self._store.clock)
        return line

    def _forget_old(self) -> None:
        """Of entries nobody told the end of: the store was away. Their places end by themselves."""
        while self._held:
            oldest = next(iter(self._held))
            if time.monotonic() - self._held[oldest].at_s < FORGET_S:
                break
            del self._held[oldest]


def _give_back(held: _Held) -> None:
    if held.places and held.place and held.place.until_ms and held.place.before_ms is not None:
        held.places.settle(Done(held.contact, held.place.until_ms, held.place.before_ms))
