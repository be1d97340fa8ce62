"""Every way that leads out of a dialog's states, as plain data: what the machine is built of and the checks reason on.

The triggers are the ways to leave a state:

    answer      an answer that fits: the chosen option's own way, else the first `when` that holds, else `goto`
    else        an answer that fits no option of a menu that has an `else`
    exhausted   the last allowed answer did not fit either
    timeout     nobody answered
    word        one of the dialog's `anywhere` words
    next        an action has done its work; a web service has answered
    split       a split has sent the contact down an arm
    returned    the dialog that was called has ended
    failure     a web service has not, or not as it should
    event       an outside event that the state waits for
    given_back  a person hands the conversation back

Guards are the conditions of the edges (`Chose`, `Holds`, `Said`, `Went`), in the order they are tried.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bot_runtime.dialogs import words
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.model import AnywhereWord, Arm, Awaited, Dialog, Option, State

if TYPE_CHECKING:
    from transitions import EventData

END = "."  # no state can be called so
TRIGGERS = (
    *("answer", "else", "exhausted", "timeout", "word", "next", "split", "returned", "failure", "event", "given_back"),
)


class Turn:
    """What the machine moves, for one turn: where it stands and what its conditions look at."""

    __slots__ = ("arm", "chosen", "happened", "said", "state", "values")

    def __init__(self, state: str, values: dict[str, Any]) -> None:
        self.state = state
        self.values = values
        self.chosen: str | None = None  # payload of the option chosen
        self.said: AnywhereWord | None = None
        self.arm: Arm | None = None
        self.happened: Awaited | None = None


def _turn(data: "EventData") -> Turn:
    return cast("Turn", data.model)


class Chose:
    """The contact chose `option`."""

    __slots__ = ("option", "payload")

    def __init__(self, option: Option) -> None:
        self.option = option
        self.payload = option.payload

    def __call__(self, data: "EventData") -> bool:
        return _turn(data).chosen == self.payload


class Holds:
    """`guard` is true of what is known."""

    __slots__ = ("guard",)

    def __init__(self, guard: Expression) -> None:
        self.guard = guard

    def __call__(self, data: "EventData") -> bool:
        return self.guard.holds(_turn(data).values)


class Said:
    """The contact said one of `entry`'s words; `words` are those that work in this state."""

    __slots__ = ("entry", "words")

    def __init__(self, entry: AnywhereWord, words: tuple[str, ...]) -> None:
        self.entry = entry
        self.words = words

    def __call__(self, data: "EventData") -> bool:
        return _turn(data).said is self.entry


class Went:
    """A split sent the contact down `arm`."""

    __slots__ = ("arm",)

    def __init__(self, arm: Arm) -> None:
        self.arm = arm

    def __call__(self, data: "EventData") -> bool:
        return _turn(data).arm is self.arm


class Happened:
    """The outside event that `awaited` names came."""

    __slots__ = ("awaited",)

    def __init__(self, awaited: Awaited) -> None:
        self.awaited = awaited

    def __call__(self, data: "EventData") -> bool:
        return _turn(data).happened is self.awaited


Condition = Chose | Holds | Said | Went | Happened


class Edge(NamedTuple):
    """One transition as the machine holds it. `condition` None: always taken, once its turn comes."""

    source: str
    trigger: str
    target: str
    condition: Condition | None


def edges_of(dialog: Dialog) -> Iterator[Edge]:
    """Every edge of `dialog`, by its order of states, and in each state's the order they are tried in."""
    for state in dialog.states.values():
        yield from _edges_of(dialog, state)


def _edges_of(dialog: Dialog, state: State) -> Iterator[Edge]:
    name = state.name
    if not state.pauses:
        if state.handoff is not None:
            if state.goto is not None:
                yield Edge(name, "given_back", state.goto, None)
        elif state.split:
            for arm in state.split:
                yield Edge(name, "split", arm.goto, Went(arm))
        elif state.call is not None:
            yield from _onward(state, "returned")
            yield from _words(dialog, state)
        elif not state.ends:
            yield from _onward(state, "next")
        return
    if state.waits:
        yield from _answered(state)
    if state.errand is not None:
        yield from _onward(state, "next")
        yield Edge(name, "failure", state.errand.failure, None)
    for awaited in state.on:
        yield Edge(name, "event", awaited.goto, Happened(awaited))
    if state.errand is None:
        yield Edge(name, "timeout", state.timeout or END, None)
    yield from _words(dialog, state)


def _answered(state: State) -> Iterator[Edge]:
    name = state.name
    for option in state.menu:
        if option.goto is not None:
            yield Edge(name, "answer", option.goto, Chose(option))
    yield from _onward(state, "answer")
    if state.otherwise is not None:
        yield Edge(name, "else", state.otherwise, None)
    elif state.retry is not None:
        yield Edge(name, "exhausted", state.retry.goto, None)


def _words(dialog: Dialog, state: State) -> Iterator[Edge]:
    """The words that work where `state` waits: for an answer, the world or a dialog; `back` has no fixed way."""
    for entry in dialog.anywhere:
        working = heard(state, entry)
        if working and not entry.back:
            yield Edge(state.name, "word", entry.goto, Said(entry, working))


def heard(state: State, entry: AnywhereWord) -> tuple[str, ...]:
    """The words of `entry` that `state` does not keep for itself."""
    kept = {words.fold(word) for word in state.keep}
    return tuple(word for word in entry.words if words.fold(word) not in kept)


def _onward(state: State, trigger: str) -> Iterator[Edge]:
    """Where a state leads once its work is done: `when` in order, then `goto`, then the end."""
    if trigger == "answer" and state.menu and all(option.goto is not None for option in state.menu):
        return  # every answer has a way of its own
    for branch in state.when:
        yield Edge(state.name, trigger, branch.goto, Holds(branch.guard) if branch.guard is not None else None)
        if branch.guard is None:
            return
    yield Edge(state.name, trigger, state.goto or END, None)
