"""`bot-runtime check`: every problem of a workspace, as a person, an editor or GitHub reads it."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from bot_runtime.cli.languages import LANGUAGES, language_option, terminal_language
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import plain
from bot_runtime.workspace import Loaded, load_workspace

_UNSET = "unset_variable"
_SAID = {
    "es": {
        "fine": "Todo bien: {dialogs}.",
        "found": "{errors}, {warnings}.",
        "unset": "Sin valor aquí: {names}. `serve` los pide, en el entorno o en .env; `dev` no.",
    },
    "en": {
        "fine": "All fine: {dialogs}.",
        "found": "{errors}, {warnings}.",
        "unset": "Not set here: {names}. `serve` wants them in the environment or in .env; `dev` does not.",
    },
}
_COUNTED = {
    "es": {"error": ("error", "errores"), "warning": ("aviso", "avisos"), "dialog": ("diálogo", "diálogos")},
    "en": {"error": ("error", "errors"), "warning": ("warning", "warnings"), "dialog": ("dialog", "dialogs")},
}


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all the problems.")
@click.option("--github", is_flag=True, help="Annotations for GitHub Actions.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--codes", is_flag=True, help="List every code there is (with --markdown: the page of docs/).")
@click.option("--explain", metavar="CODE", help="Explain one code, with a bad and a good example.")
@click.option("--markdown", is_flag=True, hidden=True)
@language_option
def command(
    folder: Path,
    as_json: bool,
    github: bool,
    strict: bool,
    codes: bool,
    explain: str | None,
    markdown: bool,
    language: str | None,
) -> None:
    """Report every problem of the workspace in DIR, each with its place and what was probably meant.

    Secrets that are not set are no fault of the files: they are only mentioned. Exit: 0 without errors (warnings are
    allowed), 1 with errors, 2 when DIR is no folder.
    """
    if codes or explain:
        from bot_runtime.cli import explaining

        spoken = language or terminal_language()
        if explain:
            explaining.explain(explain, spoken, as_json)
        else:
            explaining.print_codes(spoken, as_json, markdown)
        return
    if not folder.is_dir():
        raise click.UsageError(f"there is no folder '{folder}'")
    found = load_workspace(folder, os.environ, missing_ok=True)
    loaded = replace(found, problems=[problem for problem in found.problems if problem.code != _UNSET])
    unset = list(dict.fromkeys(str(problem.facts["name"]) for problem in found.problems if problem.code == _UNSET))
    language = language or _own_language(loaded) or terminal_language()
    if as_json:
        click.echo(json.dumps(_report(loaded, folder, language) | {"unset": unset}, ensure_ascii=False, indent=2))
    elif github:
        for problem in loaded.problems:
            click.echo(_annotation(problem, folder, language))
    else:
        _print(loaded, folder, language)
        if unset:
            click.echo(_SAID[language]["unset"].format(names=", ".join(unset)))
    failing = loaded.problems if strict else loaded.errors
    sys.exit(1 if failing else 0)


def _own_language(loaded: Loaded) -> str | None:
    """The workspace's language, also when its other files have errors."""
    bot = loaded.trees.get("bot.yaml")
    language = plain(bot.data).get("language") if bot is not None else None
    return language if language in LANGUAGES else None


def shown_path(problem: Problem, folder: Path) -> str:
    """The problem's file as whoever called us would open it."""
    path = os.path.normpath(folder / problem.where.file)
    return Path(path).as_posix()


def _print(loaded: Loaded, folder: Path, language: str) -> None:
    for problem in loaded.problems:
        place, _, rest = problem.line(language).partition(": ")
        path = f"{shown_path(problem, folder)}:{problem.where.line}:{problem.where.column}"
        colour = "yellow" if problem.severity == "warning" else "red"
        code = click.style(f"[{problem.code}]", dim=True)
        click.echo(f"{click.style(path, bold=True)}: {click.style(rest, fg=colour) if place else rest} {code}")
        for line in snippet(loaded, problem):
            click.echo(line)
    warnings = len(loaded.problems) - len(loaded.errors)
    if loaded.problems:
        counts = {
            "errors": _count(len(loaded.errors), "error", language),
            "warnings": _count(warnings, "warning", language),
        }
        click.echo(_SAID[language]["found"].format(**counts))
    elif loaded.workspace is not None:
        dialogs = _count(len(loaded.workspace.dialogs), "dialog", language)
        click.echo(_SAID[language]["fine"].format(dialogs=dialogs))


def snippet(loaded: Loaded, problem: Problem, width: int = 100) -> list[str]:
    """The line of the file with a caret below the place; a long line is shown around it."""
    tree = loaded.trees.get(problem.where.file)
    line = tree.line(problem.where.line).replace("\t", " ") if tree is not None else ""
    if not line.strip():
        return []
    start = max(0, problem.where.column - 1 - width // 2) if len(line) > width else 0
    shown = line[start : start + width]
    at = problem.where.column - 1 - start
    carets = "^" * max(1, min(problem.width, len(shown) - at))
    number = str(problem.where.line)
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * at}{carets}"]


def _report(loaded: Loaded, folder: Path, language: str) -> dict[str, object]:
    problems = [
        {
            "file": shown_path(problem, folder),
            "line": problem.where.line,
            "column": problem.where.column,
            "width": problem.width,
            "severity": problem.severity,
            "code": problem.code,
            "message": problem.message(language),
            "hint": problem.hint(language),
        }
        for problem in loaded.problems
    ]
    warnings = len(loaded.problems) - len(loaded.errors)
    return {"ok": not loaded.errors, "errors": len(loaded.errors), "warnings": warnings, "problems": problems}


def _annotation(problem: Problem, folder: Path, language: str) -> str:
    """A workflow command; its data escapes per GitHub's toolkit (`%`, line ends; in properties also `:` and `,`)."""
    hint = problem.hint(language)
    text = f"{problem.message(language)}{'; ' + hint if hint else ''}"
    place = f"file={_escaped(shown_path(problem, folder), property=True)},line={problem.where.line}"
    return f"::{problem.severity} {place},col={problem.where.column}::{_escaped(text)}"


def _escaped(text: str, *, property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text


def _count(number: int, what: str, language: str) -> str:
    one, many = _COUNTED[language][what]
    return f"{number} {one if number == 1 else many}"
