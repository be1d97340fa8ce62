"""What people do with a ticket over the API: each act is an event in its contact's inbox, answered by its outcome."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec

from bot_runtime.dialogs.events import (
    AgentReplied,
    NoteAdded,
    TicketClosed,
    TicketDataChanged,
    TicketEvent,
    TicketGivenBack,
    TicketReopened,
    TicketTaken,
    TicketTransferred,
)
from bot_runtime.people.service import Agent, People
from bot_runtime.store.clock import Clock
from bot_runtime.tickets.model import Ticket
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError
from bot_runtime.web.ticket_refusals import BLANK, TOO_LONG, UNKNOWN_AGENT, WARNINGS, refusal
from bot_runtime.web.ticket_sight import login_of, supervises
from bot_runtime.web.ticket_views import Row, row_of
from bot_runtime.web.tickets import UNKNOWN_DEPARTMENT, Desk, kinds_of, ticket_for

LONGEST_REPLY = {"sms": 1_600}  # characters one message of a channel may have
LONGEST_REPLY_ELSEWHERE = 4_096

Name = Annotated[str, msgspec.Meta(max_length=200)]
NoteText = Annotated[str, msgspec.Meta(max_length=5_000)]


class Take(Body):
    """`from_owner`: whose conversation it is as far as they know; confirms taking it over."""

    from_owner: Name = ""


class Reply(Body):
    text: str


class Note(Body):
    text: NoteText


class Transfer(Body):
    """To the department's queue, or to a person of it."""

    department: Name
    to: Name = ""
    note: NoteText = ""


class GiveBack(Body):
    """`state`: where the bot goes on; default: where it stopped."""

    state: Name = ""


class Close(Body):
    reason: Name


class Data(Body):
    """`values` by the metadata's id: text, true or false, or null to take it away. What is left out stays."""

    values: Annotated[dict[Name, NoteText | bool | None], msgspec.Meta(min_length=1, max_length=100)]


class Nothing(Body):
    pass


class Warned(msgspec.Struct, frozen=True):
    code: str
    text: str


class Done(msgspec.Struct, frozen=True):
    """The ticket as the act left it. `warning`: it was done, but they should know this (D60)."""

    ticket: Row
    warning: Warned | None = None


def action_routes(desk: Desk, people: People, clock: Clock) -> list[Route]:
    async def act(call: Call[Any], what: type[TicketEvent], **facts: Any) -> Done:
        ticket = await ticket_for(desk, call.caller, call.path["ticket"])
        outcome = await desk.tickets.act(_event(call, ticket, what, **facts), ticket.id)
        if outcome.code or outcome.ticket is None:
            raise refusal(outcome, what, facts)
        return Done(row_of(outcome.ticket, kinds_of(desk.definitions)))

    def _event(call: Call[Any], ticket: Ticket, what: type[TicketEvent], **facts: Any) -> Any:
        login = login_of(call.caller)
        return what(
            at=clock.now(),
            channel=ticket.channel,
            ticket=ticket.number,
            by=login,
            by_name=call.caller.display or call.caller.name,
            supervises=supervises(call.caller, ticket.department),
            request=f"{ticket.number}:{login}:{call.once or uuid.uuid4().hex}",
            **facts,
        )

    async def take(call: Call[Take]) -> Done:
        return await act(call, TicketTaken, from_owner=call.body.from_owner)

    async def reply(call: Call[Reply]) -> Done:
        ticket = await ticket_for(desk, call.caller, call.path["ticket"])
        kind = kinds_of(desk.definitions).get(ticket.channel, "")
        most, text = LONGEST_REPLY.get(kind, LONGEST_REPLY_ELSEWHERE), _written(call.body.text)
        if len(text) > most:
            raise ApiError(422, TOO_LONG, field="text", expected=str(most), got=len(text))
        return await act(call, AgentReplied, text=text)

    async def note(call: Call[Note]) -> Done:
        return await act(call, NoteAdded, text=_written(call.body.text))

    async def transfer(call: Call[Transfer]) -> Done:
        wanted, departments = call.body, desk.definitions.workspace.departments
        await ticket_for(desk, call.caller, call.path["ticket"])
        if wanted.department not in departments:
            expected = ", ".join(departments) or "–"
            raise ApiError(422, UNKNOWN_DEPARTMENT, field="department", got=wanted.department, expected=expected)
        facts = {"department": wanted.department, "note": wanted.note.strip()}
        if not wanted.to:
            return await act(call, TicketTransferred, **facts)
        agent = await _colleague(wanted.to, wanted.department)
        warning = await _warning(agent)
        done = await act(call, TicketTransferred, to=agent.name, to_name=agent.display, **facts)
        if warning is None:
            return done
        said = WARNINGS[warning].say(call.language, agent=agent.display)
        return msgspec.structs.replace(done, warning=Warned(warning, said))

    async def _colleague(name: str, department: str) -> Agent:
        able = [
            agent for agent in await people.agents() if department in agent.departments or agent.role == "administrator"
        ]
        for agent in able:
            if agent.name == name:
                return agent
        raise ApiError(422, UNKNOWN_AGENT, field="to", got=name, expected=", ".join(one.name for one in able) or "–")

    async def _warning(agent: Agent) -> str | None:
        if agent.presence != "connected":
            return "not_connected"
        has = await desk.tickets.count([f"owner:{agent.name}"])
        return "full" if has >= agent.max_tickets else None

    async def give_back(call: Call[GiveBack]) -> Done:
        return await act(call, TicketGivenBack, state=call.body.state)

    async def close(call: Call[Close]) -> Done:
        return await act(call, TicketClosed, reason=call.body.reason)

    async def change_data(call: Call[Data]) -> Done:
        values = {name: _kept(value) for name, value in call.body.values.items()}
        workspace = desk.definitions.workspace
        names = {one.id: one.name for one in workspace.metadata}
        said = (
            f"{names.get(name, name)}: {_told(value, workspace.language)}" for name, value in call.body.values.items()
        )
        return await act(call, TicketDataChanged, values=values, told=" · ".join(said))

    async def reopen(call: Call[Nothing]) -> Done:
        return await act(call, TicketReopened)

    def route(name: str, handler: Callable[[Call[Any]], Awaitable[Done]], about: str, body: type[Body]) -> Route:
        write = needs(role="agent", scope="tickets:write")
        return Route("POST", f"/tickets/{{ticket}}/{name}", handler, write, about, body=body, answer=Done)

    return [
        route("take", take, "Make it one's own; of several at once exactly one gets it.", Take),
        route("reply", reply, "Write to the contact.", Reply),
        route("note", note, "Write for the team alone.", Note),
        route("transfer", transfer, "Hand it to another department or person.", Transfer),
        route("give-back", give_back, "Let the bot go on.", GiveBack),
        route("close", close, "Close it with a reason.", Close),
        route("data", change_data, "Change what it carries beside the conversation.", Data),
        route("reopen", reopen, "Open a closed one again.", Nothing),
    ]


def _written(text: str) -> str:
    if not text.strip():
        raise ApiError(422, BLANK, field="text")
    return text


def _kept(value: str | bool | None) -> str:
    """As a ticket keeps it."""
    return str(int(value)) if isinstance(value, bool) else (value or "").strip()


def _told(value: str | bool | None, language: str) -> str:
    if isinstance(value, bool):
        return {"es": ("no", "sí")}.get(language, ("no", "yes"))[value]
    return (value or "").strip() or "–"
