"""Small changes to a dialog's YAML that leave every other character, comments included, where it was."""

from collections.abc import Sequence
from typing import Any

import yaml

from bot_runtime.dialogs.rehearsing.rewriting import flow
from bot_runtime.dialogs.tree import Path


class CannotEdit(Exception):
    """Nothing stands at that place, or something else than was expected."""


def with_synonyms(source: str, option: Path, synonyms: Sequence[str]) -> str:
    """`source` with more synonyms for the option at `option` (of a menu or of `choices`), however it is written."""
    node = _at(source, option)
    if isinstance(node, yaml.ScalarNode):  # the short form: a label alone
        label = source[node.start_mark.index : node.end_mark.index].rstrip()
        return _put(source, node.start_mark.index, f"{{ label: {label}, synonyms: {flow(synonyms)} }}", len(label))
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit
    known = next((value for key, value in node.value if key.value == "synonyms"), None)
    if known is None:
        return _with_key(source, node, f"synonyms: {flow(synonyms)}")
    if isinstance(known, yaml.ScalarNode):
        written = source[known.start_mark.index : known.end_mark.index].rstrip()
        more = ", ".join(flow(each) for each in synonyms)
        return _put(source, known.start_mark.index, f"[{written}, {more}]", len(written))
    return _with_items(source, known, [flow(each) for each in synonyms])


def with_option(source: str, options: Path, label: str, synonyms: Sequence[str], goto: str | None) -> str:
    """`source` with another option at the end of the list at `options`; one without anything else is its label."""
    node = _at(source, options)
    told: dict[str, Any] = {"label": label}
    if synonyms:
        told["synonyms"] = list(synonyms)
    if goto is not None:
        told["goto"] = goto
    return _with_items(source, node, [flow(told) if len(told) > 1 else flow(label)])


def _at(source: str, path: Path) -> yaml.Node:
    node: yaml.Node | None = yaml.compose(
        source, Loader=yaml.CSafeLoader
    )  # the parser that reads dialogs; yaml's own refuses some of them
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
    if node is None:
        raise CannotEdit
    return node


def _with_key(source: str, node: yaml.MappingNode, written: str) -> str:
    """One more key, after the first one (a label)."""
    key, value = node.value[0]
    if node.flow_style:
        return _put(source, _end(source, value), f", {written}")
    line_end = _line_end(source, _end(source, value))
    return _put(source, line_end, f"\n{' ' * key.start_mark.column}{written}")


def _with_items(source: str, node: yaml.Node, written: Sequence[str]) -> str:
    """More items at the end of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise CannotEdit
    if node.flow_style:
        end = _end(source, node.value[-1]) if node.value else node.start_mark.index + 1
        return _put(source, end, (", " if node.value else "") + ", ".join(written))
    line_end = _line_end(source, _end(source, node.value[-1]))
    dash = " " * node.start_mark.column
    return _put(source, line_end, "".join(f"\n{dash}- {each}" for each in written))


def _end(source: str, node: yaml.Node) -> int:
    """Where a node's last character is; a block's mark is at whatever follows, blank lines and comments between."""
    if isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">"):
        return int(node.end_mark.index)
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        return int(node.end_mark.index)
    if isinstance(node, yaml.MappingNode) and node.value:
        return _end(source, node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value:
        return _end(source, node.value[-1])
    return len(source[: node.end_mark.index].rstrip())


def _line_end(source: str, index: int) -> int:
    """The end of the line of `index`, a comment on it left out of nothing."""
    found = source.find("\n", index)
    return len(source) if found < 0 else found - (source[found - 1 : found] == "\r")


def _put(source: str, index: int, text: str, instead: int = 0) -> str:
    return source[:index] + text + source[index + instead :]
