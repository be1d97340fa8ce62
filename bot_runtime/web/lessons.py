"""What authors learn from live conversations, over the API: what fitted nothing, sessions as tests (B28, B31)."""

from typing import Annotated, Protocol

import msgspec

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing.unexpected import Group, grouped, judge
from bot_runtime.dialogs.session import About
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.runtime.recorded import NotRecorded, Recordings
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.unfit import read_unfit
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.contacts import NO_CONTACT
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.workspace import Workspace

NOT_RECORDED = {
    "no_session": Phrase(
        "no_session", "the contact has had no session there", "el contacto no ha tenido ninguna sesión ahí"
    ),
    "no_beginning": Phrase(
        "no_beginning",
        "the journal no longer reaches back to the session's beginning",
        "el diario ya no llega hasta el comienzo de la sesión",
    ),
    "no_version": Phrase(
        "no_version",
        "the store no longer has the dialog version that the session began with",
        "el almacén ya no tiene la versión del diálogo con que empezó la sesión",
    ),
}
NO_CHANNEL = Phrase("unknown_channel", "there is no channel '{got}'", "no existe el canal '{got}'")


class UnexpectedQuery(Body):
    """`dialog`: only this one's. `all`: those that are understood by now, too. The busiest questions come first."""

    dialog: str = ""
    all: bool = False
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class Unexpected(msgspec.Struct, frozen=True):
    """Answers to one question that mean the same; `text` is how they were written most."""

    id: str
    dialog: str
    state: str
    text: str
    count: int
    contacts: int
    examples: list[str]
    versions: list[str]
    first_at: str
    last_at: str
    understood: bool


class UnexpectedList(msgspec.Struct, frozen=True):
    """`groups`: as many as were asked for, of `total`."""

    groups: list[Unexpected]
    total: int


class TranscriptQuery(Body):
    """`channel`: whose session; the one used last where empty."""

    channel: str = ""


class Stray(msgspec.Struct, frozen=True):
    """Where the live session did otherwise than its replay; `turn` counts from 1."""

    turn: int
    what: str


class Transcript(msgspec.Struct, frozen=True):
    """`transcript`: a file for `tests/`, without names, numbers or free texts."""

    dialog: str
    version: str
    channel: str
    transcript: str
    strays: list[Stray]


class Place(Protocol):
    """What these calls need of the server."""

    store: Store
    keys: Keys

    @property
    def workspace(self) -> Workspace: ...


def lesson_routes(place: Place, contacts: OutsideEvents) -> list[Route]:
    async def unexpected(call: Call[None]) -> UnexpectedList:
        answers = await read_unfit(place.store, place.keys)
        groups = grouped(one for one in answers if call.query.dialog in ("", one["dialog"]))
        judge(groups, place.workspace.dialogs, Book.of(place.workspace).placed(About()))
        groups = [one for one in groups if call.query.all or not one.understood]
        return UnexpectedList([_told(one) for one in groups[: call.query.limit]], len(groups))

    async def transcript(call: Call[None]) -> Transcript:
        channel = call.query.channel
        if channel and channel not in place.workspace.channels:
            raise ApiError(422, NO_CHANNEL, field="channel", got=channel)
        contact = await contacts.find(call.path["contact"])
        if contact is None:
            raise ApiError(404, NO_CONTACT)
        try:
            found = await Recordings(place.store, place.keys, place.workspace).of(contact, channel)
        except NotRecorded as error:
            raise ApiError(404, NOT_RECORDED[error.code]) from error
        strays = [Stray(turn, what) for turn, what in found.recording.strays]
        return Transcript(found.dialog, found.version, found.channel, found.written(""), strays)

    reads = needs(role="supervisor", scope="dialogs:read", author=True)
    return [
        Route(
            "GET",
            "/unexpected",
            unexpected,
            reads,
            "The answers that fitted no question, grouped by what they mean.",
            query=UnexpectedQuery,
            answer=UnexpectedList,
        ),
        Route(
            "GET",
            "/contacts/{contact}/transcript",
            transcript,
            reads,
            "A contact's newest session as a test that takes the same path, redacted.",
            query=TranscriptQuery,
            answer=Transcript,
        ),
    ]


def _told(group: Group) -> Unexpected:
    return Unexpected(
        group.id,
        group.dialog,
        group.state,
        group.text,
        group.count,
        group.contacts,
        group.examples,
        group.versions,
        group.first_at,
        group.last_at,
        group.understood,
    )
