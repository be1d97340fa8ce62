"""`bot-runtime explain`: why something was sent, decided, or not."""

import contextlib
from pathlib import Path
from typing import Any

import click
import msgspec

from bot_runtime.campaigns.words import Refused, reason_said, status_said
from bot_runtime.channels.addresses import NotAPhone, from_provider, from_text
from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.operating import Room, fail, in_room
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.runtime.explain import Explaining
from bot_runtime.runtime.verdicts import gates_of, verdict_of
from bot_runtime.workspace import Workspace


@click.command()
@click.argument("who", metavar="CONTACT")
@folder_argument
@click.option(
    "--campaign", "campaign_id", metavar="ID", help="Why this campaign's message went to CONTACT, or did not."
)
@click.option("--lines", type=click.IntRange(1, 1_000), default=30, show_default=True, help="Of the journal.")
@json_option
@language_option
def command(who: str, folder: Path, campaign_id: str | None, lines: int, as_json: bool, language: str | None) -> None:
    """Why: the journal of CONTACT with causes, waits, consent, messages and their evidence.

    CONTACT is a phone number with its country code or as lists write it, or the id of a contact, ticket or message;
    with --campaign also a row of its list.
    """

    async def work(room: Room) -> dict[str, Any]:
        words = Words(_WORDS, language or room.workspace.language)
        explaining = Explaining(room.store, room.keys, room.workspace)
        if campaign_id:
            try:
                return await _of_campaign(explaining, campaign_id, who, room.workspace)
            except Refused as error:
                fail(error.message(words.language))
        contact = await explaining.find(who, address_of(who, room.workspace))
        if contact is None:
            fail(words("nobody", who=who))
        return await explaining.contact(contact, lines, words.language)

    told, words = in_room(folder, language, _WORDS, work)
    if as_json:
        print_json(told)
    elif campaign_id:
        _print_gates(told, words)
    else:
        _print_contact(told, words)


async def _of_campaign(explaining: Explaining, campaign_id: str, who: str, workspace: Workspace) -> dict[str, Any]:
    if who.isascii() and who.isdigit() and len(who) < 7:  # a row; phone numbers are longer
        found = await explaining.row(campaign_id, int(who))
    else:
        address = address_of(who, workspace)
        contact = await explaining.find(who, address)
        if contact is None and address:  # on the list, but not met yet
            contact = await explaining.campaigns.rows.contact_of(address)
        found = await explaining.row_of(campaign_id, contact) if contact else None
    facts = await explaining.facts(campaign_id, found)
    gates = gates_of(facts)
    return {
        "campaign": campaign_id,
        "row": found[0].number if found else None,
        "contact": found[0].contact if found else None,
        "status": facts.status,
        "cause": facts.cause,
        "decided_by": verdict_of(gates).name,
        "gates": msgspec.to_builtins(gates),
        "facts": msgspec.to_builtins(facts),
    }


def address_of(who: str, workspace: Workspace) -> str | None:
    """The canonical address of a phone number, written with its country code or as in the lists of a channel."""
    if found := from_provider(who):
        return found.canonical
    for channel in workspace.channels.values():
        with contextlib.suppress(NotAPhone):
            return from_text(who, channel.default_country or "").canonical
    return None


def _print_gates(told: dict[str, Any], words: Words) -> None:
    if not told["status"]:
        click.echo(words("not_in_list"))
    else:
        cause = f": {reason_said(told['cause'], words.language)}" if told["cause"] else ""
        click.echo(words("row", row=told["row"], status=status_said(told["status"], words.language)) + cause)
    for gate in told["gates"]:
        data = ", ".join(f"{name} {value}" for name, value in gate["data"].items() if value not in (None, ""))
        why = f" {gate['why']}" if gate["why"] else ""
        click.echo(f"{words(gate['verdict']):<9} {words('gate_' + gate['name'])}{why}{f' ({data})' if data else ''}")


def _print_contact(told: dict[str, Any], words: Words) -> None:
    click.echo(f"{told['contact']}  {told['name']}  {' '.join(told['addresses'])}")
    for name, channel in told["channels"].items():
        session = channel["session"]
        if session:
            facts = {fact: session.get(fact, "") for fact in ("dialog", "state", "phase", "cause")}
            click.echo(words("session", channel=name, **facts))
        for fact in ("wait_ends", "window_closes", "left_alone_until", "bot_stopped"):
            if channel[fact]:
                click.echo(f"  {words(fact)} {channel[fact]}")
        if channel["opted_out"]:
            click.echo(f"  {words('opted_out')} {channel['opted_out']['since']}: {channel['opted_out']['evidence']}")
        if channel["held"]:
            click.echo(words("held", channel=name, **channel["held"]))
    for ticket in told["tickets"]:
        click.echo(words("ticket", **ticket))
    if told["waiting"]:
        click.echo(words("waiting", events=", ".join(one["event"] for one in told["waiting"])))
    for letter in told["dead_letters"]:
        click.echo(words("dead", id=letter))
    for line in told["journal"]:
        moved = f"{line.get('from', '')} → {line.get('to', '')}" if line.get("to") else ""
        parts = [line["event"], line.get("text", ""), moved, line.get("cause", ""), " ".join(line.get("effects", ()))]
        click.echo(f"{line['at'][:19].replace('T', ' ')}  {' · '.join(filter(None, parts))}")
        for sent in line["sent"]:
            click.echo(f"    → [{sent['status']}] {sent['text'].splitlines()[0] if sent['text'] else ''}")
    for message in told["messages"]:
        if message["code"] or message["status"] not in ("sent", "delivered", "read"):
            means = message["means"] or message["code"]
            click.echo(words("message", id=message["id"], status=message["status"], means=means))


_WORDS = {
    "es": {
        "nobody": "nadie se llama ni escribe desde '{who}'",
        "not_in_list": "No está en la lista de la campaña.",
        "row": "Fila {row}: {status}",
        "pass": "pasa",
        "wait": "espera",
        "stop": "DETIENE",
        "unknown": "¿?",
        "gate_audience": "audiencia",
        "gate_opt_out": "baja",
        "gate_unread": "por leer",
        "gate_campaign": "campaña",
        "gate_policy": "política",
        "gate_window": "ventana de 24 h",
        "gate_level": "nivel",
        "gate_collision": "conversación en curso",
        "gate_provider": "proveedor",
        "session": "{channel}: diálogo {dialog}, estado {state} ({phase} {cause})",
        "wait_ends": "la espera termina",
        "window_closes": "la ventana cierra",
        "left_alone_until": "se le deja en paz hasta",
        "bot_stopped": "el bot calla:",
        "opted_out": "de baja desde",
        "held": "el canal {channel} está retenido ({by} {code}): {why}",
        "ticket": "ticket {id}: {state} en {department} {owner} {campaign}",
        "waiting": "eventos sin atender: {events}",
        "dead": "evento muerto: {id}",
        "message": "mensaje {id}: {status} {means}",
    },
    "en": {
        "nobody": "nobody is called '{who}' or writes from there",
        "not_in_list": "Not in the campaign's list.",
        "row": "Row {row}: {status}",
        "pass": "passes",
        "wait": "waits",
        "stop": "STOPS",
        "unknown": "?",
        "gate_audience": "audience",
        "gate_opt_out": "opt-out",
        "gate_unread": "unread",
        "gate_campaign": "campaign",
        "gate_policy": "policy",
        "gate_window": "24 h window",
        "gate_level": "level",
        "gate_collision": "conversation under way",
        "gate_provider": "provider",
        "session": "{channel}: dialog {dialog}, state {state} ({phase} {cause})",
        "wait_ends": "the wait ends",
        "window_closes": "the window closes",
        "left_alone_until": "left alone until",
        "bot_stopped": "the bot is silent:",
        "opted_out": "opted out since",
        "held": "channel {channel} is held ({by} {code}): {why}",
        "ticket": "ticket {id}: {state} in {department} {owner} {campaign}",
        "waiting": "events not yet taken: {events}",
        "dead": "dead letter: {id}",
        "message": "message {id}: {status} {means}",
    },
}
