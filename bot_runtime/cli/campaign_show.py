"""`bot-runtime campaign show`: what was chosen for a campaign, in words."""

from pathlib import Path
from typing import Any

import click

from bot_runtime.campaigns import policies
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.words import state_said
from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.campaigning import Office, folder_argument, in_office, json_option, print_json, summary_of
from bot_runtime.cli.tables import table


@click.command("show")
@click.argument("campaign_id", metavar="ID")
@folder_argument
@json_option
@language_option
def show(campaign_id: str, folder: Path, as_json: bool, language: str | None) -> None:
    """What was chosen: channel, template, wait and reminders, bot, late answers, contacts who are busy."""

    async def work(office: Office) -> tuple[Campaign, dict[str, Any]]:
        campaign = await office.campaigns.get(campaign_id)
        return campaign, await summary_of(office, campaign)

    (campaign, summary), speaks = in_office(folder, language, as_json, work)
    if as_json:
        print_json({"campaign": summary})
        return
    words = Words(_WORDS, speaks)
    click.echo(f"{campaign.id}  {campaign.name}: {state_said(campaign.state, speaks)}")
    lines = [
        (words("list"), words("rows", file=campaign.file, messages=campaign.messages, contacts=campaign.contacts)),
        (words("channel"), campaign.channel),
        (words("template"), f"{campaign.template} ({campaign.language})"),
        (words("department"), campaign.department or "–"),
        (words("busy"), policies.busy_said(campaign.busy, speaks)),
    ]
    if campaign.expects_answer:
        lines += [
            (words("wait"), words("minutes", minutes=campaign.wait_s // 60)),
            *((words("remind"), words("after", minutes=one.after_s // 60, what=one.say or one.template))
              for one in campaign.remind),
            (words("dialog"), campaign.dialog or "–"),
            (words("late"), policies.late_said(campaign.late, speaks)),
        ]  # fmt: skip
    else:
        lines.append((words("wait"), words("informative")))
    table(["", ""], lines)


_WORDS = {
    "es": {
        "list": "lista",
        "rows": "{file}: {messages} mensajes a {contacts} contactos",
        "channel": "canal",
        "template": "plantilla",
        "department": "departamento",
        "wait": "espera",
        "minutes": "{minutes} min",
        "informative": "no espera respuesta",
        "remind": "recordatorio",
        "after": "a los {minutes} min: {what}",
        "dialog": "bot",
        "late": "respuesta tardía",
        "busy": "contacto en una conversación",
    },
    "en": {
        "list": "list",
        "rows": "{file}: {messages} messages to {contacts} contacts",
        "channel": "channel",
        "template": "template",
        "department": "department",
        "wait": "wait",
        "minutes": "{minutes} min",
        "informative": "expects no answer",
        "remind": "reminder",
        "after": "after {minutes} min: {what}",
        "dialog": "bot",
        "late": "late answer",
        "busy": "contact in a conversation",
    },
}
