"""Machines that talk to each other are stopped; people are not."""

from bot_runtime.channels.base import Limits
from bot_runtime.runtime.guard import Guard, allow, heard

LIMITS = Limits()


def test_twenty_replies_a_minute_may_be_said_and_no_more():
    guard, allowed = allow(Guard(), [f"text {n}" for n in range(25)], LIMITS, now_s=1_000)

    assert allowed == 20
    assert guard.stopped == "too_many_replies"


def test_replies_spread_over_the_minutes_are_never_stopped():
    guard = Guard()
    for n in range(200):
        guard, allowed = allow(guard, [f"text {n}"], LIMITS, now_s=1_000 + 4 * n)
        assert allowed == 1


def test_the_same_text_is_said_five_times_in_ten_minutes():
    guard, said = Guard(), 0
    for n in range(7):
        guard, allowed = allow(guard, ["again"], LIMITS, now_s=1_000 + 90 * n)
        said += allowed

    assert said == 5
    assert guard.stopped == "same_text"


def test_the_same_text_may_be_said_again_when_ten_minutes_have_passed():
    guard = Guard()
    for n in range(20):
        guard, allowed = allow(guard, ["again"], LIMITS, now_s=1_000 + 150 * n)
        assert allowed == 1


def test_a_stopped_bot_speaks_again_after_an_hour_of_quiet():
    stopped = Guard((), "same_text", until=5_000)

    assert heard(stopped, 4_999).until == 4_999 + 3_600  # they still write: another hour
    assert heard(stopped, 5_000) == Guard()
    assert allow(stopped, ["hi"], LIMITS, 4_000) == (stopped, 0)
