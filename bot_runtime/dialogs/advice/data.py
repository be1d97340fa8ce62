"""W18: what a dialog is to find out is asked, and asked in the form that fits (F022, F283)."""

from collections.abc import Iterator, Mapping

from bot_runtime.dialogs.advice.findings import Finding
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import Told
from bot_runtime.dialogs.problems import Term
from bot_runtime.dialogs.tree import plain

_CHOSEN = ("menu", "choice")
FITTING: Mapping[str, tuple[str, ...]] = {
    "rating": ("rating", *_CHOSEN),
    "receipt": ("receipt", "yes_no", *_CHOSEN),
    "intent": ("intent", "yes_no", *_CHOSEN),
    "reason": ("reason", "multiple", *_CHOSEN),
    "yes_no": ("yes_no", "receipt", *_CHOSEN),
    "choice": (*_CHOSEN, "multiple", "yes_no", "reason", "receipt", "intent"),
    "multiple": ("multiple", *_CHOSEN),
    "number": ("number", "rating", "amount", *_CHOSEN),
    "amount": ("amount", "number", *_CHOSEN),
    "date": ("date", *_CHOSEN),
    "time": ("time", *_CHOSEN),
    "email": ("email",),
    "phone": ("phone",),
    "name": ("name", "text"),
    "location": ("location",),
    "attachment": ("attachment",),
}
"""Expected datum → the answers that find it out, the best first; one that is not here takes any (F283)."""


def proposed(kind: str) -> str:
    """The type of answer to ask a datum of that kind with."""
    return FITTING.get(kind, (kind,))[0]


def data_advice(survey: Survey) -> Iterator[Finding]:
    expected = {name: str(kind) for name, kind in plain(survey.tree.data.get("expects")).items()}
    own_language = survey.language == survey.dialog.language
    yield from _declared(survey, expected) if own_language else ()
    for question in survey.questions.values():
        if question.saves not in expected:
            yield from _weak(question, survey.words)


def _declared(survey: Survey, expected: Mapping[str, str]) -> Iterator[Finding]:
    for name, kind in expected.items():
        for how in disagreements(survey, name, kind):
            question = next((one for one in survey.questions.values() if one.saves == name), None)
            facts = {"name": name, "kind": kind, "fits": proposed(kind), "asked": Term(how)}
            if how == "not_asked" or question is None:
                declared = Told(kind, survey.tree, ("expects", name), survey.words)
                yield Finding("W18", "", declared, 0, len(kind), facts)
            else:
                yield Finding("W18", question.name, question.told, 0, len(question.told.source), facts)


def disagreements(survey: Survey, name: str, kind: str) -> Iterator[str]:
    """How the dialog and an expected datum disagree: `not_asked`, `free_text` or `unfit_type`; nothing when it fits."""
    met = set(survey.walk.order)
    states = survey.dialog.states
    asked = [one for one in survey.questions.values() if one.saves == name and one.name in met]
    if not asked:
        sets = any(name == key for one in met for key, _ in states[one].set)
        kept = any(name in _kept(states[one]) for one in met)
        if not sets and not kept:
            yield "not_asked"
        return
    fits = FITTING.get(kind)
    if fits is not None and not any(one.kind in fits for one in asked):
        yield "free_text" if asked[0].is_open else "unfit_type"


def _kept(state: object) -> set[str]:
    """What a call or a web service leaves behind."""
    kept: set[str] = set()
    for step in (getattr(state, "call", None), getattr(state, "request", None)):
        save = getattr(step, "save", None) or ()
        kept.update(str(one[0] if isinstance(one, tuple) else getattr(one, "name", one)) for one in save)
    return kept


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
