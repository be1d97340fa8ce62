"""Webhooks in, as stubbornly as each provider: Meta until taken, growing pauses between; Twilio once more, if refused.

Each POST goes to a worker that a load balancer would pick: one that runs, or froze too short a while ago to be noticed.
"""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol

import aiohttp
import msgspec

from bot_runtime.prove.clock import Clock
from bot_runtime.prove.records import Try

META_PAUSES_S: Final = (0.2, 0.5, 1, 2, 4, 8)  # the last one again and again
TWILIO_PAUSE_S: Final = 1.0
ANSWER_WITHIN_S: Final = 12.0
AT_ONCE: Final = 128

Patience = Literal["meta", "twilio"]


class Webhook(msgspec.Struct, kw_only=True):
    """Signed bytes for `path`. `tries` fills as it goes; `done` is called once with whether it was taken, and then
    `settled` is set."""

    path: str
    body: bytes
    headers: dict[str, str]
    patience: Patience = "meta"
    tries: list[Try] = []
    repeats: int = 0  # how often it comes again although it was taken
    done: Callable[[bool], None] = lambda taken: None
    settled: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


class Door(Protocol):
    """A worker's address."""

    name: str
    port: int


Doors = Callable[[], Sequence[Door]]


class Sender:
    def __init__(self, clock: Clock, doors: Doors, seed: int) -> None:
        self._clock, self._doors = clock, doors
        self._random = random.Random(f"sender {seed}")
        self._due: list[tuple[float, int, Webhook]] = []
        self._numbers = itertools.count()
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None
        self._pump: asyncio.Task[None] | None = None
        self.tries: list[Try] = []
        self.on_try: list[Callable[[Try], None]] = []

    async def start(self) -> None:
        # A new connection each time, as providers' fleets do: a kept one would hide who is listening
        connector = aiohttp.TCPConnector(limit=AT_ONCE, force_close=True)
        self._client = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._pump = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [*self._tasks, *([self._pump] if self._pump else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client:
            await self._client.close()

    @property
    def waiting(self) -> int:
        """Webhooks not yet taken or given up."""
        return len(self._due) + len(self._tasks)

    def send(self, webhook: Webhook, after_s: float = 0.0) -> None:
        heapq.heappush(self._due, (self._clock.now() + after_s, next(self._numbers), webhook))
        self._woken.set()

    async def _run(self) -> None:
        while True:
            now = self._clock.now()
            while self._due and self._due[0][0] <= now and len(self._tasks) < AT_ONCE:
                _, _, webhook = heapq.heappop(self._due)
                task = asyncio.create_task(self._deliver(webhook))
                self._tasks.add(task)
                task.add_done_callback(self._delivered)
            self._woken.clear()
            wait_s = max(self._due[0][0] - now, 0.0) if self._due and len(self._tasks) < AT_ONCE else 60.0
            try:
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def _delivered(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._woken.set()

    async def _deliver(self, webhook: Webhook) -> None:
        once = await self.post(webhook)
        taken = 200 <= once.status < 300
        before = any(200 <= one.status < 300 for one in webhook.tries[:-1])
        if taken or before:
            if taken and not before:
                webhook.done(True)
                webhook.settled.set()
            if webhook.repeats > 0:
                webhook.repeats -= 1
                self.send(webhook, self._random.expovariate(0.5))
        elif webhook.patience == "twilio":
            if once.status == 0 and once.ended - once.began < 1.0 and len(webhook.tries) == 1:
                self.send(webhook, TWILIO_PAUSE_S)
            else:
                webhook.done(False)
                webhook.settled.set()
        else:
            pause_s = META_PAUSES_S[min(len(webhook.tries), len(META_PAUSES_S)) - 1]
            self.send(webhook, pause_s * self._random.uniform(0.7, 1.3))

    async def post(self, webhook: Webhook) -> Try:
        """Deliver once, now."""
        assert self._client is not None
        doors = self._doors()
        began = self._clock.now()
        status, name = 0, ""
        if doors:
            door = self._random.choice(doors)
            name = door.name
            url = f"http://127.0.0.1:{door.port}{webhook.path}"
            try:
                async with self._client.post(url, data=webhook.body, headers=webhook.headers) as answer:
                    await answer.read()
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
        tried = Try(began, self._clock.now(), status, name)
        webhook.tries.append(tried)
        self.tries.append(tried)
        for listener in self.on_try:
            listener(tried)
        return tried
