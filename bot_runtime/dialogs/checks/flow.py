"""Whether every state can be reached, and whether a dialog could run in circles without asking anything."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.checks.ways import state_targets
from bot_runtime.dialogs.load import duration_s
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.tree import Path, Tree, items, plain

Graph = Mapping[str, Collection[str]]


def flow_problems(tree: Tree) -> Iterator[Problem]:
    states = {name: plain(state) for name, state in plain(tree.data.get("states")).items()}
    if not states:
        return
    ways = {name: _ways(tree, state, states) for name, state in states.items()}
    for name in _unreached(tree, ways):
        yield tree.problem(("states", name), "unreachable", key=True, warning=True, name=name)
    yield from _circles(tree, states)
    yield from _dead_ways(tree, states)


def _ways(tree: Tree, state: Mapping[str, Any], states: Collection[str]) -> set[str]:
    targets: list[Any] = [target for _, target in state_targets(state)]
    if state.keys() & {"ask", "on"}:
        targets += ["timeout", plain(tree.data.get("retry")).get("goto")]
    return {meant for meant in (_meant(target, states) for target in targets) if meant}


def _meant(target: Any, states: Collection[str]) -> str | None:
    """A misspelt target counts as what was meant: one mistake, one problem."""
    if not isinstance(target, str):
        return None
    return target if target in states or target == "timeout" else nearest(target, states)


def _unreached(tree: Tree, ways: Graph) -> Iterator[str]:
    """The states that nothing leads to; of a chain of them, only where it begins."""
    entries = tree.data["anywhere"] if isinstance(tree.data.get("anywhere"), list) else []
    anywhere = [_meant(plain(entry).get("goto"), ways) for entry in entries]
    reached: set[str] = set()
    _reach([next(iter(ways)), *(name for name in anywhere if name)], ways, reached)
    lost = [name for name in ways if name not in reached]
    led_to = {target for name in lost for target in ways[name] if target != name}
    for name in sorted(lost, key=led_to.__contains__):  # those that nothing leads to come first
        if name not in reached:
            yield name
            _reach([name], ways, reached)


def _reach(start: list[str], ways: Graph, reached: set[str]) -> None:
    """Add to `reached` whatever can be reached from `start`."""
    pending = list(start)
    while pending:
        name = pending.pop()
        if name in ways and name not in reached:
            reached.add(name)
            pending += ways[name]


def _circles(tree: Tree, states: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Circles of actions: an error when nothing leads out, a warning when guards decide (F058 ends it at run time)."""
    wait = tree.data.get("response_timeout")
    ways = {name: _at_once(state, states, wait) for name, state in states.items() if _goes_on(state, wait)}
    leaving = _leaving(ways)
    order = {name: number for number, name in enumerate(states)}
    for circle in _components(ways):
        first = min(circle, key=order.__getitem__)
        if len(circle) == 1 and first not in ways[first]:
            continue
        around = _around(first, ways, circle)
        stuck = first not in leaving
        at = ("states", first)
        yield tree.problem(
            at,
            "endless" if stuck else "may_be_endless",
            key=True,
            warning=not stuck,
            name=first,
            path=" → ".join(around),
        )


def _goes_on(state: Mapping[str, Any], wait: Any) -> bool:
    """Whether a state leads on within the turn: it waits neither for an answer nor the world, hands off nor closes."""
    return _waits_for_nobody(state, wait) or not state.keys() & {
        "ask",
        "request",
        "pdf",
        "on",
        "call",
        "handoff",
        "close",
    }


def _waits_for_nobody(state: Mapping[str, Any], wait: Any) -> bool:
    """Whether silence leads on from a question at once (D03); `wait` is the dialog's."""
    return "ask" in state and duration_s(state.get("response_timeout", wait)) == 0


def _at_once(state: Mapping[str, Any], states: Collection[str], wait: Any) -> list[str]:
    if _waits_for_nobody(state, wait):
        silence = state.get("timeout", "timeout")
        return [silence] if silence in states else []
    onward = ("goto", "when", "split")
    return [target for path, target in state_targets(state) if path[0] in onward and target in states]


def _dead_ways(tree: Tree, states: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Ways out that nothing ever takes."""
    for name, state in states.items():
        menu = state.get("menu")
        if isinstance(menu, list) and menu and all(isinstance(plain(option).get("goto"), str) for option in menu):
            for key in ("goto", "when"):
                if key in state:
                    yield tree.problem(("states", name, key), "never_taken", key=True, warning=True, name=key)
        seen: dict[str, Path] = {}
        for place, branch in items(state.get("when"), ("states", name, "when")):
            condition = plain(branch).get("if")
            if isinstance(condition, str):
                written = " ".join(condition.split())
                if written in seen:
                    line = tree.mark(seen[written]).line
                    yield tree.problem((*place, "if"), "repeated_condition", warning=True, line=line)
                seen.setdefault(written, (*place, "if"))


def _leaving(ways: Graph) -> set[str]:
    """The actions with some way to a question or an end."""
    back: dict[str, list[str]] = {}
    for name, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(name)
    pending = [name for name, targets in ways.items() if not targets]
    pending += [name for target in back if target not in ways for name in back[target]]
    leaving: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in leaving:
            leaving.add(name)
            pending += back.get(name, [])
    return leaving


def _components(ways: Graph) -> list[set[str]]:
    """Strongly connected components (Kosaraju's two walks, without recursion)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in ways:
        stack = [(start, iter(ways[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            name, rest = stack[-1]
            target = next((one for one in rest if one in ways and one not in seen), None)
            if target is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(ways[target])))
    back: dict[str, list[str]] = {name: [] for name in ways}
    for name, targets in ways.items():
        for target in targets:
            if target in back:
                back[target].append(name)
    components: list[set[str]] = []
    placed: set[str] = set()
    for start in reversed(order):
        component: set[str] = set()
        pending = [start]
        while pending:
            name = pending.pop()
            if name not in placed:
                placed.add(name)
                component.add(name)
                pending += back[name]
        if component:
            components.append(component)
    return components


def _around(first: str, ways: Graph, circle: set[str]) -> list[str]:
    """One way round a circle, from `first` to itself: the shortest."""
    came_from: dict[str, str] = {}
    pending = [first]
    for name in pending:
        for target in ways[name]:
            if target == first:
                path = [name]
                while path[-1] != first:
                    path.append(came_from[path[-1]])
                return [*reversed(path), first]
            if target in circle and target not in came_from:
                came_from[target] = name
                pending.append(target)
    return [first]
