"""`bot-runtime schema`: the shape of a workspace's files, for editors."""

import json

import click

from bot_runtime.cli.languages import language_option, terminal_language
from bot_runtime.dialogs.schema import KINDS, schema


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), default="dialog")
@language_option
def command(kind: str, language: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of a file: dialog, bot, template or test."""
    click.echo(json.dumps(schema(kind, language or terminal_language()), ensure_ascii=False, indent=2))
