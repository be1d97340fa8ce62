"""The connected store, as the rest of the program sees it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot_runtime import metrics
from bot_runtime.errors import BotRuntimeError, StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store.checks import check_store, facts_of
from bot_runtime.store.clock import Clock
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.link import Argument, CommandRefused, Reply, ScriptMissing, TooFewReplicas, pack
from bot_runtime.store.nodes import router_for
from bot_runtime.store.scripts import Script
from bot_runtime.store.urls import StoreAddress, parse_store_url

__all__ = ["Argument", "CommandRefused", "Reply", "Store", "TooFewReplicas"]

MEASURE_CLOCK_S = 5.0
POLL_TEST_CLOCK_S = 0.025
WATCH_EMBEDDED_S = 0.1
HOLD_SENDS_S = 5.0

log = structlog.get_logger(__name__)


class Store:
    """The store, connected. All calls made in one pass of the event loop leave in one write; replies are bytes."""

    def __init__(self, address: StoreAddress, settings: Settings, embedded: EmbeddedStore | None = None) -> None:
        self.clock = Clock(self.command)
        self.shards = settings.shards
        self._router = router_for(address)
        self._acks = settings.replica_acks
        # WAIT holds up its connection: what has to wait for replicas gets one of its own
        self._acked = router_for(address) if self._acks else self._router
        self._embedded = embedded
        self._loses_nothing = embedded is not None and settings.embedded_sync == "always"
        self._new_run_listeners: list[Callable[[], None]] = []
        self._hold_until = 0.0
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
            store = cls(address, settings)
        else:
            embedded = EmbeddedStore(settings.data_dir, settings.embedded_sync)
            store = cls(parse_store_url(embedded.url), settings, embedded)
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
        for router in {self._router, self._acked}:
            await router.connect()
            router.on_new_run = self._new_run
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

    def on_new_run(self, listener: Callable[[], None]) -> None:
        """`listener()` is called when another process of the store answers (it was restarted, or a replica took over),
        before that one gets any call: what was acknowledged last may be gone."""
        self._new_run_listeners.append(listener)

    async def sends_may_go(self) -> None:
        """Wait until nothing has to be held back: what we know, but such a store forgot, gets back into it first."""
        while (wait_s := self._hold_until - time.monotonic()) > 0:  # noqa: ASYNC110 - it may be put off meanwhile
            await asyncio.sleep(wait_s)

    def _new_run(self) -> None:
        log.warning("store_run_changed", hold_sends_s=0 if self._loses_nothing else HOLD_SENDS_S)
        if self._loses_nothing:
            return
        self._hold_until = time.monotonic() + HOLD_SENDS_S
        for listener in self._new_run_listeners:
            listener()

    async def run(
        self, script: Script, keys: Sequence[str], args: Sequence[Argument] = (), *, acked: bool = False
    ) -> Reply:
        """Run `script` whole or not at all. Its keys are all in one slot.

        `acked`: as many replicas must have what it wrote as `BOT_REPLICA_ACKS` says.

        Calls of one task run in the order made. Nothing is sent again unasked.

        Raises:
            StoreUnavailable: no answer, so whether it ran is unknown; or the store said "not now".
            TooFewReplicas: it ran, but may be lost at a failover (only if `acked`).
            CommandRefused: an error in the script or in how it was called.
        """
        packed = pack("EVALSHA", script.sha, len(keys), *keys, *args)
        key = keys[0] if keys else None
        router, acks = (self._acked, self._acks) if acked else (self._router, 0)
        try:
            return await router.call(key, packed, (), acks)
        except ScriptMissing:  # someone flushed them: each new connection loads them all
            return await router.call(key, packed, (pack("SCRIPT", "LOAD", script.source),), acks)
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

    async def fullness(self) -> float:
        """The share of its memory that the fullest node uses: of `maxmemory`, else of its machine's."""
        shares = [0.0]
        for node in self._router.primaries():
            try:
                facts = facts_of(await node.call(None, pack("INFO", "memory")))
            except CommandRefused:
                continue
            most = int(facts.get("maxmemory", 0)) or int(facts.get("total_system_memory", 0))
            shares.append(int(facts.get("used_memory", 0)) / most if most else 0.0)
        return max(shares)

    async def advance_clock(self, seconds: float) -> int:
        """Move the test clock of every process at this store forward; the new offset in milliseconds."""
        return await self.clock.advance(seconds)

    async def close(self) -> None:
        """Drop the connection, and stop the embedded store if it is ours. Calls still waiting get StoreUnavailable."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for router in {self._router, self._acked}:
            await router.close()
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
