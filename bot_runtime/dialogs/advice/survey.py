"""A dialog as its contacts read it, in one language: its questions, what it opens with, and the order of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.texts import Told
from bot_runtime.dialogs.advice.walk import Walk
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.places import is_long_option, is_medium, state_texts
from bot_runtime.dialogs.tree import Path, Tree, items, plain

_MOST_OPENINGS = 16


@dataclass(frozen=True)
class Choice:
    """One option of a menu; `own` where its label stands in this language."""

    label: str
    own: Told | None
    secondary: bool


@dataclass(frozen=True)
class Question:
    """A state that asks. `kind`: its answer's type, or menu. `uses`: the data its text prints."""

    name: str
    told: Told
    kind: str
    answer: Mapping[str, Any]
    choices: tuple[Choice, ...]
    saves: str | None
    uses: frozenset[str]
    has_more: bool  # a last option opens the secondary ones

    @property
    def is_open(self) -> bool:
        """Whether the contact has to find words of their own."""
        return self.kind == "text"


class Survey:
    """One dialog in one language. `opener`: the text of the template that writes first, where one does."""

    def __init__(self, tree: Tree, dialog: Dialog, language: str, words: Lexicon, opener: Told | None = None) -> None:
        self.tree = tree
        self.dialog = dialog
        self.language = language
        self.words = words
        self.opener = opener
        self.states = {name: plain(state) for name, state in plain(tree.data.get("states")).items()}

    @property
    def around_opener(self) -> list[Told]:
        """The template's header and footer: not its message, but they may say who writes."""
        data = plain(self.opener.tree.data) if self.opener else {}
        header = plain(data.get("header")).get("text")
        return [
            Told(text, self.opener.tree, (), self.words)
            for text in (header, data.get("footer"))
            if self.opener and isinstance(text, str)
        ]

    @property
    def opener_offers(self) -> bool:
        """Whether the template has buttons to answer with."""
        return self.opener is not None and bool(plain(self.opener.tree.data).get("buttons"))

    @cached_property
    def walk(self) -> Walk:
        return Walk(self.dialog)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """In the order of the file."""
        return {one.name: one for name, state in self.states.items() if (one := self._question(name, state))}

    @cached_property
    def in_order(self) -> list[Question]:
        """Those that can be met, in the order contacts meet them."""
        return [self.questions[name] for name in self.walk.order if name in self.questions]

    @cached_property
    def openings(self) -> list[tuple[Told, ...]]:
        """What a contact may read before the first answer: one entry for each way to the first question."""
        if self.opener is not None:
            return [(self.opener,)]
        return list(self._openings(self.dialog.first, (), frozenset()))[:_MOST_OPENINGS]

    @property
    def texts(self) -> Iterator[tuple[str, Told]]:
        """Every text contacts read, with its state."""
        for name, state in self.states.items():
            for path, value in state_texts(state, ("states", name)):
                told = self.told(value, path)
                if told is not None:
                    yield name, told

    def told(self, value: Any, path: Path) -> Told | None:
        """The text at `path` in this language; None where it is in another, or no text."""
        if isinstance(value, str):
            return Told(value, self.tree, path, self.words) if self.language == self.dialog.language else None
        own = plain(value).get(self.language)
        return Told(own, self.tree, (*path, self.language), self.words) if isinstance(own, str) else None

    def _question(self, name: str, state: Mapping[str, Any]) -> Question | None:
        path: Path = ("states", name)
        told = self.told(state["ask"], (*path, "ask")) if "ask" in state else None
        parsed = self.dialog.states.get(name)
        if told is None or parsed is None:
            return None
        answer = state.get("answer")
        return Question(
            name=name,
            told=told,
            kind="menu" if "menu" in state else str(answer["type"] if isinstance(answer, dict) else answer),
            answer=plain(answer),
            choices=tuple(self._choices(state, path)),
            saves=state.get("save"),
            uses=parsed.ask.names if parsed.ask is not None else frozenset(),
            has_more=any(plain(option).get("secondary") is True for option in state.get("menu") or ()),
        )

    def _choices(self, state: Mapping[str, Any], path: Path) -> Iterator[Choice]:
        for place, option in items(state.get("menu"), (*path, "menu")):
            label, at = (option["label"], (*place, "label")) if is_long_option(option) else (option, place)
            own = self.told(str(label) if isinstance(label, int) else label, at)
            secondary = plain(option).get("secondary") is True
            yield Choice(own.source if own else "", own, secondary)

    def _openings(self, name: str, said: tuple[Told, ...], met: frozenset[str]) -> Iterator[tuple[Told, ...]]:
        state = self.states.get(name, {})
        path: Path = ("states", name)
        for place, one in items(state.get("say"), (*path, "say")):
            told = self.told(one.get("caption"), (*place, "caption")) if is_medium(one) else self.told(one, place)
            said = (*said, told) if told else said
        question = self.questions.get(name)
        if question is not None:
            yield (*said, question.told)
            return
        if "ask" in state:
            return  # asked in the dialog's own language, such as which one they speak: judged there
        onward = [one for one in self.walk.ways.get(name, ()) if one not in met]
        if not onward or len(met) > _MOST_OPENINGS:
            if said:
                yield said
            return
        for target in onward[:_MOST_OPENINGS]:
            yield from self._openings(target, said, met | {name})
