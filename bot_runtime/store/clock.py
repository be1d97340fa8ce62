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


class Clock:
    """Tells the store's time without asking: it was measured against our monotonic clock, and is measured now and then.

    A wall clock that jumps, ours or the store's, therefore moves nothing between two measurements.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ahead_s = time.time() - time.monotonic()
        self._measured = False
        self.offset_ms = 0  # of the test clock; scripts, which ask the store itself for the time, get it as ARGV[1]

    def now(self) -> datetime:
        """The store's time plus the test offset; aware, UTC."""
        return datetime.fromtimestamp(self.now_s(), UTC)

    def now_s(self) -> float:
        """The same in seconds since 1970."""
        return time.monotonic() + self._ahead_s + self.offset_ms / 1000

    def now_ms(self) -> int:
        """The same in whole milliseconds."""
        return int(self.now_s() * 1000)

    async def measure(self) -> None:
        """Ask the store for its time, taking half of the way there and back for the way back."""
        asked_at = time.monotonic()
        seconds, microseconds = await self._ask("TIME")
        ahead_s = int(seconds) + int(microseconds) / 1e6 - (asked_at + time.monotonic()) / 2
        jumped_s = ahead_s - self._ahead_s
        self._ahead_s = ahead_s
        if self._measured and abs(jumped_s) > JUMP_S:
            log.error("store_clock_jumped", by_s=round(jumped_s, 3))
        self._measured = True

    async def advance(self, seconds: float) -> int:
        """Move the test clock of every process at this store forward; the new offset in milliseconds."""
        if seconds < 0:
            raise ValueError("time moves forward only")
        self.offset_ms = int(await self._ask("INCRBY", OFFSET_KEY, round(seconds * 1000), key=OFFSET_KEY))
        return self.offset_ms

    async def read_offset(self) -> None:
        """Take over what another process advanced."""
        self.offset_ms = int(await self._ask("GET", OFFSET_KEY, key=OFFSET_KEY) or 0)


def from_ms(at_ms: float) -> datetime:
    """A store's millisecond count as an aware UTC time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
