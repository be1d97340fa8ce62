"""Texts that a comma cuts: of `{ label: Sí, gracias, goto: fin }` YAML makes a key `gracias` without a value."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Mark, Path, Tree

_BETWEEN = re.compile(r",\s*")
_AFTER = re.compile(r"\s*[,}]")  # no colon: nobody meant it as a key


def comma_problems(tree: Tree, known: Collection[str]) -> Iterator[Problem]:
    """Each such text, whole again in the tree, so that nothing else is said of its pieces. `known`: what is a key."""
    pieces = [path for path, mark in tree.values.items() if mark.style is None and path and path[-1] not in known]
    cut: dict[Path, None] = {}
    for path in pieces:
        before = _joined(tree, path)
        if before is not None:
            cut[before] = None
    for path in cut:
        text = tree.raw(path)
        yield tree.problem(path, "comma", name=path[-1], got=text, near=f'"{text}"')


def _joined(tree: Tree, path: Path) -> Path | None:
    """Where the text stands that goes on in the key at `path`; None where it is a key after all."""
    around = _at(tree.data, path[:-1])
    if not isinstance(around, dict) or path not in tree.keys or around.get(str(path[-1]), "") is not None:
        return None
    names = list(around)
    at = names.index(path[-1])
    before = (*path[:-1], names[at - 1])
    key, value = tree.keys[path], tree.values.get(before)
    if at == 0 or value is None or value.style is not None:
        return None
    if isinstance(around[names[at - 1]], dict | list) or not _goes_on(tree.source, value, key):
        return None
    value.width = key.index + key.width - value.index
    del around[path[-1]]
    around[names[at - 1]] = tree.raw(before)
    return before


def _goes_on(source: str, value: Mark, key: Mark) -> bool:
    ends = value.index + value.width
    between = _BETWEEN.fullmatch(source, ends, key.index)
    return between is not None and _AFTER.match(source, key.index + key.width) is not None


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
