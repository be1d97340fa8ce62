"""`${NAME}` in `bot.yaml`: secrets come from the environment or the `.env` beside it, never from the file."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot_runtime.dialogs import tree as trees
from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree

_NAME = re.compile(r"\$\{([^}\n]*)\}")
_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Environment:
    """Fills a tree's texts. `problems` name each unset variable where it stands."""

    def __init__(self, env: Mapping[str, str], dotenv: Path, *, missing_ok: bool) -> None:
        self.env = env
        self.dotenv = dotenv
        self.missing_ok = missing_ok
        self.problems: list[Problem] = []
        self._from_file: Mapping[str, str | None] | None = None

    def fill(self, tree: Tree) -> dict[str, Any]:
        filled: dict[str, Any] = self._filled(tree, (), tree.data)
        return filled

    def listed(self, tree: Tree, path: trees.Path) -> dict[str, str]:
        """The values of the variables that a list of `tree` names."""
        listed: Any = tree.data
        for key in path:
            listed = trees.plain(listed).get(str(key))
        names = [(at, name) for at, name in trees.items(listed, path) if isinstance(name, str)]
        return {name: self._value_of(name, tree.where(at), len(name)) for at, name in names if _VALID.fullmatch(name)}

    def _filled(self, tree: Tree, path: trees.Path, value: Any) -> Any:
        match value:
            case dict():
                return {key: self._filled(tree, (*path, key), inner) for key, inner in value.items()}
            case list():
                return [self._filled(tree, (*path, index), inner) for index, inner in enumerate(value)]
            case str() if "${" in value:
                return _NAME.sub(lambda found: self._value(tree, path, found), value)
        return value

    def _value(self, tree: Tree, path: trees.Path, found: re.Match[str]) -> str:
        name = found[1]
        where = tree.inside(path, found.start())
        if not _VALID.fullmatch(name):
            self.problems.append(Problem(where, "bad_reference", {"name": name}, width=len(found[0])))
            return ""
        return self._value_of(name, where, len(found[0]))

    def _value_of(self, name: str, where: Where, width: int) -> str:
        value = self.env.get(name) or self._dotenv().get(name)
        if value:
            return value
        severity = "warning" if self.missing_ok else "error"
        self.problems.append(Problem(where, "unset_variable", {"name": name}, severity, width))  # type: ignore[arg-type]
        return f"dev-{name}"

    def _dotenv(self) -> Mapping[str, str | None]:
        if self._from_file is None:
            self._from_file = self._read()
        return self._from_file

    def _read(self) -> Mapping[str, str | None]:
        try:
            if not self.dotenv.is_file() or self.dotenv.stat().st_size > trees.MAX_BYTES:
                return {}
            text = self.dotenv.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.problems.append(Problem(Where(".env", 1, 1), "unreadable_env"))
            return {}
        from dotenv import dotenv_values  # 20 ms, and only where there is a file

        return dotenv_values(stream=io.StringIO(text), interpolate=False)
