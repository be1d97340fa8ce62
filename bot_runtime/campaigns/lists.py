"""A sheet's rows → recipients, and everything that keeps one from being sent to (D18–D30).

Pure: the same sheet and plan always give the same report. Every fault of every row is found before anything is sent;
the figures of a report add up: rows = recipients + wrong rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import msgspec

from bot_runtime.campaigns import metadata as links
from bot_runtime.campaigns.columns import Columns, Parameter, Template, parameters_of, place_columns
from bot_runtime.campaigns.lengths import Lengths
from bot_runtime.campaigns.metadata import Link
from bot_runtime.campaigns.problems import NO_FACTS, Fault, ListRefused, is_blank, short, visible
from bot_runtime.channels.addresses import NotAPhone, from_text
from bot_runtime.channels.base import Address
from bot_runtime.dialogs.model import Dialog
from bot_runtime.workspace import Metadata

LISTED: Final = 1_000  # faults shown; all are counted


class Sheet(Protocol):
    """Rows of text with their numbers in the spreadsheet; short rows are short."""

    @property
    def header(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[tuple[int, Sequence[str]]]: ...
    @property
    def blank(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign asks of its list. `country` is the channel's default; `channel_kind` whatsapp or sms.

    `by_hand` links headers to metadata keys, `removed` headers are linked to nothing. `defaults`: what fills an empty
    cell of the parameter of that name (F081).
    """

    template: Template
    channel_kind: str = "whatsapp"
    country: str = ""
    allow_repeats: bool = False
    metadata: Sequence[Metadata] = ()
    department: str | None = None
    by_hand: Mapping[str, str] = field(default_factory=dict)
    removed: Collection[str] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


class Recipient(msgspec.Struct, frozen=True, gc=False):
    """One row that can be sent. `phone` is canonical, `spelling` what the provider dials.

    `parameters` in the template's order, white space made single; `metadata` by key; `variables` as the report's.
    """

    row: int
    phone: str
    spelling: str
    parameters: tuple[str, ...]
    metadata: dict[str, str | bool]
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a list is fit for. `faults`: all, top row first, then left to right; those of the whole campaign first."""

    columns: Columns
    parameters: tuple[Parameter, ...]
    links: tuple[Link, ...]
    rows: int
    blank: int
    recipients: tuple[Recipient, ...]
    faults: tuple[Fault, ...]

    @property
    def listed(self) -> tuple[Fault, ...]:
        return self.faults[:LISTED]

    @property
    def wrong(self) -> int:
        """Rows with a fault."""
        return self.rows - len(self.recipients)

    @property
    def stage(self) -> Literal["refused", "conflict", "invalid", "ready"]:
        """The worst that was found: a refused file is not stored at all (D19)."""
        stages = {fault.stage for fault in self.faults}
        if "refused" in stages:
            return "refused"
        if "conflict" in stages:
            return "conflict"
        return "invalid" if stages else "ready"

    @property
    def first_conflict(self) -> Fault | None:
        """The one the form stops with (D30)."""
        return next((fault for fault in self.faults if fault.stage == "conflict"), None)


def check_list(sheet: Sheet, plan: Plan) -> Report:
    """Both validations of D19 and the types of the linked metadata, over all rows.

    Raises:
        ListRefused: no row can be read as it is: empty, no header, a column missing, a link that breaks a rule.
    """
    parameters = parameters_of(plan.template)
    if not sheet.rows and not any(map(str.strip, sheet.header)):
        raise ListRefused([Fault("empty")])
    columns = place_columns(sheet.header, parameters, plan.country)
    if not sheet.rows:
        raise ListRefused([Fault("empty")])
    return _Check(plan, columns, parameters).report(sheet)


def defaults_of(dialog: Dialog | None) -> dict[str, str]:
    """What the bound dialog declares for data that a list leaves empty."""
    needs = dialog.needs.items() if dialog is not None else ()
    return {
        name: str(need.default)
        for name, need in needs
        if need.default is not None and not isinstance(need.default, bool)
    }


class _Check:
    def __init__(self, plan: Plan, columns: Columns, parameters: tuple[Parameter, ...]) -> None:
        self.plan = plan
        self.columns = columns
        self.parameters = parameters
        self.links = links.link(columns, plan.metadata, plan.department, plan.by_hand, plan.removed)
        self.lengths = Lengths(plan.template, parameters, plan.channel_kind)
        self.width = 1 + max(columns.phone, *columns.parameters, *(one.column for one in columns.variables), 0)
        self.defaults = tuple(" ".join(plan.defaults.get(one.name, "").split()) for one in parameters)
        self.seen: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.recipients: list[Recipient] = []

    def report(self, sheet: Sheet) -> Report:
        if self.plan.template.status != "approved":
            facts = {"name": self.plan.template.name, "status": self.plan.template.status}
            self.faults.append(Fault("template_status", facts=facts))
        for row, cells in sheet.rows:
            self.row(row, cells)
        return Report(
            self.columns,
            self.parameters,
            self.links,
            rows=len(sheet.rows),
            blank=sheet.blank,
            recipients=tuple(self.recipients),
            faults=tuple(self.faults),
        )

    def row(self, row: int, cells: Sequence[str]) -> None:
        if len(cells) < self.width:
            cells = [*cells, *[""] * (self.width - len(cells))]
        faults: list[Fault] = []
        address = self.phone(row, cells, faults)
        values = self.values(row, cells, faults)
        kept = self.kept(row, cells, faults) if self.links else {}
        if faults:
            faults.sort(key=_column)
            self.faults += faults
        elif address is not None:
            variables = tuple([cells[one.column] for one in self.columns.variables])
            self.recipients.append(Recipient(row, address.canonical, address.spelling, values, kept, variables))

    def phone(self, row: int, cells: Sequence[str], faults: list[Fault]) -> Address | None:
        column = self.columns.phone
        cell = cells[column]
        try:
            address = from_text(visible(cell), self.plan.country)
        except NotAPhone as error:
            why = "missing" if error.why == "empty" else f"phone_{error.why}"
            faults.append(self.fault(why, row, column, cell))
            return None
        first = self.seen.setdefault(address.canonical, row)
        if first != row and not self.plan.allow_repeats:
            faults.append(self.fault("phone_repeated", row, column, cell, {"first": first}))
        return address

    def values(self, row: int, cells: Sequence[str], faults: list[Fault]) -> tuple[str, ...]:
        values = []
        for column, default in zip(self.columns.parameters, self.defaults, strict=True):
            value = " ".join(cells[column].split())
            if not value or (not value.isascii() and is_blank(value)):
                value = default
            if not value:
                faults.append(self.fault("missing", row, column, ""))
            values.append(value)
        for index, code, facts in () if self.lengths.surely_fit(values) else self.lengths.beyond(values):
            column = self.columns.parameters[index] if index is not None else self.columns.phone
            cell = cells[column] if index is not None else ""
            faults.append(self.fault(code, row, column, cell, facts))
        return tuple(values)

    def kept(self, row: int, cells: Sequence[str], faults: list[Fault]) -> dict[str, str | bool]:
        kept: dict[str, str | bool] = {}
        for one in self.links:
            cell = cells[one.variable.column]
            code = one.metadata.conflict(cell)
            if code:
                most = one.metadata.longest
                facts: dict[str, str | int] = {"name": one.metadata.name, "most": most, "length": len(cell)}
                faults.append(self.fault(code, row, one.variable.column, cell, facts))
            elif (value := links.stored(one.metadata, cell)) is not None:
                kept[one.metadata.key] = value
        return kept

    def fault(self, code: str, row: int, column: int, cell: str, facts: Mapping[str, str | int] = NO_FACTS) -> Fault:
        return Fault(code, row, column, self.columns.header(column), short(cell), facts)


def _column(fault: Fault) -> int:
    return fault.column if fault.column is not None else -1
