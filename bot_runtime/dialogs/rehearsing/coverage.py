"""Which states, transitions and answers of a dialog a run of transcripts exercised (F264).

An answer is an option or choice, an answer that fits where there are none, one that does not fit, and silence. The
machine tells which transitions were taken and what was chosen; the runner, which answers did not fit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot_runtime.dialogs.drawing.graph import label
from bot_runtime.dialogs.machine import END, Edge, Said, Turn, machine_of
from bot_runtime.dialogs.model import Dialog, State

FITS, UNFIT, SILENCE = "(fits)", "(unfit)", "(silence)"  # beside the codes of options, which have no such signs
_YES_NO = ("yes", "no")
_SAID = {
    "es": {FITS: "(sirve)", UNFIT: "(no sirve)", SILENCE: "(silencio)", END: "(fin)", "yes": "sí", "no": "no"},
    "en": {FITS: FITS, UNFIT: UNFIT, SILENCE: SILENCE, END: "(end)", "yes": "yes", "no": "no"},
}


@dataclass(frozen=True, slots=True)
class Exercised:
    """One answer of a question: an option's `code`, or `(fits)`, `(unfit)`, `(silence)`."""

    code: str
    label: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Question:
    """The answers of the question `state`, in the order they are shown."""

    state: str
    kind: str  # menu, or the answer's type
    answers: tuple[Exercised, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one dialog was exercised; the missed transitions as `source → target (label)`, the missed answers
    as `state: answer`."""

    dialog: str
    states: int
    states_taken: int
    transitions: int
    transitions_taken: int
    answers: int
    answers_taken: int
    missed_states: tuple[str, ...]
    missed_transitions: tuple[str, ...]
    missed_answers: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class Exercise:
    """What was taken of one dialog."""

    begun: bool = False
    edges: set[Edge] = field(default_factory=set)
    answers: set[tuple[str, str]] = field(default_factory=set)  # (state, code)

    def states(self, dialog: Dialog) -> set[str]:
        reached = {edge.target for edge in self.edges} | {edge.source for edge in self.edges}
        return reached | ({dialog.first} if self.begun else set())


class Watch:
    """Notes what the dialogs' machines take from now on, until it is `closed`."""

    def __init__(self, dialogs: Iterable[Dialog]) -> None:
        self._dialogs = {dialog.name: dialog for dialog in dialogs}
        self._taken = {name: Exercise() for name in self._dialogs}
        self._ends = [machine_of(dialog).record(self._noter(dialog)) for dialog in self._dialogs.values()]

    def close(self) -> None:
        for end in self._ends:
            end()

    def begun(self, dialog: str) -> None:
        self._taken[dialog].begun = True

    def unfit(self, dialog: str, state: str) -> None:
        """An answer to the question `state` did not fit."""
        if dialog in self._taken:
            self._taken[dialog].answers.add((state, UNFIT))

    def exercise(self, dialog: str) -> Exercise:
        return self._taken[dialog]

    def covered(self, language: str) -> list[Covered]:
        return [self._covered(dialog, language) for dialog in self._dialogs.values()]

    def _noter(self, dialog: Dialog) -> Callable[[Edge, Turn], None]:
        taken = self._taken[dialog.name]

        def note(edge: Edge, turn: Turn) -> None:
            taken.edges.add(edge)
            if edge.trigger == "answer":
                taken.answers |= {(edge.source, code) for code in _chosen(dialog.states[edge.source], turn)}
            elif edge.trigger == "timeout":
                taken.answers.add((edge.source, SILENCE))

        return note

    def _covered(self, dialog: Dialog, language: str) -> Covered:
        """A word that works anywhere counts once, wherever it was said; what only people do isn't counted."""
        machine, taken = machine_of(dialog), self._taken[dialog.name]
        reached = taken.states(dialog)
        ways: dict[object, list[Edge]] = {}
        for edge in machine.edges():
            if edge.trigger != "given_back":
                key = id(edge.condition.entry) if isinstance(edge.condition, Said) else edge
                ways.setdefault(key, []).append(edge)
        missed = [edges[0] for edges in ways.values() if taken.edges.isdisjoint(edges)]
        missed_states = tuple(name for name in dialog.states if name not in reached)
        questions = tuple(_question(state, taken, language) for state in dialog.states.values() if state.waits)
        answers = [(each.state, answer) for each in questions for answer in each.answers]
        missed_answers = tuple(f"{state}: {answer.label}" for state, answer in answers if not answer.taken)
        return Covered(
            dialog.name,
            len(dialog.states),
            len(dialog.states) - len(missed_states),
            len(ways),
            len(ways) - len(missed),
            len(answers),
            len(answers) - len(missed_answers),
            missed_states,
            tuple(_named(edge, label(machine, edge, language), language) for edge in missed),
            missed_answers,
            questions,
        )


def share(covered: Iterable[Covered]) -> float:
    """Percent of all states, transitions and answers exercised; nothing to exercise is all of it."""
    listed = list(covered)
    total = sum(each.states + each.transitions + each.answers for each in listed)
    taken = sum(each.states_taken + each.transitions_taken + each.answers_taken for each in listed)
    return 100 * taken / total if total else 100.0


def _question(state: State, taken: Exercise, language: str) -> Question:
    words = _words(language)
    possible = _possible(state, words)
    answers = tuple(Exercised(code, label, (state.name, code) in taken.answers) for code, label in possible)
    return Question(state.name, "menu" if state.menu else state.answer.kind if state.answer else "text", answers)


def _words(language: str) -> Mapping[str, str]:
    return _SAID["es" if language.startswith("es") else "en"]


def _possible(state: State, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each answer's code and label, in order."""
    known = list(_coded(state, words))
    yield from known or [(FITS, words[FITS])]
    if state.otherwise is not None or state.retry is not None:
        yield UNFIT, words[UNFIT]
    if state.response_timeout_s:
        yield SILENCE, words[SILENCE]


def _coded(state: State, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The few answers that the author named; of a question that keeps none of them, nobody could tell."""
    for option in state.menu:
        yield option.code, option.label.source
    if state.answer is not None and not state.menu and state.save:
        for option in state.answer.limits.get("choices", ()):
            yield option.code, option.label.source
        if state.answer.kind == "yes_no":
            yield from ((code, words[code]) for code in _YES_NO)


def _chosen(state: State, turn: Turn) -> Iterator[str]:
    """Which of a question's answers the turn brought."""
    if turn.chosen is not None:
        yield from (option.code for option in state.menu if option.payload == turn.chosen)
        return
    value = turn.values.get(state.save) if state.save else None
    for each in value if isinstance(value, list) else [value]:
        yield ("yes" if each else "no") if isinstance(each, bool) else str(each)
    yield FITS


def _named(edge: Edge, why: str, language: str) -> str:
    source = "*" if isinstance(edge.condition, Said) else edge.source
    target = _words(language)[END] if edge.target == END else edge.target
    return f"{source} → {target}" + (f" ({why})" if why else "")
