"""A dialog written in a test, and a contact who talks to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.effects import AnyEffect, Send, SendMenu
from bot_runtime.dialogs.events import (
    AnyEvent,
    DialogRequested,
    LocationReceived,
    MediaReceived,
    OptionTapped,
    TextReceived,
    TimedOut,
)
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.schemas.shape import shape_problems
from bot_runtime.dialogs.session import About, Session

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def dialog_of(source: str) -> Dialog:
    return load_dialog(tree.read("dialogs/test.yaml", source.encode()), "en")


def problems_of(source: str) -> list[Problem]:
    """What `check` says of a dialog by itself, in both languages."""
    written = tree.read("dialogs/test.yaml", source.encode())
    problems = [*written.problems, *shape_problems(written, "dialog"), *check_dialog(written)]
    assert all(problem.line(language) for problem in problems for language in ("es", "en"))
    return problems


class Contact:
    """Talks through `converse`; the session is kept as JSON between turns, as the store does."""

    def __init__(self, *dialogs: str | Dialog, **book: Any) -> None:
        self.dialogs = [each if isinstance(each, Dialog) else dialog_of(each) for each in dialogs]
        self.book = Book(self.dialogs, **{"language": "en", "default_dialog": self.dialogs[0].name, **book})
        self.about = About(contact_name="Ana Pérez", contact_phone="+525512345678", channel="wa")
        self.versions = {each.version: each for each in self.dialogs}
        self.stored: bytes | None = None
        self.opted_out = False
        self.at = NOON
        self.effects: tuple[AnyEffect, ...] = ()

    @property
    def session(self) -> Session:
        assert self.stored is not None, "no session has begun"
        return msgspec.json.decode(self.stored, type=Session)

    @property
    def texts(self) -> list[str]:
        """What the bot said in the last turn."""
        return [getattr(effect, "text", "") for effect in self.effects if isinstance(effect, Send)]

    @property
    def menu(self) -> list[str]:
        """The labels shown in the last turn."""
        return [choice.label for effect in self.effects if isinstance(effect, SendMenu) for choice in effect.choices]

    def publishes(self, source: str) -> None:
        """A newer version of a dialog is there; sessions go on with the one they began with."""
        dialog = dialog_of(source)
        self.book.dialogs[dialog.name] = self.versions[dialog.version] = dialog

    def of(self, *kinds: type) -> list[AnyEffect]:
        return [effect for effect in self.effects if isinstance(effect, kinds)]

    def take(self, event: AnyEvent) -> "Contact":
        session = self.session if self.stored is not None else None
        pinned = self.versions.get(session.version) if session else None
        moved, self.effects = converse(self.book, session, pinned, event, self.about, self.opted_out, self.versions)
        self.stored = msgspec.json.encode(moved) if moved is not None else None
        self.at += timedelta(seconds=1)
        return self

    def says(self, *texts: str) -> "Contact":
        for text in texts:
            self.take(TextReceived(at=self.at, channel="wa", message_id="m", text=text))
        return self

    def taps(self, text: str, payload: str = "") -> "Contact":
        return self.take(OptionTapped(at=self.at, channel="wa", message_id="m", payload=payload, text=text))

    def sends(self, kind: str) -> "Contact":
        return self.take(MediaReceived(at=self.at, channel="wa", message_id="m", kind=kind, ref="r"))

    def shares(self, latitude: float, longitude: float) -> "Contact":
        place = {"latitude": latitude, "longitude": longitude, "name": "Café", "address": "Roma 1"}
        return self.take(LocationReceived(at=self.at, channel="wa", message_id="m", **place))

    def waits_in_vain(self, wait: int | None = None) -> "Contact":
        number = self.session.wait if wait is None else wait
        return self.take(TimedOut(at=self.at, channel="wa", wait=number))

    def is_called(self, dialog: str, **request: Any) -> "Contact":
        return self.take(DialogRequested(at=self.at, channel="wa", dialog=dialog, **request))
