"""`bot-runtime withdraw`: end the trial of a version."""

import click

from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.going_live import WORDS
from bot_runtime.cli.peopling import json_option, print_json
from bot_runtime.cli.publishing import OPERATOR, Press, at_press, split_places
from bot_runtime.versions.rules import Change


@click.command()
@click.argument("places", metavar="DIALOG [DIR]", nargs=-1, required=True)
@json_option
@language_option
def command(places: tuple[str, ...], as_json: bool, language: str | None) -> None:
    """End the trial of DIALOG: new sessions begin on the version before; who is inside the tried one ends there."""
    (name,), folder = split_places(places, 1)

    async def work(press: Press) -> Change:
        return await press.publishing.withdraw(name, by=OPERATOR)

    change, words = at_press(folder, language, WORDS, work)
    facts = {"name": name, "number": change.facts["number"], "live": change.record.live}
    if as_json:
        print_json(facts)
    else:
        click.echo(words("withdrawn", **facts))
