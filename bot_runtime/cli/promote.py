"""`bot-runtime promote`: let every new session begin on the version on trial."""

import click

from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.operating import yes_option
from bot_runtime.cli.peopling import json_option
from bot_runtime.cli.publish import WORDS, finish
from bot_runtime.cli.publishing import OPERATOR, Press, ask_first, at_press, choice_of, people_options, split_places
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
    (name,), folder = split_places(places, 1)
    choice = choice_of(keep, migrate, restart)

    async def look(press: Press) -> int:
        return (await press.publishing.dialog(name)).people

    people, words = at_press(folder, language, WORDS, look)
    ask_first(choice, people, words, yes)

    async def work(press: Press) -> Change:
        return await press.publishing.promote(name, by=OPERATOR, choice=choice)

    change, _ = at_press(folder, language, WORDS, work)
    finish(change, folder, language, words, as_json)
