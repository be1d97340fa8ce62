"""The table of retry classes: what a failed send means for its entry, its number, its channel and its contact."""

import pytest

from bot_runtime.channels.errors import meaning, refusal
from bot_runtime.errors import SendFailed
from bot_runtime.runtime.retries import Next, next_step
from bot_runtime.store.outbox import Meta

DAY_S = 86_400


def meta(kind: str = "reply", **facts: int) -> Meta:
    return Meta("sending", kind, 0, **facts)  # type: ignore[arg-type]


def nothing_left(code: str = "connection") -> SendFailed:
    return SendFailed("R", code, left=False)


@pytest.mark.parametrize(
    ("tries", "most_s"), [(0, 1), (1, 5), (2, 30), (3, 120), (4, 600), (5, 1_800), (6, 1_800), (100, 1_800)]
)
def test_when_nothing_left_it_is_tried_later_and_later_for_as_long_as_it_is_worth_it(tries: int, most_s: int):
    assert next_step(nothing_left(), meta(t=tries, n=tries)) == Next("queued", 0.0, most_s, "r")


@pytest.mark.parametrize(("refusals", "outcome"), [(0, "queued"), (6, "queued"), (7, "failed")])
def test_when_the_provider_said_no_it_is_tried_eight_times(refusals: int, outcome: str):
    step = next_step(refusal("whatsapp", "131000", 500, "", {}), meta(t=refusals, n=refusals))

    assert step.outcome == outcome
    assert step.counts == ("n" if outcome == "queued" else "")


def test_failures_to_connect_use_up_none_of_the_eight():
    assert next_step(SendFailed("R", "131000"), meta(t=20, n=0)).outcome == "queued"


def test_the_jitter_is_full():
    waits = [Next("queued", 0.0, 30).wait_ms() for _ in range(500)]

    assert min(waits) < 3_000
    assert max(waits) > 27_000


@pytest.mark.parametrize(("code", "refusals", "outcome"), [("131053", 1, "queued"), ("131053", 2, "failed")])
def test_media_that_cannot_be_fetched_are_tried_three_times(code: str, refusals: int, outcome: str):
    assert next_step(SendFailed("R", code), meta(t=refusals, n=refusals)).outcome == outcome


def test_a_number_just_deleted_is_left_for_five_minutes():
    step = next_step(SendFailed("R", "133015"), meta())

    assert step.least_s == 300
    assert step.most_s > 300


@pytest.mark.parametrize(("before", "wait_s"), [(0, 4), (1, 16), (2, 64), (5, 3_600), (50, 3_600)])
def test_too_fast_for_a_contact_waits_four_to_the_power_of_its_times_and_uses_up_no_try(before: int, wait_s: float):
    step = next_step(refusal("whatsapp", "131056", 400, "", {}), meta(y=before))

    assert step == Next("queued", min(wait_s, 3_600), min(wait_s, 3_600), "y")


@pytest.mark.parametrize(
    ("provider", "code", "status", "kind", "outcome", "then"),
    [
        ("whatsapp", "130429", 429, "template", "queued", "slow_down"),
        ("whatsapp", "", 429, "reply", "queued", "slow_down"),
        ("whatsapp", "", 502, "reply", "unknown", ""),
        ("whatsapp", "", 504, "template", "unknown", ""),
        ("whatsapp", "", 401, "reply", "queued", "pause_channel"),
        ("whatsapp", "190", 400, "template", "queued", "pause_channel"),  # an expired token
        ("whatsapp", "131042", 400, "template", "queued", "pause_channel"),  # payment
        ("whatsapp", "131031", 403, "template", "queued", "pause_channel"),  # locked
        ("whatsapp", "132001", 404, "template", "queued", "pause_template"),
        ("whatsapp", "132015", 400, "template", "queued", "pause_template"),
        ("whatsapp", "132016", 400, "template", "queued", "pause_template"),
        ("whatsapp", "131049", 400, "template", "failed", "leave_alone"),
        ("whatsapp", "131047", 400, "reply", "failed", "tell"),
        ("whatsapp", "131026", 400, "template", "failed", ""),
        ("whatsapp", "131050", 400, "template", "failed", "opt_out"),
        ("whatsapp", "", 404, "reply", "failed", ""),
        ("twilio", "20003", 401, "reply", "queued", "pause_channel"),
        ("twilio", "20429", 429, "reply", "queued", "slow_down"),
        ("twilio", "21610", 400, "reply", "failed", "opt_out"),
        ("twilio", "63016", 400, "reply", "failed", "tell"),
        ("twilio", "21211", 400, "reply", "failed", ""),
    ],
)
def test_each_class_does_what_the_table_says(provider: str, code: str, status: int, kind: str, outcome: str, then: str):
    step = next_step(refusal(provider, code, status, "", {}), meta(kind))

    assert (step.outcome, step.then, step.counts) == (outcome, then, "")
    assert meaning(provider, code, status).en


def test_a_process_that_stood_still_hands_the_entry_back_uncounted():
    assert next_step(nothing_left("stood_still"), meta(t=3)) == Next("queued")
