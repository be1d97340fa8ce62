"""One turn, decided: the event at the head of a contact's inbox → everything `save_turn` stores. Pure.

`decide` takes what the contact, time or we ourselves did through the dialog core; `decide_for_team` what a person of
the team did with a ticket. Both write what follows into a `Draft`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from msgspec import structs

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs import engine
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.effects import (
    AnyEffect,
    CancelTimer,
    Flag,
    OpenTicket,
    RecordUnfit,
    Send,
    SendText,
    SetConsent,
    sends_in,
)
from bot_runtime.dialogs.events import (
    AnyEvent,
    AnyOutside,
    AnyTicketEvent,
    Inbound,
    Message,
    ResponderAnswered,
    TicketReopened,
    TimedOut,
)
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Session
from bot_runtime.runtime.answered import changed
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.decide_campaign import is_asked_by, waiting_for_answer
from bot_runtime.runtime.draft import Converse, Draft, Turn
from bot_runtime.runtime.guard import allow, heard
from bot_runtime.runtime.journal import text_of_event, text_of_send
from bot_runtime.runtime.late import goes_its_own_way, take_late, unresumed
from bot_runtime.runtime.orders import keep_orders
from bot_runtime.runtime.ticketing import keep_ticket
from bot_runtime.tickets import desk, rules
from bot_runtime.tickets.model import WITH_PEOPLE, Outcome, Ticket
from bot_runtime.workspace import Metadata


def outrun(event: AnyEvent, later: Sequence[AnyEvent]) -> bool:
    """Whether an answer sent before this time-out was due already waits behind it (D04: the answer wins)."""
    if not isinstance(event, TimedOut) or event.due_at is None:
        return False
    return any(
        isinstance(other, Message) and other.channel == event.channel and (other.sent_at or other.at) < event.due_at
        for other in later
    )


def decide(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: AnyEvent,
    converse: Converse,
    book: Book,
    now_ms: int,
    number: int = 0,
    department: str = "",
    pinned: Dialog | None = None,
) -> Turn:
    """Carry `event` through the core and say what the store has to change, whole.

    `number` is the event's in its contact's order. `department` gets who writes where no bot answers (F292).
    `pinned` is the session's dialog in its own version.
    """
    name = channel.name
    about = contact.about(channel, event, now_ms)
    consent, known_guard = contact.consent(name), contact.guard(name)
    draft = Draft(contact, channel, event, now_ms, number)
    ticket = desk.current(contact.tickets(), name)
    answers = _answers(contact, session, event, ticket, name, now_ms)
    begun, dialog, late = session, None, None
    if answers is not None:
        if goes_its_own_way(answers):
            answers, late, begun = None, answers, unresumed(session)
        else:
            waits = book.bound(answers.dialog, name, answers.template)
            if waits is not None and not is_asked_by(session, answers, contact):
                dialog = waits
                begun, _ = waiting_for_answer(book, answers, about, draft, session)
                draft.facts["answers"] = answers.template
    guard = heard(known_guard, now_ms // 1000) if isinstance(event, Inbound) else known_guard
    moved, effects = converse(begun, event, about, consent is not None, dialog)
    kinds = set(map(type, effects))
    about_consent = SetConsent in kinds
    if dialog is not None and session is not None and session.phase == "waiting":
        effects = (CancelTimer(session.wait), *effects)  # of the dialog that the contact left for this one
    if answers is not None and ticket is not None and not about_consent:
        keep_ticket(draft, ticket, rules.closed(ticket, "interrupt", "interrupted", now_ms))
    if answers is not None:
        ticket = _answered(draft, answers, now_ms) if not about_consent else answers
    elif not about_consent and isinstance(event, Message):
        if late is not None:
            moved, effects = take_late(draft, late, session, moved, effects)
        else:
            _count_informed(contact, draft, session, ticket, event)
    if about_consent and any(isinstance(effect, SetConsent) and effect.opted_out for effect in effects):
        _opt_out_of_others(contact, draft, ticket)
    stopped = guard.stopped and not isinstance(event, TimedOut | AnyOutside)
    with_people = ticket is not None and ticket.state in WITH_PEOPLE
    if (stopped or with_people) and not about_consent:
        moved, effects = session, ()  # then the bot follows nothing but the contact's consent
    draft.keep_session(session, moved)
    draft.keep_name(about.contact_name)
    kind = draft.keep_consent(effects, consent) if about_consent else "reply"
    sends, effects = draft.sayable(sends_in(effects) if kind != "silent" else [], effects)
    if kind != "consent":
        guard, allowed = allow(guard, [text_of_send(send) for send in sends], channel.limits, now_ms // 1000)
        if allowed < len(sends):
            sends, effects = sends[:allowed], (*effects, Flag(guard.stopped))
    draft.keep_guard(guard, known_guard)
    after = ticket_after(contact, draft, ticket, effects, moved, about.contact_name, department)
    draft.row = after.of_row if after and after.campaign else contact.text(contact.row_field(name))
    draft.queue(sends, "consent" if kind == "consent" else "reply", keep_orders(draft, effects, bool(sends)), after)
    if session is not None and RecordUnfit in kinds:
        draft.keep_unfit(session, effects)
    if draft.row:
        own = after.dialog if after and after.campaign else ""
        for dialog_name, given in changed(begun, moved, effects):
            draft.keep_answers(own, _named(dialog_name, pinned, book), given)
    draft.keep_row(effects, moved)
    keep_ticket(draft, answers or ticket, after)
    return draft.turn(session, moved, sends, effects, after)


def _named(dialog: str, pinned: Dialog | None, book: Book) -> Dialog | None:
    """The dialog of that name: as it runs, else the newest."""
    return pinned if pinned is not None and pinned.name == dialog else book.dialogs.get(dialog)


def _answers(
    contact: Contact, session: Session | None, event: AnyEvent, ticket: Ticket | None, channel: str, now_ms: int
) -> Ticket | None:
    """The campaign's ticket this message answers: one that waits, or whose wait ended a while ago (D05, D52).

    What it quotes or taps comes first, also while the bot talks of something else; people's conversation is theirs.
    """
    if not isinstance(event, Message) or (ticket is not None and ticket.state in WITH_PEOPLE):
        return None
    late, tickets = contact.late(channel, now_ms), contact.tickets()
    if not late and not tickets:
        return None
    if found := desk.quoted(tickets, channel, event.quoted):
        return found
    if event.quoted and (found := next((one for one in late if one.message_id == event.quoted), None)):
        return found
    live = session is not None and session.phase != "ended"
    if ticket is not None or (live and not is_asked_by(session, contact.asked(channel), contact)):
        return None  # the running dialog takes it
    return desk.waiting(tickets, channel) or (None if live or not late else late[-1])


def _count_informed(
    contact: Contact, draft: Draft, session: Session | None, ticket: Ticket | None, event: Message
) -> None:
    """An answer to an informative campaign is an ordinary message, and counts in its results (D67)."""
    name = draft.channel.name
    informed = contact.informed(name, draft.now_ms)
    if informed is None:
        return
    busy = ticket is not None or (session is not None and session.phase != "ended")
    if event.quoted == informed.message_id or not (event.quoted or busy):
        draft.change_row(informed.row, answer="answered")
        draft.changes.remove_fields.append(f"info:{name}")


def _opt_out_of_others(contact: Contact, draft: Draft, own: Ticket | None) -> None:
    """Who opted out answers no campaign any more, whichever one they said it to (`own`, which the turn closes)."""
    for one in contact.tickets():
        if one.channel == draft.channel.name and (own is None or one.number != own.number):
            keep_ticket(draft, one, rules.closed(one, "opt_out", "opt_out", draft.now_ms))


def _answered(draft: Draft, ticket: Ticket, now_ms: int) -> Ticket:
    late = ticket.state == "closed"
    draft.change_row(ticket.of_row, ticket=ticket.id, answer="late" if late else "answered")
    return rules.answered(ticket, now_ms)


def ticket_after(
    contact: Contact,
    draft: Draft,
    ticket: Ticket | None,
    effects: Sequence[AnyEffect],
    moved: Session | None,
    contact_name: str,
    department: str,
) -> Ticket | None:
    """The conversation's ticket after a turn; where no bot answers, `department` gets who wrote (F292)."""
    event, now_ms = draft.event, draft.now_ms
    unanswered = isinstance(event, Message) and not effects
    if isinstance(event, ResponderAnswered):
        unanswered = bool(event.error)
    if ticket is None and not unanswered and OpenTicket not in map(type, effects):
        return None
    fresh = Ticket(
        contact=contact.id,
        number=contact.last_ticket + 1,
        channel=draft.channel.name,
        state="queued",
        opened_at=now_ms,
        changed_at=now_ms,
        dialog=moved.root if moved else "",
        contact_name=contact_name,
        address=contact.address(draft.channel.name),
        last_text=text_of_event(event),
        last_at=now_ms,
        heard_at=now_ms if isinstance(event, Message) else contact.heard_at(draft.channel.name),
        unread=1 if isinstance(event, Message) else 0,
    )
    if ticket is not None and isinstance(event, Message):
        ticket = desk.heard(ticket, text_of_event(event), contact_name, now_ms)
    nobody_answers = moved is None or moved.phase == "ended"
    if isinstance(event, ResponderAnswered):
        fresh = structs.replace(fresh, last_text=event.asked, unread=1)
    if ticket is None and department and unanswered and nobody_answers:
        return structs.replace(fresh, department=department, queued_at=now_ms)
    return desk.follow(ticket, effects, moved, fresh, now_ms)


@dataclass(frozen=True, slots=True)
class Team:
    """What a ruling needs to know of the workspace: the closing reasons people may give, the pinned dialog, and what
    tickets carry beside the conversation."""

    reasons: Collection[str]
    pinned: Dialog | None
    metadata: Collection[Metadata] = ()
    placed: Callable[[About], About] = lambda about: about  # with the country and time zone we know
    shelf: Shelf = EMPTY


def decide_for_team(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: AnyTicketEvent,
    ticket: Ticket | None,
    team: Team,
    now_ms: int,
    number: int = 0,
) -> Turn:
    """Do what a person asks with a ticket of this contact, or keep the reason why not for them."""
    name = channel.name
    draft = Draft(contact, channel, event, now_ms, number)
    if ticket is None:
        draft.answer(Outcome("gone"))
        return draft.turn(session, session, (), (), None)
    quiet = session if session is not None and session.phase != "ended" and team.pinned is not None else None
    other = desk.current(contact.tickets(), name)
    here = rules.Situation(
        now_ms=now_ms,
        reasons=team.reasons,
        states=engine.questions(team.pinned) if quiet and team.pinned else (),
        window_open=channel.kind != "whatsapp" or contact.window_open(name, now_ms),
        other_open=other is not None and other.number != ticket.number,
        metadata=team.metadata,
    )
    ruling = rules.act(ticket, event, here)
    draft.answer(ruling.outcome)
    if ruling.outcome.code:
        return draft.turn(session, session, (), (), None)
    moved: Session | None = session
    effects: Sequence[AnyEffect] = ()
    match ruling.bot:
        case "quiet" | "ends" if session is not None and session.phase != "ended":
            effects = (CancelTimer(session.wait),) if session.phase == "waiting" else ()
            ended = {"phase": "ended", "cause": "closed"} if ruling.bot == "ends" else {"phase": "quiet"}
            moved = structs.replace(session, updated_at=event.at, **ended)
            draft.void_what_waits()
        case "resumes" if quiet and team.pinned:
            state = getattr(event, "state", "")
            moved, effects = engine.give_back(
                team.pinned, quiet, team.placed(contact.about(channel, event, now_ms)), event.at, state, team.shelf
            )
    draft.keep_session(session, moved)
    sends: list[Send] = [SendText(ruling.says)] if ruling.says else sends_in(effects)
    sends, effects = draft.sayable(sends, effects)
    after = ruling.ticket
    if isinstance(event, TicketReopened):  # they may have written since, in another conversation
        after = structs.replace(after, heard_at=contact.heard_at(name))
    if ruling.bot == "resumes":
        after = desk.follow(after, effects, moved, after, now_ms) or after
    draft.queue(sends, "agent" if ruling.says else "reply", keep_orders(draft, effects, bool(sends)), after)
    keep_ticket(draft, ticket, after)
    return draft.turn(session, moved, sends, effects, after)
