"""Writing transcripts: a turn as YAML that reads well, and a file with some of its turns replaced.

Only the lines of the turns that changed are written anew; everything else, comments included, stays as it was.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot_runtime.dialogs.rehearsing.transcripts import EXPECTS
from bot_runtime.dialogs.tree import Tree, scalar

LINE_MAX = 120
_PLAIN = re.compile(r"(?:[0-9]+[dhms])+|[^\W\d_][\w ¿¡]*(?:[\w!.)?])?")
_NORWAY = {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}  # truth values to other readers of YAML
_COMMENT_AFTER = re.compile(r"[}\]\"'\w.]\s+(#.*)$")


def turn_yaml(turn: Mapping[str, Any], indent: int = 2) -> list[str]:
    """A turn as a list item: on one line where it fits, else one line a key."""
    space = " " * indent
    on_one_line = f"{space}- {flow(turn)}"
    if len(on_one_line) <= LINE_MAX:
        return [on_one_line]
    lines: list[str] = []
    for key, value in turn.items():
        lead = f"{space}- " if not lines else f"{space}  "
        listed = f"{lead}{key}: {flow(value)}"
        if len(listed) <= LINE_MAX or not isinstance(value, list):
            lines.append(listed)
        else:
            lines.append(f"{lead}{key}:")
            lines += [f"{space}    - {flow(each)}" for each in value]
    return lines


def document(head: Mapping[str, Any], turns: Sequence[Mapping[str, Any]], comment: str = "") -> str:
    """A whole transcript."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{key}: {flow(value)}" for key, value in head.items()]
    lines.append("turns:")
    for turn in turns:
        lines += turn_yaml(turn)
    return "\n".join(lines) + "\n"


def updated(tree: Tree, happened: Sequence[Mapping[str, Any]], changed: Sequence[bool]) -> str:
    """The file of `tree` with what `happened` as the expectation of each `changed` turn."""
    lines = tree.source.splitlines()
    turns = tree.data["turns"]
    starts = [tree.mark(("turns", number)).line - 1 for number in range(len(turns))]
    for number in reversed(range(len(happened))):
        if not changed[number]:
            continue
        begin = starts[number]
        if begin in starts[:number] or begin == tree.mark(("turns",), key=True).line - 1:
            return _anew(tree, happened)  # several turns on a line: nothing to keep apart
        end = starts[number + 1] if number + 1 < len(starts) else _end(lines, begin)
        kept = _trailing(lines, begin, end)
        written = turn_yaml(_as_expected(tree, number, happened[number]), _indent(lines[begin]))
        comment = _COMMENT_AFTER.search(lines[end - kept - 1])
        if comment:
            written[-1] += f"  {comment[1]}"
        lines[begin : end - kept] = written
    return "\n".join(lines) + "\n"


def _as_expected(tree: Tree, number: int, got: Mapping[str, Any]) -> dict[str, Any]:
    """The turn as it was written, with what it checks brought up to date; one that checks nothing gets the usual."""
    turn = tree.data["turns"][number]
    result: dict[str, Any] = {}
    for key, value in turn.items():
        if key not in EXPECTS:  # what happens, to whom: as it was
            result[key] = _written(tree, number, key) if key in ("contact", "tap") else value
    keys = [key for key in turn if key in EXPECTS] or ["bot", "state"]
    for key in keys:
        value = got.get(key)
        if key == "answers" and isinstance(turn.get(key), dict):
            value = {name: got["answers"][name] for name in turn[key] if name in got.get("answers", {})}
        if value is not None:
            result[key] = value
    if got.get("ended") and "ended" not in result:
        result["ended"] = got["ended"]
    return result


def _written(tree: Tree, number: int, key: str) -> str:
    value = tree.data["turns"][number][key]
    return value if isinstance(value, str) else tree.raw(("turns", number, key))


def _anew(tree: Tree, happened: Sequence[Mapping[str, Any]]) -> str:
    head = {key: value for key, value in tree.data.items() if key != "turns"}
    turns = [_as_expected(tree, number, got) for number, got in enumerate(happened)]
    return document(head, [*turns, *tree.data["turns"][len(turns) :]])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end(lines: Sequence[str], begin: int) -> int:
    """The line after the last turn: whatever is not deeper than its dash ends it."""
    depth = _indent(lines[begin])
    for number in range(begin + 1, len(lines)):
        if lines[number].strip() and not lines[number].lstrip().startswith("#") and _indent(lines[number]) <= depth:
            return number
    return len(lines)


def _trailing(lines: Sequence[str], begin: int, end: int) -> int:
    """How many lines before `end` are blank or comments: they belong to what follows."""
    kept = 0
    while end - kept - 1 > begin and (not lines[end - kept - 1].strip() or lines[end - kept - 1].lstrip()[0] == "#"):
        kept += 1
    return kept


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and scalar(text) == text and text.lower() not in _NORWAY:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return (
        '"' + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
    )
