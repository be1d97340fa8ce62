"""What is new, as lines for pages: read once for all of them in this process, and only while one of them listens.

The store's feed (`tickets/service.py`) is asked a few times a second, a shard at once where a turn was saved here.
Other sources (who is connected, campaigns) are asked in their own time.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from bot_runtime.errors import StoreUnavailable
from bot_runtime.people.model import Caller
from bot_runtime.runtime.draft import FeedLine
from bot_runtime.runtime.journal import Line as JournalLine
from bot_runtime.store.clock import Clock, from_ms
from bot_runtime.store.keys import ContactId, shard_of
from bot_runtime.tickets.model import Ticket
from bot_runtime.tickets.service import News, in_order
from bot_runtime.web.ticket_sight import reads
from bot_runtime.web.ticket_views import Line, lines_of, row_of, sent_by
from bot_runtime.web.tickets import Desk, kinds_of, provider_of

LOOK_S = 0.2
LEAST_S = 0.1  # between two looks at a shard, however much happens in it
OVERLAP_MS = 2_000  # what is read again after a gap: clocks and shards are never quite in step
IN_THE_TAIL = 200  # journal lines among which a message whose status changed is looked for

log = structlog.get_logger("feed")

_feed_line = msgspec.json.Decoder(FeedLine)
_line = msgspec.json.Decoder(JournalLine)


@dataclass(frozen=True, slots=True)
class Said:
    """Lines for a page, and `to` whom; `else_to` hears `other` instead. `shard`, `id`: where it stands in the feed."""

    lines: tuple[str, ...]
    to: Callable[[Caller], bool]
    shard: int = -1
    id: str = ""
    other: str = ""
    else_to: Callable[[Caller], bool] | None = None

    def for_caller(self, caller: Caller) -> tuple[str, ...]:
        if self.to(caller):
            return self.lines
        return (self.other,) if self.else_to is not None and self.else_to(caller) else ()


Hear = Callable[[Said], None]
Source = Callable[[], Awaitable[Sequence[Said]]]


def told(message: Mapping[str, Any], to: Callable[[Caller], bool] = lambda caller: True) -> Said:
    """A line that is not the feed's: nobody who was away hears it later."""
    return Said((_text(message),), to)


class Feed:
    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock = desk, clock
        self._listeners: set[Hear] = set()
        self._sources: list[tuple[Source, float]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._seen: dict[int, str] = {}
        self._stirred: set[int] = set()
        self._wake = asyncio.Event()

    def add_source(self, source: Source, every_s: float) -> None:
        """Ask `source` for news that often, while anybody listens."""
        self._sources.append((source, every_s))

    def stir(self, contact: str) -> None:
        """A turn of this contact was saved: look at its shard now."""
        if self._listeners and contact:
            self._stirred.add(int(shard_of(ContactId(contact))))
            self._wake.set()

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Call `hear` with all that is new from now on, until the returned function is called."""
        if not self._listeners:
            self._seen = self._from(self._clock.now_ms())
            self._tasks = [asyncio.create_task(self._look_again_and_again())]
            self._tasks += [asyncio.create_task(self._ask(*source)) for source in self._sources]
        self._listeners.add(hear)

        def stop() -> None:
            self._listeners.discard(hear)
            if not self._listeners:
                for task in self._tasks:
                    task.cancel()
                self._tasks = []

        return stop

    async def since(self, at_ms: int, most: int) -> list[Said] | None:
        """All that was said after a time, oldest first; None: it is no longer kept, or more than `most` entries."""
        seen = self._from(at_ms)
        if await self._desk.tickets.forgot(at_ms - self._clock.offset_ms - OVERLAP_MS):
            return None
        found: list[News] = []
        while news := await self._desk.tickets.feed(seen):
            found += news
            seen |= {one.shard: one.id for one in news}
            if len(found) > most:
                return None
        return await self._said(found)

    def _from(self, at_ms: int) -> dict[int, str]:
        """Where to begin reading each shard. The feed's ids are on the store's own clock, without the test offset."""
        start = max(at_ms - self._clock.offset_ms - OVERLAP_MS, 0)
        return dict.fromkeys(range(self._desk.tickets.shards), str(start))

    async def _look_again_and_again(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            everywhere = loop.time() >= due
            shards, self._stirred = None if everywhere else self._stirred, set()
            self._wake.clear()
            if everywhere:
                due = loop.time() + LOOK_S
            try:
                for said in await self._news(shards):
                    self._tell(said)
            except StoreUnavailable as error:
                log.warning("store_away", error=str(error))
            await asyncio.sleep(LEAST_S)
            if loop.time() < due:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await self._wake.wait()

    async def _news(self, shards: set[int] | None) -> list[Said]:
        news = await self._desk.tickets.feed(self._seen, shards)
        said = await self._said(news)
        self._seen |= {one.shard: one.id for one in news}
        return said

    async def _ask(self, source: Source, every_s: float) -> None:
        while True:
            try:
                for said in await source():
                    self._tell(said)
            except StoreUnavailable:
                pass
            except Exception:
                log.exception("feed_failed")
            await asyncio.sleep(every_s)

    def _tell(self, said: Said) -> None:
        for hear in tuple(self._listeners):
            hear(said)

    # From the store's entries to a page's lines

    async def _said(self, news: Sequence[News]) -> list[Said]:
        latest = {one.raw: one.id for one in news if one.kind == "entry"}  # of a message that moved twice, the latter
        wanted = [one for one in news if one.kind != "entry" or latest[one.raw] == one.id]
        found = await asyncio.gather(*(self._said_or_logged(one) for one in wanted))
        return sorted((said for said in found if said is not None), key=lambda said: in_order(said.id))

    async def _said_or_logged(self, news: News) -> Said | None:
        try:
            return await self._said_of(news)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("feed_entry_unreadable", shard=news.shard, id=news.id)  # the pages still need the others
            return None

    async def _said_of(self, news: News) -> Said | None:
        if news.kind == "entry":
            contact, _, entry = news.raw.decode().partition("|")
            return await self._entry_moved(news, ContactId(contact), int(entry))
        turn = _feed_line.decode(news.raw)
        ticket = turn.ticket
        entries = await self._desk.outbox.metas(ContactId(ticket.contact), sent_by([turn.line]))
        lines = lines_of(turn.line, entries, provider_of(self._desk.definitions, ticket.channel))
        row = {"type": "ticket", "ticket": row_of(ticket, kinds_of(self._desk.definitions))}
        return self._placed(news, ticket, [row, *(_line_message(ticket.id, line) for line in lines)], turn)

    async def _entry_moved(self, news: News, contact: ContactId, entry: int) -> Said | None:
        """The line of a message that got on, as it is now."""
        tail, entries = await asyncio.gather(
            self._desk.tickets.journal(contact, -IN_THE_TAIL, -1), self._desk.outbox.metas(contact, [entry])
        )
        turn = next((line for line in map(_line.decode, reversed(tail)) if entry in sent_by([line])), None)
        ticket = await self._desk.tickets.ticket(f"{contact}-{turn.ticket}") if turn else None
        if turn is None or ticket is None:
            return None
        provider = provider_of(self._desk.definitions, ticket.channel)
        lines = [line for line in lines_of(turn, entries, provider) if line.entry == str(entry)]
        return self._placed(news, ticket, [_line_message(ticket.id, line) for line in lines])

    def _placed(
        self, news: News, ticket: Ticket, messages: Sequence[dict[str, Any]], turn: FeedLine | None = None
    ) -> Said:
        """`messages` for all who may open the ticket; who could until this turn hears that it is gone."""
        at = from_ms(in_order(news.id)[0] + self._clock.offset_ms).isoformat(timespec="milliseconds")
        place = f"{news.shard}-{news.id}"
        lines = tuple(_text({"id": f"{place}.{number}", "at": at, **one}) for number, one in enumerate(messages))
        if turn is None or (turn.was_in is None and turn.was_of is None):
            return Said(lines, lambda caller: reads(caller, ticket), news.shard, news.id)
        was = msgspec.structs.replace(
            ticket,
            department=ticket.department if turn.was_in is None else turn.was_in,
            owner=ticket.owner if turn.was_of is None else turn.was_of,
        )
        gone = _text({"id": f"{place}.gone", "at": at, "type": "gone", "ticket": ticket.id})
        return Said(
            lines,
            lambda caller: reads(caller, ticket),
            news.shard,
            news.id,
            gone,
            lambda caller: reads(caller, was),
        )


def _line_message(ticket: str, line: Line) -> dict[str, Any]:
    return {"type": "line", "ticket": ticket, "line": line}


def _text(message: Mapping[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
