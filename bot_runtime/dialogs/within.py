"""Answers that must fall within opening hours (F036): `answer: { type: time, within: ventas, day: fecha }`.

A time fits when the department is open then, on `day` or, without one, on any day of a usual week; a date fits when it
opens at all that day. Of the two halves of the day that "a las 3" can mean, the one it is open in is meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot_runtime.dialogs import formats
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.grammar import HOURS
from bot_runtime.dialogs.hours import DAY, Hours, Interval
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.texts import say
from bot_runtime.dialogs.values import as_date

_MOST_TOLD = 3  # different hours; more would not help


@dataclass(frozen=True, slots=True)
class Window:
    """The hours an answer must fall within; `day` None: of any day of the week."""

    hours: Hours
    day: date | None = None

    def fits(self, kind: str, value: str) -> bool:
        if kind == "date":
            day = as_date(value)
            return day is not None and bool(self.hours.of(day))
        hour, _, minutes = value.partition(":")
        minute = int(hour) * 60 + int(minutes)
        if self.day is not None:
            before = self.hours.of(self.day - timedelta(days=1)) if self.day > date.min else ()
            return _is_in(minute, self.hours.of(self.day)) or _is_in(minute + DAY, before)
        return any(_is_in(minute, day) or _is_in(minute + DAY, day) for day in self._week())

    def said(self, here: Here) -> str:
        """`Atendemos de 9:00 a 13:00 y de 14:00 a 18:00.`; empty where there is nothing short to say."""
        days = [self.hours.of(self.day)] if self.day is not None else self._week()
        told = list(dict.fromkeys(interval for day in days for interval in day))
        if not told or len(told) > _MOST_TOLD:
            return ""
        spans = [say(here.language, "from_to", min=_clock(one.start, here), max=_clock(one.end, here)) for one in told]
        return say(here.language, "limits_hours", hours=formats.listed(spans, here.language))

    def _week(self) -> Iterable[Iterable[Interval]]:
        return self.hours.weekly if self.hours.weekly is not None else [(Interval(0, DAY),)]


def window_of(limits: Mapping[str, Any], data: Mapping[str, Any]) -> Window | None:
    """The window of an answer with `within`; None where nobody knows the department any more."""
    opening = data.get(HOURS)
    hours = opening.departments.get(limits["within"]) if opening is not None else None
    if hours is None:
        return None
    day = limits.get("day")
    return Window(hours, as_date(day.evaluate(data)) if isinstance(day, Expression) else None)


def judged(kind: str, read: Fits | Unfit, window: Window) -> Fits | Unfit:
    """What was read, if it falls within the window."""
    if isinstance(read, Unfit) and read.reason != "ambiguous":
        return read
    readings = read.readings if isinstance(read, Unfit) else (str(read.value),)
    within = [reading for reading in readings if window.fits(kind, reading)]
    if not within:
        return Unfit("closed_day" if kind == "date" else "closed")
    return Fits(within[0]) if len(within) == 1 else read


def _is_in(minute: int, intervals: Iterable[Interval]) -> bool:
    return any(start <= minute < end for start, end in intervals)


def _clock(minute: int, here: Here) -> str:
    return formats.time(f"{minute // 60 % 24:02d}:{minute % 60:02d}", here.language)
