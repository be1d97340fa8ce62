"""Watching the versions on trial: one that is clearly worse than the version before it is withdrawn by itself (B10)."""

import asyncio
from typing import Final

import structlog

from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.versions.model import SYSTEM
from bot_runtime.versions.rules import Refused
from bot_runtime.versions.trial import Worse, verdict

LOOK_S: Final = 2.0

log = structlog.get_logger("versions")


class Trials:
    """Every process that takes turns looks; withdrawing is a compare-and-set, so one of them does it."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("store_away", error=str(error))
            except Exception:
                log.exception("trials_failed")

    async def look(self) -> list[Worse]:
        """Judge each version on trial; what made some of them be withdrawn."""
        found, published = [], self._definitions.published
        for trial in list(self._definitions.trials.values()):
            worse = verdict(await published.tried(trial))
            if worse is None:
                continue
            try:
                await published.withdraw(trial.dialog, by=SYSTEM, number=trial.number, why=worse.why, **worse.facts)
            except Refused:  # another process was quicker
                continue
            found.append(worse)
            log.warning("flagged", cause="version_withdrawn", dialog=trial.dialog, number=trial.number, why=worse.why)
        if found:
            await self._definitions.take_up()
        return found
