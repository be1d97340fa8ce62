"""Data that is read before anything set it: on every way to a state, or on some (B25).

A walk over the edges: which names are surely set when a state is entered, and which may be. Guards are for telling
the two apart, so they may read what is perhaps unset, and what they require is set beyond them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bot_runtime.dialogs.check_names import ABOUT, reads
from bot_runtime.dialogs.edges import END, Edge, Happened, Holds
from bot_runtime.dialogs.model import State
from bot_runtime.dialogs.paths import Paths
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.requests import OUTCOME_NAMES
from bot_runtime.dialogs.tree import Path, Tree

_AWARE = re.compile(r"\bempty\b|\bdefault\b|\blen\b|\bnot\b")  # it reckons with what is not there
_SUM = re.compile(r"[-+*/]")
_BESIDE = ("text", "currency", "name", "address")
_ALWAYS_SET = frozenset({*ABOUT, "language", "call_ended"})


class Known(NamedTuple):
    """On entering a state: the names set on every way there, and on some."""

    surely: frozenset[str]
    perhaps: frozenset[str]


def unset_problems(tree: Tree, paths: Paths) -> Iterator[Problem]:
    known = _known(paths)
    told: set[tuple[str, str]] = set()
    for path, source, uses in reads(tree):
        if path[0] != "states" or path[1] not in known:
            continue
        name = str(path[1])
        state = paths.dialog.states[name]
        here = _here(state, known[name], path)
        for used, column in uses:
            if used in here.surely or used == "answer" or (name, used) in told or _is_aware(path, source, column):
                continue
            never = used not in here.perhaps
            if not never and not _matters(path, source):
                continue
            told.add((name, used))
            facts: dict[str, Any] = {"name": used, "state": name}
            if not never:
                facts["path"] = " → ".join(_unset_way(paths, used, name))
            where = tree.inside(path, column)
            yield Problem(where, "never_set" if never else "maybe_unset", facts, "warning", len(used))


def _matters(path: Path, source: str) -> bool:
    """Whether an unset name spoils what it is read for: a text has a hole, a sum comes out empty; a guard is false."""
    if "set" in path[2:3]:
        return _SUM.search(source) is not None
    return "when" not in path and "check" not in path[2:3] and path[2:3] != ("answer",)


def _is_aware(path: Path, source: str, column: int) -> bool:
    """Whether the author reckons with the name being unset."""
    if path[2:3] in (("set",), ("check",), ("when",), ("answer",)):
        return _AWARE.search(source) is not None
    start, end = source.rfind("{{", 0, column), source.find("}}", column)
    placeholder = source[max(start, 0) : end if end >= 0 else len(source)]
    return _AWARE.search(placeholder) is not None or "+" in placeholder  # `{{ " of " + name }}` prints nothing


def _here(state: State, known: Known, path: Path) -> Known:
    """What is known where `path` is read, which may be after the state's own `set` or `save`."""
    added: set[str] = set()
    key = path[2]
    if key == "set":
        own = [name for name, _ in state.set]
        added.update(own[: own.index(str(path[3]))] if path[3] in own else ())
    elif key == "say" and state.sets_first:
        added.update(name for name, _ in state.set)
    elif key in ("when", "handoff", "close", "then", "call", "split"):
        added.update(name for name, _ in state.set)
        added.update(_saved(state) if state.waits or state.split else ())
        if key == "when":
            added.update(_asked_for(state))
    return Known(known.surely | added, known.perhaps | added)


def _known(paths: Paths) -> dict[str, Known]:
    """To the fixed point: what is surely known shrinks, what is perhaps known grows."""
    dialog = paths.dialog
    begin = frozenset({*_ALWAYS_SET, *dialog.needs})
    known = {dialog.first: Known(begin, begin)}
    pending = [dialog.first]
    while pending:
        name = pending.pop()
        state = dialog.states[name]
        beyond: frozenset[str] = frozenset()  # what the guards before this one, being false, tell
        for edge in paths.ways[name]:
            if edge.target == END:
                continue
            gained = _gained(state, edge) | beyond | _required(edge)
            beyond |= _ruled_out(edge)
            arrives = Known(known[name].surely | gained, known[name].perhaps | gained)
            before = known.get(edge.target)
            after = (
                arrives if before is None else Known(before.surely & arrives.surely, before.perhaps | arrives.perhaps)
            )
            if after != before:
                known[edge.target] = after
                pending.append(edge.target)
    return known


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
    """The name of the answer, and those that some answers keep beside it."""
    if state.save is not None:
        yield state.save
        yield from (f"{state.save}_{beside}" for beside in _BESIDE)


def _asked_for(state: State) -> Iterable[str]:
    """What a web service or another dialog brings."""
    if state.request is not None:
        yield from OUTCOME_NAMES
        yield from (part.name for part in state.request.save if not part.may_miss)
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
