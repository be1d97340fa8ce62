"""`bot-runtime rollback`: publish an old version of a dialog again, in one step."""

import click

from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.operating import yes_option
from bot_runtime.cli.peopling import json_option
from bot_runtime.cli.publish import WORDS, finish
from bot_runtime.cli.publishing import OPERATOR, Press, ask_first, at_press, choice_of, people_options, split_places
from bot_runtime.versions.rules import Change


@click.command()
@click.argument("places", metavar="DIALOG [DIR]", nargs=-1, required=True)
@click.option(
    "--to", type=click.IntRange(min=1), help="The version whose text to publish again; without it, the one before."
)
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
    (name,), folder = split_places(places, 1)
    choice = choice_of(keep, migrate, restart)

    async def look(press: Press) -> int:
        return (await press.publishing.dialog(name)).people

    people, words = at_press(folder, language, WORDS, look)
    ask_first(choice, people, words, yes)

    async def work(press: Press) -> Change:
        return await press.publishing.roll_back(name, by=OPERATOR, to=to or 0, note=note, choice=choice)

    change, _ = at_press(folder, language, WORDS, work)
    finish(change, folder, language, words, as_json)
