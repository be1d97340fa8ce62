"""The turn of a person whose dialog was published anew: moved as the author chose, or not and why. Pure."""

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs import moving
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.effects import Send
from bot_runtime.dialogs.events import DialogReplaced
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.decide import ticket_after
from bot_runtime.runtime.draft import Draft, Turn, living
from bot_runtime.runtime.orders import keep_orders
from bot_runtime.runtime.ticketing import keep_ticket
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE
from bot_runtime.versions.model import Move


def decide_replaced(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: DialogReplaced,
    move: Move,
    old: Dialog | None,
    new: Dialog,
    book: Book,
    now_ms: int,
    number: int,
    shelf: Shelf = EMPTY,
) -> Turn:
    """Carry the session of `old` over to `new`, and strike it off the move with what became of it."""
    draft = Draft(contact, channel, event, now_ms, number)
    if session is None or not any(version in living(session) for version in move.versions):
        draft.strike_off(move.name, "gone")
        return draft.turn(session, session, (), (), None)
    about = book.placed(contact.about(channel, event, now_ms))
    ticket = desk.current(contact.tickets(), channel.name)
    with_people = ticket is not None and ticket.state in WITH_PEOPLE
    window = channel.kind != "whatsapp" or contact.window_open(channel.name, now_ms)
    may_speak = window and not with_people and not contact.guard(channel.name).stopped
    choice = move.choice
    if choice.people == "restart":
        moved = moving.restart(new, session, choice.text, event, about, may_speak, shelf)
    else:
        moved = moving.migrate(old, new, session, choice.states, choice.stay, event, about, may_speak, shelf)
    draft.strike_off(move.name, moved.outcome)
    if moved.session is session:
        return draft.turn(session, session, (), (), ticket)
    draft.keep_session(session, moved.session)
    sends: list[Send] = [effect for effect in moved.effects if isinstance(effect, Send)]
    after = ticket_after(contact, draft, ticket, moved.effects, moved.session, about.contact_name, "")
    draft.queue(sends, "reply", keep_orders(draft, moved.effects, bool(sends)), after)
    keep_ticket(draft, ticket, after)
    return draft.turn(session, moved.session, sends, moved.effects, after)
