"""What happened to a contact, in the past tense: the only things a session moves on.

Every event is kept as JSON in the contact's inbox until the turn that took it is saved.
"""

from datetime import datetime
from typing import Any

import msgspec

Value = str | int | float | bool | list[str] | None


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", omit_defaults=True):
    """`at`: when it was accepted here (aware, UTC, on the store's clock); the only time a turn knows."""

    at: datetime


class Inbound(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something the contact did on a channel.

    `message_id` is the provider's; `sent_at` the provider's time; `quoted` the provider's id of the message this one
    answers, where told; `profile_name` what the channel calls the contact.
    """

    channel: str
    message_id: str
    sent_at: datetime | None = None
    quoted: str | None = None
    profile_name: str | None = None


class TextReceived(Inbound, frozen=True, tag="text"):
    text: str


class OptionTapped(Inbound, frozen=True, tag="tap"):
    """A button or list row. `payload` is what we (or the template) set; `text` what the contact saw."""

    payload: str
    text: str


class MediaReceived(Inbound, frozen=True, tag="media"):
    """`kind`: image, audio, video, document or sticker. `ref`: the provider's media id or URL.

    Once it was fetched: `file` is its id here and `bytes` its size; else `trouble`: too_large, gone, unreachable, full.
    """

    kind: str
    ref: str
    mime: str = ""
    caption: str = ""
    filename: str = ""
    file: str = ""
    bytes: int = 0
    trouble: str = ""


class LocationReceived(Inbound, frozen=True, tag="location"):
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class FormReceived(Inbound, frozen=True, tag="form"):
    """A WhatsApp form was filled in: `data` is its fields as JSON, as the provider gave it, broken or not."""

    data: str


class OtherReceived(Inbound, frozen=True, tag="other"):
    """A message of a kind no dialog reads yet (`kind`: contacts, order, unsupported…); it counts as an answer."""

    kind: str


class ReactionReceived(Inbound, frozen=True, tag="reaction"):
    """`emoji` is empty when a reaction was taken back. Never an answer (D06)."""

    emoji: str
    target: str


class MessageEdited(Inbound, frozen=True, tag="edited"):
    text: str
    target: str


class MessageRevoked(Inbound, frozen=True, tag="revoked"):
    target: str


class ConsentChanged(Inbound, frozen=True, tag="consent"):
    """The provider reports that the contact opted out of (or back into) our messages."""

    opted_out: bool
    evidence: str = ""


class TimedOut(Event, frozen=True, tag="timed_out"):
    """The wait `wait` of the session on `channel` ran out at `due_at`. A session that no longer waits on it ignores
    this; so does a turn that finds, behind it in the inbox, a message sent before `due_at` (D04)."""

    channel: str
    wait: int
    due_at: datetime | None = None


class SendRefused(Event, frozen=True, tag="send_refused"):
    """The provider refused a message and would have taken another in its place (class F): a template, not free text.

    `wait`: the wait that began with it, 0 for none; `code`: the provider's.
    """

    channel: str
    wait: int
    code: str


class ServiceAnswered(Event, frozen=True, kw_only=True, tag="service_answered"):
    """The web service that the session on `channel` called as its wait `wait` answered, or will not any more.

    `values` are the parts to keep; `error` names what went wrong, empty when all went well; `status` is the answer's,
    0 when there was none. A session that no longer waits on it ignores this. `key` is the call's.
    """

    channel: str
    wait: int
    key: str = ""
    values: dict[str, Value] = {}
    status: int = 0
    error: str = ""


class ResponderAnswered(Event, frozen=True, kw_only=True, tag="responder_answered"):
    """The responder answered the message `asked` with `text`, or did not (`error` says why).

    `wait`: the session's when it was asked, 0 for none. A session that has gone on since ignores this. `key`: the
    call's.
    """

    channel: str
    wait: int
    key: str = ""
    asked: str
    text: str = ""
    error: str = ""


class ContactChanged(Event, frozen=True, kw_only=True, tag="contact_changed"):
    """A person or another system (`by`) entered what is known of the contact; None: not that. Empty: it is taken away.

    `channel` is one the contact is met on; `request` is where the outcome goes.
    """

    channel: str
    name: str | None = None
    language: str | None = None
    request: str = ""
    by: str = ""


class OutsideEvent(Event, frozen=True, kw_only=True, tag="outside"):
    """Something happened outside that a session may wait for (`on:`): `name`, with `data`. `by`: who told us.

    `request` is where the outcome goes; events of the same `key` count once.
    """

    channel: str
    name: str
    data: dict[str, Any] = {}
    key: str = ""
    request: str = ""
    by: str = ""


class DialogRequested(Event, frozen=True, tag="start"):
    """We were asked to start `dialog` with the contact on `channel`, by its template where it has one.

    `given` fills the dialog's `needs`. `template` names the HSM to send (its parameters in order); None: just begin.
    """

    channel: str
    dialog: str
    template: str | None = None
    language: str = ""
    parameters: tuple[str, ...] = ()
    given: dict[str, Value] = {}


class DialogDue(Event, frozen=True, tag="due"):
    """The time has come for the dialog that was to follow (`BeginLater`); `number` says which of the contact's."""

    channel: str
    number: int
    due_at: datetime | None = None


class Reminding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a recipient is told again `after_s` the provider took the message: a text or a template (F054)."""

    after_s: int
    say: str = ""
    template: str = ""
    language: str = ""
    parameters: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()


class LateAnswers(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of a message that comes within `within_h` hours of a wait that ended in silence (D05).

    `reopen`: it is the answer, and the ticket reopens; `new`: it is an ordinary message; `say`: it is answered with the
    text `say` and nothing else. Later than that it is an ordinary message, and no campaign's.
    """

    policy: str = "reopen"
    within_h: int = 24
    say: str = ""


class CampaignReached(Event, frozen=True, kw_only=True, tag="campaign_reached"):
    """A campaign's turn has come for this contact: row `row` of its list. What the row brought fills the template.

    `late` None: as is usual. `busy`: what is to be done where they are in a conversation (D51); `held_ms`: since when
    the row waits until they are free, 0: it does not.
    """

    channel: str
    campaign: str
    row: int
    template: str
    language: str = ""
    parameters: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    informative: bool = False
    wait_s: int = 0
    remind: tuple[Reminding, ...] = ()
    late: LateAnswers | None = None
    busy: str = "send_only"
    held_ms: int = 0
    dialog: str = ""
    department: str = ""
    given: dict[str, str] = {}
    metadata: dict[str, str] = {}


class CampaignAccepted(CampaignReached, frozen=True, kw_only=True, tag="campaign_accepted"):
    """The provider took that message at `accepted_ms`: its ticket is born (D50). `entry` numbers the message;
    `message_id` is the provider's, where it is known by then."""

    entry: int = 0
    accepted_ms: int = 0
    message_id: str = ""


class CampaignFailed(Event, frozen=True, kw_only=True, tag="campaign_failed"):
    """The provider took a campaign's message and could not deliver it: its ticket waits for nothing."""

    channel: str
    campaign: str
    row: int


class DialogReplaced(Event, frozen=True, kw_only=True, tag="dialog_replaced"):
    """A new version of `dialog` was published, and whoever is inside an earlier one is to be moved to it.

    `number`: the version's; the move under it says where to.
    """

    channel: str
    dialog: str
    number: int


class TicketTimedOut(Event, frozen=True, tag="ticket_timed_out"):
    """The wait of a campaign's ticket ended at `due_at`; a ticket that no longer waits ignores this."""

    channel: str
    ticket: int
    due_at: datetime | None = None


class WindowCloses(Event, frozen=True, kw_only=True, tag="window_closes"):
    """WhatsApp's window for the conversation on `channel` is about to close; `due_at` is when this had to be said."""

    channel: str
    due_at: datetime


class TicketEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What a person of the team did with a ticket. `by` is their login, `request` the id their page gave it.

    `supervises`: they may act on tickets of others (supervisor of the department, administrator).
    """

    channel: str
    ticket: int
    by: str
    by_name: str = ""
    supervises: bool = False
    request: str = ""


class TicketTaken(TicketEvent, frozen=True, tag="taken"):
    """`from_owner`: whose ticket they were shown it is, and confirmed to take over (D59)."""

    from_owner: str = ""


class AgentReplied(TicketEvent, frozen=True, tag="agent_replied"):
    text: str


class NoteAdded(TicketEvent, frozen=True, tag="noted"):
    """Seen by the team alone (F237)."""

    text: str


class TicketTransferred(TicketEvent, frozen=True, tag="transferred"):
    """To a department's queue, or to a person of it (`to`)."""

    department: str
    to: str = ""
    to_name: str = ""
    note: str = ""


class TicketGivenBack(TicketEvent, frozen=True, tag="given_back"):
    """To the bot: at a named state, or where it stopped."""

    state: str = ""


class TicketClosed(TicketEvent, frozen=True, tag="closed"):
    reason: str


class TicketDataChanged(TicketEvent, frozen=True, tag="data_changed"):
    """Values of the ticket's metadata, by id: yes/no as 1 and 0, empty to take it away. `told`: the same for people."""

    values: dict[str, str]
    told: str = ""


class TicketReopened(TicketEvent, frozen=True, tag="reopened"):
    pass


Message = TextReceived | OptionTapped | MediaReceived | LocationReceived | FormReceived | OtherReceived
AnyInbound = Message | ReactionReceived | MessageEdited | MessageRevoked | ConsentChanged
AnyTicketEvent = (
    TicketTaken
    | AgentReplied
    | NoteAdded
    | TicketTransferred
    | TicketGivenBack
    | TicketClosed
    | TicketDataChanged
    | TicketReopened
)
AnyCampaignEvent = CampaignReached | CampaignAccepted | CampaignFailed | TicketTimedOut
AnyOutside = ServiceAnswered | ResponderAnswered | OutsideEvent
AnyTimed = TimedOut | SendRefused | DialogRequested | DialogDue | DialogReplaced | WindowCloses
AnyEvent = AnyInbound | AnyTimed | AnyOutside | AnyTicketEvent | AnyCampaignEvent | ContactChanged
