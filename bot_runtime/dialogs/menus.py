"""Menus: what is shown on which page, and which option a message means.

A message means an option by what a tap brings back, else by its number, label or a synonym, else by a small typo in
one of those. The first of these that finds anything decides; if it finds two options, the message fits none (F007).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from bot_runtime.dialogs import numerals
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Option
from bot_runtime.dialogs.words import unaccented

MORE = Option(label=Text.parse(""), goto=None, code="", payload="menu:more")
"""Stands for "Otros" at the end of a menu's first page; `match` gives it back like any other option."""

Shown = tuple[str, Option]  # an option under its rendered label

_SIMILAR = 0.8  # of a word longer than three letters: one slip in five
_SHORTEST_CUT = 17  # characters; WhatsApp cuts button titles at 20 and list rows at 24
_EMOJI_VARIANTS = dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)])  # presentation, skin tones
_LONGEST = 200  # characters; nobody names an option with more
_NUMBER = re.compile(r"(?:(?:la|el|the) )?(?:(?:opcion|option|numero|number|num|nro)\b[.:#]? ?)?([0-9]{1,3}|[a-z]+)")
_NUMBERED_LABEL = re.compile(r"\s*([0-9]{1,3})\s*[).:\-]\s*(\S.*)", re.DOTALL)
_NOT_WORDS = re.compile(r"(?<=[0-9])[.,](?=[0-9])|(?<=\w)(['’])(?=\w)|([\W_]+)")


def page(options: Sequence[Option], render: Callable[[Text], str], *, more: bool, opener: str) -> list[Shown]:
    """What a menu shows, in order: its primary options closed by `opener` where it has secondary ones, or (`more`)
    the secondary ones. The contact's numbers count from 1 on either page (F008).
    """
    shown = [(render(option.label), option) for option in options if option.secondary == more]
    if not more and any(option.secondary for option in options):
        shown.append((opener, MORE))
    return shown


def match(
    shown: Sequence[Shown], text: str, payload: str | None = None, elsewhere: Sequence[Shown] = ()
) -> Option | None:
    """The option that `text` or a tap's `payload` means; None if it fits none, or two.

    `elsewhere`: options of the menu's other page, which have no number now but can be named or tapped.
    """
    everything = [*shown, *elsewhere]
    if payload:
        for _, option in everything:
            if option.payload == payload:
                return option
    chosen = find([(label, *option.synonyms) for label, option in everything], text, numbered=len(shown))
    return None if chosen is None else everything[chosen][1]


def find(names: Sequence[tuple[str, ...]], text: str, numbered: int) -> int | None:
    """Which entry of `names` (a label and its synonyms) `text` means; the first `numbered` go by number too."""
    found = fitting(names, text, numbered)
    return found.pop() if len(found) == 1 else None


def fitting(names: Sequence[tuple[str, ...]], text: str, numbered: int) -> set[int]:
    """All entries that `text` can mean: none, the one, or those it cannot tell apart."""
    written = text.strip()
    if not written or len(written) > _LONGEST:
        return set()
    if found := set(_to_the_letter(names, written, numbered)):
        return found
    words = comparable(written)
    return set(_comparably(names, written, words, numbered)) or set(_nearly(names, words))


def _to_the_letter(names: Sequence[tuple[str, ...]], written: str, numbered: int) -> Iterable[int]:
    number = _number(written)
    if number is not None and 1 <= number <= numbered:
        yield number - 1
    if not written.isascii():
        written = written.translate(_EMOJI_VARIANTS)
    for index, called in enumerate(names):
        if any(written == (name if name.isascii() else name.translate(_EMOJI_VARIANTS)) for name in called):
            yield index


def _comparably(names: Sequence[tuple[str, ...]], written: str, words: str, numbered: int) -> Iterable[int]:
    """Case, accents, punctuation and emoji aside; also `2) Facturas` whole, and a label the channel cut short."""
    if not words:
        return
    copied = _NUMBERED_LABEL.fullmatch(written)
    cut = words if len(written) >= _SHORTEST_CUT else ""
    for index, called in enumerate(names):
        label = _known(called[0])
        is_copy = copied is not None and int(copied[1]) == index + 1 <= numbered and comparable(copied[2]) == label
        if is_copy or words in map(_known, called) or (cut and label.startswith(cut)):
            yield index


def _nearly(names: Sequence[tuple[str, ...]], words: str) -> Iterable[int]:
    apart = words.split()
    for index, called in enumerate(names):
        if any(_alike(apart, _known_words(name)) for name in called):
            yield index


def _alike(words: Sequence[str], known: Sequence[str]) -> bool:
    """Word by word; short words must be the same ("no" is no typo of "yo")."""
    if len(words) != len(known) or all(len(word) <= 3 for word in known):
        return False
    from rapidfuzz.distance import OSA  # counts two swapped letters as one slip; 30 ms to import

    return all(
        one == other or (len(other) > 3 and OSA.normalized_similarity(one, other) >= _SIMILAR)
        for one, other in zip(words, known, strict=True)
    )


def _number(written: str) -> int | None:
    """`2`, `2)`, `2.`, `2️⃣`, `dos`, `two`, `opción 2`, `la 2`, `la segunda`."""
    if len(written) > 30:
        return None
    found = _NUMBER.fullmatch(numerals.cleaned(written))
    if found is None:
        return None
    return int(found[1]) if found[1].isdecimal() else numerals.ORDINARY.get(found[1])


def comparable(text: str) -> str:
    """`text` as its words alone: "¡Sí, quiero! 🎉" is "si quiero", "I'll go" is "ill go", "1.5 kg" stays itself."""
    return " ".join(_NOT_WORDS.sub(_kept, unaccented(text)).split())


def _kept(found: re.Match[str]) -> str:
    """Decimal marks stay, apostrophes vanish, anything else separates words."""
    return "" if found[1] else " " if found[2] else found[0]


_known = lru_cache(maxsize=8192)(comparable)  # labels and synonyms come back with every message; contacts' texts don't


@lru_cache(maxsize=8192)
def _known_words(name: str) -> tuple[str, ...]:
    return tuple(_known(name).split())
