"""What happens to messages by itself, later: silence is judged, parked reports are let go, held channels wake up.

Every process that sends does this; each act is one script, so that doing it twice changes nothing.
"""

import asyncio
import time
from typing import Final

import structlog

from bot_runtime.campaigns.catalogue import Catalogue, ListsNothing
from bot_runtime.channels.sender import Sender
from bot_runtime.errors import SendFailed
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.outbox import LaneSender
from bot_runtime.runtime.reports import DeliveryReports
from bot_runtime.runtime.rounds import keep_doing
from bot_runtime.store.channel_states import ChannelState
from bot_runtime.store.outbox import Outbox

LOOK_S: Final = 1.0
PARKED_EVERY_S: Final = 30.0
RESYNC_MS: Final = 60_000
SURE_S: Final = 5.0
AT_ONCE: Final = 100

log = structlog.get_logger("caretaker")


class Caretaker:
    def __init__(
        self,
        outbox: Outbox,
        reports: DeliveryReports,
        sender: LaneSender,
        http: Sender,
        catalogue: Catalogue,
        definitions: Definitions,
        shards: int,
    ) -> None:
        self._outbox, self._reports, self._sender, self._http = outbox, reports, sender, http
        self._catalogue, self._definitions, self._shards = catalogue, definitions, shards
        self._blocked: dict[
            str, set[tuple[str, str] | None]
        ] = {}  # what could not leave at the last look: a template, or all
        self._parked_at = time.monotonic()

    async def run(self) -> None:
        await keep_doing(self.look, LOOK_S, log, "care_failed")

    async def look(self) -> None:
        await self.judge_silence()
        for channel in list(self._definitions.channels):
            await self._look_at(channel)
        if time.monotonic() - self._parked_at > PARKED_EVERY_S:
            self._parked_at = time.monotonic()
            await self.let_reports_go()

    async def judge_silence(self) -> int:
        """Apply the silence rule to the templates whose ten minutes are over; how many leave once more."""
        due = await asyncio.gather(*(self._outbox.doubts_due(shard, AT_ONCE) for shard in range(self._shards)))
        return sum([await self._judge(entry_id) for found in due for entry_id in found])

    async def let_reports_go(self) -> None:
        """Log what nobody asked for in ten minutes, and forget it."""
        for shard in range(self._shards):
            for parked in await self._outbox.parked_long(shard, AT_ONCE):
                await self._reports.let_go(parked)

    async def _judge(self, entry_id: str) -> bool:
        channel = await self._outbox.channel_in_doubt(entry_id)
        minutes = await self._outbox.heard_minutes(channel) if channel else ","
        again = await self._outbox.settle_doubt(entry_id, minutes, resend=self._sender.resends(channel, template=True))
        log.info("silence_judged", entry_id=entry_id, channel=channel, again=again)
        return again

    async def _look_at(self, channel: str) -> None:
        """Ask for paused templates, and wake what waited for a channel or a template that may send again."""
        state = await self._outbox.channel_state(channel)
        if state.templates and await self._outbox.resync_now(channel, RESYNC_MS):
            await self._resync(channel, state)
        blocked: set[tuple[str, str] | None] = {*state.templates} | ({None} if state.held else set())
        before, self._blocked[channel] = self._blocked.get(channel, set()), blocked
        waiting = self._sender.gates.waiting
        freed = {what for name, what in waiting if name == channel} - blocked
        if state.held or not (freed or before - blocked):
            return
        if woken := await self._outbox.wake_lanes(channel):
            log.info("channel_woken", channel=channel, lanes=woken)
        for what in freed:
            if time.monotonic() - waiting[channel, what] > SURE_S:  # whoever was told to wait has told the store by now
                del waiting[channel, what]

    async def _resync(self, channel: str, state: ChannelState) -> None:
        """Let paused templates go on that the provider approves now; where it lists none, one message tries later."""
        now_ms = self._definitions.now_ms()
        try:
            listed = await self._catalogue.sync(self._definitions.channels[channel], self._http)
        except ListsNothing:
            usable = {template for template, paused in state.templates.items() if now_ms >= paused.until}
        except SendFailed as error:
            log.warning("template_sync_failed", channel=channel, kind=error.kind, code=error.code)
            return
        else:
            usable = {(one.name, one.language) for one in listed if one.status == "approved"}
        for template in state.templates.keys() & usable:
            await self._outbox.release_template(channel, template)
            log.info("template_released", channel=channel, template=template[0], language=template[1])
