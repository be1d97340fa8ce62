"""Saying "not now" while there is room left for what was accepted: memory, disk, and how much waits (guarantee 13)."""

import os
from pathlib import Path

import structlog

from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.rounds import keep_doing
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts

LOOK_S = 2.0
MOST_MEMORY = 0.9  # of the store's; the rest is for the turns and sends of what waits
MOST_WAITING = 1_000_000  # contacts
LEAST_DISK_BYTES = 128 * 1024 * 1024

log = structlog.get_logger("watermarks")


class Overloaded(StoreUnavailable):
    """Nothing new is taken in until some of what waits is done."""


class Watermarks:
    """`full` says what is short now, "" if nothing is. `folder`: where an embedded store has its files."""

    def __init__(self, store: Store, contacts: Contacts, folder: Path | None) -> None:
        self._store, self._contacts, self._folder = store, contacts, folder
        self.full = ""

    def check(self) -> None:
        """Raises Overloaded."""
        if self.full:
            raise Overloaded(self.full)

    async def run(self) -> None:
        await keep_doing(self.look, LOOK_S, log, "watermarks_failed")

    async def look(self) -> None:
        full = await self._short_of()
        if bool(full) != bool(self.full):
            log.error("overloaded", reason=full) if full else log.warning("overload_over", reason=self.full)
        self.full = full

    async def _short_of(self) -> str:
        if self._folder is not None and self._folder.exists():
            disk = os.statvfs(self._folder)
            if (free := disk.f_bavail * disk.f_frsize) < LEAST_DISK_BYTES:
                return f"the store's disk has {free // 2**20} MiB left"
        if (memory := await self._store.fullness()) > MOST_MEMORY:
            return f"the store uses {memory:.0%} of its memory"
        if (waiting := await self._contacts.waiting()) > MOST_WAITING:
            return f"{waiting} contacts wait for a turn"
        return ""
