"""W18: what a dialog is to find out is asked, and asked in the form that fits (F022, F283)."""

from collections.abc import Iterator, Mapping

from bot_runtime.dialogs.advice.findings import Finding
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import Told
from bot_runtime.dialogs.advice.walk import Walk
from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.problems import Term
from bot_runtime.dialogs.tree import plain

_CHOSEN = ("menu", "choice")
FITTING: Mapping[str, frozenset[str]] = {
    "rating": frozenset({"rating", *_CHOSEN}),
    "receipt": frozenset({"receipt", "yes_no", *_CHOSEN}),
    "intent": frozenset({"intent", "yes_no", *_CHOSEN}),
    "reason": frozenset({"reason", "multiple", *_CHOSEN}),
    "yes_no": frozenset({"yes_no", "receipt", *_CHOSEN}),
    "choice": frozenset({*_CHOSEN, "multiple", "yes_no", "reason", "receipt", "intent"}),
    "multiple": frozenset({"multiple", *_CHOSEN}),
    "number": frozenset({"number", "rating", "amount", *_CHOSEN}),
    "amount": frozenset({"amount", "number", *_CHOSEN}),
    "date": frozenset({"date", *_CHOSEN}),
    "time": frozenset({"time", *_CHOSEN}),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "name": frozenset({"name", "text"}),
    "location": frozenset({"location"}),
    "attachment": frozenset({"attachment"}),
}
"""Expected datum → the answers that find it out; one that is not here takes any (F283)."""


def proposed(kind: str) -> str:
    """The type of answer to ask a datum of that kind with."""
    return kind if kind in FITTING else "text"


def data_advice(survey: Survey) -> Iterator[Finding]:
    expected = {name: str(kind) for name, kind in plain(survey.tree.data.get("expects")).items()}
    own_language = survey.language == survey.dialog.language
    yield from _declared(survey, expected) if own_language else ()
    for question in survey.questions.values():
        if question.saves not in expected:
            yield from _weak(question, survey.words)


def _declared(survey: Survey, expected: Mapping[str, str]) -> Iterator[Finding]:
    for name, kind in expected.items():
        how = how_asked(survey.dialog, name, kind)
        if not how:
            continue
        facts = {"name": name, "kind": kind, "fits": proposed(kind), "asked": Term(how)}
        question = next((one for one in survey.questions.values() if one.saves == name), None)
        if question is not None:
            yield Finding("W18", question.name, question.told, 0, len(question.told.source), facts)
        else:
            declared = Told(kind, survey.tree, ("expects", name), survey.words)
            yield Finding("W18", "", declared, 0, len(kind), facts)


def how_asked(dialog: Dialog, name: str, kind: str) -> str:
    """How the dialog and an expected datum disagree: `not_asked`, `free_text` or `unfit_type`; empty when it fits."""
    states = [dialog.states[met] for met in Walk(dialog).order]
    asked = [state for state in states if state.save == name]
    if not asked:
        left_behind = {key for state in states for key in _kept(state)}
        return "" if name in left_behind else "not_asked"
    kinds = ["menu" if state.menu else state.answer.kind if state.answer else "" for state in asked]
    fits = FITTING.get(kind)
    if fits is None or not fits.isdisjoint(kinds):
        return ""
    return "free_text" if kinds[0] == "text" else "unfit_type"


def _kept(state: State) -> Iterator[str]:
    """What a state stores beside an answer."""
    yield from (name for name, _ in state.set)
    yield from (name for name, _ in state.call.save) if state.call else ()
    yield from (part.name for part in state.errand.save) if state.errand else ()
    yield from (part.name for awaited in state.on for part in awaited.save)


def _weak(question: Question, words: Lexicon) -> Iterator[Finding]:
    """A question that reads free text where its words ask for something better."""
    if question.kind != "text":
        return
    told = question.told
    for sentence in told.asked:
        for kind in words.kinds("weak"):
            if kind == "yes_no" and not (sentence.asks and _asks_yes_or_no(sentence.text, words)):
                continue
            whole = kind == "rating"  # a scale may stand before the question: "Del 1 al 5, ¿cómo…?"
            if found := words.finds("weak", told.folded if whole else sentence.text, kind):
                start, end = (at + (0 if whole else sentence.start) for at in found.span())
                facts = {"name": told.source[start:end], "kind": kind, "fits": kind, "asked": Term("free_text")}
                yield Finding("W18", question.name, told, start, end - start, facts)
                return


def _asks_yes_or_no(text: str, words: Lexicon) -> bool:
    return not words.finds("yes_no_unless", text) and words.named("weak", "yes_no").match(text) is not None
