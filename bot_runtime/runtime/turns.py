"""Taking turns: one contact at a time, its events in order, each saved whole before the next."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import msgspec
import structlog
from msgspec import structs

from bot_runtime import metrics
from bot_runtime.channels.base import Channel
from bot_runtime.dialogs import texts
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import (
    AnyEvent,
    CampaignAccepted,
    CampaignFailed,
    CampaignReached,
    ContactChanged,
    DialogDue,
    DialogReplaced,
    Inbound,
    MediaReceived,
    Message,
    OutsideEvent,
    SendRefused,
    TicketEvent,
    TicketTimedOut,
    TimedOut,
    WindowCloses,
)
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.errors import StaleClaim, StoreUnavailable
from bot_runtime.runtime.attachments import Attachments, wanted_bytes
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.decide import Team, decide, decide_for_team, outrun
from bot_runtime.runtime.decide_campaign import decide_accepted, decide_failed, decide_reached, decide_wait_end
from bot_runtime.runtime.decide_contact import decide_contact
from bot_runtime.runtime.decide_due import decide_due
from bot_runtime.runtime.decide_outside import decide_outside
from bot_runtime.runtime.decide_refused import decide_refused
from bot_runtime.runtime.decide_replaced import decide_replaced
from bot_runtime.runtime.decide_window import decide_window
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.draft import Converse, Turn
from bot_runtime.runtime.outbox import LaneSender
from bot_runtime.store.clock import Clock
from bot_runtime.store.contacts import Claim, Contacts, DeadLetter, Pending
from bot_runtime.store.keys import ContactId, of_trial, version_name
from bot_runtime.store.outbox import Entry, Meta, Payload
from bot_runtime.store.turns import NewEntry, RowChange, Saved, TurnChanges, Turns
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import Ticket
from bot_runtime.versions.trial import tally, tally_dead

TRY_AGAIN_MS = (2_000, 10_000)  # after a try that failed; a third one makes the event a dead letter
MOST_TRIES = len(TRY_AGAIN_MS) + 1
CRASHED = "the process ended during its turn"
STORE_AWAY_S = 0.2
MOST_WHY = 500  # characters

log = structlog.get_logger("turns")

OnTurn = Callable[[str, str], None]  # contact, channel: something changed that a page may want to show


class TurnTaker:
    def __init__(
        self,
        contacts: Contacts,
        turns: Turns,
        definitions: Definitions,
        clock: Clock,
        sender: LaneSender | None,
        on_turn: OnTurn | None = None,
    ) -> None:
        self._contacts, self._turns, self._definitions, self._clock = contacts, turns, definitions, clock
        self._sender, self._on_turn = sender, on_turn
        self._tasks: set[asyncio.Task[Any]] = set()
        self._one_suspect = asyncio.Lock()
        self._draining = False
        self.attachments: Attachments | None = None  # where files go that contacts send
        self.on_call: Callable[[str], None] | None = None  # a saved turn asked for this call to the outside

    @property
    def busy(self) -> int:
        return len(self._tasks)

    def start(self, claim: Claim) -> None:
        """Take the turns of a contact we hold, until its inbox is empty."""
        task = asyncio.create_task(self._take_all(claim))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def take(self, claim: Claim) -> None:
        """The same in the task that asks for it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._take_all(claim)
        finally:
            self._tasks.discard(task)

    async def drain(self) -> None:
        """Finish the turns that began; while the store is away they are left to whoever claims their contacts next."""
        self._draining = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _take_all(self, claim: Claim) -> None:
        contact = Contact(claim.contact, claim.fields)
        inbox = claim.inbox
        try:
            while inbox:
                try:
                    if tried := claim.tries(inbox[0]):
                        async with self._one_suspect:  # what killed a process before takes no other suspect with it
                            saved = await self._try(claim, contact, inbox, tried)
                    else:
                        saved = await self._try(claim, contact, inbox, 0)
                except StoreUnavailable as error:
                    log.warning("store_away", contact_id=claim.contact, error=str(error))
                    if self._draining:
                        return
                    await asyncio.sleep(STORE_AWAY_S)
                    continue  # the same turn again: saving it twice changes nothing, and by then it may not be ours
                if saved is None:
                    return
                inbox = saved.inbox
        except StaleClaim:
            metrics.LEASES_LOST.labels("contact").inc()
            log.info("claim_lost", contact_id=claim.contact)
        except Exception:
            log.exception("turn_not_given_up", contact_id=claim.contact)  # the lease ends, and it is tried again

    async def _try(self, claim: Claim, contact: Contact, inbox: list[Pending], tried: int) -> Saved | None:
        """Take the head event, tried so often before; None if it failed and is to be tried again later.

        A first try leaves no mark of its own: `claim_contact.lua` finds the lease of who died of it. From the second
        on, each is counted before it begins.
        """
        pending, why = inbox[0], CRASHED
        if tried < MOST_TRIES:
            if tried and not await self._contacts.count_try(claim, pending, tried + 1):
                raise StaleClaim(claim.contact)
            try:
                return await self._take(claim, contact, inbox)
            except (StaleClaim, StoreUnavailable):
                raise
            except Exception as error:
                log.exception("turn_failed", contact_id=claim.contact, event_number=pending.number, tries=tried + 1)
                why = f"{type(error).__name__}: {error}"[:MOST_WHY]
            if tried < len(TRY_AGAIN_MS):
                metrics.TURNS_FAILED.labels("tried").inc()
                await self._contacts.count_try(claim, pending, tried + 1, TRY_AGAIN_MS[tried])
                return None
        metrics.TURNS_FAILED.labels("dead").inc()
        return await self._give_up(claim, contact, pending, why, min(tried + 1, MOST_TRIES))

    async def _take(self, claim: Claim, contact: Contact, inbox: list[Pending]) -> Saved:
        started = time.perf_counter()
        pending = inbox[0]
        event = pending.decode()
        channel = self._definitions.channels.get(_channel_of(event))
        if channel is None:
            log.warning("channel_gone", contact_id=claim.contact, channel=_channel_of(event))
            changes = TurnChanges(moved=_struck_off(event, "gone"))
            return await self._turns.save(claim, pending, _channel_of(event), changes)
        if isinstance(event, TimedOut) and outrun(event, _readable(inbox[1:])):
            return await self._turns.save(claim, pending, channel.name, TurnChanges())
        session = contact.session(channel.name)
        pinned, versions = await self._definitions.of_session(session)
        if isinstance(event, MediaReceived):
            ticket = desk.current(contact.tickets(), channel.name)
            if most := wanted_bytes(event, session, pinned, ticket):
                event = await self._fetched(channel, claim.contact, event, most)
        book, now_ms = self._definitions.book_for(contact.id), self._clock.now_ms()

        def step(session, event, about, opted_out, dialog=None):  # type: ignore[no-untyped-def]
            return converse(book, session, dialog or pinned, event, about, opted_out, versions)

        taken = int(pending.number)
        if isinstance(event, Message | TimedOut):
            department = self._definitions.department(channel.name)
            turn = decide(contact, channel, session, event, step, book, now_ms, taken, department, pinned)
        else:
            turn = await self._decide_other(
                contact, channel, session, event, step, book, now_ms, taken, pinned, versions
            )
        for trial in self._definitions.trials.values():
            counted = tally(trial, session, turn.session, event, turn.unfit)
            turn.changes.counted += [(of_trial(trial.name), what, 1) for what in counted]
        saved = await self._save(claim, contact, pending, channel.name, turn)
        took_s = time.perf_counter() - started
        metrics.TURN_SECONDS.observe(took_s)
        if self._sender and isinstance(event, Inbound):
            self._sender.mark_read(channel, event.message_id)
        log.info(
            "turn_taken",
            contact_id=claim.contact,
            channel=channel.name,
            event_number=pending.number,
            came_from=turn.came_from,
            now_in=turn.now_in,
            sends=len(turn.changes.entries),
            took_ms=round(took_s * 1000, 2),
        )
        for flag in turn.flags:
            log.warning("flagged", contact_id=claim.contact, channel=channel.name, cause=flag)
        return saved

    async def _decide_other(
        self,
        contact: Contact,
        channel: Channel,
        session: Session | None,
        event: AnyEvent,
        step: Converse,
        book: Book,
        now_ms: int,
        taken: int,
        pinned: Dialog | None,
        versions: Mapping[str, Dialog],
    ) -> Turn:
        """What is neither a message nor the end of a wait: what we, the team, campaigns or the world did."""
        match event:
            case TicketEvent():
                ticket = await self._ticket(contact, event.ticket)
                workspace = self._definitions.workspace
                team = Team(workspace.close_reasons, pinned, workspace.metadata, book.placed, book.shelf(versions))
                return decide_for_team(contact, channel, session, event, ticket, team, now_ms, taken)
            case CampaignAccepted():
                return decide_accepted(contact, channel, session, event, book, now_ms, taken)
            case CampaignReached():
                return decide_reached(contact, channel, session, event, now_ms, taken)
            case SendRefused():
                return decide_refused(contact, channel, session, event, now_ms, taken)
            case CampaignFailed():
                return decide_failed(contact, channel, session, event, now_ms, taken)
            case DialogReplaced():
                move, new = await self._definitions.move(event.dialog, event.number)
                shelf = book.shelf(versions)
                return decide_replaced(contact, channel, session, event, move, pinned, new, book, now_ms, taken, shelf)
            case TicketTimedOut():
                return decide_wait_end(contact, channel, session, event, step, now_ms, taken)
            case WindowCloses():
                return decide_window(contact, channel, session, event, now_ms, taken)
            case ContactChanged():
                return decide_contact(contact, event)
        take = partial(decide, contact, channel, session, converse=step, book=book, now_ms=now_ms, number=taken)
        match event:
            case DialogDue():
                return decide_due(contact, channel, session, event, book, partial(take, pinned=pinned), now_ms, taken)
            case OutsideEvent():
                return decide_outside(contact, session, pinned, event, partial(take, event, pinned=pinned))
        return take(event, department=self._definitions.department(channel.name), pinned=pinned)

    async def _fetched(self, channel: Channel, contact: str, event: MediaReceived, most: int) -> MediaReceived:
        if self.attachments is None:  # a command without a server keeps no files: the contact is asked again
            return structs.replace(event, trouble="unreachable")
        return await self.attachments.fetched(channel, contact, event, most)

    async def _ticket(self, contact: Contact, number: int) -> Ticket | None:
        """One of the contact's tickets, open or closed."""
        known = next((ticket for ticket in contact.tickets() if ticket.number == number), None)
        if known is None and (raw := await self._turns.archived(ContactId(contact.id), number)):
            known = msgspec.json.decode(raw, type=Ticket)
        return known

    async def _save(self, claim: Claim, contact: Contact, pending: Pending, channel: str, turn: Turn) -> Saved:
        saved = await self._turns.save(claim, pending, channel, turn.changes, claim_lane=self._sender is not None)
        if saved.inbox:
            contact.apply(turn.changes)
        if self.on_call:
            for member, due in turn.changes.calls:
                if due == 0:
                    self.on_call(member)
        if saved.lane_epoch and self._sender:
            first = turn.changes.entries[0].number
            entry = Entry(claim.contact, channel, saved.lane_epoch, str(first), turn.metas[0], turn.payloads[0])
            self._sender.start(entry)
        if self._on_turn:
            self._on_turn(claim.contact, channel)
        return saved

    async def _give_up(self, claim: Claim, contact: Contact, pending: Pending, why: str, tries: int) -> Saved:
        """The event becomes a dead letter, whole; the contact is told once that something went wrong."""
        letter_id = f"{claim.contact}.{pending.number}"
        log.error(
            "dead_letter", contact_id=claim.contact, event_number=pending.number, letter_id=letter_id, tries=tries
        )
        letter = DeadLetter(
            letter_id, claim.contact, self._clock.now(), why, tries, pending.raw.decode(errors="replace")
        )
        changes = TurnChanges(dead_letter=msgspec.json.encode(letter), remove_fields=["tries"])
        try:
            name, turn = self._apology(contact, pending, changes)
            for trial in self._definitions.trials.values():
                dead = tally_dead(trial, contact.session(name))
                changes.counted += [(of_trial(trial.name), what, 1) for what in dead]
        except Exception:  # what cannot be read may stop this, too: then it is put aside without a word
            log.exception("apology_failed", contact_id=claim.contact, event_number=pending.number)
            name, turn = "", Turn(changes)
        return await self._save(claim, contact, pending, name, turn)

    def _apology(self, contact: Contact, pending: Pending, changes: TurnChanges) -> tuple[str, Turn]:
        """The channel, and what the contact is told there: nothing where nobody waits for an answer."""
        turn = Turn(changes)
        told = msgspec.json.decode(pending.raw)
        name = str(told.get("channel", ""))
        if told.get("is") == "campaign_reached":  # nothing left, and nobody waits for an answer
            changes.rows.append(RowChange(f"{told['campaign']}:{told['row']}", "failed", "dead_letter"))
        elif told.get("is") == "dialog_replaced":  # they keep their version
            changes.moved.append((version_name(told["dialog"], told["number"]), "failed"))
        elif name in self._definitions.channels and contact.spelling(name) and not contact.text(f"out:{name}"):
            number = int(contact.text("n") or 0) + 1
            text = SendText(texts.say(self._definitions.workspace.language, "error_text"))
            turn.metas.append(Meta("queued", "reply", self._clock.now_ms()))
            turn.payloads.append(Payload(contact.spelling(name), text))
            encode = msgspec.json.encode
            changes.entries.append(NewEntry(number, encode(turn.metas[0]), encode(turn.payloads[0])))
            changes.set_fields["n"] = number
        return name, turn


def _channel_of(event: AnyEvent) -> str:
    return event.channel


def _struck_off(event: AnyEvent, outcome: str) -> list[tuple[str, str]]:
    return [(version_name(event.dialog, event.number), outcome)] if isinstance(event, DialogReplaced) else []


def _readable(inbox: Iterable[Pending]) -> list[AnyEvent]:
    """The events that can be read; one that cannot is no business of those before it."""
    events = []
    for pending in inbox:
        with contextlib.suppress(msgspec.DecodeError):
            events.append(pending.decode())
    return events
