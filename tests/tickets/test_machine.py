"""The table "Ticket" of the catalogue, row by row, and nothing beside it."""

import pytest

from bot_runtime.tickets.machine import MOVES, STATES, moved

TABLE = [
    ("waiting", "answer", "bot"),
    ("waiting", "answer_without_bot", "queued"),
    ("waiting", "wait_end", "closed"),
    ("waiting", "fail", "closed"),
    ("waiting", "take", "taken"),
    ("bot", "derive", "queued"),
    ("bot", "take", "taken"),
    ("bot", "bot_close", "closed"),
    ("bot", "interrupt", "closed"),
    ("waiting", "close", "closed"),
    ("queued", "close", "closed"),
    ("queued", "take", "taken"),
    ("taken", "take", "taken"),
    ("taken", "queue", "queued"),
    ("queued", "queue", "queued"),
    ("taken", "give_back", "bot"),
    ("taken", "close", "closed"),
    ("taken", "inactivity", "closed"),
    ("bot", "inactivity", "closed"),
    ("waiting", "opt_out", "closed"),
    ("bot", "opt_out", "closed"),
    ("waiting", "erase", "closed"),
    ("bot", "erase", "closed"),
    ("queued", "erase", "closed"),
    ("taken", "erase", "closed"),
    ("closed", "late_answer", "bot"),
    ("closed", "late_answer_without_bot", "queued"),
    ("closed", "reopen", "taken"),
]


@pytest.mark.parametrize(("state", "trigger", "becomes"), TABLE)
def test_what_the_table_allows_happens(state, trigger, becomes):
    assert moved(state, trigger) == becomes


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("trigger", MOVES)
def test_nothing_else_does(state, trigger):
    if not any(row[:2] == (state, trigger) for row in TABLE):
        assert moved(state, trigger) is None
