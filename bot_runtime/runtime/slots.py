"""Those of one process that wait for a slot on one number, first come first served, and asked for together."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.clock import Clock

LONGEST_WAIT_MS = 5_000  # longer than that a lane is put back rather than held
MOST_AT_ONCE = 200
LONGEST_NAP_S = 0.5  # a hold may end sooner than it said: the test clock moves, an operator releases


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of message takes slots: whether it leaves the reserve alone, and how far ahead it may book."""

    name: str
    spares_reserve: bool
    ahead_ms: int


REPLIES = Kind("replies", spares_reserve=False, ahead_ms=250)
CAMPAIGNS = Kind("campaigns", spares_reserve=True, ahead_ms=50)

Take = Callable[[int], Awaitable[tuple[list[float], int]]]  # how many → (slots in ms, ms until there may be more)


class Line:
    """`take` asks the store; it says the number's rate anew each time, for the workspace may change."""

    def __init__(self, take: Take, clock: Clock) -> None:
        self._take, self._clock = take, clock
        self._waiting: deque[asyncio.Future[float]] = deque()
        self._asking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def slot(self) -> tuple[float, int]:
        """Wait for a slot until its moment comes: (the slot, 0), or (0, ms) it would take too long: ask again then."""
        mine: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            async with asyncio.timeout(LONGEST_WAIT_MS / 1000):
                slot = await mine
        except TimeoutError:
            return 0, LONGEST_WAIT_MS
        except _TooLong as error:
            return 0, error.wait_ms
        nap_s = slot / 1000 - self._clock.now_s()
        if nap_s > 0:
            await asyncio.sleep(nap_s)
        return slot, 0

    async def _ask(self) -> None:
        """Get slots for all that wait, until nobody does."""
        try:
            while self._prune():
                slots, wait_ms = await self._take(min(len(self._waiting), MOST_AT_ONCE))
                for slot in slots:
                    if self._prune():
                        self._waiting.popleft().set_result(slot)
                if self._prune() and not slots:
                    self._send_away(wait_ms)
                    await asyncio.sleep(min(wait_ms / 1000, LONGEST_NAP_S))
        except Exception as error:
            while self._waiting:
                if not (mine := self._waiting.popleft()).done():
                    mine.set_exception(error)

    def _send_away(self, wait_ms: int) -> None:
        """Nobody waits here for what takes longer than a lease."""
        if wait_ms <= LONGEST_WAIT_MS:
            return
        while self._waiting:
            if not (mine := self._waiting.popleft()).done():
                mine.set_exception(_TooLong(wait_ms))

    def _prune(self) -> bool:
        """Forget those that gave up; whether anybody still waits."""
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        return bool(self._waiting)


class _TooLong(BotRuntimeError):
    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"no slot for {wait_ms} ms")
        self.wait_ms = wait_ms
