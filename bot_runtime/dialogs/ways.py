"""Where a dialog's file says where to go next."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.tree import Path, Tree, plain


def targets(tree: Tree) -> Iterator[tuple[Path, Any]]:
    """Every place that names a state to go to, with the name."""
    data = tree.data
    if "goto" in plain(data.get("retry")):
        yield ("retry", "goto"), data["retry"]["goto"]
    for at, entry in enumerate(data["anywhere"] if isinstance(data.get("anywhere"), list) else ()):
        if "goto" in plain(entry):
            yield ("anywhere", at, "goto"), entry["goto"]
    for name, state in plain(data.get("states")).items():
        for path, target in state_targets(plain(state)):
            yield ("states", name, *path), target


def state_targets(state: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The same, of one state."""
    for key in ("goto", "else", "timeout"):
        if key in state:
            yield (key,), state[key]
    if "goto" in plain(state.get("retry")):
        yield ("retry", "goto"), state["retry"]["goto"]
    for key in ("menu", "when"):
        for at, entry in enumerate(state[key] if isinstance(state.get(key), list) else ()):
            for way in ("goto", "else"):
                if way in plain(entry):
                    yield (key, at, way), entry[way]
