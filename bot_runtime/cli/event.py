"""`bot-runtime event`: something happened outside, and a contact's session waits for it (F062)."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot_runtime import logs
from bot_runtime.channels.json_input import read_object
from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.errors import BadPayload, BotRuntimeError
from bot_runtime.settings import settings_of
from bot_runtime.workspace import Workspace

if TYPE_CHECKING:
    from bot_runtime.runtime.decide_outside import Moved

OPERATOR = "operator"


@click.command()
@click.argument("contact")
@click.argument("event")
@folder_argument
@click.option("--data", "given", default="{}", metavar="JSON", help="What the event brings, as a JSON object.")
@click.option("--key", default="", help="An event of the same key moves a contact once.")
@click.option("--channel", default="", help="Default: the one whose session waits for it.")
@json_option
@language_option
def command(
    contact: str, event: str, folder: Path, given: str, key: str, channel: str, as_json: bool, language: str | None
) -> None:
    """Tell the session of CONTACT (a number with its country code, or an id) that EVENT happened.

    Exit 1 when no session waits for it: then nothing moved.
    """
    workspace = workspace_of(open_workspace(folder, language))
    words = Words(_WORDS, language or workspace.language)
    try:
        data = read_object(given.encode())
    except BadPayload:
        misuse(words("no_data"))
    try:
        logs.configure(replace(settings_of(folder), log_level="error"))
        moved = asyncio.run(_happen(folder, workspace, contact, event, data, key=key, channel=channel))
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    if as_json:
        print_json(moved)
    else:
        said = "repeated" if moved.repeated else moved.code or "moved"
        known = ", ".join(moved.known) or words("nothing")
        facts = {"contact": contact, "event": event, "state": moved.state, "known": known, "part": moved.name}
        click.echo(words(said, **facts), err=bool(moved.code))
    sys.exit(1 if moved.code else 0)


async def _happen(
    folder: Path, workspace: Workspace, contact: str, event: str, data: dict[str, Any], *, key: str, channel: str
) -> "Moved":
    from bot_runtime import without_server
    from bot_runtime.cli.stored import open_store

    async with (
        open_store(folder, workspace.brand) as (store, keys),
        without_server.desk(store, keys, workspace) as desk,
    ):
        return await desk.outside.happen(contact, event, data, channel=channel, key=key, by=OPERATOR)


_WORDS = {
    "es": {
        "no_data": '--data: se espera un objeto JSON, como {{"monto": 120}}',
        "moved": "{contact}: {event}; la sesión está ahora en '{state}'",
        "repeated": "{contact}: {event} ya había llegado con esa clave; nada se movió",
        "not_waiting": "{contact}: ninguna sesión espera '{event}' (espera: {known}); nada se movió",
        "missing_data": "{contact}: a los datos les falta lo que el diálogo guarda como '{part}'; nada se movió",
        "nothing": "nada",
    },
    "en": {
        "no_data": '--data: expected a JSON object, like {{"amount": 120}}',
        "moved": "{contact}: {event}; the session is now at '{state}'",
        "repeated": "{contact}: {event} had come with that key before; nothing moved",
        "not_waiting": "{contact}: no session waits for '{event}' (it waits for: {known}); nothing moved",
        "missing_data": "{contact}: the data lack what the dialog keeps as '{part}'; nothing moved",
        "nothing": "nothing",
    },
}
