"""`bot-runtime backup`: the embedded store in one file. What `restore` shares with it is here too."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from bot_runtime import logs
from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.operating import Catalog, fail
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.cli.stored import open_store
from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.service import People
from bot_runtime.settings import Settings, settings_of
from bot_runtime.store.backups import BackupRefused, Manifest, write_backup
from bot_runtime.workspace import Workspace

T = TypeVar("T")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@folder_argument
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@json_option
@language_option
def command(file: Path, folder: Path, force: bool, as_json: bool, language: str | None) -> None:
    """Write a copy of the embedded store of the workspace in DIR to FILE, while its server runs or not."""
    workspace, settings, words = begin(folder, language, _WORDS)
    if settings.store_url:
        misuse(words("own_store_backup"))
    if file.exists() and not force:
        misuse(words("exists", file=file))

    async def work() -> Manifest:
        async with open_store(folder, workspace.brand) as (store, keys):
            manifest = await write_backup(store, keys.brand, keys.shards, file)
            await People(store, keys).note(None, "backup_made", file.name, after={"sha256": manifest.sha256})
            return manifest

    manifest = told(work, words)
    if as_json:
        print_json({"file": str(file), **msgspec.to_builtins(manifest)})
    else:
        click.echo(words("made", file=file, size=f"{manifest.data_bytes / 2**20:.1f} MiB", sha=manifest.sha256))


def begin(folder: Path, language: str | None, catalog: Catalog) -> tuple[Workspace, Settings, Words]:
    """The workspace, its settings, and the words to tell what follows in."""
    workspace, settings = workspace_of(open_workspace(folder, language)), settings_of(folder)
    logs.configure(replace(settings, log_level="error"))
    return workspace, settings, Words(catalog, language or workspace.language)


def told(work: Callable[[], Awaitable[T]], words: Words) -> T:
    """What `work` returns; what is refused is said, and ends the command with 1."""

    async def run() -> T:
        return await work()

    try:
        return asyncio.run(run())
    except BackupRefused as error:
        fail(words(error.code, **error.facts))
    except BotRuntimeError as error:
        fail(str(error))


_WORDS = {
    "es": {
        "made": "{file}: {size}, sha256 {sha}",
        "exists": "{file} ya existe; --force lo reemplaza",
        "own_store_backup": "el almacén es tuyo (BOT_STORE_URL): cópialo por sus propios medios, "
        "por ejemplo BGSAVE y su archivo RDB (docs/operations.md)",
        "not_saved": "el almacén no pudo guardar su copia; mira valkey/valkey.log en la carpeta de datos",
    },
    "en": {
        "made": "{file}: {size}, sha256 {sha}",
        "exists": "{file} exists; --force replaces it",
        "own_store_backup": "the store is your own (BOT_STORE_URL): copy it by its own means, "
        "for example BGSAVE and its RDB file (docs/operations.md)",
        "not_saved": "the store could not save its copy; look at valkey/valkey.log in the data folder",
    },
}
