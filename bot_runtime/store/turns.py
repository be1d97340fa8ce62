"""Saving a turn: everything that follows from one event, in one script."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot_runtime.errors import StaleClaim
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Claim, Pending, pending
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

FIRST_LIST = 14  # KEYS of `save_turn.lua` from which the lists of tickets stand

_SAVE = Script.load("save_turn")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A message to send. `number` orders the contact's entries; `meta` and `payload` are JSON (`store/outbox.py`)."""

    number: int
    meta: bytes
    payload: bytes
    after: bytes = b""  # an event for the contact's inbox once the provider took it


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a turn means to a campaign's row (`campaign:number`). `answer`: `answered` or `late`, counted once.

    `answers`: a JSON object of texts that go over those the row keeps; an empty one takes its name away.
    """

    row: str
    status: str = ""
    cause: str = ""
    ticket: str = ""
    answer: str = ""
    answers: bytes = b""


@dataclass(slots=True)
class TurnChanges:
    """What a turn changes beside the event it takes. Timer members are `contact|channel|wait`."""

    set_fields: dict[str, str | bytes | int] = field(default_factory=dict)
    remove_fields: list[str] = field(default_factory=list)
    cancel_timers: list[str] = field(default_factory=list)
    start_timers: list[tuple[str, int | str]] = field(default_factory=list)  # member, ms from now or "@ms" of the clock
    journal: list[bytes] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
    unfit: list[bytes] = field(default_factory=list)  # answers that did not fit, for the authors' report
    indexed: list[tuple[str, str, int | None]] = field(default_factory=list)  # list of tickets, ticket id, order or out
    archived: list[tuple[int, bytes]] = field(default_factory=list)  # closed tickets: number, JSON
    feed: list[bytes] = field(default_factory=list)
    rows: list[RowChange] = field(default_factory=list)
    counted: list[tuple[str, str, int]] = field(default_factory=list)  # hash (`keys.of_…`), what, how many
    placed: list[tuple[str, str]] = field(default_factory=list)  # dialog version, state the session stands in or ""
    calls: list[tuple[str, int | str]] = field(default_factory=list)  # to make: member, ms from now; or "" to drop it
    moved: list[tuple[str, str]] = field(default_factory=list)  # move of people (`keys.version_name`), outcome
    request: str = ""  # the id of the person's request that this event is, and what became of it
    outcome: bytes = b""
    dead_letter: bytes = b""


@dataclass(frozen=True, slots=True)
class Saved:
    """`inbox` is what waits now (empty: the contact was released); `lane_epoch` is set if the lane is ours to send."""

    inbox: list[Pending]
    lane_epoch: str | None
    again: bool = False  # it had been saved before: nothing was changed


class Turns:
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000, journal_keep: int = 1_000) -> None:
        self._store, self._keys, self._lease_ms, self._journal_keep = store, keys, lease_ms, journal_keep

    async def save(
        self, claim: Claim, event: Pending, channel: str, changes: TurnChanges, *, claim_lane: bool = True
    ) -> Saved:
        """Save `changes` and remove `event` from the inbox, or do none of it.

        Atomic: `lua/save_turn.lua`. Saving the same turn again changes nothing, so a retry is safe. `channel` is
        where the entries leave.

        Raises:
            StaleClaim: the lease ran out and another worker has this contact now.
        """
        keys, contact = self._keys, claim.contact
        shard = shard_of(contact)
        names = [
            keys.contact(contact),
            keys.inbox(contact),
            keys.work(shard),
            keys.timers(shard),
            keys.journal(contact),
            keys.outbox(contact),
            keys.lane(contact, channel),
            keys.lanes(shard),
            keys.dead(shard),
            keys.unfit(shard),
            keys.archive(contact),
            keys.feed(shard),
            keys.result(contact, changes.request),
            *(keys.tickets(shard, index) for index, _, _ in changes.indexed),
        ]
        lane_lease = self._lease_ms if claim_lane and changes.entries else 0
        args: list[str | bytes | int] = [self._store.clock.offset_ms, contact, claim.epoch, event.number]
        args += [self._lease_ms, lane_lease, f"{contact}|{channel}", self._journal_keep]
        args.append(len(changes.set_fields))
        for name, value in changes.set_fields.items():
            args += (name, value)
        _extend(args, changes.remove_fields)
        _extend(args, changes.cancel_timers)
        args.append(len(changes.start_timers))
        for timer in changes.start_timers:
            args += timer
        _extend(args, changes.journal)
        args.append(len(changes.entries))
        for entry in changes.entries:
            args += (entry.number, entry.meta, entry.payload, entry.after)
        _extend(args, changes.unfit)
        args.append(len(changes.indexed))
        for number, (_, ticket, order) in enumerate(changes.indexed, FIRST_LIST):
            args += (number, ticket, "" if order is None else order)
        args.append(len(changes.archived))
        for archived in changes.archived:
            args += archived
        _extend(args, changes.feed)
        args.append(len(changes.rows))
        for row in changes.rows:
            args += (row.row, row.status, row.cause, row.ticket, row.answer, row.answers)
        args.append(len(changes.counted))
        for counted in changes.counted:
            args += counted
        for pairs in (changes.placed, changes.moved):
            args.append(len(pairs))
            for pair in pairs:
                args += pair
        args.append(len(changes.calls))
        for call in changes.calls:
            args += call
        args += (changes.outcome, changes.dead_letter)
        reply = await self._store.run(_SAVE, names, args)
        if reply[0] == 1:
            return Saved(pending(reply[1]), str(reply[2]) if reply[2] else None)
        if reply[0] == 0:
            return Saved([], None, again=True)
        raise StaleClaim(contact)

    async def archived(self, contact: ContactId, number: int) -> bytes | None:
        """The JSON of a closed ticket of `contact`."""
        key = self._keys.archive(contact)
        raw: bytes | None = await self._store.command("HGET", key, number, key=key)
        return raw


def _extend(args: list[str | bytes | int], values: Sequence[str | bytes]) -> None:
    args.append(len(values))
    args += values
