"""A play: a rehearsal with commands, a memory of its turns and a screen to show them on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from bot_runtime.cli.authoring import Words
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.drawing.graph import duration_text
from bot_runtime.dialogs.effects import AnyEffect, Send
from bot_runtime.dialogs.formats import listed
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.rehearsing.expectations import worth_checking
from bot_runtime.dialogs.rehearsing.rehearsal import CannotHandOver, Rehearsal, Scene, act
from bot_runtime.dialogs.rehearsing.rewriting import document
from bot_runtime.dialogs.rehearsing.standins import Collected, NotAwaited, NothingAsked
from bot_runtime.dialogs.requests import ERRORS
from bot_runtime.dialogs.session import About, Session, Value

MEDIA = ("image", "audio", "video", "document", "sticker", "location")


class Screen(Protocol):
    """Where a conversation is shown and lines come from."""

    def lines(self) -> Iterator[str]: ...
    def contact(self, text: str) -> None: ...
    def bot(self, text: str) -> None: ...
    def note(self, text: str) -> None: ...


Last = tuple[dict[str, Any], Sequence[AnyEffect], Session | None]  # what was done, what followed, the session before


class Moment(NamedTuple):
    """What a play goes back to."""

    scene: Scene
    turns: list[dict[str, Any]]
    collected: Collected
    last: Last


class Play:
    """A rehearsal that remembers its turns, to take them back or to write them down."""

    def __init__(self, dialog: Dialog, book: Book, about: About, words: Words, screen: Screen) -> None:
        self.dialog, self.about, self.words, self.screen = dialog, about, words, screen
        self.given = example_data(dialog)
        self.rehearsal: Rehearsal = transcripts.rehearse(dialog, about, self.given, book)
        self.turns: list[dict[str, Any]] = []
        self.collected = Collected()
        self.before: list[Moment] = []
        self._last: Last = ({}, (), None)

    def take(self, line: str) -> bool:
        """Do what one line says; False ends the play."""
        text = line.rstrip("\r\n")
        if not text.strip():
            return True
        if text.startswith("/") and not text.startswith("//"):
            word, _, rest = text[1:].partition(" ")
            return self._command(word.lower(), rest.strip())
        self.do("contact", text.removeprefix("/") if text.startswith("//") else text)
        return True

    def do(self, key: str, value: Any, **more: Any) -> None:
        """One turn: do it, show what came of it, remember it.

        Raises:
            NotAwaited, CannotHandOver: it cannot happen now.
        """
        before = self._now()
        effects = self._happens(key, value, more)
        self.before.append(before)
        if key in ("contact", "tap"):
            self.screen.contact(value)
        self._remember(
            {key: value, **{name: told for name, told in more.items() if told}}, effects, before.scene.session
        )
        self._show(effects)

    def answer(self, answer: Mapping[str, Any]) -> None:
        """The web service that was asked answers; what follows belongs to the turn it comes in.

        Raises:
            NothingAsked: none was.
        """
        if self.rehearsal.scene.asked is not None and self.collected.must_wait(
            self.rehearsal.scene.at, len(self.turns)
        ):
            self.do("after", "1s")
        scene, before = self.rehearsal.scene, self._now()
        effects = self.rehearsal.answer(answer)
        self.before.append(before)
        self.collected.answered(answer, scene.at)
        done, earlier, session = self._last
        self.turns.pop()
        self._remember(done, (*earlier, *effects), session)
        self._show(effects)

    def _now(self) -> Moment:
        return Moment(self.rehearsal.scene, list(self.turns), self.collected.copy(), self._last)

    def _remember(self, done: dict[str, Any], effects: Sequence[AnyEffect], before: Session | None) -> None:
        got = transcripts.happened(self.rehearsal, effects)
        self.turns.append({**done, **worth_checking(got, before)})
        self._last = (done, effects, before)
        asked = self.rehearsal.scene.asked
        if asked is not None and any(effect is asked.call for effect in effects):
            self.collected.asked(asked.state, self.rehearsal.scene.at, len(self.turns))

    def _show(self, effects: Sequence[AnyEffect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self.screen.bot(self.rehearsal.text_of(effect))
        for each in transcripts.happened(self.rehearsal, effects)["effects"]:
            self.screen.note(_shown(each, self.words.language))
        self.screen.note(self.state())

    def state(self) -> str:
        """Where the session stands, on one line."""
        session = self.rehearsal.scene.session
        if session is None:
            return self.words("none")
        place = session.state if session.dialog == self.dialog.name else f"{session.dialog} · {session.state}"
        parts = [self.words("state", state=place)]
        parts += [f"{name}: {_value(value, self.words.language)}" for name, value in session.answers.items()]
        if session.phase == "ended":
            parts.append(self.words("ended", cause=session.cause))
        elif session.phase == "quiet":
            parts.append(self.words("quiet"))
        return " · ".join(parts)

    def transcript(self) -> str:
        head: dict[str, Any] = {"dialog": self.dialog.name}
        if self.given:
            head["given"] = self.given
        contact = {"name": self.about.contact_name, "language": self.about.language}
        if any(contact.values()):
            head["contact"] = {key: value for key, value in contact.items() if value}
        head["channel"] = self.about.channel
        services = self.collected.services
        if services:
            head["services"] = services
        return document(head, self.turns, self.words("comment"))

    def _happens(self, key: str, value: Any, more: Mapping[str, Any]) -> Sequence[AnyEffect]:
        match key:
            case "contact":
                return self.rehearsal.say(value)
            case "after":
                duration = transcripts.duration(value)
                assert duration is not None  # _command looked
                return self.rehearsal.pass_time(duration)
            case "event":
                return self.rehearsal.happen(value, more.get("data"))
        return act(self.rehearsal, key, value)

    def _command(self, word: str, rest: str) -> bool:
        said = self.screen.note
        match word:
            case "quit" | "exit" | "q":
                return False
            case "after" if transcripts.duration(rest) is None:
                said(self.words("no_duration"))
            case "after":
                self.do("after", rest)
            case "tap":
                self._tap(rest)
            case "media" if rest in MEDIA:
                self.do(*(("location", True) if rest == "location" else ("media", rest)))
            case "state":
                said(self._in_full())
            case "undo" if self.before:
                self.rehearsal.scene, self.turns, self.collected, self._last = self.before.pop()
                said(self.words("undone"))
                said(self.state())
            case "undo":
                said(self.words("nothing_to_undo"))
            case "restart":
                self.rehearsal.scene = Scene()
                self.before.clear()
                self.turns.clear()
                self.collected = Collected()
                said(self.words("restarted"))
            case "form" | "service" | "event" | "taken" | "given_back":
                self._outside(word, rest)
            case "help" | "media":
                said(self.words("help"))
            case _:
                said(self.words("unknown", name=word))
        return True

    def _outside(self, word: str, rest: str) -> None:
        """What neither the contact nor time does, and forms: each told apart from what cannot be."""
        said = self.screen.note
        name, _, data = rest.partition(" ") if word == "event" else ("", "", rest)
        try:
            match word:
                case "taken":
                    self.do("taken", True)
                case "given_back":
                    self.do("given_back", rest or True)
                case "form":
                    self.do("form", _fields(data))
                case "event":
                    self.do("event", name, data=_fields(data or "{}"))
                case _:
                    self.answer(_answer(rest))
        except msgspec.DecodeError:
            said(self.words("no_service", errors=", ".join(ERRORS)) if word == "service" else self.words("no_json"))
        except NothingAsked:
            said(self.words("nothing_asked"))
        except NotAwaited as error:
            known = ", ".join(error.known) or self.words("nothing")
            code = "event_lacks" if error.lacks else "not_awaited"
            said(self.words(code, name=error.name, known=known, lacks=error.lacks))
        except CannotHandOver as error:
            said(self.words(error.why, states=", ".join(error.states)))

    def _tap(self, label: str) -> None:
        """Tap the button that `label` names, whatever its case; on SMS there is none and it is simply written."""
        shown = list(dict.fromkeys(button.label for button in self.rehearsal.scene.buttons))
        named = next((one for one in shown if one.casefold() == label.casefold()), None)
        if named is not None:
            self.do("tap", named)
        elif self.about.channel_kind == "sms" and label:
            self.do("contact", label)
        else:
            self.screen.note(self.words("nothing_to_tap", labels=", ".join(shown) or self.words("nothing")))

    def _in_full(self) -> str:
        scene = self.rehearsal.scene
        lines = [self.state()]
        if self.given:
            lines.append(
                " · ".join(f"{name}: {_value(value, self.words.language)}" for name, value in self.given.items())
            )
        if scene.wait is not None:
            left = duration_text(int((scene.wait.due_at - scene.at).total_seconds()))
            lines.append(self.words("wait", left=left))
        return "\n".join(lines)


def _fields(data: str) -> dict[str, Any]:
    return msgspec.json.decode(data, type=dict[str, Any])


def _answer(data: str) -> dict[str, Any]:
    """What a web service answers: an error by its name, a status, or JSON."""
    if data in ERRORS:
        return {"error": data}
    if data.isdecimal() and len(data) == 3:
        return {"status": int(data)}
    return {"json": msgspec.json.decode(data)}


def example_data(dialog: Dialog) -> dict[str, Value]:
    """What fills a dialog's needs when nobody brought data: the examples, else the defaults, else the needs' names."""
    made_up: Mapping[str, Value] = {
        "number": 3,
        "yes_no": True,
        "amount": "1200.50",
        "date": "2026-12-31",
        "time": "10:30",
        "email": "ana@example.com",
        "phone": "+525512345678",
    }
    data: dict[str, Value] = {}
    for name, need in dialog.needs.items():
        value = need.example if need.example is not None else need.default
        data[name] = value if value is not None else made_up.get(need.kind, name.replace("_", " ").capitalize())
    return data


def _shown(effect: Mapping[str, Any], language: str) -> str:
    (name, facts), *_ = effect.items()
    return f"{name} {', '.join(f'{key}: {_value(value, language)}' for key, value in facts.items())}".strip()


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return listed(list(map(str, value)), language) if isinstance(value, list | tuple) else str(value)
