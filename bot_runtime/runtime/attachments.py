"""The file behind a contact's message, fetched before its turn (F042): links of providers die, answers stay.

What is fetched: what a question takes, and all that comes while people have the conversation, for they may want to see
it. The contact's next message waits meanwhile, as it would for a turn; a fetch that takes longer than a claim may be
held goes on beside it, and the turn comes back for it.
"""

import asyncio

import structlog
from msgspec import structs

from bot_runtime.channels.base import Channel
from bot_runtime.channels.downloads import Downloads, FileLost
from bot_runtime.dialogs.events import MediaReceived
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.received import file_kinds, most_bytes
from bot_runtime.dialogs.session import Session
from bot_runtime.errors import BotRuntimeError
from bot_runtime.runtime.files import Files, StoredFile, file_id
from bot_runtime.store.clock import Clock
from bot_runtime.tickets.model import WITH_PEOPLE, Ticket

PEOPLES_BYTES = 25 * 1024 * 1024  # where no question says how large a file may be
SHARE_OF_LEASE = 0.6
MOST_WAITS = 2
SWEEP_S = 3_600.0

log = structlog.get_logger("files")


class StillFetching(BotRuntimeError):
    """The file is not whole yet; the turn is tried again."""


def wanted_bytes(event: MediaReceived, session: Session | None, pinned: Dialog | None, ticket: Ticket | None) -> int:
    """How large the file may be that this message brings; 0: nobody asked for it."""
    if ticket is not None and ticket.state in WITH_PEOPLE:
        return PEOPLES_BYTES
    if session is None or session.phase != "waiting" or pinned is None:
        return 0
    state = pinned.states.get(session.state)
    answer = state.answer if state is not None else None
    if answer is None or answer.kind != "attachment" or event.kind not in file_kinds(answer.limits):
        return 0
    return most_bytes(answer.limits)


class Attachments:
    def __init__(self, files: Files, clock: Clock, lease_s: float) -> None:
        self.files, self._clock, self._patience_s = files, clock, lease_s * SHARE_OF_LEASE
        self._downloads = Downloads()
        self._running: dict[str, asyncio.Task[str]] = {}
        self._waits: dict[str, int] = {}

    async def fetched(self, channel: Channel, contact: str, event: MediaReceived, most: int) -> MediaReceived:
        """`event` with its file, or with why there is none.

        Raises:
            StillFetching: it takes longer than a turn may; come back.
        """
        id = file_id(contact, channel.name, event.message_id)
        if self.files.find(id) is None:
            trouble = await self._patiently(id, channel, contact, event, most)
            if trouble:
                log.warning("file_lost", contact_id=contact, channel=channel.name, trouble=trouble)
                return structs.replace(event, trouble=trouble)
        kept = self.files.find(id)
        if kept is None:
            return structs.replace(event, trouble="unreachable")
        return structs.replace(event, file=id, bytes=kept.bytes, mime=event.mime or kept.mime)

    async def _patiently(self, id: str, channel: Channel, contact: str, event: MediaReceived, most: int) -> str:
        task = self._running.get(id)
        if task is None:
            task = self._running[id] = asyncio.create_task(self._fetch(id, channel, contact, event, most))
            task.add_done_callback(lambda _: self._running.pop(id, None))
        try:
            async with asyncio.timeout(self._patience_s):
                trouble = await asyncio.shield(task)
        except TimeoutError:
            waits = self._waits[id] = self._waits.get(id, 0) + 1
            if waits < MOST_WAITS:
                raise StillFetching(f"file {id}") from None
            task.cancel()
            trouble = "unreachable"
        self._waits.pop(id, None)
        return trouble

    async def _fetch(self, id: str, channel: Channel, contact: str, event: MediaReceived, most: int) -> str:
        """Why there is no file now; empty: there is."""
        if not await asyncio.to_thread(self.files.has_room):
            return "full"
        try:
            with self.files.writing(id) as (into, place):
                fetched = await self._downloads.fetch(channel, event.ref, most, into)
                facts = StoredFile(
                    id=id,
                    contact=contact,
                    channel=channel.name,
                    kind=event.kind,
                    mime=event.mime or fetched.mime,
                    bytes=fetched.bytes,
                    at=self._clock.now_ms(),
                    name=event.filename,
                )
                await asyncio.to_thread(self.files.keep, into, place, facts)
        except FileLost as lost:
            return lost.trouble
        except OSError as error:
            log.error("file_not_kept", error=str(error))
            return "full"
        return ""

    async def run(self) -> None:
        """Take away what is too old, now and each hour."""
        while True:
            gone = await asyncio.to_thread(self.files.sweep, self._clock.now_ms())
            if gone:
                log.info("files_swept", files=gone)
            await asyncio.sleep(SWEEP_S)

    async def close(self) -> None:
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        await self._downloads.close()
