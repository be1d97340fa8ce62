"""Who may do what with a ticket, and what follows. Pure: ticket and event in, next ticket and outcome out."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec import structs

from bot_runtime.dialogs.events import (
    AgentReplied,
    AnyTicketEvent,
    NoteAdded,
    TicketClosed,
    TicketDataChanged,
    TicketGivenBack,
    TicketReopened,
    TicketTaken,
    TicketTransferred,
)
from bot_runtime.tickets.machine import moved
from bot_runtime.tickets.model import Outcome, State, Ticket
from bot_runtime.workspace import Metadata

NEVER_REOPENED = frozenset({"informative", "opt_out", "erased"})  # D56


class Ruling(NamedTuple):
    """`says`: a text to send the contact. `bot`: what the bot does now: `quiet`, `ends`, `resumes` or nothing ("")."""

    ticket: Ticket
    outcome: Outcome
    says: str = ""
    bot: str = ""


class Situation(NamedTuple):
    """What a ruling may depend on beside the ticket. `states`: where a bot may go on; empty: there is none."""

    now_ms: int
    reasons: Collection[str]
    states: Collection[str]
    window_open: bool
    other_open: bool
    metadata: Collection[Metadata] = ()


def act(ticket: Ticket, event: AnyTicketEvent, here: Situation) -> Ruling:
    """Do what a person asks, or say why not; a refusal changes nothing."""
    if isinstance(event, TicketReopened):
        return _reopen(ticket, event, here)
    if not ticket.is_open:
        return _refused(ticket, "closed")
    match event:
        case TicketTaken():
            return _take(ticket, event, here)
        case NoteAdded():
            return _done(ticket)
    if ticket.state == "taken" and ticket.owner != event.by and not event.supervises:
        return _refused(ticket, "not_owner", owner=ticket.owner, owner_name=ticket.owner_name)
    match event:
        case AgentReplied(text=text):
            return _reply(ticket, text, event.by, here)
        case TicketTransferred():
            return _transfer(ticket, event, here)
        case TicketGivenBack():
            return _give_back(ticket, event, here)
        case TicketClosed():
            return _close(ticket, event, here)
        case TicketDataChanged(values=values):
            return _change_data(ticket, values, here)


def _take(ticket: Ticket, event: TicketTaken, here: Situation) -> Ruling:
    if ticket.state == "taken" and ticket.owner == event.by:
        return _done(ticket)
    if ticket.state == "taken" and event.from_owner != ticket.owner:
        code = "owner_changed" if event.from_owner else "taken"
        return _refused(ticket, code, owner=ticket.owner, owner_name=ticket.owner_name)
    return _done(_given(ticket, "take", here.now_ms, owner=event.by, owner_name=event.by_name), bot="quiet")


def _reply(ticket: Ticket, text: str, by: str, here: Situation) -> Ruling:
    if ticket.state != "taken" or ticket.owner != by:
        return _refused(ticket, "not_owner", owner=ticket.owner, owner_name=ticket.owner_name)
    if not here.window_open:
        return _refused(ticket, "window_closed")
    answered = structs.replace(ticket, unread=0, last_text=text, last_at=here.now_ms)
    return _done(answered, says=text)


def _transfer(ticket: Ticket, event: TicketTransferred, here: Situation) -> Ruling:
    if ticket.state not in ("taken", "queued"):
        return _refused(ticket, "not_owner", owner=ticket.owner, owner_name=ticket.owner_name)
    if event.to:
        after = _given(ticket, "take", here.now_ms, owner=event.to, owner_name=event.to_name)
        return _done(structs.replace(after, department=event.department or ticket.department))
    after = _given(ticket, "queue", here.now_ms, owner="", owner_name="", department=event.department)
    return _done(after if after.queued_at else structs.replace(after, queued_at=here.now_ms))


def _give_back(ticket: Ticket, event: TicketGivenBack, here: Situation) -> Ruling:
    if ticket.state != "taken":
        return _refused(ticket, "not_owner")
    if not here.states:
        return _refused(ticket, "no_bot")
    if event.state and event.state not in here.states:
        return _refused(ticket, "unknown_state", known=", ".join(here.states))
    return _done(_given(ticket, "give_back", here.now_ms, owner="", owner_name="", queued_at=0), bot="resumes")


def _close(ticket: Ticket, event: TicketClosed, here: Situation) -> Ruling:
    if ticket.state != "taken" and not event.supervises:
        return _refused(ticket, "not_owner")  # an agent takes it first (D55)
    if event.reason not in here.reasons:
        return _refused(ticket, "unknown_reason", known=", ".join(here.reasons))
    trigger = "bot_close" if ticket.state == "bot" else "close"
    after = _given(ticket, trigger, here.now_ms, reason=event.reason, closed_by=event.by, unread=0)
    return _done(after, bot="ends")


def _change_data(ticket: Ticket, values: Mapping[str, str], here: Situation) -> Ruling:
    """All of them or none. What the ticket carries and the workspace no longer names stays as it is."""
    known = {one.id: one for one in here.metadata if one.serves(ticket.department)}
    for name, value in values.items():
        if name not in known:
            return _refused(ticket, "unknown_data", name=name, known=", ".join(known))
        if value and (conflict := known[name].conflict(value)):
            return _refused(ticket, "bad_data", name=known[name].name, conflict=conflict)
    kept = {name: value for name, value in {**ticket.metadata, **values}.items() if value}
    return _done(structs.replace(ticket, metadata=kept))


def _reopen(ticket: Ticket, event: TicketReopened, here: Situation) -> Ruling:
    if ticket.is_open:
        return _done(ticket)
    if here.other_open:
        return _refused(ticket, "open")
    if ticket.reason in NEVER_REOPENED or not (event.supervises or ticket.closed_by == event.by):
        return _refused(ticket, "not_owner")
    after = _given(ticket, "reopen", here.now_ms, owner=event.by, owner_name=event.by_name, reason="", closed_by="")
    return _done(structs.replace(after, reopened=(*ticket.reopened, ticket.reason)), bot="quiet")


def answered(ticket: Ticket, now_ms: int) -> Ticket:
    """A campaign's ticket whose contact answered, in time or late: its bot's, or its department's without one (D68)."""
    late = "late_" if ticket.state == "closed" else ""
    reopened = (*ticket.reopened, ticket.reason) if late else ticket.reopened
    if ticket.dialog:
        return _given(ticket, f"{late}answer", now_ms, reason="", reopened=reopened)
    return _given(ticket, f"{late}answer_without_bot", now_ms, reason="", reopened=reopened, queued_at=now_ms)


def joined(ticket: Ticket, metadata: Mapping[str, str]) -> tuple[Ticket, dict[str, str]]:
    """A campaign's row that joins a conversation people have; with it the values that differ, for those stay (D51)."""
    differing = {name: value for name, value in metadata.items() if ticket.metadata.get(name, value) != value}
    return structs.replace(ticket, metadata={**metadata, **ticket.metadata}), differing


def queued(ticket: Ticket, now_ms: int, department: str, tags: tuple[str, ...]) -> Ticket:
    """A ticket the bot had, handed to `department`."""
    return _given(ticket, "derive", now_ms, department=department, tags=tags, queued_at=now_ms)


def closed(ticket: Ticket, trigger: str, reason: str, now_ms: int) -> Ticket:
    """The system closes it, if the table lets `trigger` do so; else it stays as it is."""
    if moved(ticket.state, trigger) is None:
        return ticket
    return _given(ticket, trigger, now_ms, reason=reason, unread=0)


def _given(ticket: Ticket, trigger: str, now_ms: int, **changes: object) -> Ticket:
    state: State | None = moved(ticket.state, trigger)
    if state is None:
        raise ValueError(f"a ticket that is {ticket.state} cannot {trigger}")
    return structs.replace(ticket, state=state, changed_at=now_ms, **changes)


def _done(ticket: Ticket, says: str = "", bot: str = "") -> Ruling:
    return Ruling(ticket, Outcome(ticket=ticket), says, bot)


def _refused(ticket: Ticket, code: str, **facts: str) -> Ruling:
    return Ruling(ticket, Outcome(code, facts, ticket))
