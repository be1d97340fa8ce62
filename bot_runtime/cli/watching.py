"""`test --watch`: run again what a change of the workspace's files touches, and nothing else."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

from bot_runtime.cli import reports
from bot_runtime.cli.authoring import Words
from bot_runtime.cli.languages import language_of
from bot_runtime.cli.running import Run
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.tree import Tree
from bot_runtime.workspace import Loaded, Workspace, load_workspace

EVERY_S = 0.3
Fingerprint = Mapping[str, tuple[int, int]]


def watch(root: Path, language: str | None, dialog: str = "", pause: Callable[[], None] | None = None) -> int:
    """Run everything, then what each change touches, until Ctrl-C; how many transcripts failed when last run.

    `pause` waits between two looks at the files.
    """
    wait = pause or (lambda: time.sleep(EVERY_S))
    seen: Fingerprint = {}
    failing: set[str] = set()
    words = Words(_WORDS, language or "en")
    try:
        while True:
            found = fingerprint(root)
            changed = {name for name in found.keys() | seen.keys() if found.get(name) != seen.get(name)}
            if changed:
                first, seen = not seen, found
                loaded = load_workspace(root, {}, missing_ok=True)
                words = Words(_WORDS, language_of(loaded, language))
                _again(root, loaded, changed, first, failing, words, dialog)
                click.echo(words("watching"))
            wait()
    except KeyboardInterrupt:
        click.echo("")
    return len(failing)


def _again(
    root: Path, loaded: Loaded, changed: set[str], first: bool, failing: set[str], words: Words, dialog: str
) -> None:
    """Run what is touched; `failing` is brought up to date."""
    if loaded.workspace is None:
        for problem in loaded.errors:
            click.echo(click.style(problem.line(words.language), fg="red"))
        return
    tests = {name: each for name, each in loaded.trees.items() if name.startswith("tests/")}
    failing.intersection_update(tests)
    touched = set(tests) if first else affected(changed, tests, loaded.workspace) | failing
    if not touched:
        return
    run = Run(root, loaded.workspace, dialog=dialog)
    report = run.all(tests[name] for name in sorted(touched))
    failing.difference_update(touched)
    failing.update(outcome.file.partition("#")[0] for outcome in report.outcomes if outcome.difference is not None)
    click.echo(words("ran", n=len(touched), all=len(tests)))
    reports.show(
        report, run.watch.covered(words.language) if first else (), Words(reports.WORDS, words.language), False
    )


def affected(changed: Iterable[str], tests: Mapping[str, Tree], workspace: Workspace) -> set[str]:
    """The transcripts that a change of these files can turn out otherwise for."""
    changed = set(changed)
    if any(not name.startswith(("tests/", "dialogs/")) for name in changed):
        return set(tests)  # templates, departments, close reasons: anything may lean on them
    of_file = {dialog.where.file: dialog.name for dialog in workspace.dialogs.values()}
    if any(name.startswith("dialogs/") and name not in of_file for name in changed):
        return set(tests)  # one is gone, or has another name now
    touched = {of_file[name] for name in changed if name in of_file}
    leaning = {name for name in workspace.dialogs if touched & set(_reach(workspace.dialogs, name))}
    return {name for name, each in tests.items() if name in changed or _talks_to(each) in {*leaning, ""}}


def _talks_to(tree: Tree) -> str:
    """The dialog of a transcript; empty where the file doesn't say (test cases in Rasa's form)."""
    return str(tree.data.get("dialog") or "") if isinstance(tree.data, dict) else ""


def _reach(dialogs: Mapping[str, Dialog], name: str) -> Iterable[str]:
    """The dialog `name` and every one it calls or leads on to."""
    found, ahead = {name}, [name]
    while ahead:
        dialog = dialogs.get(ahead.pop())
        for state in dialog.states.values() if dialog is not None else ():
            further = {state.call.dialog} if state.call is not None else set()
            further |= {state.then.dialog} if state.then is not None else set()
            ahead += further - found
            found |= further
    return found


def fingerprint(root: Path) -> Fingerprint:
    """Size and time of every file that a test run reads, by its path in the workspace."""
    found = {}
    inside = [path for part in ("dialogs", "templates", "tests", "documents") for path in (root / part).glob("*.*")]
    for path in (root / "bot.yaml", *inside):
        try:
            status = path.stat()
        except OSError:
            continue  # gone since it was listed
        found[path.relative_to(root).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found


_WORDS = {
    "es": {"watching": "… esperando cambios (Ctrl-C termina)", "ran": "{n} de {all}:"},
    "en": {"watching": "… waiting for changes (Ctrl-C ends)", "ran": "{n} of {all}:"},
}
