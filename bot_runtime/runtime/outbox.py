"""Sending: one entry of a lane after the other, each marked before its first byte and settled by what came back."""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

from bot_runtime import metrics
from bot_runtime.channels.base import Channel
from bot_runtime.channels.sender import Sender
from bot_runtime.errors import SendFailed, StoreUnavailable
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import ROW_BACK_MS, Limits
from bot_runtime.store.outbox import Counts, Entry, Outbox, Outcome

RETRY_S = (1, 5, 30, 120, 600, 1_800)
MOST_TRIES = 8
REPLY_EXPIRES_MS = 600_000
TEMPLATE_EXPIRES_MS = 86_400_000
ALARM_HOLD_S = 60  # credentials or billing: look again every minute, keep everything queued
THROTTLED_S = 1
REMEMBER_SENT_S = 900
CAMPAIGN_AT_ONCE = 64  # of a campaign's messages on their way here, so that replies never queue behind thousands

log = structlog.get_logger("outbox")

OnOptOut = Callable[[Entry, str], None]  # the provider says that this contact opted out; its error code


class LaneSender:
    """Sends the lanes this process holds. `start` takes the head of one; it goes on until the lane is empty."""

    def __init__(
        self, outbox: Outbox, definitions: Definitions, sender: Sender, limits: Limits, on_opt_out: OnOptOut
    ) -> None:
        self._outbox, self._definitions, self._sender = outbox, definitions, sender
        self._limits, self._on_opt_out = limits, on_opt_out
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent: OrderedDict[str, tuple[float, str]] = OrderedDict()  # entry → when, the provider's id
        self._draining = False
        self._campaign_slots = asyncio.Semaphore(CAMPAIGN_AT_ONCE)

    @property
    def busy(self) -> int:
        return len(self._tasks)

    def start(self, entry: Entry) -> None:
        self._keep(asyncio.create_task(self._send_lane(entry)))

    def mark_read(self, channel: Channel, message_id: str) -> None:
        """Show the contact that the message was read; nothing depends on it, so a failure is only logged."""
        request = channel.render_read(message_id)
        if request is not None and not self._draining:
            self._keep(asyncio.create_task(self._send_read(channel, request)))

    async def drain(self) -> None:
        """Finish what is leaving; the rest of each lane stays queued for whoever claims it."""
        self._draining = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_read(self, channel: Channel, request: object) -> None:
        try:
            await self._sender.post(channel, request)  # type: ignore[arg-type]
        except SendFailed as error:
            log.info("read_mark_failed", channel=channel.name, kind=error.kind, code=error.code)

    async def _send_lane(self, head: Entry) -> None:
        entry: Entry | None = head
        try:
            while entry is not None:
                if self._draining:
                    await self._outbox.settle(entry, "queued")
                    return
                if entry.meta.g:
                    async with self._campaign_slots:
                        entry = await self._send(entry)
                else:
                    entry = await self._send(entry)
        except StoreUnavailable as error:
            log.warning("store_away", entry_id=head.id, error=str(error))  # the lease ends, another claims the lane

    async def _send(self, entry: Entry) -> Entry | None:
        """Send one entry as far as it goes; the next one if the lane is still ours."""
        channel = self._definitions.channels.get(entry.channel)
        if channel is None:
            return await self._settle(entry, "failed", code="channel_gone")
        try:
            request = channel.render(entry.payload.to, entry.payload.effect, entry.id)
        except SendFailed as error:
            return await self._settle(entry, "failed", code=error.code)
        wait_ms = await self._limits.acquire(channel, entry)
        if wait_ms and entry.meta.g and wait_ms > ROW_BACK_MS:
            return await self._settle(entry, "withdrawn")  # it waits in its campaign's list
        if wait_ms:
            return await self._settle(entry, "queued", retry_ms=wait_ms)
        mark = await self._outbox.mark_sending(
            entry,
            pause_ms=int(channel.limits.pair_pause_s * 1000),
            borrow_ms=int(channel.limits.pair_pause_s * 1000 * (channel.limits.pair_burst - 1)),
            expire_ms=TEMPLATE_EXPIRES_MS if entry.meta.k == "template" else REPLY_EXPIRES_MS,
            opt_out_holds_all=channel.kind == "sms",
            by_ms=self._limits.mark_by(entry),
        )
        if mark.at_ms is None:
            await self._limits.give_back(channel, entry)
        if mark.verdict:
            return await self._settle(entry, mark.verdict)
        if mark.at_ms is None:
            if mark.wait_ms is None:
                metrics.LEASES_LOST.labels("lane").inc()
            return None  # not ours, or too soon for this contact: the lane is due again by itself
        known = self._sent.get(entry.id)
        if known and not entry.meta.r:
            self._limits.left(entry)
            return await self._settle(entry, "sent", external_id=known[1])
        started = time.monotonic()
        try:
            external_id = await self._sender.send(channel, request)
        except SendFailed as error:
            return await self._failed(channel, entry, error, started)
        finally:
            self._limits.left(entry)
        metrics.SEND_SECONDS.labels(entry.channel).observe(time.monotonic() - started)
        self._remember(entry.id, external_id)
        return await self._settle(entry, "sent", external_id=external_id, took_ms=_ms_since(started))

    async def _failed(self, channel: Channel, entry: Entry, error: SendFailed, started: float) -> Entry | None:
        took_ms = _ms_since(started)
        metrics.SEND_FAILURES.labels(entry.channel, error.kind).inc()
        log.warning(
            "send_failed", entry_id=entry.id, channel=entry.channel, kind=error.kind, code=error.code, took_ms=took_ms
        )
        match error.kind:
            case "U" if entry.meta.k == "template" or entry.meta.r:
                return await self._settle(entry, "unknown", code=error.code, took_ms=took_ms)
            case "U":
                return None  # the lane waits for a report on it, then `claim_lane` decides
            case "R" if entry.meta.t + 1 < MOST_TRIES:
                wait_s = random.uniform(0.5, 1) * RETRY_S[min(entry.meta.t, len(RETRY_S) - 1)]
                return await self._settle(entry, "queued", code=error.code, retry_ms=int(wait_s * 1000), counts="n")
            case "T" if error.code == "131056":  # this contact only: 4 s to the power of the tries so far
                wait_s = min(4.0 ** min(entry.meta.t + 1, 6), 3_600)
                return await self._settle(entry, "queued", code=error.code, retry_ms=int(wait_s * 1000), counts="y")
            case "T" | "A":
                hold_s = min(error.retry_after_s or THROTTLED_S, 3_600) if error.kind == "T" else ALARM_HOLD_S
                if error.kind == "A":
                    log.error("channel_held", channel=entry.channel, code=error.code, hold_s=hold_s)
                    await self._outbox.hold_number(entry.channel, int(hold_s * 1000))
                else:
                    await self._limits.slow_down(channel, error.code, error.retry_after_s)
                return await self._settle(entry, "queued", code=error.code, retry_ms=int(hold_s * 1000))
            case "O":
                self._on_opt_out(entry, error.code)
        return await self._settle(entry, "failed", code=error.code, took_ms=took_ms)

    async def _settle(
        self,
        entry: Entry,
        outcome: Outcome,
        *,
        external_id: str = "",
        code: str = "",
        took_ms: int = 0,
        retry_ms: int = 0,
        counts: Counts = "",
    ) -> Entry | None:
        """Record the outcome; while the store is away hold it here and keep trying, for nobody else knows it."""
        while True:
            try:
                settled = await self._outbox.settle(
                    entry,
                    outcome,
                    external_id=external_id,
                    code=code,
                    took_ms=took_ms,
                    retry_ms=retry_ms,
                    counts=counts,
                )
            except StoreUnavailable:
                await asyncio.sleep(0.5)
                continue
            metrics.SENDS.labels(entry.channel, outcome).inc()
            log.info(
                "entry_settled", entry_id=entry.id, channel=entry.channel, status=outcome, code=code, took_ms=took_ms
            )
            return settled.following

    def _remember(self, entry_id: str, external_id: str) -> None:
        """Whatever the store says after a failover, this process won't send the same entry again for 15 minutes."""
        now = time.monotonic()
        self._sent[entry_id] = (now, external_id)
        while self._sent and next(iter(self._sent.values()))[0] < now - REMEMBER_SENT_S:
            self._sent.popitem(last=False)


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
