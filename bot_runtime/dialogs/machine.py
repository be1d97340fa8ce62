"""A dialog version as one finite-state machine, shared by all contacts.

The machine decides every move. Its states are the dialog's states plus `END`; its triggers are the ways to leave one:

    answer      an answer that fits: the chosen option's own way, else the first `when` that holds, else `goto`
    else        an answer that fits no option of a menu that has an `else`
    exhausted   the last allowed answer did not fit either
    timeout     nobody answered
    word        one of the dialog's `anywhere` words
    next        an action has done its work
    given_back  a person hands the conversation back

Guards are the conditions of the transitions (`Chose`, `Holds`, `Said`), so whoever draws or counts transitions reads
them from here. This is the only module that imports `transitions`: a fresh `Turn` is fired at the events of an unbound
machine and never added to it, because the machine keeps every model it is given (and a Turn lives for one turn).
"""

import logging
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from transitions import EventData, Machine, Transition

from bot_runtime.dialogs import words
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.model import AnywhereWord, Dialog, Option, State

END = "."  # no state can be called so
TRIGGERS = ("answer", "else", "exhausted", "timeout", "word", "next", "given_back")
_KEPT_VERSIONS = 500

logging.getLogger("transitions").setLevel(logging.WARNING)  # it tells every step of every turn at INFO


class Turn:
    """What the machine moves, for one turn: where it stands and what its conditions look at."""

    __slots__ = ("chosen", "said", "state", "values")

    def __init__(self, state: str, values: dict[str, Any]) -> None:
        self.state = state
        self.values = values
        self.chosen: str | None = None  # payload of the option chosen
        self.said: AnywhereWord | None = None


def _turn(data: EventData) -> Turn:
    return cast("Turn", data.model)


class Chose:
    """The contact chose `option`."""

    __slots__ = ("option", "payload")

    def __init__(self, option: Option) -> None:
        self.option = option
        self.payload = option.payload

    def __call__(self, data: EventData) -> bool:
        return _turn(data).chosen == self.payload


class Holds:
    """`guard` is true of what is known."""

    __slots__ = ("guard",)

    def __init__(self, guard: Expression) -> None:
        self.guard = guard

    def __call__(self, data: EventData) -> bool:
        return self.guard.holds(_turn(data).values)


class Said:
    """The contact said one of `entry`'s words; `words` are those that work in this state."""

    __slots__ = ("entry", "words")

    def __init__(self, entry: AnywhereWord, words: tuple[str, ...]) -> None:
        self.entry = entry
        self.words = words

    def __call__(self, data: EventData) -> bool:
        return _turn(data).said is self.entry


Condition = Chose | Holds | Said


class Edge(NamedTuple):
    """One transition as the machine holds it. `condition` None: always taken, once its turn comes."""

    source: str
    trigger: str
    target: str
    condition: Condition | None


class DialogMachine:
    """The machine of one dialog version, and the words each of its questions listens to."""

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.words_by_state: dict[str, dict[str, AnywhereWord]] = {}
        edges = [edge for state in dialog.states.values() for edge in self._edges_of(state)]
        self.machine = Machine(
            model=None,
            states=[{"name": name, "final": state.close is not None} for name, state in dialog.states.items()]
            + [{"name": END, "final": True}],
            transitions=[
                {"trigger": edge.trigger, "source": edge.source, "dest": edge.target, "conditions": edge.condition}
                for edge in edges
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

    def record(self, taken: set[Edge]) -> None:
        """From now on add every transition taken to `taken`; for test runs that report what they exercised."""

        def note(data: EventData) -> None:
            taken.add(_edge(cast("Transition", data.transition), str(data.event.name)))

        self.machine.after_state_change.append(note)

    def _edges_of(self, state: State) -> Iterator[Edge]:
        name = state.name
        if not state.waits:
            if state.handoff is not None:
                if state.goto is not None:
                    yield Edge(name, "given_back", state.goto, None)
            elif state.close is None:
                yield from _onward(state, "next")
            return
        for option in state.menu:
            if option.goto is not None:
                yield Edge(name, "answer", option.goto, Chose(option))
        yield from _onward(state, "answer")
        if state.otherwise is not None:
            yield Edge(name, "else", state.otherwise, None)
        elif state.retry is not None:
            yield Edge(name, "exhausted", state.retry.goto, None)
        yield Edge(name, "timeout", state.timeout or END, None)
        heard = self.words_by_state[name] = {}
        kept = {words.fold(word) for word in state.keep}
        for entry in self.dialog.anywhere:
            working = tuple(word for word in entry.words if words.fold(word) not in kept)
            if working:
                yield Edge(name, "word", entry.goto, Said(entry, working))
                heard.update((words.fold(word), entry) for word in working)


def _edge(move: Transition, trigger: str) -> Edge:
    condition = move.conditions[0].func if move.conditions else None
    return Edge(move.source, trigger, str(move.dest), cast("Condition | None", condition))


def _onward(state: State, trigger: str) -> Iterator[Edge]:
    """Where a state leads once its work is done: `when` in order, then `goto`, then the end."""
    if trigger == "answer" and state.menu and all(option.goto is not None for option in state.menu):
        return  # every answer has a way of its own
    for branch in state.when:
        yield Edge(state.name, trigger, branch.goto, Holds(branch.guard) if branch.guard is not None else None)
        if branch.guard is None:
            return
    yield Edge(state.name, trigger, state.goto or END, None)


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
