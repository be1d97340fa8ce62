"""What the commands about published versions share: the workspace's store with its dialogs, and people being moved."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from bot_runtime import logs
from bot_runtime.cli.authoring import Words, misuse
from bot_runtime.cli.languages import language_of
from bot_runtime.cli.operating import Catalog, confirm, fail
from bot_runtime.errors import BotRuntimeError
from bot_runtime.runtime.publishing import Errors, Publishing
from bot_runtime.settings import settings_of
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.versions import words as versions_words
from bot_runtime.versions.model import Choice, Move
from bot_runtime.versions.rules import Refused
from bot_runtime.workspace import Workspace, load_workspace

T = TypeVar("T")
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Press:
    """What such a command works with; `publishing` sees the folder, and publishes nothing by itself."""

    store: Store
    keys: Keys
    workspace: Workspace
    publishing: Publishing

    async def move(self, move: Move, tell: Callable[[int, int], None]) -> dict[str, int]:
        """Move the people, beside a running server or without one; `tell` hears how many of how many are done."""
        from bot_runtime import without_server

        return await without_server.moved(self.store, self.keys, self.workspace, move, tell)


def at_press(
    folder: Path, language: str | None, catalog: Catalog, work: Callable[[Press], Awaitable[T]]
) -> tuple[T, Words]:
    """What `work` returns, and the words to tell it in; what is refused is said, and ends the command with 1.

    A dialog whose file has errors counts as published: that is what somebody in trouble wants to see, or go back from.
    """
    loaded = load_workspace(folder, {}, missing_ok=True)
    spoken = language_of(loaded, language)

    async def run() -> tuple[T, str]:
        from bot_runtime.cli.stored import open_store
        from bot_runtime.runtime.definitions import Definitions, mended

        async with open_store(folder, loaded.brand) as (store, keys):
            workspace = (await mended(store, keys, loaded)).workspace
            if workspace is None:
                for problem in loaded.errors:
                    click.echo(problem.line(spoken), err=True)
                sys.exit(1)
            definitions = Definitions(store, keys, "")
            await definitions.publish(workspace, saves=False)
            return await work(Press(store, keys, workspace, Publishing(definitions))), workspace.language

    try:
        logs.configure(replace(settings_of(folder), log_level="error"))
        done, its = asyncio.run(run())
        return done, Words(catalog, language or its)
    except Errors as error:
        for problem in error.problems:
            click.echo(problem.line(spoken), err=True)
        fail(versions_words.said(error, spoken))
    except Refused as error:
        fail(versions_words.said(error, spoken))
    except BotRuntimeError as error:
        fail(str(error))


def split_places(places: tuple[str, ...], most: int) -> tuple[list[str], Path]:
    """Names and numbers, then a folder; without one, here."""
    named = list(places)
    folder = Path(named.pop()) if named and _is_folder(named[-1]) else Path()
    if len(named) > most or any(_is_folder(one) for one in named):
        raise click.UsageError(f"expected at most {most} names and a folder, got {' '.join(places)}")
    return named, folder


def _is_folder(place: str) -> bool:
    return place in (".", "..") or "/" in place or Path(place).is_dir()


def share_of(text: str | None) -> float:
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


def choice_of(keep: bool, migrate: str | None, restart: str | None) -> Choice:
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


def people_options(command: Any) -> Any:
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


def ask_first(choice: Choice, people: int, words: Words, yes: bool) -> None:
    """Moving people is confirmed, with how many there are."""
    if choice.people != "keep" and people:
        confirm(words(f"sure_{choice.people}", people=people), yes, words("say_yes"))


def move_people(press_at: Path, language: str | None, catalog: Catalog, move: Move, quiet: bool) -> dict[str, int]:
    """Carry a move to its end, showing how far it is; what became of everybody."""

    async def work(press: Press) -> dict[str, int]:
        shown = sys.stderr.isatty() and not quiet

        def tell(done: int, people: int) -> None:
            if shown:
                click.echo(f"\r{done} / {people} ", nl=False, err=True)

        counts = await press.move(move, tell)
        if shown:
            click.echo(err=True)
        return {name: count for name, count in counts.items() if not name.startswith("noted:")}

    return at_press(press_at, language, catalog, work)[0]


def tell_moved(counts: dict[str, int], language: str) -> None:
    """What became of the people inside, the most first."""
    for outcome, count in sorted(counts.items(), key=lambda one: -one[1]):
        click.echo(f"{count:>8}  {versions_words.pick(versions_words.OUTCOMES, outcome, language)}")
