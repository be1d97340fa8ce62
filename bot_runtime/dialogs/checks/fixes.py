"""Mending what has one obvious mend: each fix is a small replacement in the file's text, so comments and layout stay.

A misspelt name becomes the one that was meant, a text that YAML trips over gets its quotes, a useless key goes.
What needs a decision (where should this `else` lead?) is left to the author.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree


class Edit(NamedTuple):
    """Characters `start` to `end` of the source become `text`."""

    start: int
    end: int
    text: str


def fix(tree: Tree, problem: Problem) -> Edit | None:
    """The one obvious mend of `problem` in its file; None where there is none."""
    mend = _MENDS.get(problem.code, _meant if problem.facts.get("near") else None)
    start = _index(tree.source, problem.where.line, problem.where.column)
    return mend(tree.source, start, problem) if mend is not None and start is not None else None


def applied(source: str, edits: Iterable[Edit]) -> str:
    """The source with all of them; of two that overlap, the first."""
    end = len(source) + 1
    for edit in sorted(set(edits), reverse=True):
        if edit.end <= end:
            source = source[: edit.start] + edit.text + source[edit.end :]
            end = edit.start
    return source


def _index(source: str, line: int, column: int) -> int | None:
    """Where a line and column, from 1, are in the text."""
    start = 0
    for _ in range(line - 1):
        start = source.find("\n", start) + 1
        if start == 0:
            return None
    return start + column - 1


def _meant(source: str, start: int, problem: Problem) -> Edit | None:
    """The word that was meant in place of the one that stands there."""
    near = str(problem.facts["near"])
    for fact in ("name", "got", "found"):
        written = problem.facts.get(fact)
        word = str(written).strip("'") if written is not None else ""
        for quote in ("", '"', "'"):
            if word and source.startswith(quote + word + quote, start):
                after = start + len(quote + word + quote)
                if quote == "" and source[after : after + 1].isalnum():
                    continue
                return Edit(start, after, quote + near + quote)
    return None


def _quoted_value(source: str, start: int, problem: Problem) -> Edit | None:
    """The text of the line's key in quotes."""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    end = len(source) if end < 0 else end
    found = re.fullmatch(r"(\s*(?:- )?[\w-]+: +)([^\"'\[|>#].*?)(\s*|\s+#[^\"']*)", source[begin:end])
    if found is None:
        return None
    value = found[2].replace("\\", "\\\\").replace('"', '\\"')
    return Edit(begin + len(found[1]), begin + len(found[1]) + len(found[2]), f'"{value}"')


def _spaces(source: str, start: int, problem: Problem) -> Edit | None:
    """Spaces for the tabs of an indentation: as many as the line above, two more below a key without a value."""
    begin = source.rfind("\n", 0, start) + 1
    indent = re.match(r"[ \t]*", source[begin:])
    above = next((line for line in reversed(source[:begin].splitlines()) if line.strip()), "")
    if indent is None or "\t" not in indent[0] or "\t" in above:
        return None
    depth = len(above) - len(above.lstrip()) + (2 if above.rstrip().endswith(":") else 0)
    return Edit(begin, begin + len(indent[0]), " " * depth)


def _nothing(source: str, start: int, problem: Problem) -> Edit | None:
    """The character away."""
    return Edit(start, start + 1, "")


def _without_line(source: str, start: int, problem: Problem) -> Edit | None:
    """A key that has a line for itself, away; one that shares its line, or goes on below it, stays."""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    end = len(source) if end < 0 else end + 1
    line = source[begin:end]
    indent = len(line) - len(line.lstrip())
    following = source[end:].split("\n", 1)[0]
    alone = re.fullmatch(r"\s*\w+: +[^\s#].*\n?", line) is not None and begin + indent == start
    goes_on = following.strip() != "" and len(following) - len(following.lstrip()) > indent
    return Edit(begin, end, "") if alone and not goes_on else None


def _as_else(source: str, start: int, problem: Problem) -> Edit | None:
    """`goto: x` right below `when:` becomes the last of its branches."""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    end = len(source) if end < 0 else end
    found = re.fullmatch(r"(\s*)goto: +([\wñáéíóúü]+)(\s*(?:#.*)?)", source[begin:end])
    above = source[:begin].rstrip("\n").rsplit("\n", 1)[-1]
    branch = re.match(r"(\s*)- \{? *if:", above)
    if found is None or branch is None or len(branch[1]) < len(found[1]):
        return None
    return Edit(begin, end, f"{branch[1]}- {{ else: {found[2]} }}{found[3]}")


def _quoted_word(source: str, start: int, problem: Problem) -> Edit | None:
    """`kind: casa`, a text where an expression belongs, with the quotes of its own."""
    name = str(problem.facts["name"])
    return Edit(start, start + len(name), f"'\"{name}\"'") if source.startswith(name, start) else None


def _compared(source: str, start: int, problem: Problem) -> Edit | None:
    """The whole comparison, where it stands as it is read."""
    got, near = str(problem.facts["got"]), problem.facts["near"]
    return Edit(start, start + len(got), str(near)) if near and source.startswith(got, start) else None


def _quoted_whole(source: str, start: int, problem: Problem) -> Edit | None:
    """The text that a comma cut, in quotes."""
    text = str(problem.facts["got"])
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        Edit(start, start + len(text), f'"{quoted}"') if source.startswith(text, start) and "\n" not in text else None
    )


_MENDS: Mapping[str, Callable[[str, int, Problem], Edit | None]] = {
    "tab": _spaces,
    "colon": _quoted_value,
    "comma": _quoted_whole,
    "never_equal": _compared,
    "reserved_character": _quoted_value,
    "unquoted_braces": _quoted_value,
    "control_character": _nothing,
    "goto_and_when": _as_else,
    "unquoted_text": _quoted_word,
    "never_taken": _without_line,
    "retry_unused": _without_line,
    "bad_state_name": lambda source, start, problem: None,  # whatever leads there has to change with it
}
