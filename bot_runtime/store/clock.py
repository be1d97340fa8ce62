"""The store's time: one clock for every process, and the offset of the test clock."""

import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

OFFSET_KEY = "bot:clock"  # milliseconds
JUMP_S = 2.0

log = structlog.get_logger(__name__)


class Ask(Protocol):
    """`Store.command`."""

    def __call__(self, *args: str | bytes | int | float, key: str | None = None) -> Awaitable[Any]: ...


def monotonic_s() -> float:
    """Seconds that really passed, those of a suspended machine too where the system tells."""
    return time.clock_gettime(_ELAPSED) if _ELAPSED is not None else time.monotonic()


_ELAPSED: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class Clock:
    """Tells the store's time without asking: it was measured against our monotonic clock, and is measured now and then.

    When the store's clock jumps we go on by the time that really passed: `steady_ms` takes the jump back, in scripts
    too, or else waits would end early, or much too late. Processes that start meanwhile take it over
    (`watch_timers.lua`); once all have ended, time is the clock's again.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ahead_s = time.time() - monotonic_s()  # the store's clock before that of this machine
        self._measured = False
        self.advanced_ms = 0  # the test clock
        self.steady_ms = 0

    @property
    def offset_ms(self) -> int:
        """From what the store's clock shows to our time; scripts, which ask the store, get it as ARGV[1]."""
        return self.advanced_ms + self.steady_ms

    def now(self) -> datetime:
        """The store's time plus the test offset; aware, UTC."""
        return datetime.fromtimestamp(self.now_s(), UTC)

    def now_s(self) -> float:
        """The same in seconds since 1970."""
        return monotonic_s() + self._ahead_s + self.offset_ms / 1000

    def now_ms(self) -> int:
        """The same in whole milliseconds."""
        return int(self.now_s() * 1000)

    async def measure(self) -> None:
        """Ask the store for its time."""
        asked_at = monotonic_s()
        seconds, microseconds = await self._ask("TIME")
        self.heard(int(seconds) + int(microseconds) / 1e6, asked_at)

    def heard(self, wall_s: float, asked_at: float) -> None:
        """Take over what the store's clock showed; half of the way there and back was the way back."""
        took_s = monotonic_s() - asked_at
        if self._measured and took_s > JUMP_S / 2:
            return  # too long on its way to tell anything
        ahead_s = wall_s - asked_at - took_s / 2
        jumped_s, self._ahead_s = ahead_s - self._ahead_s, ahead_s
        if self._measured and abs(jumped_s) > JUMP_S:
            self.steady_ms -= round(jumped_s * 1000)
            log.error("store_clock_jumped", by_s=round(jumped_s, 3), goes_on="by the time that passed")
        self._measured = True

    async def advance(self, seconds: float) -> int:
        """Move the test clock of every process at this store forward; the new offset in milliseconds."""
        if seconds < 0:
            raise ValueError("time moves forward only")
        self.advanced_ms = int(await self._ask("INCRBY", OFFSET_KEY, round(seconds * 1000), key=OFFSET_KEY))
        return self.advanced_ms

    async def read_offset(self) -> None:
        """Take over what another process advanced."""
        self.advanced_ms = int(await self._ask("GET", OFFSET_KEY, key=OFFSET_KEY) or 0)


def from_ms(at_ms: float) -> datetime:
    """A store's millisecond count as an aware UTC time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
