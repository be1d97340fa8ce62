"""`bot-runtime rollback`: publish an old version of a dialog again, in one step."""

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
@click.option("--to", type=click.IntRange(min=1), help="The version to publish again; without it, the one before.")
@click.option("--note", default="", help="Why; it is kept with the version.")
@people_options
@yes_option
@json_option
@language_option
def command(
    places: tuple[str, ...],
    to: int | None,
    note: str,
    keep: bool,
    migrate: str | None,
    restart: str | None,
    yes: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Publish an old text of DIALOG again, under a new number. The folder keeps what it says."""
    choice = choice_of(keep, migrate, restart)

    async def work(publishing: Publishing, name: str) -> Change:
        return await publishing.roll_back(name, by=OPERATOR, to=to or 0, note=note, choice=choice)

    change_live(places, choice, work, yes, as_json, language)
