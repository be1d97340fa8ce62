"""What a turn changes, as it is being written. Pure; `decide.py` says what, this says how it is stored."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import structs

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.effects import (
    SENDS,
    AnyEffect,
    AskResponder,
    CallService,
    CancelTimer,
    EndDialog,
    Flag,
    MakeDocument,
    RecordUnfit,
    Send,
    SendTemplate,
    SetConsent,
    StartTimer,
)
from bot_runtime.dialogs.events import (
    AnyEvent,
    CampaignAccepted,
    Inbound,
    Message,
    TicketEvent,
    TicketTimedOut,
    TimedOut,
)
from bot_runtime.dialogs.languages import VARIABLE, tag_of
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.errors import SendFailed
from bot_runtime.runtime import answered
from bot_runtime.runtime.contact import Consent, Contact, Informed
from bot_runtime.runtime.guard import Guard
from bot_runtime.runtime.journal import Line, facts_of_event, name_of, text_of_event, text_of_send
from bot_runtime.store.keys import of_campaign
from bot_runtime.store.outbox import Kind, Meta, Payload
from bot_runtime.store.turns import NewEntry, RowChange, TurnChanges
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE, Outcome, Ticket

ONE_CONFIRMATION_S = 300

# What the core makes of an event: `conversation.converse` with the workspace's book and the pinned dialog given;
# another dialog can stand in for the pinned one.
Converse = Callable[..., tuple[Session | None, Sequence[AnyEffect]]]

_encode = msgspec.json.encode
_TOLD_OTHERWISE: Final = SENDS | {StartTimer, CancelTimer, CallService, AskResponder, MakeDocument}  # by a journal line


class Unfit(msgspec.Struct, frozen=True):
    """An answer that did not fit, for the authors' report (F046). `at` in ms; `version` is the dialog's."""

    at: int
    contact: str
    dialog: str
    version: str
    state: str
    text: str
    attempt: int


class FeedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn on a contact with a ticket, for the pages that watch: the ticket after it, and the journal's line.

    `was_in`, `was_of`: department and owner before it, where the turn changed them.
    """

    ticket: Ticket
    line: Line
    was_in: str | None = None
    was_of: str | None = None


class Turn(msgspec.Struct):
    """What one event led to."""

    changes: TurnChanges
    came_from: str = ""
    now_in: str = ""
    payloads: list[Payload] = []
    metas: list[Meta] = []
    flags: list[str] = []
    session: Session | None = None  # after it
    unfit: list[str] = []  # questions whose answer did not fit


def living(session: Session | None) -> dict[str, str]:
    """The dialog versions that a session is inside, its callers' too, with the state it stands in."""
    if session is None or session.phase == "ended":
        return {}
    here = {session.version: session.state}
    return {frame.version: frame.state for frame in session.callers} | here if session.callers else here


class Draft:
    late: Sequence[Ticket] | None = None  # once the turn changed them: the tickets for which a late answer counts

    def __init__(self, contact: Contact, channel: Channel, event: AnyEvent, now_ms: int, number: int) -> None:
        self.contact, self.channel, self.event = contact, channel, event
        self.now_ms, self.number = now_ms, number
        self.changes = TurnChanges()
        self.row = ""  # of the campaign that the turn counts for, `campaign:row`
        self._turn = Turn(self.changes)
        self.facts: dict[str, Any] = {}  # what the journal's line says beside the event's own
        self.queued = self.closed = self.remark = ""  # what the line says of a ticket (`ticketing.py`)
        self.before: Ticket | None = None  # the ticket that the turn changes
        self._first_entry = int(contact.text("n") or 0) + 1
        if isinstance(event, Message):
            self.changes.set_fields[f"in:{channel.name}"] = now_ms

    def keep_session(self, session: Session | None, moved: Session | None) -> None:
        if moved is not None and moved is not session:
            self.changes.set_fields[f"s:{self.channel.name}"] = _encode(moved)
            self.keep_language(moved.answers.get(VARIABLE))
            was, stands = living(session), living(moved)
            self.changes.placed += [(version, "") for version in was if version not in stands]
            self.changes.placed += [(version, state) for version, state in stands.items() if was.get(version) != state]

    def strike_off(self, move: str, outcome: str) -> None:
        """This contact of a move of people is done with."""
        self.changes.moved.append((move, outcome))

    def keep_asked(self, ticket: Ticket) -> None:
        """The session waits for the answer to this campaign's ticket."""
        self.changes.set_fields[f"asked:{ticket.channel}"] = ticket.number

    def keep_informed(self, ticket: Ticket, accepted_ms: int) -> None:
        """What an informative campaign said, so that an answer to it can be counted (D67)."""
        informed = Informed(ticket.of_row, accepted_ms, ticket.message_id)
        self.changes.set_fields[f"info:{ticket.channel}"] = _encode(informed)

    def keep_language(self, chosen: object) -> None:
        """What the contact chose to be spoken to in, for their other dialogs too (F023)."""
        tag = tag_of(chosen) if isinstance(chosen, str) else ""
        if tag and tag != self.contact.text("language"):
            self.changes.set_fields["language"] = tag

    def keep_name(self, name: str) -> None:
        if name != self.contact.text("name"):
            self.changes.set_fields["name"] = name

    def keep_guard(self, guard: Guard, known: Guard) -> None:
        if guard != known:
            self.changes.set_fields[f"g:{self.channel.name}"] = _encode(guard)

    def keep_consent(self, effects: Sequence[AnyEffect], known: Consent | None) -> str:
        """Store an opt-out or opt-in. Returns how this turn may speak: as a "reply", in "consent", or "silent"."""
        for effect in effects:
            if not isinstance(effect, SetConsent):
                continue
            if not effect.opted_out:
                self.changes.remove_fields.append(f"out:{self.channel.name}")
                return "consent"
            message_id = self.event.message_id if isinstance(self.event, Inbound) else ""
            consent = Consent(self.now_ms, effect.evidence, message_id)
            self.changes.set_fields[f"out:{self.channel.name}"] = _encode(consent)
            repeated = known is not None and self.now_ms - known.at < ONE_CONFIRMATION_S * 1000
            return "silent" if repeated else "consent"
        return "reply"

    def sayable(self, sends: list[Send], effects: Sequence[AnyEffect]) -> tuple[list[Send], Sequence[AnyEffect]]:
        """Outside the 24 hours since the contact's last message WhatsApp takes templates alone: no text is tried."""
        open_now = isinstance(self.event, Message) or self.contact.window_open(self.channel.name, self.now_ms)
        if self.channel.kind != "whatsapp" or open_now:
            return sends, effects
        kept: list[Send] = [send for send in sends if isinstance(send, SendTemplate)]
        return kept, effects if len(kept) == len(sends) else (*effects, Flag("window_closed"))

    def timer(self, name: str) -> str:
        """The member of the timers that is this contact's `name` on this channel."""
        return f"{self.contact.id}|{self.channel.name}|{name}"

    def queue(self, sends: Sequence[Send], kind: Kind, wait: str | None, ticket: Ticket | None = None) -> None:
        """One outbox entry for each send; `wait` starts with the last one. `ticket`: whose conversation they are in."""
        watched = int(ticket is not None and ticket.state in WITH_PEOPLE)
        last = self._first_entry + len(sends) - 1
        to = self.contact.spelling(self.channel.name)
        for number, send in enumerate(sends, self._first_entry):
            of_kind: Kind = "template" if isinstance(send, SendTemplate) else kind
            meta = Meta("queued", of_kind, self.now_ms, wait if number == last else None, h=watched)
            payload = Payload(to, send)
            self._turn.metas.append(meta)
            self._turn.payloads.append(payload)
            self.changes.entries.append(NewEntry(number, _encode(meta), _encode(payload)))
        if sends:
            self.changes.set_fields["n"] = last

    def queue_campaign(self, send: Send, accepted: CampaignAccepted, ticket: Ticket | None = None) -> None:
        """The message of a campaign's row; `accepted` comes to the contact's inbox once the provider took it."""
        self.queue((send,), "template", None, ticket)
        meta = structs.replace(self._turn.metas[-1], g=f"{accepted.campaign}:{accepted.row}", k="template")
        self._turn.metas[-1] = meta
        number = self.changes.entries[-1].number
        after = _encode(structs.replace(accepted, entry=number))
        self.changes.entries[-1] = structs.replace(self.changes.entries[-1], meta=_encode(meta), after=after)

    def change_row(self, row: str, status: str = "", cause: str = "", ticket: str = "", answer: str = "") -> None:
        """What this turn means to a campaign's row."""
        self.changes.rows.append(RowChange(row, status, cause, ticket, answer))

    def count_busy(self, campaign: str, what: str) -> None:
        """What became of a campaign's message whose contact was in a conversation (D51)."""
        self.changes.counted.append((of_campaign(campaign), f"b:{what}", 1))

    def keep_answers(self, own: str, dialog: Dialog | None, answers: answered.Answers) -> None:
        """What was answered, to the results of the campaign.

        `own` is the campaign's dialog; the answers of another that followed it stand under its name (F018).
        """
        if not self.row or dialog is None or not answers:
            return
        prefix = "" if dialog.name == own else f"{dialog.name}."
        self.changes.rows.append(RowChange(self.row, answers=_encode(answered.told(answers, prefix))))
        counts = of_campaign(self.row.rpartition(":")[0])
        self.changes.counted += [(counts, what, by) for what, by in answered.tallies(dialog, answers, prefix)]

    def keep_row(self, effects: Sequence[AnyEffect], moved: Session | None) -> None:
        """What follows a campaign's dialog counts for its row, also once its ticket is closed."""
        field = self.contact.row_field(self.channel.name)
        goes_on = moved is not None and moved.phase != "ended"
        if self.row and goes_on and any(isinstance(effect, EndDialog) for effect in effects):
            self.changes.set_fields[field] = self.row
        elif not goes_on and self.contact.text(field):
            self.changes.remove_fields.append(field)

    def _as_read(self, send: Send) -> str:
        """What the contact reads, kept in the words of today: the template may change, the conversation may not."""
        if isinstance(send, SendTemplate):
            with contextlib.suppress(SendFailed):  # it will not leave either
                return self.channel.template_text(send)
        return text_of_send(send)

    def void_what_waits(self) -> None:
        """What the bot still had to say must not leave any more (D53); the script that starts a send looks at this."""
        self.changes.set_fields[f"void:{self.channel.name}"] = self._first_entry - 1

    def keep_unfit(self, session: Session, effects: Sequence[AnyEffect]) -> None:
        asked = (self.contact.id, session.dialog, session.version)
        for one in effects:
            if isinstance(one, RecordUnfit):
                self.changes.unfit.append(_encode(Unfit(self.now_ms, *asked, one.state, one.text, one.attempt)))

    def answer(self, outcome: Outcome) -> None:
        """What became of the request that this event is."""
        if isinstance(self.event, TicketEvent):
            self.changes.request, self.changes.outcome = self.event.request, _encode(outcome)

    def turn(
        self,
        session: Session | None,
        moved: Session | None,
        sends: Sequence[Send],
        effects: Sequence[AnyEffect],
        ticket: Ticket | None,
    ) -> Turn:
        """The finished turn, with its line in the journal and, where people have the contact, in the feed."""
        event, turn = self.event, self._turn
        turn.came_from = session.state if session and session.phase != "ended" else ""
        turn.now_in = moved.state if moved else ""
        turn.session = moved
        told = [effect for effect in effects if type(effect) not in _TOLD_OTHERWISE]
        turn.unfit = [effect.state for effect in told if isinstance(effect, RecordUnfit)]
        turn.flags = [effect.cause for effect in told if isinstance(effect, Flag)]
        ours = event if isinstance(event, TicketEvent) else None
        line = Line(
            at=self.now_ms,
            event=_happened(event, session, moved, ticket),
            channel=self.channel.name,
            number=self.number,
            text=self.remark or text_of_event(event),
            dialog=moved.dialog if moved else "",
            came_from=turn.came_from,
            now_in=turn.now_in,
            cause=moved.cause if moved else "",
            sent=tuple([(number, self._as_read(send)) for number, send in enumerate(sends, self._first_entry)]),
            effects=tuple(map(name_of, told)),
            ticket=ticket.number if ticket else 0,
            by=ours.by if ours else "",
            by_name=ours.by_name if ours else "",
            queued=self.queued,
            closed=self.closed,
            begun=moved is not None and (session is None or moved.started_at != session.started_at),
            late=max(0, (self.now_ms - round(event.at.timestamp() * 1000)) // 1000),
            facts=facts_of_event(event) | self.facts,
        )
        if ticket is not None or ours is None:  # else it was refused
            self.changes.journal.append(_encode(line))
        if ticket is not None and (ours or desk.is_told(self.before, ticket)):
            before = self.before or ticket
            was_in = before.department if before.department != ticket.department else None
            was_of = before.owner if before.owner != ticket.owner else None
            self.changes.feed.append(_encode(FeedLine(ticket, line, was_in, was_of)))
        return turn


def _happened(event: AnyEvent, session: Session | None, moved: Session | None, ticket: Ticket | None) -> str:
    """What came, in the journal's word: a reminder is no end of a wait (F054), nor is the end of a burst (B02)."""
    match event:
        case TimedOut() if session and session.burst is not None and moved is not session:
            return "gathered"
        case TimedOut() if session and moved and moved.state == session.state and moved.reminded > session.reminded:
            return "reminded"
        case TicketTimedOut() if ticket is not None and ticket.state == "waiting":
            return "ticket_reminded"
    return str(type(event).__struct_config__.tag)
