"""When a department is open (F027): `{ mon-fri: ["09:00-13:00", "14:00-18:00"], sat: "22:00-02:00" }`.

Hours are what the clock on the department's wall shows, so they hold on the days it is changed: an hour that is skipped
opens at its end, one that comes twice is open twice. What goes past midnight belongs to the day it begins on, and so
does a holiday. Pure: the moment is passed in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from bot_runtime.dialogs.recognizers.calendar import WEEKDAYS
from bot_runtime.dialogs.words import fold

DAY: Final = 1_440
_LOOKED_AHEAD = 400  # days; who does not open within them is closed
_INTERVAL = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?(?:([01]?[0-9]|2[0-3]):([0-5][0-9])|(24:00))")
_HOLIDAY = re.compile(r"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}")
_EVERY_DAY = frozenset({"daily", "every day", "diario", "todos", "todos los dias", "todos os dias"})


class Interval(NamedTuple):
    """Minutes of the day; an end past 1,440 is on the next one."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """`weekly` has seven days, Monday first; None: always open. `holidays`: `2026-12-25`, or `12-25` of every year."""

    weekly: Sequence[Sequence[Interval]] | None = None
    holidays: frozenset[str] = frozenset()
    time_zone: str = ""

    def of(self, day: date) -> Sequence[Interval]:
        """When it is open on `day`."""
        if self.weekly is None:
            return (Interval(0, DAY),)
        written = day.isoformat()
        return () if written in self.holidays or written[5:] in self.holidays else self.weekly[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        if self.weekly is None:
            return True
        wall = self.wall(at)
        minute = wall.hour * 60 + wall.minute
        today = wall.date()
        if any(start <= minute < end for start, end in self.of(today)):
            return True
        return any(minute + DAY < end for _, end in self.of(today - timedelta(days=1)))

    def opens_at(self, at: datetime) -> datetime | None:
        """When it opens next, by the clock on its wall; None while it is open, and for who never opens."""
        if self.is_open(at):
            return None
        wall = self.wall(at)
        for ahead in range(_LOOKED_AHEAD):
            day = wall.date() + timedelta(days=ahead)
            for interval in self.of(day):
                opening = self._beginning(day, interval)
                if opening is not None and opening > wall:
                    return opening
        return None

    def wall(self, at: datetime) -> datetime:
        return at.astimezone(zone_of(self.time_zone)).replace(tzinfo=None, fold=0)

    def _beginning(self, day: date, interval: Interval) -> datetime | None:
        """When an interval begins; one that begins in a skipped hour does at its end, if it lasts longer."""
        midnight = datetime.combine(day, time())
        for minute in range(interval.start, interval.end):
            moment = midnight + timedelta(minutes=minute)
            if self.wall(moment.replace(tzinfo=zone_of(self.time_zone)).astimezone(UTC)) == moment:
                return moment
        return None


ALWAYS: Final = Hours()


@dataclass(slots=True)
class Opening:
    """Who is open at one moment, for guards and texts."""

    departments: Mapping[str, Hours]
    at: datetime
    _open: dict[str, bool | None] = field(default_factory=dict)

    def is_open(self, name: str) -> bool | None:
        """None: there is no such department."""
        if name not in self._open:
            hours = self.departments.get(name)
            self._open[name] = None if hours is None else hours.is_open(self.at)
        return self._open[name]

    def opens_at(self, name: str) -> str | None:
        """`2026-03-16 09:00`, for the filters `date` and `time`."""
        hours = self.departments.get(name)
        opening = hours.opens_at(self.at) if hours is not None else None
        return None if opening is None else f"{opening:%Y-%m-%d %H:%M}"


class BadHours(ValueError):
    """`code` is bad_days, bad_interval, overlap or bad_holiday; `path` where inside, `written` what."""

    def __init__(self, code: str, path: tuple[str | int, ...], written: Any) -> None:
        super().__init__(f"{code}: {written}")
        self.code, self.path, self.written = code, path, written


def hours_of(department: Mapping[str, Any], time_zone: str) -> Hours:
    """The hours of a department as written; without any it is always open, but on its holidays.

    Raises:
        BadHours: the first of `faults`.
    """
    for fault in faults(department):
        raise fault
    zone = str(department.get("time_zone") or time_zone)
    holidays = frozenset(map(str, _listed(department.get("holidays"))))
    written = department.get("hours")
    if written is None:
        return Hours(((Interval(0, DAY),),) * 7 if holidays else None, holidays, zone)
    weekly: list[list[Interval]] = [[] for _ in range(7)]
    for days, intervals in written.items():
        for day in weekdays(days):
            weekly[day] += [interval for one in _listed(intervals) if (interval := _interval(one))]
    return Hours(tuple(tuple(sorted(day)) for day in weekly), holidays, zone)


def faults(department: Mapping[str, Any]) -> Iterator[BadHours]:
    """What cannot be read of a department's hours and holidays."""
    written = department.get("hours")
    taken: dict[int, list[Interval]] = {}
    for days, intervals in written.items() if isinstance(written, dict) else ():
        on = weekdays(days)
        if not on:
            yield BadHours("bad_days", ("hours", days), days)
        for at, one in enumerate(_listed(intervals)):
            interval = _interval(one)
            path = ("hours", days, at) if isinstance(intervals, list) else ("hours", days)
            if interval is None:
                yield BadHours("bad_interval", path, one)
            elif any(_overlap(interval, other) for day in on for other in taken.get(day, ())):
                yield BadHours("overlapping_hours", path, one)
            else:
                for day in on:
                    taken.setdefault(day, []).append(interval)
    holidays = department.get("holidays")
    for at, holiday in enumerate(_listed(holidays)):
        if not _is_day(str(holiday)):
            yield BadHours("bad_holiday", ("holidays", at) if isinstance(holidays, list) else ("holidays",), holiday)


def weekdays(written: Any) -> list[int]:
    """`mon-fri`, `lun, mié`, `sáb`, `daily`: Monday is 0; empty for anything else."""
    folded = fold(str(written))
    if folded in _EVERY_DAY:
        return list(range(7))
    found: list[int] = []
    for part in folded.split(","):
        first, _, last = (day.strip() for day in part.replace("–", "-").partition("-"))
        ends = [WEEKDAYS.get(first), WEEKDAYS.get(last or first)]
        if None in ends:
            return []
        start, end = (day or 0 for day in ends)
        found += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """A zone by its name; UTC for one nobody knows."""
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError):
        return UTC


def _interval(written: Any) -> Interval | None:
    found = _INTERVAL.fullmatch(str(written).strip())
    if found is None:
        return None
    start = int(found[1]) * 60 + int(found[2])
    end = DAY if found[5] else int(found[3]) * 60 + int(found[4])
    return Interval(start, end if end > start else end + DAY)


def _overlap(one: Interval, other: Interval) -> bool:
    return one.start < other.end and other.start < one.end


def _is_day(written: str) -> bool:
    if not _HOLIDAY.fullmatch(written):
        return False
    try:
        date.fromisoformat(written if len(written) > 5 else f"2024-{written}")  # a leap year
    except ValueError:
        return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
