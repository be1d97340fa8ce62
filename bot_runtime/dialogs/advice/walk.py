"""In which order contacts meet a dialog's states: its ways on, without those that lead back.

Ways by which a conversation leaves its course (silence, the last unfit answer, words like "menu", a person handing
back) are no part of it.
"""

from collections.abc import Callable, Iterable, Mapping

from bot_runtime.dialogs.edges import edges_of
from bot_runtime.dialogs.model import Dialog

_OFF_COURSE = frozenset({"exhausted", "timeout", "word", "given_back", "failure"})


class Walk:
    """`order`: the states that can be met, each after all that lead to it."""

    def __init__(self, dialog: Dialog) -> None:
        ways: dict[str, list[str]] = {name: [] for name in dialog.states}
        for edge in edges_of(dialog):
            if edge.trigger not in _OFF_COURSE and edge.target in ways and edge.target not in ways[edge.source]:
                ways[edge.source].append(edge.target)
        self.order, self.ways = _without_circles(dialog.first, ways)
        self._later = self._reaching()

    def later(self, name: str) -> int:
        """The states that can come after `name`, as bits by their place in `order`."""
        return self._later.get(name, 0)

    def bits(self, names: Iterable[str]) -> int:
        return sum(1 << self._at[name] for name in names)

    def most_before(self, counts: Callable[[str], int]) -> dict[str, int]:
        """How many states of that kind some path has met before each state, at most."""
        return self._most(counts, self.order, self.ways)

    def most_after(self, counts: Callable[[str], bool]) -> dict[str, int]:
        """How many such states some path from each state on can still meet, itself left out."""
        back: dict[str, list[str]] = {name: [] for name in self.order}
        for name in self.order:
            for target in self.ways[name]:
                back[target].append(name)
        return self._most(counts, list(reversed(self.order)), back)

    def _most(
        self, counts: Callable[[str], int], order: list[str], ways: Mapping[str, Iterable[str]]
    ) -> dict[str, int]:
        most = dict.fromkeys(order, 0)
        for name in order:
            with_it = most[name] + counts(name)
            for target in ways[name]:
                most[target] = max(most[target], with_it)
        return most

    def _reaching(self) -> dict[str, int]:
        """For each state, the set of those that can follow, as bits."""
        self._at = {name: at for at, name in enumerate(self.order)}
        later = dict.fromkeys(self.order, 0)
        for name in reversed(self.order):
            for target in self.ways[name]:
                later[name] |= later[target] | 1 << self._at[target]
        return later


def _without_circles(first: str, ways: Mapping[str, list[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """The states reached from `first` in topological order, and the ways between them that do not lead back."""
    onward: dict[str, list[str]] = {first: []}
    finished: list[str] = []
    open_now = {first}
    stack = [(first, iter(ways[first]))]
    while stack:
        name, rest = stack[-1]
        target = next(rest, None)
        if target is None:
            stack.pop()
            open_now.discard(name)
            finished.append(name)
            continue
        if target in open_now:
            continue  # leads back
        onward[name].append(target)
        if target not in onward:
            onward[target] = []
            open_now.add(target)
            stack.append((target, iter(ways[target])))
    return finished[::-1], onward
