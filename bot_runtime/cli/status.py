"""`bot-runtime status`: what is wrong and what to do about it, then how everything is."""

import sys
from pathlib import Path

import click
import msgspec

from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.operating import Room, in_room
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.runtime.overview import Overview, Overviews
from bot_runtime.runtime.troubles import troubles_of


@click.command()
@folder_argument
@json_option
@language_option
def command(folder: Path, as_json: bool, language: str | None) -> None:
    """How the whole installation is, the worst first. Exits 1 while something is wrong."""

    async def work(room: Room) -> Overview:
        seen = Overviews(room.store, room.keys)
        return await seen.now(room.workspace, nobody_serves=room.store.owns_server)

    seen, words = in_room(folder, language, _WORDS, work)
    troubles = troubles_of(seen, words.language)
    if as_json:
        print_json({**msgspec.to_builtins(seen), "troubles": msgspec.to_builtins(troubles)})
    else:
        for trouble in troubles:
            click.secho(f"{words(trouble.level)} {trouble.what}", bold=trouble.level == "critical")
            click.echo(f"  → {trouble.do}")
        if not troubles:
            click.echo(words("fine"))
        click.echo()
        _print(seen, words)
    sys.exit(1 if troubles else 0)


def _print(seen: Overview, words: Words) -> None:
    store, queues = seen.store, seen.queues
    for one in seen.processes:
        state = words("alive" if one.alive else "gone", s=one.seen_s)
        click.echo(words("process", name=one.name, role=one.role, state=state, turns=one.turns, sends=one.sends))
    click.echo(
        words(
            "store",
            version=store.version,
            role=store.role,
            fsync=(store.fsync or "?") if store.appendonly else words("off"),
            memory=f"{store.memory_bytes / 2**20:.0f} MiB",
            run_id=store.run_id[:12],
        )
    )
    for name, queue in (("inboxes", queues.inboxes), ("lanes", queues.lanes), ("timers", queues.timers)):
        oldest = words("oldest", s=f"{queue.oldest_s:.0f}") if queue.due else ""
        click.echo(words(name, waiting=queue.waiting, due=queue.due) + oldest)
    click.echo(words("letters", dead=queues.dead_letters, unknown=seen.unknown))
    for channel in seen.channels:
        state = words(channel.held or "open", why=channel.why, code=channel.code)
        level = words("level", used=channel.level_used, limit=channel.level_limit) if channel.level_limit else ""
        click.echo(words("channel", name=channel.name, state=state, per_s=f"{channel.per_s:g}") + level)
    for dialog in seen.dialogs:
        if dialog.trial:
            share = f"{dialog.share:.0%}"
            click.echo(words("trial", name=dialog.name, number=dialog.trial, share=share, live=dialog.live))
        if dialog.moving:
            click.echo(words("moving", name=dialog.name, number=dialog.moving))
    for campaign in seen.campaigns:
        click.echo(words("campaign", id=campaign.id, name=campaign.name, state=words(campaign.state)))


_WORDS = {
    "es": {
        "critical": "GRAVE:",
        "warning": "Aviso:",
        "fine": "Todo en orden.",
        "process": "proceso {name} ({role}): {state}, {turns} turnos y {sends} envíos en curso",
        "alive": "vivo",
        "gone": "sin señales desde hace {s} s",
        "store": "almacén {version} ({role}), sync {fsync}, {memory}, run {run_id}",
        "off": "ninguno",
        "inboxes": "contactos con eventos: {waiting}, sin atender {due}",
        "lanes": "conversaciones con mensajes por enviar: {waiting}, sin atender {due}",
        "timers": "esperas en curso: {waiting}, vencidas {due}",
        "oldest": ", la más antigua hace {s} s",
        "letters": "eventos muertos: {dead}; mensajes de suerte desconocida: {unknown}",
        "channel": "canal {name}: {state}, {per_s} mensajes/s",
        "level": ", nivel {used} de {limit}",
        "open": "abierto",
        "alarm": "retenido por alarma {code}: {why}",
        "person": "retenido por una persona: {why}",
        "breaker": "en descanso: {why}",
        "trial": "diálogo {name}: versión {number} a prueba con {share} de las conversaciones nuevas; vale la {live}",
        "moving": "diálogo {name}: la gente de dentro pasa a la versión {number}",
        "campaign": "campaña {id} ({name}): {state}",
        "sending": "en envío",
        "paused": "en pausa",
    },
    "en": {
        "critical": "CRITICAL:",
        "warning": "Warning:",
        "fine": "All is well.",
        "process": "process {name} ({role}): {state}, {turns} turns and {sends} sends in progress",
        "alive": "alive",
        "gone": "not heard of for {s} s",
        "store": "store {version} ({role}), sync {fsync}, {memory}, run {run_id}",
        "off": "none",
        "inboxes": "contacts with events: {waiting}, due {due}",
        "lanes": "conversations with messages to send: {waiting}, due {due}",
        "timers": "waits under way: {waiting}, due {due}",
        "oldest": ", the oldest for {s} s",
        "letters": "dead letters: {dead}; messages of unknown fate: {unknown}",
        "channel": "channel {name}: {state}, {per_s} messages/s",
        "level": ", level {used} of {limit}",
        "open": "open",
        "alarm": "held by alarm {code}: {why}",
        "person": "held by a person: {why}",
        "breaker": "resting: {why}",
        "trial": "dialog {name}: version {number} is on trial with {share} of the new conversations; {live} is live",
        "moving": "dialog {name}: the people inside go over to version {number}",
        "campaign": "campaign {id} ({name}): {state}",
        "sending": "sending",
        "paused": "paused",
    },
}
