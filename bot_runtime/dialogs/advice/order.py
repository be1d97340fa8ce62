"""W13–W15: the whole before its parts, the easy before the hard, and nothing that gives a later answer away.

Each question is read once for its traits; who comes after whom is bits (`Walk.later`), so that the check of a long
dialog stays quick.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot_runtime.dialogs.advice.findings import Finding, at, words_at
from bot_runtime.dialogs.advice.survey import Question, Survey
from bot_runtime.dialogs.advice.texts import fold

HARD = frozenset({"text", "date", "amount"})
EASY = frozenset({"menu", "yes_no", "choice", "multiple", "rating", "receipt", "intent"})
_JUDGED = frozenset({"rating", "menu", "text", "choice", "number"})
_SHORTEST_WORD = 3
_SHORTEST_STEM = 4

Span = tuple[int, int]


def order_advice(survey: Survey) -> Iterator[Finding]:
    order = _Order(survey)
    for early in order.traits:
        for rule in (order.detail_first, order.hard_first, order.gives_away):
            found = rule(early)
            if found is not None:
                yield found


@dataclass(frozen=True)
class _Traits:
    """What matters of a question where its place is judged."""

    question: Question

    def _finds(self, name: str) -> bool:
        return self.question.told.words.finds(name, self.question.told.folded) is not None

    @cached_property
    def width(self) -> int | None:
        """How wide a whole it judges, 0 the widest; None where it judges nothing."""
        told = self.question.told
        if self.question.kind not in _JUDGED or not self._finds("judging"):
            return None
        wholes = told.words.wholes()
        return next((width for width, named in enumerate(wholes) if named.search(told.folded)), len(wholes))

    @cached_property
    def recalls(self) -> bool:
        told = self.question.told
        return any(told.words.finds("recalling", one.text) for one in told.asked)

    @cached_property
    def hints(self) -> bool:
        """Whether it tells good or bad of something."""
        return self._finds("hinting")

    @cached_property
    def is_hard(self) -> bool:
        by_heart = self.question.is_open and self._finds("known_by_heart")
        return self.question.kind in HARD and not by_heart and not self._finds("recalling")

    @cached_property
    def is_easy(self) -> bool:
        """What confirms an answer is no question of its own."""
        return self.question.kind in EASY and not self._finds("confirming")

    @cached_property
    def stems(self) -> dict[str, Span]:
        """Its words of weight, and where they stand."""
        told = self.question.told
        found: dict[str, Span] = {}
        for one in re.finditer(r"[^\W\d_]+", told.folded):
            if len(one[0]) >= _SHORTEST_WORD and not told.words.fits("little", one[0]):
                found.setdefault(_stem(one[0]), one.span())
        return found

    @cached_property
    def named(self) -> Span | None:
        """A name with a capital inside it: "Súper Sol"."""
        for sentence in self.question.told.sentences:
            for found in re.finditer(r"[^\W\d_]+", sentence.text):
                start, end = sentence.start + found.start(), sentence.start + found.end()
                written = self.question.told.source[start:end]
                if found.start() and written[:1].isupper() and fold(written) == found[0]:
                    return start, end
        return None


class _Order:
    def __init__(self, survey: Survey) -> None:
        self._walk = survey.walk
        self.traits = [_Traits(question) for question in survey.in_order]
        self._by_name = {one.question.name: one for one in self.traits}
        self._narrower = [
            self._mask(lambda one, most=most: one.width is not None and one.width < most)  # type: ignore[misc]
            for most in range(4)
        ]
        self._easy = self._mask(lambda one: one.is_easy)
        self._recalling = self._mask(lambda one: one.recalls)
        self._rated = self._mask(lambda one: one.question.kind == "rating")

    def detail_first(self, early: _Traits) -> Finding | None:
        """W13."""
        if not early.width:
            return None
        late = next(self._after(early, self._narrower[early.width]), None)
        return at("W13", early.question, other=late.question.name) if late else None

    def hard_first(self, early: _Traits) -> Finding | None:
        """W14. What follows from the hard answer cannot come before it."""
        if not early.is_hard:
            return None
        saves = early.question.saves
        later = (late for late in self._after(early, self._easy) if not saves or saves not in late.question.uses)
        late = next(later, None)
        return at("W14", early.question, other=late.question.name) if late else None

    def gives_away(self, early: _Traits) -> Finding | None:
        """W15: names what is to be recalled, or tells good or bad of what is to be rated."""
        told = (0 if early.recalls else self._recalling) | (self._rated if early.hints else 0)
        for late in self._after(early, told):
            shared = next((span for stem, span in early.stems.items() if stem in late.stems), None)
            shared = shared or (early.named if late.recalls else None)
            if shared:
                return words_at("W15", early.question.name, early.question.told, *shared, other=late.question.name)
        return None

    def _mask(self, fits: Callable[[_Traits], bool]) -> int:
        return self._walk.bits([one.question.name for one in self.traits if fits(one)])

    def _after(self, early: _Traits, mask: int) -> Iterator[_Traits]:
        """Those of `mask` that can come after `early`, in order."""
        names: Sequence[str] = self._walk.order
        left = self._walk.later(early.question.name) & mask
        while left:
            lowest = left & -left
            yield self._by_name[names[lowest.bit_length() - 1]]
            left ^= lowest


def _stem(word: str) -> str:
    """`ópticas` and `óptica` alike."""
    return re.sub(r"(?:es|s|as|os|a|o)$", "", word) if len(word) > _SHORTEST_STEM else word
