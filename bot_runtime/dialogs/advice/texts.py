"""A text as the rules read it: folded letter by letter, so that what they find is found at its place in the file."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bot_runtime.dialogs.advice.lexicon import Lexicon
from bot_runtime.dialogs.tree import Path, Tree

BLANK = "◻"
"""Stands for what a placeholder prints, repeated to its length."""

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BREAK = re.compile(r"[?!…]+|\.(?=\s|$)|;|\n+|(?=[¿¡])")
_SAYS = re.compile(rf"[^\W_]|{BLANK}")
_SHORT_FORM = re.compile(r"(?<!\w)(?:av|sra?|dra?|st|mrs?|ms|no|num|col|tel|ej|e\.g|i\.e|[ap]\. ?m)$")
_NUMBERED = re.compile(r"(?<!\w)([1-9])\s?[).]\s*(?=\S)")
_LIST_ITEM = re.compile(r"(?<!\w)[1-9]\s?[).]\s*([^\n]*?)(?=\s*(?<!\w)[1-9]\s?[).]|\s*$)", re.DOTALL)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`text` in small letters without accents, each character at its place; placeholders are `BLANK`s."""
    text = _PLACEHOLDER.sub(lambda found: BLANK * len(found[0]), text)
    return "".join([_plain(character) for character in text])


@lru_cache(maxsize=2048)
def _plain(character: str) -> str:
    small = character.lower()
    if small in "’‘":
        return "'"
    base = unicodedata.normalize("NFD", small)[:1]
    return base if len(base) == 1 else character


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of a folded text from `start`; `asks` where it ends with a question mark."""

    text: str
    start: int
    asks: bool

    @property
    def words(self) -> int:
        return len(re.findall(r"[^\W_]+(?:['’][^\W_]+)*|◻+", self.text))


@dataclass(frozen=True)
class Told:
    """A text of the dialog in one language, where it stands."""

    source: str
    tree: Tree = field(repr=False, compare=False)
    path: Path
    words: Lexicon = field(repr=False, compare=False)

    @cached_property
    def folded(self) -> str:
        return fold(self.source)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(_sentences(self._without_options))

    @cached_property
    def questions(self) -> tuple[Sentence, ...]:
        """What it asks with a question mark, but for what only opens the talk or goes on with it."""
        return tuple(one for one in self.invitations if not self.words.fits("leads", one.text))

    @cached_property
    def invitations(self) -> tuple[Sentence, ...]:
        """Its questions, with those that only ask to go on: "¿Empezamos?"."""
        return tuple(one for one in self.sentences if one.asks and not self.words.fits("small_talk", one.text))

    @cached_property
    def orders(self) -> tuple[Sentence, ...]:
        """What it asks without one: "Cuéntanos…", "Reply YES"."""
        return tuple(one for one in self.sentences if not one.asks and self.words.finds("asking", one.text))

    @cached_property
    def asked(self) -> tuple[Sentence, ...]:
        return (*self.questions, *self.orders)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The options written out in the text itself: `1) Sí 2) No`."""
        numbers = [int(found[1]) for found in _NUMBERED.finditer(self.folded)]
        if numbers[:2] != [1, 2]:
            return ()
        return tuple(found[1].strip() for found in _LIST_ITEM.finditer(self.folded))

    @property
    def _without_options(self) -> str:
        """The folded text up to the options written out in it."""
        return self.folded[: next(_NUMBERED.finditer(self.folded)).start()] if self.options else self.folded


def _sentences(text: str) -> Iterator[Sentence]:
    start = 0
    for found in _BREAK.finditer(text):
        if found[0] == "." and _SHORT_FORM.search(text, start, found.start()):
            continue
        yield from _sentence(text, start, found.start(), "?" in found[0])
        start = found.end()
    yield from _sentence(text, start, len(text), asks=False)


def _sentence(text: str, start: int, end: int, asks: bool) -> Iterator[Sentence]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(" \t¿¡,:-–—\"'«»()*"))
    if _SAYS.search(piece):
        yield Sentence(piece[lead:].rstrip(), start + lead, asks)
