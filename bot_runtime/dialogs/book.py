"""What a brand has published, as its conversations look it up: which dialog begins, what a template says and asks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import structs

from bot_runtime.dialogs import words
from bot_runtime.dialogs.calls import Shelf
from bot_runtime.dialogs.documents import NO_DOCUMENTS, Document
from bot_runtime.dialogs.general import NOTHING, General
from bot_runtime.dialogs.hours import Hours
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Value
from bot_runtime.dialogs.texts import Own


class Button(Protocol):
    """A template's button. `kind`: reply or url; a reply's `payload` is what a tap brings back."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def payload(self) -> str: ...


class Template(Protocol):
    """An approved template: its words, where `{{1}}`, `{{2}}`… stand for `parameters`, and its buttons.

    `header` is `{"text": …}` or `{"image": …}`.
    """

    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def header(self) -> Mapping[str, str] | None: ...
    @property
    def body(self) -> str: ...
    @property
    def footer(self) -> str: ...
    @property
    def parameters(self) -> Sequence[str]: ...
    @property
    def buttons(self) -> Sequence[Button]: ...


class Channel(Protocol):
    @property
    def default_dialog(self) -> str | None: ...
    @property
    def default_country(self) -> str | None: ...


class Metadata(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Department(Protocol):
    @property
    def hours(self) -> Hours: ...


class Published(Protocol):
    """What a workspace has for its conversations."""

    @property
    def dialogs(self) -> Mapping[str, Dialog]: ...
    @property
    def templates(self) -> Mapping[Any, Template]: ...
    @property
    def language(self) -> str: ...
    @property
    def default_dialog(self) -> str | None: ...
    @property
    def channels(self) -> Mapping[str, Channel]: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def departments(self) -> Mapping[str, Department]: ...
    @property
    def texts(self) -> Own: ...
    @property
    def general(self) -> General: ...
    @property
    def documents(self) -> Mapping[str, Document]: ...
    @property
    def metadata(self) -> Sequence[Metadata]: ...


class Book:
    """The dialogs and templates a brand has published now, and what makes each dialog begin."""

    def __init__(
        self,
        dialogs: Iterable[Dialog],
        templates: Iterable[Template] = (),
        language: str = "es",
        default_dialog: str | None = None,
        default_by_channel: Mapping[str, str | None] | None = None,
        given: Mapping[str, Value] | None = None,
        country_by_channel: Mapping[str, str | None] | None = None,
        time_zone: str = "",
        called: Iterable[Dialog] = (),
        hours: Mapping[str, Hours] | None = None,
        own_texts: Own | None = None,
        answering: General = NOTHING,
        documents: Mapping[str, Document] = NO_DOCUMENTS,
        yes_no: Collection[str] = (),
    ) -> None:
        """`given`: data for the dialogs that a message begins; a rehearsal makes it up. `called`: dialogs that no
        message begins, only another dialog."""
        self.country_by_channel = {name: code for name, code in (country_by_channel or {}).items() if code}
        self._country = next(iter(self.country_by_channel.values()), "")
        self.time_zone = time_zone
        self.hours = hours or {}
        self.texts = own_texts or {}
        self.yes_no = frozenset(yes_no)
        self.given = given or {}
        self.general = answering
        self.documents = documents
        begun = {dialog.name: dialog for dialog in dialogs}
        self.dialogs = {dialog.name: dialog for dialog in called} | begun
        self.language = language
        self.templates = tuple(templates)
        self._default = default_dialog or next((one.name for one in begun.values() if one.starts.default), "")
        self._default_by_channel = {name: dialog for name, dialog in (default_by_channel or {}).items() if dialog}
        self._by_keyword = {words.fold(word): dialog for dialog in begun.values() for word in dialog.starts.keywords}

    @classmethod
    def of(cls, workspace: Published) -> "Book":
        return cls(
            workspace.dialogs.values(),
            workspace.templates.values(),
            workspace.language,
            workspace.default_dialog,
            {name: channel.default_dialog for name, channel in workspace.channels.items()},
            country_by_channel={name: channel.default_country for name, channel in workspace.channels.items()},
            time_zone=workspace.time_zone,
            hours={name: department.hours for name, department in workspace.departments.items()},
            own_texts=workspace.texts,
            answering=workspace.general,
            documents=workspace.documents,
            yes_no=[one.key for one in workspace.metadata if one.kind == "yes_no"],
        )

    def placed(self, about: About) -> About:
        """`about` with the country of its channel (of the first that has one, where it has none), our time zone, our
        departments' hours and our own texts."""
        country = about.country or self.country_by_channel.get(about.channel, self._country)
        zone, hours, own = about.time_zone or self.time_zone, about.hours or self.hours, about.texts or self.texts
        metadata = {key: self._of_kind(key, value) for key, value in about.metadata.items()} if about.metadata else {}
        return structs.replace(about, country=country, time_zone=zone, hours=hours, texts=own, metadata=metadata)

    def _of_kind(self, key: str, value: Value) -> Value:
        """Tickets carry yes and no as 1 and 0 (D27)."""
        return value == "1" if key in self.yes_no and value in ("0", "1") else value

    def shelf(self, versions: Mapping[str, Dialog]) -> Shelf:
        """Where calls find their dialogs: the newest here, those that a session pinned in `versions`."""
        return Shelf(self.dialogs, versions)

    def called_by(self, text: str) -> Dialog | None:
        """The dialog that the whole message `text` is a keyword of."""
        return self._by_keyword.get(words.fold(text)) if text else None

    def starting(self, channel: str, text: str) -> Dialog | None:
        """The dialog that the whole message `text` calls by keyword, else the one `channel` begins by itself."""
        return self.called_by(text) or self.dialogs.get(self._default_by_channel.get(channel, self._default))

    def bound(self, dialog: str, channel: str, template: str) -> Dialog | None:
        """`dialog` where it waits for the answers to `template`. None: it is gone, or it is what `channel` answers in
        any case: that knows nothing of the template, and takes the answer like any other message (F013)."""
        found = self.dialogs.get(dialog)
        if found is None or found.starts.template == template:
            return found
        usual = self._default_by_channel.get(channel, self._default)
        return None if dialog == usual else found

    def template(self, name: str, language: str) -> Template | None:
        """The template in `language`, else in the first language it was approved in."""
        approved = [one for one in self.templates if one.name == name]
        return next((one for one in approved if one.language == language), approved[0] if approved else None)

    def payload_of(self, template: str, text: str, numbered: bool) -> str | None:
        """What a tap on the button of `template` that says `text` would bring back, in any of its languages.

        `numbered`: the channel shows the buttons as a numbered list, so that their numbers mean them too.
        """
        said = words.fold(text)
        for one in self.templates:
            replies = [button for button in one.buttons if button.kind == "reply"] if one.name == template else ()
            for number, button in enumerate(replies, 1):
                if words.folded(button.text) == said or (numbered and said == str(number)):
                    return button.payload
        return None
