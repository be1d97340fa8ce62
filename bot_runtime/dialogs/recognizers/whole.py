"""Whole numbers and ratings as answers: `12`, `veintiuno`, `4/5`, `4 estrellas`, ⭐⭐⭐⭐."""

import re
from collections.abc import Mapping
from typing import Any

from bot_runtime.dialogs import numerals
from bot_runtime.dialogs.recognizers.currencies import grouping
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit


def read_number(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    number = numerals.whole(text, here.language)
    if number is None:
        return Unfit("not_whole" if numerals.is_decimal(text) else "not_a_number")
    odd = _ODD_GROUP.fullmatch(numerals.cleaned(text)) if here.country else None
    if odd is not None and grouping(here.language, here.country, "") != odd[2]:
        return Unfit("ambiguous", (str(number), f"{odd[1]}.{odd[3]}"))  # dots where commas group, or the reverse
    return _within(number, limits.get("min", 0), limits.get("max", numerals.LARGEST))


_ODD_GROUP = re.compile(r"([-+]?[0-9]{1,3})([.,])([0-9]{3})")


def _within(number: int, least: int, most: int) -> Fits | Unfit:
    if number < least:
        return Unfit("too_small")
    return Fits(number) if number <= min(most, numerals.LARGEST) else Unfit("too_large")


_STARS = "⭐🌟★✭✮✯"
_HOLLOW_STARS = "☆✩"
_WITHOUT_STARS = str.maketrans("", "", _STARS + _HOLLOW_STARS + "\ufe0f")
_OUT_OF = re.compile(r"(.+?) ?(?:/|\b(?:out of|of|de|sobre)\b) ?(.+)")
_COUNTED = re.compile(r"(?:(?:un|una|el|a) )?(.+?)(?: (?:estrellas?|stars?|puntos?|points?))?")


def read_rating(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    """`4`, `cuatro`, `un 4`, `4/5`, `4 de 5`, `4 estrellas`, ⭐⭐⭐⭐, ★★★★☆; no decimals, no `4/10` for 1 to 5."""
    least, most = scale(limits)
    stars = sum(map(text.count, _STARS))
    worded = numerals.cleaned(text.translate(_WITHOUT_STARS) if stars else text)
    if not worded:
        return _within(stars, least, most) if stars else Unfit("not_a_number")
    if numerals.is_decimal(worded):
        return Unfit("not_whole")
    if scaled := _OUT_OF.fullmatch(worded):
        if numerals.whole(_counted(scaled[2]), here.language) != most:
            return Unfit("not_a_number")
        worded = scaled[1]
    number = numerals.whole(_counted(worded), here.language)
    if number is None or (stars > 1 and stars != number):
        return Unfit("not_a_number")
    return _within(number, least, most)


def _counted(worded: str) -> str:
    """The number in "un 4" or "4 estrellas"; "un" alone is itself a number."""
    found = _COUNTED.fullmatch(worded)
    return found[1] if found else worded


def scale(limits: Mapping[str, Any]) -> tuple[int, int]:
    return limits.get("min", 1), limits.get("max", 5)
