"""`bot-runtime template`: the templates of a workspace, and what their providers say of them."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from bot_runtime.campaigns.catalogue import MISSING, ListsNothing
from bot_runtime.campaigns.plans import parameter_names
from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.campaigning import Office, folder_argument, in_office, json_option, print_json
from bot_runtime.cli.languages import language_of
from bot_runtime.cli.tables import table
from bot_runtime.errors import SendFailed
from bot_runtime.store.clock import from_ms
from bot_runtime.workspace import load_workspace


@click.group()
def command() -> None:
    """Templates: the texts that a provider approved."""


@command.command("list")
@folder_argument
@json_option
@language_option
def list_templates(folder: Path, as_json: bool, language: str | None) -> None:
    """Every template on every channel: the provider's word where the channel was synced, else the file's."""

    async def work(office: Office) -> list[dict[str, Any]]:
        return [line for channel in office.workspace.channels for line in await _lines(office, channel)]

    found, speaks = in_office(folder, language, as_json, work)
    _show(found, as_json, Words(_WORDS, speaks))


@command.command("sync")
@folder_argument
@click.option("--channel", metavar="NAME", help="Only this channel (default: all whose provider lists templates).")
@json_option
@language_option
def sync(folder: Path, channel: str | None, as_json: bool, language: str | None) -> None:
    """Ask the providers which templates they approve, and keep it for campaigns.

    Exit: 0 every template of the workspace is approved, 1 not so or a provider refused, 2 wrong use.
    """
    loaded = load_workspace(folder, os.environ)  # this needs the tokens
    if loaded.workspace is None:
        for problem in loaded.errors:
            click.echo(problem.line(language_of(loaded, language)), err=True)
        sys.exit(1)
    workspace = loaded.workspace
    words = Words(_WORDS, language or workspace.language)
    if channel is not None and channel not in workspace.channels:
        misuse(words("no_channel", name=channel, known=", ".join(workspace.channels)))

    async def work(office: Office) -> tuple[list[dict[str, Any]], list[str]]:
        from bot_runtime.channels.registry import build_channel
        from bot_runtime.channels.sender import Sender

        found, failed = [], []  # type: list[dict[str, Any]], list[str]
        async with Sender() as sender:
            for name in [channel] if channel else list(workspace.channels):
                built = build_channel(workspace.channels[name], workspace.templates, workspace.public_url)
                try:
                    await office.campaigns.catalogue.sync(built, sender)
                except ListsNothing:
                    if channel:
                        failed.append(words("lists_nothing", name=name))
                    continue
                except SendFailed as error:
                    failed.append(f"{name}: {error}")
                    continue
                found += await _lines(office, name)
        return found, failed

    (found, failed), _ = in_office(folder, language, as_json, work, workspace)
    _show(found, as_json, words)
    for line in failed:
        click.echo(line, err=True)
    sys.exit(1 if failed or any(one["status"] != "approved" for one in found if one["parameters"] is not None) else 0)


async def _lines(office: Office, channel: str) -> list[dict[str, Any]]:
    """The workspace's templates on one channel, then those that only the provider has (`parameters` null)."""
    synced_at, listed = await office.campaigns.catalogue.states(channel)
    found = []
    for key, template in office.workspace.templates.items():
        status = template.status if not synced_at else listed[key].status if key in listed else MISSING
        names = parameter_names(template, office.language)
        found.append(_line(channel, *key, status, names, listed[key].reason if key in listed else "", synced_at))
    for key, state in listed.items():
        if key not in office.workspace.templates:
            found.append(_line(channel, *key, state.status, None, state.reason, synced_at))
    return found


def _line(
    channel: str, name: str, language: str, status: str, parameters: list[str] | None, reason: str, synced_at: int
) -> dict[str, Any]:
    return {
        "channel": channel,
        "name": name,
        "language": language,
        "status": status,
        "reason": reason or None,
        "parameters": parameters,
        "synced_at": from_ms(synced_at).isoformat(timespec="seconds") if synced_at else None,
    }


def _show(found: list[dict[str, Any]], as_json: bool, words: Words) -> None:
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo(words("none"))
        return
    rows = []
    for one in found:
        parameters = words("elsewhere") if one["parameters"] is None else ", ".join(one["parameters"])
        source = one["synced_at"] or words("file")
        status = f"{one['status']} ({one['reason']})" if one["reason"] else one["status"]
        rows.append((one["channel"], one["name"], one["language"], status, parameters, source))
    table(words("columns"), rows)


_WORDS = {
    "es": {
        "none": "No hay plantillas.",
        "columns": "canal|plantilla|idioma|estado|parámetros|según",
        "file": "el archivo",
        "elsewhere": "(solo en el proveedor)",
        "no_channel": "no hay un canal '{name}'; hay: {known}",
        "lists_nothing": "{name}: su proveedor no lista plantillas (en WhatsApp, define waba_id); cuentan los archivos",
    },
    "en": {
        "none": "There are no templates.",
        "columns": "channel|template|language|status|parameters|says",
        "file": "the file",
        "elsewhere": "(only at the provider)",
        "no_channel": "there is no channel '{name}'; there are: {known}",
        "lists_nothing": "{name}: its provider lists no templates (on WhatsApp, set waba_id); the files count",
    },
}
