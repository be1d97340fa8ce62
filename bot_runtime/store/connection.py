"""The connection to the store: one shared pipeline a node, and what must hold of a store before it is used."""

import asyncio
import contextlib
import time
from collections.abc import Sequence

import hiredis

from bot_runtime.errors import SettingError, StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store.clock import Clock
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.link import CommandRefused, Reply, ScriptMissing
from bot_runtime.store.nodes import ClusterNodes, PrimaryNode, Router, router_for
from bot_runtime.store.scripts import Script
from bot_runtime.store.urls import parse_store_url

__all__ = ["CommandRefused", "Reply", "Store"]

CLOCK_KEY = "bot:clock"
META_KEY = "bot:meta"
MEASURE_S = 5.0
POLL_TEST_CLOCK_S = 0.025

Argument = str | bytes | int

_pack = hiredis.pack_command


class Store:
    """The store, connected. Every call made in one pass of the event loop leaves in one write; replies are bytes."""

    def __init__(self, router: Router, settings: Settings, embedded: EmbeddedStore | None) -> None:
        self.clock = Clock()
        self.settings = settings
        self._router = router
        self._embedded = embedded
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def connect(cls, settings: Settings) -> "Store":
        """Connect to `settings.store_url`, starting the embedded store first when it is empty.

        Raises:
            SettingError: this store cannot be used as it is (may evict, too old, other number of shards, folder in use).
            StoreUnavailable: nobody answers.
        """
        address = parse_store_url(settings.store_url)
        embedded = None
        if address.kind == "embedded":
            embedded = EmbeddedStore(settings.data_dir, settings.embedded_sync)
            embedded.launch()
            await asyncio.to_thread(embedded.wait_ready)
            address = parse_store_url(embedded.url)
        store = cls(router_for(address), settings, embedded)
        try:
            await store._router.connect()
            await store._measure()
            await store._read_test_clock()
        except BaseException:
            await store.close()
            raise
        store._keep(store._measure, MEASURE_S)
        if settings.test_clock:
            store._keep(store._read_test_clock, POLL_TEST_CLOCK_S)
        return store

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[Argument] = ()) -> Reply:
        """Run `script` whole or not at all. Its keys are all in one slot.

        Raises:
            StoreUnavailable: no answer: whether it ran is unknown. Scripts are written so that asking again is safe.
            CommandRefused: an error in the script or in how it was called.
        """
        packed = _pack(("EVALSHA", script.sha, len(keys), *keys, *args))
        key = keys[0] if keys else None
        try:
            return await self._router.call(key, packed)
        except ScriptMissing:  # flushed by someone: each new connection loads them all
            load = _pack(("SCRIPT", "LOAD", script.source))
            return await self._router.call(key, packed, before=load)

    async def command(self, *args: Argument, key: str | None = None) -> Reply:
        """One plain command. `key` says the slot in a Cluster; without it, any primary answers."""
        return await self._router.call(key, _pack(args))

    async def advance_clock(self, seconds: float) -> None:
        """Move the test clock of everything that uses this store."""
        self.clock.offset_ms = int(await self.command("INCRBY", CLOCK_KEY, round(seconds * 1000), key=CLOCK_KEY))

    async def close(self) -> None:
        """Drop the connection and stop the embedded store, if it is ours."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._router.close()
        if self._embedded:
            await asyncio.to_thread(self._embedded.stop)

    async def _measure(self) -> None:
        asked_at = time.monotonic()
        seconds, microseconds = await self.command("TIME")
        self.clock.measured(asked_at, time.monotonic(), (int(seconds), int(microseconds)))

    async def _read_test_clock(self) -> None:
        self.clock.offset_ms = int(await self.command("GET", CLOCK_KEY, key=CLOCK_KEY) or 0)

    def _keep(self, what: "object", every_s: float) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(every_s)
                with contextlib.suppress(StoreUnavailable):
                    await what()  # type: ignore[operator]

        self._tasks.add(asyncio.create_task(again()))


_ = (SettingError, ClusterNodes, PrimaryNode)
