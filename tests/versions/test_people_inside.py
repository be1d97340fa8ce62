"""The people inside a dialog when a new version comes: they stay, are moved, or begin anew, each counted (B10)."""

from pathlib import Path

import pytest

from bot_runtime.store.connection import Store
from bot_runtime.versions.model import Choice
from bot_runtime.versions.rules import Refused
from tests.versions.business import FIRST, SECOND
from tests.versions.crowd import Crowd

RENAMED = SECOND.replace("  rating:\n", "  stars:\n").replace("goto: rating", "goto: stars")


@pytest.fixture
async def crowd(store: Store, tmp_path: Path) -> Crowd:
    return await Crowd.gather(store, tmp_path / "bot")


async def test_a_thousand_people_stay_are_moved_or_begin_anew_as_chosen(crowd: Crowd):
    await crowd.say(range(1000), "hi")
    await crowd.say(range(400), "Ana")
    first = crowd.definitions.workspace.dialogs["visit"].version
    second = await crowd.publish(SECOND)
    assert await crowd.versions.living(first) == {"name": 600, "rating": 400}  # they keep what they began

    third = await crowd.publish(SECOND + "# again\n", Choice(people="migrate"))
    assert await crowd.move() == {"moved": 600, "asked": 400}  # only one question reads otherwise
    assert await crowd.versions.living(first) == {}
    assert await crowd.versions.living(third.version) == {"name": 600, "rating": 400}
    assert (await crowd.said(0))[-1] == "From 1 to 5, Ana?"
    assert await crowd.said(999) == ["What is your name?"]
    await crowd.say(range(1), "5")
    assert (await crowd.said(0))[-1] == "Thank you, Ana: 5."

    fourth = await crowd.publish(FIRST + "# once more\n", Choice(people="restart", text="We begin again."))
    assert await crowd.move() == {"restarted": 999}
    assert await crowd.versions.living(fourth.version) == {"name": 999}
    assert await crowd.versions.living(second.version) == await crowd.versions.living(third.version) == {}
    assert (await crowd.said(3))[-2:] == ["We begin again.", "What is your name?"]
    audit = [line for line in await crowd.versions.audit() if line["what"] == "dialog_people_moved"]
    assert [line.get("restarted", 0) for line in audit] == [999, 0]


async def test_people_are_moved_to_what_is_live_already(crowd: Crowd):
    """A saved file is live at once and leaves people where they are; moving them is decided afterwards."""
    await crowd.say(range(3), "hi")
    await crowd.publish(SECOND)
    with pytest.raises(Refused, match="same"):
        await crowd.publish(SECOND)
    again = await crowd.publish(SECOND, Choice(people="migrate"))

    assert await crowd.move() == {"moved": 3}
    assert await crowd.versions.living(again.version) == {"name": 3}
    history = await crowd.versions.history("visit")
    assert [(one.number, one.again) for one in history] == [(1, 0), (2, 0), (3, 2)]
    with pytest.raises(Refused, match="same"):  # nobody is left to move
        await crowd.publish(SECOND, Choice(people="migrate"))


async def test_a_map_says_where_the_people_of_a_vanished_state_go_and_answers_and_attempts_stay(crowd: Crowd):
    await crowd.say(range(4), "hi")
    await crowd.say(range(3), "Ana")
    await crowd.say(range(1), "what?")
    new = await crowd.publish(RENAMED, Choice(people="migrate", states={"rating": "stars"}))

    assert await crowd.move() == {"asked": 3, "moved": 1}
    moved = await crowd.session(0)
    assert (moved.version, moved.state, moved.attempts) == (new.version, "stars", 1)
    assert moved.answers == {"name": "Ana"}


async def test_who_is_chosen_to_stay_or_has_no_place_keeps_the_version(crowd: Crowd):
    await crowd.say(range(4), "hi")
    await crowd.say(range(3), "Ana")
    old = crowd.definitions.workspace.dialogs["visit"].version
    await crowd.publish(RENAMED, Choice(people="migrate", stay=("rating",)))
    assert await crowd.move() == {"stay": 3, "moved": 1}
    assert await crowd.versions.living(old) == {"rating": 3}
    await crowd.say(range(1), "5")
    assert (await crowd.said(0))[-1] == "Thanks, Ana: 5."

    await crowd.publish(RENAMED + "# again\n", Choice(people="migrate"))
    assert await crowd.move() == {"unmapped": 2, "moved": 1}


async def test_outside_whatsapps_hours_nobody_is_moved_to_a_question_they_cannot_be_asked(crowd: Crowd):
    await crowd.say(range(2), "hi", "wa")
    await crowd.say(range(1), "Ana", "wa")
    await crowd.store.advance_clock(86_401)
    await crowd.publish(SECOND, Choice(people="migrate"))

    assert await crowd.move() == {"silent": 1, "moved": 1}
    assert (await crowd.session(0, "wa")).state == "rating"


async def test_who_ends_before_their_turn_comes_is_gone(crowd: Crowd):
    await crowd.say(range(3), "hi")
    await crowd.say(range(3), "Ana")
    await crowd.publish(SECOND, Choice(people="restart", text="Again."))
    move = (await crowd.versions.moves())[0]
    for shard in range(crowd.keys.shards):
        await crowd.mover._noted(move, shard)
    await crowd.say(range(2), "5")

    assert await crowd.move() == {"gone": 2, "restarted": 1}


async def test_a_move_goes_on_where_a_dead_process_left_it_and_nobody_is_moved_twice(crowd: Crowd, store: Store):
    await crowd.say(range(20), "hi")
    await crowd.publish(SECOND, Choice(people="restart", text="Again."))
    (move,) = await crowd.versions.moves()
    for member in (await crowd.mover._noted(move, 0))[:2]:  # appended, and the process died before it took their turn
        await crowd.mover._tell(move, member)
        await crowd.mover._tell(move, member)
    other = Crowd(store, crowd.keys, crowd.root)
    await other.definitions.publish(crowd.definitions.folder)
    await crowd.taker.drain()
    key = crowd.keys.dialogs("mover")
    await store.command("DEL", key, key=key)  # its lease ran out

    assert await other.move() == {"restarted": 20}
    assert [len(await crowd.said(number)) for number in range(20)] == [3] * 20
