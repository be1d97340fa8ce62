"""`bot-runtime campaign`: from a list to its results, beside the running server or before it."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot_runtime.campaigns import results
from bot_runtime.campaigns.plans import Wanted
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.service import Campaigns, warnings
from bot_runtime.campaigns.words import state_said, status_said
from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.campaigning import (
    OPERATOR,
    SHOWN,
    Office,
    fault_lines,
    folder_argument,
    in_office,
    json_option,
    print_json,
)
from bot_runtime.cli.languages import terminal_language
from bot_runtime.dialogs.load import duration_s


@click.group()
def command() -> None:
    """Campaigns: a template to everybody on a list."""


id_argument = click.argument("campaign_id", metavar="ID")
list_options = [
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    folder_argument,
    click.option("--template", required=True, metavar="NAME", help="NAME:LANGUAGE where it has several."),
    click.option("--channel", metavar="NAME", help="The channel it is sent on (default: the first of bot.yaml)."),
    click.option("--department", metavar="NAME", help="Where its tickets go (default: none)."),
    click.option("--wait", metavar="TIME", help="Expect an answer, this long: 0 to 24h, as 4h or 90m."),
    click.option("--informative", is_flag=True, help="Expect no answer."),
    click.option("--dialog", metavar="NAME", help="The bot that takes the answers."),
    click.option("--allow-repeats", is_flag=True, help="A phone may be there more than once; each row is sent."),
    click.option("--link", "links", multiple=True, metavar="HEADER=KEY", help="Link a column to a ticket metadata."),
    click.option("--unlink", "removed", multiple=True, metavar="HEADER", help="Link this column to nothing."),
    json_option,
    language_option,
]


def options(group: Sequence[Any]) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        for option in reversed(group):
            function = option(function)
        return function

    return add


@command.command("create")
@options(list_options)
@click.option("--name", help="What it is called (default: the file's name).")
def create(file: Path, folder: Path, as_json: bool, language: str | None, **given: Any) -> None:
    """Make a campaign of FILE (.xlsx or CSV) in the workspace in DIR; nothing is sent yet.

    Exit: 0 loaded, 1 refused or invalid, 2 wrong use.
    """

    contents = file.read_bytes()

    async def work(office: Office) -> tuple[Any, Campaign, Any]:
        wanted = _wanted(file, given, office)
        made = await office.campaigns.create(wanted, contents, OPERATOR, file=file.name, language=office.language)
        problems = await office.campaigns.records.problems(made.id)
        others = warnings(await office.campaigns.active(but=made.id), office.language)
        return await _summary(office, made), made, (problems, others)

    (summary, made, (problems, others)), speaks = in_office(folder, language, as_json, work)
    if as_json:
        found = fault_lines(problems.faults, speaks)
        print_json({"campaign": summary, "problems": found, "total": problems.total, "warnings": others})
    else:
        words = Words(_WORDS, speaks)
        for warning in others:
            click.echo(warning["message"], err=True)
        for fault in problems.faults[:SHOWN]:
            click.echo(fault.line(speaks), err=True)
        click.echo(words("made", id=made.id, name=made.name, state=state_said(made.state, speaks), count=made.contacts))
    sys.exit(0 if made.state == "loaded" else 1)


@command.command("validate")
@options(list_options)
def validate(file: Path, folder: Path, as_json: bool, language: str | None, **given: Any) -> None:
    """Check FILE as the list of such a campaign; nothing is kept."""

    contents = file.read_bytes()

    async def work(office: Office) -> Any:
        return await office.campaigns.validate(_wanted(file, given, office), contents, office.language)

    report, speaks = in_office(folder, language, as_json, work)
    if as_json:
        found = fault_lines(report.listed, speaks)
        facts = {"stage": report.stage, "rows": report.rows, "recipients": len(report.recipients)}
        print_json({**facts, "problems": found, "total": len(report.faults)})
    else:
        for fault in report.faults[:SHOWN]:
            click.echo(fault.line(speaks), err=True)
        click.echo(Words(_WORDS, speaks)("checked", rows=report.rows, right=len(report.recipients)))
    sys.exit(0 if report.stage == "ready" else 1)


@command.command("list")
@folder_argument
@click.option("--state", help="Only those in this state.")
@click.option("--archived", is_flag=True, help="The archived ones.")
@json_option
@language_option
def list_campaigns(folder: Path, state: str | None, archived: bool, as_json: bool, language: str | None) -> None:
    """All campaigns, newest first."""

    async def work(office: Office) -> list[dict[str, Any]]:
        records = office.campaigns.records
        every = await records.many([one for one, _ in await records.ids()])
        wanted = [one for one in every if one.archived == archived and state in (None, one.state)]
        return [await _summary(office, one) for one in wanted]

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
    _table(words("columns").split("|"), rows)


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
        if number is None:
            campaign = await office.campaigns.get(campaign_id)
            words = Words(_WORDS, office.language)
            if not sys.stdin.isatty():
                misuse(words("confirm", count=campaign.contacts))
            click.confirm(words("ask", count=campaign.contacts, name=campaign.name), abort=True, err=True)
            number = campaign.contacts
        return await _summary(office, await office.campaigns.launch(campaign_id, number, OPERATOR))

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
        return await _summary(office, done)

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
            return await _summary(office, await act(office.campaigns, campaign_id))

        _told(folder, language, as_json, work)


_plain("unschedule", "Don't send by itself.", lambda campaigns, one: campaigns.unschedule(one, OPERATOR))
_plain("pause", "Let nothing new start.", lambda campaigns, one: campaigns.pause(one, OPERATOR))
_plain("resume", "Go on with those left.", lambda campaigns, one: campaigns.resume(one, OPERATOR))
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
        summary = await _summary(office, campaign)
        rows = await office.campaigns.rows.rows(campaign_id)
        counts = await office.campaigns.rows.counts(campaign_id)
        return summary, await results.figures(campaign, counts, rows, office.find_ticket)

    (summary, figures), speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json({"campaign": summary, "figures": figures})
        return
    words = Words(_WORDS, speaks)
    click.echo(f"{summary['name']} · {state_said(summary['state'], speaks)}")
    if summary["cause"]:
        click.echo(summary["cause"])
    total = max(summary["contacts"], 1)
    counts = [(status_said(one, speaks), n) for one, n in summary["counts"].items() if n]
    _table(words("statuses").split("|"), [(name, str(n), f"{n / total:.1%}") for name, n in counts])
    facts = ("planned", "sent", "reached", "answered", "late")
    lines = [(words(name), str(getattr(figures, name))) for name in facts]
    if figures.redemption is not None:
        lines.append((words("redemption"), f"{figures.redemption:.1%}"))
    lines += [(f"{words('tickets')}: {reason}", str(n)) for reason, n in figures.tickets.items()]
    _table(["", ""], lines)


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

    async def work(office: Office) -> tuple[bytes, int]:
        campaign = await office.campaigns.get(campaign_id)
        rows = await office.campaigns.rows.rows(campaign_id)
        channel = office.workspace.channels.get(campaign.channel)
        shown = Shown(office.language, channel.provider if channel else "")
        return results.file_of(campaign, rows, shown, kind), len(rows)

    (contents, count), speaks = in_office(folder, language, as_json, work)
    try:
        output.write_bytes(contents)
    except OSError as error:
        misuse(f"{output}: {error.strerror}")
    if as_json:
        print_json({"file": str(output), "rows": count})
    else:
        click.echo(Words(_WORDS, speaks)("written", file=output, count=count))


def _wanted(file: Path, given: dict[str, Any], office: Office) -> Wanted:
    """The campaign that the options describe."""
    words = Words(_WORDS, office.language)
    if given["informative"] == (given["wait"] is not None):
        misuse(words("which"))
    wait_s = 0 if given["wait"] == "0" else duration_s(given["wait"])
    if given["wait"] is not None and wait_s is None:
        misuse(words("wait", wait=given["wait"]))
    links: dict[str, str | None] = dict.fromkeys(given["removed"])
    for link in given["links"]:
        header, equals, key = link.rpartition("=")
        if not equals or not header.strip() or not key.strip():
            misuse(words("link", link=link))
        links[header] = key
    name, _, spoken = given["template"].partition(":")
    return Wanted(
        name=given.get("name") or file.stem,
        channel=given["channel"] or next(iter(office.workspace.channels), ""),
        department=given["department"],
        template=name,
        language=spoken,
        expects_answer=not given["informative"],
        wait_s=wait_s,
        dialog=given["dialog"],
        allow_repeats=given["allow_repeats"],
        links=links,
    )


async def _summary(office: Office, campaign: Campaign) -> dict[str, Any]:
    campaigns = office.campaigns
    counts = await campaigns.rows.counts(campaign.id)
    now_ms = campaigns.clock.now_ms()
    line: dict[str, Any] = results.summary(campaign, counts, office.workspace, now_ms, office.language)
    return line


def _told(folder: Path, language: str | None, as_json: bool, work: Callable[[Office], Awaitable[Any]]) -> None:
    summary, speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json({"campaign": summary})
        return
    said = Words(_WORDS, speaks)("now", name=summary["name"], state=state_said(summary["state"], speaks))
    when = summary["scheduled_at"] if summary["state"] == "scheduled" else None
    click.echo(f"{said} {when[:16].replace('T', ' ')} UTC" if when else said)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None, header_style="bold", show_header=any(header))
    for row in rows:
        table.add_row(*row)
    Console().print(table, markup=False)


_WORDS = {
    "es": {
        "made": "{id}  {name}: {state}, {count} destinatarios",
        "checked": "{rows} filas, {right} correctas",
        "none": "No hay campañas.",
        "columns": "id|nombre|estado|contactos|enviados|respuestas|canal|plantilla|fecha (UTC)",
        "confirm": "confirma el número de mensajes: --confirm {count}",
        "ask": "¿Enviar {count} mensajes de «{name}»?",
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
        "ending": "el archivo tiene que terminar en .xlsx o .csv: '{file}'",
        "written": "{file}: {count} destinatarios",
        "which": "di si espera respuesta: --wait TIEMPO o --informative",
        "wait": "'{wait}' no es un tiempo; se espera de 0 a 24h, como 4h o 90m",
        "link": "--link se escribe ENCABEZADO=CLAVE, no '{link}'",
    },
    "en": {
        "made": "{id}  {name}: {state}, {count} recipients",
        "checked": "{rows} rows, {right} right",
        "none": "There are no campaigns.",
        "columns": "id|name|state|contacts|sent|answers|channel|template|date (UTC)",
        "confirm": "confirm the number of messages: --confirm {count}",
        "ask": "Send {count} messages of '{name}'?",
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
        "ending": "the file must end in .xlsx or .csv: '{file}'",
        "written": "{file}: {count} recipients",
        "which": "say whether it expects an answer: --wait TIME or --informative",
        "wait": "'{wait}' is no time; expected 0 to 24h, as 4h or 90m",
        "link": "--link is written HEADER=KEY, not '{link}'",
    },
}
