"""A YAML file as plain data, with the place of each key and value.

Read from the parser's events, because no loader gives positions, limits and duplicate keys together, and YAML's own
scalars surprise authors: `no` is a boolean there, `12:30` is 750 and `+57300…` loses its plus. Ours are `true`,
`false`, `null`, whole numbers and decimals; anything else is the text as written. What is refused is a `Problem`;
nothing raises.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.problems import MAX_PROBLEMS, Problem
from bot_runtime.dialogs.scalars import ScalarText
from bot_runtime.dialogs.syntax import syntax_problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_ITEMS = 1_000

Path = tuple[str | int, ...]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)  # one for each node: a frozen one takes thrice as long to make
class Mark:
    """Where a key or value starts (line and column from 1, index from 0 in the source) and its width on that line."""

    line: int
    column: int
    index: int
    width: int
    style: str | None = None  # of a scalar: None plain, ' " | >


@dataclass(slots=True)
class Tree:
    """`data` is None when the file could not be read to its end; `broken` holds the paths whose value was refused."""

    file: str
    source: str
    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = False

    def where(self, path: Path, *, key: bool = False) -> Where:
        mark = self.mark(path, key=key)
        return Where(self.file, mark.line, mark.column)

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """The mark of the value at `path` (of its key where asked), or of the nearest thing around it."""
        while True:
            if key and path in self.keys:
                return self.keys[path]
            if path in self.values:
                return self.values[path]
            if not path:
                return Mark(1, 1, 0, 1)
            path = path[:-1]

    def inside(self, path: Path, offset: int) -> Where:
        """The place of character `offset` of the text at `path`, quotes, escapes and folded lines accounted for."""
        mark = self.mark(path)
        line, column = ScalarText(self.source, mark.index, mark.style).position(offset)
        return Where(self.file, line, column)

    def raw(self, path: Path) -> str:
        """The scalar at `path` as it was written."""
        mark = self.mark(path)
        return self.source[mark.index : mark.index + mark.width]

    def problem(self, path: Path, code: str, /, *, key: bool = False, warning: bool = False, **facts: Any) -> Problem:
        mark = self.mark(path, key=key)
        where = Where(self.file, mark.line, mark.column)
        return Problem(where, code, facts, "warning" if warning else "error", mark.width)

    def line(self, number: int) -> str:
        lines = self.source.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def read(file: str, source: bytes) -> Tree:
    """The tree of one file; everything wrong with it as YAML is in its `problems`."""
    if len(source) > MAX_BYTES:
        return _refused(file, "", 1, 1, "file_too_big", size=len(source), limit=MAX_BYTES)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        code = "binary_file" if b"\0" in source[:4096] else "not_utf8"
        return _refused(file, before, line, column, code)
    odd = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if odd:
        line, column = position(text, odd.start())
        return _refused(
            file,
            text,
            line,
            column,
            "binary_file" if odd[0] == "\0" else "control_character",
            name=f"U+{ord(odd[0]):04X}",
        )
    tree = Tree(file, text)
    _Builder(tree).build()
    return tree


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a place in a text."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _refused(file: str, text: str, line: int, column: int, code: str, **facts: Any) -> Tree:
    return Tree(file, text, problems=[Problem(Where(file, line, column), code, facts)])


class _Stop(Exception):
    """The rest of the file cannot be read."""


@dataclass(slots=True)
class _Level:
    """A mapping or list being read; `key` is the mapping's key waiting for its value."""

    path: Path
    into: dict[str, Any] | list[Any]
    key: str | None = None
    skipped: int = 0  # repeated keys so far


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.levels: list[_Level] = []
        self.nodes = 0
        self.documents = 0

    def build(self) -> None:
        parser = CParser(self.tree.source)
        try:
            while parser.check_event():
                self.take(parser.get_event())
        except _Stop:
            self.tree.data = None
            return
        except yaml.MarkedYAMLError as error:
            self.tree.problems.append(syntax_problem(self.tree.file, self.tree.source, error))
            self.tree.data = None
            return
        except (yaml.YAMLError, RecursionError, ValueError):
            self.refuse(None, "yaml_syntax")
            self.tree.data = None
            return
        self.tree.complete = True

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent() | yaml.AliasEvent() | yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.node(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.levels.pop()
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.refuse(event, "second_document")
                    raise _Stop

    def node(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse(event, "too_many_nodes", limit=MAX_NODES)
            raise _Stop
        mark = _mark(event, self.tree.source)
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.into, dict) and level.key is None:
            self.key(level, event, mark)
            return
        if level is not None and len(level.into) >= MAX_ITEMS and isinstance(level.into, list):
            self.refuse(event, "too_many_items", limit=MAX_ITEMS)
            raise _Stop
        path = self.place(level)
        self.tree.values[path] = mark
        value = self.value(event, path)
        if level is None:
            self.tree.data = value
        elif isinstance(level.into, list):
            level.into.append(value)
        elif level.key is not None:
            if "\0" not in level.key:  # a repeated key's value is read and dropped
                level.into[level.key] = value
            level.key = None
        if isinstance(value, (dict, list)) and not isinstance(event, yaml.AliasEvent):
            if len(self.levels) >= MAX_DEPTH:
                self.refuse(event, "too_deep", limit=MAX_DEPTH)
                raise _Stop
            self.levels.append(_Level(path, value))

    def place(self, level: _Level | None) -> Path:
        if level is None:
            return ()
        return (*level.path, len(level.into) if isinstance(level.into, list) else str(level.key))

    def key(self, level: _Level, event: Any, mark: Mark) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            if self.tree.source.startswith("{{", mark.index - 1):  # `ask: {{ nombre }}, …`
                where = Where(self.tree.file, mark.line, mark.column - 1)
                self.add(Problem(where, "unquoted_braces", width=2))
                raise _Stop
            if isinstance(event, yaml.AliasEvent):
                self.refuse(event, "alias", name=event.anchor)
            else:
                self.refuse(event, "key_not_text")
            if not isinstance(event, yaml.AliasEvent):
                raise _Stop  # what follows has no place to go
            name = f"*{event.anchor}"
        else:
            name = event.value
            self.refuse_extras(event)
            if name == "<<" and _is_plain(event):
                self.refuse(event, "merge_key")
        path = (*level.path, name)
        if path in self.tree.keys:
            first = self.tree.keys[path]
            self.add(
                Problem(
                    Where(self.tree.file, mark.line, mark.column),
                    "duplicate_key",
                    {"name": name, "line": first.line},
                    width=mark.width,
                )
            )
            level.skipped += 1
            name = f"{name}\0{level.skipped}"
            path = (*level.path, name)
        self.tree.keys[path] = mark
        level.key = name

    def value(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, "alias", name=event.anchor)
            self.tree.broken.add(path)
            return None
        self.refuse_extras(event)
        if event.tag is not None:
            self.tree.broken.add(path)
        if isinstance(event, yaml.MappingStartEvent):
            return {}
        if isinstance(event, yaml.SequenceStartEvent):
            return []
        return scalar(event.value) if _is_plain(event) and event.tag is None else event.value

    def refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse(event, "anchor", name=event.anchor)
        if event.tag is not None:
            self.refuse(event, "tag", name=self.tree.source[event.start_mark.index :].split(maxsplit=1)[0])

    def refuse(self, event: Any, code: str, **facts: Any) -> None:
        mark = _mark(event, self.tree.source) if event is not None else Mark(1, 1, 0, 1)
        where = Where(self.tree.file, mark.line, mark.column)
        self.add(Problem(where, code, facts, width=mark.width))

    def add(self, problem: Problem) -> None:
        self.tree.problems.append(problem)
        if len(self.tree.problems) >= MAX_PROBLEMS:
            raise _Stop


def scalar(text: str) -> Any:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _mark(event: Any, source: str) -> Mark:
    start, end = event.start_mark, event.end_mark
    same_line = end.line == start.line
    width = end.column - start.column if same_line else max(1, len(_rest_of_line(source, start.index)))
    return Mark(start.line + 1, start.column + 1, start.index, max(1, width), getattr(event, "style", None) or None)


def _rest_of_line(source: str, index: int) -> str:
    end = source.find("\n", index)
    return source[index : end if end >= 0 else len(source)].rstrip()


def plain(data: Any) -> Mapping[str, Any]:
    """`data` where it is a mapping, else an empty one."""
    return data if isinstance(data, dict) else {}


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return event.style not in ("'", '"', "|", ">")


def items(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The entries of a list with their paths, or a single value as if it were one."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield (*path, at), item
    elif value is not None:
        yield path, value
