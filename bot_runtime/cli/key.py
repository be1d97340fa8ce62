"""`bot-runtime key`: the API keys by which programs call `/api/v1`."""

from pathlib import Path
from typing import Any

import click

from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.peopling import folder_argument, json_option, print_json, with_people
from bot_runtime.cli.tables import table
from bot_runtime.people.model import SCOPES, ApiKey
from bot_runtime.people.service import People
from bot_runtime.workspace import Workspace


@click.group()
def command() -> None:
    """API keys: how programs call the server."""


@command.command("add")
@click.argument("name")
@folder_argument
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    metavar="SCOPE",
    help=f"What it may do; again for each. {', '.join(SCOPES)} (*: all of it).",
)
@json_option
@language_option
def add(name: str, folder: Path, scopes: tuple[str, ...], as_json: bool, language: str | None) -> None:
    """Make a key called NAME and print it, this once: only its digest is kept."""

    async def work(people: People, workspace: Workspace) -> tuple[ApiKey, str]:
        return await people.add_key(name, scopes, by=None)

    (key, text), speaks = with_people(folder, language, work)
    if as_json:
        print_json(_shown(key) | {"key": text})
        return
    words = Words(_WORDS, speaks)
    click.echo(words("added", id=key.id, name=key.name, scopes=", ".join(key.scopes)))
    click.echo(words("key", key=text))


@command.command("list")
@folder_argument
@json_option
@language_option
def list_keys(folder: Path, as_json: bool, language: str | None) -> None:
    """All keys, revoked ones too; none can be read again."""

    async def work(people: People, workspace: Workspace) -> list[ApiKey]:
        return await people.keys()

    keys, speaks = with_people(folder, language, work)
    if as_json:
        print_json([_shown(key) for key in keys])
        return
    words = Words(_WORDS, speaks)
    rows = []
    for key in keys:
        state = words("revoked", at=key.revoked_at[:16]) if key.revoked_at else ""
        rows.append((key.id, key.name, ", ".join(key.scopes), key.created_at[:16], key.created_by, state))
    table(words("columns"), rows)


@command.command("revoke")
@click.argument("key_id", metavar="ID")
@folder_argument
@json_option
@language_option
def revoke(key_id: str, folder: Path, as_json: bool, language: str | None) -> None:
    """Refuse the key ID from its next call on."""

    async def work(people: People, workspace: Workspace) -> ApiKey:
        return await people.revoke_key(key_id, by=None)

    key, speaks = with_people(folder, language, work)
    if as_json:
        print_json(_shown(key))
    else:
        click.echo(Words(_WORDS, speaks)("gone", id=key.id, name=key.name))


def _shown(key: ApiKey) -> dict[str, Any]:
    import msgspec

    return {name: value for name, value in msgspec.to_builtins(key).items() if name != "digest"}


_WORDS = {
    "es": {
        "columns": "id|nombre|permisos|creada|por|",
        "added": "{id} {name}: {scopes}",
        "key": "clave (no se vuelve a mostrar): {key}",
        "revoked": "revocada {at}",
        "gone": "{id} {name}: revocada",
    },
    "en": {
        "columns": "id|name|scopes|made|by|",
        "added": "{id} {name}: {scopes}",
        "key": "key (not shown again): {key}",
        "revoked": "revoked {at}",
        "gone": "{id} {name}: revoked",
    },
}
