"""What `user` and `key` share: the workspace's people, whether or not its server is running."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from bot_runtime.cli.authoring import open_workspace, workspace_of
from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.rules import Refused
from bot_runtime.people.service import People
from bot_runtime.people.words import said
from bot_runtime.workspace import Workspace

T = TypeVar("T")

folder_argument = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def with_people(folder: Path, language: str | None, work: Callable[[People, Workspace], Awaitable[T]]) -> tuple[T, str]:
    """What `work` returns, and the language to tell it in; a rule it breaks is said, and ends the command with 1."""
    workspace = workspace_of(open_workspace(folder, language))
    speaks = language or workspace.language

    async def run() -> T:
        from bot_runtime.cli.stored import open_store

        async with open_store(folder, workspace.brand) as (store, keys):
            return await work(People(store, keys), workspace)

    try:
        return asyncio.run(run()), speaks
    except Refused as error:
        click.echo(said(error, speaks), err=True)
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
    sys.exit(1)


def print_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
