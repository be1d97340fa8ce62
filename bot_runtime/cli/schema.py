"""`bot-runtime schema`: the shape of a workspace's files, for editors; and the reference of the language."""

import json

import click

from bot_runtime.cli.languages import language_option
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.dialogs.schemas.schema import KINDS, schema


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), default="dialog")
@click.option("--reference", is_flag=True, help="Print every key of all files, explained, as Markdown.")
@language_option
def command(kind: str, reference: bool, language: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of a file: dialog, bot, template or test."""
    spoken = language or terminal_language()
    if reference:
        from bot_runtime.dialogs.schemas import reference as pages

        click.echo("\n".join(pages.reference(spoken)))
    else:
        click.echo(json.dumps(schema(kind, spoken), ensure_ascii=False, indent=2))
