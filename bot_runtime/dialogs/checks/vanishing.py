"""Which people would lose their place when one version of a dialog takes another's."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import nearest


class Vanished(NamedTuple):
    """`people` stand in `state`, which the new version lacks (`gone`) or where it no longer waits (`no_question`).

    `near`: the state of the new version that probably took its place; None where there is none like it.
    """

    state: str
    people: int
    why: Literal["gone", "no_question"]
    near: str | None


def vanishing(old: Dialog | None, new: Dialog, counts: Mapping[str, int]) -> tuple[Vanished, ...]:
    """The places of `counts` (live sessions by state) that `new` has no room for, in the order of `old`.

    `old` may be unknown: then only names tell what took a state's place.
    """
    order = {name: at for at, name in enumerate(old.states)} if old is not None else {}
    lost: list[Vanished] = []
    for state in sorted((name for name, people in counts.items() if people > 0), key=lambda name: order.get(name, -1)):
        if state not in new.states:
            lost.append(Vanished(state, counts[state], "gone", _replacement(old, new, state)))
        elif _waits(old, state) and not _stands(new, state):
            lost.append(Vanished(state, counts[state], "no_question", None))
    return tuple(lost)


def _stands(dialog: Dialog, state: str) -> bool:
    """Whether somebody can stand there between two turns: a question, the world outside, a person."""
    return dialog.states[state].pauses or dialog.states[state].handoff is not None


def _waits(old: Dialog | None, state: str) -> bool:
    return old is None or (state in old.states and _stands(old, state))


def _replacement(old: Dialog | None, new: Dialog, state: str) -> str | None:
    """The new state that asks the same, else the one with the likeliest name."""
    was = old.states.get(state) if old is not None else None
    added = [name for name in new.states if old is None or name not in old.states]
    if was is not None and was.ask is not None:
        for name in added:
            if new.states[name].ask == was.ask:
                return name
    return nearest(state, added)
