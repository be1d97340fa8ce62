"""A contact's newest session on a channel, out of the journal, as a transcript that names nobody (B31)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing.recording import Happening, Recording, record
from bot_runtime.dialogs.rehearsing.rewriting import document
from bot_runtime.dialogs.session import About, Session
from bot_runtime.errors import BotRuntimeError
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.journal import Line
from bot_runtime.store.clock import from_ms
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.workspace import Workspace

_line = msgspec.json.Decoder(Line)
_FILE = re.compile(r"\[(\w+)\] ?(.*)", re.DOTALL)
_SILENT = frozenset(  # what moves no session
    {"reaction", "edited", "revoked", "send_refused", "agent_replied", "noted", "transferred", "data_changed"}
    | {"campaign_reached", "campaign_failed", "closed", "reopened", "resent", "entry_closed"}
    | {"due", "ticket_reminded", "responder_answered", "contact_changed", "window_closes"}
    | {"resent_by_hand", "sent_by_hand", "failed_by_hand"}
)


class NotRecorded(BotRuntimeError):
    """`code`: no_session, no_beginning (the journal no longer reaches back to it) or no_version."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Recorded:
    """`recording` of a session of `dialog` in `version`; `lines` of the journal went into it."""

    dialog: str
    version: str
    channel: str
    recording: Recording
    lines: int

    def written(self, comment: str) -> str:
        return document(self.recording.head, self.recording.turns, comment)


class Recordings:
    """Reads sessions of the workspace's contacts back from the store."""

    def __init__(self, store: Store, keys: Keys, workspace: Workspace) -> None:
        self._store, self._keys, self._workspace = store, keys, workspace
        self._definitions = Definitions(store, keys, "")

    async def of(self, contact: ContactId, channel: str = "") -> Recorded:
        """The newest session of `contact` on `channel`; on any where empty.

        Raises:
            NotRecorded: there is none that could be written down.
        """
        key = self._keys.contact(contact)
        fields = await self._store.command("HGETALL", key, key=key)
        known = Contact(contact, dict(zip(fields[::2], fields[1::2], strict=True)))
        session = _newest(known, [channel] if channel else list(self._workspace.channels))
        if session is None:
            raise NotRecorded("no_session")
        root = session.callers[0] if session.callers else session
        dialog = await self._definitions.pinned(root.dialog, root.version)
        if dialog is None:
            raise NotRecorded("no_version")
        key = self._keys.journal(contact)
        raw = await self._store.command("LRANGE", key, 0, -1, key=key)
        lines = _of_session([_line.decode(each) for each in raw], session.channel)
        if not lines:
            raise NotRecorded("no_beginning")
        kind = self._workspace.channels[session.channel].kind
        about = About(
            contact_id=contact,
            contact_name=known.text("name"),
            contact_phone=known.phone,
            language=known.text("language"),
            metadata=known.metadata(session.channel),
            channel=session.channel,
            channel_kind=kind,
        )
        happenings = [each for line in lines for each in happened(line)]
        recording = record(dialog, Book.of(self._workspace), about, dict(root.given), happenings)
        return Recorded(dialog.name, dialog.version, session.channel, recording, len(lines))


_TOLD_OF_FILES = frozenset({"mime", "filename", "trouble"})


def happened(line: Line) -> Iterator[Happening]:
    """What one line of the journal tells, in a transcript's words; nothing for what moves no session."""
    at, state = from_ms(line.at - line.late * 1000), line.now_in or None
    if line.event in _SILENT:
        return
    if "answers" in line.facts:  # a campaign's message of before, answered now: its dialog began in this very turn
        yield Happening(at, "start", "template")
    match line.event:
        case "text":
            yield Happening(at, "contact", line.text, state)
        case "tap":
            yield Happening(at, "tap", line.text, state)
        case "media":
            found = _FILE.fullmatch(line.text)
            kind, caption = found.groups() if found else ("document", "")
            told = {name: fact for name, fact in line.facts.items() if name in _TOLD_OF_FILES}
            yield Happening(at, "media", {"kind": kind, **({"caption": caption} if caption else {}), **told}, state)
        case "location":
            yield Happening(at, "location", line.facts or True, state)
        case "form":
            yield Happening(at, "form", line.facts.get("data", ""), state)
        case "other":
            yield Happening(at, "other", line.text.strip("[]"), state)
        case "service_answered":
            yield Happening(at, "service_answered", line.facts, state)
        case "outside":
            yield Happening(at, "event", (line.text, line.facts.get("data") or {}), state)
        case "start":
            yield Happening(at, "start", "template" if "template" in line.facts else "dialog", state)
        case "campaign_accepted":
            yield Happening(at, "start", "template", state)
        case "timed_out" | "ticket_timed_out" | "reminded" | "gathered":
            yield Happening(at, "timed_out", True, state)
        case "taken":
            yield Happening(at, "taken", True)
        case "given_back":
            yield Happening(at, "given_back", line.text or True, state)
        case _:
            yield Happening(at, line.event, line.facts, state)


def _newest(contact: Contact, channels: Sequence[str]) -> Session | None:
    found = [session for name in channels if (session := contact.session(name)) is not None]
    return max(found, key=lambda one: one.updated_at, default=None)


def _of_session(lines: Sequence[Line], channel: str) -> list[Line]:
    """From the turn that began the channel's newest session to now; empty when that is not kept any more."""
    own = [line for line in lines if line.channel == channel]
    began = next((n for n in range(len(own) - 1, -1, -1) if own[n].begun), None)
    return [] if began is None else own[began:]
