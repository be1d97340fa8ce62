"""The processes that serve this store, as each says of itself every few seconds.

Who ends in order takes its name back; so a name that is no longer heard of is a process that was killed, or cut off.
"""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from bot_runtime.errors import StoreUnavailable
from bot_runtime.metrics import Snapshot
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys

BEAT_S = 5.0
ALIVE_MS = 15_000
FORGET_MS = 86_400_000


class Beat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`name` stays the same over restarts where it can. Times are in ms on the store's own clock, test offset or not.

    `refused`: problems of a change of the workspace that this process did not take over. `figures`: `metrics.snapshot`.
    """

    name: str
    role: str
    version: str
    pid: int
    started_at: int
    seen_at: int = 0
    turns: int = 0  # in progress
    sends: int = 0
    refused: int = 0
    figures: Snapshot = ()

    def is_alive(self, now_ms: int) -> bool:
        return now_ms - self.seen_at < ALIVE_MS


_beat = msgspec.json.Decoder(Beat)


class Processes:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._key = store, keys.processes()

    def now_ms(self) -> int:
        return self._store.clock.now_ms() - self._store.clock.offset_ms

    async def beat(self, beat: Beat) -> None:
        raw = msgspec.json.encode(msgspec.structs.replace(beat, seen_at=self.now_ms()))
        await self._store.command("HSET", self._key, beat.name, raw, key=self._key)

    async def keep_beating(self, told: Callable[[int], Beat]) -> None:
        """Beat for ever; `told` is given when that began, in ms. While the store is away nobody hears of us."""
        started_at = self.now_ms()
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self.beat(told(started_at))
            await asyncio.sleep(BEAT_S)

    async def leave(self, name: str) -> None:
        await self._store.command("HDEL", self._key, name, key=self._key)

    async def all(self) -> list[Beat]:
        """Those heard of within a day, by name; the others are forgotten."""
        found = [_beat.decode(raw) for raw in await self._store.command("HVALS", self._key, key=self._key)]
        now = self.now_ms()
        for beat in found:
            if now - beat.seen_at > FORGET_MS:
                await self.leave(beat.name)
        return sorted((beat for beat in found if now - beat.seen_at <= FORGET_MS), key=lambda beat: beat.name)
