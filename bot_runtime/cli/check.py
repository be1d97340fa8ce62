"""`bot-runtime check`: every problem of a workspace, as a person, an editor or GitHub reads it."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from bot_runtime.cli.languages import language_of, language_option
from bot_runtime.cli.spanish import said
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.dialogs.advice.about import RULES as ADVICE
from bot_runtime.dialogs.problems import Problem, Severity, by_position
from bot_runtime.workspace import Loaded, load_workspace

_UNSET = "unset_variable"
_SAID = {
    "es": {
        "fine": "Todo bien: {dialogs}.",
        "found": "{errors}, {warnings}.",
        "advised": "{errors}, {warnings}, {advice}.",
        "unset": "Sin valor aquí: {names}. `serve` los pide, en el entorno o en .env; `dev` no.",
    },
    "en": {
        "fine": "All fine: {dialogs}.",
        "found": "{errors}, {warnings}.",
        "advised": "{errors}, {warnings}, {advice}.",
        "unset": "Not set here: {names}. `serve` wants them in the environment or in .env; `dev` does not.",
    },
}
_COUNTED = {
    "es": {
        "error": ("error", "errores"),
        "warning": ("aviso", "avisos"),
        "advice": ("consejo", "consejos"),
        "dialog": ("diálogo", "diálogos"),
    },
    "en": {
        "error": ("error", "errors"),
        "warning": ("warning", "warnings"),
        "advice": ("piece of advice", "pieces of advice"),
        "dialog": ("dialog", "dialogs"),
    },
}
_COLOURS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "advice": "cyan"}
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "advice": "notice"}  # as GitHub calls them


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all the problems.")
@click.option("--github", is_flag=True, help="Annotations for GitHub Actions.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--no-advice", is_flag=True, help="Say nothing of how the texts are written.")
@click.option("--advice-only", is_flag=True, help="Say only how the texts could be written better.")
@click.option("--live", is_flag=True, help="Look in the store, too, for people whose place the files no longer have.")
@click.option("--fix", is_flag=True, help="Mend what has one obvious mend, then report the rest.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--codes", is_flag=True, help="List every code there is (with --markdown: the page of docs/).")
@click.option("--explain", metavar="CODE", help="Explain one code, with a bad and a good example.")
@click.option("--markdown", is_flag=True, hidden=True)
@language_option
def command(
    folder: Path,
    as_json: bool,
    github: bool,
    strict: bool,
    no_advice: bool,
    advice_only: bool,
    live: bool,
    fix: bool,
    diff: bool,
    codes: bool,
    explain: str | None,
    markdown: bool,
    language: str | None,
) -> None:
    """Report every problem of the workspace in DIR, each with its place and what was probably meant.

    Errors and warnings first, then writing advice (W01–W18), which never fails unless `advice:` in bot.yaml calls a
    rule an error. Secrets that are not set are no fault of the files: they are only mentioned. Exit: 0 without errors
    (warnings are allowed), 1 with errors, 2 when DIR is no folder.
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
        raise click.UsageError(said("there is no folder '{folder}'", folder=folder))
    if no_advice and advice_only:
        raise click.UsageError(said("--no-advice and --advice-only leave nothing to say"))
    if fix or diff:
        from bot_runtime.cli import fixing

        fixing.fix(folder, language or terminal_language(), write=not diff)
        if diff:
            return
    found = load_workspace(folder, os.environ, missing_ok=True, with_advice=not no_advice)
    if live and found.workspace is not None:
        from bot_runtime.cli.living import vanishing_states

        found = replace(found, problems=by_position([*found.problems, *vanishing_states(folder, found, language)]))
    told = [problem for problem in found.problems if problem.code != _UNSET]
    told.sort(key=lambda problem: problem.severity == "advice")
    if advice_only:
        told = [problem for problem in told if problem.code in ADVICE]
    loaded = replace(found, problems=told)
    unset = list(dict.fromkeys(str(problem.facts["name"]) for problem in found.problems if problem.code == _UNSET))
    language = language_of(loaded, language)
    if as_json:
        click.echo(json.dumps(_report(loaded, folder, language) | {"unset": unset}, ensure_ascii=False, indent=2))
    elif github:
        for problem in loaded.problems:
            click.echo(_annotation(problem, folder, language))
    else:
        _print(loaded, folder, language)
        if unset:
            click.echo(_SAID[language]["unset"].format(names=", ".join(unset)))
    sys.exit(1 if loaded.errors or (strict and loaded.warnings) else 0)


def shown_path(problem: Problem, folder: Path) -> str:
    """The problem's file as whoever called us would open it."""
    path = os.path.normpath(folder / problem.where.file)
    return Path(path).as_posix()


def _print(loaded: Loaded, folder: Path, language: str) -> None:
    for problem in loaded.problems:
        place, _, rest = problem.line(language).partition(": ")
        path = f"{shown_path(problem, folder)}:{problem.where.line}:{problem.where.column}"
        colour = _COLOURS[problem.severity]
        code = click.style(f"[{problem.code}]", dim=True)
        click.echo(f"{click.style(path, bold=True)}: {click.style(rest, fg=colour) if place else rest} {code}")
        for line in snippet(loaded, problem):
            click.echo(line)
    if loaded.problems:
        counts = {
            "errors": _count(len(loaded.errors), "error", language),
            "warnings": _count(len(loaded.warnings), "warning", language),
            "advice": _count(len(loaded.advice), "advice", language),
        }
        click.echo(_SAID[language]["advised" if loaded.advice else "found"].format(**counts))
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
    return {
        "ok": not loaded.errors,
        "errors": len(loaded.errors),
        "warnings": len(loaded.warnings),
        "advice": len(loaded.advice),
        "problems": problems,
    }


def _annotation(problem: Problem, folder: Path, language: str) -> str:
    """A workflow command; its data escapes per GitHub's toolkit (`%`, line ends; in properties also `:` and `,`)."""
    hint = problem.hint(language)
    text = f"{problem.message(language)}{'; ' + hint if hint else ''}"
    place = f"file={_escaped(shown_path(problem, folder), property=True)},line={problem.where.line}"
    return f"::{_LEVELS[problem.severity]} {place},col={problem.where.column}::{_escaped(text)}"


def _escaped(text: str, *, property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text


def _count(number: int, what: str, language: str) -> str:
    one, many = _COUNTED[language][what]
    return f"{number} {one if number == 1 else many}"
