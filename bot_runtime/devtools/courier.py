"""Carries the providers' webhooks to the server, as stubbornly as each provider does.

One phone's webhooks go out in order, unless asked otherwise: `twice` repeats each, `shuffled` turns a batch around.
What was not taken yet can be kept by a journal (`on_change`), so that a killed process goes on where it was.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Literal
from uuid import uuid4

import aiohttp
import msgspec

Outcome = Literal["taken", "refused", "given_up"]


class Webhook(msgspec.Struct, kw_only=True):
    """Bytes to POST, signed. `message` and `status` name the bubble and what the webhook says of it."""

    id: str = msgspec.field(default_factory=lambda: uuid4().hex)
    url: str
    headers: dict[str, str]
    body: bytes
    lane: str = ""
    message: str = ""
    status: str = ""
    not_before_s: float = 0
    retries: Literal["meta", "twilio"] = "meta"


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a provider goes on. Meta: until taken, the last pause repeated (a 4xx: once through the pauses).

    Twilio's own default is one retry, on connect failures alone; ours is what operators are told to set on the
    webhook's URL, `#rc=3&rp=5xx,ct,rt`.
    """

    pauses_s: tuple[float, ...] = (0.1, 0.25, 0.5, 1, 2, 5)
    twilio_pauses_s: tuple[float, ...] = (0.2, 0.5, 1)
    twilio_on_5xx: bool = True
    answer_within_s: float = 15


class Courier:
    """`target` is where the server listens; `public_url` is how webhooks name it (what Twilio signs)."""

    def __init__(
        self,
        target: str,
        public_url: str = "",
        patience: Patience = Patience(),  # noqa: B008 - immutable
        on_change: Callable[[str, Webhook, Outcome | None], None] = lambda change, webhook, outcome: None,
    ) -> None:
        self.target = target.rstrip("/")
        self.public_url = (public_url or target).rstrip("/")
        self.patience = patience
        self.on_change = on_change
        self.twice = False
        self.shuffled = False
        self.on_answer: Callable[[], None] = lambda: None
        self.answers: deque[tuple[Webhook, int]] = deque(maxlen=10_000)
        self._lanes: defaultdict[str, deque[Webhook]] = defaultdict(deque)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._client: aiohttp.ClientSession | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        timeout = aiohttp.ClientTimeout(total=self.patience.answer_within_s)
        self._client = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=256))
        for lane in tuple(self._lanes):
            self._wake(lane)

    async def stop(self) -> None:
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client:
            await self._client.close()
            self._client = None

    def send(self, *webhooks: Webhook) -> None:
        """Hand over webhooks; they leave in this order on each lane."""
        batch = list(webhooks)
        if self.shuffled:
            batch.reverse()
        for webhook in batch:
            self.on_change("queued", webhook, None)
            for _ in range(2 if self.twice else 1):
                self._lanes[webhook.lane].append(webhook)
            self._wake(webhook.lane)

    @property
    def waiting(self) -> int:
        return sum(map(len, self._lanes.values()))

    async def settled(self, timeout_s: float = 10) -> None:
        """Wait until every webhook was taken or given up."""
        async with asyncio.timeout(timeout_s):
            await self._idle.wait()

    async def post(self, webhook: Webhook) -> int:
        """Deliver once, now; the status of the answer (0: none came)."""
        assert self._client is not None, "the courier was not started"
        url = webhook.url
        if url.startswith(self.public_url):
            url = self.target + url[len(self.public_url) :]
        try:
            async with self._client.post(url, data=webhook.body, headers=webhook.headers) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = 0
        self.answers.append((webhook, status))
        self.on_answer()
        return status

    def _wake(self, lane: str) -> None:
        self._idle.clear()
        if self._client is not None and lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._work(lane))

    async def _work(self, lane: str) -> None:
        queue = self._lanes[lane]
        try:
            while queue:
                if queue[0].not_before_s:
                    await asyncio.sleep(queue[0].not_before_s)
                outcome = await self._deliver(queue[0])
                self.on_change("settled", queue.popleft(), outcome)
            del self._lanes[lane]
        finally:
            del self._tasks[lane]
            if not self._lanes:
                self._idle.set()

    async def _deliver(self, webhook: Webhook) -> Outcome:
        pauses = self.patience.pauses_s if webhook.retries == "meta" else self.patience.twilio_pauses_s
        tries = 0
        while True:
            status = await self.post(webhook)
            if 200 <= status < 300:
                return "taken"
            if webhook.retries == "twilio":
                again = status == 0 or (status >= 500 and self.patience.twilio_on_5xx)
                if not again or tries >= len(pauses):
                    return "refused" if status else "given_up"
            elif 400 <= status < 500 and tries >= len(pauses):
                return "refused"  # Meta would go on for a week; here it would only hold up the phone
            await asyncio.sleep(pauses[min(tries, len(pauses) - 1)])
            tries += 1
