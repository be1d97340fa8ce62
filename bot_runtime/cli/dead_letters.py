"""`bot-runtime dead-letters`: the events whose turn failed three times."""

from pathlib import Path
from typing import Any

import click
import msgspec

from bot_runtime.cli.authoring import language_option
from bot_runtime.cli.operating import Room, confirm, fail, in_room, yes_option
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.cli.tables import table
from bot_runtime.store.contacts import DeadLetter
from bot_runtime.store.dead_letters import DeadLetters, event_of

id_argument = click.argument("letter_id", metavar="ID")


@click.group()
def command() -> None:
    """Events that nobody could answer: look, mend the cause, try them again."""


@command.command("list")
@folder_argument
@json_option
@language_option
def list_letters(folder: Path, as_json: bool, language: str | None) -> None:
    """All of them, oldest first."""

    async def work(room: Room) -> list[DeadLetter]:
        return await DeadLetters(room.store, room.keys).all()

    found, words = in_room(folder, language, _WORDS, work)
    if as_json:
        print_json([_shown(one) for one in found])
    elif not found:
        click.echo(words("none"))
    else:
        columns = ("id", "at", "kind", "channel", "tries", "why")
        rows = [_shown(one) for one in found]
        table(words("columns"), [[str(row[name]) for name in columns] for row in rows])
        click.echo(words("next"))


@command.command("show")
@id_argument
@folder_argument
@json_option
@language_option
def show(letter_id: str, folder: Path, as_json: bool, language: str | None) -> None:
    """One of them with its whole event: it holds what the contact wrote."""

    async def work(room: Room) -> DeadLetter | None:
        return await DeadLetters(room.store, room.keys).get(letter_id)

    kept, words = in_room(folder, language, _WORDS, work)
    if kept is None:
        fail(words("gone", id=letter_id))
    shown = _shown(kept)
    if as_json:
        print_json({**shown, "event": event_of(kept) or kept.event})
        return
    click.echo(words("about", **shown))
    click.echo(msgspec.json.format(kept.event) if event_of(kept) else kept.event)


@command.command("replay")
@id_argument
@folder_argument
@json_option
@language_option
def replay(letter_id: str, folder: Path, as_json: bool, language: str | None) -> None:
    """Try ID (or `all`) again, after what waits for its contact. The server that runs on this store takes it."""

    async def work(room: Room) -> list[str]:
        return await _act(room, letter_id, "dead_letter_replayed")

    _told(letter_id, folder, as_json, language, "replayed", work)


@command.command("drop")
@id_argument
@folder_argument
@yes_option
@json_option
@language_option
def drop(letter_id: str, folder: Path, yes: bool, as_json: bool, language: str | None) -> None:
    """Forget ID (or `all`): the contact's message is then never answered."""

    async def work(room: Room) -> list[str]:
        from bot_runtime.cli.authoring import Words

        words = Words(_WORDS, language or room.workspace.language)
        confirm(words("ask_drop", id=letter_id), yes, words("say_yes"))
        return await _act(room, letter_id, "dead_letter_dropped")

    _told(letter_id, folder, as_json, language, "dropped", work)


async def _act(room: Room, letter_id: str, what: str) -> list[str]:
    """Replay or drop one, or all there are; the ids of those that were still there. Each is audited."""
    letters = DeadLetters(room.store, room.keys)
    one = None if letter_id == "all" else await letters.get(letter_id)
    meant = await letters.all() if letter_id == "all" else [one] if one else []
    done = []
    for kept in meant:
        if await (letters.replay(kept) if what == "dead_letter_replayed" else letters.drop(kept)):
            facts = {name: value for name, value in _shown(kept).items() if name in ("kind", "channel", "at")}
            await room.people.note(None, what, kept.id, before=facts)
            done.append(kept.id)
    return done


def _told(letter_id: str, folder: Path, as_json: bool, language: str | None, said: str, work: Any) -> None:
    done, words = in_room(folder, language, _WORDS, work)
    if not done and letter_id != "all":
        fail(words("gone", id=letter_id))
    print_json({said: done}) if as_json else click.echo(words(said, count=len(done)))


def _shown(letter: DeadLetter) -> dict[str, Any]:
    event = event_of(letter)
    return {
        "id": letter.id,
        "contact": letter.contact,
        "at": letter.at.isoformat(timespec="seconds"),
        "kind": str(event.get("is", "")),
        "channel": str(event.get("channel", "")),
        "tries": letter.tries,
        "why": letter.why,
    }


_WORDS = {
    "es": {
        "none": "No hay eventos muertos.",
        "columns": "id|murió (UTC)|evento|canal|intentos|causa",
        "next": "Corrige la causa y repítelos: bot-runtime dead-letters replay ID (o all).",
        "gone": "no hay un evento muerto '{id}' (¿ya se repitió o se quitó?)",
        "about": "{id} · {at} · {tries} intentos · {why}",
        "replayed": "Repetidos: {count}.",
        "dropped": "Quitados: {count}.",
        "ask_drop": "¿Quitar {id}? Nadie responderá a ese mensaje.",
        "say_yes": "esto no se puede deshacer: confírmalo con --yes",
    },
    "en": {
        "none": "There are no dead letters.",
        "columns": "id|died (UTC)|event|channel|tries|why",
        "next": "Mend the cause, then try them again: bot-runtime dead-letters replay ID (or all).",
        "gone": "there is no dead letter '{id}' (replayed or dropped already?)",
        "about": "{id} · {at} · {tries} tries · {why}",
        "replayed": "Replayed: {count}.",
        "dropped": "Dropped: {count}.",
        "ask_drop": "Drop {id}? Nobody will answer that message.",
        "say_yes": "this cannot be undone: confirm with --yes",
    },
}
