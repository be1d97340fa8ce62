"""The harness's own time, and how far the store's was moved."""

import time


class Clock:
    def __init__(self) -> None:
        self._began = time.monotonic()
        self.moved_s = 0.0  # by the test clock, so far

    def restart(self) -> None:
        """The run begins now."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def store_now(self) -> float:
        return self.now() + self.moved_s
