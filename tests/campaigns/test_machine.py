"""The catalogue's tables "Campaign", cell by cell."""

import pytest

from bot_runtime.campaigns.machine import ACTIONS, FOUR_LABELS, MOVES, SIX_STATES, STATES, allowed, end_state, moved

COLUMNS = [state for state in STATES if state != "validating"]

# As the catalogue draws it, with F148 in a line of its own; while validating, only looking is possible.
MATRIX = """
rename      -   yes -   -   -   -   yes -   -   -
edit        yes yes yes yes -   -   -   -   -   -
duplicate   -   -   -   -   -   -   yes -   -   -
resend      -   -   -   -   -   -   -   yes yes yes
launch      -   yes -   -   -   -   -   -   -   -
schedule    -   yes -   -   -   -   -   -   -   -
unschedule  -   -   -   yes -   -   -   -   -   -
pause       -   -   -   -   yes -   -   -   -   -
resume      -   -   -   -   -   yes -   -   -   -
cancel      -   -   -   -   yes yes -   -   -   -
delete      yes yes yes yes -   -   -   -   -   -
archive     -   -   -   -   -   -   yes yes yes yes
export      yes yes yes yes yes yes yes yes yes yes
results     yes yes yes yes yes yes yes yes yes yes
"""

CELLS = [
    (row.split()[0], state, cell == "yes")
    for row in MATRIX.strip().splitlines()
    for state, cell in zip(COLUMNS, row.split()[1:], strict=True)
]


@pytest.mark.parametrize(("action", "state", "possible"), CELLS)
def test_an_action_is_offered_in_the_states_of_the_table(action, state, possible):
    assert (action in allowed(state)) is possible


def test_while_validating_nothing_can_be_done():
    assert allowed("validating") == []


def test_what_is_archived_can_be_brought_back_and_not_archived_again():
    assert "restore" in allowed("completed", archived=True)
    assert "archive" not in allowed("completed", archived=True)
    assert "restore" not in allowed("completed")


@pytest.mark.parametrize(
    ("setting", "more"),
    [("ended", {"finished_with_errors", "error", "cancelled"}), ("any", set(COLUMNS) - {"completed"})],
)
def test_a_deployment_may_widen_what_can_be_duplicated_and_nothing_else(setting, more):
    widened = {state for state in STATES if set(allowed(state, duplicate_from=setting)) != set(allowed(state))}
    assert widened == more
    assert all(set(allowed(state, duplicate_from=setting)) - set(allowed(state)) <= {"duplicate"} for state in STATES)


TRANSITIONS = [
    ("draft", "save", "validating"),
    ("validating", "pass", "loaded"),
    ("validating", "fail", "invalid"),
    ("loaded", "save", "validating"),
    ("invalid", "save", "validating"),
    ("loaded", "leave_incomplete", "draft"),
    ("invalid", "leave_incomplete", "draft"),
    ("loaded", "launch", "sending"),
    ("loaded", "schedule", "scheduled"),
    ("scheduled", "edit", "draft"),
    ("scheduled", "unschedule", "loaded"),
    ("scheduled", "fall_due", "sending"),
    ("scheduled", "hold_back", "paused"),
    ("sending", "pause", "paused"),
    ("paused", "resume", "sending"),
    ("sending", "cancel", "cancelled"),
    ("paused", "cancel", "cancelled"),
    ("sending", "end_completed", "completed"),
    ("sending", "end_finished_with_errors", "finished_with_errors"),
    ("sending", "end_error", "error"),
    ("completed", "end_finished_with_errors", "finished_with_errors"),
    ("completed", "end_error", "error"),
    ("finished_with_errors", "end_error", "error"),
    # What was unknown turned out to have arrived.
    ("finished_with_errors", "end_completed", "completed"),
    ("error", "end_finished_with_errors", "finished_with_errors"),
    ("error", "end_completed", "completed"),
]


@pytest.mark.parametrize("trigger", MOVES)
@pytest.mark.parametrize("state", STATES)
def test_a_campaign_moves_as_the_table_says_and_no_other_way(state, trigger):
    known = {(source, name): target for source, name, target in TRANSITIONS}
    assert moved(state, trigger) == known.get((state, trigger))


def test_nothing_leads_back_to_sending_from_an_end():
    ends = {"completed", "finished_with_errors", "error", "cancelled"}
    assert not [move for moves in MOVES.values() for move in moves if move[0] in ends and move[1] not in ends]


@pytest.mark.parametrize(
    ("counts", "becomes"),
    [
        ({"pending": 1, "sent": 9}, None),
        ({"queued": 1, "failed": 9}, None),
        ({"sent": 3, "delivered": 2, "read": 1}, "completed"),
        ({"read": 3, "skipped": 2}, "completed"),  # those set aside are no errors
        ({"delivered": 3, "failed": 1}, "finished_with_errors"),
        ({"delivered": 3, "unknown": 1}, "finished_with_errors"),
        ({"sent": 1, "expired": 1}, "finished_with_errors"),
        ({"failed": 2, "skipped": 5}, "error"),
        ({"unknown": 1}, "error"),
        ({"skipped": 2}, "completed"),
    ],
)
def test_the_recipients_say_how_it_ended(counts, becomes):
    assert end_state(counts) == becomes


def test_both_vocabularies_name_every_state():
    assert SIX_STATES.keys() == FOUR_LABELS.keys() == set(STATES)
    assert {FOUR_LABELS[state] for state in STATES} == {"draft", "scheduled", "in_process", "executed"}
    assert set(SIX_STATES.values()) - {"draft", "cancelled"} == {
        *("loaded", "sending", "completed", "invalid", "finished_with_errors", "error")
    }
    assert ACTIONS["edit"] == ACTIONS["delete"]
