"""The ticket's states and what moves it between them: the table "Ticket" of the catalogue, as one shared machine.

The rules (`rules.py`) say who may do what; this says what can happen at all. It is drawn from, and tested against, the
table.
"""

from functools import cache
from typing import cast

from bot_runtime.moves import Moves
from bot_runtime.tickets.model import State

STATES: tuple[State, ...] = ("waiting", "bot", "queued", "taken", "closed")

# trigger → (from, to)…
MOVES: dict[str, tuple[tuple[str, str], ...]] = {
    "derive": (("bot", "queued"),),
    "take": (("waiting", "taken"), ("bot", "taken"), ("queued", "taken"), ("taken", "taken")),
    "queue": (("taken", "queued"), ("queued", "queued")),
    "give_back": (("taken", "bot"),),
    "answer": (("waiting", "bot"),),
    "answer_without_bot": (("waiting", "queued"),),
    "close": (("taken", "closed"), ("waiting", "closed"), ("queued", "closed")),
    "bot_close": (("bot", "closed"),),
    "wait_end": (("waiting", "closed"),),
    "fail": (("waiting", "closed"),),
    "interrupt": (("bot", "closed"),),
    "opt_out": (("waiting", "closed"), ("bot", "closed")),
    "inactivity": (("taken", "closed"), ("bot", "closed")),
    "erase": (("waiting", "closed"), ("bot", "closed"), ("queued", "closed"), ("taken", "closed")),
    "late_answer": (("closed", "bot"),),
    "late_answer_without_bot": (("closed", "queued"),),
    "reopen": (("closed", "taken"),),
}


@cache
def _moves() -> Moves:
    return Moves(STATES, MOVES)


def moved(state: State, trigger: str) -> State | None:
    """Where `trigger` leads from `state`; None: the table knows no such move."""
    return cast("State | None", _moves()(state, trigger))
