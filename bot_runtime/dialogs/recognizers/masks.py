"""The order of a date's day, month and year: a question's mask, or what is usual where the contact is."""

import re
from datetime import date

from bot_runtime.dialogs.recognizers.result import Here

_MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH", "GU", "AS"})
_EITHER_FIRST = frozenset({"CA", "PR"})  # people of both habits
_MASK_PARTS = re.compile(r"(d{1,2}|m{1,2}|a{2,4}|y{2,4})")


def order_of(mask: str) -> str | None:
    """`dd/mm/aaaa` → `dmy`; None where the mask has no day and month, or one of them twice."""
    parts = [part[0].replace("a", "y") for part in _MASK_PARTS.findall(mask.lower())]
    left = _MASK_PARTS.sub("", mask.lower())
    order = "".join(parts)
    return order if order in ("dmy", "mdy", "ymd", "dm", "md") and not left.strip("/-. ") else None


def usual_mask(here: Here) -> str:
    """How a date is written where the contact is, in their words; year first where nobody can tell."""
    habits = orders(here)
    if len(habits) > 1:
        return "yyyy-mm-dd"
    year = "yyyy" if here.language == "en" else "aaaa"
    return f"mm/dd/{year}" if habits == ["md"] else f"dd/mm/{year}"


def written(day: date, mask: str, here: Here) -> str:
    """`day` by the mask, or as is usual where the contact is: `27/11/2026`."""
    parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}"}

    def part(found: re.Match[str]) -> str:
        return parts.get(found[0][0]) or (f"{day.year:04d}" if len(found[0]) > 2 else f"{day.year % 100:02d}")

    return _MASK_PARTS.sub(part, (mask or usual_mask(here)).lower())


def orders(here: Here) -> list[str]:
    if here.country in _EITHER_FIRST or (here.country in _MONTH_FIRST and here.language != "en"):
        return ["dm", "md"]
    if here.country in _MONTH_FIRST:
        return ["md"]
    return ["dm", "md"] if here.language == "en" and not here.country else ["dm"]
