"""The campaign's states, what moves it between them, what a person may do in each: the catalogue's table "Campaign".

The machine says what can happen at all; `ACTIONS` what is offered. Archived and deleted are marks, not states.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, cast, get_args

from bot_runtime.moves import Moves

State = Literal[
    "draft",
    "validating",
    "loaded",
    "invalid",
    "scheduled",
    "sending",
    "paused",
    "completed",
    "finished_with_errors",
    "error",
    "cancelled",
]
Action = Literal[
    "rename",
    "edit",
    "duplicate",
    "resend",
    "launch",
    "schedule",
    "unschedule",
    "pause",
    "resume",
    "cancel",
    "delete",
    "archive",
    "restore",
    "export",
    "results",
]
DuplicateFrom = Literal["completed", "ended", "any"]

STATES: Final[tuple[State, ...]] = get_args(State)
COUNTED: Final[tuple[State, ...]] = ("completed", "finished_with_errors", "error")  # what the counts decide (D34)
ENDED: Final[tuple[State, ...]] = (*COUNTED, "cancelled")

# trigger → (from, to)…
MOVES: Final[dict[str, tuple[tuple[State, State], ...]]] = {
    "save": (("draft", "validating"), ("loaded", "validating"), ("invalid", "validating")),
    "edit": (("scheduled", "draft"),),
    "leave_incomplete": (("loaded", "draft"), ("invalid", "draft")),
    "pass": (("validating", "loaded"),),
    "fail": (("validating", "invalid"),),
    "launch": (("loaded", "sending"),),
    "schedule": (("loaded", "scheduled"),),
    "unschedule": (("scheduled", "loaded"),),
    "fall_due": (("scheduled", "sending"),),
    "hold_back": (("scheduled", "paused"),),  # blocked or very late (D39)
    "pause": (("sending", "paused"),),
    "resume": (("paused", "sending"),),
    "cancel": (("sending", "cancelled"), ("paused", "cancelled")),
    # After the end, reports still change the counts, and with them the end state; never back to sending (D35).
    **{f"end_{end}": (("sending", end), *((other, end) for other in COUNTED if other != end)) for end in COUNTED},
}

ACTIONS: Final[Mapping[Action, frozenset[State]]] = {
    "rename": frozenset({"loaded", "completed"}),
    "edit": frozenset({"draft", "loaded", "invalid", "scheduled"}),
    "duplicate": frozenset({"completed"}),
    "resend": frozenset({"finished_with_errors", "error", "cancelled"}),
    "launch": frozenset({"loaded"}),
    "schedule": frozenset({"loaded"}),
    "unschedule": frozenset({"scheduled"}),
    "pause": frozenset({"sending"}),
    "resume": frozenset({"paused"}),
    "cancel": frozenset({"sending", "paused"}),
    "delete": frozenset({"draft", "loaded", "invalid", "scheduled"}),
    "archive": frozenset(ENDED),
    "restore": frozenset(ENDED),
    "export": frozenset(STATES) - {"validating"},
    "results": frozenset(STATES) - {"validating"},
}
_DUPLICATES: Final[Mapping[DuplicateFrom, frozenset[State]]] = {
    "completed": ACTIONS["duplicate"],
    "ended": frozenset(ENDED),
    "any": frozenset(STATES) - {"validating"},
}

SIX_STATES: Final[Mapping[State, str]] = {
    "draft": "draft",
    "validating": "draft",
    "loaded": "loaded",
    "invalid": "invalid",
    "scheduled": "loaded",
    "sending": "sending",
    "paused": "sending",
    "completed": "completed",
    "finished_with_errors": "finished_with_errors",
    "error": "error",
    "cancelled": "cancelled",
}
"""The machine's states as the six the catalogue shows (F120); draft and cancelled stand beside them."""

FOUR_LABELS: Final[Mapping[State, str]] = {
    "draft": "draft",
    "validating": "draft",
    "loaded": "draft",
    "invalid": "draft",
    "scheduled": "scheduled",
    "sending": "in_process",
    "paused": "in_process",
    "completed": "executed",
    "finished_with_errors": "executed",
    "error": "executed",
    "cancelled": "executed",
}
"""The same as four labels (F121)."""


@cache
def _moves() -> Moves:
    return Moves(STATES, MOVES)


def moved(state: State, trigger: str) -> State | None:
    """Where `trigger` leads from `state`; None: the table knows no such move."""
    return cast("State | None", _moves()(state, trigger))


def states_that_allow(action: Action, duplicate_from: DuplicateFrom = "completed") -> frozenset[State]:
    return _DUPLICATES[duplicate_from] if action == "duplicate" else ACTIONS[action]


def allowed(state: State, archived: bool = False, duplicate_from: DuplicateFrom = "completed") -> list[Action]:
    """What a person may do with a campaign now; `duplicate_from` is the one thing a deployment may widen (D32)."""
    idle: Action = "restore" if not archived else "archive"
    return [action for action in ACTIONS if action != idle and state in states_that_allow(action, duplicate_from)]


def end_state(counts: Mapping[str, int]) -> State | None:
    """What the recipients say the campaign is, once none is left unsettled; None while some are (D34)."""
    if counts.get("pending", 0) or counts.get("queued", 0):
        return None
    fine = sum(counts.get(status, 0) for status in ("sent", "delivered", "read"))
    bad = sum(counts.get(status, 0) for status in ("failed", "expired", "unknown"))
    if not bad:
        return "completed"
    return "finished_with_errors" if fine else "error"
