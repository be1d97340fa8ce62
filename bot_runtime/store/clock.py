"""The store's time: one clock for every process, and the offset of the test clock."""

import time
from datetime import UTC, datetime


class Clock:
    """`now()` without asking: the store's time was measured against our monotonic clock, and is measured again now and then."""

    def __init__(self) -> None:
        self._ahead_s = time.time() - time.monotonic()
        self.offset_ms = 0  # of the test clock; every script gets it as ARGV[1]

    def now(self) -> datetime:
        """The store's time plus the test offset, aware, UTC."""
        return datetime.fromtimestamp(self.now_s(), UTC)

    def now_s(self) -> float:
        """The same in seconds since 1970."""
        return time.monotonic() + self._ahead_s + self.offset_ms / 1000

    def now_ms(self) -> int:
        """The same in whole milliseconds."""
        return int(self.now_s() * 1000)

    def measured(self, asked_at: float, answered_at: float, store_time: tuple[int, int]) -> None:
        """Take over the answer to `TIME` (seconds, microseconds), which was given between two readings of the monotonic clock."""
        seconds, microseconds = store_time
        self._ahead_s = seconds + microseconds / 1e6 - (asked_at + answered_at) / 2


def from_ms(at_ms: float) -> datetime:
    """A store's millisecond count as an aware UTC time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
