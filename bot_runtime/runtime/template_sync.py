"""What providers say of our templates, asked once a day by itself (F074); by one process, whatever their number.

While one of ours is paused or still under review they are asked more often, so that a campaign that waits for it goes
on soon after it is approved (D16).
"""

from typing import Final

import structlog

from bot_runtime.campaigns.catalogue import Catalogue, lists_templates
from bot_runtime.channels.base import Channel
from bot_runtime.channels.sender import Sender
from bot_runtime.errors import SendFailed
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.rounds import keep_doing

LOOK_S: Final = 1.0
DAY_MS: Final = 86_400_000
SOON_MS: Final = 900_000
AGAIN_MS: Final = 3_600_000  # after a provider that refused or did not answer
PASSING: Final = frozenset({"paused", "pending"})  # these change by themselves

log = structlog.get_logger("templates")


class TemplateSync:
    def __init__(self, catalogue: Catalogue, definitions: Definitions, sender: Sender) -> None:
        self._catalogue, self._definitions, self._sender = catalogue, definitions, sender

    async def run(self) -> None:
        await keep_doing(self.round, LOOK_S, log, "template_sync_failed")

    async def round(self) -> None:
        """Ask for each channel whose time has come."""
        for channel in list(self._definitions.channels.values()):
            if lists_templates(channel) and await self._catalogue.take_look(channel.name, DAY_MS, AGAIN_MS):
                await self._look(channel)

    async def _look(self, channel: Channel) -> None:
        try:
            listed = await self._catalogue.sync(channel, self._sender)
        except SendFailed as error:
            log.warning("template_sync_refused", channel=channel.name, kind=error.kind, code=error.code)
            return
        ours = self._definitions.workspace.templates
        soon = any(one.status in PASSING for one in listed if (one.name, one.language) in ours)
        await self._catalogue.look_again(channel.name, SOON_MS if soon else DAY_MS)
        log.info("templates_synced", channel=channel.name, listed=len(listed))
