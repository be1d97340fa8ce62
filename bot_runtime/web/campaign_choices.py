"""What the form of a new campaign offers: channels, approved templates, dialogs, departments, metadata."""

import msgspec

from bot_runtime.campaigns import policies
from bot_runtime.campaigns.declared import title
from bot_runtime.campaigns.metadata import available
from bot_runtime.campaigns.plans import Status, parameter_names
from bot_runtime.dialogs.advice.proposals import proposal
from bot_runtime.dialogs.schemas.advice import EXPECTED_TYPES, GOALS
from bot_runtime.workspace import Template, Workspace


class Channel(msgspec.Struct, frozen=True):
    """`reads`: whether it tells us who read."""

    name: str
    kind: str
    number: str
    title: str
    reads: bool


class Button(msgspec.Struct, frozen=True):
    text: str
    url: str | None


class TemplateChoice(msgspec.Struct, frozen=True):
    """`parameters`: the columns a list has to bring, in order; `dialog`: the one that begins with it."""

    name: str
    language: str
    channel_kind: str
    header: dict[str, str] | None
    body: str
    footer: str | None
    buttons: list[Button]
    parameters: list[str]
    dialog: str | None


class DialogChoice(msgspec.Struct, frozen=True):
    name: str
    title: str
    template: str | None


class Titled(msgspec.Struct, frozen=True):
    name: str
    title: str


class Expected(msgspec.Struct, frozen=True):
    """A type of datum that a campaign may expect; `proposal`: a question that finds it out (F283)."""

    name: str
    title: str
    proposal: str


class MetadataChoice(msgspec.Struct, frozen=True):
    key: str
    name: str
    type: str
    departments: tuple[str, ...]


class Choices(msgspec.Struct, frozen=True):
    """`zone`: whose clock schedules go by unless they name one; `says_zone`: `bot.yaml` says it, else it is UTC.
    `late` and `busy`: the policies for late answers and for contacts in a conversation, the ordinary one first."""

    channels: list[Channel]
    templates: list[TemplateChoice]
    dialogs: list[DialogChoice]
    departments: list[Titled]
    metadata: list[MetadataChoice]
    zone: str
    says_zone: bool
    late: list[Titled]
    busy: list[Titled]
    goals: list[Titled]
    expected_types: list[Expected]


def choices_of(workspace: Workspace, statuses: Status, language: str = "es") -> Choices:
    kinds = sorted({channel.kind for channel in workspace.channels.values()}, reverse=True)  # WhatsApp first
    return Choices(
        channels=[
            Channel(one.name, one.kind, str(one.options.get("number", "")), one.name, one.kind == "whatsapp")
            for one in workspace.channels.values()
        ],
        templates=[
            _template(template, kind, workspace)
            for kind in kinds
            for template in workspace.templates.values()
            if _usable(template, kind, workspace, statuses)
        ],
        dialogs=[
            DialogChoice(one.name, one.title, one.starts.template)
            for one in sorted(workspace.dialogs.values(), key=lambda one: one.title.casefold())
        ],
        departments=[Titled(one.name, one.title) for one in workspace.departments.values()],
        metadata=[
            MetadataChoice(one.key, one.name, one.kind, one.departments) for one in available(workspace.metadata, None)
        ],
        zone=workspace.time_zone,
        says_zone=workspace.says_time_zone,
        late=[Titled(one, policies.title("late", one, language)) for one in policies.LATE],
        busy=[Titled(one, policies.title("busy", one, language)) for one in policies.BUSY],
        goals=[Titled(one, title(one, language)) for one in GOALS],
        expected_types=[_expected(one, language) for one in EXPECTED_TYPES],
    )


def _expected(kind: str, language: str) -> Expected:
    return Expected(kind, title(kind, language), proposal(kind, kind, language).state["ask"])


def _usable(template: Template, kind: str, workspace: Workspace, statuses: Status) -> bool:
    """Whether some channel of that kind may send it now."""
    names = [channel.name for channel in workspace.channels.values() if channel.kind == kind]
    key = (template.name, template.language)
    return any(statuses.get((name, *key), template.status) == "approved" for name in names)


def _template(template: Template, kind: str, workspace: Workspace) -> TemplateChoice:
    bound = [one.name for one in workspace.dialogs.values() if one.starts.template == template.name]
    return TemplateChoice(
        name=template.name,
        language=template.language,
        channel_kind=kind,
        header=dict(template.header) if template.header else None,
        body=template.body,
        footer=template.footer or None,
        buttons=[Button(one.text, one.url or None) for one in template.buttons],
        parameters=parameter_names(template, template.language),
        dialog=bound[0] if bound else None,
    )
