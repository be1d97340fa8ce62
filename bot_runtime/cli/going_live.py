"""What `publish`, `promote` and `rollback` have in common: their options, people who are moved, and how it is told."""

import functools
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
import msgspec

from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.operating import confirm, yes_option
from bot_runtime.cli.peopling import json_option, print_json
from bot_runtime.cli.publishing import Press, at_press, split_places, tell_moved
from bot_runtime.runtime.publishing import Publishing
from bot_runtime.versions.model import Choice, Move
from bot_runtime.versions.rules import Change

Own = ParamSpec("Own")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What each of these commands is asked; `choice`: what happens to the people inside."""

    name: str
    folder: Path
    choice: Choice
    yes: bool
    as_json: bool
    language: str | None


def live_options(command: Callable[Concatenate[Asked, Own], None]) -> Callable[..., None]:
    """What these commands share, handed to them as one `Asked`; their own options come as they are."""

    @click.argument("places", metavar="DIALOG [DIR]", nargs=-1, required=True)
    @_people_options
    @yes_option
    @json_option
    @language_option
    @functools.wraps(command)
    def asked(
        places: tuple[str, ...],
        keep: bool,
        migrate: str | None,
        restart: str | None,
        yes: bool,
        as_json: bool,
        language: str | None,
        *args: Own.args,
        **own: Own.kwargs,
    ) -> None:
        (name,), folder = split_places(places, 1)
        choice = _choice_of(keep, migrate, restart)
        command(Asked(name, folder, choice, yes, as_json, language), *args, **own)

    return asked


def change_live(asked: Asked, work: Callable[[Publishing], Awaitable[Change]]) -> None:
    """Do what makes another version live, after asking where people are to be moved; then say it."""

    async def look(press: Press) -> int:
        return (await press.publishing.dialog(asked.name)).people

    people, words = at_press(asked.folder, asked.language, WORDS, look)
    ask_first(asked, people, words)

    async def act(press: Press) -> Change:
        return await work(press.publishing)

    change, _ = at_press(asked.folder, asked.language, WORDS, act)
    finish(change, asked, words)


def finish(change: Change, asked: Asked, words: Words) -> None:
    """Say what was published, and move the people if that was chosen."""
    record, trial = change.record, change.record.trial
    number = trial.number if trial and change.version else record.live
    if not asked.as_json:
        sentence = "tried" if trial and change.version else "live"
        click.echo(words(sentence, name=record.dialog, number=number, share=f"{trial.share:.0%}" if trial else ""))
    counts = {}
    if change.move is not None:
        counts = _move_people(change.move, asked)
        if not asked.as_json:
            tell_moved(counts, words.language)
    if asked.as_json:
        print_json({"dialog": record.dialog, "number": number, "live": record.live, "moved": counts})


def ask_first(asked: Asked, people: int, words: Words) -> None:
    """Moving people is confirmed, with how many there are."""
    if asked.choice.people != "keep" and people:
        confirm(words(f"sure_{asked.choice.people}", people=people), asked.yes, words("say_yes"))


def _move_people(move: Move, asked: Asked) -> dict[str, int]:
    """Carry a move to its end, showing how far it is; what became of everybody."""

    async def work(press: Press) -> dict[str, int]:
        shown = sys.stderr.isatty() and not asked.as_json

        def tell(done: int, people: int) -> None:
            if shown:
                click.echo(f"\r{done} / {people} ", nl=False, err=True)

        counts = await press.move(move, tell)
        if shown:
            click.echo(err=True)
        return {name: count for name, count in counts.items() if not name.startswith("noted:")}

    return at_press(asked.folder, asked.language, WORDS, work)[0]


def _people_options(command: Command) -> Command:
    """`--keep`, `--migrate [FILE]`, `--restart TEXT`."""
    for option in (
        click.option("--restart", metavar="TEXT", help="They read TEXT and begin anew."),
        click.option(
            "--migrate",
            is_flag=False,
            flag_value="",
            metavar="[FILE]",
            help="They go on in the new version; FILE says where from states that are gone: `states: {old: new}`.",
        ),
        click.option("--keep", is_flag=True, help="Whoever is inside ends on their version (so it is unless you say)."),
    ):
        command = option(command)
    return command


def _choice_of(keep: bool, migrate: str | None, restart: str | None) -> Choice:
    """What happens to the people inside: one of the three options, `keep` without any."""
    if sum([keep, migrate is not None, restart is not None]) > 1:
        misuse("--keep, --migrate and --restart exclude each other")
    if restart is not None:
        return Choice(people="restart", text=restart)
    return Choice() if migrate is None else _map_of(migrate)


def _map_of(file: str) -> Choice:
    if not file:
        return Choice(people="migrate")
    try:
        found = msgspec.yaml.decode(Path(file).read_bytes(), type=_Map)
    except (msgspec.DecodeError, OSError) as error:
        misuse(f"{file}: expected `states: {{old: new}}` and `stay: [old]`: {error}")
    return Choice(people="migrate", states=found.states, stay=found.stay)


class _Map(msgspec.Struct, forbid_unknown_fields=True):
    states: dict[str, str] = {}
    stay: tuple[str, ...] = ()


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
