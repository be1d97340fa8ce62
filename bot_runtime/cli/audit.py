"""`bot-runtime audit`: who changed what, when."""

from pathlib import Path
from typing import Any

import click
import msgspec

from bot_runtime.campaigns.record import CampaignRecords
from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.operating import Room, in_room
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.cli.tables import table
from bot_runtime.runtime.audit import changes
from bot_runtime.versions.service import Versions


@click.command()
@folder_argument
@click.option("--by", help="Only what this one did: operator, user:ana, key:crm (…), system.")
@click.option("--of", "of_", help="Only changes of this user, key, dialog, campaign, message or dead letter.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@json_option
@language_option
def command(folder: Path, by: str | None, of_: str | None, limit: int, as_json: bool, language: str | None) -> None:
    """Changes of users, keys, dialogs, campaigns, the outbox, dead letters and backups, newest first."""

    async def work(room: Room) -> list[dict[str, Any]]:
        found = await changes(
            room.people, CampaignRecords(room.store, room.keys), Versions(room.store, room.keys), 1_000
        )
        kept = [one for one in found if by in (None, one["by"]) and of_ in (None, one["of"])]
        return kept[:limit]

    found, words = in_room(folder, language, _WORDS, work)
    if as_json:
        print_json(found)
    elif not found:
        click.echo(words("none"))
    else:
        rows = [(one["at"][:19].replace("T", " "), one["by"], one["what"], one["of"], _facts(one)) for one in found]
        table(words("columns"), rows)


def _facts(one: dict[str, Any]) -> str:
    """What is different afterwards."""
    before, after = one.get("before") or {}, one.get("after") or {}
    changed = {name: value for name, value in after.items() if before.get(name) != value} or before
    return msgspec.json.encode(changed).decode() if changed else ""


_WORDS = {
    "es": {"none": "No hay cambios.", "columns": "cuándo (UTC)|quién|qué|de|detalle"},
    "en": {"none": "There are no changes.", "columns": "when (UTC)|who|what|of|details"},
}
