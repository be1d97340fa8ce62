"""A play: a rehearsal with commands, a memory of its turns and a screen to show them on."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from bot_runtime.cli.authoring import Words
from bot_runtime.dialogs import transcripts
from bot_runtime.dialogs.conversation import Book
from bot_runtime.dialogs.effects import AnyEffect, Send
from bot_runtime.dialogs.expectations import worth_checking
from bot_runtime.dialogs.formats import listed
from bot_runtime.dialogs.graph import duration_text
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsal import Rehearsal, Scene
from bot_runtime.dialogs.rewriting import document
from bot_runtime.dialogs.session import About, Value

WORDS = {
    "es": {
        "welcome": "{title} · escribe como el contacto; /help dice qué más se puede, /quit termina.",
        "help": (
            "/after 2h     deja pasar el tiempo (30m, 4h, 2d)\n"
            "/tap TEXTO    toca el botón que dice TEXTO\n"
            "/media TIPO   manda image, audio, video, document, sticker o location\n"
            "/state        muestra estado, respuestas y espera\n"
            "/undo         deshace lo último\n"
            "/restart      empieza de nuevo\n"
            "/quit         termina (y guarda, con --save)"
        ),
        "unknown": "no conozco /{name}; /help dice qué se puede",
        "no_duration": "una espera se escribe como 30m, 4h, 1h30m o 2d",
        "nothing_to_tap": "ningún botón dice eso; se ven: {labels}",
        "nothing": "nada",
        "nothing_to_undo": "no hay nada que deshacer",
        "undone": "deshecho",
        "restarted": "desde el principio",
        "state": "estado {state}",
        "none": "sin sesión: lo que escribas la empieza",
        "ended": "terminó: {cause}",
        "quiet": "callado: lo tiene una persona",
        "wait": "espera: quedan {left}",
        "saved": "guardado en {file}",
        "comment": "Grabado con `bot-runtime play`.",
        "no_template": "el diálogo '{name}' no empieza con una plantilla",
    },
    "en": {
        "welcome": "{title} · write as the contact; /help says what else there is, /quit ends.",
        "help": (
            "/after 2h     let time go by (30m, 4h, 2d)\n"
            "/tap TEXT     tap the button that says TEXT\n"
            "/media KIND   send image, audio, video, document, sticker or location\n"
            "/state        show state, answers and wait\n"
            "/undo         take back the last thing\n"
            "/restart      begin again\n"
            "/quit         end (and save, with --save)"
        ),
        "unknown": "there is no /{name}; /help says what there is",
        "no_duration": "a wait is written like 30m, 4h, 1h30m or 2d",
        "nothing_to_tap": "no button says that; there are: {labels}",
        "nothing": "nothing",
        "nothing_to_undo": "there is nothing to take back",
        "undone": "taken back",
        "restarted": "from the beginning",
        "state": "state {state}",
        "none": "no session: what you write begins one",
        "ended": "ended: {cause}",
        "quiet": "quiet: a person has it",
        "wait": "waits: {left} left",
        "saved": "saved in {file}",
        "comment": "Recorded with `bot-runtime play`.",
        "no_template": "dialog '{name}' is not started by a template",
    },
}
MEDIA = ("image", "audio", "video", "document", "sticker", "location")


class Screen(Protocol):
    """Where a conversation is shown and lines come from."""

    def lines(self) -> Iterator[str]: ...
    def contact(self, text: str) -> None: ...
    def bot(self, text: str) -> None: ...
    def note(self, text: str) -> None: ...


class Play:
    """A rehearsal that remembers its turns, to take them back or to write them down."""

    def __init__(self, dialog: Dialog, book: Book, about: About, words: Words, screen: Screen) -> None:
        self.dialog, self.about, self.words, self.screen = dialog, about, words, screen
        self.given = example_data(dialog)
        self.rehearsal: Rehearsal = transcripts.rehearse(dialog, about, self.given, book)
        self.before: list[Scene] = []
        self.turns: list[dict[str, Any]] = []

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

    def do(self, key: str, value: Any) -> None:
        """One turn: do it, show what came of it, remember it."""
        scene = self.rehearsal.scene
        if key in ("contact", "tap"):
            self.screen.contact(value)
        effects = self._happens(key, value)
        self.before.append(scene)
        got = transcripts.happened(self.rehearsal, effects)
        self.turns.append({key: value, **worth_checking(got, scene.session)})
        for effect in effects:
            if isinstance(effect, Send):
                self.screen.bot(self.rehearsal.text_of(effect))
        for each in got["effects"]:
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
        if self.about.contact_name:
            head["contact"] = {"name": self.about.contact_name}
        head["channel"] = self.about.channel
        return document(head, self.turns, self.words("comment"))

    def _happens(self, key: str, value: Any) -> tuple[AnyEffect, ...]:
        match key:
            case "contact":
                return self.rehearsal.say(value)
            case "tap":
                return self.rehearsal.tap(value)
            case "after":
                duration = transcripts.duration(value)
                assert duration is not None  # _command looked
                return self.rehearsal.pass_time(duration)
            case "start":
                return self.rehearsal.start(by_template=True)
        return self.rehearsal.send("location" if key == "location" else value)

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
                self.rehearsal.scene = self.before.pop()
                self.turns.pop()
                said(self.words("undone"))
                said(self.state())
            case "undo":
                said(self.words("nothing_to_undo"))
            case "restart":
                self.rehearsal.scene = Scene()
                self.before.clear()
                self.turns.clear()
                said(self.words("restarted"))
            case "help" | "media":
                said(self.words("help"))
            case _:
                said(self.words("unknown", name=word))
        return True

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
            lines.append(" · ".join(f"{name}: {_value(value, self.words.language)}" for name, value in self.given.items()))
        if scene.wait is not None:
            left = duration_text(int((scene.wait.due_at - scene.at).total_seconds()))
            lines.append(self.words("wait", left=left))
        return "\n".join(lines)


def example_data(dialog: Dialog) -> dict[str, Value]:
    """What fills a dialog's needs when nobody brought data: the examples, else the defaults, else the needs' names."""
    made_up: Mapping[str, Value] = {
        "number": 3, "yes_no": True, "amount": "1200.50", "date": "2026-12-31", "time": "10:30",
        "email": "ana@example.com", "phone": "+525512345678",
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
