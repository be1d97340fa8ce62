"""W01–W04: the first message says who writes, is short, asks for something, and gives a reason to answer."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot_runtime.dialogs.advice.about import LONGEST_OPENING, About
from bot_runtime.dialogs.advice.findings import Finding, match_at
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import BLANK, Sentence, Told, fold

_NAME = r"[^\W\d_a-záéíóúüñ][\w'&.-]*"  # begins with a capital
_LABEL = re.compile(rf"\A\W*{_NAME}(?: (?:(?:de|del|la|el|los|las|of|the|and|y|&) )*{_NAME}){{0,4}}:")
_PROPER = re.compile(rf"\s*(?:(?:de|del|el|la|los|las|the|at) )*{_NAME}")
_ABOUT_US = re.compile(r"\{\{\s*(?:brand|marca|empresa|negocio|business|company|tienda|store)\b")
_SHORTEST_NAME = 3
_MOST_STATEMENTS = 3
_NEWS_COMMAS, _NEWS_WORDS = 2, 16
_FEWEST_WORDS = 2  # fewer state nothing: "¡Hola!"


def opening_advice(survey: Survey, about: About) -> Iterator[Finding]:
    if not about.opens:
        return
    seen: set[tuple[str, Told]] = set()
    for said in survey.openings:
        last = survey.questions.get(str(said[-1].path[1])) if len(said[-1].path) > 1 else None
        asking = last if last is not None and last.told is said[-1] else None
        for finding in _of_one(survey, about, said, asking):
            if (finding.rule, finding.told) not in seen:
                seen.add((finding.rule, finding.told))
                yield finding


def _of_one(survey: Survey, about: About, said: Sequence[Told], asking: Question | None) -> Iterator[Finding]:
    first, state = said[0], _state(said[0], survey)
    if not any(names_business(told, about.names, survey.words) for told in (*said, *survey.around_opener)):
        yield Finding("W01", state, first, 0, len(first.source), {"names": " / ".join(about.names[:3])})
    yield from _long(survey, about, said)
    if asking is None and survey.opener is None and about.asked_for:
        return  # they asked, this is the answer
    offers = bool(asking and asking.choices) or survey.opener_offers
    if not offers and not any(_asks(told) for told in said):
        yield Finding("W03", state, first, 0, len(first.source))
    yield from _without_reason(survey, said)


def _state(told: Told, survey: Survey) -> str:
    return str(told.path[1]) if told.tree is survey.tree and len(told.path) > 1 else survey.dialog.first


def _asks(told: Told) -> bool:
    return bool(told.invitations or told.orders or told.options or told.words.finds("effort", told.folded))


def names_business(told: Told, names: Sequence[str], words: Lexicon) -> bool:
    """Whether the text says who writes: one of `names`, or what looks like a name where nobody told us any."""
    if _ABOUT_US.search(told.source):
        return True
    if not names:
        return _looks_named(told, words)
    return any(_has(told.folded, form) for name in names for form in _forms(fold(name), words))


def _forms(name: str, words: Lexicon) -> Iterator[str]:
    """A name and the part of it that nobody else has: "Clínica Aurora, S.A." is also Aurora."""
    yield name
    parts = re.findall(r"[\w&']+", name)
    own = [part for part in parts if not words.fits("legal_words", part) and len(part) >= _SHORTEST_NAME]
    if own and len(own) < len(parts):
        yield " ".join(own)
    elif len(own) > 1 and len(own[0]) > _SHORTEST_NAME:
        yield " ".join(own[:2])


def _has(text: str, name: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _looks_named(told: Told, words: Lexicon) -> bool:
    """ "Clínica Aurora: …", "somos Aurora", "from Faro Books"."""
    label = _LABEL.match(told.source)
    if label and not words.fits("no_name", fold(label[0])):
        return True
    return any(_PROPER.match(told.source, found.end()) for found in words.every("intro", told.folded))


def _long(survey: Survey, about: About, said: Sequence[Told]) -> Iterator[Finding]:
    first = said[0]
    length = sum(_length(told, survey) for told in said)
    most = about.budget if about.sms else LONGEST_OPENING
    state = _state(first, survey)
    if length > most:
        yield Finding("W02", state, first, 0, len(first.source), {"length": length, "most": most, "why": "long"})
        return
    for told in said:
        for sentence in told.sentences:
            if found := survey.words.finds("second_idea", sentence.text):
                yield match_at("W02", _state(told, survey), told, sentence, found, why="second")
                return
    words = survey.words
    questions = [one for told in said for one in told.questions if not words.fits("restating", one.text)]
    statements = [one for told in said for one in told.sentences if not one.asks and one.words >= _FEWEST_WORDS]
    if len(statements) > _MOST_STATEMENTS or len(questions) > 1:
        yield Finding("W02", state, first, 0, len(first.source), {"why": "several"})
    elif enumerated := next((one for told in said for one in told.sentences if _lists(one, survey.words)), None):
        told = next(told for told in said if enumerated in told.sentences)
        start, end = enumerated.start, enumerated.start + len(enumerated.text)
        yield Finding("W02", state, told, start, end - start, {"why": "several"})


def _lists(sentence: Sentence, words: Lexicon) -> bool:
    """Three orders in one sentence ("actualiza…, conoce… y dinos…"), or a long row of news."""
    orders = {found.start() for name in ("asking", "doing") for found in words.every(name, sentence.text)}
    row = sentence.text.count(",") >= _NEWS_COMMAS and words.finds("and", sentence.text)
    return len(orders) > 2 or bool(row and sentence.words >= _NEWS_WORDS)


def _length(told: Told, survey: Survey) -> int:
    """Characters as they will be sent: placeholders filled with what the dialog's examples say."""
    needs = survey.dialog.needs
    given = {name: value for name, need in needs.items() if (value := need.example or need.default) is not None}
    filled = re.sub(r"\{\{\s*(\w+)[^}]*\}\}", lambda found: str(given.get(found[1], found[1])), told.source)
    return len(unicodedata.normalize("NFC", filled))


def _without_reason(survey: Survey, said: Sequence[Told]) -> Iterator[Finding]:
    words = survey.words
    if any(words.finds("reasons", told.folded) for told in said):
        return
    for told in said:
        for sentence in told.sentences:
            found = words.finds("effort", sentence.text)
            if found and BLANK not in found[0]:
                yield match_at("W04", _state(told, survey), told, sentence, found)
                return
