"""`bot-runtime diff`: two versions of a dialog as states and texts, not lines."""

import re

import click

from bot_runtime.cli.authoring import language_option, misuse
from bot_runtime.cli.differing import tell_differences
from bot_runtime.cli.peopling import json_option, print_json
from bot_runtime.cli.publishing import Press, at_press, split_places
from bot_runtime.dialogs.differences import Differences, compare

DRAFT = "draft"


@click.command()
@click.argument("places", metavar="DIALOG [A] [B] [DIR]", nargs=-1, required=True)
@json_option
@language_option
def command(places: tuple[str, ...], as_json: bool, language: str | None) -> None:
    """What is different between versions A and B of DIALOG.

    A version is its number, or `draft`: the folder's text. Without A it is what is live, without B the draft.
    """
    named, folder = split_places(places, 3)
    name, *versions = named
    for one in versions:
        if one != DRAFT and not re.fullmatch(r"[0-9]{1,9}", one):
            misuse(f"{one}: expected the number of a version, or {DRAFT}")
    old, new = [*versions, *("0", DRAFT)[len(versions) :]]

    async def work(press: Press) -> Differences:
        texts = [await press.publishing.text(name, "draft" if one == DRAFT else int(one)) for one in (old, new)]
        return compare(*texts)

    found, words = at_press(folder, language, {"es": {}, "en": {}}, work)
    if as_json:
        print_json(
            found._asdict()
            | {
                "states": [
                    {**change._asdict(), "details": [one._asdict() for one in change.details]}
                    for change in found.states
                ],
                "dialog": [one._asdict() for one in found.dialog],
            }
        )
    else:
        tell_differences(found, words.language)
