"""`bot-runtime campaign flow`: a flow for a template that has none (F011)."""

import os
from pathlib import Path

import click

from bot_runtime.campaigns.flows import create_flow
from bot_runtime.campaigns.words import Refused
from bot_runtime.cli.authoring import language_option, open_workspace, workspace_of
from bot_runtime.cli.campaigning import folder_argument, json_option, print_json, refuse
from bot_runtime.workspace import load_workspace


@click.command("flow")
@click.argument("template", metavar="TEMPLATE")
@folder_argument
@click.option("--text", default="", metavar="TEXT", help="What every answer gets (default: a thank-you).")
@json_option
@language_option
def flow(template: str, folder: Path, text: str, as_json: bool, language: str | None) -> None:
    """Make a flow for TEMPLATE (NAME:LANGUAGE where it has several) that has none: it thanks and closes."""
    workspace = workspace_of(open_workspace(folder, language))
    speaks = language or workspace.language
    name, _, its_language = template.partition(":")
    try:
        file, _ = create_flow(
            folder,
            workspace,
            lambda: load_workspace(folder, os.environ, missing_ok=True),
            name,
            its_language,
            text,
        )
    except Refused as error:
        told = {"error": error.message(speaks), "code": error.code, "field": error.field}
        refuse(error.message(speaks), told, as_json)
    shown = file.relative_to(folder)
    if as_json:
        print_json({"dialog": file.stem, "file": str(shown)})
    else:
        click.echo(str(shown))
