"""What the API tells of tickets: rows, one whole, and the lines of a history. Pure: from records, as they are kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import msgspec
from msgspec import structs

from bot_runtime.channels.errors import meaning
from bot_runtime.dialogs import engine
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session, Value
from bot_runtime.runtime.contact import SERVICE_WINDOW_S, Contact
from bot_runtime.runtime.journal import Line as JournalLine
from bot_runtime.store.clock import from_ms
from bot_runtime.store.outbox import Meta
from bot_runtime.tickets.model import Ticket
from bot_runtime.workspace import Metadata

From = Literal["contact", "bot", "agent", "note", "event"]

_HEARD = frozenset({"text", "tap", "media", "location", "form", "other", "reaction", "edited", "revoked"})
_NOT_SENT = frozenset({"failed", "unknown"})
_DONE = frozenset({"taken", "transferred", "given_back", "closed", "data_changed", "reopened"})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket in a list. Times are ISO 8601, null where it did not happen.

    `window_closes_at`: until when texts may be sent, on WhatsApp.
    """

    id: str
    number: int
    channel: str
    channel_kind: str
    state: str
    department: str
    owner: str
    owner_name: str
    contact_name: str
    address: str
    last_text: str
    last_at: str | None
    unread: int
    opened_at: str | None
    changed_at: str | None
    queued_at: str | None
    window_closes_at: str | None
    reason: str
    tags: tuple[str, ...]
    dialog: str


class TicketSession(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot's dialog knows; `title` is the one of the version that the session pinned."""

    dialog: str
    title: str
    state: str
    answers: dict[str, Value]
    given: dict[str, Value]


class TicketContact(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    address: str


class TicketData(msgspec.Struct, frozen=True, kw_only=True):
    """One metadata of a ticket. `value` null: none; `fixed`: the workspace no longer names it, so it is only shown."""

    id: str
    name: str
    type: Literal["text", "paragraph", "yes_no"]
    value: str | bool | None
    longest: int
    fixed: bool = False


class Whole(Row, frozen=True, kw_only=True):
    """`states`: where the bot can go on."""

    session: TicketSession | None
    states: tuple[str, ...]
    contact: TicketContact
    opted_out: bool
    metadata: tuple[TicketData, ...]


class Why(msgspec.Struct, frozen=True):
    """Why a message did not arrive and what to do about it, in both languages: the page knows its reader's."""

    en: str
    es: str


class File(msgspec.Struct, frozen=True):
    """What the contact sent; it is at `files/{id}` below the ticket. `mime` and `name` may be empty."""

    id: str
    kind: str
    mime: str
    name: str
    bytes: int


class Line(msgspec.Struct, frozen=True, kw_only=True, rename={"speaker": "from"}):
    """One line of a conversation. `entry` and `status` are of what we sent, `error` the provider's code for why not,
    `why` what it means.

    `event` says what happened where `from` is `event`, with its facts in `text`.
    """

    id: str
    at: str
    speaker: From
    text: str = ""
    by: str = ""
    by_name: str = ""
    entry: str = ""
    status: str | None = None
    error: str = ""
    why: Why | None = None
    event: str = ""
    file: File | None = None


_TIMES = ("last_at", "opened_at", "changed_at", "queued_at")
_AS_KEPT = tuple(name for name in Row.__struct_fields__ if name not in (*_TIMES, "channel_kind", "window_closes_at"))


def iso(at_ms: int) -> str | None:
    return from_ms(at_ms).isoformat(timespec="milliseconds") if at_ms else None


def row_of(ticket: Ticket, kinds: Mapping[str, str]) -> Row:
    """`kinds`: what each channel is, whatsapp or sms."""
    return Row(**_facts(ticket, kinds))


def whole_of(
    ticket: Ticket,
    kinds: Mapping[str, str],
    contact: Contact,
    pinned: Dialog | None,
    metadata: Sequence[Metadata],
) -> Whole:
    """`metadata` are the workspace's; `pinned` is the dialog version of the contact's session on the ticket's channel,
    if it still is known.
    """
    session = contact.session(ticket.channel)
    goes_on = session is not None and session.phase != "ended" and pinned is not None
    facts = _facts(structs.replace(ticket, heard_at=contact.heard_at(ticket.channel)), kinds)
    return Whole(
        **facts,
        session=_session_of(session, pinned) if session else None,
        states=tuple(engine.questions(pinned)) if goes_on and pinned else (),
        contact=TicketContact(
            id=ticket.contact,
            name=contact.text("name") or ticket.contact_name,
            address=contact.address(ticket.channel),
        ),
        opted_out=contact.consent(ticket.channel) is not None,
        metadata=tuple(data_of(ticket, metadata)),
    )


def data_of(ticket: Ticket, metadata: Sequence[Metadata]) -> Iterator[TicketData]:
    """Those of its department, in the workspace's order, and whatever else it carries."""
    left = dict(ticket.metadata)
    for one in metadata:
        kept = left.pop(one.id, "")
        if kept or one.serves(ticket.department):
            value = kept == "1" if kept and one.kind == "yes_no" else kept or None
            fixed = not one.serves(ticket.department)
            kind = cast("Any", one.kind)
            yield TicketData(id=one.id, name=one.name, type=kind, value=value, longest=one.longest, fixed=fixed)
    for name, value in left.items():
        yield TicketData(id=name, name=name, type="text", value=value, longest=0, fixed=True)


def lines_of(line: JournalLine, entries: Mapping[str, Meta], provider: str = "") -> list[Line]:
    """What a turn's journal line shows to the team: what came, what was said to it, what became of the conversation.

    `entries` are what the outbox still knows of the messages sent; of older ones no status is told. `provider`: whose
    error codes theirs are.
    """
    at, number = from_ms(line.at).isoformat(timespec="milliseconds"), str(line.number)
    by: dict[str, Any] = {"by": line.by, "by_name": line.by_name}
    shown: list[Line] = []
    if line.event in _HEARD:
        told = line.text or f"[{line.event}]"
        shown.append(Line(id=number, at=at, speaker="contact", text=told, file=_file(line)))
    elif line.event == "noted":
        shown.append(Line(id=number, at=at, speaker="note", text=line.text, **by))
    elif line.event in _DONE:
        shown.append(Line(id=number, at=at, speaker="event", text=line.text, event=line.event, **by))
    elif line.event == "campaign_accepted" and line.text:  # it joined a conversation that people have
        shown.append(Line(id=number, at=at, speaker="event", text=line.text, event="campaign_joined"))
    elif line.event == "window_closes":
        shown.append(Line(id=number, at=at, speaker="event", text=line.facts["closes_at"], event="window_closes"))
    elif line.event == "consent":
        back = any(effect == "consent opted_out=False" for effect in line.effects)
        shown.append(Line(id=number, at=at, speaker="event", event="opted_in" if back else "opted_out"))
    speaker: From = "agent" if line.event == "agent_replied" else "bot"
    for entry, text in line.sent:
        meta = entries.get(str(entry))
        shown.append(
            Line(
                id=f"{number}.{entry}",
                at=at,
                speaker=speaker,
                text=text,
                entry=str(entry),
                status=meta.s if meta else None,
                error=meta.e if meta else "",
                why=_why(meta, provider) if meta else None,
                **(by if speaker == "agent" else {}),
            )
        )
    if line.queued:
        shown.append(Line(id=f"{number}.handoff", at=at, speaker="event", text=line.queued, event="handoff"))
    if line.closed:
        shown.append(Line(id=f"{number}.closed", at=at, speaker="event", text=line.closed, event="closed"))
    return shown


def _file(line: JournalLine) -> File | None:
    facts = line.facts
    if line.event != "media" or not facts.get("file"):
        return None
    kind = line.text.partition("]")[0].removeprefix("[")
    return File(facts["file"], kind, facts.get("mime", ""), facts.get("filename", ""), facts.get("bytes", 0))


def _why(meta: Meta, provider: str) -> Why | None:
    if not meta.e or not provider or meta.s not in _NOT_SENT:
        return None
    told = meaning(provider, meta.e)
    return Why(told.en, told.es)


def sent_by(lines: Iterable[JournalLine]) -> list[int]:
    """The outbox entries that these lines sent."""
    return [entry for line in lines for entry, _ in line.sent]


def _facts(ticket: Ticket, kinds: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(ticket, name) for name in _AS_KEPT}
    facts |= {name: iso(getattr(ticket, name)) for name in _TIMES}
    kind = kinds.get(ticket.channel, "")
    closes_at = ticket.heard_at + SERVICE_WINDOW_S * 1000 if kind == "whatsapp" and ticket.heard_at else 0
    return facts | {"channel_kind": kind, "window_closes_at": iso(closes_at)}


def _session_of(session: Session, pinned: Dialog | None) -> TicketSession:
    return TicketSession(
        dialog=session.dialog,
        title=(pinned.title if pinned else "") or session.dialog,
        state=session.state,
        answers=session.answers,
        given=session.given,
    )
