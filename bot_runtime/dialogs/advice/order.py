"""W13–W15: the whole before its parts, the easy before the hard, and nothing that gives a later answer away."""

import re
from collections.abc import Iterator

from bot_runtime.dialogs.advice.findings import Finding, at, words_at
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import fold

HARD = frozenset({"text", "date", "amount"})
EASY = frozenset({"menu", "yes_no", "choice", "multiple", "rating", "receipt", "intent"})
_SHORTEST_WORD = 3
_SHORTEST_STEM = 4


def order_advice(survey: Survey) -> Iterator[Finding]:
    questions = survey.in_order
    for number, early in enumerate(questions):
        later = [one for one in questions[number + 1 :] if survey.walk.leads(early.name, one.name)]
        for rule in (_detail_first, _hard_first, _gives_away):
            found = next(rule(early, later, survey), None)
            if found is not None:
                yield found


def _detail_first(early: Question, later: list[Question], survey: Survey) -> Iterator[Finding]:
    """W13."""
    words = survey.words
    width = _width(early, words)
    for late in later if width is not None else ():
        late_width = _width(late, words)
        if late_width is not None and width is not None and late_width < width:
            yield at("W13", early, other=late.name)


def _width(question: Question, words: Lexicon) -> int | None:
    """How wide a whole the question judges, 0 the widest; None where it judges nothing."""
    text = question.told.folded
    if question.kind not in ("rating", "menu", "text", "choice", "number") or not words.finds("judging", text):
        return None
    wholes = words.wholes()
    return next((at for at, named in enumerate(wholes) if named.search(text)), len(wholes))


def _hard_first(early: Question, later: list[Question], survey: Survey) -> Iterator[Finding]:
    """W14. What confirms or follows from the hard answer cannot come before it."""
    words = survey.words
    if early.kind not in HARD or words.finds("recalling", early.told.folded):
        return
    for late in later:
        if late.kind in EASY and not (early.saves and early.saves in late.uses) and not _confirms(late, words):
            yield at("W14", early, other=late.name)


def _confirms(question: Question, words: Lexicon) -> bool:
    return words.finds("confirming", question.told.folded) is not None


def _gives_away(early: Question, later: list[Question], survey: Survey) -> Iterator[Finding]:
    """W15: names what is to be recalled, or tells good or bad of what is to be rated."""
    words = survey.words
    for late in later:
        recalls = any(words.finds("recalling", one.text) for one in late.told.asked)
        if recalls and words.finds("recalling", early.told.folded):
            continue
        if not recalls and not (late.kind == "rating" and _hints(early, words)):
            continue
        shared = _shared(early, late, words) or (recalls and _named(early)) or None
        if shared:
            start, end = shared
            yield words_at("W15", early.name, early.told, start, end, other=late.name)


def _hints(question: Question, words: Lexicon) -> bool:
    return words.finds("hinting", question.told.folded) is not None


def _shared(early: Question, late: Question, words: Lexicon) -> tuple[int, int] | None:
    """Where the earlier question says a word of weight that the later one asks about."""
    asked = {_stem(word) for word in _words(late.told.folded, words)}
    for found in re.finditer(r"[^\W\d_]+", early.told.folded):
        if len(found[0]) >= _SHORTEST_WORD and not words.fits("little", found[0]) and _stem(found[0]) in asked:
            return found.span()
    return None


def _words(text: str, words: Lexicon) -> Iterator[str]:
    for found in re.findall(r"[^\W\d_]+", text):
        if len(found) >= _SHORTEST_WORD and not words.fits("little", found):
            yield found


def _stem(word: str) -> str:
    """`ópticas` and `óptica` alike."""
    return re.sub(r"(?:es|s|as|os|a|o)$", "", word) if len(word) > _SHORTEST_STEM else word


def _named(question: Question) -> tuple[int, int] | None:
    """A name with a capital inside the earlier question: "Súper Sol"."""
    for sentence in question.told.sentences:
        for found in re.finditer(r"[^\W\d_]+", sentence.text):
            start, end = sentence.start + found.start(), sentence.start + found.end()
            written = question.told.source[start:end]
            if found.start() and written[:1].isupper() and fold(written) == found[0]:
                return start, end
    return None
