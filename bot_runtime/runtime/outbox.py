"""Sending: one entry of a lane after the other, each marked before its first byte and settled by what came back.

The order of one send is what keeps the promises: may the channel send (`gates`), may the number (`limits`), is a
connection's slot ours (`Sender.slot`), and only then the mark, which refuses what must not leave any more; right after
it the first byte; and before anything else the record of what came back.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot_runtime import metrics
from bot_runtime.channels.base import Channel, Request
from bot_runtime.channels.sender import Sender
from bot_runtime.dialogs.effects import SendTemplate
from bot_runtime.errors import SendFailed, StoreUnavailable
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.gates import Gates
from bot_runtime.runtime.limits import ROW_BACK_MS, Limits
from bot_runtime.runtime.retries import next_step
from bot_runtime.runtime.sent import SentLately
from bot_runtime.store.outbox import Counts, Entry, Mark, Outbox, Outcome

REPLY_EXPIRES_MS: Final = 600_000
TEMPLATE_EXPIRES_MS: Final = 86_400_000
LEAVE_ALONE_MS: Final = 86_400_000
THROTTLED_S: Final = 1.0
LONGEST_HOLD_S: Final = 3_600.0
CAMPAIGN_AT_ONCE: Final = 64  # of a campaign's messages on their way here, so that replies never queue behind thousands
STORE_AWAY_S: Final = 0.5
RETELL_S: Final = 30.0  # a store that comes back may have forgotten a second or two

log = structlog.get_logger("outbox")


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of what sending finds out: the contact opted out; a report on this entry was there before its answer;
    the provider wants something else in its place (class F)."""

    opted_out: Callable[[Entry, str], None]
    told_before: Callable[[Entry, str], None]
    refused: Callable[[Entry, str], None]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What came of one call of the provider."""

    took_ms: int
    external_id: str = ""
    failure: SendFailed | None = None


class LaneSender:
    """Sends the lanes this process holds. `start` takes the head of one; it goes on until the lane is empty."""

    def __init__(
        self,
        outbox: Outbox,
        definitions: Definitions,
        sender: Sender,
        limits: Limits,
        gates: Gates,
        listeners: Listeners,
    ) -> None:
        self._outbox, self._definitions, self._sender = outbox, definitions, sender
        self._limits, self.gates, self._listeners = limits, gates, listeners
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent = SentLately()
        self._draining = False
        self._campaign_slots = asyncio.Semaphore(CAMPAIGN_AT_ONCE)

    @property
    def busy(self) -> int:
        return len(self._tasks)

    def start(self, entry: Entry) -> None:
        self._keep(self._send_lane(entry))

    def mark_read(self, channel: Channel, message_id: str) -> None:
        """Show the contact that the message was read; nothing depends on it, so a failure is only logged."""
        request = channel.render_read(message_id)
        if request is not None and not self._draining:
            self._keep(self._send_read(channel, request))

    async def drain(self) -> None:
        """Finish what is leaving; the rest of each lane stays queued for whoever claims it."""
        self._draining = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def retell(self) -> None:
        """The store may have forgotten its latest writes (a failover), and holds back sends: tell it again what was
        accepted lately, so that nobody sends that again. What it knows nothing of is kept as a report."""
        for entry_id, sent in self.sent.since(RETELL_S):
            await self._outbox.tell_sent(entry_id, sent.channel, sent.external_id)

    def resends(self, channel: str, *, template: bool) -> bool:
        """Whether the silence rule may send again on this channel (`on_unknown` in `bot.yaml`)."""
        config = self._definitions.workspace.channels.get(channel)
        return config is not None and config.on_unknown in (("resend",) if template else ("resend", "replies"))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_read(self, channel: Channel, request: Request) -> None:
        try:
            await self._sender.post(channel, request)
        except SendFailed as error:
            log.info("read_mark_failed", channel=channel.name, kind=error.kind, code=error.code)

    async def _send_lane(self, head: Entry) -> None:
        entry: Entry | None = head
        claimed_at = time.monotonic()
        try:
            while entry is not None:
                if self._draining:
                    await self._outbox.settle(entry, "queued")
                    return
                if entry.meta.g:
                    async with self._campaign_slots:
                        if time.monotonic() - claimed_at > self._outbox.lease_s:
                            return  # it waited for those before it so long that the lane is anybody's again
                        entry = await self._send(entry)
                        claimed_at = time.monotonic()
                else:
                    entry = await self._send(entry)
        except StoreUnavailable as error:
            log.warning("store_away", entry_id=head.id, error=str(error))  # the lease ends, another claims the lane

    async def _send(self, entry: Entry) -> Entry | None:
        """Send one entry as far as it goes; the next one if the lane is still ours."""
        channel = self._definitions.channels.get(entry.channel)
        if channel is None:
            return await self._settle(entry, "failed", code="channel_gone")
        if not entry.meta.r and (known := self.sent.get(entry.id)):  # the store forgot: it left here
            return await self._settle(entry, "sent" if known.external_id else "unknown", external_id=known.external_id)
        try:
            request = channel.render(entry.payload.to, entry.payload.effect, entry.id)
        except SendFailed as error:
            return await self._settle(entry, "failed", code=error.code)
        entering = await self.gates.enter(channel.name, _template(entry))
        if entering.wait_ms:
            return await self._settle(entry, "queued", retry_ms=entering.wait_ms)
        wait_ms = await self._limits.acquire(channel, entry)
        if wait_ms > ROW_BACK_MS and entry.meta.g and not entry.meta.r:
            return await self._settle(entry, "withdrawn")  # it waits in its campaign's list
        if wait_ms:
            return await self._settle(entry, "queued", retry_ms=wait_ms)
        attempt = None
        async with self._sender.slot(channel):
            marked_at = time.monotonic()
            try:
                mark = await self._mark(entry, channel)
            except StoreUnavailable:
                mark = None
            if mark and mark.at_ms is not None:
                attempt = await self._attempt(entry, channel, request, marked_at)
        if attempt is None:
            await self._limits.give_back(channel, entry)
        if mark is None:  # it may be marked; nothing left
            return await self._settle(entry, "queued")
        if attempt is None:
            return await self._not_marked(entry, mark)
        if attempt.failure is not None:
            return await self._failed(entry, channel, attempt.failure, attempt.took_ms, entering.probe)
        following = await self._settle(entry, "sent", external_id=attempt.external_id, took_ms=attempt.took_ms)
        await self._quietly(self.gates.note(entry.channel, "", entering.probe))
        return following

    async def _attempt(self, entry: Entry, channel: Channel, request: Request, marked_at: float) -> _Attempt:
        started = time.monotonic()
        self.sent.add(entry.id, entry.channel, "")
        try:
            external_id = await self._sender.send(channel, request, marked_at)
        except SendFailed as error:
            return _Attempt(_ms_since(marked_at), failure=error)
        finally:
            self._limits.left(entry)
        self.sent.add(entry.id, entry.channel, external_id)
        metrics.SEND_SECONDS.labels(entry.channel).observe(time.monotonic() - started)
        # Counted from before the mark was asked for: added to its time, that is never before the provider accepted.
        return _Attempt(_ms_since(marked_at) + 1, external_id)

    async def _mark(self, entry: Entry, channel: Channel) -> Mark:
        pause_ms = channel.limits.pair_pause_s * 1000
        return await self._outbox.mark_sending(
            entry,
            pause_ms=int(pause_ms),
            borrow_ms=int(pause_ms * (channel.limits.pair_burst - 1)),
            expire_ms=TEMPLATE_EXPIRES_MS if entry.meta.k == "template" else REPLY_EXPIRES_MS,
            opt_out_holds_all=channel.kind == "sms",
            by_ms=self._limits.mark_by(entry),
        )

    async def _not_marked(self, entry: Entry, mark: Mark) -> Entry | None:
        if mark.verdict:
            return await self._settle(entry, mark.verdict, code="left_alone" if mark.verdict == "skipped" else "")
        if mark.told:
            following = await self._settle(entry, "sent", external_id=mark.told.external_id)
            self._listeners.told_before(entry, entry.id)
            return following
        if mark.wait_ms is None:
            metrics.LEASES_LOST.labels("lane").inc()
        return None  # not ours, or too soon for this contact: the lane is due again by itself

    async def _failed(
        self, entry: Entry, channel: Channel, error: SendFailed, took_ms: int, probe: int | None
    ) -> Entry | None:
        metrics.SEND_FAILURES.labels(entry.channel, error.kind).inc()
        log.warning(
            "send_failed", entry_id=entry.id, channel=entry.channel, kind=error.kind, code=error.code, took_ms=took_ms
        )
        if error.kind != "U":
            self.sent.forget(entry.id)  # it is sure that nothing was accepted
        step = next_step(error, entry.meta)
        retry_ms = step.wait_ms()
        template = _template(entry)
        match step.then:
            case "slow_down":
                retry_ms = int(min(error.retry_after_s or THROTTLED_S, LONGEST_HOLD_S) * 1000)
                await self._quietly(self._limits.slow_down(channel, error.code, error.retry_after_s))
            case "pause_channel":
                await self._quietly(self.gates.alarm(entry.channel, channel.provider, error.code))
            case "pause_template" if template is not None:
                await self._quietly(self.gates.pause_template(entry.channel, template, error.code))
            case "leave_alone":
                until_ms = self._definitions.now_ms() + LEAVE_ALONE_MS
                await self._quietly(self._outbox.leave_alone(entry.contact, entry.channel, until_ms))
            case "opt_out":
                self._listeners.opted_out(entry, error.code)
            case "tell":
                self._listeners.refused(entry, error.code)
        following = await self._settle(
            entry, step.outcome, code=error.code, took_ms=took_ms, retry_ms=retry_ms, counts=step.counts
        )
        if error.code != "stood_still":
            await self._quietly(self.gates.note(entry.channel, error.kind, probe))
        return following

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> None:
        """Something beside the entry's own fate, which must be recorded even if this cannot be now."""
        try:
            await work
        except StoreUnavailable as error:
            log.warning("store_away", error=str(error))

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
                await asyncio.sleep(STORE_AWAY_S)
                continue
            metrics.SENDS.labels(entry.channel, outcome).inc()
            log.info(
                "entry_settled", entry_id=entry.id, channel=entry.channel, status=outcome, code=code, took_ms=took_ms
            )
            if settled.told:
                self._listeners.told_before(entry, f"x:{external_id}")
            return settled.following


def _template(entry: Entry) -> tuple[str, str] | None:
    effect = entry.payload.effect
    return (effect.name, effect.language) if isinstance(effect, SendTemplate) else None


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
