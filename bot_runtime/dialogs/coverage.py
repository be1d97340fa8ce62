"""Which states and transitions of a dialog a run of transcripts exercised (F264)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot_runtime.dialogs.graph import label
from bot_runtime.dialogs.machine import END, Edge, Said, machine_of
from bot_runtime.dialogs.model import Dialog


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one dialog was exercised; the missed transitions as `source → target (label)`."""

    dialog: str
    states: int
    states_taken: int
    transitions: int
    transitions_taken: int
    missed_states: tuple[str, ...]
    missed_transitions: tuple[str, ...]


class Watch:
    """Notes the transitions that the dialogs' machines take from now on."""

    def __init__(self, dialogs: Iterable[Dialog]) -> None:
        self._begun: set[str] = set()
        self._taken: dict[str, set[Edge]] = {}
        self._dialogs = list(dialogs)
        for dialog in self._dialogs:
            machine_of(dialog).record(self._taken.setdefault(dialog.name, set()))

    def begun(self, dialog: str) -> None:
        self._begun.add(dialog)

    def covered(self, language: str) -> list[Covered]:
        return [self._covered(dialog, language) for dialog in self._dialogs]

    def _covered(self, dialog: Dialog, language: str) -> Covered:
        """A word that works anywhere counts once, wherever it was said; what only people do isn't counted."""
        machine = machine_of(dialog)
        taken = self._taken[dialog.name]
        reached = {edge.target for edge in taken} | {edge.source for edge in taken}
        if dialog.name in self._begun:
            reached.add(dialog.first)
        ways: dict[object, list[Edge]] = {}
        for edge in machine.edges():
            if edge.trigger != "given_back":
                key = id(edge.condition.entry) if isinstance(edge.condition, Said) else edge
                ways.setdefault(key, []).append(edge)
        missed = [edges[0] for edges in ways.values() if taken.isdisjoint(edges)]
        missed_states = tuple(name for name in dialog.states if name not in reached)
        return Covered(
            dialog.name,
            len(dialog.states),
            len(dialog.states) - len(missed_states),
            len(ways),
            len(ways) - len(missed),
            missed_states,
            tuple(_named(edge, label(machine, edge, language)) for edge in missed),
        )


def _named(edge: Edge, why: str) -> str:
    source = "*" if isinstance(edge.condition, Said) else edge.source
    target = "" if edge.target == END else f" {edge.target}"
    return f"{source} →{target or ' .'}" + (f" ({why})" if why else "")


def share(covered: Iterable[Covered]) -> float:
    """Percent of all states and transitions exercised; nothing to exercise is all of it."""
    listed = list(covered)
    total = sum(each.states + each.transitions for each in listed)
    taken = sum(each.states_taken + each.transitions_taken for each in listed)
    return 100 * taken / total if total else 100.0
