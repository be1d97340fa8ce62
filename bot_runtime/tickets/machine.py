"""The ticket's states and what moves it between them: the table "Ticket" of the catalogue, as one shared machine.

The rules (`rules.py`) say who may do what; this says what can happen at all. It is drawn from, and tested against, the
table.
"""

from functools import cache

from transitions import Machine

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


class _Place:
    """What the machine moves: a state, nothing else."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


@cache
def machine() -> Machine:
    transitions = [
        {"trigger": trigger, "source": source, "dest": target}
        for trigger, moves in MOVES.items()
        for source, target in moves
    ]
    return Machine(
        model=None,
        states=list(STATES),
        transitions=transitions,
        initial="waiting",
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )


def moved(state: State, trigger: str) -> State | None:
    """Where `trigger` leads from `state`; None: the table knows no such move."""
    place = _Place(state)
    return place.state if machine().events[trigger].trigger(place) else None  # type: ignore[return-value]


def states_that_allow(trigger: str) -> tuple[str, ...]:
    return tuple(source for source, _ in MOVES[trigger])
