"""How many of a campaign's messages may be given out now, by its business's level: older campaigns first (D42, D43).

Only how fast rows are given out is decided here, so that none waits in its contact's lane; that no 24 hours hold more
than the level is kept by `Limits.acquire`, whatever this counts.
"""

import time
from collections.abc import Mapping
from typing import Protocol

import structlog

from bot_runtime.campaigns.forecast import goes_on_at
from bot_runtime.campaigns.schedule import Plan
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import Limits
from bot_runtime.store.campaigns import WAITING
from bot_runtime.store.limits import DAY_MS, HOUR_MS, LimitStore, Room

LOOK_AGAIN_S = 1.0  # at a full level: it may have been raised, a place given back, the test clock moved
TOLD_ANEW_MS = 5_000

log = structlog.get_logger("pace")


class Waits(Protocol):
    """`LimitStore`: until when what is left of a campaign waits."""

    async def note_wait(self, campaign: str, until_ms: int | None) -> None: ...
    async def waits_until(self, campaign: str) -> int: ...


class Pace:
    """One round of the dispatcher after the other: `begin`, then `room` of each campaign, oldest first."""

    def __init__(self, limits: Limits, store: LimitStore, definitions: Definitions) -> None:
        self._limits, self._store, self._definitions = limits, store, definitions
        self._ahead: dict[str, int] = {}  # business → messages of the older campaigns, this round
        self._rooms: dict[str, Room | None] = {}
        self._full: dict[str, tuple[float, Room]] = {}
        self._endless: set[str] = set()  # businesses of whose level was last seen that it has no end
        self._until: dict[str, int] = {}  # campaign → what the store was told

    def begin(self) -> None:
        self._ahead.clear()
        self._rooms.clear()

    def counts_matter(self, plan: Plan) -> bool:
        """Whether messages of this campaign may have to wait for room."""
        level = self._limits.level(plan.channel)
        return level is not None and level.business not in self._endless

    async def room(self, plan: Plan, counts: Mapping[str, int], *, ours: bool) -> int | None:
        """How many more rows may be given out; None: as many as there are. `ours`: we say how long the rest waits."""
        level = self._limits.level(plan.channel)
        business = level.business if level else ""
        room = await self._room_of(business, plan.channel) if level else None
        if room is None or room.limit is None:
            self._endless.add(business)
            if ours:
                await self._note(plan, 0)
            return None
        self._endless.discard(business)
        ahead = self._ahead.get(business, 0)
        ready = counts["pending"] - counts.get(WAITING, 0)  # who is in a conversation keeps no place from others
        self._ahead[business] = ahead + ready + counts["queued"]
        now = self._store.clock.now_ms()
        await self._know(plan)
        if counts["pending"] and self._is_held(plan):
            return 0
        free = room.for_campaigns - ahead - counts["queued"]
        waits = ready > 0 and room.for_campaigns <= ahead
        if ours:
            await self._note(plan, self._goes_on(plan, room, ahead, now) if waits else 0)
        return 0 if waits else max(0, free)

    async def _room_of(self, business: str, channel: str) -> Room | None:
        if business not in self._rooms:
            looked_at, room = self._full.get(business, (0.0, None))
            if room is None or time.monotonic() - looked_at > LOOK_AGAIN_S:
                room = await self._limits.room(channel, hours=24)
                self._full.pop(business, None)
                if room is not None and room.limit is not None and not room.for_campaigns:
                    self._full[business] = (time.monotonic(), room)
            self._rooms[business] = room
        return self._rooms[business]

    def _is_held(self, plan: Plan) -> bool:
        """Whether a `next_day` rest still waits for its hour."""
        held = self._until.get(plan.campaign, 0) > self._store.clock.now_ms()
        return held and self._carry_over(plan) == "next_day"

    async def _know(self, plan: Plan) -> None:
        """What whoever gave out this campaign's rows before us told the store."""
        if plan.campaign not in self._until:
            self._until[plan.campaign] = await self._store.waits_until(plan.campaign)

    def _goes_on(self, plan: Plan, room: Room, ahead: int, now: int) -> int:
        """When the first of this campaign's messages leaves: after those of the older ones."""
        room_at = now + (room.wait_ms or 1)
        if ahead > room.for_campaigns:
            freed = room.for_campaigns
            for hour, places in enumerate(room.frees, 1):
                freed += places
                room_at = now + hour * HOUR_MS
                if freed > ahead:
                    break
            else:
                room_at = now + DAY_MS
        if self._carry_over(plan) != "next_day" or room.for_campaigns:
            return room_at
        return goes_on_at(plan.sent_at, now, room_at, plan.zone or self._definitions.workspace.time_zone)

    async def _note(self, plan: Plan, until_ms: int) -> None:
        await self._know(plan)
        known = self._until[plan.campaign]
        if (until_ms == 0) == (known == 0) and abs(until_ms - known) < TOLD_ANEW_MS:
            return
        if bool(until_ms) != bool(known):
            log.info("campaign_waits" if until_ms else "campaign_goes_on", campaign=plan.campaign)
        self._until[plan.campaign] = until_ms
        await self._store.note_wait(plan.campaign, until_ms or None)

    def _carry_over(self, plan: Plan) -> str:
        config = self._definitions.workspace.channels.get(plan.channel)
        return config.limits.carry_over if config else "rolling"
