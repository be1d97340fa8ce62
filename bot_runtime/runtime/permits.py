"""Permits to send on a number, taken from the store in small batches so that all processes share its rate."""

import asyncio
import time
from dataclasses import dataclass, field

from bot_runtime.store.outbox import Outbox

KEEP_S = 0.5  # permits not used by then are left to the others


@dataclass(slots=True)
class _Pool:
    permits: int = 0
    taken_at: float = 0.0
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Permits:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pools: dict[str, _Pool] = {}

    async def acquire(self, channel: str, per_s: float, most_ms: int) -> int:
        """Wait for one permit. Returns 0, or the ms to wait if that is more than `most_ms` (nothing was taken)."""
        pool = self._pools.setdefault(channel, _Pool())
        pool.waiting += 1
        try:
            async with pool.lock:
                while True:
                    if pool.permits and time.monotonic() - pool.taken_at < KEEP_S:
                        pool.permits -= 1
                        return 0
                    wanted = max(1, min(pool.waiting, int(per_s / 10)))
                    pool.permits, wait_ms = await self._outbox.take_permits(channel, wanted, per_s)
                    pool.taken_at = time.monotonic()
                    if pool.permits:
                        continue
                    if wait_ms > most_ms:
                        return wait_ms
                    await asyncio.sleep(wait_ms / 1000)
        finally:
            pool.waiting -= 1
