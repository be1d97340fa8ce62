"""Turns that a campaign begins: its message goes out, its ticket is born, its wait ends. Pure, like `decide.py`.

An answer is an ordinary message, so `decide.py` takes it; `answered` says which waiting ticket it answers.
"""

from collections.abc import Sequence

from msgspec import structs

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs import engine
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.effects import AnyEffect, CancelTimer, Send, SendTemplate, SendText, StartTimer, sends_in
from bot_runtime.dialogs.events import (
    CampaignAccepted,
    CampaignFailed,
    CampaignReached,
    Reminding,
    TicketTimedOut,
    TimedOut,
)
from bot_runtime.dialogs.languages import VARIABLE, tag_of
from bot_runtime.dialogs.schemas.flow import MOST_REMINDERS
from bot_runtime.dialogs.session import About, Session
from bot_runtime.runtime import busy
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Converse, Draft, Turn
from bot_runtime.runtime.orders import keep_orders
from bot_runtime.runtime.ticketing import join_ticket, keep_ticket, start_ticket_wait
from bot_runtime.tickets import desk, rules
from bot_runtime.tickets.model import WITH_PEOPLE, Ticket


def decide_reached(
    contact: Contact, channel: Channel, session: Session | None, event: CampaignReached, now_ms: int, number: int
) -> Turn:
    """Queue the campaign's message for this contact, or set its row aside with the reason."""
    draft = Draft(contact, channel, event, now_ms, number)
    if contact.consent(channel.name) is not None:
        draft.change_row(f"{event.campaign}:{event.row}", "skipped", "opt_out")
        return draft.turn(session, session, (), (), None)
    current = desk.current(contact.tickets(), channel.name)
    if (aside := busy.set_aside(draft, session, event, current)) is not None:
        return aside
    send = SendTemplate(event.template, event.language, event.parameters, event.payloads)
    told = {name: getattr(event, name) for name in event.__struct_fields__}
    watched = current if current is not None and current.state in WITH_PEOPLE else None  # then they see it leave
    draft.queue_campaign(send, CampaignAccepted(**told), watched)
    return draft.turn(session, session, (send,), (), watched)


def decide_accepted(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: CampaignAccepted,
    book: Book,
    now_ms: int,
    number: int,
) -> Turn:
    """Give birth to the ticket (D50) and let the bound dialog wait; the wait runs since the acceptance (D02)."""
    draft = Draft(contact, channel, event, now_ms, number)
    current = desk.current(contact.tickets(), channel.name)
    talks = busy.talks_with(session, current)
    interrupts = talks == "bot" and event.busy == "interrupt"
    if talks:
        draft.count_busy(event.campaign, "interrupted" if interrupts else "sent")
    if current is not None and current.state in WITH_PEOPLE and not event.informative:
        after, differing = rules.joined(current, event.metadata)
        join_ticket(draft, event, after, differing)
        keep_ticket(draft, current, after)
        return draft.turn(session, session, (), (), after)
    ticket = _born(contact, draft, event)
    moved, effects = busy.interrupted(draft, session, current) if interrupts else (session, [])
    if event.informative:
        ticket = structs.replace(ticket, state="closed", reason="informative")
    elif event.wait_s == 0:
        ticket = structs.replace(ticket, state="closed", reason="no_answer")  # an answer is then a late one (D03)
    else:
        start_ticket_wait(draft, ticket, _next_at(ticket) or event.accepted_ms + event.wait_s * 1000)
        if book.bound(event.dialog, channel.name, event.template) is not None and (interrupts or not talks):
            about = contact.about(channel, event, now_ms)
            moved, follows = waiting_for_answer(book, ticket, about, draft, session)
            effects += follows
    draft.keep_session(session, moved)
    keep_orders(draft, effects, speaks=True)
    keep_ticket(draft, None, ticket)
    if event.informative:
        draft.keep_informed(ticket, event.accepted_ms)
    draft.change_row(ticket.of_row, ticket=ticket.id)
    return draft.turn(session, moved, (), (), ticket)


def decide_wait_end(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: TicketTimedOut,
    converse: Converse,
    now_ms: int,
    number: int,
) -> Turn:
    """Close the ticket that nobody answered, once; the dialog that waited with it takes its way for silence (F051)."""
    if event.due_at is not None:  # the store says that it is past; our own clock may be a little behind
        now_ms = max(now_ms, round(event.due_at.timestamp() * 1000))
    draft = Draft(contact, channel, event, now_ms, number)
    ticket = next((one for one in contact.tickets() if one.number == event.ticket and one.state == "waiting"), None)
    if ticket is None:
        return draft.turn(session, session, (), (), None)
    if passed := sum(_due_at(ticket, one) <= now_ms < ticket.ends_at for one in ticket.remind):
        return _reminded(draft, session, ticket, passed)
    moved, effects = session, ()  # type: tuple[Session | None, Sequence[AnyEffect]]
    if session is not None and is_asked_by(session, ticket, contact):
        silence = TimedOut(at=event.at, channel=channel.name, wait=session.wait)
        moved, effects = converse(session, silence, contact.about(channel, event, now_ms), False)
    draft.keep_session(session, moved)
    sends, effects = draft.sayable(sends_in(effects), effects)
    draft.row = ticket.of_row
    draft.queue(sends, "reply", keep_orders(draft, effects, bool(sends)))
    draft.keep_row(effects, moved)
    after = rules.closed(ticket, "wait_end", "no_answer", now_ms)
    keep_ticket(draft, ticket, after)
    return draft.turn(session, moved, sends, effects, after)


def _due_at(ticket: Ticket, reminder: Reminding) -> int:
    return ticket.opened_at + reminder.after_s * 1000


def _next_at(ticket: Ticket) -> int:
    """When something has to be done about a ticket that waits and reminds; 0: it never reminds."""
    return _due_at(ticket, ticket.remind[0]) if ticket.remind else ticket.ends_at


def _reminded(draft: Draft, session: Session | None, ticket: Ticket, passed: int) -> Turn:
    """Say the latest of the `passed` reminders that are due; the wait goes on to its end (F054)."""
    reminder = ticket.remind[passed - 1]
    send: Send = SendText(reminder.say)
    if reminder.template:
        send = SendTemplate(reminder.template, reminder.language, reminder.parameters, reminder.payloads)
    sends, effects = draft.sayable([send], ())
    draft.queue(sends, "reply", None)
    after = structs.replace(ticket, remind=ticket.remind[passed:])
    keep_ticket(draft, ticket, after)
    start_ticket_wait(draft, after, _next_at(after))
    return draft.turn(session, session, sends, effects, after)


def decide_failed(
    contact: Contact, channel: Channel, session: Session | None, event: CampaignFailed, now_ms: int, number: int
) -> Turn:
    """Close the ticket whose message could not be delivered, if it still waits (D50)."""
    draft = Draft(contact, channel, event, now_ms, number)
    row = f"{event.campaign}:{event.row}"
    ticket = next((one for one in contact.tickets() if one.of_row == row and one.state == "waiting"), None)
    after = rules.closed(ticket, "fail", "undelivered", now_ms) if ticket else None
    keep_ticket(draft, ticket, after)
    moved = session
    if session is not None and is_asked_by(session, ticket, contact):
        keep_orders(draft, (CancelTimer(session.wait),), speaks=False)
        moved = structs.replace(session, phase="ended", cause="closed", updated_at=event.at)
        draft.keep_session(session, moved)
    return draft.turn(session, moved, (), (), after)


def is_asked_by(session: Session | None, ticket: Ticket | None, contact: Contact) -> bool:
    """Whether the session waits for the answer to this ticket's message, rather than for another's or its own."""
    if session is None or ticket is None or session.phase != "waiting" or not session.asked_by_template:
        return False
    asked = contact.asked(ticket.channel)
    return asked is not None and asked.number == ticket.number


def waiting_for_answer(
    book: Book, ticket: Ticket, about: About, draft: Draft, session: Session | None
) -> tuple[Session | None, Sequence[AnyEffect]]:
    """The bound dialog, waiting for the answer to a message that is out already; its ticket keeps the time."""
    asked = SendTemplate(ticket.template, "")
    language = about.language or tag_of(ticket.given.get(VARIABLE, ""))
    if language != about.language:
        draft.changes.set_fields["language"] = language  # what a list says of a contact of whom nobody knows it
    about = book.placed(structs.replace(about, metadata={**about.metadata, **ticket.metadata}, language=language))
    begun = engine.begin(
        book.dialogs[ticket.dialog],
        about,
        draft.event.at,
        ticket.channel,
        {**book.given, **ticket.given},
        by_template=asked,
        wait=session.wait if session else 0,
        shelf=book.shelf({}),
    )
    draft.keep_asked(ticket)
    kept = [effect for effect in begun.effects if not isinstance(effect, SendTemplate | StartTimer)]
    if begun.session is None:
        return None, kept
    return structs.replace(begun.session, reminded=MOST_REMINDERS), kept  # the campaign reminds, not the question


def _born(contact: Contact, draft: Draft, event: CampaignAccepted) -> Ticket:
    return Ticket(
        contact=contact.id,
        number=contact.last_ticket + 1,
        channel=draft.channel.name,
        state="waiting",
        opened_at=event.accepted_ms,
        changed_at=draft.now_ms,
        department=event.department,
        dialog=event.dialog,
        contact_name=contact.text("name"),
        address=contact.address(draft.channel.name),
        metadata=event.metadata,
        message_id=event.message_id,
        campaign=event.campaign,
        row=event.row,
        template=event.template,
        given=event.given,
        remind=() if event.informative else event.remind,
        ends_at=event.accepted_ms + event.wait_s * 1000 if event.remind else 0,
        late=None if event.informative else event.late,
    )
