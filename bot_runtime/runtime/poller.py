"""Finding what nobody holds: due timers, contacts and lanes whose worker is gone. So work always goes on."""

import asyncio
import contextlib
import time

import structlog

from bot_runtime import metrics
from bot_runtime.dialogs.events import AnyEvent, DialogDue, TicketTimedOut, TimedOut, WindowCloses
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.outbox import LaneSender
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.store.clock import Clock, from_ms, monotonic_s
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId
from bot_runtime.store.outbox import Outbox

POLL_S = 0.2
AT_ONCE = 100  # of each kind, a shard and round
MOST_BUSY = 1_000  # lanes in progress here before the rest is left to others
BACKLOG_BUSY = 500  # turns in progress before the backlog waits: half the room is for those who write now
ROOM_S = 0.005

log = structlog.get_logger("poller")


class Poller:
    def __init__(
        self,
        contacts: Contacts,
        outbox: Outbox,
        turns: TurnTaker,
        sender: LaneSender | None,
        clock: Clock,
        shards: int,
    ) -> None:
        self._contacts, self._outbox, self._turns, self._sender = contacts, outbox, turns, sender
        self._clock, self._shards = clock, shards
        self._wake = asyncio.Event()
        self._late_ms = 0  # timers due until then are overdue since a downtime
        self._watched = False
        self._left: list[ContactId] = []  # found by the last look, when there was no room for them
        self.looked_at = time.monotonic()  # when it last went through all shards

    def wake(self) -> None:
        """Look now (the test clock moved)."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            try:
                found = await self._round()
                self.looked_at = time.monotonic()
            except StoreUnavailable as error:
                log.warning("store_away", error=str(error))
                found = 0
            except Exception:
                log.exception("poll_failed")  # whatever it was, the rest of the world still needs us
                found = 0
            if self._left:
                await self._go_on()
                continue
            if found >= AT_ONCE:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            self._wake.clear()

    async def _round(self) -> int:
        """Take on what is due anywhere; returns how much that was."""
        dues = await asyncio.gather(*(self._contacts.due(shard, AT_ONCE) for shard in range(self._shards)))
        timers = await self._may_fire(sorted((at_ms, member) for due in dues for member, at_ms in due.timers))
        contacts = [contact for due in dues for contact in due.contacts]
        room = max(BACKLOG_BUSY - self._turns.busy, 0)
        contacts, self._left = contacts[:room], contacts[room:]
        lanes = [lane for due in dues for lane in due.lanes]
        lanes = lanes[: max(MOST_BUSY - self._sender.busy, 0)] if self._sender else []
        await asyncio.gather(
            *(self._fire(member, at_ms) for at_ms, member in timers),
            *(self._claim(contact) for contact in contacts),
            *(self._claim_lane(member) for member in lanes),
        )
        return len(timers) + len(contacts) + len(lanes)

    async def _go_on(self) -> None:
        """Until it is time to look again, claim what the last look found as soon as there is room for it."""
        ends = time.monotonic() + POLL_S
        while self._left and time.monotonic() < ends:
            room = BACKLOG_BUSY - self._turns.busy
            if room <= 0:
                await asyncio.sleep(ROOM_S)
                continue
            claimed, self._left = self._left[:room], self._left[room:]
            try:
                await asyncio.gather(*(self._claim(contact) for contact in claimed))
            except StoreUnavailable:
                self._left = []  # the next look says so

    async def _may_fire(self, timers: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Those of the due timers, oldest first, that may fire now.

        None in the half minute after a downtime, nor what only a clock that jumped calls due; overdue ones a few at a
        time.
        """
        wanted = sum(at_ms <= self._late_ms for at_ms, _ in timers)
        asked_at = monotonic_s()
        watch = await self._contacts.watch(wanted, self._clock.steady_ms if self._watched else None)
        if not self._watched:
            self._clock.steady_ms, self._watched = watch.steady_ms, True
        self._clock.heard(watch.wall_ms / 1000, asked_at)
        if watch.late_ms > self._late_ms and watch.hold_ms:
            log.warning("timers_held", for_s=watch.hold_ms / 1000, reason="nobody looked after them for a while")
        changed = watch.late_ms != self._late_ms
        self._late_ms = watch.late_ms
        if watch.hold_ms or changed:
            return []
        now_ms = self._clock.now_ms()
        overdue = [one for one in timers if one[0] <= self._late_ms][: watch.granted]
        return overdue + [one for one in timers if self._late_ms < one[0] <= now_ms]

    async def _fire(self, member: str, at_ms: int) -> None:
        _, channel, wait = member.split("|")
        event: AnyEvent
        if wait.startswith("t"):
            event = TicketTimedOut(at=self._clock.now(), channel=channel, ticket=int(wait[1:]), due_at=from_ms(at_ms))
        elif wait.startswith("n"):
            event = DialogDue(at=self._clock.now(), channel=channel, number=int(wait[1:]), due_at=from_ms(at_ms))
        elif wait == "w":
            event = WindowCloses(at=self._clock.now(), channel=channel, due_at=from_ms(at_ms))
        else:
            event = TimedOut(at=self._clock.now(), channel=channel, wait=int(wait), due_at=from_ms(at_ms))
        claim = await self._contacts.fire(member, event)
        metrics.TIMER_LATE_SECONDS.observe(max(self._clock.now_ms() - at_ms, 0) / 1000)
        if claim:
            self._turns.start(claim)

    async def _claim(self, contact: ContactId) -> None:
        claim = await self._contacts.claim(contact)
        if claim:
            self._turns.start(claim)

    async def _claim_lane(self, member: str) -> None:
        contact, _, channel = member.partition("|")
        if self._sender is None:
            return
        resend = self._sender.resends(channel, template=False)
        entry = await self._outbox.claim_lane(ContactId(contact), channel, resend=resend)
        if entry:
            self._sender.start(entry)
