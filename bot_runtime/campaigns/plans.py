"""What a manager asks for, checked against the workspace; and a checked list as rows to store. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from bot_runtime.campaigns import policies, reminders
from bot_runtime.campaigns.columns import Columns, parameters_of, same_name
from bot_runtime.campaigns.declared import check_declared
from bot_runtime.campaigns.lists import Plan, Recipient, Report, defaults_of
from bot_runtime.campaigns.record import Campaign, Placed, content_of
from bot_runtime.campaigns.reminders import Reminder
from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.dialogs.languages import VARIABLE, tag_of
from bot_runtime.exports import letter
from bot_runtime.store.keys import ContactId
from bot_runtime.workspace import ChannelConfig, Template, Workspace

LONGEST_NAME: Final = 120
LONGEST_WAIT_S: Final = 86_400

Status = Mapping[tuple[str, str, str], str]  # (channel, template, language) → what the provider last said of it


class Wanted(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A campaign as its form sends it. `department` null: none. `links`: header → metadata key, null: left out.
    `late`: what becomes of late answers (D05); `busy`: of contacts in a conversation (D51).

    `goal`, `expects` (datum → type) and `custom_data`: what is declared of it, all of it optional (F022).
    """

    name: str
    channel: str
    department: str | None
    template: str
    language: str = ""
    expects_answer: bool
    wait_s: int | None = None
    remind: tuple[Reminder, ...] = ()
    late: LateAnswers = policies.ORDINARY
    busy: str = policies.BUSY[0]
    dialog: str | None = None
    allow_repeats: bool = False
    links: dict[str, str | None] = {}
    goal: str = ""
    expects: dict[str, str] = {}
    custom_data: tuple[str, ...] = ()


class Change(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an edit changes; what is left out stays. `skip_wrong`: go on without the wrong rows (D25)."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    channel: str | msgspec.UnsetType = msgspec.UNSET
    department: str | msgspec.UnsetType | None = msgspec.UNSET
    template: str | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    expects_answer: bool | msgspec.UnsetType = msgspec.UNSET
    wait_s: int | msgspec.UnsetType | None = msgspec.UNSET
    remind: tuple[Reminder, ...] | msgspec.UnsetType = msgspec.UNSET
    late: LateAnswers | msgspec.UnsetType = msgspec.UNSET
    busy: str | msgspec.UnsetType = msgspec.UNSET
    dialog: str | msgspec.UnsetType | None = msgspec.UNSET
    allow_repeats: bool | msgspec.UnsetType = msgspec.UNSET
    links: dict[str, str | None] | msgspec.UnsetType = msgspec.UNSET
    goal: str | msgspec.UnsetType = msgspec.UNSET
    expects: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    custom_data: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    skip_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A campaign's choices, all of them possible, with what they mean for its list."""

    wanted: Wanted
    template: Template
    plan: Plan


def changed(campaign: Campaign, change: Change) -> Wanted:
    """The campaign's choices after an edit. Another template forgets the language and the links it had."""
    facts: dict[str, Any] = {
        name: value
        for name, value in msgspec.structs.asdict(change).items()
        if value is not msgspec.UNSET and name != "skip_wrong"
    }
    stands = {
        "name": campaign.name,
        "channel": campaign.channel,
        "department": campaign.department or None,
        "template": campaign.template,
        "language": "" if "template" in facts else campaign.language,
        "expects_answer": campaign.expects_answer,
        "wait_s": campaign.wait_s if campaign.expects_answer else None,
        "remind": campaign.remind if campaign.expects_answer else (),
        "late": campaign.late,
        "busy": campaign.busy,
        "dialog": campaign.dialog or None,
        "allow_repeats": campaign.allow_repeats,
        "links": campaign.links,
        "goal": campaign.goal,
        "expects": campaign.expects,
        "custom_data": campaign.custom_data,
    }
    return Wanted(**(stands | facts))


def check_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("name", "name", got=name[:LONGEST_NAME])
    return name


def check(wanted: Wanted, workspace: Workspace, statuses: Status) -> Checked:
    """Whether such a campaign can be.

    Raises:
        Refused: the first choice that cannot be, with its field.
    """
    name = check_name(wanted.name)
    _known("unknown_channel", "channel", wanted.channel, workspace.channels)
    if wanted.department:
        _known("unknown_department", "department", wanted.department, workspace.departments)
    template = find_template(workspace, wanted.template, wanted.language)
    _check_answer(wanted, workspace)
    check_declared(wanted.goal, wanted.expects, wanted.custom_data)
    wait_s = wanted.wait_s if wanted.expects_answer else 0
    channel = workspace.channels[wanted.channel]
    status = statuses.get((channel.name, template.name, template.language), template.status)
    plan = Plan(
        replace(template, status=status),
        channel_kind=channel.kind,
        country=channel.default_country or "",
        allow_repeats=wanted.allow_repeats,
        metadata=workspace.metadata,
        department=wanted.department or None,
        by_hand={header: key for header, key in wanted.links.items() if key is not None},
        removed=[header for header, key in wanted.links.items() if key is None],
        defaults=defaults_of(workspace.dialogs.get(wanted.dialog or "")),
    )
    remind = _reminders(wanted, workspace, template, channel, statuses) if wanted.remind else ()
    late = policies.check_late(wanted.late, parameter_names(template, template.language), channel.kind)
    policies.check_busy(wanted.busy)
    chosen = msgspec.structs.replace(
        wanted, name=name, language=template.language, wait_s=wait_s, remind=remind, late=late
    )
    return Checked(chosen, template, plan)


def _check_answer(wanted: Wanted, workspace: Workspace) -> None:
    """ "Expects an answer?" decides about the wait (D01) and the bot (F107)."""
    if not wanted.expects_answer:
        if wanted.dialog:
            raise Refused("bot_informative", "dialog", got=wanted.dialog)
        if wanted.wait_s:
            raise Refused("wait_informative", "wait_s", got=wanted.wait_s)
        if wanted.remind:
            raise Refused("remind_informative", "remind")
        if wanted.late != policies.ORDINARY:
            raise Refused("late_informative", "late")
        return
    if wanted.wait_s is None:
        raise Refused("wait_missing", "wait_s")
    if not 0 <= wanted.wait_s <= LONGEST_WAIT_S or wanted.wait_s % 60:
        raise Refused("wait_range", "wait_s", got=wanted.wait_s)
    if wanted.dialog:
        _known("unknown_dialog", "dialog", wanted.dialog, workspace.dialogs)


def _reminders(
    wanted: Wanted, workspace: Workspace, template: Template, channel: ChannelConfig, statuses: Status
) -> tuple[Reminder, ...]:
    """The reminders with what their templates bring, all of them possible (F054)."""
    reminders.check_times(wanted.remind, wanted.wait_s or 0)
    names = parameter_names(template, template.language)
    found = []
    for one in wanted.remind:
        again = find_template(workspace, one.template, one.language) if one.template else None
        if again is not None:
            status = statuses.get((channel.name, again.name, again.language), again.status)
            if status != "approved":
                raise Refused("remind_status", "remind", got=again.name, stands=status)
        found.append(reminders.checked(one, again, names, channel.kind))
    return tuple(found)


def find_template(workspace: Workspace, name: str, language: str = "") -> Template:
    """The template of that name and language; without a language, the only one, or that of the workspace's language."""
    named = {key[1]: template for key, template in workspace.templates.items() if key[0] == name}
    if language in named:
        return named[language]
    if not named or language:
        known = sorted({f"{one} ({its_language})" for one, its_language in workspace.templates})
        raise Refused(
            "unknown_template", "template", got=f"{name} ({language})" if language else name, known=_list(known)
        )
    if len(named) == 1:
        return next(iter(named.values()))
    if workspace.language in named:
        return named[workspace.language]
    raise Refused("template_language", "language", name=name, known=_list(named))


def unusable(campaign: Campaign, workspace: Workspace, statuses: Status) -> Refused | None:
    """Why a loaded campaign can't be sent as things are now (D16, D39); None when it can."""
    if campaign.channel not in workspace.channels:
        return Refused("channel_gone", "channel", status=409, name=campaign.channel)
    if campaign.dialog and campaign.dialog not in workspace.dialogs:
        return Refused("dialog_gone", "dialog", status=409, name=campaign.dialog)
    template = workspace.templates.get((campaign.template, campaign.language))
    if template is None:
        return Refused("template_gone", "template", status=409, name=campaign.template)
    status = statuses.get((campaign.channel, template.name, template.language), template.status)
    if status != "approved":
        return Refused("template_status", "template", status=409, name=template.name, stands=status)
    if content_of(template) != campaign.content:
        return Refused("template_changed", "template", status=409, name=template.name)
    return None


def moment(day: date, at: time, zone: str, now: datetime) -> datetime:
    """The UTC moment of a local date and time (D38).

    A time the clocks skip moves forward by the gap; one that happens twice is the first.

    Raises:
        Refused: the zone is unknown, or the moment is not after the current minute.
    """
    try:
        local = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Refused("unknown_zone", "zone", got=zone[:60]) from None
    # fold=0 takes the offset from before the change: the first of two, and past the gap by as much as it is wide.
    meant = datetime.combine(day, at.replace(second=0, microsecond=0, fold=0, tzinfo=None), local).astimezone(UTC)
    if meant < now.replace(second=0, microsecond=0) + timedelta(minutes=1):
        said = now.astimezone(local).strftime("%Y-%m-%d %H:%M")
        raise Refused("past", "time", got=f"{day} {at:%H:%M}", now=said, zone=zone)
    return meant


LANGUAGE_COLUMNS: Final = ("language", "idioma")
"""Headers of the column that says which language a contact speaks (F023)."""


def giver(report: Report, needs: Collection[str]) -> Callable[[Recipient], dict[str, str]]:
    """What the bound dialog may read of a row: its parameters by name, and the columns named like data it needs."""
    by_header = {same_name(name): name for name in needs}
    names = [parameter.name for parameter in report.parameters]
    wanted = [(at, by_header.get(same_name(one.header))) for at, one in enumerate(report.columns.variables)]
    columns = [(at, name) for at, name in wanted if name is not None]
    spoken = [at for at, one in enumerate(report.columns.variables) if same_name(one.header) in LANGUAGE_COLUMNS]

    def given(recipient: Recipient) -> dict[str, str]:
        values = dict(zip(names, recipient.parameters, strict=True))
        for at, name in columns:
            if value := recipient.variables[at].strip():
                values.setdefault(name, value)
        if spoken and (language := tag_of(recipient.variables[spoken[0]])):
            values.setdefault(VARIABLE, language)
        return values

    return given


def first_rows(contacts: Sequence[ContactId], numbers: Sequence[int]) -> dict[ContactId, int]:
    """The first row of each contact that has several."""
    first: dict[ContactId, int] = {}
    again: dict[ContactId, int] = {}
    for contact, number in zip(contacts, numbers, strict=True):
        if first.setdefault(contact, number) != number:
            again[contact] = first[contact]
    return again


def metadata_texts(metadata: Mapping[str, str | bool]) -> dict[str, str]:
    """As tickets keep them: yes/no as 1 and 0, as the list wrote it."""
    return {key: value if isinstance(value, str) else str(int(value)) for key, value in metadata.items()}


def placed(report: Report) -> tuple[Placed, ...]:
    """What each column was taken for, in the order of the sheet."""
    columns: Columns = report.columns
    uses: dict[int, tuple[str, str, str | None]] = {columns.phone: ("phone", "", None)}
    for parameter, at in zip(report.parameters, columns.parameters, strict=True):
        uses[at] = ("parameter", parameter.name, None)
    linked = {link.variable.column: link.metadata.key for link in report.links}
    for variable in columns.variables:
        uses[variable.column] = ("variable", variable.header, linked.get(variable.column))
    return tuple(
        Placed(letter(at), columns.header(at), use, name, key) for at, (use, name, key) in sorted(uses.items())
    )


def parameter_names(template: Template, language: str) -> list[str]:
    return [parameter.name for parameter in parameters_of(template, language)]


def _known(code: str, field: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise Refused(code, field, got=name, known=_list(known))


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
