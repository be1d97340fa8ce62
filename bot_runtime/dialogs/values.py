"""What values mean in guards and texts: when they are equal, empty, numbers, and how they are printed.

Nothing here raises: a guard over odd data is false and a text over odd data prints something sensible.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from bot_runtime.dialogs.words import unaccented

MAX_RESULT = 20_000  # characters
_MAX_INT = 2**63 - 1
_NUMERAL = re.compile(r"\s*([+-]?[0-9]{1,19})(\.[0-9]{1,15})?\s*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_DAYS = 100_000
_YES_NO = {"es": ("sí", "no"), "en": ("yes", "no"), "pt": ("sim", "não")}

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def is_empty(value: object) -> bool:
    """Unset, blank text and an empty list are empty; zero and `false` are not."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value == []


def is_true(value: object) -> bool:
    """Whether a guard that comes to `value` holds."""
    return not is_empty(value) if isinstance(value, str) else bool(value)


def as_number(value: object) -> int | float | None:
    """The number that `value` is or spells (`"12"`, `"3.50"`); None if it is none."""
    if isinstance(value, str):
        found = _NUMERAL.fullmatch(value)
        if not found:
            return None
        return float(found[0]) if found[2] else _bounded(int(found[1]))
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_date(value: object) -> date | None:
    """The day that `2026-11-22` spells, as date answers are stored; None for anything else."""
    return _day(value) if isinstance(value, str) and _looks_like_a_day(value) else None


def _looks_like_a_day(text: str) -> bool:
    return len(text) == 10 and text[4] == "-"


@lru_cache(maxsize=1024)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def days(count: object) -> timedelta | None:
    """What is added to a date or taken from it; empty for what is no number of days."""
    number = as_number(count)
    return _days(int(number)) if number is not None and abs(number) <= _MAX_DAYS else None


@lru_cache(maxsize=256)
def _days(count: int) -> timedelta:
    return timedelta(days=count)


@lru_cache(maxsize=1024)
def _later(day: date, by: timedelta) -> str | None:
    try:
        return (day + by).isoformat()
    except OverflowError:
        return None


def is_equal(one: object, other: object) -> bool:
    """Texts are equal to the letter; a number also equals the text that spells it; empty equals nothing."""
    if one is None or other is None or one == "" or other == "":
        return False
    if type(one) is type(other):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    number = as_number(one)
    return number is not None and number == as_number(other)


def is_unequal(one: object, other: object) -> bool:
    """False with an empty side: what is not known is not known to differ."""
    if one is None or other is None or one == "" or other == "":
        return False
    return not is_equal(one, other)


def is_ordered(holds: Callable[[Any, Any], bool], one: object, other: object) -> bool:
    """Compare as numbers where both are; two other texts by their letters (so dates as dates, for
    they are stored year first), and anything else as false."""
    if isinstance(one, str) and isinstance(other, str) and _looks_like_a_day(one) and _looks_like_a_day(other):
        return holds(one, other)  # no number looks like one
    first, second = as_number(one), as_number(other)
    if first is not None and second is not None:
        return holds(first, second)
    if isinstance(one, str) and isinstance(other, str) and one and other:
        return holds(one, other)
    return False


def is_in(one: object, many: object) -> bool:
    """Whether a list has `one`, or a text holds it (without case and accents)."""
    if isinstance(many, list):
        return any(is_equal(one, each) for each in many)
    return contains(many, one)


def contains(whole: object, part: object) -> bool:
    """Whether text `whole` holds `part`, case and accents aside, or a list has it; an empty part is in nothing."""
    if isinstance(whole, list):
        return is_in(part, whole)
    if is_empty(whole) or is_empty(part):
        return False
    return unaccented(printed(part)) in unaccented(printed(whole))


def length(value: object) -> int:
    return len(value) if isinstance(value, list) else len(printed(value))


def add(one: object, other: object) -> Any:
    """Numbers are added, texts joined; a number and a text that spells one are added; with an empty side: empty."""
    if one is None or other is None:
        return None
    if isinstance(other, timedelta):
        day = as_date(one)
        return _later(day, other) if day is not None else None
    if not (isinstance(one, str) and isinstance(other, str)):
        first, second = as_number(one), as_number(other)
        if first is not None and second is not None:
            return _bounded(first + second)
        if is_empty(one) or is_empty(other) or not (isinstance(one, str) or isinstance(other, str)):
            return None
    joined = printed(one) + printed(other)
    return joined if len(joined) <= MAX_RESULT else None


def subtract(one: object, other: object) -> Any:
    """Numbers; a date less `days(…)` is a date, a date less a date the days between them."""
    day = as_date(one)
    if day is not None and isinstance(other, timedelta):
        return _later(day, -other)
    if day is not None and (earlier := as_date(other)) is not None:
        return (day - earlier).days
    first, second = as_number(one), as_number(other)
    return None if first is None or second is None else _bounded(first - second)


def multiply(one: object, other: object) -> Any:
    first, second = as_number(one), as_number(other)
    return None if first is None or second is None else _bounded(first * second)


def divide(one: object, other: object) -> Any:
    """Empty when divided by zero."""
    first, second = as_number(one), as_number(other)
    if first is None or not second:
        return None
    if isinstance(first, int) and isinstance(second, int) and first % second == 0:
        return _bounded(first // second)
    return _bounded(first / second)


def _bounded(number: int | float) -> int | float | None:
    """Whole results are whole numbers; past 64 bits there is no result."""
    if not -_MAX_INT <= number <= _MAX_INT:  # also false for nan
        return None
    return int(number) if isinstance(number, float) and number.is_integer() else number


def printed(value: object, language: str = "es") -> str:
    """`value` as a contact reads it: no `.0`, sí/no for booleans, lists with commas, nothing for empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES_NO.get(language, _YES_NO["en"])[not value]
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, timedelta):
        return str(value.days)
    if isinstance(value, list):
        return ", ".join(printed(each, language) for each in value)
    return str(value)
