"""Campaigns made from a list, checked, edited and copied.

The list is kept as it came, under its digest, before the record that names it: an edit or a copy needs no second
upload, and a validation whose process died is finished from there.
"""

import asyncio
import dataclasses
import hashlib
import secrets
import zlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import structs

from bot_runtime.campaigns import plans
from bot_runtime.campaigns.lengths import sms_cost
from bot_runtime.campaigns.lists import Report, check_list
from bot_runtime.campaigns.moving import SYSTEM, Moving
from bot_runtime.campaigns.plans import Change, Checked, Wanted
from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.campaigns.record import Campaign, Placed, Problems, Sms, content_of
from bot_runtime.campaigns.sheets import Sheet, read_bytes
from bot_runtime.campaigns.words import Refused
from bot_runtime.store.campaigns import Row
from bot_runtime.store.keys import ContactId

ROWS_AT_ONCE: Final = 2_000


class ListNotTaken(ListRefused):
    """`ListRefused`, with what each column was taken for, as far as that could be told."""

    def __init__(self, faults: Sequence[Fault], columns: tuple[Placed, ...] = ()) -> None:
        super().__init__(faults)
        self.columns = columns


class Loading(Moving):
    async def validate(self, wanted: Wanted, contents: bytes, language: str = "es") -> Report:
        """What a list would be fit for; nothing is kept.

        Raises:
            Refused: a choice that cannot be.
            ListRefused: the file cannot be read as a list at all.
        """
        checked = plans.check(wanted, self.workspace, await self.statuses())
        sheet = await asyncio.to_thread(read_bytes, contents, language)
        return await asyncio.to_thread(check_list, sheet, checked.plan)

    async def create(
        self, wanted: Wanted, contents: bytes, by: str, *, file: str = "", language: str = "es", once: str = ""
    ) -> Campaign:
        """A new campaign from a list: loaded, or invalid when rows are wrong. The same `once` makes one campaign.

        Raises:
            Refused: a choice that cannot be; nothing is kept.
            ListNotTaken: the list is refused as it is; nothing is kept.
        """
        campaign_id = once[:12] or secrets.token_hex(6)
        known = await self.records.get(campaign_id) if once else None
        if known is not None and known.state != "validating":
            return known
        checked = plans.check(wanted, self.workspace, await self.statuses())
        sheet = await asyncio.to_thread(read_bytes, contents, language)
        report = await _taken(sheet, checked)
        return await self._begin(campaign_id, known, checked, sheet, report, by, file=file)

    async def begin_edit(self, campaign_id: str, by: str) -> Campaign:
        """Somebody starts to edit: a scheduled campaign does not fire any more (F126); the others stay as they are."""
        before = await self._able(campaign_id, "edit")
        return await self._move(before, "edit", by, scheduled_at=0) if before.state == "scheduled" else before

    async def edit(
        self,
        campaign_id: str,
        change: Change,
        by: str,
        *,
        contents: bytes | None = None,
        file: str = "",
        language: str = "es",
    ) -> Campaign:
        """Change choices, list or both, as if created anew. A scheduled campaign has to be scheduled again.

        Raises as `create` does; then the campaign stays as it was.
        """
        before = await self._able(campaign_id, "edit")
        wanted = plans.changed(before, change)
        checked = plans.check(wanted, self.workspace, await self.statuses())
        sheet = (
            await self._sheet(before) if contents is None else await asyncio.to_thread(read_bytes, contents, language)
        )
        report = await _taken(sheet, checked)
        skip = change.skip_wrong or (before.skip_wrong and contents is None)
        if skip:
            report = _without_wrong(report)
        digest = await self._keep(campaign_id, sheet)
        after = _chosen(checked, before, file=file or before.file, sheet=digest, skip_wrong=skip)
        await self.records.watch(campaign_id, self.clock.now_ms())
        if before.state == "scheduled":
            before = await self._move(before, "edit", by)
        begun = await self._move(before, "save", by, _as=after, file=after.file)
        if before.sheet != digest:
            await self.records.forget(campaign_id, f"sheet:{before.sheet}")
        await self.rows.drop(campaign_id)
        return await self._settle(begun, report, by)

    async def revalidate(self, campaign: Campaign) -> Campaign:
        """Finish a validation whose process died in the middle, from the list as it was kept."""
        try:
            checked = plans.check(plans.changed(campaign, Change()), self.workspace, await self.statuses())
        except Refused:  # what was chosen is gone meanwhile: an edit will say so
            return await self._move(campaign, "fail", SYSTEM)
        sheet = await self._sheet(campaign)
        report = await asyncio.to_thread(check_list, sheet, checked.plan)
        return await self._settle(campaign, _without_wrong(report) if campaign.skip_wrong else report, SYSTEM)

    async def _begin(
        self,
        campaign_id: str,
        known: Campaign | None,
        checked: Checked,
        sheet: Sheet,
        report: Report,
        by: str,
        copy_of: str = "",
        **facts: Any,
    ) -> Campaign:
        """A new campaign, or one that the same request began and did not finish."""
        digest = await self._keep(campaign_id, sheet)
        now = self.clock.now_ms()
        first = _chosen(checked, id=campaign_id, created_at=now, created_by=by, sheet=digest, **facts)
        await self.records.watch(campaign_id, now)
        begun = known or await self.records.add(first, by, file=first.file, **({"copy_of": copy_of} if copy_of else {}))
        return await self._settle(begun, report, by) if begun else await self.get(campaign_id)

    async def _settle(self, begun: Campaign, report: Report, by: str) -> Campaign:
        """Keep what was found; then the list's rows, if all are right. The last write says how it ended."""
        found = Problems(report.listed, len(report.faults), plans.placed(report))
        await self.records.keep_problems(begun.id, found)
        if report.stage != "ready":
            return await self._move(begun, "fail", by, contacts=report.rows, messages=report.rows)
        messages = len(report.recipients)
        contacts = await self._add_rows(begun, report)
        dropped, sms = report.rows - messages, None
        channel = self.workspace.channels.get(begun.channel)
        if channel is not None and channel.kind == "sms":
            template = self.workspace.templates[begun.template, begun.language]
            rows = [one.parameters for one in report.recipients]
            sms = Sms(*await asyncio.to_thread(sms_cost, template, rows, channel.limits.sms_budget))
        return await self._move(begun, "pass", by, contacts=contacts, messages=messages, dropped=dropped, sms=sms)

    async def _add_rows(self, campaign: Campaign, report: Report) -> int:
        """Store the list's rows; returns how many contacts they lead to."""
        dialog = self.workspace.dialogs.get(campaign.dialog)
        given = plans.giver(report, tuple(dialog.needs) if dialog else ())
        recipients = report.recipients
        every: list[ContactId] = []
        for start in range(0, len(recipients), ROWS_AT_ONCE):
            some = recipients[start : start + ROWS_AT_ONCE]
            every += await self.rows.contacts_of([one.phone for one in some])
        first = plans.first_rows(every, [one.row for one in recipients])
        for start in range(0, len(recipients), ROWS_AT_ONCE):
            some = recipients[start : start + ROWS_AT_ONCE]
            rows = [
                Row(
                    one.row,
                    contact,
                    one.phone,
                    one.spelling,
                    one.parameters,
                    plans.metadata_texts(one.metadata),
                    given(one),
                    first.get(contact, 0),
                )
                for one, contact in zip(some, every[start : start + ROWS_AT_ONCE], strict=True)
            ]
            await self.rows.add_rows(campaign.id, rows)
        return len(set(every))

    async def _keep(self, campaign_id: str, sheet: Sheet) -> str:
        """The digest under which the list is kept now."""
        packed = await asyncio.to_thread(_pack, sheet)
        digest = hashlib.blake2b(packed, digest_size=8).hexdigest()
        await self.records.keep(campaign_id, f"sheet:{digest}", packed)
        return digest

    async def _sheet(self, campaign: Campaign) -> Sheet:
        packed = await self.records.kept(campaign.id, f"sheet:{campaign.sheet}")
        if packed is None:
            raise Refused("no_file", "file")
        return await asyncio.to_thread(_unpack, packed)

    async def duplicate(self, campaign_id: str, by: str, language: str = "es", once: str = "") -> Campaign:
        """A campaign of its own with the same content and list, validated at once (D33)."""
        before = await self._able(campaign_id, "duplicate")
        new_id = once[:12] or secrets.token_hex(6)
        known = await self.records.get(new_id) if once else None
        if known is not None and known.state != "validating":
            return known
        suffix = " (copia)" if language.startswith("es") else " (copy)"
        name = before.name[: plans.LONGEST_NAME - len(suffix)] + suffix
        checked = plans.check(plans.changed(before, Change(name=name)), self.workspace, await self.statuses())
        sheet = await self._sheet(before)
        report = await asyncio.to_thread(check_list, sheet, checked.plan)
        if before.skip_wrong:
            report = _without_wrong(report)
        facts: dict[str, Any] = {"file": before.file, "skip_wrong": before.skip_wrong, "copy_of": before.id}
        return await self._begin(new_id, known, checked, sheet, report, by, **facts)


def _chosen(checked: Checked, before: Campaign | None = None, **facts: Any) -> Campaign:
    wanted = checked.wanted
    chosen: dict[str, Any] = {
        "name": wanted.name,
        "channel": wanted.channel,
        "department": wanted.department or "",
        "template": checked.template.name,
        "language": checked.template.language,
        "expects_answer": wanted.expects_answer,
        "wait_s": wanted.wait_s or 0,
        "remind": wanted.remind,
        "late": wanted.late,
        "busy": wanted.busy,
        "dialog": wanted.dialog or "",
        "allow_repeats": wanted.allow_repeats,
        "links": wanted.links,
        "goal": wanted.goal,
        "expects": wanted.expects,
        "custom_data": wanted.custom_data,
        "content": content_of(checked.template),
        "contacts": 0,
        "messages": 0,
        "sms": None,
        "dropped": 0,
        "scheduled_at": 0,
        "skip_wrong": False,
        **facts,
    }
    return structs.replace(before, **chosen) if before else Campaign(state="validating", **chosen)


async def _taken(sheet: Sheet, checked: Checked) -> Report:
    """The list's report, unless the file is refused at upload or a cell does not fit its metadata (D19, D30)."""
    report = await asyncio.to_thread(check_list, sheet, checked.plan)
    if report.stage in ("refused", "conflict"):
        raise ListNotTaken(report.faults, plans.placed(report))
    return report


def _without_wrong(report: Report) -> Report:
    """The list without its wrong rows; what is wrong with the whole campaign stays wrong."""
    if not report.recipients:
        raise Refused("no_row_left", "skip_wrong")
    whole = tuple(fault for fault in report.faults if fault.row is None)
    return dataclasses.replace(report, faults=whole)


def _pack(sheet: Sheet) -> bytes:
    return zlib.compress(msgspec.msgpack.encode([list(sheet.header), sheet.rows, sheet.blank]), 1)


def _unpack(packed: bytes) -> Sheet:
    kind = tuple[list[str], list[tuple[int, list[str]]], int]
    header, rows, blank = msgspec.msgpack.decode(zlib.decompress(packed), type=kind)
    return Sheet(header, rows, blank)
