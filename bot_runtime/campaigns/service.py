"""Campaigns for pages, commands and keys: made from a list, edited, launched, paused, ended, by the table of `machine`.

Every method that changes one takes `by`, the id of whoever asked, and answers the record as it is afterwards. The
order of writes is the order of safety: a gate closes before the record says paused and opens after it says sending; the
scheduler (`schedule.py`) mends what a process that died in between left half done.
"""

import asyncio
import dataclasses
import secrets
import zlib
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any, Final

import msgspec
from msgspec import structs

from bot_runtime.campaigns import plans
from bot_runtime.campaigns.catalogue import Catalogue
from bot_runtime.campaigns.lists import Report, check_list
from bot_runtime.campaigns.machine import ACTIONS, Action, DuplicateFrom, allowed, moved, states_that_allow
from bot_runtime.campaigns.plans import Change, Checked, Wanted
from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.campaigns.record import Campaign, CampaignRecords, ChangedMeanwhile, Placed, Problems, content_of
from bot_runtime.campaigns.sheets import Sheet, read_bytes
from bot_runtime.campaigns.words import Refused, word
from bot_runtime.store.campaigns import CampaignRows, Gate, Row
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace

ROWS_AT_ONCE: Final = 2_000
SYSTEM: Final = "system"

_GATES: Final[dict[str, Gate]] = {"sending": "sending", "paused": "paused", "cancelled": "cancelled"}


class WrongState(Refused):
    """The campaign's state does not allow this; `allowed` says what it does."""

    def __init__(self, campaign: Campaign, action: Action, duplicate_from: DuplicateFrom) -> None:
        super().__init__("state", status=409, state=campaign.state)
        self.state = campaign.state
        self.allowed = allowed(campaign.state, campaign.archived, duplicate_from)
        self.states = sorted(states_that_allow(action, duplicate_from))


class ListNotTaken(ListRefused):
    """`ListRefused`, with what each column was taken for, as far as that could be told."""

    def __init__(self, faults: Sequence[Fault], columns: tuple[Placed, ...] = ()) -> None:
        super().__init__(faults)
        self.columns = columns


class Campaigns:
    """`workspace` is asked each time: it changes while we run."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        workspace: Callable[[], Workspace],
        duplicate_from: DuplicateFrom = "completed",
    ) -> None:
        self.records = CampaignRecords(store, keys)
        self.rows = CampaignRows(store, keys)
        self.catalogue = Catalogue(store, keys)
        self.clock = store.clock
        self._workspace, self.duplicate_from = workspace, duplicate_from

    @property
    def workspace(self) -> Workspace:
        return self._workspace()

    async def get(self, campaign_id: str) -> Campaign:
        """Raises Refused (404) when there is none."""
        campaign = await self.records.get(campaign_id)
        if campaign is None:
            raise Refused("no_such_campaign", "id", status=404, got=campaign_id[:40])
        return campaign

    async def active(self, but: str = "") -> list[Campaign]:
        """The campaigns of which a wait may still run, or that are being sent; newest first (D37)."""
        now = self.clock.now_ms()
        every = await self.records.many([one for one, _ in await self.records.ids() if one != but])
        return [one for one in every if is_active(one, now)]

    # Making and editing

    async def validate(self, wanted: Wanted, contents: bytes, language: str = "es") -> Report:
        """What a list would be fit for; nothing is kept.

        Raises:
            Refused: a choice that cannot be.
            ListRefused: the file cannot be read as a list at all.
        """
        checked = plans.check(wanted, self.workspace, await self.catalogue.statuses(self.workspace))
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
        checked = plans.check(wanted, self.workspace, await self.catalogue.statuses(self.workspace))
        sheet = await asyncio.to_thread(read_bytes, contents, language)
        report = await _taken(sheet, checked)
        now = self.clock.now_ms()
        first = _chosen(checked, id=campaign_id, created_at=now, created_by=by, file=file)
        await self.records.watch(campaign_id, now)
        begun = known or await self.records.add(first, by, file=file)
        if begun is None:
            return await self.get(campaign_id)
        return await self._settle(begun, sheet, report, by)

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
        checked = plans.check(wanted, self.workspace, await self.catalogue.statuses(self.workspace))
        sheet = (
            await self._sheet(before) if contents is None else await asyncio.to_thread(read_bytes, contents, language)
        )
        report = await _taken(sheet, checked)
        if change.skip_wrong:
            report = _without_wrong(report)
        after = _chosen(checked, before, file=file or before.file)
        await self.records.watch(campaign_id, self.clock.now_ms())
        if before.state == "scheduled":
            before = await self._move(before, "edit", by)
        begun = await self._move(before, "save", by, _as=after, file=after.file)
        await self.rows.drop(campaign_id)
        return await self._settle(begun, sheet, report, by)

    async def revalidate(self, campaign: Campaign) -> Campaign:
        """Finish a validation whose process died in the middle, from the list as it was kept."""
        if await self.records.kept(campaign.id, "sheet") is None:  # it died before that: nobody was told it exists
            return await self._move(campaign, "fail", SYSTEM)
        wanted = plans.changed(campaign, Change())
        checked = plans.check(wanted, self.workspace, await self.catalogue.statuses(self.workspace))
        sheet = await self._sheet(campaign)
        report = await asyncio.to_thread(check_list, sheet, checked.plan)
        return await self._settle(campaign, sheet, report, SYSTEM)

    async def _settle(self, begun: Campaign, sheet: Sheet, report: Report, by: str) -> Campaign:
        """Keep the list with what was found; then its rows, if all are right. The last write says how it ended."""
        packed = await asyncio.to_thread(_pack, sheet)
        await self.records.keep(begun.id, "sheet", packed)
        found = Problems(report.listed, len(report.faults), plans.placed(report))
        await self.records.keep_problems(begun.id, found)
        if report.stage != "ready":
            return await self._move(begun, "fail", by, contacts=report.rows)
        await self._add_rows(begun, report)
        contacts = len(report.recipients)
        return await self._move(begun, "pass", by, contacts=contacts, dropped=report.rows - contacts)

    async def _add_rows(self, campaign: Campaign, report: Report) -> None:
        dialog = self.workspace.dialogs.get(campaign.dialog)
        needs = tuple(dialog.needs) if dialog else ()
        for start in range(0, len(report.recipients), ROWS_AT_ONCE):
            some = report.recipients[start : start + ROWS_AT_ONCE]
            contacts = await asyncio.gather(*(self.rows.contact_of(one.phone) for one in some))
            rows = [
                Row(
                    one.row,
                    contact,
                    one.phone,
                    one.spelling,
                    one.parameters,
                    plans.metadata_texts(one.metadata),
                    plans.given(one, report, needs),
                )
                for one, contact in zip(some, contacts, strict=True)
            ]
            await self.rows.add_rows(campaign.id, rows)

    async def _sheet(self, campaign: Campaign) -> Sheet:
        packed = await self.records.kept(campaign.id, "sheet")
        if packed is None:
            raise Refused("no_file", "file")
        return await asyncio.to_thread(_unpack, packed)

    # Sending

    async def launch(self, campaign_id: str, confirm: int, by: str) -> Campaign:
        """Send now. `confirm` is the number of messages the manager saw (F122); a second launch finds it sending."""
        before = await self._able(campaign_id, "launch")
        if confirm != before.contacts:
            raise Refused("confirm", "confirm", got=confirm, messages=before.contacts)
        await self._check_usable(before)
        now = self.clock.now_ms()
        await self.records.watch(campaign_id, now)
        return await self._move(before, "launch", by, planned=before.contacts, sent_at=now, cause="")

    async def schedule(self, campaign_id: str, day: date, at: time, zone: str, by: str) -> Campaign:
        """Launch by itself at a local date and time (D38); without a zone, that of `bot.yaml`."""
        before = await self._able(campaign_id, "schedule")
        zone = zone or self.workspace.time_zone
        due = plans.moment(day, at, zone, self.clock.now())
        await self._check_usable(before)
        due_ms = int(due.timestamp() * 1000)
        await self.records.watch(campaign_id, due_ms)
        return await self._move(before, "schedule", by, scheduled_at=due_ms, zone=zone)

    async def unschedule(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "unschedule")
        return await self._move(before, "unschedule", by, scheduled_at=0)

    async def pause(self, campaign_id: str, by: str, cause: str = "person") -> Campaign:
        """Let nothing new start; what is already leaving leaves (D40)."""
        before = await self._able(campaign_id, "pause")
        return await self._move(before, "pause", by, cause=cause)

    async def resume(self, campaign_id: str, by: str) -> Campaign:
        """Go on with exactly those left."""
        before = await self._able(campaign_id, "resume")
        await self._check_usable(before)
        now = self.clock.now_ms()
        begun: dict[str, Any] = {} if before.sent_at else {"sent_at": now, "planned": before.contacts}
        await self.records.watch(campaign_id, now)
        reviewed = before.reviewed or before.cause == "refusals"
        return await self._move(before, "resume", by, cause="", reviewed=reviewed, **begun)

    async def cancel(self, campaign_id: str, by: str) -> Campaign:
        """Settle the unsent as cancelled; tickets and waits of the sent go on."""
        before = await self._able(campaign_id, "cancel")
        await self.records.watch(campaign_id, self.clock.now_ms())
        ends = max(self.clock.now_ms(), await self.last_sent_ms(before) + before.wait_s * 1000)
        after = await self._move(before, "cancel", by, cause="", ends_at=ends)
        await self.rows.cancel_pending(campaign_id)
        return after

    async def last_sent_ms(self, campaign: Campaign) -> int:
        """When the provider accepted the latest message; 0: none yet."""
        if not campaign.sent_at:
            return 0
        return max((state.a for _, state in await self.rows.rows(campaign.id)), default=0)

    async def align(self, campaign: Campaign) -> None:
        """Make the gate say what the record says: whoever changed the record may have died before the gate."""
        if (gate := _GATES.get(campaign.state)) is not None:
            await self.rows.set_gate(campaign.id, gate)

    async def _check_usable(self, campaign: Campaign) -> None:
        problem = plans.unusable(campaign, self.workspace, await self.catalogue.statuses(self.workspace))
        if problem is not None:
            raise problem

    # Names and marks

    async def rename(self, campaign_id: str, name: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "rename")
        name = plans.check_name(name)
        return await self._save(before, structs.replace(before, name=name), by, "renamed", name=name)

    async def duplicate(self, campaign_id: str, by: str, language: str = "es", once: str = "") -> Campaign:
        """A campaign of its own with the same content and list, validated at once (D33)."""
        before = await self._able(campaign_id, "duplicate")
        new_id = once[:12] or secrets.token_hex(6)
        known = await self.records.get(new_id) if once else None
        if known is not None and known.state != "validating":
            return known
        suffix = " (copia)" if language.startswith("es") else " (copy)"
        name = before.name[: plans.LONGEST_NAME - len(suffix)] + suffix
        checked = plans.check(plans.changed(before, Change(name=name)), self.workspace, await self._statuses())
        sheet = await self._sheet(before)
        report = await asyncio.to_thread(check_list, sheet, checked.plan)
        if before.dropped and report.stage == "invalid":
            report = _without_wrong(report)
        now = self.clock.now_ms()
        first = _chosen(checked, id=new_id, created_at=now, created_by=by, file=before.file)
        await self.records.watch(new_id, now)
        begun = known or await self.records.add(first, by, copy_of=before.id)
        return await self._settle(begun, sheet, report, by) if begun else await self.get(new_id)

    async def _statuses(self) -> plans.Status:
        return await self.catalogue.statuses(self.workspace)

    async def delete(self, campaign_id: str, by: str) -> None:
        """Forget a campaign that sent nothing, its list too; a scheduled one never fires then."""
        before = await self._able(campaign_id, "delete")
        await self._save(before, structs.replace(before, deleted=True), by, "deleted")
        await self.rows.drop(campaign_id)
        await self.records.forget_list(campaign_id)

    async def archive(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "archive")
        return await self._save(before, structs.replace(before, archived=True), by, "archived")

    async def restore(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "restore")
        return await self._save(before, structs.replace(before, archived=False), by, "restored")

    # Moving

    async def _able(self, campaign_id: str, action: Action) -> Campaign:
        campaign = await self.get(campaign_id)
        if action not in allowed(campaign.state, campaign.archived, self.duplicate_from):
            raise WrongState(campaign, action, self.duplicate_from)
        return campaign

    async def _move(
        self, before: Campaign, trigger: str, by: str, _as: Campaign | None = None, file: str = "", **changes: Any
    ) -> Campaign:
        """Take one transition of the machine and make the gate follow."""
        state = moved(before.state, trigger)
        if state is None:
            raise WrongState(before, trigger if trigger in ACTIONS else "edit", self.duplicate_from)  # type: ignore[arg-type]
        facts = {"file": file} if file else {}
        saved = await self._save(before, structs.replace(_as or before, state=state, **changes), by, trigger, **facts)
        await self.align(saved)
        return saved

    async def move(self, before: Campaign, trigger: str, **changes: Any) -> Campaign:
        """The same for the scheduler."""
        return await self._move(before, trigger, SYSTEM, **changes)

    async def _save(self, before: Campaign, after: Campaign, by: str, what: str, **facts: Any) -> Campaign:
        try:
            return await self.records.save(before, after, by, what, **facts)
        except ChangedMeanwhile:
            raise Refused("changed_meanwhile", status=409) from None


def is_active(campaign: Campaign, now_ms: int) -> bool:
    """Being sent, or a wait of it may still run; an informative one only while it is being sent (D37)."""
    if campaign.state in ("sending", "paused"):
        return campaign.sent_at > 0
    return campaign.expects_answer and campaign.ends_at > now_ms


def warnings(active: Sequence[Campaign], language: str) -> list[dict[str, Any]]:
    """What a page asks to confirm; the API returns it and goes on (F106)."""
    if not active:
        return []
    named = [{"id": one.id, "name": one.name} for one in active]
    message = word("active_campaigns", language, names=", ".join(one.name for one in active))
    return [{"code": "active_campaigns", "message": message, "campaigns": named}]


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
        "dialog": wanted.dialog or "",
        "allow_repeats": wanted.allow_repeats,
        "links": wanted.links,
        "content": content_of(checked.template),
        "contacts": 0,
        "dropped": 0,
        "scheduled_at": 0,
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
        raise Refused("nobody_left", "skip_wrong")
    whole = tuple(fault for fault in report.faults if fault.row is None)
    return dataclasses.replace(report, faults=whole)


def _pack(sheet: Sheet) -> bytes:
    return zlib.compress(msgspec.msgpack.encode([list(sheet.header), sheet.rows, sheet.blank]), 1)


def _unpack(packed: bytes) -> Sheet:
    kind = tuple[list[str], list[tuple[int, list[str]]], int]
    header, rows, blank = msgspec.msgpack.decode(zlib.decompress(packed), type=kind)
    return Sheet(header, rows, blank)
