"""A dialog version as one finite-state machine, shared by all contacts.

The machine decides every move. Its states are the dialog's states plus `END`; its transitions are the edges of
`edges.py`, so whoever draws or counts transitions reads them from here. This is the only module that imports
`transitions`: a fresh `Turn` is fired at the events of an unbound machine and never added to it, because the machine
keeps every model it is given (and a Turn lives for one turn).
"""

import logging
from collections.abc import Callable, Iterator
from typing import cast

from transitions import EventData, Machine, Transition

from bot_runtime.dialogs import words
from bot_runtime.dialogs.edges import (
    END,
    TRIGGERS,
    Chose,
    Condition,
    Edge,
    Happened,
    Holds,
    Said,
    Turn,
    edges_of,
    heard,
)
from bot_runtime.dialogs.model import AnywhereWord, Dialog

__all__ = ["END", "TRIGGERS", "Chose", "DialogMachine", "Edge", "Happened", "Holds", "Said", "Turn", "machine_of"]

_KEPT_VERSIONS = 500

logging.getLogger("transitions").setLevel(logging.WARNING)  # it tells every step of every turn at INFO


class _Move(Transition):
    """Our transitions have conditions and, in test runs, those who note them. The library looks for nine more kinds of
    callbacks and logs six lines at each move, in half of its time."""

    def execute(self, event_data: EventData) -> bool:
        for condition in self.conditions:
            if not condition.check(event_data):
                return False
        machine = event_data.machine
        machine.set_state(cast("str", self.dest), event_data.model)
        machine.callbacks(machine.after_state_change, event_data)
        return True


class _Machine(Machine):
    transition_cls = _Move


class DialogMachine:
    """The machine of one dialog version, and the words that each state where a session can stand listens to."""

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        # Whether the way back has to be kept: for a word, maybe of a dialog that it calls, or for who answers late.
        self.goes_back = (
            dialog.late == "resume"
            or any(entry.back for entry in dialog.anywhere)
            or any(state.call is not None for state in dialog.states.values())
        )
        self.words_by_state: dict[str, dict[str, AnywhereWord]] = {
            name: {words.fold(word): entry for entry in dialog.anywhere for word in heard(state, entry)}
            for name, state in dialog.states.items()
            if state.pauses or state.call is not None
        }
        self.machine = _Machine(
            model=None,
            states=[{"name": name, "final": state.ends} for name, state in dialog.states.items()]
            + [{"name": END, "final": True}],
            transitions=[
                {"trigger": edge.trigger, "source": edge.source, "dest": edge.target, "conditions": edge.condition}
                for edge in edges_of(dialog)
            ],
            initial=dialog.first,
            auto_transitions=False,
            send_event=True,
            ignore_invalid_triggers=True,
        )
        self._events = self.machine.events

    def fire(self, turn: Turn, trigger: str) -> None:
        """Move `turn` along the first transition of `trigger` whose condition holds."""
        self._events[trigger].trigger(turn)

    def edges(self) -> Iterator[Edge]:
        """Every transition of the machine, by the dialog's order of states and the order they are tried in."""
        for name in self.machine.states:
            for trigger in TRIGGERS:
                event = self._events.get(trigger)
                for move in event.transitions.get(name, ()) if event else ():
                    yield _edge(move, trigger)

    def record(self, note: Callable[[Edge, Turn], None]) -> Callable[[], None]:
        """From now on call `note` with every transition taken, until what comes back is called; for test runs."""

        def after(data: EventData) -> None:
            note(_edge(cast("Transition", data.transition), str(data.event.name)), cast("Turn", data.model))

        self.machine.after_state_change.append(after)
        return lambda: self.machine.after_state_change.remove(after)


def _edge(move: Transition, trigger: str) -> Edge:
    condition = move.conditions[0].func if move.conditions else None
    return Edge(move.source, trigger, str(move.dest), cast("Condition | None", condition))


_machines: dict[str, DialogMachine] = {}


def machine_of(dialog: Dialog) -> DialogMachine:
    """The machine of this dialog version, built the first time it is asked for."""
    known = _machines.get(dialog.version)
    if known is not None and known.dialog is dialog:
        return known
    if len(_machines) >= _KEPT_VERSIONS:
        _machines.clear()
    built = _machines[dialog.version] = DialogMachine(dialog)
    return built
