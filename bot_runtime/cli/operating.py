"""What the operators' commands share: the workspace's store, beside its running server or without it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from bot_runtime import logs
from bot_runtime.cli.authoring import Words, misuse, open_workspace, workspace_of
from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.service import People
from bot_runtime.settings import Settings, settings_of
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace

T = TypeVar("T")
Catalog = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Room:
    """What such a command works with."""

    store: Store
    keys: Keys
    people: People
    workspace: Workspace
    settings: Settings


def in_room(
    folder: Path, language: str | None, catalog: Catalog, work: Callable[[Room], Awaitable[T]]
) -> tuple[T, Words]:
    """What `work` returns, and the words to tell it in. What is wrong is said, and ends the command with 1."""
    workspace = workspace_of(open_workspace(folder, language))
    settings = settings_of(folder)

    async def run() -> T:
        from bot_runtime.cli.stored import open_store

        async with open_store(folder, workspace.brand) as (store, keys):
            return await work(Room(store, keys, People(store, keys), workspace, settings))

    try:
        logs.configure(replace(settings, log_level="error"))
        return asyncio.run(run()), Words(catalog, language or workspace.language)
    except BotRuntimeError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def confirm(question: str, yes: bool, without_terminal: str) -> None:
    """Go on only if the operator says so: with --yes, or at the terminal. Exits 2 where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        misuse(without_terminal)
    if not click.confirm(question, err=True):
        sys.exit(1)


yes_option = click.option("--yes", is_flag=True, help="Don't ask.")
