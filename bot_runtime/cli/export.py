"""`bot-runtime export`: a dialog as it runs, byte for byte the file it was loaded from; older versions too."""

import asyncio
import sys
from pathlib import Path

import click

from bot_runtime.cli.authoring import folder_and_dialog, language_option, open_workspace, pick_dialog, workspace_of
from bot_runtime.cli.publishing import Press, at_press
from bot_runtime.errors import BotRuntimeError


@click.command("export")
@click.argument("places", metavar="[DIR] [DIALOG]", nargs=-1)
@click.option("--version", help="A version that conversations began with, as a contact's session shows it.")
@click.option("--number", type=click.IntRange(min=1), help="A published version, as `versions` lists them.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the screen.")
@language_option
def command(
    places: tuple[str, ...],
    version: str | None,
    number: int | None,
    output: Path | None,
    language: str | None,
) -> None:
    """Print DIALOG of the workspace in DIR as the YAML it was loaded from.

    With --number or --version it comes from the store: a published version, or one that conversations began with.
    """
    folder, dialog = folder_and_dialog(places)
    workspace = workspace_of(open_workspace(folder, language))
    if number is not None:
        name = pick_dialog(workspace, dialog, language or workspace.language).name

        async def work(press: Press) -> str:
            return (await press.publishing.text(name, number)).source

        source, _ = at_press(folder, language, {"es": {}, "en": {}}, work)
    elif version is None:
        source = pick_dialog(workspace, dialog, language or workspace.language).source
    else:
        try:
            source = asyncio.run(_stored(folder, workspace.brand, version))
        except BotRuntimeError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    if output:
        output.write_bytes(source.encode())
    else:
        click.echo(source, nl=False)


async def _stored(folder: Path, brand: str, version: str) -> str:
    from bot_runtime.cli.stored import open_store
    from bot_runtime.runtime.definitions import source_of

    async with open_store(folder, brand) as (store, keys):
        return await source_of(store, keys, version)
