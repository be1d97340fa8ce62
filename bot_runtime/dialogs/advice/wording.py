"""W05–W09: a question asks one thing, in the positive, without its answer, in measurable words, from memory."""

import re
from collections.abc import Iterator

from bot_runtime.dialogs.advice.findings import Finding, match_at
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import BLANK, Sentence, Told

_AROUND = 40  # characters on either side that tell what an "and" joins
_TAG = re.compile(r",\s*(?:¿\s*)?([^,]+)$")


def wording_advice(survey: Survey) -> Iterator[Finding]:
    for question in survey.questions.values():
        for rule in (_double, _negative, _suggesting, _vague, _looked_up):
            found = next(rule(question, survey.words), None)
            if found is not None:
                yield found


def _double(question: Question, words: Lexicon) -> Iterator[Finding]:
    """W05."""
    told = question.told
    for sentence in told.asked:
        if not sentence.asks and question.kind != "text":
            continue  # an order beside choices only says how to answer
        for found in words.every("and", sentence.text):
            if not sentence.asks and not _asks_more(sentence.text[found.end() :], words):
                continue
            if found.start() and not _is_one_thing(told, sentence, found, words):
                yield match_at("W05", question.name, told, sentence, found)
    asked = [one for one in told.questions if not words.fits("restating", one.text)]
    if len(asked) > 1:
        start, end = asked[1].start, asked[1].start + len(asked[1].text)
        yield Finding("W05", question.name, told, start, end - start, {"found": told.source[start:end]})


def _asks_more(rest: str, words: Lexicon) -> bool:
    """Whether what follows "and" in an order is something else to tell, not what comes of it."""
    return bool(words.named("second_datum").match(rest.lstrip())) and not words.finds("reasons", rest)


def _is_one_thing(told: Told, sentence: Sentence, found: re.Match[str], words: Lexicon) -> bool:
    text = sentence.text
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    if not after or before.endswith(BLANK) or after.startswith(BLANK):
        return True
    if _is_name(told, sentence.start + _last_word(before)) and _is_name(told, sentence.start + text.index(after)):
        return True
    near = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
    spot = found.start() - max(0, found.start() - _AROUND)
    return any(pair.start() <= spot < pair.end() for pair in words.every("one_thing", near))


def _last_word(text: str) -> int:
    return max(text.rfind(" "), text.rfind("'")) + 1


def _is_name(told: Told, start: int) -> bool:
    """Whether the word at `start` has a capital, or a digit, that it would not need."""
    letter = told.source[start : start + 1]
    return (letter.isupper() and start > 0) or letter.isdigit()


def _negative(question: Question, words: Lexicon) -> Iterator[Finding]:
    """W06: of questions that ask yes or no; "why not?" and "what did you not like?" are other questions."""
    told = question.told
    for sentence in told.questions:
        text = _without_tag(sentence.text, words)
        if words.named("question_words").match(text):
            continue
        harmless = [one.span() for one in words.every("harmless_no", text)]
        harmless += [one.span() for one in words.every("from_no", text)]
        for found in words.every("negation", text):
            if not any(start <= found.start() < end for start, end in harmless) and not _is_quoted(text, found.start()):
                yield match_at("W06", question.name, told, sentence, found)


def _without_tag(text: str, words: Lexicon) -> str:
    """The sentence without its ", ¿no?"."""
    tag = _TAG.search(text)
    return text[: tag.start()] if tag and words.fits("tag", tag[1]) else text


def _suggesting(question: Question, words: Lexicon) -> Iterator[Finding]:
    """W07."""
    told = question.told
    if words.finds("fair", told.folded):
        return
    for sentence in told.sentences:
        tag = _TAG.search(sentence.text) if sentence.asks else None
        if tag and words.fits("tag", tag[1]):
            yield match_at("W07", question.name, told, sentence, tag)
        if found := _outside_brackets(words.every("suggesting", sentence.text), sentence.text):
            yield match_at("W07", question.name, told, sentence, found)
    for before, sentence in zip(told.sentences, told.sentences[1:], strict=False):
        if sentence.asks and not before.asks and words.fits("tag", sentence.text):
            start = sentence.start
            facts = {"found": told.source[start : start + len(sentence.text)]}
            yield Finding("W07", question.name, told, start, len(sentence.text), facts)


def _outside_brackets(found: Iterator[re.Match[str]], text: str) -> re.Match[str] | None:
    """A scale names its ends in brackets or quotes: those are no opinion."""
    return next((one for one in found if not _is_quoted(text, one.start())), None)


def _is_quoted(text: str, at: int) -> bool:
    before = text[:at]
    pairs = any(before.count(opens) > before.count(closes) for opens, closes in ("()", "«»", "“”"))
    return pairs or before.count('"') % 2 == 1


def _vague(question: Question, words: Lexicon) -> Iterator[Finding]:
    """W08."""
    told = question.told
    for sentence in told.asked:
        if not sentence.asks and question.kind not in ("text", "yes_no", "menu"):
            continue
        measured = [one.span() for one in words.every("measured", sentence.text)]
        vague = (
            one
            for one in words.every("vague", sentence.text)
            if not any(start < one.end() and one.start() < end for start, end in measured)
        )
        if found := _outside_brackets(vague, sentence.text):
            yield match_at("W08", question.name, told, sentence, found)


def _looked_up(question: Question, words: Lexicon) -> Iterator[Finding]:
    """W09."""
    told = question.told
    if words.finds("quick", told.folded) or (question.kind in ("menu", "yes_no", "choice") and not told.orders):
        return
    for sentence in told.asked:
        if found := words.finds("lookup", sentence.text):
            yield match_at("W09", question.name, told, sentence, found)
