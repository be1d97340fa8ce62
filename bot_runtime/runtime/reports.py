"""Delivery reports: each settles or moves its entry, and what its code means for contact, number and channel follows.

A report whose message nobody knows is parked (`store/reports.py`), and taken up again when its entry comes.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot_runtime import metrics
from bot_runtime.channels.base import Channel, StatusReported
from bot_runtime.channels.errors import meaning
from bot_runtime.dialogs.events import AnyEvent, CampaignFailed, ConsentChanged
from bot_runtime.runtime.limits import Limits
from bot_runtime.runtime.outbox import LEAVE_ALONE_MS, LaneSender
from bot_runtime.runtime.retries import TEMPLATE_CODES
from bot_runtime.store.clock import Clock
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId, hash64
from bot_runtime.store.outbox import Merged, Outbox
from bot_runtime.store.reports import RANK, Parked, ParkedReport

Tell = Callable[[ContactId, AnyEvent, int | None], Awaitable[None]]
"""Append an event to a contact's inbox; the number makes it count once."""

log = structlog.get_logger("reports")


@dataclass(slots=True)
class DeliveryReports:
    """`sender` is this process's own, if it sends: it knows the ids of what left here lately."""

    contacts: Contacts
    outbox: Outbox
    clock: Clock
    tell: Tell
    channel: Callable[[str], Channel | None]
    limits: Limits
    sender: LaneSender | None = None

    async def take(self, channel: Channel, item: StatusReported) -> None:
        """Merge one report, or park it."""
        entry_id = item.entry or await self._entry_of(item.external_id, item.recipient)
        report = ParkedReport(
            channel.name, item.status, RANK[item.status], entry_id, item.external_id, item.code, item.recipient
        )
        if not entry_id or not await self._merge(entry_id, report):
            await self.outbox.park(report, await self._contact_of(item.recipient))
            log.info("status_parked", channel=channel.name, entry_id=entry_id, status=item.status)

    async def take_up(self, contact: ContactId, entry_id: str, name: str) -> None:
        """The entry has come whose report was parked under `name`: its own id, or `x:` and the provider's."""
        parked = await self.outbox.parked(contact, name)
        if parked is not None and await self._merge(entry_id, parked.report):
            await self.outbox.unpark(parked)

    async def let_go(self, parked: Parked) -> None:
        """Ten minutes have passed: try once more, then only the log keeps it."""
        report = parked.report
        entry_id = report.entry or await self._entry_of(report.external_id, report.recipient)
        if not entry_id or not await self._merge(entry_id, report):
            log.warning(
                "status_of_unknown_entry",
                channel=report.channel,
                entry_id=report.entry,
                external_id=report.external_id,
                status=report.status,
                code=report.code,
            )
        await self.outbox.unpark(parked)

    async def _merge(self, entry_id: str, report: ParkedReport) -> bool:
        merged = await self.outbox.merge_status(entry_id, report.status, report.external_id, report.code)
        if merged is None:
            return False
        await self.outbox.heard(report.channel, merged.marked_ms)
        if merged.changed:
            metrics.REPORTS.labels(report.channel, merged.status).inc()
        log.info(
            "status_merged",
            channel=report.channel,
            entry_id=entry_id,
            status=merged.status,
            new=merged.changed,
            code=report.code,
        )
        await self._follow(ContactId(entry_id.rpartition(".")[0]), entry_id, report, merged)
        return True

    async def _follow(self, contact: ContactId, entry_id: str, report: ParkedReport, merged: Merged) -> None:
        """The same code has the same class as in an answer (D88), as far as that still matters for a message sent."""
        channel, now = report.channel, self.clock.now()
        if merged.row and merged.status == "failed":
            campaign, _, row = merged.row.rpartition(":")
            failed = CampaignFailed(at=now, channel=channel, campaign=campaign, row=int(row))
            await self.tell(contact, failed, hash64(f"failed {entry_id}"))
        if not merged.changed or not report.code:
            return
        known = self.channel(channel)
        if known is None:
            return
        match meaning(known.provider, report.code).kind:
            case "O":
                out = ConsentChanged(at=now, channel=channel, message_id="", opted_out=True, evidence=report.code)
                await self.tell(contact, out, None)
            case "L":
                await self.outbox.leave_alone(contact, channel, self.clock.now_ms() + LEAVE_ALONE_MS)
            case "T":
                await self.limits.slow_down(known, report.code)
            case "A" if self.sender and report.code not in TEMPLATE_CODES:
                await self.sender.gates.alarm(channel, known.provider, report.code)

    async def _entry_of(self, external_id: str, recipient: str) -> str:
        """The entry that the provider knows by this id, if this process or the recipient's outbox remembers it."""
        if self.sender and (entry_id := self.sender.sent.entry_of(external_id)):
            return entry_id
        contact = await self._contact_of(recipient)
        if contact is None:
            return ""
        known = await self.outbox.entries(contact)
        return next((f"{contact}.{number}" for number, meta in known.items() if meta.x == external_id), "")

    async def _contact_of(self, recipient: str) -> ContactId | None:
        return await self.contacts.find(recipient) if recipient else None
