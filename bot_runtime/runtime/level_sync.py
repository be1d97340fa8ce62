"""What WhatsApp says of our businesses' levels, asked once an hour by one process, and told by webhooks in between."""

from typing import Final

import structlog

from bot_runtime.channels.sender import Sender
from bot_runtime.channels.whatsapp import LEVEL_FIELDS, WhatsAppCloud
from bot_runtime.errors import SendFailed
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import Limits
from bot_runtime.runtime.rounds import keep_doing
from bot_runtime.store.limits import LimitStore

LOOK_S: Final = 1.0
FIRST_MS: Final = 2_000
AGAIN_MS: Final = 3_600_000

log = structlog.get_logger("limits")


class LevelSync:
    def __init__(self, limits: Limits, store: LimitStore, definitions: Definitions, sender: Sender) -> None:
        self._limits, self._store, self._definitions, self._sender = limits, store, definitions, sender

    async def run(self) -> None:
        await keep_doing(self.round, LOOK_S, log, "level_sync_failed")

    async def round(self) -> None:
        """Ask for each business whose time has come, by one of its numbers."""
        asked: set[str] = set()
        for channel in list(self._definitions.channels.values()):
            level = self._limits.level(channel.name)
            if level is None or level.business in asked or not isinstance(channel, WhatsAppCloud):
                continue
            asked.add(level.business)
            if await self._store.take_look(level.business, FIRST_MS, AGAIN_MS):
                await self._look(channel, level.business)

    async def _look(self, channel: WhatsAppCloud, business: str) -> None:
        """What was known stays where the provider refuses, or says nothing."""
        for field in LEVEL_FIELDS:
            try:
                contacts = channel.level_in(*await self._sender.fetch(channel.render_level(field)))
            except SendFailed as error:
                log.info("level_not_told", channel=channel.name, kind=error.kind, code=error.code)
                continue
            if contacts is not None:
                await self._limits.reported(channel, business, contacts)
                return
