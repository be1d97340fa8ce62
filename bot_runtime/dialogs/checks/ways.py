"""Where a dialog's file says where to go next. What is no name at all is the schema's complaint, and left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.tree import Path, Tree, plain

Way = tuple[Path, str]


def targets(tree: Tree) -> Iterator[Way]:
    """Every place that names a state to go to, with the name."""
    yield from _named(("retry",), tree.data.get("retry"), "goto")
    for at, entry in enumerate(_list(tree.data.get("anywhere"))):
        yield from _named(("anywhere", at), entry, "goto")
    for name, state in plain(tree.data.get("states")).items():
        for path, target in state_targets(plain(state)):
            yield ("states", name, *path), target


def state_targets(state: Mapping[str, Any]) -> Iterator[Way]:
    """The same, of one state."""
    yield from _named((), state, "goto", "else", "timeout")
    yield from _named(("retry",), state.get("retry"), "goto")
    for key in ("request", "pdf"):
        yield from _named((key,), state.get(key), "failure")
    for key in ("menu", "when", "on", "split"):
        for at, entry in enumerate(_list(state.get(key))):
            yield from _named((key, at), entry, "goto", "else")


def _named(path: Path, group: Any, *keys: str) -> Iterator[Way]:
    for key in keys:
        target = plain(group).get(key)
        if isinstance(target, str):
            yield (*path, key), target


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
