"""Whether a channel, or one of its templates, may send now: alarms, breakers and paused templates.

A hold is kept in the store, so that all processes obey and an operator can see and end it; each process reads it twice
a second while it sends, and so no message pays for it. What opens a breaker is counted per process: each sees enough
attempts of its own, and counting together would cost a call a message. Held channels are tried with one message at a
time, every minute (an alarm) or half minute (a breaker); once the provider takes it, or refuses it for what it says,
all go on.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot_runtime.channels.errors import meaning
from bot_runtime.store.channel_states import ChannelState, Hold
from bot_runtime.store.outbox import Outbox

READ_S: Final = 0.5
WINDOW: Final = 100  # attempts looked at
OPENS_AT: Final = 50  # of them failed
BREAKER_MS: Final = 30_000
ALARM_MS: Final = 60_000
LOOK_AGAIN_MS: Final = 300_000  # what waits meanwhile; a release wakes it at once
PROBES_WAITING: Final = 20  # entries that come back for the next try, rather than wait for the release

log = structlog.get_logger("gates")


@dataclass(frozen=True, slots=True)
class Pass:
    """`wait_ms` 0: go. `probe`: this message tries a channel that is held since then."""

    wait_ms: int = 0
    probe: int | None = None


GO: Final = Pass()


@dataclass(slots=True)
class _Channel:
    state: ChannelState | None = None
    read_at: float = 0.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    attempts: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))  # True: it failed
    waiting: int = 0  # for the next try
    next_try_ms: int = 0


class Gates:
    def __init__(self, outbox: Outbox, now_ms: Callable[[], int]) -> None:
        self._outbox, self._now_ms = outbox, now_ms
        self._channels: dict[str, _Channel] = {}
        # What messages of ours wait for, a channel or one of its templates, and when (monotonic) one was last told to.
        self.waiting: dict[tuple[str, tuple[str, str] | None], float] = {}

    async def enter(self, channel: str, template: tuple[str, str] | None = None) -> Pass:
        """May a message leave by `channel` now?"""
        known = self._channels.setdefault(channel, _Channel())
        state = await self._state(channel, known)
        if state.kind is not None:
            now_ms = self._now_ms()
            if state.until_ms and now_ms >= state.until_ms:
                answer = await self._outbox.probe_channel(channel, BREAKER_MS if state.breaker else ALARM_MS)
                known.read_at = 0.0
                if answer == "go":
                    log.info("channel_tried", channel=channel, code=state.code)
                    return Pass(probe=state.since_ms)
                if answer == "open":
                    return await self.enter(channel, template)
            self.waiting[channel, None] = time.monotonic()
            return Pass(self._wait_ms(known, state, now_ms))
        if template is not None and template in state.templates:
            self.waiting[channel, template] = time.monotonic()
            return Pass(int(LOOK_AGAIN_MS * random.uniform(0.5, 1)))
        return GO

    async def note(self, channel: str, kind: str, probe: int | None) -> None:
        """An attempt ended, with this class of failure ('': accepted)."""
        known = self._channels.setdefault(channel, _Channel())
        failed = kind in ("R", "U")
        if probe is not None and kind not in ("R", "U", "A", "T"):
            if await self._outbox.release_channel(channel, probe):
                log.info("channel_released", channel=channel, by="itself")
            known.read_at = 0.0
        known.attempts.append(failed)
        if failed and sum(known.attempts) >= OPENS_AT:
            known.attempts.clear()
            why = f"{OPENS_AT} of the last {WINDOW} attempts failed or stayed without an answer"
            await self._hold(channel, "breaker", "", why, BREAKER_MS)

    async def alarm(self, channel: str, provider: str, code: str) -> None:
        """The provider refuses our credentials or account: nothing more is burnt on it."""
        told = meaning(provider, code)
        await self._hold(channel, "alarm", code, told.en, ALARM_MS)

    async def pause_template(self, channel: str, template: tuple[str, str], code: str) -> None:
        """The provider refuses a template as such (D16): its messages wait until it is usable again."""
        if await self._outbox.pause_template(channel, template, code, LOOK_AGAIN_MS):
            log.error("template_paused", channel=channel, template=template[0], language=template[1], code=code)
        self._channels.setdefault(channel, _Channel()).read_at = 0.0

    async def _hold(self, channel: str, kind: Hold, code: str, why: str, probe_ms: int) -> None:
        if await self._outbox.hold_channel(channel, kind, code, why, probe_ms):
            log.error("channel_held", channel=channel, kind=kind, code=code, why=why)
        self._channels.setdefault(channel, _Channel()).read_at = 0.0

    async def _state(self, channel: str, known: _Channel) -> ChannelState:
        if known.state is None or time.monotonic() - known.read_at > READ_S:
            async with known.reading:
                if known.state is None or time.monotonic() - known.read_at > READ_S:
                    known.state = await self._outbox.channel_state(channel)
                    known.read_at = time.monotonic()
        return known.state

    def _wait_ms(self, known: _Channel, state: ChannelState, now_ms: int) -> int:
        """A few come back when the channel is tried next; the others when it is released, or in some minutes."""
        if known.next_try_ms != state.until_ms:
            known.next_try_ms, known.waiting = state.until_ms, 0
        known.waiting += 1
        if state.until_ms and known.waiting <= PROBES_WAITING:
            return max(state.until_ms - now_ms, 0) + random.randint(1, 500)
        return int(LOOK_AGAIN_MS * random.uniform(0.5, 1))
