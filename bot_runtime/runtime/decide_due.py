"""The turn that begins the dialog which was to follow another after a while (F018). Pure, like `decide.py`.

It never interrupts a conversation: while one runs, or people have the contact, it looks again every ten minutes, for a
day. Outside WhatsApp's service window it begins with the dialog's template; without one it cannot.
"""

from collections.abc import Callable

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.effects import Ignore
from bot_runtime.dialogs.events import DialogDue, DialogRequested
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Draft, Turn
from bot_runtime.store.turns import TurnChanges
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE

AGAIN_MS = 600_000
PATIENCE_MS = 86_400_000

Begin = Callable[[DialogRequested], Turn]


def decide_due(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: DialogDue,
    book: Book,
    begin: Begin,
    now_ms: int,
    number: int,
) -> Turn:
    """Begin it, put it off, or say in the journal why it does not begin. `begin` is the turn of a dialog requested."""
    later = contact.later(channel.name, event.number)
    draft = Draft(contact, channel, event, now_ms, number)
    if later is None:
        return draft.turn(session, session, (), (), None)
    ticket = desk.current(contact.tickets(), channel.name)
    busy = session is not None and session.phase != "ended"
    if (busy or (ticket is not None and ticket.state in WITH_PEOPLE)) and now_ms < later.at + PATIENCE_MS:
        again = TurnChanges(start_timers=[(draft.timer(f"n{event.number}"), AGAIN_MS)])
        return Turn(again, session.state if session else "", session.state if session else "")
    dialog = book.dialogs.get(later.dialog)
    closed = channel.kind == "whatsapp" and not contact.window_open(channel.name, now_ms)
    template = dialog.starts.template if dialog is not None and closed else None
    why = (
        "dialog_gone" if dialog is None
        else "opted_out" if contact.consent(channel.name) is not None
        else "busy" if busy or ticket is not None
        else "window_closed" if closed and template is None
        else ""
    )  # fmt: skip
    if why:
        turn = draft.turn(session, session, (), (Ignore(why),), None)
    else:
        turn = begin(
            DialogRequested(
                at=event.at, channel=channel.name, dialog=later.dialog, template=template, given=later.given
            )
        )
        if later.row:
            turn.changes.set_fields[contact.row_field(channel.name)] = later.row
    turn.changes.remove_fields.append(contact.later_field(channel.name, event.number))
    return turn
