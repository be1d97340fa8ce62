"""On which days a campaign's messages leave under its business's level (F142, D43)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.campaigns.forecast import DAY_MS, Standing, forecast, frees_of, goes_on_at, next_launch

HOUR_MS = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


TEN = ms("2026-03-02T10:00")


def by_day(messages: int, standing: Standing, carry_over: str = "rolling", zone: str = "UTC") -> list[tuple[str, int]]:
    found = forecast(messages, standing, carry_over=carry_over, zone=zone)
    return [(one.day.isoformat()[5:], one.messages) for one in found.days]


@pytest.mark.parametrize(
    ("messages", "standing", "days"),
    [
        (800, Standing(TEN, 1_000, 1_000), [("03-02", 800)]),
        (2_500, Standing(TEN, 1_000, 1_000), [("03-02", 1_000), ("03-03", 1_000), ("03-04", 500)]),
        (5_000, Standing(TEN, None, 0), [("03-02", 5_000)]),  # no limit
        (0, Standing(TEN, 1_000, 1_000), []),
        (300, Standing(TEN, 999, 0, ((TEN + HOUR_MS, 99), (TEN + DAY_MS, 900))), [("03-02", 99), ("03-03", 201)]),
        (500, Standing(TEN, 1_000, 1_000, ahead=700), [("03-02", 300), ("03-03", 200)]),  # older ones go first
        (500, Standing(TEN, 1_000, 1_000, ahead=1_600), [("03-03", 400), ("03-04", 100)]),
    ],
)  # fmt: skip
def test_messages_leave_as_places_become_free(messages: int, standing: Standing, days: list[tuple[str, int]]):
    assert by_day(messages, standing) == days


def test_next_day_leaves_the_rest_from_the_launch_hour():
    standing = Standing(TEN, 1_000, 400, ((TEN + 5 * HOUR_MS, 600),))
    assert by_day(1_200, standing) == [("03-02", 1_000), ("03-03", 200)]
    assert by_day(1_200, standing, "next_day") == [("03-02", 400), ("03-03", 800)]


def test_days_are_those_of_the_campaigns_zone():
    late = ms("2026-03-03T05:30")  # half past eleven in the evening, in Mexico City
    assert by_day(10, Standing(late, 5, 5), zone="America/Mexico_City") == [("03-02", 5), ("03-03", 5)]


def test_what_would_not_leave_in_a_year_is_said():
    found = forecast(1_000, Standing(TEN, 1, 1), carry_over="rolling", zone="UTC")
    assert sum(one.messages for one in found.days) + found.left_over == 1_000
    assert found.left_over == 634
    assert not found.fits


@given(
    messages=st.integers(1, 5_000),
    limit=st.integers(1, 1_000),
    free=st.integers(0, 1_000),
    hours=st.lists(st.integers(0, 50), max_size=24),
    ahead=st.integers(0, 2_000),
    carry_over=st.sampled_from(["rolling", "next_day"]),
)
def test_no_message_is_forgotten_and_no_day_holds_more_than_two_levels(
    messages: int, limit: int, free: int, hours: list[int], ahead: int, carry_over: str
):
    """A calendar day can hold the end of one 24 hours and the beginning of the next."""
    free = min(free, limit)
    frees, left = [], limit - free
    for at_ms, places in frees_of(TEN, hours):
        frees.append((at_ms, min(places, left)))
        left -= min(places, left)
    frees.append((TEN + DAY_MS, left))
    found = forecast(messages, Standing(TEN, limit, free, tuple(frees), ahead), carry_over=carry_over, zone="UTC")
    assert sum(one.messages for one in found.days) + found.left_over == messages
    assert all(0 < one.messages <= 2 * limit for one in found.days)
    assert [one.day for one in found.days] == sorted({one.day for one in found.days})


@pytest.mark.parametrize(
    ("launched", "now", "zone", "then"),
    [
        ("2026-03-02T10:00", "2026-03-02T10:05", "UTC", "2026-03-03T10:00"),
        ("2026-03-02T10:00", "2026-03-04T09:59", "UTC", "2026-03-04T10:00"),
        ("2026-03-02T10:00", "2026-03-04T10:00", "UTC", "2026-03-05T10:00"),
        ("2026-03-28T09:00", "2026-03-28T12:00", "Europe/Madrid", "2026-03-29T08:00"),  # the clock moved: ten again
        ("2026-03-02T04:00", "2026-03-02T05:00", "America/Mexico_City", "2026-03-03T04:00"),  # another date there
    ],
)
def test_the_launch_hour_is_local(launched: str, now: str, zone: str, then: str):
    assert next_launch(ms(launched), ms(now), zone) == ms(then)


@pytest.mark.parametrize(
    ("minutes_after_launch", "room_in_min", "goes_on_in_min"),
    [
        (1, 300, 24 * 60 - 1),  # the first day is over: tomorrow, though there is room this afternoon
        (24 * 60 + 1, 1, 1),  # the second morning: yesterday's places become free one by one
        (24 * 60 + 1, 5 * 60, 5 * 60),
        (27 * 60, 1, 21 * 60),  # later that day: tomorrow
    ],
)
def test_a_next_day_rest_goes_on_from_the_launch_hour(minutes_after_launch: int, room_in_min: int, goes_on_in_min: int):
    now = TEN + minutes_after_launch * 60_000
    then = goes_on_at(TEN, now, now + room_in_min * 60_000, "UTC")
    assert timedelta(milliseconds=then - now) == timedelta(minutes=goes_on_in_min)
