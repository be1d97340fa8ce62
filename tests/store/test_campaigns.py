"""A campaign's counts are kept by the scripts that move its rows, and always say what a recount of the rows would."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec
import pytest

from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.store.campaigns import PAGE, CampaignRows, Row
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Claim, Contacts
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.store.outbox import Meta, Outbox, Payload
from bot_runtime.store.turns import NewEntry, RowChange, TurnChanges, Turns
from tests.campaigns.recount import differs

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = {"pause_ms": 0, "borrow_ms": 0, "expire_ms": 600_000, "opt_out_holds_all": False}


@pytest.fixture
def rows(store: Store, keys: Keys) -> CampaignRows:
    return CampaignRows(store, keys)


async def listed(rows: CampaignRows, campaign: str, people: list[int]) -> list[Row]:
    """A row for each number of `people`; a number that comes again is the same person again."""
    first = {person: people.index(person) + 2 for person in people if people.count(person) > 1}
    made = []
    for number, person in enumerate(people, 2):
        address = f"tel:+52{person}"
        contact = await rows.contact_of(address)
        made.append(Row(number, contact, address, address[4:], first=first.get(person, 0)))
    await rows.add_rows(campaign, made)
    await rows.set_gate(campaign, "sending")
    return made


class History:
    """One campaign, and everything that can happen to its rows, one thing after the other at random."""

    def __init__(self, seed: int, store: Store, keys: Keys, listed: list[Row]) -> None:
        self.dice, self.store, self.listed = random.Random(seed), store, listed
        self.rows, self.contacts, self.outbox = CampaignRows(store, keys), Contacts(store, keys), Outbox(store, keys)
        self.turns, self.keys = Turns(store, keys), keys
        self.sent = dict.fromkeys((row.contact for row in listed), 0)

    async def step(self) -> None:
        await self.store.clock.advance(self.dice.uniform(0.001, 20))
        acts: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self.feed, 6),
            (self.send, 6),
            (self.report, 5),
            (self.answer, 4),
            (self.turn_gate, 1),
        ]
        act = self.dice.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        await act()

    async def feed(self) -> None:
        row = self.dice.choice(self.listed)
        event = TextReceived(at=NOW, channel="wa", message_id="", text="reached")
        fed = await self.rows.feed("c1", row, "wa", event)
        if fed is None or fed.claim is None:
            return
        name, chance = f"c1:{row.number}", self.dice.random()
        changes = TurnChanges(rows=[RowChange(name, "skipped", "opt_out")])
        if chance < 0.1:  # they are in a conversation
            again_at = str(self.store.clock.now_ms() + 60_000)
            changes = TurnChanges(rows=[RowChange(name, "held", again_at)])
        elif chance < 0.9:
            number = self.sent[ContactId(row.contact)] = self.sent[ContactId(row.contact)] + 1
            meta = Meta("queued", "template", 0, g=f"c1:{row.number}")
            payload = Payload(row.to, SendText("due"))
            changes = TurnChanges(entries=[NewEntry(number, msgspec.json.encode(meta), msgspec.json.encode(payload))])
        await self.save(fed.claim, changes)

    async def save(self, claim: Claim, changes: TurnChanges) -> None:
        """As a worker does whose first answer got lost: twice."""
        for _ in range(2):
            await self.turns.save(claim, claim.inbox[0], "wa", changes, claim_lane=False)

    async def send(self) -> None:
        entry = await self.outbox.claim_lane(ContactId(self.dice.choice(self.listed).contact), "wa")
        if entry is None:
            return
        mark = await self.outbox.mark_sending(entry, **RULES)
        outcome = mark.verdict or self.dice.choice(["sent", "sent", "sent", "failed", "unknown", "expired", "queued"])
        if mark.verdict or mark.at_ms:
            for _ in range(2):
                await self.outbox.settle(entry, outcome, external_id=f"x{entry.id}", code="")

    async def report(self) -> None:
        row = self.dice.choice(self.listed)
        number = self.dice.randint(1, max(self.sent[ContactId(row.contact)], 1))
        status = self.dice.choice(["sent", "delivered", "delivered", "read", "failed"])
        for _ in range(2):
            await self.outbox.merge_status(
                f"{row.contact}.{number}", status, "", "131026" if status == "failed" else ""
            )

    async def answer(self) -> None:
        row = self.dice.choice(self.listed)
        event = TextReceived(at=NOW, channel="wa", message_id=f"m{self.dice.random()}", text="hola")
        _, claim, _ = await self.contacts.append([(row.address, row.to)], "wa", event, once=self.dice.randrange(2**60))
        assert claim is not None
        said = self.dice.choice(["answered", "late"])
        await self.save(claim, TurnChanges(rows=[RowChange(f"c1:{row.number}", answer=said)]))

    async def turn_gate(self) -> None:
        await self.rows.set_gate("c1", self.dice.choice(["sending", "paused"]))


async def no_ticket(ticket: str) -> None:
    raise AssertionError(ticket)


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_the_counts_are_those_of_a_recount(
    seed: int, store: Store, keys: Keys, rows: CampaignRows
):
    people = [random.Random(seed).randint(1, 9) for _ in range(14)]  # most of them more than once
    history = History(seed, store, keys, await listed(rows, "c1", people))

    for _ in range(150):
        await history.step()
        assert await differs(rows, "c1", no_ticket) == ""
    await rows.set_gate("c1", "cancelled")
    await rows.cancel_pending("c1")
    assert await differs(rows, "c1", no_ticket) == ""
    counts = await rows.counts("c1")
    assert counts["pending"] == 0
    assert counts["accepted"] > 0
    assert counts["reached"] <= len(set(people))
    latest = max(state.a for _, state in await rows.rows("c1"))
    assert await rows.last_sent_ms("c1") == latest


async def test_many_addresses_lead_where_each_does(rows: CampaignRows, contacts: Contacts):
    event = TextReceived(at=NOW, channel="wa", message_id="m", text="hola")
    joined, _, _ = await contacts.append([("tel:+5255", "5255"), ("tel:+5299", "5299")], "wa", event, once=1)
    addresses = [f"tel:+52{number}" for number in (*range(40), 55, 99)]

    found = await rows.contacts_of(addresses)
    assert found == [await rows.contact_of(address) for address in addresses]
    assert found[-2:] == [joined, joined]  # two numbers of one person


async def test_pages_hold_every_row_once_in_the_lists_order(rows: CampaignRows):
    await listed(rows, "c1", list(range(2 * PAGE + 7)))

    pages = [page async for page in rows.pages("c1")]
    assert [len(page) for page in pages] == [PAGE, PAGE, 7]
    assert [row.number for page in pages for row, _ in page] == list(range(2, 2 * PAGE + 9))
    assert [row.number for row, _ in await rows.rows("c1", after=100, limit=3)] == [101, 102, 103]


async def test_pages_of_one_status_leave_the_others_out(rows: CampaignRows):
    made = await listed(rows, "c1", list(range(20)))
    event = TextReceived(at=NOW, channel="wa", message_id="m", text="reached")
    for row in made[3:5]:
        await rows.feed("c1", row, "wa", event)

    assert [row.number for row, _ in await rows.rows("c1", status="queued")] == [5, 6]
    assert len(await rows.order("c1", status="pending")) == 18


async def test_a_campaign_that_is_dropped_leaves_nothing(rows: CampaignRows, store: Store):
    before = await store.command("KEYS", "*")
    await listed(rows, "c1", [1, 1, 2])
    await rows.drop("c1")
    assert sorted(await store.command("KEYS", "*")) == sorted(before)


async def hold(rows: CampaignRows, turns: Turns, row: Row, again_at: int) -> None:
    """The row is given to its contact, whose turn finds them in a conversation."""
    fed = await rows.feed("c1", row, "wa", TextReceived(at=NOW, channel="wa", message_id="", text="reached"))
    assert fed is not None
    assert fed.claim is not None
    changes = TurnChanges(rows=[RowChange(f"c1:{row.number}", "held", str(again_at))])
    for _ in range(2):
        await turns.save(fed.claim, fed.claim.inbox[0], "wa", changes, claim_lane=False)


async def held(rows: CampaignRows, keys: Keys) -> list[tuple[Row, int]]:
    return [one for shard in range(keys.shards) for one in await rows.held("c1", shard, 10)]


async def test_a_row_that_waits_for_its_contact_is_found_when_its_time_comes_and_given_out_once(
    rows: CampaignRows, store: Store, keys: Keys
):
    turns = Turns(store, keys)
    (row,) = await listed(rows, "c1", [1])
    since = store.clock.now_ms()
    await hold(rows, turns, row, since + 60_000)
    assert await held(rows, keys) == []
    assert [len(await rows.todo("c1", shard, 10)) for shard in range(keys.shards)] == [0] * keys.shards
    await store.clock.advance(61)
    ((found, since_ms),) = await held(rows, keys)
    assert (found, since <= since_ms < since + 60_000) == (row, True)
    await hold(rows, turns, row, since + 120_000)
    counts = await rows.counts("c1")
    assert (counts["pending"], counts["b:queued"], counts["b:waiting"]) == (1, 1, 1)  # still once
    await store.clock.advance(60)
    assert [since for _, since in await held(rows, keys)] == [since_ms]  # as of the first time


async def test_a_row_that_was_under_way_when_its_campaign_was_cancelled_does_not_wait(
    rows: CampaignRows, store: Store, keys: Keys
):
    (row,) = await listed(rows, "c1", [1])
    fed = await rows.feed("c1", row, "wa", TextReceived(at=NOW, channel="wa", message_id="", text="reached"))
    assert fed is not None
    assert fed.claim is not None
    await rows.set_gate("c1", "cancelled")
    await rows.cancel_pending("c1")
    changes = TurnChanges(rows=[RowChange("c1:2", "held", "0")])
    await Turns(store, keys).save(fed.claim, fed.claim.inbox[0], "wa", changes, claim_lane=False)
    assert (await rows.counts("c1"))["cancelled"] == 1
    assert await held(rows, keys) == []
    assert await differs(rows, "c1", no_ticket) == ""
