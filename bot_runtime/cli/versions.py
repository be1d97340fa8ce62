"""`bot-runtime versions`: who published what, when and why, and how many people are on each version and where."""

from pathlib import Path

import click
import msgspec

from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.peopling import json_option, print_json
from bot_runtime.cli.publishing import OPERATOR, Press, at_press, split_places, tell_moved
from bot_runtime.cli.tables import table
from bot_runtime.runtime.publishing import DialogSeen, MoveSeen, VersionSeen
from bot_runtime.versions.model import FILE, SYSTEM
from bot_runtime.versions.words import WHY, pick


@click.command()
@click.argument("places", metavar="[DIALOG] [DIR]", nargs=-1)
@json_option
@language_option
def command(places: tuple[str, ...], as_json: bool, language: str | None) -> None:
    """The published versions of DIALOG, newest first; without it, how every dialog stands."""
    named, folder = split_places(places, 1, named=False)
    if not named:
        _all(folder, as_json, language)
        return

    async def work(press: Press) -> tuple[DialogSeen, list[VersionSeen], list[MoveSeen]]:
        publishing = press.publishing
        return (
            await publishing.dialog(named[0]),
            await publishing.versions(named[0]),
            await publishing.moves(named[0]),
        )

    (dialog, versions, moves), words = at_press(folder, language, _WORDS, work)
    if as_json:
        print_json({**msgspec.to_builtins(dialog), "versions": versions, "moves": moves})
        return
    table(words("columns"), [_row(one, words) for one in versions])
    _tell(dialog, words)
    for move in moves[:1]:
        click.echo(words("moved", number=move.number, done=move.done, people=move.people))
        tell_moved(move.counts, words.language)


def _all(folder: Path, as_json: bool, language: str | None) -> None:
    async def work(press: Press) -> list[DialogSeen]:
        return await press.publishing.dialogs()

    found, words = at_press(folder, language, _WORDS, work)
    if as_json:
        print_json(found)
        return
    rows = []
    for one in found:
        trial = f"{one.trial.number} ({one.trial.share:.0%})" if one.trial else ""
        live = str(one.live or "–")
        rows.append(
            (
                one.name,
                live,
                _when(one.at),
                _who(one.by, words),
                str(one.people),
                trial,
                words("draft") if one.draft else "",
            )
        )
    table(words("all"), rows)


def _row(one: VersionSeen, words: Words) -> tuple[str, ...]:
    state = words(one.state, share=f"{one.share:.0%}")
    if one.why:
        state = pick(WHY, one.why, words.language)
    note = " · ".join(filter(None, [words("again", number=one.again) if one.again else "", one.note]))
    where = ", ".join(f"{state} {people}" for state, people in one.states.items())
    return str(one.number), _when(one.at), _who(one.by, words), state, str(one.people or ""), where, note


def _tell(dialog: DialogSeen, words: Words) -> None:
    if dialog.draft:
        click.echo(words("differs"))
    if dialog.trial:
        counts = dialog.trial.counts
        for arm, number in (("old", dialog.live), ("new", dialog.trial.number)):
            told = {name: counts.get(f"{arm}:{name}", 0) for name in ("begun", "failed")}
            for name in ("answers", "unfit"):
                told[name] = sum(count for key, count in counts.items() if key.startswith(f"{arm}:{name}:"))
            click.echo(words("arm", number=number, **told))


def _who(by: str, words: Words) -> str:
    """A person by their name; who is none, in words: the file that was saved, this command, the server itself."""
    return words(by) if by in (FILE, OPERATOR, SYSTEM) else by


def _when(at: str | None) -> str:
    return at[:16].replace("T", " ") if at else ""


_WORDS = {
    "es": {
        "columns": "nº|cuándo (UTC)|quién|estado|dentro|dónde|nota",
        "all": "diálogo|vale|cuándo (UTC)|quién|dentro|a prueba|",
        "live": "vale",
        "trial": "a prueba ({share})",
        "file": "archivo guardado",
        "operator": "línea de comandos",
        "system": "el servidor",
        "withdrawn": "retirada",
        "earlier": "",
        "again": "otra vez la {number}",
        "draft": "la carpeta dice otra cosa",
        "differs": "La carpeta dice otra cosa: bot-runtime diff, y publish para que valga.",
        "arm": "desde que empezó la prueba, versión {number}: {begun} conversaciones, {failed} fallaron; "
        "{answers} respuestas, {unfit} no servían",
        "moved": "Gente que se pasó a la versión {number}: {done} de {people}",
    },
    "en": {
        "columns": "no.|when (UTC)|who|state|inside|where|note",
        "all": "dialog|live|when (UTC)|who|inside|on trial|",
        "live": "live",
        "trial": "on trial ({share})",
        "file": "saved file",
        "operator": "command line",
        "system": "the server",
        "withdrawn": "withdrawn",
        "earlier": "",
        "again": "{number} again",
        "draft": "the folder says something else",
        "differs": "The folder says something else: bot-runtime diff, and publish to make it live.",
        "arm": "since the trial began, version {number}: {begun} conversations, {failed} failed; "
        "{answers} answers, {unfit} did not fit",
        "moved": "People moved to version {number}: {done} of {people}",
    },
}
