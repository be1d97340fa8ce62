"""Answers a bot has ready for what people ask out of turn (F063): `faq:` of `bot.yaml`, matched with care. Pure.

A question matches to the letter, or when all its words that matter are in the message (plurals and small typos
allowed) and little else is. A message that says no, is long, or fits two entries alike gets none: silence from here
lets a scripted step or a person answer, a wrong answer does not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from bot_runtime.dialogs import languages
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.words import fold, unaccented

MOST_WORDS = 14
MOST_LETTERS = 200
EXTRA_WORDS = 2  # that matter, beside those of the question
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    word
    for line in (
        "a al algo alguna alguno an and are as at be buenas bueno buenos by can como con could cual",
        "cuales cuando cuanta cuanto cuantos de del dia dias do does donde el ella en es esa ese eso esta",
        "estan este esto favor for from ha hacen hay hi hola hello i in is it la las le les lo los me mi",
        "mis muy my noches o of on or os oye para pero please por puedo puede pueden pueda que quiero",
        "quisiera saber se ser si sobre son su sus tal tardes te the their there they this tiene tienen",
        "tienes to tu tus u un una unas uno unos ustedes usted what when where which who will with would",
        "y ya yo you your ate boa bom com da das do dos e em esse essa eu fica ficam isso meu minha na",
        "nas nos oi ola onde os para pode posso qual quais quando quanto quero sao ter tem um uma voce",
        "voces",
    )
    for word in line.split()
)
_NEGATIONS = frozenset(
    ["no", "not", "nunca", "jamas", "tampoco", "sin", "never", "don", "dont", "nao", "nem", "ningun"]
)


class Entry(NamedTuple):
    """`questions` as people ask, in any language; `answer` in one or in several."""

    questions: tuple[str, ...]
    answer: Text


class _Asked(NamedTuple):
    said: str
    words: frozenset[str]
    entry: Entry


@dataclass(frozen=True)
class Faq:
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, data: Any, language: str) -> "Faq":
        """The `faq:` of a `bot.yaml` that was checked."""
        entries = [(_listed(one["questions"]), languages.text(one["answer"], language)) for one in data or ()]
        return cls(tuple(Entry(tuple(questions), answer) for questions, answer in entries))

    @cached_property
    def _asked(self) -> Sequence[_Asked]:
        return [
            _Asked(fold(question), frozenset(mattering(question)), entry)
            for entry in self.entries
            for question in entry.questions
        ]

    def find(self, message: str) -> Entry | None:
        """The entry that `message` asks for; None when that is not plain."""
        if not self.entries or len(message) > MOST_LETTERS:
            return None
        said = fold(message)
        for one in self._asked:
            if one.said == said:
                return one.entry
        words = mattering(message)
        if not words or len(_WORD.findall(message)) > MOST_WORDS:
            return None
        best: dict[int, list[Entry]] = {}
        for one in self._asked:
            if one.words and _fits(one.words, words):
                best.setdefault(len(one.words), []).append(one.entry)
        found = best[max(best)] if best else []
        return found[0] if found and all(entry is found[0] for entry in found) else None

    def answer(self, message: str, data: Mapping[str, Any], language: str) -> str | None:
        entry = self.find(message)
        return entry.answer.render(data, language).strip() or None if entry is not None else None


NO_FAQ = Faq()


def mattering(text: str) -> list[str]:
    """The words of `text` that carry its meaning, without case, accents and plural."""
    return [_stem(word) for word in _WORD.findall(unaccented(text)) if word not in _SMALL]


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("es") and word[-3] not in "aeiou":
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _fits(asked: frozenset[str], said: Sequence[str]) -> bool:
    """Whether the message has every word asked for, and little beside them; what it denies is not what it asks."""
    left = list(said)
    for word in asked:
        near = next((each for each in left if _same(word, each)), None)
        if near is None:
            return False
        left.remove(near)
    return len(left) <= EXTRA_WORDS and _NEGATIONS.isdisjoint(left)


def _same(known: str, said: str) -> bool:
    if known == said:
        return True
    if min(len(known), len(said)) < 5 or known[0] != said[0] or any(sign.isdigit() for sign in known):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(known, said, score_cutoff=1) <= 1


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


@dataclass(frozen=True, slots=True)
class General:
    """`responder`: there is one to ask."""

    faq: Faq = NO_FAQ
    responder: bool = False

    def __bool__(self) -> bool:
        return self.responder or bool(self.faq.entries)


NOTHING = General()
