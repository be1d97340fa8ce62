"""A version on trial: who gets it, and when it is clearly worse than the one before (B10)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot_runtime.dialogs.events import TextReceived
from bot_runtime.dialogs.session import Frame, Session
from bot_runtime.runtime.overview import Overviews
from bot_runtime.runtime.trials import Trials
from bot_runtime.runtime.troubles import troubles_of
from bot_runtime.store.connection import Store
from bot_runtime.versions.model import Choice, Trial
from bot_runtime.versions.rules import Refused
from bot_runtime.versions.trial import Worse, begins_on_it, lowest, tally, tally_dead, verdict
from tests.versions.business import FIRST, SECOND
from tests.versions.crowd import Crowd

LOOP = FIRST.replace("    goto: rating\n", "    goto: round\n").replace(
    "  rating:\n", "  round: { set: { n: n + 1 }, goto: round_2 }\n  round_2: { goto: round }\n  rating:\n", 1
)
PICKY = FIRST.replace("    answer: text\n", "    answer: email\n")


def trial(share: float, number: int = 2) -> Trial:
    return Trial(dialog="visit", number=number, version="new", base="old", share=share, since=0)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5, 0.9])
def test_a_share_of_the_contacts_begins_on_it_always_the_same(share: float):
    people = [f"3.{number:020x}" for number in range(4_000)]
    chosen = [one for one in people if begins_on_it(trial(share), one)]
    assert abs(len(chosen) / len(people) - share) < 0.03
    assert chosen == [one for one in people if begins_on_it(trial(share), one)]
    more = {one for one in people if begins_on_it(trial(min(share * 2, 1)), one)}
    assert more.issuperset(chosen)
    assert {one for one in people if begins_on_it(trial(share, number=3), one)} != set(chosen)


@pytest.mark.parametrize(
    ("new", "old", "worse"),
    [
        ((3, 3), (0, 0), True),  # all of the first
        ((2, 2), (0, 0), False),  # too few to say
        ((3, 20), (0, 200), True),
        ((3, 200), (0, 200), False),  # that may be chance
        ((20, 200), (18, 200), False),  # the old one fails as often
        ((60, 200), (18, 200), True),
        ((10, 50), (3, 5), True),  # the old one is known from too few
        ((0, 1_000), (500, 1_000), False),
    ],
)
def test_failed_sessions_are_compared_as_shares(new: tuple[int, int], old: tuple[int, int], worse: bool):
    counts = {"new:failed": new[0], "new:begun": new[1], "old:failed": old[0], "old:begun": old[1]}
    assert (verdict(counts) is not None) == worse


@pytest.mark.parametrize(
    ("new", "old", "worse"),
    [
        ((10, 100), (10, 100), False),
        ((16, 100), (10, 100), False),
        ((40, 100), (10, 100), True),
        ((12, 20), (0, 0), True),
        ((25, 25), (10, 20), True),  # nobody gets through
        ((90, 100), (85, 100), False),  # it was as bad
    ],
)
def test_answers_that_did_not_fit_are_compared_question_by_question(
    new: tuple[int, int], old: tuple[int, int], worse: bool
):
    elsewhere = {"new:answers:name": 10_000, "old:answers:name": 10_000}
    counts = {
        **elsewhere,
        "new:unfit:email": new[0],
        "new:answers:email": new[1],
        "old:unfit:email": old[0],
        "old:answers:email": old[1],
    }
    found = verdict(counts)
    assert (found is not None and found.state == "email") == worse


def test_the_bound_is_wilsons():
    assert lowest(50, 100) == pytest.approx(0.3742, abs=0.001)
    assert lowest(0, 10) == 0


AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SAID = TextReceived(at=AT, channel="wa", message_id="", text="x")


def on(version: str, **more: object) -> Session:
    facts = {
        "dialog": "visit",
        "version": version,
        "channel": "wa",
        "state": "name",
        "started_at": AT,
        "updated_at": AT,
    }
    return Session(**{**facts, **more})


@pytest.mark.parametrize(
    ("before", "after", "unfit", "counted"),
    [
        (None, on("new"), (), ["new:begun"]),
        (on("old", phase="ended", started_at=AT - timedelta(hours=1)), on("old"), (), ["old:begun"]),
        (on("new"), on("new", state="rating"), (), ["new:answers:name"]),
        (on("new"), on("new"), ("name",), ["new:answers:name", "new:unfit:name"]),
        (on("new"), on("new", phase="ended", cause="failed"), (), ["new:failed", "new:answers:name"]),
        (None, on("new", phase="ended", cause="failed"), (), ["new:begun", "new:failed"]),
        (on("other"), on("other", state="rating"), (), []),
        # It called another dialog, which answers for nobody; the one that called it fails with it, and begins once.
        (on("new"), on("1", dialog="b", callers=(Frame("visit", "new", "call"),)), (), ["new:answers:name"]),
        (on("1", dialog="b", callers=(Frame("visit", "new", "call"),)), on("new", state="rating"), (), []),
        (
            on("1", dialog="b", callers=(Frame("visit", "new", "call"),)),
            on("1", dialog="b", callers=(Frame("visit", "new", "call"),), phase="ended", cause="failed"),
            (),
            ["new:failed"],
        ),
    ],
)
def test_a_turn_counts_for_the_version_the_session_began_with(
    before: Session | None, after: Session, unfit: tuple[str, ...], counted: list[str]
):
    assert tally(trial(0.5), before, after, SAID, unfit) == counted
    assert tally(replace(trial(0.5), since=2**60), before, after, SAID, unfit) == []  # begun before the trial


def test_an_event_that_nobody_could_answer_counts_as_a_failed_session():
    inside = on("1", dialog="b", callers=(Frame("visit", "new", "call"),))
    assert tally_dead(trial(0.5), on("new")) == tally_dead(trial(0.5), inside) == ["new:failed"]
    assert tally_dead(trial(0.5), on("old")) == ["old:failed"]
    for other in (None, on("other"), on("new", phase="ended")):
        assert tally_dead(trial(0.5), other) == []


async def test_a_bad_canary_is_withdrawn_and_who_began_on_the_old_version_never_saw_it(store: Store, tmp_path: Path):
    """Through real turns: every conversation of the new version runs in a circle."""
    crowd = await Crowd.gather(store, tmp_path / "bot")
    old = crowd.definitions.workspace.dialogs["visit"].version
    await crowd.publish(LOOP, share=0.3)
    await crowd.say(range(60), "hi")
    await crowd.say(range(60), "Ana")
    failed = [number for number in range(60) if (await crowd.session(number)).cause == "failed"]
    assert 5 <= len(failed) <= 35
    assert crowd.definitions.trials

    assert await Trials(crowd.definitions).look() == [Worse("failed", "", len(failed), len(failed), 0.01)]
    assert not crowd.definitions.trials
    await crowd.say(range(100, 160), "hi")
    assert await crowd.versions.living(old) == {"name": 60, "rating": 60 - len(failed)}
    told = (await crowd.versions.audit())[0]
    assert (told["by"], told["what"], told["why"], told["bad"]) == ("system", "dialog_withdrawn", "failed", len(failed))
    seen = await Overviews(store, crowd.keys).now(crowd.definitions.workspace)
    (trouble,) = [one for one in troubles_of(seen) if one.code == "version_failed"]
    assert trouble.what.startswith("version 2 of visit was withdrawn by itself")
    assert (await Trials(crowd.definitions).look()) == []  # once


async def test_a_question_that_turns_people_away_is_found_among_the_others(store: Store, tmp_path: Path):
    crowd = await Crowd.gather(store, tmp_path / "bot")
    await crowd.publish(PICKY, share=0.5)
    await crowd.say(range(40), "hi")
    await crowd.say(range(40), "Ana")

    (worse,) = await Trials(crowd.definitions).look()
    assert (worse.why, worse.state, worse.bad) == ("unfit", "name", worse.of)


async def test_a_good_canary_stays_and_is_promoted_in_one_step(store: Store, tmp_path: Path):
    crowd = await Crowd.gather(store, tmp_path / "bot")
    old, new = crowd.definitions.workspace.dialogs["visit"].version, await crowd.publish(SECOND, share=0.5)
    await crowd.say(range(40), "hi")
    await crowd.say(range(40), "Ana")
    assert await Trials(crowd.definitions).look() == []
    on_old, on_new = [sum((await crowd.versions.living(one)).values()) for one in (old, new.version)]
    assert on_old + on_new == 40
    assert min(on_old, on_new) > 5

    await crowd.versions.promote("visit", by="user:ana", choice=Choice(people="migrate"))
    await crowd.definitions.take_up()
    assert await crowd.move() == {"asked": on_old}
    assert crowd.definitions.workspace.dialogs["visit"].version == new.version
    record = await crowd.versions.record("visit")
    assert record is not None
    assert (record.live, record.last, record.trial) == (2, 2, None)
    with pytest.raises(Refused):
        await crowd.versions.promote("visit", by="user:ana")


async def test_publishing_takes_the_place_of_a_trial_and_withdrawing_it_is_one_step(store: Store, tmp_path: Path):
    crowd = await Crowd.gather(store, tmp_path / "bot")
    await crowd.publish(SECOND, share=0.5)
    await crowd.versions.withdraw("visit", by="user:ana")
    await crowd.publish(SECOND + "# 3\n", share=0.5)
    await crowd.publish(FIRST + "# 4\n")
    record = await crowd.versions.record("visit")
    assert record is not None
    assert record.withdrawn == {2: "person", 3: "replaced"}
    assert (record.live, record.trial) == (4, None)
    back = await crowd.versions.roll_back("visit", by="user:ana")  # over the two that were never live
    assert (back.version and back.version.again) == 1
