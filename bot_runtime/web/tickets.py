"""`/api/v1/tickets`: lists, one ticket, its conversation. What people do with them is in `ticket_actions.py`."""

from typing import Annotated, Literal, Protocol

import msgspec

from bot_runtime.people.model import Caller
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.journal import Line as JournalLine
from bot_runtime.store.keys import ContactId
from bot_runtime.store.outbox import Outbox
from bot_runtime.tickets.model import Ticket
from bot_runtime.tickets.service import IN_A_LIST, Place, Tickets
from bot_runtime.web import errors
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.web.ticket_sight import departments_of, lists, reads, stands_in
from bot_runtime.web.ticket_views import Line, Row, Whole, lines_of, row_of, sent_by, whole_of

IN_A_CHUNK = 200  # journal lines read at once

UNKNOWN_DEPARTMENT = Phrase(
    "unknown_department",
    "there is no department '{got}'; expected one of: {expected}",
    "no existe el departamento '{got}'; se esperaba uno de: {expected}",
)
BAD_CURSOR = Phrase(
    "wrong",
    "before: expected the `next` of an earlier answer, got {got}",
    "before: se esperaba el `next` de una respuesta anterior, llegó {got}",
)

_line = msgspec.json.Decoder(JournalLine)


class ListQuery(Body):
    view: Literal["queue", "mine", "all", "closed"] = "queue"
    department: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=IN_A_LIST)] = 50
    before: str = ""


class HistoryQuery(Body):
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    before: str = ""


class Counts(msgspec.Struct, frozen=True):
    queue: int
    mine: int
    all: int


class TicketList(msgspec.Struct, frozen=True):
    """`next`: what to send as `before` for the page after; null: there is none."""

    tickets: list[Row]
    counts: Counts
    next: str | None


class History(msgspec.Struct, frozen=True):
    """Oldest first; `next`: what to send as `before` for the lines before these; null: there are none."""

    lines: list[Line]
    next: str | None


class Desk(Protocol):
    """What the tickets' calls need of the server."""

    @property
    def tickets(self) -> Tickets: ...
    @property
    def definitions(self) -> Definitions: ...
    @property
    def outbox(self) -> Outbox: ...


def kinds_of(definitions: Definitions) -> dict[str, str]:
    return {name: channel.kind for name, channel in definitions.workspace.channels.items()}


def provider_of(definitions: Definitions, channel: str) -> str:
    """Empty when the workspace no longer has the channel."""
    known = definitions.workspace.channels.get(channel)
    return known.provider if known else ""


async def ticket_for(desk: Desk, caller: Caller, ticket_id: str) -> Ticket:
    """The ticket, if it exists and the caller may open it; both are the same 404."""
    ticket = await desk.tickets.ticket(ticket_id)
    if ticket is None or not reads(caller, ticket):
        raise ApiError(404, errors.NOT_FOUND)
    return ticket


async def whole_ticket(desk: Desk, ticket_id: str) -> Whole | None:
    record = await desk.tickets.record(ticket_id)
    if record is None:
        return None
    contact = Contact(record.ticket.contact, record.contact_fields)
    session = contact.session(record.ticket.channel)
    pinned = await desk.definitions.pinned(session.dialog, session.version) if session else None
    return whole_of(record.ticket, kinds_of(desk.definitions), contact, pinned, desk.definitions.workspace.metadata)


async def history_of(desk: Desk, ticket: Ticket, before: int | None, limit: int) -> History:
    """The latest `limit` lines on the ticket's channel before an event, and what the same turns said besides."""
    turns, more = await _turns(desk.tickets, ticket, before, limit)
    entries = await desk.outbox.metas(ContactId(ticket.contact), sent_by(turns))
    provider = provider_of(desk.definitions, ticket.channel)
    lines = [line for turn in turns for line in lines_of(turn, entries, provider)]
    return History(lines, str(turns[0].number) if turns and more else None)


async def _turns(tickets: Tickets, ticket: Ticket, before: int | None, limit: int) -> tuple[list[JournalLine], bool]:
    """The turns that make those lines; are there earlier ones?"""
    found: list[JournalLine] = []
    lines, last = 0, -1
    while True:
        chunk = await tickets.journal(ticket.contact, last - IN_A_CHUNK + 1, last)
        for raw in reversed(chunk):
            turn = _line.decode(raw)
            if turn.channel != ticket.channel or (before is not None and turn.number >= before):
                continue
            if lines >= limit:
                return found[::-1], True
            found.append(turn)
            lines += len(lines_of(turn, {}))
        if len(chunk) < IN_A_CHUNK:
            return found[::-1], False
        last -= IN_A_CHUNK


def ticket_routes(desk: Desk) -> list[Route]:
    async def listed(call: Call[None]) -> TicketList:
        query, caller = call.query, call.caller
        departments = departments_of(caller, desk.definitions.workspace.departments)
        if query.department:
            if query.department not in departments:
                known = ", ".join(filter(None, departments)) or "–"
                raise ApiError(422, UNKNOWN_DEPARTMENT, field="department", got=query.department, expected=known)
            departments = [query.department]
        names = lists(caller, query.view, departments)
        after = _place(query.before) if query.before else None
        counted = {view: lists(caller, view, departments) for view in ("queue", "mine", "all")}
        page = await desk.tickets.page(
            names,
            newest_first=query.view != "queue",
            limit=query.limit,
            after=after,
            counted=[name for one in counted.values() for name in one],
        )
        kinds = kinds_of(desk.definitions)
        rows = [
            row_of(ticket, kinds)
            for ticket in page.tickets
            if stands_in(ticket, names) and query.department in ("", ticket.department)
        ]
        counts = {view: sum(page.counts[name] for name in one) for view, one in counted.items()}
        return TicketList(rows, Counts(**counts), f"{page.last[0]}_{page.last[1]}" if page.last else None)

    async def whole(call: Call[None]) -> Whole:
        ticket = await ticket_for(desk, call.caller, call.path["ticket"])
        found = await whole_ticket(desk, ticket.id)
        if found is None:
            raise ApiError(404, errors.NOT_FOUND)
        return found

    async def history(call: Call[None]) -> History:
        ticket = await ticket_for(desk, call.caller, call.path["ticket"])
        before = call.query.before
        if before and not (before.isascii() and before.isdigit() and len(before) < 16):
            raise ApiError(422, BAD_CURSOR, field="before", got=before)
        return await history_of(desk, ticket, int(before) if before else None, call.query.limit)

    read = needs(role="agent", scope="tickets:read")
    return [
        Route("GET", "/tickets", listed, read, "Conversations by view.", query=ListQuery, answer=TicketList),
        Route("GET", "/tickets/{ticket}", whole, read, "One conversation, whole.", answer=Whole),
        Route(
            "GET",
            "/tickets/{ticket}/history",
            history,
            read,
            "What was said and done, oldest first.",
            query=HistoryQuery,
            answer=History,
        ),
    ]


def _place(cursor: str) -> Place:
    order, _, ticket_id = cursor.partition("_")
    if not (order.isascii() and order.isdigit() and len(order) < 16 and ticket_id and len(ticket_id) < 100):
        raise ApiError(422, BAD_CURSOR, field="before", got=cursor)
    return int(order), ticket_id
