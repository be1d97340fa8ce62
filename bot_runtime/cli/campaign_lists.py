"""`bot-runtime campaign create` and `validate`: a list and what is to be done with it."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins

from bot_runtime.campaigns import policies
from bot_runtime.campaigns.declared import Advised, advised, over_budget
from bot_runtime.campaigns.plans import Wanted
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.reminders import Reminder
from bot_runtime.campaigns.service import warnings
from bot_runtime.campaigns.words import state_said
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
    summary_of,
)
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.dialogs.load import duration_s

list_options = [
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    folder_argument,
    click.option("--template", required=True, metavar="NAME", help="NAME:LANGUAGE where it has several."),
    click.option("--channel", metavar="NAME", help="The channel it is sent on (default: the first of bot.yaml)."),
    click.option("--department", metavar="NAME", help="Where its tickets go (default: none)."),
    click.option("--wait", metavar="TIME", help="Expect an answer, this long: 0 to 24h, as 4h or 90m."),
    click.option(
        "--remind", multiple=True, metavar="TIME=TEMPLATE", help="Remind who is silent; on SMS TIME:TEXT does, too."
    ),
    click.option("--late", type=click.Choice(policies.LATE), default=policies.LATE[0], help="What a late answer does."),
    click.option(
        "--late-within",
        type=click.IntRange(0, policies.MOST_HOURS),
        default=policies.ORDINARY.within_h,
        metavar="HOURS",
        help="How long after the wait's end (default 24).",
    ),
    click.option("--late-say", default="", metavar="TEXT", help="What a late answer gets, with --late say."),
    click.option(
        "--busy", type=click.Choice(policies.BUSY), default=policies.BUSY[0], help="For a contact in a conversation."
    ),
    click.option("--informative", is_flag=True, help="Expect no answer."),
    click.option("--dialog", metavar="NAME", help="The bot that takes the answers."),
    click.option("--allow-repeats", is_flag=True, help="A phone may be there more than once; each row is sent."),
    click.option("--link", "links", multiple=True, metavar="HEADER=KEY", help="Link a column to a ticket metadata."),
    click.option("--unlink", "removed", multiple=True, metavar="HEADER", help="Link this column to nothing."),
    click.option("--goal", default="", metavar="GOAL", help="What it is for, as service_audit or promotion."),
    click.option("--expects", multiple=True, metavar="NAME=TYPE", help="A datum it is to find out, as nota=rating."),
    click.option("--needs", multiple=True, metavar="NAME", help="A custom datum that its list has to bring."),
    json_option,
    language_option,
]


def options(group: Sequence[Any]) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        for option in reversed(group):
            function = option(function)
        return function

    return add


@click.command("create")
@options(list_options)
@click.option("--name", help="What it is called (default: the file's name).")
def create(file: Path, folder: Path, as_json: bool, language: str | None, **given: Any) -> None:
    """Make a campaign of FILE (.xlsx or CSV) in the workspace in DIR; nothing is sent yet.

    Exit: 0 loaded, 1 refused or invalid, 2 wrong use.
    """

    contents = file.read_bytes()

    async def work(office: Office) -> tuple[Any, Campaign, Any, list[Advised]]:
        wanted = _wanted(file, given, office)
        made = await office.campaigns.create(wanted, contents, OPERATOR, file=file.name, language=office.language)
        problems = await office.campaigns.records.problems(made.id)
        others = warnings(await office.campaigns.active(but=made.id), office.language, made.name)
        bot = office.workspace.dialogs.get(made.dialog)
        channel = office.workspace.channels.get(made.channel)
        budget = over_budget(await office.campaigns.own_texts(made), channel, office.language)
        advice = [*advised(made, bot, problems.columns, office.language), *budget]
        return await summary_of(office, made), made, (problems, others), advice

    (summary, made, (problems, others), advice), speaks = in_office(folder, language, as_json, work)
    if as_json:
        found = fault_lines(problems.faults, speaks)
        said = {"problems": found, "total": problems.total, "warnings": others, "advice": to_builtins(advice)}
        print_json({"campaign": summary, **said})
    else:
        words = Words(_WORDS, speaks)
        for warning in others:
            click.echo(warning["message"], err=True)
        for one in advice:
            click.echo(words("advice", message=one.message), err=True)
        for fault in problems.faults[:SHOWN]:
            click.echo(fault.line(speaks), err=True)
        click.echo(words("made", id=made.id, name=made.name, state=state_said(made.state, speaks), count=made.contacts))
    sys.exit(0 if made.state == "loaded" else 1)


@click.command("validate")
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
    expects: dict[str, str] = {}
    for datum in given["expects"]:
        expected, equals, kind = datum.partition("=")
        if not equals or not expected.strip() or not kind.strip():
            misuse(words("expects", datum=datum))
        expects[expected.strip()] = kind.strip()
    name, _, spoken = given["template"].partition(":")
    return Wanted(
        name=given.get("name") or file.stem,
        channel=given["channel"] or next(iter(office.workspace.channels), ""),
        department=given["department"],
        template=name,
        language=spoken,
        expects_answer=not given["informative"],
        wait_s=wait_s,
        remind=tuple(_reminder(one, words) for one in given["remind"]),
        late=LateAnswers(policy=given["late"], within_h=given["late_within"], say=given["late_say"]),
        busy=given["busy"],
        dialog=given["dialog"],
        allow_repeats=given["allow_repeats"],
        links=links,
        goal=given["goal"],
        expects=expects,
        custom_data=given["needs"],
    )


def _reminder(written: str, words: Words) -> Reminder:
    """`2h=again` (a template) or `2h:Are you there?` (a text)."""
    time, sign, rest = [*re.split("([=:])", written, maxsplit=1), "", ""][:3]
    after_s = duration_s(time.strip())
    if not after_s or not rest.strip():
        misuse(words("remind", written=written))
    if sign == ":":
        return Reminder(after_s=after_s, say=rest.strip())
    name, _, spoken = rest.strip().partition(":")
    return Reminder(after_s=after_s, template=name, language=spoken)


_WORDS = {
    "es": {
        "remind": "--remind se escribe TIEMPO=PLANTILLA o TIEMPO:TEXTO, como 2h=recordatorio, no '{written}'",
        "made": "{id}  {name}: {state}, {count} destinatarios",
        "checked": "{rows} filas, {right} correctas",
        "which": "di si espera respuesta: --wait TIEMPO o --informative",
        "wait": "'{wait}' no es un tiempo; se espera de 0 a 24h, como 4h o 90m",
        "advice": "consejo: {message}",
        "expects": "--expects se escribe DATO=TIPO, no '{datum}'",
        "link": "--link se escribe ENCABEZADO=CLAVE, no '{link}'",
    },
    "en": {
        "remind": "--remind is written TIME=TEMPLATE or TIME:TEXT, as 2h=reminder, not '{written}'",
        "made": "{id}  {name}: {state}, {count} recipients",
        "checked": "{rows} rows, {right} right",
        "which": "say whether it expects an answer: --wait TIME or --informative",
        "wait": "'{wait}' is no time; expected 0 to 24h, as 4h or 90m",
        "advice": "advice: {message}",
        "expects": "--expects is written NAME=TYPE, not '{datum}'",
        "link": "--link is written HEADER=KEY, not '{link}'",
    },
}
