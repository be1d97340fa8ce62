"""`check --fix`: the obvious mends of a whole workspace, tried on a copy until nothing more can be mended."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot_runtime.dialogs.checks.fixes import applied, fix
from bot_runtime.dialogs.problems import Problem
from bot_runtime.workspace import Loaded, load_workspace

_ROUNDS = 20  # a syntax error hides all that follows it


@dataclass(slots=True)
class Mended:
    """`files`: path in the workspace → text before and after; `fixed`: the problems mended, in order."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    fixed: list[Problem] = field(default_factory=list)


def mended(root: Path, loaded: Loaded) -> Mended:
    """What could be mended of the workspace in `root`, of which nothing is written."""
    result = Mended()
    before = {name: tree.source for name, tree in loaded.trees.items() if tree.source}
    texts = dict(before)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _write(copy, texts)
        now = load_workspace(copy, {}, missing_ok=True)
        for _ in range(_ROUNDS):
            changed, fixed = _round(texts, now)
            if not changed:
                break
            _write(copy, changed)
            then = load_workspace(copy, {}, missing_ok=True)
            worse = {name for name in changed if not _gains(name, now.problems, then.problems, fixed)}
            if worse:
                _write(copy, {name: texts[name] for name in worse})
                then = load_workspace(copy, {}, missing_ok=True)
            texts |= {name: text for name, text in changed.items() if name not in worse}
            result.fixed += [problem for problem in fixed if problem.where.file not in worse]
            now = then
            if worse == set(changed):
                break
    result.files = {name: (before[name], text) for name, text in texts.items() if text != before[name]}
    return result


def _round(texts: Mapping[str, str], loaded: Loaded) -> tuple[dict[str, str], list[Problem]]:
    """The files that change, and what of them is mended."""
    changed: dict[str, str] = {}
    fixed: list[Problem] = []
    for name in texts:
        tree = loaded.trees.get(name)
        found = [] if tree is None else [(one, fix(tree, one)) for one in loaded.problems if one.where.file == name]
        wanted = [(problem, edit) for problem, edit in found if edit is not None]
        if wanted:
            changed[name] = applied(texts[name], (edit for _, edit in wanted))
            fixed += [problem for problem, _ in wanted]
    return changed, fixed


def _gains(name: str, before: Iterable[Problem], after: Iterable[Problem], fixed: Iterable[Problem]) -> bool:
    """Whether what was to be mended in a file is: one syntax error less may well show ten others."""
    meant = Counter((one.code, one.where.line) for one in fixed if one.where.file == name)
    left = Counter((one.code, one.where.line) for one in after if one.where.file == name)
    return not any(left[key] >= count for key, count in meant.items())


def _write(root: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())  # line ends as they are
