"""Who talks in a transcript: one contact or several, each with a rehearsal of its own, on one clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.effects import AnyEffect
from bot_runtime.dialogs.general import General
from bot_runtime.dialogs.languages import tag_of
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing.rehearsal import BEGINS_AT, Rehearsal, Scene
from bot_runtime.dialogs.rehearsing.standins import Scripted
from bot_runtime.dialogs.session import About, Value

ALONE = ""  # the name of the contact where there is just one


@dataclass(frozen=True, slots=True)
class Part:
    """One contact: what is known of them and what is given for them."""

    about: About
    given: Mapping[str, Value] = field(default_factory=dict)


def parts_of(data: Mapping[str, Any]) -> dict[str, Part]:
    """The contacts of a transcript, in order; what one doesn't say of channel and data is that of the file."""
    listed = _mapping(data, "contacts")
    described = {str(name): one if isinstance(one, dict) else {} for name, one in listed.items()}
    return {
        name: Part(_about(one, data), {**_mapping(data, "given"), **_mapping(one, "given")})
        for name, one in (described or {ALONE: _mapping(data, "contact")}).items()
    }


def _about(contact: Mapping[str, Any], data: Mapping[str, Any]) -> About:
    kind = str(contact.get("channel") or data.get("channel") or "whatsapp")
    return About(
        contact_id=str(contact.get("id") or ""),
        contact_name=str(contact.get("name") or ""),
        contact_phone=str(contact.get("phone") or ""),
        metadata={name: _stored(value) for name, value in _mapping(contact, "metadata").items()},
        language=tag_of(str(contact.get("language") or "")),
        channel=kind,
        channel_kind=kind,
    )


def _stored(value: Any) -> str:
    """A ticket's metadata as it is kept: yes and no are 1 and 0."""
    return str(int(value)) if isinstance(value, bool) else "" if value is None else str(value)


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def rehearse(
    dialog: Dialog,
    about: About,
    given: Mapping[str, Value],
    book: Book,
    at: datetime = BEGINS_AT,
    services: Scripted | None = None,
) -> Rehearsal:
    """A rehearsal of `dialog` alone: whatever the contact writes first begins it."""
    faq, called = General(book.general.faq), book.dialogs.values()
    alone = Book(
        [dialog],
        book.templates,
        book.language,
        dialog.name,
        given=given,
        called=called,
        answering=faq,
        documents=book.documents,
    )
    return Rehearsal(alone, dialog, book.placed(about), given, Scene(at=at), services)


class Cast:
    """The contacts of one run. `speaks` is whoever the present turn belongs to."""

    def __init__(
        self, dialog: Dialog, parts: Mapping[str, Part], book: Book, at: datetime, services: Scripted | None = None
    ) -> None:
        self._played = {
            name: rehearse(dialog, part.about, part.given, book, at, services) for name, part in parts.items()
        }
        self._unseen: dict[str, tuple[AnyEffect, ...]] = dict.fromkeys(parts, ())
        self.speaks = next(iter(parts))

    @property
    def rehearsal(self) -> Rehearsal:
        return self._played[self.speaks]

    def pass_time(self, duration: timedelta) -> tuple[AnyEffect, ...]:
        """Let time go by for everybody; what came to the others meanwhile is told with their next turn."""
        for name, rehearsal in self._played.items():
            self._unseen[name] += rehearsal.pass_time(duration)
        return ()

    def told(self, effects: tuple[AnyEffect, ...]) -> tuple[AnyEffect, ...]:
        """Everything that came to whoever speaks since their last turn, `effects` last."""
        before, self._unseen[self.speaks] = self._unseen[self.speaks], ()
        return before + effects
