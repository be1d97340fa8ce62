"""Saving a turn: everything that follows from one event, in one script."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import structs

from bot_runtime.errors import StaleClaim
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.contacts import Claim, Pending, pending
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

_SAVE = Script.load("save_turn")


class NewEntry(msgspec.Struct, frozen=True):
    """A message to send. `number` orders the contact's entries; `meta` and `payload` are JSON (`store/outbox.py`)."""

    number: int
    meta: bytes
    payload: bytes
    after: bytes = b""  # an event for the contact's inbox once the provider took it


class RowChange(msgspec.Struct, frozen=True):
    """What a turn means to a campaign's row (`campaign:number`). `answer`: `answered` or `late`, counted once.
    `status` may be `held`: it waits until its contact is free, and is looked at again when `cause` says (ms).

    `answers`: a JSON object of texts that go over those the row keeps; an empty one takes its name away.
    """

    row: str
    status: str = ""
    cause: str = ""
    ticket: str = ""
    answer: str = ""
    answers: bytes = b""


class TurnChanges(msgspec.Struct):
    """What a turn changes beside the event it takes. Timer members are `contact|channel|wait`."""

    set_fields: dict[str, str | bytes | int] = {}
    remove_fields: list[str] = []
    cancel_timers: list[str] = []
    start_timers: list[tuple[str, int | str]] = []  # member, ms from now or "@ms" of the clock
    journal: list[bytes] = []
    entries: list[NewEntry] = []
    unfit: list[bytes] = []  # answers that did not fit, for the authors' report
    indexed: list[tuple[str, str, int | None]] = []  # list of tickets, ticket id, order or out
    archived: list[tuple[int, bytes]] = []  # closed tickets: number, JSON
    feed: list[bytes] = []
    rows: list[RowChange] = []
    counted: list[tuple[str, str, int]] = []  # hash (`keys.of_…`), what, how many
    placed: list[tuple[str, str]] = []  # dialog version, state the session stands in or ""
    calls: list[tuple[str, int | str]] = []  # to make: member, ms from now; or "" to drop it
    moved: list[tuple[str, str]] = []  # move of people (`keys.version_name`), outcome
    request: str = ""  # the id of the person's request that this event is, and what became of it
    outcome: bytes = b""
    dead_letter: bytes = b""


class Saved(msgspec.Struct, frozen=True):
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
        ]
        lane_lease = self._lease_ms if claim_lane and changes.entries else 0
        args: list[Argument] = [self._store.clock.offset_ms, contact, claim.epoch, event.number]
        args += [self._lease_ms, lane_lease, f"{contact}|{channel}", self._journal_keep]

        def add(kind: str, values: Sequence[Argument]) -> None:
            if values:
                args.extend((kind, len(values), *values))

        def add_rows(kind: str, width: int, rows: Collection[Sequence[Argument]]) -> None:
            if rows:
                args.extend((kind, width * len(rows)))
                for row in rows:
                    args.extend(row)

        def add_to(kind: str, key: str, values: Sequence[Argument]) -> None:
            names.append(key)
            add(kind, (len(names), *values))

        add_rows("set", 2, changes.set_fields.items())
        add("unset", changes.remove_fields)
        add("cancel", changes.cancel_timers)
        add_rows("start", 2, changes.start_timers)
        add("journal", changes.journal)
        add_rows("send", 4, [(one.number, one.meta, one.payload, one.after) for one in changes.entries])
        if changes.unfit:
            add_to("unfit", keys.unfit(shard), changes.unfit)
        listed = [(ticket, "" if order is None else order) for _, ticket, order in changes.indexed]
        add_rows("tickets", 3, [(number, *one) for number, one in enumerate(listed, len(names) + 1)])
        names += [keys.tickets(shard, index) for index, _, _ in changes.indexed]
        if changes.archived:
            add_to("closed", keys.archive(contact), [part for pair in changes.archived for part in pair])
        if changes.feed:
            add_to("feed", keys.feed(shard), changes.feed)
        add_rows("rows", 6, [structs.astuple(row) for row in changes.rows])
        add_rows("count", 3, changes.counted)
        add_rows("place", 2, changes.placed)
        add_rows("moved", 2, changes.moved)
        add_rows("calls", 2, changes.calls)
        if changes.outcome:
            add_to("outcome", keys.result(contact, changes.request), (changes.outcome,))
        if changes.dead_letter:
            add_to("dead", keys.dead(shard), (changes.dead_letter,))
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
