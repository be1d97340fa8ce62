"""What commands about published versions share: the workspace's store with its dialogs, and how moves of people end."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import click

from bot_runtime import logs
from bot_runtime.cli.authoring import Words
from bot_runtime.cli.languages import language_of
from bot_runtime.cli.operating import Catalog, fail
from bot_runtime.cli.spanish import said
from bot_runtime.errors import BotRuntimeError
from bot_runtime.runtime.publishing import Errors, Publishing
from bot_runtime.settings import settings_of
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.versions import words as versions_words
from bot_runtime.versions.model import Move
from bot_runtime.versions.rules import Refused
from bot_runtime.workspace import Workspace, load_workspace

T = TypeVar("T")
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Press:
    """What such a command works with; `publishing` sees the folder, and publishes nothing by itself."""

    store: Store
    keys: Keys
    workspace: Workspace
    publishing: Publishing

    async def move(self, move: Move, tell: Callable[[int, int], None]) -> dict[str, int]:
        """Move the people, beside a running server or without one; `tell` hears how many of how many are done."""
        from bot_runtime import without_server

        return await without_server.moved(self.store, self.keys, self.workspace, move, tell)


def at_press(
    folder: Path, language: str | None, catalog: Catalog, work: Callable[[Press], Awaitable[T]]
) -> tuple[T, Words]:
    """What `work` returns, and the words to tell it in; what is refused is said, and ends the command with 1.

    A dialog whose file has errors counts as published: that is what somebody in trouble wants to see, or go back from.
    """
    loaded = load_workspace(folder, {}, missing_ok=True)
    spoken = language_of(loaded, language)

    async def run() -> tuple[T, str]:
        from bot_runtime.cli.stored import open_store
        from bot_runtime.runtime.definitions import Definitions, mended

        async with open_store(folder, loaded.brand) as (store, keys):
            workspace = (await mended(store, keys, loaded)).workspace
            if workspace is None:
                for problem in loaded.errors:
                    click.echo(problem.line(spoken), err=True)
                sys.exit(1)
            definitions = Definitions(store, keys, "")
            await definitions.publish(workspace, saves=False)
            return await work(Press(store, keys, workspace, Publishing(definitions))), workspace.language

    try:
        logs.configure(replace(settings_of(folder), log_level="error"))
        done, its = asyncio.run(run())
        return done, Words(catalog, language or its)
    except Errors as error:
        for problem in error.problems:
            click.echo(problem.line(spoken), err=True)
        fail(versions_words.said(error, spoken))
    except Refused as error:
        fail(versions_words.said(error, spoken))
    except BotRuntimeError as error:
        fail(str(error))


def split_places(places: tuple[str, ...], most: int, *, named: bool = True) -> tuple[list[str], Path]:
    """Names and numbers, then a folder; without one, here. `named`: the name of a dialog is among them."""
    names = list(places)
    folder = Path(names.pop()) if names and _is_folder(names[-1]) else Path()
    if len(names) > most or any(_is_folder(one) for one in names):
        raise click.UsageError(
            said("expected at most {most} names and a folder, got {places}", most=most, places=" ".join(places))
        )
    if named and not names:
        raise click.UsageError(
            said("expected the name of a dialog before the folder, got {places}", places=" ".join(places))
        )
    return names, folder


def _is_folder(place: str) -> bool:
    return place in (".", "..") or "/" in place or Path(place).is_dir()


def tell_moved(counts: dict[str, int], language: str) -> None:
    """What became of the people inside, the most first."""
    for outcome, count in sorted(counts.items(), key=lambda one: -one[1]):
        click.echo(f"{count:>8}  {versions_words.pick(versions_words.OUTCOMES, outcome, language)}")
