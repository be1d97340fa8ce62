"""What `check --fix` and `check --diff` do: mend what is obvious, or show how."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import click

from bot_runtime.cli.authoring import Words
from bot_runtime.dialogs.problems import Problem
from bot_runtime.workspace import load_workspace
from bot_runtime.workspace.mending import mended

_WORDS = {
    "es": {"fixed": "arreglado", "nothing": "Nada que arreglar por sí solo."},
    "en": {"fixed": "fixed", "nothing": "Nothing that can be mended by itself."},
}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def fix(folder: Path, language: str, *, write: bool) -> None:
    """Write the mended files and say what was mended; or show the difference alone, as `patch` takes it."""
    words = Words(_WORDS, language)
    result = mended(folder, load_workspace(folder, {}, missing_ok=True))
    for name, (before, after) in sorted(result.files.items()):
        if write:
            (folder / name).write_bytes(after.encode())
        else:
            _show(name, before, after)
    if write:
        for problem in result.fixed:
            click.echo(f"{click.style(words('fixed'), fg='green')} {_line(folder, problem, language)}")
    if not result.files:
        click.echo(words("nothing"), err=not write)


def _line(folder: Path, problem: Problem, language: str) -> str:
    where = problem.where
    return f"{(folder / where.file).as_posix()}:{where.line}: {problem.message(language)} [{problem.code}]"


def _show(name: str, before: str, after: str) -> None:
    for line in _difference(name, before, after):
        click.echo(click.style(line, fg=_COLOURS[line[0]]) if line[:1] in _COLOURS else line)


def _difference(name: str, before: str, after: str) -> Iterator[str]:
    yield from difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
