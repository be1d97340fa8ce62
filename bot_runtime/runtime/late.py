"""A late answer that does not reopen its campaign's ticket, by that campaign's choice (D05). Pure, like `decide.py`."""

from collections.abc import Sequence

from msgspec import structs

from bot_runtime.dialogs.effects import AnyEffect, SendText
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.draft import Draft
from bot_runtime.runtime.ticketing import keep_late
from bot_runtime.tickets.model import Ticket


def goes_its_own_way(ticket: Ticket) -> bool:
    """Whether an answer to this ticket is late, and its campaign wants anything but the ticket reopened."""
    return ticket.state == "closed" and ticket.late is not None and ticket.late.policy != "reopen"


def unresumed(session: Session | None) -> Session | None:
    """The session that waited for the answer, over for good: its dialog's own `late` does not hold in a campaign."""
    return structs.replace(session, cause="closed") if session is not None and session.cause == "timed_out" else session


def take_late(
    draft: Draft, ticket: Ticket, session: Session | None, moved: Session | None, effects: Sequence[AnyEffect]
) -> tuple[Session | None, Sequence[AnyEffect]]:
    """Count it, and say the one text in place of what an ordinary message leads to, where that is the policy."""
    draft.change_row(ticket.of_row, answer="late")
    keep_late(draft, ticket, waits=False)
    late = ticket.late
    draft.facts["late_answer"] = late.policy if late else ""
    return (session, (SendText(late.say),)) if late and late.say else (moved, effects)
