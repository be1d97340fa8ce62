"""`bot-runtime publish`: let new sessions begin on a dialog as the folder has it, after its check."""

from pathlib import Path

import click

from bot_runtime.cli.authoring import Words, misuse
from bot_runtime.cli.differing import tell_differences
from bot_runtime.cli.going_live import WORDS, Asked, ask_first, finish, live_options
from bot_runtime.cli.publishing import OPERATOR, Press, at_press
from bot_runtime.dialogs.checks.vanishing import Vanished
from bot_runtime.dialogs.differences import Differences, compare
from bot_runtime.runtime.publishing import Errors
from bot_runtime.versions.model import Choice
from bot_runtime.versions.rules import Change


@click.command()
@click.option("--note", default="", help="Why; it is kept with the version.")
@click.option(
    "--share", metavar="10%", help="Try it on so many of the new sessions; withdrawn by itself if it does worse."
)
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The text, if not the folder's.",
)
@live_options
def command(asked: Asked, note: str, share: str | None, file: Path | None) -> None:
    """Publish DIALOG as it stands in the folder, under the next number.

    Its check must find no error. Whoever is inside another version ends there, unless you move them.
    """
    name, choice, part = asked.name, asked.choice, _share_of(share)
    source = file.read_bytes().decode("utf-8", "replace") if file else None

    async def look(press: Press) -> tuple[Differences | None, list[Vanished], int]:
        checked = await press.publishing.check(name, source)
        if checked.dialog is None:
            raise Errors(checked.problems)
        seen = await press.publishing.dialog(name)
        differences = None
        if seen.live:
            differences = compare(await press.publishing.text(name), checked.dialog)
        return differences, await press.publishing.vanishing(checked.dialog), seen.people

    (differences, lost, people), words = at_press(asked.folder, asked.language, WORDS, look)
    if not asked.as_json:
        tell_differences(differences, words.language)
        tell_lost(lost, choice, words)
    ask_first(asked, people, words)

    async def work(press: Press) -> Change:
        return await press.publishing.publish(name, by=OPERATOR, note=note, source=source, share=part, choice=choice)

    change, _ = at_press(asked.folder, asked.language, WORDS, work)
    finish(change, asked, words)


def tell_lost(lost: list[Vanished], choice: Choice, words: Words) -> None:
    """Who would lose their place, before anything is done."""
    for one in lost:
        near = words("near", near=one.near) if one.near else ""
        goes = choice.states.get(one.state, "")
        place = words("goes", state=goes) if goes else near
        click.echo(words("lost", state=one.state, people=one.people) + place)


def _share_of(text: str | None) -> float:
    """`10%` or `0.1`."""
    if text is None:
        return 1.0
    try:
        number = float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        misuse(f"--share: expected 1% to 100%, got {text!r}")
    return number
