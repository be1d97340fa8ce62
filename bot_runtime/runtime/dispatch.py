"""Sending campaigns: pending rows become events in their contacts' inboxes, a little ahead of the number's rate.

Any process may do this and one does, for each campaign; were it two, a row would still be given only once, for it
leaves `pending` in the script that gives it.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Protocol

import structlog

from bot_runtime.campaigns import policies, reminders
from bot_runtime.campaigns.schedule import Plan
from bot_runtime.dialogs.events import CampaignReached
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import ROW_BACK_MS, Limits
from bot_runtime.runtime.pace import LOOK_AGAIN_S, Pace
from bot_runtime.runtime.rounds import keep_doing
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.store.campaigns import WAITING, CampaignRows, Row
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.store.limits import LimitStore

ROUND_S = 0.1
AHEAD_S = 1.0  # how much of a number's rate may be under way
AT_LEAST, AT_MOST = 20, 300  # more would only queue up, before people's replies
LEASE_MS = 5_000
LOOKED_AT = 2_000  # rows a second, at a full level, of which some may need no place

log = structlog.get_logger("dispatch")


class Plans(Protocol):
    """The campaigns themselves; `campaigns/schedule.py`."""

    async def tick(self) -> None:
        """Launch those whose time has come, end those with nothing left (D34, D38, D39)."""

    async def sending(self) -> list[Plan]:
        """Those that are sending now, oldest first."""


class Dispatcher:
    def __init__(
        self,
        store: Store,
        keys: Keys,
        rows: CampaignRows,
        plans: Plans,
        definitions: Definitions,
        turns: TurnTaker,
        limits: Limits,
    ) -> None:
        self._store, self._keys, self._rows, self._plans = store, keys, rows, plans
        self._definitions, self._turns, self._limits = definitions, turns, limits
        self._pace = Pace(limits, LimitStore(store, keys), definitions)
        self._name = secrets.token_hex(8)
        self._from_shard = 0
        self._looked: dict[str, tuple[float, int]] = {}  # campaign → when, and how far down its lists

    async def run(self) -> None:
        await keep_doing(self.round, ROUND_S, log, "dispatch_failed")

    async def round(self) -> None:
        """Look once at every campaign that is sending, and feed those whose lease is ours."""
        await self._plans.tick()
        self._pace.begin()
        for plan in await self._plans.sending():
            if plan.channel not in self._definitions.channels:
                continue
            ours = await self._lease(plan.campaign)
            if ours or self._pace.counts_matter(plan):  # older ones of others count: they go first
                counts = await self._rows.counts(plan.campaign)
                level_room = await self._pace.room(plan, counts, ours=ours)
                if ours:
                    await self._feed(plan, counts, level_room)
                if ours and level_room == 0 and counts["pending"]:
                    await self._feed_counted(plan, counts)

    async def _lease(self, campaign: str) -> bool:
        key = self._keys.campaign_lease(campaign)
        if await self._store.command("SET", key, self._name, "NX", "PX", LEASE_MS, key=key):
            return True
        if await self._store.command("GET", key, key=key) != self._name.encode():
            return False
        await self._store.command("PEXPIRE", key, LEASE_MS, key=key)
        return True

    async def _feed(self, plan: Plan, counts: Mapping[str, int], level_room: int | None) -> None:
        room = self._rate_room(plan, counts["queued"])
        if level_room is not None:
            room = min(room, level_room)
        if room <= 0 or await self._limits.held_ms(plan.channel) > ROW_BACK_MS:
            return
        shards = self._keys.shards
        each = -(-room // shards)
        order = [(self._from_shard + n) % shards for n in range(shards)]
        self._from_shard = (self._from_shard + 1) % shards
        lists = await asyncio.gather(*(self._rows.todo(plan.campaign, shard, each) for shard in order))
        rows = [*await self._held(plan, counts, each), *((row, 0) for one in lists for row in one)][:room]
        fed = await asyncio.gather(*(self._give(plan, row, held_ms) for row, held_ms in rows))
        if rows:
            log.info("campaign_fed", campaign=plan.campaign, rows=sum(fed))

    async def _held(self, plan: Plan, counts: Mapping[str, int], each: int) -> list[tuple[Row, int]]:
        """Rows that wait until their contact is free and are to be looked at again, with since when (ms)."""
        if not counts.get(WAITING):
            return []
        found = await asyncio.gather(*(self._rows.held(plan.campaign, n, each) for n in range(self._keys.shards)))
        return [one for some in found for one in some]

    async def _feed_counted(self, plan: Plan, counts: Mapping[str, int]) -> None:
        """At a full level: a few of those who need no place, somewhere further down the list each time (D42)."""
        looked_at, start = self._looked.get(plan.campaign, (0.0, 0))
        room = self._rate_room(plan, counts["queued"])
        if time.monotonic() - looked_at < LOOK_AGAIN_S or room <= 0:
            return
        shards = range(self._keys.shards)
        each = -(-LOOKED_AT // self._keys.shards)
        lists = await asyncio.gather(*(self._rows.todo(plan.campaign, shard, each, start) for shard in shards))
        listed = [(row, 0) for one in lists for row in one]
        self._looked[plan.campaign] = (time.monotonic(), start + each if listed else 0)
        rows = [*await self._held(plan, counts, each), *listed]
        may = await self._limits.need_no_place(plan.channel, [ContactId(row.contact) for row, _ in rows])
        chosen = [one for one, it_may in zip(rows, may, strict=True) if it_may][:room]
        if chosen and await self._limits.held_ms(plan.channel) <= ROW_BACK_MS:
            await asyncio.gather(*(self._give(plan, row, held_ms) for row, held_ms in chosen))
            log.info("campaign_fed", campaign=plan.campaign, rows=len(chosen))

    def _rate_room(self, plan: Plan, under_way: int) -> int:
        per_s = self._definitions.channels[plan.channel].limits.messages_per_s
        return int(min(max(per_s * AHEAD_S, AT_LEAST), AT_MOST)) - under_way

    async def _give(self, plan: Plan, row: Row, held_ms: int = 0) -> bool:
        event = CampaignReached(
            at=self._store.clock.now(),
            channel=plan.channel,
            campaign=plan.campaign,
            row=row.number,
            template=plan.template,
            language=plan.language,
            parameters=row.parameters,
            payloads=plan.payloads,
            informative=plan.informative,
            wait_s=plan.wait_s,
            remind=tuple(reminders.filled(one, row.given, plan.language) for one in plan.remind),
            late=policies.filled(plan.late, row.given, plan.language),
            busy=plan.busy,
            held_ms=held_ms,
            dialog=plan.dialog,
            department=plan.department,
            given=row.given,
            metadata=row.metadata,
        )
        fed = await self._rows.feed(plan.campaign, row, plan.channel, event)
        if fed and fed.claim:
            self._turns.start(fed.claim)
        return fed is not None
