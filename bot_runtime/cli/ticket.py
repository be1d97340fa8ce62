"""`bot-runtime ticket`: the conversations of people, beside the running server or without it."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bot_runtime import logs
from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.cli.tables import table
from bot_runtime.errors import BotRuntimeError
from bot_runtime.settings import settings_of
from bot_runtime.workspace import Workspace

if TYPE_CHECKING:
    from bot_runtime.web.ticket_views import Line, Row, Whole
    from bot_runtime.without_server import Desk

T = TypeVar("T")

STATES = ("queue", "taken", "bot", "waiting", "closed")
OPERATOR = "operator"


@click.group()
def command() -> None:
    """The conversations that people have with contacts."""


@command.command("list")
@folder_argument
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Again for each; default: all open.")
@click.option("--department", help="Only this one's.")
@click.option("--owner", help="Only those this agent took.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@json_option
@language_option
def list_tickets(
    folder: Path,
    states: tuple[str, ...],
    department: str | None,
    owner: str | None,
    limit: int,
    as_json: bool,
    language: str | None,
) -> None:
    """The latest tickets of the workspace in DIR; what moved last comes first."""
    if owner and states:
        misuse(Words(_WORDS, language or "en")("owner_or_state"))

    async def work(desk: "Desk", workspace: Workspace) -> list["Row"]:
        from bot_runtime.web.ticket_views import row_of
        from bot_runtime.web.tickets import kinds_of

        departments = [department] if department else [*workspace.departments, ""]
        names = [f"{state}:{name}" for state in states or STATES[:-1] for name in departments]
        found = await desk.tickets.listed([f"owner:{owner}"] if owner else names, newest_first=True, limit=limit)
        kept = [ticket for ticket in found if department in (None, ticket.department)]
        return [row_of(ticket, kinds_of(desk.definitions)) for ticket in kept]

    rows, words = _with_desk(folder, language, work)
    print_json(rows) if as_json else _print_rows(rows, words)


@command.command("show")
@click.argument("ticket")
@folder_argument
@click.option("--lines", type=click.IntRange(1, 500), default=50, show_default=True, help="How many of the latest.")
@json_option
@language_option
def show(ticket: str, folder: Path, lines: int, as_json: bool, language: str | None) -> None:
    """One ticket: who, where it stands, and what was said."""

    async def work(desk: "Desk", workspace: Workspace) -> tuple["Whole", list["Line"]] | None:
        from bot_runtime.web.tickets import history_of, whole_ticket

        found, kept = await asyncio.gather(whole_ticket(desk, ticket), desk.tickets.ticket(ticket))
        return (found, (await history_of(desk, kept, None, lines)).lines) if found and kept else None

    found, words = _with_desk(folder, language, work)
    if found is None:
        _fail(words("gone", ticket=ticket))
    whole, said = found
    if as_json:
        print_json({"ticket": whole, "lines": said})
        return
    _print_rows([whole], words)
    click.echo(words("about", name=whole.contact.name, address=whole.contact.address))
    for line in said:
        by = line.by_name or (whole.contact.name if line.speaker == "contact" else "")
        who = f"{words(line.speaker)} {by}".rstrip()
        what = " ".join(filter(None, [words(f"event_{line.event}") if line.event else "", line.text]))
        ticks = f" [{line.status}{f' {line.error}' if line.error else ''}]" if line.status else ""
        click.echo(f"{line.at[:19].replace('T', ' ')}  {who}: {what}{ticks}")


@command.command("close")
@click.argument("ticket")
@folder_argument
@click.option("--reason", required=True, help="One of bot.yaml's close_reasons.")
@json_option
@language_option
def close(ticket: str, folder: Path, reason: str, as_json: bool, language: str | None) -> None:
    """Close a ticket with a reason, whoever has it. It ends the contact's session."""

    async def work(desk: "Desk", workspace: Workspace) -> tuple[str, dict[str, str], "Row | None"]:
        from bot_runtime.dialogs.events import TicketClosed
        from bot_runtime.web.ticket_views import row_of
        from bot_runtime.web.tickets import kinds_of

        known = await desk.tickets.ticket(ticket)
        if known is None:
            return "gone", {}, None
        event = TicketClosed(
            at=desk.clock.now(),
            channel=known.channel,
            ticket=known.number,
            by=OPERATOR,
            by_name=OPERATOR,
            supervises=True,
            request=f"{known.number}:{OPERATOR}:{uuid.uuid4().hex}",
            reason=reason,
        )
        outcome = await desk.tickets.act(event, known.id)
        row = row_of(outcome.ticket, kinds_of(desk.definitions)) if outcome.ticket else None
        return outcome.code, dict(outcome.facts), row

    (code, facts, row), words = _with_desk(folder, language, work)
    if code or row is None:
        _fail(words(code or "gone", ticket=ticket, reason=reason, known=facts.get("known", "") or "–"))
    print_json(row) if as_json else click.echo(words("done", ticket=ticket, reason=reason))


def _with_desk(
    folder: Path, language: str | None, work: Callable[["Desk", Workspace], Awaitable[T]]
) -> tuple[T, Words]:
    """What `work` returns, and the words to tell it in."""
    workspace = workspace_of(open_workspace(folder, language))

    async def run() -> T:
        from bot_runtime import without_server
        from bot_runtime.cli.stored import open_store

        async with (
            open_store(folder, workspace.brand) as (store, keys),
            without_server.desk(store, keys, workspace) as desk,
        ):
            return await work(desk, workspace)

    try:
        logs.configure(replace(settings_of(folder), log_level="error"))
        return asyncio.run(run()), Words(_WORDS, language or workspace.language)
    except BotRuntimeError as error:
        _fail(str(error))


def _print_rows(rows: list[Any], words: Words) -> None:
    if not rows:
        click.echo(words("none"))
        return
    shown = []
    for row in rows:
        state = words(f"state_{row.state}")
        at = (row.last_at or row.changed_at or "")[:16].replace("T", " ")
        shown.append((row.id, state, row.department, row.owner_name, row.contact_name or row.address, row.reason, at))
    table(words("columns"), shown)


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


_WORDS = {
    "es": {
        "none": "No hay tickets.",
        "columns": "ticket|estado|departamento|agente|contacto|motivo|último mensaje",
        "gone": "no existe el ticket '{ticket}'",
        "closed": "el ticket '{ticket}' ya está cerrado",
        "unknown_reason": "no existe el motivo '{reason}'; existen: {known}",
        "done": "Ticket {ticket} cerrado: {reason}.",
        "owner_or_state": "--owner lista los tomados: sobra --state",
        "about": "{name} · {address}",
        "contact": "contacto",
        "bot": "bot",
        "agent": "agente",
        "note": "nota",
        "event": "·",
        "event_taken": "tomado",
        "event_transferred": "transferido",
        "event_given_back": "devuelto al bot",
        "event_closed": "cerrado",
        "event_campaign_joined": "campaña",
        "event_data_changed": "datos",
        "event_reopened": "reabierto",
        "event_window_closes": "la ventana se cierra",
        "event_handoff": "en la cola",
        "event_opted_out": "pidió la baja",
        "event_opted_in": "pidió el alta",
        "state_waiting": "espera",
        "state_bot": "bot",
        "state_queued": "en cola",
        "state_taken": "tomado",
        "state_closed": "cerrado",
    },
    "en": {
        "none": "There are no tickets.",
        "columns": "ticket|state|department|agent|contact|reason|last message",
        "gone": "there is no ticket '{ticket}'",
        "closed": "ticket '{ticket}' is closed already",
        "unknown_reason": "there is no reason '{reason}'; there are: {known}",
        "done": "Ticket {ticket} closed: {reason}.",
        "owner_or_state": "--owner lists those taken: leave --state out",
        "about": "{name} · {address}",
        "contact": "contact",
        "bot": "bot",
        "agent": "agent",
        "note": "note",
        "event": "·",
        "event_taken": "taken",
        "event_transferred": "transferred",
        "event_given_back": "given back to the bot",
        "event_closed": "closed",
        "event_campaign_joined": "campaign",
        "event_data_changed": "data",
        "event_reopened": "reopened",
        "event_window_closes": "the window closes",
        "event_handoff": "queued",
        "event_opted_out": "opted out",
        "event_opted_in": "opted in",
        "state_waiting": "waiting",
        "state_bot": "bot",
        "state_queued": "queued",
        "state_taken": "taken",
        "state_closed": "closed",
    },
}
