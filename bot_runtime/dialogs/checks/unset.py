"""Data that is read before anything set it: on every way to a state, or on some (B25).

A walk over the edges: which names are surely set when a state is entered, and which may be. Guards are for telling
the two apart, so they may read what is perhaps unset, and what they require is set beyond them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bot_runtime.dialogs.checks.names import ABOUT, reads
from bot_runtime.dialogs.checks.walking import Paths
from bot_runtime.dialogs.edges import END, Edge, Happened, Holds
from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.requests import OUTCOME_NAMES
from bot_runtime.dialogs.tree import Path, Tree

_AWARE = re.compile(r"\bempty\b|\bdefault\b|\blen\b|\bnot\b")  # it reckons with what is not there
_SUM = re.compile(r"[-+*/]")
_BESIDE = ("text", "currency", "name", "address", "kind", "mime")


class _Names:
    """Sets of names as the bits of a number: a dialog of five hundred states compares many thousands of them."""

    def __init__(self) -> None:
        self.bits: dict[str, int] = {}

    def mask(self, names: Iterable[str]) -> int:
        mask = 0
        for name in names:
            mask |= self.bits.setdefault(name, 1 << len(self.bits))
        return mask


class _Known(NamedTuple):
    """On entering a state: the names set on every way there, and on some."""

    surely: int
    perhaps: int


def unset_problems(tree: Tree, paths: Paths) -> Iterator[Problem]:
    sets = _Names()
    known = _known(paths, sets)
    judged = sets.mask(_set_anywhere(paths))  # anything else is given: needs, metadata, what is known of the contact
    told: set[tuple[str, str]] = set()
    for path, source, uses in reads(tree):
        if path[0] != "states" or path[1] not in known:
            continue
        name = str(path[1])
        state = paths.dialog.states[name]
        own = sets.mask(_own(state, path))
        surely, perhaps = known[name].surely | own, known[name].perhaps | own
        for used, column in uses:
            bit = sets.mask([used])
            if surely & bit or not judged & bit or (name, used) in told or _is_aware(path, source, column):
                continue
            answer, _, beside = used.rpartition("_")
            if beside in _BESIDE and (name, answer) in told:  # `pago_currency` is missing where `pago` is
                continue
            never = not perhaps & bit
            if not never and not _matters(path, source):
                continue
            told.add((name, used))
            facts: dict[str, Any] = {"name": used, "state": name}
            if not never:
                facts["path"] = " → ".join(_unset_way(paths, used, name))
            where = tree.inside(path, column)
            yield Problem(where, "never_set" if never else "maybe_unset", facts, "warning", len(used))


def _set_anywhere(paths: Paths) -> Iterator[str]:
    for edge in paths.edges():
        yield from _gained(paths.dialog.states[edge.source], edge)


def surely_set(dialog: Dialog) -> dict[str, frozenset[str]]:
    """The names that are set on every way to each state that can be reached: what a test holds the engine to."""
    sets = _Names()
    known = _known(Paths(dialog), sets)
    return {
        name: frozenset(used for used, bit in sets.bits.items() if here.surely & bit) for name, here in known.items()
    }


def _matters(path: Path, source: str) -> bool:
    """Whether an unset name spoils what it is read for: a text has a hole, a sum comes out empty; a guard is false."""
    if "set" in path[2:3] or "with" in path[2:]:
        return _SUM.search(source) is not None
    return "when" not in path and "check" not in path[2:3] and path[2:3] != ("answer",)


def _is_aware(path: Path, source: str, column: int) -> bool:
    """Whether the author reckons with the name being unset."""
    if path[2:3] in (("set",), ("check",), ("when",), ("answer",)):
        return _AWARE.search(source) is not None
    start, end = source.rfind("{{", 0, column), source.find("}}", column)
    placeholder = source[max(start, 0) : end if end >= 0 else len(source)]
    return _AWARE.search(placeholder) is not None or "+" in placeholder  # `{{ " of " + name }}` prints nothing


def _own(state: State, path: Path) -> Iterator[str]:
    """What the state itself has set by when `path` is read: its `set` or its answer may come before."""
    key = path[2]
    if key == "set":
        for name, _ in state.set:
            if name == path[3]:
                return
            yield name
    elif key == "say" and state.sets_first:
        yield from (name for name, _ in state.set)
    elif key in ("when", "handoff", "close", "then", "call", "split"):
        yield from (name for name, _ in state.set)
        if state.waits or state.split:
            yield from _saved(state)
        if key == "when":
            yield from _asked_for(state)


def _known(paths: Paths, sets: _Names) -> dict[str, _Known]:
    """To the fixed point: what is surely known shrinks, what is perhaps known grows.

    States are taken in the order of a walk through the dialog, so that few are visited twice.
    """
    dialog = paths.dialog
    begin = sets.mask((*ABOUT, *dialog.needs))
    ways = {name: _ways(paths, name, sets) for name in dialog.states}
    surely, perhaps = {dialog.first: begin}, {dialog.first: begin}
    changed = {dialog.first}
    walked = _walked(dialog.first, ways)
    while changed:
        for name in walked:  # in rounds: a way back to the beginning must not start all over for each step
            if name not in changed:
                continue
            changed.discard(name)
            for target, gained in ways[name]:
                certain, possible = surely[name] | gained, perhaps[name] | gained
                if target in surely:
                    certain, possible = certain & surely[target], possible | perhaps[target]
                    if certain == surely[target] and possible == perhaps[target]:
                        continue
                surely[target], perhaps[target] = certain, possible
                changed.add(target)
    return {name: _Known(surely[name], perhaps[name]) for name in surely}


_Ways = list[tuple[str, int]]


def _ways(paths: Paths, name: str, sets: _Names) -> _Ways:
    """Where a state leads, and the names that are set beyond."""
    state = paths.dialog.states[name]
    found: _Ways = []
    beyond: frozenset[str] = frozenset()  # what the guards before this one, being false, tell
    for edge in paths.ways[name]:
        if edge.target != END:
            found.append((edge.target, sets.mask(_gained(state, edge) | beyond | _required(edge))))
        beyond |= _ruled_out(edge)
    return found


def _walked(first: str, ways: Mapping[str, _Ways]) -> list[str]:
    """The states that can be reached, each after those that lead to it where no circle forbids it."""
    done: list[str] = []
    seen = {first}
    stack = [(first, iter(ways[first]))]
    while stack:
        name, rest = stack[-1]
        target = next((target for target, _ in rest if target not in seen), None)
        if target is None:
            done.append(name)
            stack.pop()
        else:
            seen.add(target)
            stack.append((target, iter(ways[target])))
    return done[::-1]


def _gained(state: State, edge: Edge) -> frozenset[str]:
    """The names that taking `edge` sets."""
    match edge.trigger:
        case "answer":
            return frozenset(_saved(state))
        case "event" if isinstance(edge.condition, Happened):
            return frozenset(part.name for part in edge.condition.awaited.save)
        case "next" | "split" | "returned":
            return frozenset([*(name for name, _ in state.set), *_saved(state), *_asked_for(state)])
        case "failure":
            return frozenset([*(name for name, _ in state.set), *OUTCOME_NAMES])
    return frozenset()


def _saved(state: State) -> Iterable[str]:
    """The name of the answer, and those that some answers keep beside it; a form's fields."""
    if state.answer is not None and state.answer.kind == "form":
        yield from state.answer.limits.get("fields", ())
    if state.save is not None:
        yield state.save
        yield from (f"{state.save}_{beside}" for beside in _BESIDE)


def _asked_for(state: State) -> Iterable[str]:
    """What a web service or another dialog brings."""
    if state.errand is not None:
        yield from OUTCOME_NAMES
        yield from (part.name for part in state.errand.save if not part.may_miss)
    if state.call is not None:
        yield from (name for name, *_ in state.call.save)


def _required(edge: Edge) -> frozenset[str]:
    """The names without which the edge's guard would be false."""
    if not isinstance(edge.condition, Holds):
        return frozenset()
    source, names = edge.condition.guard.source, edge.condition.guard.names
    if re.fullmatch(r"not empty\(\s*(\w+)\s*\)", source):
        return names
    return frozenset() if re.search(r"\b(?:or|not|empty)\b", source) else names


def _ruled_out(edge: Edge) -> frozenset[str]:
    """The names that are set where the edge's guard is false: it asked whether they are empty."""
    if isinstance(edge.condition, Holds) and re.fullmatch(r"empty\(\s*(\w+)\s*\)", edge.condition.guard.source):
        return edge.condition.guard.names
    return frozenset()


def _unset_way(paths: Paths, name: str, state: str) -> list[str]:
    """A way to `state` on which nothing sets `name`."""
    if state == paths.dialog.first:
        return [state]

    def taken(edge: Edge) -> bool:
        return name not in _gained(paths.dialog.states[edge.source], edge) | _required(edge)

    return paths.route(paths.dialog.first, [state], taken) or [state]
