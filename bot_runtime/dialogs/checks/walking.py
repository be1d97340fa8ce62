"""The ways through a dialog as the checks walk them: which edges can be taken at all, and what each leads to."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bot_runtime.dialogs.edges import END, Edge, edges_of
from bot_runtime.dialogs.model import Dialog, State

BY_CONTACT = frozenset({"answer", "else", "exhausted", "word"})
"""Triggers that a message of the contact pulls."""
WITHIN_TURN = frozenset({"next", "split", "failure", "returned"})
"""Triggers that wait for nobody (or for a service, which is quick)."""


class Paths:
    """`ways`: the edges out of each state that can be taken. A question that waits 0 takes `timeout` at once (D03)."""

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.ways: dict[str, list[Edge]] = {name: [] for name in dialog.states}
        for edge in edges_of(dialog):
            if not at_once(dialog.states[edge.source]) or edge.trigger == "timeout":
                self.ways[edge.source].append(edge)

    def edges(self) -> Iterator[Edge]:
        for edges in self.ways.values():
            yield from edges

    def is_end(self, name: str) -> bool:
        """Whether the bot has done its part there: the dialog ends, or a person takes over."""
        if name == END:
            return True
        state = self.dialog.states[name]
        return state.ends or state.handoff is not None

    def leading(self, ends: Iterable[str], taken: Callable[[Edge], bool]) -> set[str]:
        """The states from which the edges that `taken` allows lead to one of `ends`."""
        back: dict[str, list[str]] = {}
        for edge in self.edges():
            if taken(edge):
                back.setdefault(edge.target, []).append(edge.source)
        found: set[str] = set()
        pending = list(ends)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += back.get(name, ())
        return found

    def reached(self, start: str, taken: Callable[[Edge], bool]) -> set[str]:
        """`start` and the states that the edges `taken` allows lead to from there."""
        found: set[str] = set()
        pending = [start]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += [edge.target for edge in self.ways.get(name, ()) if taken(edge)]
        return found

    def route(self, start: str, ends: Collection[str], taken: Callable[[Edge], bool]) -> list[str]:
        """The shortest way from `start` to one of `ends` (one step at least), as states; empty: there is none."""
        came_from: dict[str, str] = {}
        pending = deque([start])
        while pending:
            name = pending.popleft()
            for edge in self.ways.get(name, ()):
                if taken(edge) and edge.target not in came_from:
                    came_from[edge.target] = name
                    if edge.target in ends:
                        return _back(came_from, start, edge.target)
                    pending.append(edge.target)
        return []


def at_once(state: State) -> bool:
    """Whether nobody is waited for at this question."""
    return state.waits and state.response_timeout_s == 0


def _back(came_from: Mapping[str, str], start: str, end: str) -> list[str]:
    route = [end]
    while True:
        route.append(came_from[route[-1]])
        if route[-1] == start:
            return route[::-1]
