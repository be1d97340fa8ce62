"""The files of a workspace, read into trees: what each holds, and which cannot be read at all."""

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree

MAX_FILES = 2_000
DOCUMENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SUFFIXES = (".yaml", ".yml")


@dataclass(slots=True)
class Sources:
    """`trees` by path inside the workspace; a file that could not be read is only in `problems`."""

    root: Path
    bot: Tree | None = None
    dialogs: list[Tree] = field(default_factory=list)
    templates: list[Tree] = field(default_factory=list)
    tests: list[Tree] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)  # name → Markdown
    trees: dict[str, Tree] = field(default_factory=dict)
    paths: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_folder(root: Path, instead: Mapping[str, bytes] | None = None) -> Sources:
    """Every YAML file of the workspace; nothing raises. `instead`: texts in place of files that are there, by name."""
    sources = Sources(root)
    if not root.is_dir():
        sources.problems.append(Problem(Where(str(root), 1, 1), "no_folder", {"name": str(root)}))
        return sources
    reader = _Reader(sources, instead or {})
    for name in ("bot.yaml", "bot.yml"):
        if sources.bot is None and os.path.lexists(root / name):
            reader.read(root / name, lambda tree: setattr(sources, "bot", tree))
    reader.folder("dialogs", sources.dialogs)
    reader.folder("templates", sources.templates)
    reader.folder("tests", sources.tests)
    reader.documents()
    if sources.bot is None and not os.path.lexists(root / "dialogs") and not sources.problems:
        sources.problems.append(Problem(Where("bot.yaml", 1, 1), "no_workspace"))
    elif not sources.dialogs and not sources.problems:
        sources.problems.append(Problem(Where("dialogs", 1, 1), "no_dialogs"))
    return sources


class _Reader:
    def __init__(self, sources: Sources, instead: Mapping[str, bytes]) -> None:
        self.sources, self.instead = sources, instead
        self.root = sources.root.resolve()

    def folder(self, name: str, into: list[Tree]) -> None:
        folder = self.sources.root / name
        if not os.path.lexists(folder):
            return
        try:
            found = sorted(
                path for path in folder.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith(".")
            )
        except OSError as error:
            self.refuse(folder, "unreadable", reason=error.strerror)
            return
        for path in found[:MAX_FILES]:
            self.read(path, into.append)
        if len(found) > MAX_FILES:
            self.refuse(folder, "too_many_files", limit=MAX_FILES)

    def documents(self) -> None:
        """Every `documents/NAME.md`."""
        for path in sorted((self.sources.root / "documents").glob("*.md"))[:MAX_FILES]:
            if not DOCUMENT.fullmatch(path.stem):
                self.refuse(path, "bad_document_name", got=f"'{path.name}'")
                continue
            try:
                source = _bytes(path) if path.resolve(strict=True).is_relative_to(self.root) else None
                if source is None:
                    self.refuse(path, "outside")
                elif len(source) > tree.MAX_BYTES:
                    self.refuse(path, "file_too_big")
                else:
                    self.sources.documents[path.stem] = source.decode("utf-8-sig")
                    self.sources.paths.append(path)
            except UnicodeDecodeError:
                self.refuse(path, "not_utf8")
            except OSError as error:
                self.refuse(path, "unreadable", reason=error.strerror)

    def read(self, path: Path, keep: Callable[[Tree], None]) -> None:
        try:
            if not path.resolve(strict=True).is_relative_to(self.root):
                self.refuse(path, "outside")
                return
            source = _bytes(path)
        except FileNotFoundError:
            self.refuse(path, "dangling")
        except IsADirectoryError:
            self.refuse(path, "not_a_file")
        except (OSError, RuntimeError) as error:
            self.refuse(path, "unreadable", reason=getattr(error, "strerror", None) or str(error))
        else:
            name = self.name(path)
            read = tree.read(name, self.instead.get(name, source))
            self.sources.trees[read.file] = read
            self.sources.paths.append(path)
            self.sources.problems += read.problems
            keep(read)

    def refuse(self, path: Path, code: str, **facts: object) -> None:
        self.sources.problems.append(Problem(Where(self.name(path), 1, 1), code, facts))

    def name(self, path: Path) -> str:
        name = path.relative_to(self.sources.root).as_posix()
        return name.encode("utf-8", "replace").decode()


def _bytes(path: Path) -> bytes:
    """The file, read no further than what tells that it is too big; a pipe or device is never opened."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode) or not stat.S_ISREG(mode):
        raise IsADirectoryError(path)
    with path.open("rb") as file:
        return file.read(tree.MAX_BYTES + 1)
