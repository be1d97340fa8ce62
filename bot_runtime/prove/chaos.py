"""Does to the processes what a bad day does: SIGKILL, SIGSTOP, SIGTERM to workers, SIGKILL and SIGSTOP to the store."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal

from bot_runtime.prove.clock import Clock
from bot_runtime.prove.plan import Due
from bot_runtime.prove.provider import Provider
from bot_runtime.prove.records import Blow, Send
from bot_runtime.prove.servers import NOTICED_S, Valkey, Worker

TRAP_S: Final = 20.0  # a trap that nothing stepped into by then is a plain kill
DRAIN_S: Final = 40.0

Kind = Literal["worker_kill", "kill_on_accept", "worker_stop", "worker_term", "store_kill", "store_stop", "outage"]


class Chaos:
    """`start(worker, skew_s)` starts a worker again and returns when it is ready."""

    def __init__(
        self,
        clock: Clock,
        store: Valkey,
        workers: Sequence[Worker],
        start: Callable[[Worker, float], Awaitable[None]],
        seed: int,
    ) -> None:
        self._clock, self._store, self._workers, self._start = clock, store, workers, start
        self._random = random.Random(f"chaos {seed}")
        self._held: set[Worker] = set()  # those that something is being done to
        self._store_free = asyncio.Lock()
        self._traps: dict[str, tuple[Worker, asyncio.Event]] = {}
        self.blows: list[Blow] = []

    def doors(self) -> list[Worker]:
        """The workers a load balancer would send to now."""
        now = self._clock.now()
        return [
            one
            for one in self._workers
            if one.ready and one.runs and (one.stopped_since is None or now - one.stopped_since < NOTICED_S)
        ]

    def accepted(self, send: Send) -> bool:
        """The provider took a message; False: the process that sent it was killed in this moment."""
        trap = self._traps.pop(send.worker, None)
        if trap is None:
            return True
        worker, sprung = trap
        worker.signal(signal.SIGKILL)
        sprung.set()
        return False

    async def run(self, deeds: Sequence[Due], provider: Provider) -> None:
        """Do all of `deeds`, each at its time, and return when everything runs again."""
        async with asyncio.TaskGroup() as group:
            for due in deeds:
                await asyncio.sleep(max(0.0, due.at - self._clock.now()))
                group.create_task(self._do(due, provider))

    async def _do(self, due: Due, provider: Provider) -> None:
        match due.deed:
            case "worker_kill":
                await self._kill(due)
            case "kill_on_accept":
                await self._kill_on_accept(due)
            case "worker_stop":
                await self._freeze(due)
            case "worker_term":
                await self._end(due)
            case "store_kill" | "outage":
                await self._kill_store(due.deed, due.lasts_s)
            case "store_stop":
                await self._freeze_store(due.lasts_s)
            case "token_expired":
                provider.token_expired = True
                await asyncio.sleep(due.lasts_s)
                provider.token_expired = False

    async def kill_one(self) -> None:
        """SIGKILL for any worker, and up again."""
        await self._kill(Due(self._clock.now(), "worker_kill", 0.0, 0.0))

    async def _take(self) -> Worker:
        """A running worker that nothing else is being done to."""
        while True:
            free = [one for one in self._workers if one.ready and one.runs and one not in self._held]
            if free:
                worker = self._random.choice(free)
                self._held.add(worker)
                return worker
            await asyncio.sleep(0.1)

    def _note(self, kind: Kind, whom: str) -> Blow:
        blow = Blow(kind=kind, at=self._clock.now(), whom=whom)
        self.blows.append(blow)
        return blow

    async def _kill(self, due: Due) -> None:
        worker = await self._take()
        blow = self._note("worker_kill", worker.name)
        worker.signal(signal.SIGKILL)
        await self._again(worker, blow, due)

    async def _kill_on_accept(self, due: Due) -> None:
        """SIGKILL between the provider's yes and the moment the server could read it."""
        worker = await self._take()
        sprung = asyncio.Event()
        self._traps[worker.name] = (worker, sprung)
        try:
            async with asyncio.timeout(TRAP_S):
                await sprung.wait()
            blow = self._note("kill_on_accept", worker.name)
        except TimeoutError:
            self._traps.pop(worker.name, None)
            blow = self._note("worker_kill", worker.name)
            worker.signal(signal.SIGKILL)
        await self._again(worker, blow, due)

    async def _end(self, due: Due) -> None:
        """SIGTERM: it drains and ends; for a while there is one worker fewer."""
        worker = await self._take()
        blow = self._note("worker_term", worker.name)
        worker.signal(signal.SIGTERM)
        await self._again(worker, blow, due)

    async def _again(self, worker: Worker, blow: Blow, due: Due) -> None:
        worker.ready = False
        await worker.ended(DRAIN_S)
        await asyncio.sleep(due.lasts_s)
        await self._start(worker, due.skew_s)
        blow.until = self._clock.now()
        self._held.discard(worker)

    async def _freeze(self, due: Due) -> None:
        worker = await self._take()
        blow = self._note("worker_stop", worker.name)
        worker.stopped_since = self._clock.now()
        worker.signal(signal.SIGSTOP)
        await asyncio.sleep(due.lasts_s)
        worker.signal(signal.SIGCONT)
        worker.stopped_since = None
        blow.until = self._clock.now()
        self._held.discard(worker)

    async def _kill_store(self, kind: Literal["store_kill", "outage"], down_s: float) -> None:
        async with self._store_free:
            blow = self._note(kind, "store")
            self._store.signal(signal.SIGKILL)
            await self._store.ended()
            await asyncio.sleep(down_s)
            await self._store.start()
            blow.until = self._clock.now()

    async def _freeze_store(self, for_s: float) -> None:
        async with self._store_free:
            blow = self._note("store_stop", "store")
            self._store.signal(signal.SIGSTOP)
            await asyncio.sleep(for_s)
            self._store.signal(signal.SIGCONT)
            blow.until = self._clock.now()
