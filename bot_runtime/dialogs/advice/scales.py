"""W16: a scale says what both of its ends mean."""

import re
from collections.abc import Iterator

from bot_runtime.dialogs.advice.findings import Finding, at
from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import fold

_BARE = re.compile(r"\W*(\d{1,2})\W*")
_POINT = re.compile(r"(?<![\w.,])(?:10|[0-9])(?![\w.,]*\d)")
_FEWEST = 3


def scale_advice(survey: Survey) -> Iterator[Finding]:
    for question in survey.questions.values():
        if question.kind == "rating":
            low, high = _ends(question, survey.words)
            missing = [end for end in (low, high) if not names_end(question.told.folded, end, survey.words)]
        else:
            missing = list(_unnamed_labels(question))
        if missing:
            yield at("W16", question, ends=" / ".join(map(str, missing)))


def _ends(question: Question, words: Lexicon) -> tuple[int, int]:
    """Those of the answer; where it says none, those of the text, so that a forgotten `max` is not told twice."""
    low, high = question.answer.get("min", 1), question.answer.get("max", 5)
    if "max" not in question.answer:
        if found := words.finds("scale", question.told.folded):
            low, high = int(found[1]), int(found[2])
        elif len(numbers := [int(one) for one in _POINT.findall(question.told.folded)]) > 1:
            low, high = min(numbers), max(numbers)
    return (low if isinstance(low, int) else 1, high if isinstance(high, int) else 5)


def names_end(text: str, end: int, words: Lexicon) -> bool:
    """Whether the folded text says what `end` means: "1 (muy mala)", "5 es excelente", "very bad (1)"."""
    unit = words.text("scale_unit")
    number = rf"(?<![\w.,]){end}(?![\w]|[.,]\d)(?:\ufe0f?\u20e3)?(?:\s*{unit})?"
    mark = rf"[(\[«\"“'=:]\s*(?!{unit}\b)|,?\s*{words.text('ends_bound')}\s+[«\"“']?"
    bound = rf"\s*(?:{mark})(?=[^\W\d])"
    bare = rf"\s*[,\-–—]?\s*{words.text('end_words')}(?!\w)"
    before = rf"(?<!\w)[^\W\d]\w*[»\"”']?\s*[(\[=:]\s*{end}\s*[)\],.;]"
    return re.search(f"{number}(?:{bound}|{bare})|{before}", text) is not None


def _unnamed_labels(question: Question) -> Iterator[int]:
    """The ends of a menu that is a scale: labels that begin with a number each."""
    labels = [fold(choice.label) for choice in question.choices]
    numbers = [re.match(r"\W*(\d{1,2})(?!\w)", label) for label in labels]
    if len(labels) < _FEWEST or not all(numbers):
        return
    for label in (labels[0], labels[-1]):
        if (bare := _BARE.fullmatch(label)) is not None and not _says(question, int(bare[1])):
            yield int(bare[1])


def _says(question: Question, end: int) -> bool:
    return names_end(question.told.folded, end, question.told.words)
