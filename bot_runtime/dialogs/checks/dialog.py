"""What a shape alone cannot tell of a dialog: whether its states are whole and everything it names is there.

The checks read the tree and take nothing for granted, so that a file with errors still tells all of them.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from bot_runtime.dialogs.checks.answers import answer_problems
from bot_runtime.dialogs.checks.compared import comparison_problems
from bot_runtime.dialogs.checks.flow import flow_problems
from bot_runtime.dialogs.checks.languages import language_problems
from bot_runtime.dialogs.checks.names import name_problems
from bot_runtime.dialogs.checks.outside import state_problems
from bot_runtime.dialogs.checks.steps import step_problems
from bot_runtime.dialogs.checks.steps import word_problems as back_problems
from bot_runtime.dialogs.checks.ways import targets
from bot_runtime.dialogs.checks.words import word_problems
from bot_runtime.dialogs.load import MEDIA_KINDS, duration_s
from bot_runtime.dialogs.model import Need
from bot_runtime.dialogs.needs import misfit
from bot_runtime.dialogs.places import is_medium
from bot_runtime.dialogs.problems import MAX_PROBLEMS, Problem, Term, nearest
from bot_runtime.dialogs.recognizers.result import Here
from bot_runtime.dialogs.schemas.parts import ANSWER_TYPES, DURATION, LANGUAGES
from bot_runtime.dialogs.schemas.shape import wrong_type
from bot_runtime.dialogs.schemas.vocabulary import meant_key
from bot_runtime.dialogs.tree import Path, Tree, items, plain

RETRY_KEYS = frozenset({"attempts", "goto", "say"})
QUESTION_KEYS = (
    *("menu", "more", "else", "answer", "check", "save", "retry", "response_timeout", "timeout", "keep"),
    *("remind", "burst"),
)
ACTION_KEYS = ("say", "set", "handoff", "close", "call", "split", "then")
WAITING_KEYS = ("response_timeout", "timeout", "keep")  # also of a state that waits for an outside event
STATE_KEYS = frozenset({*QUESTION_KEYS, *ACTION_KEYS, "ask", "goto", "when", "request", "pdf", "on", "advice"})
RESERVED_REASONS = frozenset(
    [
        "informative",
        "no_answer",
        "inactivity",
        "dialog_ended",
        "interrupted",
        "undelivered",
        "opt_out",
        "blocked",
        "erased",
        "open",  # what results call tickets that are not closed, and messages that joined another's
        "joined",
    ]
)
# kind of a datum → what JSON Schema calls it, and whether a value is one
_MEDIUM = re.compile(r"https://[^\s/]|\{\{|\$\{")  # what providers fetch; or what data or the operator bring
_KINDS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "number": ("number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)),
    "yes_no": ("boolean", lambda value: isinstance(value, bool)),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the workspace around a dialog offers; None: it does not say, so nothing is checked against it."""

    departments: Collection[str] | None = None
    close_reasons: Collection[str] | None = None
    secrets: Collection[str] | None = None  # that dialogs may use
    documents: Collection[str] | None = None
    words: Collection[str] = ()  # of dialogs that call others, where these words work too
    language: str = "es"
    country: str = ""
    metadata: Collection[str] = ()  # the keys of what tickets carry


def check_dialog(tree: Tree, known: Known | None = None) -> list[Problem]:
    """Everything wrong with one dialog by itself; its shape is `schemas/shape.py`'s."""
    if not isinstance(tree.data, dict):
        return []
    known = known or Known()
    found = chain(
        _Dialog(tree, known).problems(),
        name_problems(tree, known.departments, known.metadata),
        word_problems(tree, known.words),
        back_problems(tree),
        language_problems(tree, known.language),
        flow_problems(tree),
        comparison_problems(tree),
    )
    return list(islice(found, MAX_PROBLEMS))


class _Dialog:
    def __init__(self, tree: Tree, known: Known) -> None:
        self.tree = tree
        self.known = known
        self.states = plain(tree.data.get("states"))
        self.retry = plain(tree.data.get("retry"))

    def problems(self) -> Iterator[Problem]:
        for place, target in targets(self.tree) if self.states else ():
            if target not in self.states:
                near = nearest(target, self.states)
                yield self.tree.problem(place, "unknown_state", name=target, near=near, known=list(self.states))
        yield from self.duration(("response_timeout",), self.tree.data.get("response_timeout"))
        yield from self.needs()
        for name, state in self.states.items():
            path: Path = ("states", name)
            if isinstance(state, dict):
                yield from self.state(path, state)
            elif state is None and path not in self.tree.broken:
                yield self.tree.problem(path, "empty_state", key=True, name=name)

    def needs(self) -> Iterator[Problem]:
        """What stands in for a datum is of its kind."""
        own = self.tree.data.get("language")
        here = Here(own if own in LANGUAGES else self.known.language, self.known.country)
        for name, need in plain(self.tree.data.get("needs")).items():
            kind = str(plain(need).get("type"))
            type_name, fits = _KINDS.get(kind, ("", lambda value: True))
            for key in ("default", "example"):
                value = plain(need).get(key)
                if isinstance(value, (str, int, float)) and not fits(value):
                    yield wrong_type(self.tree, ("needs", name, key), value, type_name)
                elif isinstance(value, (str, int, float)) and kind not in _KINDS and misfit(Need(kind), value, here):
                    expected = Term(f"kind_{kind}")
                    path: Path = ("needs", name, key)
                    yield self.tree.problem(path, "not_of_kind", name=key, got=value, expected=expected)

    def state(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        yield from self.question(path, state) if "ask" in state else self.action(path, state)
        yield from self.onward(path, state)
        yield from state_problems(self.tree, path, state, self.known.secrets, self.known.documents)
        yield from step_problems(self.tree, path, state)
        yield from self.duration((*path, "response_timeout"), state.get("response_timeout"))
        for place, said in items(state.get("say"), (*path, "say")):
            yield from self.media(place, said)

    def question(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        for key in ACTION_KEYS:
            if key in state:
                yield self.tree.problem((*path, key), "both_kinds", key=True, name=path[-1], key_name=key)
        if "menu" in state and "answer" in state:
            yield self.tree.problem((*path, "answer"), "menu_and_answer", key=True, name=path[-1])
        elif "menu" not in state and "answer" not in state:
            yield self.tree.problem((*path, "ask"), "no_answer", key=True, name=path[-1])
        if "menu" not in state:
            for key in ("more", "else"):
                if key in state:
                    yield self.tree.problem((*path, key), "needs_menu", key=True, name=key)
        yield from self.exhausted(path, state)
        yield from self.answer((*path, "answer"), state.get("answer"))

    def exhausted(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        """After the last attempt there must be somewhere to go (F045)."""
        own = plain(state.get("retry"))
        if "else" in state:
            if "retry" in state:
                yield self.tree.problem((*path, "retry"), "retry_unused", key=True, warning=True)
        elif not RETRY_KEYS.issuperset([*self.retry, *own]):
            pass  # perhaps a misspelt `goto`: that is told already
        elif "goto" not in own and "goto" not in self.retry and self.tree.data.get("retry", {}) == self.retry:
            at: Path = (*path, "retry") if "retry" in state else path
            yield self.tree.problem(at, "missing_exit", key=True, name=path[-1])

    def answer(self, path: Path, answer: Any) -> Iterator[Problem]:
        if not isinstance(answer, dict):
            if answer in ("choice", "multiple", "reason"):
                yield self.tree.problem(path, "choice_without_choices", kind=answer)
            elif answer == "pattern":
                yield self.tree.problem(path, "pattern_without_pattern")
            return
        within = answer.get("within")
        yield from self.unlisted((*path, "within"), within, self.known.departments, "unknown_department")
        if answer.get("type") in ANSWER_TYPES:
            yield from answer_problems(self.tree, path, answer)

    def action(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        asks = any(meant_key(key, STATE_KEYS) == "ask" for key in state if key not in STATE_KEYS)
        waits: tuple[str, ...] = ("save",) if "split" in state else ()
        if "on" in state:
            waits = WAITING_KEYS
        elif state.keys() & {"request", "pdf", "call"}:
            waits = ("keep",)
        for key in QUESTION_KEYS:
            if key in state and not asks and key not in waits:
                yield self.tree.problem((*path, key), "needs_ask", key=True, name=path[-1], key_name=key)
        if not state:
            yield self.tree.problem(path, "empty_state", key=True, name=path[-1])
        yield from self.closing(path, state)
        handoff = state.get("handoff")
        department = plain(handoff).get("department") if isinstance(handoff, dict) else handoff
        place: Path = (*path, "handoff", "department") if isinstance(handoff, dict) else (*path, "handoff")
        yield from self.unlisted(place, department, self.known.departments, "unknown_department")

    def closing(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        """Nothing follows a close (F014), and its reason is one of the brand's (D55)."""
        if "close" not in state:
            return
        after = list(state)[list(state).index("close") + 1 :]
        for key in state:
            if key in ("goto", "when", "handoff"):
                yield self.tree.problem((*path, key), "never_after_close", key=True, name=key)
            elif key in after and key in ACTION_KEYS and key != "then":
                yield self.tree.problem((*path, key), "after_close", key=True, name=key)
        reason = state["close"]
        if isinstance(reason, str) and reason in RESERVED_REASONS:
            yield self.tree.problem((*path, "close"), "reserved_reason", name=reason)
        else:
            yield from self.unlisted((*path, "close"), reason, self.known.close_reasons, "unknown_close_reason")

    def unlisted(self, path: Path, name: Any, known: Collection[str] | None, code: str) -> Iterator[Problem]:
        if known is not None and isinstance(name, (str, int)) and str(name) not in known:
            yield self.tree.problem(path, code, name=name, near=nearest(str(name), known), known=list(known))

    def onward(self, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
        """A branch ends with its `else` (F006), and is the only way on."""
        branches = state.get("when")
        if not isinstance(branches, list) or not branches:
            return
        elses = [at for at, branch in enumerate(branches) if "else" in plain(branch)]
        misspelt = any(meant_key(str(key), ("if", "goto", "else")) == "else" for key in plain(branches[-1]))
        if "goto" in state:
            yield self.tree.problem((*path, "goto"), "goto_and_when", key=True)
        elif not elses and not misspelt:
            yield self.tree.problem((*path, "when"), "when_without_else", key=True)
        for at in elses:
            place: Path = (*path, "when", at, "else")
            if at != elses[0]:
                yield self.tree.problem(place, "second_else", key=True)
            elif at != len(branches) - 1 and len(elses) == 1:
                yield self.tree.problem(place, "else_not_last", key=True)
            if "if" in branches[at] or "goto" in branches[at]:
                yield self.tree.problem(place, "else_with_if", key=True)

    def duration(self, path: Path, value: Any) -> Iterator[Problem]:
        """The form is the schema's; the day that a wait may last at most is ours (D01)."""
        if isinstance(value, str) and re.fullmatch(DURATION, value) and duration_s(value or "0m") is None:
            yield self.tree.problem(path, "long_duration", name=path[-1], got=value)

    def media(self, path: Path, said: Any) -> Iterator[Problem]:
        if is_medium(said):
            kinds = [kind for kind in MEDIA_KINDS if kind in said]
            if len(kinds) != 1:
                yield self.tree.problem(path, "one_medium", known=list(MEDIA_KINDS))
            for kind in kinds:
                if isinstance(said[kind], str) and not _MEDIUM.match(said[kind]):
                    yield self.tree.problem((*path, kind), "bad_url", name=kind, got=f"'{said[kind]}'")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
