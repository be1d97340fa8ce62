"""The turn shortly before WhatsApp's window closes on a conversation that people have: they are told (B08). Pure.

Its timer runs while a ticket is queued or taken (`ticketing.py`); messages to the bot alone pass none of this.
"""

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.events import WindowCloses
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Draft, Turn
from bot_runtime.runtime.ticketing import SAID_BEFORE_MS
from bot_runtime.store.clock import from_ms
from bot_runtime.store.turns import TurnChanges
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE


def decide_window(
    contact: Contact, channel: Channel, session: Session | None, event: WindowCloses, now_ms: int, number: int
) -> Turn:
    """A line for the team; nothing if the contact wrote meanwhile, or the window has closed by now."""
    now_ms = max(now_ms, round(event.due_at.timestamp() * 1000))  # our own clock may be a little behind the store's
    ticket = desk.current(contact.tickets(), channel.name)
    closes_at = contact.window_closes_at(channel.name)
    if ticket is None or ticket.state not in WITH_PEOPLE or not 0 < closes_at - now_ms <= SAID_BEFORE_MS:
        state = session.state if session else ""
        return Turn(TurnChanges(), state, state)
    draft = Draft(contact, channel, event, now_ms, number)
    draft.facts["closes_at"] = from_ms(closes_at).isoformat(timespec="milliseconds")
    return draft.turn(session, session, (), (), ticket)
