"""`bot-runtime publish`: let new sessions begin on a dialog as the folder has it, after its check."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.differing import tell_differences
from bot_runtime.cli.operating import yes_option
from bot_runtime.cli.peopling import json_option, print_json
from bot_runtime.cli.publishing import (
    OPERATOR,
    Press,
    ask_first,
    at_press,
    choice_of,
    move_people,
    people_options,
    share_of,
    split_places,
    tell_moved,
)
from bot_runtime.dialogs.checks.vanishing import Vanished
from bot_runtime.dialogs.differences import Differences, compare
from bot_runtime.runtime.publishing import Errors, Publishing
from bot_runtime.versions.model import Choice
from bot_runtime.versions.rules import Change


@click.command()
@click.argument("places", metavar="DIALOG [DIR]", nargs=-1, required=True)
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
@people_options
@yes_option
@json_option
@language_option
def command(
    places: tuple[str, ...],
    note: str,
    share: str | None,
    file: Path | None,
    keep: bool,
    migrate: str | None,
    restart: str | None,
    yes: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Publish DIALOG as it stands in the folder, under the next number.

    Its check must find no error. Whoever is inside another version ends there, unless you move them.
    """
    (name,), folder = split_places(places, 1)
    choice, part = choice_of(keep, migrate, restart), share_of(share)
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

    (differences, lost, people), words = at_press(folder, language, WORDS, look)
    if not as_json:
        tell_differences(differences, words.language)
        tell_lost(lost, choice, words)
    ask_first(choice, people, words, yes)

    async def work(press: Press) -> Change:
        return await press.publishing.publish(name, by=OPERATOR, note=note, source=source, share=part, choice=choice)

    change, _ = at_press(folder, language, WORDS, work)
    finish(change, folder, language, words, as_json)


def change_live(
    places: tuple[str, ...],
    choice: Choice,
    work: Callable[[Publishing, str], Awaitable[Change]],
    yes: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Do what makes another version live, after asking where people are to be moved; then say it."""
    (name,), folder = split_places(places, 1)

    async def look(press: Press) -> int:
        return (await press.publishing.dialog(name)).people

    people, words = at_press(folder, language, WORDS, look)
    ask_first(choice, people, words, yes)

    async def act(press: Press) -> Change:
        return await work(press.publishing, name)

    change, _ = at_press(folder, language, WORDS, act)
    finish(change, folder, language, words, as_json)


def finish(change: Change, folder: Path, language: str | None, words: Words, as_json: bool) -> None:
    """Say what was published, and move the people if that was chosen."""
    record, trial = change.record, change.record.trial
    number = trial.number if trial and change.version else record.live
    if not as_json:
        sentence = "tried" if trial and change.version else "live"
        click.echo(words(sentence, name=record.dialog, number=number, share=f"{trial.share:.0%}" if trial else ""))
    counts = {}
    if change.move is not None:
        counts = move_people(folder, language, WORDS, change.move, as_json)
        if not as_json:
            tell_moved(counts, words.language)
    if as_json:
        print_json({"dialog": record.dialog, "number": number, "live": record.live, "moved": counts})


def tell_lost(lost: list[Vanished], choice: Choice, words: Words) -> None:
    """Who would lose their place, before anything is done."""
    for one in lost:
        near = words("near", near=one.near) if one.near else ""
        goes = choice.states.get(one.state, "")
        place = words("goes", state=goes) if goes else near
        click.echo(words("lost", state=one.state, people=one.people) + place)


WORDS = {
    "es": {
        "live": "{name}: la versión {number} vale para las conversaciones nuevas.",
        "tried": "{name}: la versión {number} está a prueba con {share} de las conversaciones nuevas.",
        "lost": "desaparece {state}, con {people} personas dentro",
        "near": "; quizás ahora es '{near}'",
        "goes": "; pasan a '{state}'",
        "sure_migrate": "Se pasará a {people} personas a la nueva versión. ¿Seguir?",
        "sure_restart": "Se hará empezar de nuevo a {people} personas. ¿Seguir?",
        "say_yes": "mueve a la gente solo con --yes, o en una terminal",
        "withdrawn": "{name}: la versión {number} ya no está a prueba; vale la {live}.",
    },
    "en": {
        "live": "{name}: new conversations begin on version {number}.",
        "tried": "{name}: version {number} is on trial with {share} of the new conversations.",
        "lost": "{state} vanishes, with {people} people inside",
        "near": "; perhaps it is '{near}' now",
        "goes": "; they go to '{state}'",
        "sure_migrate": "{people} people will be moved to the new version. Go on?",
        "sure_restart": "{people} people will begin anew. Go on?",
        "say_yes": "people are moved with --yes only, or at a terminal",
        "withdrawn": "{name}: version {number} is no longer on trial; {live} is live.",
    },
}
