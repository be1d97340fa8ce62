"""Taking in what a webhook brought: everything is in the store before it gets its 200 (guarantee 1)."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Mapping

import msgspec
import structlog

from bot_runtime.campaigns.catalogue import Catalogue, lists_templates
from bot_runtime.channels.base import (
    AddressChanged,
    Channel,
    Ignored,
    LevelReported,
    Parsed,
    Received,
    StatusReported,
    TemplatesChanged,
)
from bot_runtime.dialogs.events import AnyEvent, ConsentChanged, DialogRequested, SendRefused
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import Limits
from bot_runtime.runtime.outbox import LaneSender
from bot_runtime.runtime.reports import DeliveryReports
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.runtime.watermarks import Watermarks
from bot_runtime.store.clock import Clock
from bot_runtime.store.contacts import Claim, Contacts, NotReplicated
from bot_runtime.store.keys import ContactId, hash64
from bot_runtime.store.outbox import Entry, Outbox

MOST_BUSY = 1_000  # turns in progress here before new ones are left to whoever looks next
FORGOTTEN_S = 5.0  # so much of what it acknowledged may a store lose that does not sync every write
MOST_RECENT = 50_000  # webhooks
AGAIN_S = 0.1

log = structlog.get_logger("ingest")


class Ingest:
    def __init__(
        self,
        contacts: Contacts,
        outbox: Outbox,
        definitions: Definitions,
        turns: TurnTaker | None,
        clock: Clock,
        limits: Limits,
        watermarks: Watermarks,
        catalogue: Catalogue,
        sender: LaneSender | None = None,
    ) -> None:
        """`turns` None: a process that only answers HTTP and leaves turns and sends to others."""
        self._contacts, self._definitions, self._turns, self._clock = contacts, definitions, turns, clock
        self.reports = DeliveryReports(contacts, outbox, clock, self.tell, self._channel, limits, sender)
        self._watermarks, self._catalogue = watermarks, catalogue
        self._recent: deque[tuple[float, Channel, list[Parsed]]] = deque()  # what was acknowledged, and when
        self._again: asyncio.Task[None] | None = None

    async def take_in(self, channel: Channel, items: list[Parsed]) -> None:
        """Store everything one webhook held; those of one contact in their order. Once it returns, all of it is kept.

        Raises:
            StoreUnavailable: some of it may not be kept; the provider must send all of it again (repeats do no harm).
        """
        self._start(await self._keep(channel, items))

    async def take_in_and_go_on(self, channel: Channel, items: list[Parsed], kept: "asyncio.Future[None]") -> None:
        """The same, told to `kept` once all is kept, or why not. Where one turn follows, this task takes it then."""
        try:
            claim = await self._keep(channel, items)
        except Exception as error:
            if not kept.done():
                kept.set_exception(error)
            return
        if not kept.done():
            kept.set_result(None)
        if claim and self._turns:
            await self._turns.take(claim)

    async def _keep(self, channel: Channel, items: list[Parsed]) -> Claim | None:
        self._watermarks.check()
        if self._again:  # what a store forgot goes first
            await asyncio.shield(self._again)
        claim = await self._take_in(channel, items)
        now = time.monotonic()
        self._recent.append((now, channel, items))
        while self._recent[0][0] < now - FORGOTTEN_S or len(self._recent) > MOST_RECENT:
            self._recent.popleft()
        return claim

    def append_again(self) -> None:
        """Another process of the store answers, which may have lost what we acknowledged last: append that again before
        anything else. The store drops what it did not lose."""
        since = time.monotonic() - FORGOTTEN_S
        recent = [(channel, items) for at, channel, items in self._recent if at >= since]
        if recent and self._again is None:
            self._again = asyncio.create_task(self._append_again(recent))

    async def _append_again(self, recent: list[tuple[Channel, list[Parsed]]]) -> None:
        together: dict[str, tuple[Channel, list[Parsed]]] = {}
        for channel, items in recent:
            same = together.setdefault(channel.name, (channel, []))[1]
            same += (item for item in items if not isinstance(item, Received) or item.event.message_id)
        try:
            for channel, items in together.values():
                await self._until_kept(channel, items)
        finally:
            self._again = None
        log.warning("appended_again", webhooks=len(recent))

    async def _until_kept(self, channel: Channel, items: list[Parsed]) -> None:
        while True:
            try:
                return self._start(await self._take_in(channel, items))
            except StoreUnavailable:
                await asyncio.sleep(AGAIN_S)
            except Exception:
                log.exception("append_again_failed", channel=channel.name)
                return None

    async def _take_in(self, channel: Channel, items: list[Parsed]) -> Claim | None:
        """Store the items. The claim that a single one brought is the caller's; those of several have begun."""
        if len(items) == 1:
            return await self._one(channel, items[0])
        by_contact: dict[str, list[Parsed]] = {}
        for item in items:
            whose = item.addresses[0].canonical if isinstance(item, Received) else ""
            by_contact.setdefault(whose, []).append(item)
        await asyncio.gather(*(self._in_order(channel, same) for same in by_contact.values()))
        return None

    async def request_dialog(self, channel: str, addresses: list[tuple[str, str]], event: DialogRequested) -> ContactId:
        self._watermarks.check()
        contact, claim, _ = await self._append(addresses, channel, event, None)
        self._start(claim)
        return contact

    async def opted_out(self, contact: ContactId, channel: str, evidence: str) -> None:
        """The provider refused a message because the contact opted out there."""
        event = ConsentChanged(at=self._clock.now(), channel=channel, message_id="", opted_out=True, evidence=evidence)
        await self.tell(contact, event)

    async def refused(self, entry: Entry, code: str) -> None:
        """The provider would have taken another message in place of this one."""
        wait = int(entry.meta.w.partition(":")[0]) if entry.meta.w else 0
        event = SendRefused(at=self._clock.now(), channel=entry.channel, wait=wait, code=code)
        await self.tell(entry.contact, event, hash64(f"refused {entry.id}"))

    async def tell(self, contact: ContactId, event: AnyEvent, once: int | None = None) -> None:
        """Append an event of our own to a contact's inbox; those with the same number count once."""
        _, claim, _ = await self._append([], event.channel, event, once, contact)
        self._start(claim)

    async def _append(
        self,
        addresses: list[tuple[str, str]],
        channel: str,
        event: AnyEvent,
        once: int | None,
        contact: ContactId | None = None,
    ) -> tuple[ContactId, Claim | None, bool]:
        """Append an event: the contact, the claim on it if it is ours now, and whether the event was new."""
        try:
            return await self._contacts.append(addresses, channel, event, once, claim=self._has_room(), contact=contact)
        except NotReplicated as error:
            self._start(error.claim)
            raise

    def _start(self, claim: Claim | None) -> None:
        if claim and self._turns:
            self._turns.start(claim)

    async def _in_order(self, channel: Channel, items: Iterable[Parsed]) -> None:
        for item in items:
            self._start(await self._one(channel, item))

    async def _one(self, channel: Channel, item: Parsed) -> Claim | None:
        match item:
            case Received():
                return await self._received(channel, item)
            case StatusReported():
                await self.reports.take(self._by_account(channel, item.account), item)
            case LevelReported():
                await self.reports.limits.reported(channel, item.business, item.contacts)
            case TemplatesChanged():
                await self._ask_for_templates(channel, item)
            case AddressChanged():
                await self._contacts.join(item.old.canonical, (item.new.canonical, item.new.spelling))
                log.info("address_changed", channel=channel.name)
            case Ignored(why=why):
                log.info("webhook_item_ignored", channel=channel.name, why=why)
        return None

    async def _ask_for_templates(self, came_to: Channel, item: TemplatesChanged) -> None:
        """The provider's whole list is read anew, by whoever looks next: what one webhook says may be old by then."""
        log.info("templates_changed", channel=came_to.name, why=item.why)
        for channel in list(self._definitions.channels.values()):
            if lists_templates(channel) and item.business in ("", channel.waba_id):
                await self._catalogue.look_again(channel.name, 0)

    async def _received(self, came_to: Channel, item: Received) -> Claim | None:
        channel = self._by_account(came_to, item.account)
        event = item.event
        if channel.name != event.channel:
            event = msgspec.structs.replace(event, channel=channel.name)
        once = hash64(f"{channel.name}:{event.message_id}") if event.message_id else None
        addresses = [(address.canonical, address.spelling) for address in item.addresses]
        contact, claim, new = await self._append(addresses, channel.name, event, once)
        if not new:
            log.info("repeat_dropped", channel=channel.name, contact_id=contact)
        return claim

    def _by_account(self, came_to: Channel, account: str) -> Channel:
        """Numbers of one Meta app share a webhook URL: the account in the payload says which channel it is."""
        if account in ("", came_to.account):
            return came_to
        channels: Mapping[str, Channel] = self._definitions.channels
        for channel in channels.values():
            if channel.provider == came_to.provider and channel.account == account:
                return channel
        return came_to

    def _channel(self, name: str) -> Channel | None:
        return self._definitions.channels.get(name)

    def _has_room(self) -> bool:
        return self._turns is not None and self._turns.busy < MOST_BUSY
