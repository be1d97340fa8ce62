"""Rasa's end-to-end test cases as transcripts (`test_cases:` with `user`, `bot` and `utter` steps).

What a contact writes and what the bot answers carries over: `user`, `bot`, `utter` where a state has that name (with or
without `utter_`, `utter_ask_`), a slot set to a value where the dialog keeps that name, fixtures that fill its needs.
Intents, commands, assertions, stubs and metadata have nothing here they could mean; they are told, not passed over.

Format: Rasa's reference of end-to-end test cases, read 2026-11.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.model import Dialog, Where
from bot_runtime.dialogs.problems import nearest
from bot_runtime.dialogs.rehearsing.casting import ALONE, Part
from bot_runtime.dialogs.rehearsing.expectations import Difference
from bot_runtime.dialogs.rehearsing.rehearsal import BEGINS_AT
from bot_runtime.dialogs.rehearsing.transcripts import Transcript
from bot_runtime.dialogs.session import About, Value
from bot_runtime.dialogs.tree import Path, Tree

CHANNEL = "whatsapp"
_ANSWERS = ("bot", "utter")
_STEPS = ("user", *_ANSWERS, "slot_was_set")


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something of a test case that says nothing here: the key, and what it held, shortened."""

    where: Where
    case: str
    key: str
    held: str = ""


@dataclass(slots=True)
class Cases:
    """The test cases of one file that can be run, those that cannot, and what of them is not looked at."""

    read: list[Transcript | Difference] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)


def is_rasa(tree: Tree) -> bool:
    return isinstance(tree.data, dict) and isinstance(tree.data.get("test_cases"), list)


def read(tree: Tree, book: Book, dialog: str = "") -> Cases:
    """Every test case of the file. Without `dialog` each talks to the one its first message calls, or the default."""
    cases = Cases()
    problem = next((one for one in tree.problems if one.severity == "error"), None)
    if problem is not None:
        cases.read.append(Difference(problem.where, 0, "file", code="problem", facts={"problem": problem}))
        return cases
    for key in ("metadata", "stub_custom_actions"):
        if tree.data.get(key):
            cases.unmapped.append(Unmapped(tree.where((key,), key=True), "", key))
    for number in range(len(tree.data["test_cases"])):
        cases.read.append(_Case(tree, number, book, dialog, cases.unmapped).transcript())
    return cases


class _Case:
    def __init__(self, tree: Tree, number: int, book: Book, dialog: str, unmapped: list[Unmapped]) -> None:
        self.tree, self.book, self.asked_for, self.unmapped = tree, book, dialog, unmapped
        self.path: Path = ("test_cases", number)
        data = tree.data["test_cases"][number]
        self.data: Mapping[str, Any] = data if isinstance(data, dict) else {}
        self.name = str(self.data.get("test_case") or f"#{number + 1}")
        steps = self.data.get("steps")
        self.steps: list[Any] = steps if isinstance(steps, list) else []
        # What a transcript's tree would be: its turns, each thing at the place where this file has it.
        self.made = Tree(tree.file, tree.source)
        self.turns: list[dict[str, Any]] = []

    def transcript(self) -> Transcript | Difference:
        texts = [step["user"] for step in self.steps if isinstance(step, dict) and "user" in step]
        if not texts:
            return Difference(self.tree.where(self.path), 0, "test_case", code="no_user")
        dialog = self._dialog(str(texts[0]))
        if isinstance(dialog, Difference):
            return dialog
        for number, step in enumerate(self.steps):
            self._step((*self.path, "steps", number), step if isinstance(step, dict) else {}, dialog)
        for key in self.data.keys() - {"test_case", "steps", "fixtures"}:
            self._leave((*self.path, key), key)
        given = dict(self._given(dialog))
        self.made.data = {"dialog": dialog.name, "turns": self.turns}
        about = About(channel=CHANNEL, channel_kind=CHANNEL)
        return Transcript(
            self.made, dialog, {ALONE: Part(about, given)}, BEGINS_AT, self.turns, loose=True, case=self.name
        )

    def _dialog(self, first: str) -> Dialog | Difference:
        known = self.book.dialogs
        if self.asked_for:
            name = self.asked_for
        else:
            called = self.book.starting(CHANNEL, first)
            name = called.name if called is not None else next(iter(known)) if len(known) == 1 else ""
        if name in known:
            return known[name]
        facts = {"word": name, "near": nearest(name, known), "known": ", ".join(known)}
        code = "unknown_dialog" if name else "which_dialog"
        return Difference(self.tree.where(self.path), 0, "dialog", code=code, facts=facts)

    def _step(self, path: Path, step: Mapping[str, Any], dialog: Dialog) -> None:
        for key in step:
            here = (*path, key)
            if key == "user":
                self._user(here, step[key])
            elif key in _ANSWERS and self.turns:
                self._answer(here, key, str(step[key]), dialog)
            elif key == "slot_was_set" and self.turns:
                self._slots(here, step[key], dialog)
            else:
                self._leave(here, key, step[key])

    def _user(self, path: Path, said: Any) -> None:
        text = said if isinstance(said, str) else self.tree.raw(path)
        if text.startswith("/"):  # `/greet{"name": "Ana"}`: an intent, written as if it were a message
            self._leave(path, "intent", text)
        self.turns.append({"contact": text.strip()})
        self._place(path)
        self._place(path, "contact")

    def _place(self, path: Path, *key: str | int) -> None:
        """The last turn, or what stands at `key` in it, was read from `path`."""
        self.made.values["turns", len(self.turns) - 1, *key] = self.tree.mark(path)

    def _answer(self, path: Path, key: str, said: str, dialog: Dialog) -> None:
        turn = self.turns[-1]
        if key == "utter":
            names = (said, said.removeprefix("utter_"), said.removeprefix("utter_ask_"))
            state = next((name for name in names if name in dialog.states), None)
            if state is None:
                self._leave(path, "utter", said)
                return
            turn["state"] = state
            self._place(path, "state")
            return
        texts = turn.setdefault("bot", [])
        if not texts:
            self._place(path, "bot")
        self._place(path, "bot", len(texts))
        texts.append(said.strip())

    def _slots(self, path: Path, slots: Any, dialog: Dialog) -> None:
        kept = {state.save for state in dialog.states.values()} | {
            name for state in dialog.states.values() for name, _ in state.set
        }
        for number, slot in enumerate(slots if isinstance(slots, list) else [slots]):
            name, value = next(iter(slot.items())) if isinstance(slot, dict) and slot else (slot, None)
            if isinstance(slot, dict) and name in kept and not isinstance(value, dict | list):
                self.turns[-1].setdefault("answers", {})[name] = value
                self._place((*path, number, name), "answers", name)
            else:
                self._leave((*path, number), "slot_was_set", name)

    def _given(self, dialog: Dialog) -> Iterator[tuple[str, Value]]:
        """Fixtures that fill the dialog's needs."""
        fixtures = self.tree.data.get("fixtures")
        wanted = self.data.get("fixtures") or []
        for fixture in fixtures if isinstance(fixtures, list) else []:
            for name, slots in fixture.items() if isinstance(fixture, dict) else ():
                for slot in slots if name in wanted and isinstance(slots, list) else []:
                    for key, value in slot.items() if isinstance(slot, dict) else ():
                        if key in dialog.needs:
                            yield key, value
                        else:
                            self._leave((*self.path, "fixtures"), "fixtures", key)

    def _leave(self, path: Path, key: str, held: Any = "") -> None:
        told = "" if isinstance(held, dict | list) else str(held)
        self.unmapped.append(Unmapped(self.tree.where(path), self.name, key, told[:40]))
