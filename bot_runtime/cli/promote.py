"""`bot-runtime promote`: let every new session begin on the version on trial."""

import click

from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.operating import yes_option
from bot_runtime.cli.peopling import json_option
from bot_runtime.cli.publish import change_live
from bot_runtime.cli.publishing import OPERATOR, choice_of, people_options
from bot_runtime.runtime.publishing import Publishing
from bot_runtime.versions.rules import Change


@click.command()
@click.argument("places", metavar="DIALOG [DIR]", nargs=-1, required=True)
@people_options
@yes_option
@json_option
@language_option
def command(
    places: tuple[str, ...],
    keep: bool,
    migrate: str | None,
    restart: str | None,
    yes: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Let every new session of DIALOG begin on the version on trial."""
    choice = choice_of(keep, migrate, restart)

    async def work(publishing: Publishing, name: str) -> Change:
        return await publishing.promote(name, by=OPERATOR, choice=choice)

    change_live(places, choice, work, yes, as_json, language)
