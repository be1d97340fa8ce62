"""The connected store, as the rest of the program sees it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot_runtime import metrics
from bot_runtime.errors import BotRuntimeError, StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store.checks import check_store
from bot_runtime.store.clock import Clock
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.link import Argument, CommandRefused, Reply, ScriptMissing, pack
from bot_runtime.store.nodes import Router, router_for
from bot_runtime.store.scripts import Script
from bot_runtime.store.urls import parse_store_url

__all__ = ["Argument", "CommandRefused", "Reply", "Store"]

MEASURE_CLOCK_S = 5.0
POLL_TEST_CLOCK_S = 0.025
WATCH_EMBEDDED_S = 0.1

log = structlog.get_logger(__name__)


class Store:
    """The store, connected. All calls made in one pass of the event loop leave in one write; replies are bytes."""

    def __init__(self, router: Router, settings: Settings, embedded: EmbeddedStore | None = None) -> None:
        self.clock = Clock(self.command)
        self.shards = settings.shards
        self._router = router
        self._embedded = embedded
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def connect(cls, settings: Settings) -> "Store":
        """Connect to `settings.store_url`; when that is empty, start the embedded store first, ours until `close`.

        Raises:
            SettingError: this store cannot be used as it is.
            StoreUnavailable: nobody answers.
        """
        address = parse_store_url(settings.store_url)
        if address.kind != "embedded":
            store = cls(router_for(address), settings)
        else:
            embedded = EmbeddedStore(settings.data_dir, settings.embedded_sync)
            store = cls(router_for(parse_store_url(embedded.url)), settings, embedded)
        try:
            await store._open(settings)
        except BaseException:
            await store.close()
            raise
        return store

    async def _open(self, settings: Settings) -> None:
        if self._embedded:
            self._embedded.launch()  # here, not in a thread: it ends with the thread that launched it
            await asyncio.to_thread(self._embedded.wait_ready)
        await self._router.connect()
        await check_store(self._router, settings.shards)
        await self.clock.measure()
        self._keep_doing(self.clock.measure, MEASURE_CLOCK_S)
        if settings.test_clock:
            await self.clock.read_offset()
            self._keep_doing(self.clock.read_offset, POLL_TEST_CLOCK_S)
        if self._embedded:
            self._keep_doing(self._embedded.revive, WATCH_EMBEDDED_S)

    @property
    def owns_server(self) -> bool:
        """Whether the store is embedded in this process: then nobody else uses it, and whoever did is gone."""
        return self._embedded is not None

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[Argument] = ()) -> Reply:
        """Run `script` whole or not at all. Its keys are all in one slot.

        Calls of one task run in the order made. Nothing is sent again unasked.

        Raises:
            StoreUnavailable: no answer, so whether it ran is unknown; or the store said "not now".
            CommandRefused: an error in the script or in how it was called.
        """
        packed = pack("EVALSHA", script.sha, len(keys), *keys, *args)
        key = keys[0] if keys else None
        try:
            return await self._router.call(key, packed)
        except ScriptMissing:  # someone flushed them: each new connection loads them all
            return await self._router.call(key, packed, before=(pack("SCRIPT", "LOAD", script.source),))
        except StoreUnavailable:
            metrics.STORE_UNAVAILABLE.inc()
            raise

    async def command(self, *args: Argument, key: str | None = None) -> Reply:
        """One plain command that does not block. In a Cluster `key` says which node; without it, any primary answers.

        Raises as `run` does.
        """
        try:
            return await self._router.call(key, pack(*args))
        except StoreUnavailable:
            metrics.STORE_UNAVAILABLE.inc()
            raise

    async def advance_clock(self, seconds: float) -> int:
        """Move the test clock of every process at this store forward; the new offset in milliseconds."""
        return await self.clock.advance(seconds)

    async def close(self) -> None:
        """Drop the connection, and stop the embedded store if it is ours. Calls still waiting get StoreUnavailable."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._router.close()
        if self._embedded:
            await asyncio.to_thread(self._embedded.stop)

    def _keep_doing(self, what: Callable[[], Awaitable[None] | None], every_s: float) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(every_s)
                with contextlib.suppress(BotRuntimeError):  # the store is away: those who need it find out themselves
                    if (doing := what()) is not None:
                        await doing

        self._tasks.append(asyncio.get_running_loop().create_task(again()))
