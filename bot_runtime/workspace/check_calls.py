"""What dialogs that call or follow one another have to agree on: names, data, how deep, and that somebody is asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.checks.names import ABOUT, known_names
from bot_runtime.dialogs.load import words
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.schemas.flow import MOST_CALLS
from bot_runtime.dialogs.tree import Path, Tree, items, plain

Use = tuple[Path, str]
_ENDS_TURN = frozenset({"ask", "request", "pdf", "on", "handoff"})


def call_problems(dialogs: Mapping[str, Tree], complete: bool) -> Iterator[Problem]:
    """`complete`: every dialog could be read, so that one that is missing is nowhere."""
    for tree in dialogs.values():
        for path, name in [*_uses(tree, "call"), *_uses(tree, "then")]:
            if name in dialogs:
                yield from _data(tree, path, dialogs[name])
            elif complete:
                at = (*path, "dialog") if isinstance(_at(tree, path), dict) else path
                known = sorted(dialogs)
                yield tree.problem(at, "unknown_dialog", name=name, near=nearest(name, known), known=known)
    calls = {name: _uses(tree, "call") for name, tree in dialogs.items()}
    yield from _circles(dialogs, calls)
    yield from _chains(dialogs)
    yield from _depth(dialogs, calls)


def called(dialogs: Mapping[str, Tree], name: str) -> set[str]:
    """Every dialog that a conversation which begins with `name` can come to."""
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one in dialogs and one not in found:
            found.add(one)
            pending += [used for key in ("call", "then") for _, used in _uses(dialogs[one], key)]
    return found


def callers_words(dialogs: Iterable[Tree]) -> set[str]:
    """The `anywhere` words of dialogs that call others: they work in those, too."""
    found: set[str] = set()
    for tree in dialogs:
        if _uses(tree, "call"):
            for _, entry in items(tree.data.get("anywhere"), ()):
                found.update(words(plain(entry).get("words")))
    return found


def _uses(tree: Tree, key: str) -> list[Use]:
    """The places of this dialog that name another by `call` or `then`, with the name."""
    found: list[Use] = []
    for name, state in plain(tree.data.get("states")).items():
        value = plain(state).get(key)
        dialog = value.get("dialog") if isinstance(value, dict) else value
        if isinstance(dialog, str):
            found.append((("states", name, key), dialog))
    return found


def _at(tree: Tree, path: Path) -> Any:
    return plain(plain(tree.data.get("states")).get(str(path[1]))).get(str(path[2]))


def _data(tree: Tree, path: Path, other: Tree) -> Iterator[Problem]:
    """`with` brings what the other dialog needs and nothing else; `save` takes what it has."""
    value, name = plain(_at(tree, path)), str(other.data.get("dialog"))
    needs = plain(other.data.get("needs"))
    given = plain(value.get("with"))
    for need in needs:
        if need not in given and plain(needs[need]).get("default") is None:
            yield tree.problem(path, "call_lacks", key=True, name=need, dialog=name)
    for extra in given:
        if extra not in needs:
            near, place = nearest(str(extra), needs), (*path, "with", extra)
            facts: dict[str, Any] = {"name": extra, "dialog": name, "near": near, "known": list(needs)}
            yield tree.problem(place, "parameter_not_needed", key=True, **facts)
    results = known_names(other.data) - set(ABOUT)
    for ours, theirs in plain(value.get("save")).items():
        if isinstance(theirs, str) and theirs not in results:
            near, place = nearest(theirs, results), (*path, "save", ours)
            yield tree.problem(place, "unknown_result", name=theirs, dialog=name, near=near, known=sorted(results))


def _circles(dialogs: Mapping[str, Tree], calls: Mapping[str, list[Use]]) -> Iterator[Problem]:
    """A circle of calls: an error where nobody is asked on the way round, else it may only go too deep."""
    passes = _pass_by(dialogs)
    at_once = {name: _called_at_once(tree, passes) for name, tree in dialogs.items()}
    told: set[str] = set()
    yield from _told(dialogs, at_once, "call_circle", told)
    yield from _told(dialogs, calls, "call_circle_asks", told, warning=True)


def _chains(dialogs: Mapping[str, Tree]) -> Iterator[Problem]:
    """Surveys that follow one another for ever."""
    yield from _told(dialogs, {name: _uses(tree, "then") for name, tree in dialogs.items()}, "then_circle", set())


def _told(
    dialogs: Mapping[str, Tree], graph: Mapping[str, list[Use]], code: str, told: set[str], warning: bool = False
) -> Iterator[Problem]:
    """One problem for each circle of `graph` whose dialogs are not yet `told` of."""
    for name in dialogs:
        around = _around(name, graph) if name not in told else []
        if around:
            told.update(around)
            path = next(path for path, used in graph[name] if used == around[1])
            yield dialogs[name].problem(path, code, key=True, warning=warning, circle=" → ".join(around))


def _around(first: str, graph: Mapping[str, list[Use]]) -> list[str]:
    """The shortest way round from `first` to itself; empty: there is none."""
    came_from: dict[str, str] = {}
    pending = [first]
    for name in pending:
        for _, used in graph.get(name, ()):
            if used == first:
                way = [name]
                while way[-1] != first:
                    way.append(came_from[way[-1]])
                return [*reversed(way), first]
            if used not in came_from:
                came_from[used] = name
                pending.append(used)
    return []


def _pass_by(dialogs: Mapping[str, Tree]) -> set[str]:
    """The dialogs that can end without waiting for anybody (to the fixed point: what is not known to, does not)."""
    found: set[str] = set()
    while True:
        more = {name for name, tree in dialogs.items() if name not in found and _walk(tree, found)[1]}
        if not more:
            return found
        found |= more


def _called_at_once(tree: Tree, passes: Collection[str]) -> list[Use]:
    return _walk(tree, passes)[0]


def _walk(tree: Tree, passes: Collection[str]) -> tuple[list[Use], bool]:
    """From the first state on, as far as one turn can go: the calls on the way, and whether it can reach the end."""
    states = plain(tree.data.get("states"))
    calls: list[Use] = []
    ends = False
    seen: set[Any] = set()
    pending: list[Any] = [next(iter(states), None)]
    while pending:
        name = pending.pop()
        state = plain(states.get(name)) if name in states else {}
        if name in seen or not state or state.keys() & _ENDS_TURN:
            continue
        seen.add(name)
        if "call" in state:
            used = next((use for use in _uses(tree, "call") if use[0][1] == name), None)
            if used is not None:
                calls.append(used)
            if used is None or used[1] not in passes:
                continue
        onward = _onward(state)
        ends = ends or not onward
        pending += onward
    return calls, ends


def _onward(state: Mapping[str, Any]) -> list[Any]:
    if "close" in state or "then" in state:
        return []
    ways = [state.get("goto")]
    for key in ("when", "split"):
        for _, entry in items(state.get(key), ()):
            ways += [plain(entry).get("goto"), plain(entry).get("else")]
    return [way for way in ways if isinstance(way, str)]


def _depth(dialogs: Mapping[str, Tree], calls: Mapping[str, list[Use]]) -> Iterator[Problem]:
    """More levels of calls than a session may have, where no circle makes them endless anyway."""
    longest: dict[str, list[str]] = {}

    def chain(name: str, above: tuple[str, ...]) -> list[str]:
        if name in longest:
            return longest[name]
        ways = [chain(used, (*above, name)) for _, used in calls.get(name, ()) if used not in (*above, name)]
        longest[name] = [name, *max(ways, key=len, default=[])]
        return longest[name]

    reached = {used for uses in calls.values() for _, used in uses}
    for name in dialogs:
        way = chain(name, ())
        if len(way) - 1 > MOST_CALLS and name not in reached:
            path = next(path for path, used in calls[name] if used == way[1])
            levels, chained = len(way) - 1, " → ".join(way)
            yield dialogs[name].problem(path, "call_depth", key=True, levels=levels, most=MOST_CALLS, chain=chained)
