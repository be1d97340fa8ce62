"""What a turn does to the contact's ticket. Pure: `runtime/decide.py` saves the result with the session."""

from collections.abc import Sequence

from msgspec import structs

from bot_runtime.dialogs.effects import AnyEffect, CloseTicket, OpenTicket, SetConsent, TakeArm
from bot_runtime.dialogs.session import Session
from bot_runtime.tickets import rules
from bot_runtime.tickets.model import WITH_PEOPLE, Ticket


def current(tickets: Sequence[Ticket], channel: str) -> Ticket | None:
    """The conversation on `channel`: at most one ticket there is with the bot, queued or taken."""
    for one in tickets:
        if one.channel == channel and one.state in ("bot", *WITH_PEOPLE):
            return one
    return None


def waiting(tickets: Sequence[Ticket], channel: str) -> Ticket | None:
    """The campaign's ticket on `channel` that waits for an answer; the one sent last takes it (D52)."""
    found = [one for one in tickets if one.channel == channel and one.state == "waiting"]
    return max(found, key=lambda one: one.opened_at, default=None)


def quoted(tickets: Sequence[Ticket], channel: str, message_id: str | None) -> Ticket | None:
    """The campaign's ticket that waits for an answer to just this message (D52)."""
    found = [one for one in tickets if one.channel == channel and one.state == "waiting"]
    return next((one for one in found if message_id and one.message_id == message_id), None)


def heard(ticket: Ticket, text: str, contact_name: str, now_ms: int) -> Ticket:
    """The contact wrote: it shows in the inbox, and counts as unread where people have the conversation."""
    unread = ticket.unread + 1 if ticket.state in WITH_PEOPLE else 0
    said = structs.replace(ticket, last_text=text, last_at=now_ms, heard_at=now_ms)
    return structs.replace(said, unread=unread, contact_name=contact_name)


def follow(
    ticket: Ticket | None,
    effects: Sequence[AnyEffect],
    moved: Session | None,
    fresh: Ticket,
    now_ms: int,
) -> Ticket | None:
    """The conversation's ticket after what the bot did; `fresh` is what a new one would be. None: there is none."""
    for effect in effects:
        match effect:
            case OpenTicket(department=department, tags=tags):
                born = structs.replace(fresh, state="queued", department=department, tags=tags, queued_at=now_ms)
                ticket = rules.queued(ticket, now_ms, department, tags) if ticket and ticket.state == "bot" else born
            case TakeArm(dialog=dialog, state=state, arm=arm) if ticket and ticket.campaign:
                ticket = structs.replace(ticket, arms=tuple(dict.fromkeys([*ticket.arms, f"{dialog}.{state}|{arm}"])))
            case CloseTicket(reason=reason) if ticket:
                ticket = rules.closed(ticket, "bot_close", reason, now_ms)
            case SetConsent(opted_out=True) if ticket:
                ticket = rules.closed(ticket, "opt_out", "opt_out", now_ms)
    if ticket and ticket.state == "bot" and moved is not None and moved.phase == "ended":
        ticket = rules.closed(ticket, "bot_close", "dialog_ended", now_ms)
    return ticket


def is_told(before: Ticket | None, after: Ticket) -> bool:
    """Whether pages hear of a turn: not while a campaign's ticket waits or its bot talks, for there are too many."""
    with_people = after.state in WITH_PEOPLE or (before is not None and before.state in WITH_PEOPLE)
    return with_people or not after.campaign


def indexes(ticket: Ticket | None) -> dict[str, int]:
    """The lists a ticket stands in, by name, with the ms that orders it there."""
    if ticket is None:
        return {}
    moved = ticket.last_at or ticket.changed_at
    match ticket.state:
        case "queued":
            return {f"queue:{ticket.department}": ticket.queued_at}
        case "taken":
            return {f"owner:{ticket.owner}": moved, f"taken:{ticket.department}": moved}
        case "closed":
            own = {f"closed_of:{ticket.owner}": ticket.changed_at} if ticket.owner else {}
            return {f"closed:{ticket.department}": ticket.changed_at, **own}
    return {f"{ticket.state}:{ticket.department}": moved}
