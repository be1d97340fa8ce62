"""`bot-runtime outbox`: messages that are not settled, and channels that are held."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.operating import Room, confirm, fail, in_room, yes_option
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.cli.tables import table
from bot_runtime.store import restored
from bot_runtime.store.channel_states import ChannelStates
from bot_runtime.store.clock import from_ms
from bot_runtime.store.keys import ContactId, shard_of
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.unsettled import Listed, NotInDoubt

STATUSES = ("unknown", "queued", "sending")
CLOSINGS = ("sent", "failed")

id_argument = click.argument("entry_id", metavar="ID")


@click.group()
def command() -> None:
    """Messages that nobody knows the fate of, and those that wait."""


@command.command("list")
@folder_argument
@click.option("--status", type=click.Choice(STATUSES), help="Only these; default: all three.")
@click.option("--channel", help="Only this one's.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@json_option
@language_option
def list_entries(
    folder: Path, status: Any, channel: str | None, limit: int, as_json: bool, language: str | None
) -> None:
    """What is not settled, the oldest first. `unknown`: it may have arrived; nobody knows."""

    async def work(room: Room) -> list[Listed]:
        outbox = Outbox(room.store, room.keys)
        found: list[Listed] = []
        for shard in range(room.keys.shards):
            after = ""
            while page := await outbox.unsettled(shard, status, after, 500):
                found += [one for one in page if channel in (None, one.channel)]
                after = page[-1].cursor
        return sorted(found, key=lambda one: (one.since_ms, one.id))

    found, words = in_room(folder, language, _WORDS, work)
    shown = [_shown(one) for one in found[:limit]]
    if as_json:
        print_json({"entries": shown, "total": len(found)})
        return
    if not found:
        click.echo(words("none"))
        return
    columns = ("id", "status", "kind", "channel", "since", "tries", "code", "row")
    table(words("columns"), [[str(one[name])[:19] if name == "since" else str(one[name]) for name in columns]
                             for one in shown])  # fmt: skip
    if len(found) > limit:
        click.echo(words("more", count=len(found) - limit))


@command.command("resend")
@id_argument
@folder_argument
@yes_option
@json_option
@language_option
def resend(entry_id: str, folder: Path, yes: bool, as_json: bool, language: str | None) -> None:
    """Send the message ID again. If the provider did take it, the contact gets it twice."""

    async def work(room: Room) -> str:
        words = Words(_WORDS, language or room.workspace.language)
        outbox = Outbox(room.store, room.keys)
        _check_id(entry_id, words)
        if not await outbox.channel_in_doubt(entry_id):
            raise NotInDoubt(entry_id, await _status(outbox, entry_id))
        confirm(words("ask_resend", id=entry_id), yes, words("say_yes"))
        channel = await outbox.resend(entry_id)
        await room.people.note(None, "entry_resent", entry_id, after={"channel": channel})
        return channel

    _told(entry_id, folder, as_json, language, "resent", work)


@command.command("close")
@id_argument
@folder_argument
@click.option("--as", "status", type=click.Choice(CLOSINGS), required=True, help="What became of it.")
@json_option
@language_option
def close(entry_id: str, folder: Path, status: Any, as_json: bool, language: str | None) -> None:
    """Settle the message ID, since you know what became of it (the provider's console says)."""

    async def work(room: Room) -> str:
        _check_id(entry_id, Words(_WORDS, language or room.workspace.language))
        channel = await Outbox(room.store, room.keys).close(entry_id, status)
        await room.people.note(
            None, "entry_closed", entry_id, before={"status": "unknown"}, after={"status": status, "channel": channel}
        )
        return channel

    _told(entry_id, folder, as_json, language, status, work)


@command.command("hold")
@click.argument("channel")
@folder_argument
@click.option("--why", required=True, help="Shown to whoever looks.")
@json_option
@language_option
def hold(channel: str, folder: Path, why: str, as_json: bool, language: str | None) -> None:
    """Let nothing leave by CHANNEL until it is released; all is kept."""

    async def work(room: Room) -> bool:
        _check_channel(channel, room, language)
        fresh = await ChannelStates(room.store, room.keys).hold_channel(channel, "person", "", why)
        await room.people.note(None, "channel_held", channel, after={"why": why})
        return fresh

    held, words = in_room(folder, language, _WORDS, work)
    print_json({"channel": channel, "held": held}) if as_json else click.echo(words("held", channel=channel))


@command.command("release")
@click.argument("what", metavar="CHANNEL|restored")
@folder_argument
@click.option("--channel", default="", help="With `restored`: only this channel's.")
@yes_option
@json_option
@language_option
def release(what: str, folder: Path, channel: str, yes: bool, as_json: bool, language: str | None) -> None:
    """Let a held CHANNEL send again; or `restored`: the messages held since a backup was restored."""

    async def work(room: Room) -> int:
        words = Words(_WORDS, language or room.workspace.language)
        if what == restored.RESTORED:
            outbox = Outbox(room.store, room.keys)
            waiting = len(await restored.held(outbox, room.keys.shards, channel))
            if waiting:
                confirm(words("ask_restored", count=waiting), yes, words("say_yes"))
            done = await restored.release(outbox, room.keys.shards, channel)
            await room.people.note(None, "restored_released", channel or "all", after={"messages": done})
            return done
        _check_channel(what, room, language)
        was_held = await ChannelStates(room.store, room.keys).release_channel(what)
        if was_held:
            await room.people.note(None, "channel_released", what)
        return int(was_held)

    done, words = in_room(folder, language, _WORDS, work)
    if as_json:
        print_json({"released": done})
    elif what == restored.RESTORED:
        click.echo(words("restored", count=done))
    else:
        click.echo(words("released" if done else "not_held", channel=what))


def _told(entry_id: str, folder: Path, as_json: bool, language: str | None, said: str, work: Any) -> None:
    async def told(room: Room) -> str:
        try:
            channel: str = await work(room)
            return channel
        except NotInDoubt as error:
            words = Words(_WORDS, language or room.workspace.language)
            fail(words("not_unknown" if error.status else "gone", id=entry_id, status=error.status))

    channel, words = in_room(folder, language, _WORDS, told)
    shown = {"id": entry_id, "channel": channel, "status": "queued" if said == "resent" else said}
    print_json(shown) if as_json else click.echo(words(said, id=entry_id))


def _check_id(entry_id: str, words: Words) -> None:
    contact, _, number = entry_id.rpartition(".")
    if not (shard_of(ContactId(contact)).isdigit() and number.isdigit()):
        misuse(words("no_id", id=entry_id))


def _check_channel(channel: str, room: Room, language: str | None) -> None:
    if channel not in room.workspace.channels:
        words = Words(_WORDS, language or room.workspace.language)
        misuse(words("no_channel", channel=channel, known=", ".join(room.workspace.channels)))


async def _status(outbox: Outbox, entry_id: str) -> str | None:
    contact, _, number = entry_id.rpartition(".")
    found = await outbox.metas(ContactId(contact), [int(number)])
    return found[number].s if number in found else None


def _shown(one: Listed) -> dict[str, Any]:
    facts = msgspec.to_builtins(one)
    since = datetime.fromtimestamp(one.since_ms / 1000, UTC).isoformat(timespec="seconds")
    due = from_ms(one.due_ms).isoformat(timespec="seconds") if one.due_ms else None
    kept = ("id", "contact", "channel", "status", "kind", "tries", "resent", "code", "row")
    return {name: facts[name] for name in kept} | {"since": since, "due": due}


_WORDS = {
    "es": {
        "none": "No hay mensajes pendientes ni en duda.",
        "columns": "id|estado|tipo|canal|desde (UTC)|intentos|código|fila",
        "more": "y {count} más (--limit)",
        "ask_resend": "¿Reenviar {id}? Si el proveedor sí lo aceptó, llegará dos veces.",
        "ask_restored": "¿Enviar {count} mensajes? Los que ya hubieran salido tras la copia llegarán dos veces.",
        "say_yes": "podría enviarse dos veces: confírmalo con --yes",
        "resent": "{id}: en cola otra vez.",
        "sent": "{id}: cerrado como enviado.",
        "failed": "{id}: cerrado como fallido.",
        "held": "El canal {channel} no enviará nada hasta que lo liberes.",
        "released": "El canal {channel} vuelve a enviar.",
        "not_held": "El canal {channel} no estaba retenido.",
        "restored": "Mensajes liberados: {count}.",
        "gone": "{id}: ese mensaje no existe (ya)",
        "not_unknown": "{id}: está {status}, no en duda (unknown)",
        "no_id": "'{id}' no es el id de un mensaje; bot-runtime outbox list los muestra",
        "no_channel": "no existe el canal '{channel}'; existen: {known}",
    },
    "en": {
        "none": "Nothing waits and nothing is in doubt.",
        "columns": "id|status|kind|channel|since (UTC)|tries|code|row",
        "more": "and {count} more (--limit)",
        "ask_resend": "Send {id} again? If the provider did take it, it arrives twice.",
        "ask_restored": "Send {count} messages? Those that left after the backup arrive twice.",
        "say_yes": "this may send twice: confirm with --yes",
        "resent": "{id}: queued once more.",
        "sent": "{id}: closed as sent.",
        "failed": "{id}: closed as failed.",
        "held": "Channel {channel} sends nothing until you release it.",
        "released": "Channel {channel} sends again.",
        "not_held": "Channel {channel} was not held.",
        "restored": "Messages released: {count}.",
        "gone": "{id}: there is no such message (any more)",
        "not_unknown": "{id}: it is {status}, not unknown",
        "no_id": "'{id}' is no message's id; bot-runtime outbox list shows them",
        "no_channel": "there is no channel '{channel}'; there are: {known}",
    },
}
