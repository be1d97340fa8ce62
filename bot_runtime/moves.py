"""A table of moves as one shared state machine: tickets and campaigns are declared so, and drawn and tested from it."""

from collections.abc import Mapping, Sequence

from transitions import Machine

Table = Mapping[str, Sequence[tuple[str, str]]]  # trigger → (from, to)…


class _Place:
    """What the machine moves: a state, nothing else."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Moves:
    """Built once; nothing is ever registered in the machine, so it can be shared by all."""

    def __init__(self, states: Sequence[str], table: Table) -> None:
        self.machine = Machine(
            model=None,
            states=list(states),
            transitions=[
                {"trigger": trigger, "source": source, "dest": target}
                for trigger, moves in table.items()
                for source, target in moves
            ],
            initial=states[0],
            auto_transitions=False,
            send_event=True,
            ignore_invalid_triggers=True,
        )

    def __call__(self, state: str, trigger: str) -> str | None:
        """Where `trigger` leads from `state`; None: the table knows no such move."""
        place = _Place(state)
        return place.state if self.machine.events[trigger].trigger(place) else None
