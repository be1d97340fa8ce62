"""A dialog that calls another (F010): it goes on at its `call` once the other has ended.

The walk always stands in the innermost dialog; those that called it wait in `callers`, each with the version it pinned.
A called dialog pins the version that is the newest when the call begins. However it ends, its caller goes on: `close`
and `then` of a called dialog end the call alone, for the conversation is its caller's.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from bot_runtime.dialogs import needs, words
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.machine import machine_of
from bot_runtime.dialogs.model import AnywhereWord, Dialog, State
from bot_runtime.dialogs.schemas.flow import CALL_ENDED, MOST_CALLS
from bot_runtime.dialogs.session import Value

if TYPE_CHECKING:
    from bot_runtime.dialogs.walk import Walk


_NONE: Final[Mapping[str, Dialog]] = {}


class Shelf(NamedTuple):
    """The dialogs a session can go on in: the newest of each name, and the versions it has pinned."""

    newest: Mapping[str, Dialog] = _NONE
    versions: Mapping[str, Dialog] = _NONE

    def pinned(self, name: str, version: str) -> Dialog | None:
        newest = self.newest.get(name)
        return newest if newest is not None and newest.version == version else self.versions.get(version)


EMPTY = Shelf()


def values_of(given: tuple[tuple[str, Expression], ...], walk: "Walk") -> dict[str, Value]:
    """What `with` comes to."""
    return {name: expression.evaluate(walk.values) for name, expression in given}


def enter(walk: "Walk", state: State) -> str:
    """Stand at the door of the dialog that `state` calls. Returns why not, if it cannot be: `gone` or `loop`."""
    assert state.call is not None
    called = walk.shelf.newest.get(state.call.dialog)
    if called is None or len(walk.callers) >= MOST_CALLS:
        return "dialog_gone" if called is None else "loop"
    given = values_of(state.call.given, walk)
    walk.callers.append(walk.frame())
    walk.stand_in(called, needs.filled(called, given, walk.here), {})
    walk.state = called.first
    return ""


def come_back(walk: "Walk") -> None:
    """The called dialog has ended: stand at the caller's `call` again, with the results."""
    frame = walk.callers.pop()
    results, ended = walk.values, walk.began_by or "finished"
    walk.stand_at(frame)
    call = walk.dialog.states[frame.state].call
    for ours, theirs in call.save if call is not None else ():
        if theirs in results or ours in walk.answers:
            walk.keep(ours, results.get(theirs))
    walk.keep(CALL_ENDED, ended)


def word_of_a_caller(walk: "Walk", state: State, said: str) -> tuple[int, AnywhereWord] | None:
    """The caller, innermost first, whose `anywhere` has the folded word `said`; unless the question keeps it."""
    if any(words.fold(word) == said for word in state.keep):
        return None
    for depth in range(len(walk.callers) - 1, -1, -1):
        frame = walk.callers[depth]
        dialog = walk.pinned(frame)
        entry = machine_of(dialog).words_by_state.get(frame.state, {}).get(said) if dialog is not None else None
        if entry is not None:
            return depth, entry
    return None


def leave_to(walk: "Walk", depth: int) -> None:
    """Give up everything above the caller number `depth`, which stands at its `call` then."""
    frame = walk.callers[depth]
    del walk.callers[depth:]
    walk.stand_at(frame)
