"""What the authors' commands share: the workspace they read, and words in the author's language."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from bot_runtime.cli.languages import language_of
from bot_runtime.cli.spanish import said
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import nearest
from bot_runtime.workspace import Loaded, Workspace, load_workspace

LANGUAGES = ("es", "en")

language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language of what is printed; the workspace's unless given."
)


class Words:
    """One command's sentences, in one language."""

    def __init__(self, catalog: Mapping[str, Mapping[str, str]], language: str) -> None:
        self.language = "es" if language.startswith("es") else "en"
        self._said = catalog[self.language]

    def __call__(self, sentence: str, /, **facts: Any) -> str:
        return self._said[sentence].format(**facts)


def open_workspace(root: Path, language: str | None) -> Loaded:
    """The workspace in `root`; with errors in it, prints them and exits 1. Secrets need not be set."""
    loaded = load_workspace(root, {}, missing_ok=True)
    if loaded.workspace is None:
        for problem in loaded.errors:
            click.echo(problem.line(language_of(loaded, language)), err=True)
        sys.exit(1)
    return loaded


def folder_and_dialog(places: tuple[str, ...]) -> tuple[Path, str | None]:
    """`[DIR] [DIALOG]`, in either order; without a folder, this one."""
    if len(places) > 2:
        raise click.UsageError(said("expected a folder and a dialog, got {places}", places=" ".join(places)))
    folders = [place for place in places if Path(place).is_dir()]
    if len(places) == 2 and not folders:
        misuse(said("there is no folder '{folder}'", folder=places[0]))
    folder = folders[0] if folders else None
    names = list(places)
    if folder is not None:
        names.remove(folder)
    elif names and ("/" in names[0] or names[0].startswith(".")):
        misuse(said("there is no folder '{folder}'", folder=names[0]))
    return Path(folder or "."), names[0] if names else None


def workspace_of(loaded: Loaded) -> Workspace:
    assert loaded.workspace is not None  # open_workspace saw to it
    return loaded.workspace


_WORDS = {
    "es": {
        "unknown": "no hay un diálogo '{name}'; {hint}",
        "near": "¿quisiste decir '{near}'?",
        "known": "los diálogos son: {known}",
        "which": "di qué diálogo: {known}",
    },
    "en": {
        "unknown": "there is no dialog '{name}'; {hint}",
        "near": "did you mean '{near}'?",
        "known": "the dialogs are: {known}",
        "which": "say which dialog: {known}",
    },
}


def pick_dialog(workspace: Workspace, name: str | None, language: str) -> Dialog:
    """The dialog called `name`; without one the workspace's default, or its only one. Exits 2 when there is none."""
    words = Words(_WORDS, language)
    known = ", ".join(workspace.dialogs)
    if name is None:
        name = workspace.default_dialog or (next(iter(workspace.dialogs)) if len(workspace.dialogs) == 1 else None)
        if name is None:
            misuse(words("which", known=known))
    if name not in workspace.dialogs:
        near = nearest(name, workspace.dialogs)
        misuse(words("unknown", name=name, hint=words("near", near=near) if near else words("known", known=known)))
    return workspace.dialogs[name]


def misuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
