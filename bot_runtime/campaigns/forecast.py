"""When a campaign's messages leave under its business's level: how many on which day (F142), when a rest goes on (D43).

Pure. A place is one contact of the level: who takes it has it for 24 hours.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY_MS: Final = 86_400_000
CATCH_UP_MS: Final = 2 * 3_600_000
"""How long after the launch hour a `next_day` rest goes on with places that become free only then."""
LONGEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Standing:
    """How a level stands at `at_ms`. `limit` None: nothing is counted. `frees`: (ms, places) that become free again.
    `ahead`: messages of older campaigns, which go first."""

    at_ms: int
    limit: int | None
    free: int
    frees: tuple[tuple[int, int], ...] = ()
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """So many messages leave on that day, by the local calendar."""

    day: date
    messages: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`first_day`: that of the launch. `left_over`: what would not leave within a year."""

    first_day: date
    days: tuple[Day, ...]
    left_over: int = 0

    @property
    def fits(self) -> bool:
        """Whether all leaves on the day of the launch."""
        return not self.left_over and all(one.day == self.first_day for one in self.days)


def next_launch(sent_at_ms: int, now_ms: int, zone: str) -> int:
    """The launch's local time of day, on the first day on which it is later than `now_ms`."""
    first = datetime.fromtimestamp(sent_at_ms / 1000, ZoneInfo(zone))
    days = max(0, (datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date() - first.date()).days)
    for day in range(days, days + 3):
        due = int((first + timedelta(days=day)).astimezone(UTC).timestamp() * 1000)
        if due > now_ms:
            return due
    raise AssertionError("a day has passed within three")


def goes_on_at(sent_at_ms: int, now_ms: int, room_at_ms: int, zone: str) -> int:
    """When the rest of a `next_day` campaign that finds no room now goes on: from the launch hour of the following day.

    For a while after that hour it waits for single places: those of the day before become free one by one.
    """
    following = next_launch(sent_at_ms, now_ms, zone)
    before = next_launch(sent_at_ms, now_ms - DAY_MS, zone) if now_ms - DAY_MS > sent_at_ms else sent_at_ms
    catching_up = before > sent_at_ms and before <= now_ms < before + CATCH_UP_MS
    return min(room_at_ms, following) if catching_up else following


def forecast(messages: int, standing: Standing, *, carry_over: str, zone: str) -> Forecast:
    """On which days `messages` leave if their campaign is launched at `standing.at_ms`.

    Every recipient is counted as one place. Whoever is inside their service window needs none, so that it may be done
    earlier, not later.
    """
    first = _day(standing.at_ms, zone)
    if not messages or standing.limit is None:
        return Forecast(first, (Day(first, messages),) if messages else ())
    ahead, left, by_day = standing.ahead, messages, dict[date, int]()
    for at_ms, places in _openings(standing, carry_over, zone):
        taken = min(places, ahead + left)
        ours = max(0, taken - ahead)
        ahead -= taken - ours
        left -= ours
        if ours:
            day = _day(at_ms, zone)
            by_day[day] = by_day.get(day, 0) + ours
        if not left:
            break
    return Forecast(first, tuple(Day(day, by_day[day]) for day in sorted(by_day)), left)


def _openings(standing: Standing, carry_over: str, zone: str) -> Iterable[tuple[int, int]]:
    """(when, places) that may be taken, each free again after 24 hours."""
    start = standing.at_ms
    heap = [(start, standing.free), *((at_ms, places) for at_ms, places in standing.frees if places > 0)]
    heapq.heapify(heap)
    end = start + LONGEST_DAYS * DAY_MS
    while heap and heap[0][0] < end:
        at_ms, places = heapq.heappop(heap)
        if carry_over == "next_day" and at_ms > start:
            at_ms = _launch_hour(start, at_ms, zone)
        if places > 0:
            yield at_ms, places
            heapq.heappush(heap, (at_ms + DAY_MS, places))


def _launch_hour(start_ms: int, free_at_ms: int, zone: str) -> int:
    """When a place that becomes free at `free_at_ms` is used: then, if the day's sending goes on, else the next day."""
    hour = next_launch(start_ms, free_at_ms - CATCH_UP_MS, zone)
    return max(hour, free_at_ms)


def _day(at_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).date()


def frees_of(at_ms: int, hours: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Places that become free in each hour from `at_ms` on, as `Standing` wants them: at that hour's end."""
    return tuple((at_ms + (n + 1) * 3_600_000, places) for n, places in enumerate(hours) if places)
