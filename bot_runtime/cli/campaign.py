"""`bot-runtime campaign`: from a list to its results, beside the running server or before it."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot_runtime.campaigns import results
from bot_runtime.campaigns.finding import Dated, Sought, days
from bot_runtime.campaigns.machine import STATES, State
from bot_runtime.campaigns.outlook import outlook
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.tables import Table
from bot_runtime.campaigns.words import state_said, status_said
from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.campaign_flows import flow
from bot_runtime.cli.campaign_lists import create, validate
from bot_runtime.cli.campaign_show import show
from bot_runtime.cli.campaigning import (
    OPERATOR,
    Office,
    folder_argument,
    in_office,
    json_option,
    print_json,
    summary_of,
)
from bot_runtime.cli.tables import table
from bot_runtime.cli.terminal import terminal_language

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Campaigns: a template to everybody on a list."""


command.add_command(create)
command.add_command(validate)
command.add_command(show)
command.add_command(flow)

SHOWN_DAYS = 14

id_argument = click.argument("campaign_id", metavar="ID")


@command.command("list")
@folder_argument
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only those in this state.")
@click.option("--channel", default="", metavar="NAME", help="Only those of this channel.")
@click.option("-q", "--name", "q", default="", metavar="TEXT", help="Only those with this in the name, or of this id.")
@click.option("--archived", is_flag=True, help="The archived ones.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="Made on this day or later, as 2026-03-15.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="Made on this day or earlier.")
@click.option("--dated", type=click.Choice(["created", "sent"]), default="created", help="Of what the days are.")
@click.option("--zone", default="", help="Time zone of the days, as America/Mexico_City (default: that of bot.yaml).")
@json_option
@language_option
def list_campaigns(
    folder: Path,
    states: tuple[State, ...],
    channel: str,
    q: str,
    archived: bool,
    first: datetime | None,
    last: datetime | None,
    dated: Dated,
    zone: str,
    as_json: bool,
    language: str | None,
) -> None:
    """All campaigns, newest first."""

    async def work(office: Office) -> list[dict[str, Any]]:
        records = office.campaigns.records
        edges = days(first and first.date(), last and last.date(), zone or office.workspace.time_zone)
        sought = Sought(states, channel, q, archived, dated, *edges)
        every = await records.many([one for one, _ in await records.ids()])
        return [await summary_of(office, one) for one in every if sought.fits(one)]

    found, speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json(found)
        return
    words = Words(_WORDS, speaks)
    if not found:
        click.echo(words("none"))
        return
    rows = [
        (
            one["id"],
            one["name"],
            state_said(one["state"], speaks),
            str(one["contacts"]),
            str(one["sent"]),
            str(one["answered"]),
            one["channel"],
            one["template"],
            (one["scheduled_at"] or one["sent_at"] or one["created_at"])[:16].replace("T", " "),
        )
        for one in found
    ]
    table(words("columns").split("|"), rows)


@command.command("launch")
@id_argument
@folder_argument
@click.option("--confirm", type=int, metavar="N", help="The number of messages; asked for where it is left out.")
@json_option
@language_option
def launch(campaign_id: str, folder: Path, confirm: int | None, as_json: bool, language: str | None) -> None:
    """Send now. The server that runs on this workspace's store does it."""

    async def work(office: Office) -> Any:
        number = confirm
        if not as_json:
            await _tell_plan(office, campaign_id)
        if number is None:
            campaign = await office.campaigns.get(campaign_id)
            words = Words(_WORDS, office.language)
            if not sys.stdin.isatty():
                misuse(words("confirm", count=campaign.messages))
            click.confirm(words("ask", count=campaign.messages, name=campaign.name), abort=True, err=True)
            number = campaign.messages
        return await summary_of(office, await office.campaigns.launch(campaign_id, number, OPERATOR))

    _told(folder, language, as_json, work)


@command.command("schedule")
@id_argument
@folder_argument
@click.option("--at", "at", required=True, metavar="TIME", help='Local date and time, as "2026-03-15 09:30".')
@click.option("--zone", default="", help="Time zone, as America/Mexico_City (default: that of bot.yaml).")
@json_option
@language_option
def schedule(campaign_id: str, folder: Path, at: str, zone: str, as_json: bool, language: str | None) -> None:
    """Send by itself at a local date and time; the server has to be running then."""
    try:
        moment = datetime.strptime(at, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - local to --zone
    except ValueError:
        misuse(Words(_WORDS, language or terminal_language())("time", at=at))

    async def work(office: Office) -> Any:
        done = await office.campaigns.schedule(campaign_id, moment.date(), moment.time(), zone, OPERATOR)
        return await summary_of(office, done)

    _told(folder, language, as_json, work)


def _plain(name: str, about: str, act: Callable[[Campaigns, str], Awaitable[Campaign]]) -> None:
    """A command that does one thing to one campaign."""

    @command.command(name, help=about)
    @id_argument
    @folder_argument
    @json_option
    @language_option
    def run(campaign_id: str, folder: Path, as_json: bool, language: str | None) -> None:
        async def work(office: Office) -> Any:
            return await summary_of(office, await act(office.campaigns, campaign_id))

        _told(folder, language, as_json, work)


_plain("unschedule", "Don't send by itself.", lambda campaigns, one: campaigns.unschedule(one, OPERATOR))
_plain("pause", "Let nothing new start.", lambda campaigns, one: campaigns.pause(one, OPERATOR))
_plain("resume", "Go on with those left.", lambda campaigns, one: campaigns.resume(one, OPERATOR))
_plain(
    "resend",
    "A new campaign for those whose message failed, where the reason allows another try.",
    lambda campaigns, one: campaigns.resend(one, OPERATOR, campaigns.workspace.language),
)
_plain("cancel", "Settle the unsent as cancelled.", lambda campaigns, one: campaigns.cancel(one, OPERATOR))


@command.command("results")
@id_argument
@folder_argument
@json_option
@language_option
def show_results(campaign_id: str, folder: Path, as_json: bool, language: str | None) -> None:
    """Counts by status, answers, redemption, tickets by reason."""

    async def work(office: Office) -> tuple[dict[str, Any], results.Figures]:
        campaign = await office.campaigns.get(campaign_id)
        summary = await summary_of(office, campaign)
        return summary, results.figures(campaign, await office.campaigns.rows.counts(campaign_id))

    (summary, figures), speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json({"campaign": summary, "figures": figures})
        return
    words = Words(_WORDS, speaks)
    click.echo(f"{summary['name']} · {state_said(summary['state'], speaks)}")
    if summary["cause"]:
        click.echo(summary["cause"])
    total = max(summary["messages"], 1)
    counts = [(status_said(one, speaks), n) for one, n in summary["counts"].items() if n]
    table(words("statuses").split("|"), [(name, str(n), f"{n / total:.1%}") for name, n in counts])
    facts = ("planned", "sent", "reached", "answered", "late")
    lines = [(words(name), str(getattr(figures, name))) for name in facts]
    if figures.redemption is not None:
        lines.append((words("redemption"), f"{figures.redemption:.1%}"))
    lines += [(f"{words('tickets')}: {reason}", str(n)) for reason, n in figures.tickets.items()]
    lines += [(words(f"busy_{what}"), str(n)) for what, n in figures.busy.items() if n]
    for split, arms in figures.arms.items():
        lines += [(f"{split} · {arm}", _standing(standings)) for arm, standings in arms.items()]
    table(["", ""], lines)


def _standing(tickets: Mapping[str, int]) -> str:
    """`120 (done 80, no_answer 40)`: how many went down an arm, and what became of them."""
    return f"{sum(tickets.values())} ({', '.join(f'{reason} {n}' for reason, n in tickets.items())})"


@command.command("export")
@id_argument
@folder_argument
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=".xlsx or .csv")
@json_option
@language_option
def export(campaign_id: str, folder: Path, output: Path, as_json: bool, language: str | None) -> None:
    """Write every recipient with what became of them to a file."""
    kind = output.suffix.lower().removeprefix(".")
    if kind not in ("xlsx", "csv"):
        misuse(Words(_WORDS, language or terminal_language())("ending", file=output))

    async def work(office: Office) -> int:
        campaigns = office.campaigns
        campaign = await campaigns.get(campaign_id)
        channel = office.workspace.channels.get(campaign.channel)
        shown = Shown(office.language, channel.provider if channel else "", office.workspace.time_zone)
        listed = Table(campaign, (await campaigns.records.problems(campaign_id)).columns, shown)
        with output.open("wb") as file:
            async for piece in listed.written(campaigns.rows.pages(campaign_id), "csv" if kind == "csv" else "xlsx"):
                file.write(piece)
        return len(await campaigns.rows.order(campaign_id))

    try:
        count, speaks = in_office(folder, language, as_json, work)
    except OSError as error:
        misuse(f"{output}: {error.strerror}")
    if as_json:
        print_json({"file": str(output), "rows": count})
    else:
        click.echo(Words(_WORDS, speaks)("written", file=output, count=count))


async def _tell_plan(office: Office, campaign_id: str) -> None:
    """On which days the messages leave, where they don't all leave today (F142)."""
    plan = await outlook(office.campaigns, await office.campaigns.get(campaign_id), office.language)
    if plan.advice is None:
        return
    words = Words(_WORDS, office.language)
    click.echo(plan.advice, err=True)
    for one in plan.days[:SHOWN_DAYS]:
        click.echo(words("on_day", day=one.day.isoformat(), count=one.messages), err=True)
    if later := sum(one.messages for one in plan.days[SHOWN_DAYS:]) + plan.left_over:
        click.echo(words("later_days", count=later), err=True)


def _told(folder: Path, language: str | None, as_json: bool, work: Callable[[Office], Awaitable[Any]]) -> None:
    summary, speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json({"campaign": summary})
        return
    said = Words(_WORDS, speaks)("now", name=summary["name"], state=state_said(summary["state"], speaks))
    when = summary["scheduled_at"] if summary["state"] == "scheduled" else None
    click.echo(f"{said} {when[:16].replace('T', ' ')} UTC" if when else said)


_WORDS = {
    "es": {
        "none": "No hay campañas.",
        "columns": "id|nombre|estado|contactos|enviados|respuestas|canal|plantilla|fecha (UTC)",
        "confirm": "confirma el número de mensajes: --confirm {count}",
        "ask": "¿Enviar {count} mensajes de «{name}»?",
        "on_day": "  {day}: {count} mensajes",
        "later_days": "  después: {count} mensajes",
        "time": "'{at}' no es fecha y hora; se espera como 2026-03-15 09:30",
        "now": "{name}: {state}",
        "statuses": "estado|destinatarios|parte",
        "planned": "planeados",
        "sent": "enviados",
        "reached": "alcanzados",
        "answered": "respondieron",
        "late": "de ellos, tarde",
        "redemption": "redención",
        "tickets": "tickets",
        "busy_sent": "en una conversación: enviados",
        "busy_skipped": "en una conversación: omitidos",
        "busy_queued": "en una conversación: esperaron",
        "busy_interrupted": "en una conversación: interrumpidos",
        "busy_waiting": "en una conversación: esperan ahora",
        "ending": "el archivo tiene que terminar en .xlsx o .csv: '{file}'",
        "written": "{file}: {count} destinatarios",
    },
    "en": {
        "none": "There are no campaigns.",
        "columns": "id|name|state|contacts|sent|answers|channel|template|date (UTC)",
        "confirm": "confirm the number of messages: --confirm {count}",
        "ask": "Send {count} messages of '{name}'?",
        "on_day": "  {day}: {count} messages",
        "later_days": "  later: {count} messages",
        "time": "'{at}' is no date and time; expected as 2026-03-15 09:30",
        "now": "{name}: {state}",
        "statuses": "status|recipients|share",
        "planned": "planned",
        "sent": "sent",
        "reached": "reached",
        "answered": "answered",
        "late": "of those, late",
        "redemption": "redemption",
        "tickets": "tickets",
        "busy_sent": "in a conversation: sent",
        "busy_skipped": "in a conversation: skipped",
        "busy_queued": "in a conversation: waited",
        "busy_interrupted": "in a conversation: interrupted",
        "busy_waiting": "in a conversation: waiting now",
        "ending": "the file must end in .xlsx or .csv: '{file}'",
        "written": "{file}: {count} recipients",
    },
}
