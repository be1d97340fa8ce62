"""The limits' scripts on the real store: no second above the rate, no 24 hours above the level, whoever asks, dies."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys, digest64
from bot_runtime.store.limits import DAY_MS, EARLY_MS, SENDING_MS, SLOT_MS, Done, LimitStore, Place, Wish

SECOND_MS = 1_000
ON_ONE_STORE = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
_runs = itertools.count()


@pytest.fixture
def limits(store: Store, keys: Keys) -> LimitStore:
    return LimitStore(store, keys)


def wish(name: str, spared: float = 0, entry: str = "") -> Wish:
    return Wish(digest64(name), spared, entry)


async def take(limits: LimitStore, name: str, limit: int, spared: float = 0, entry: str = "") -> Place:
    (place,) = await limits.take_places("business", limit, [wish(name, spared, entry)])
    return place


async def leave(limits: LimitStore, name: str, place: Place) -> None:
    await limits.settle_places("business", [Done(digest64(name), place.until_ms, None)])


# The rate


async def test_slots_lie_apart_and_nobody_gets_the_same(limits: LimitStore):
    first, _ = await limits.take_slots("wa", 100, per_s=100, share=1, ahead_ms=500)
    second, wait_ms = await limits.take_slots("wa", 100, per_s=100, share=1, ahead_ms=500)

    apart = (SECOND_MS + SLOT_MS) / 100
    assert len(first) == 46  # half a second's worth
    assert all(later - earlier >= apart - 0.01 for earlier, later in itertools.pairwise(first + second))
    assert wait_ms <= apart + 1


async def test_too_fast_halves_the_rate_once_and_it_recovers(limits: LimitStore, store: Store):
    assert await limits.slow_down("wa", 5_000) == 0.5
    assert await limits.slow_down("wa", 5_000) == 0.5  # the answers to what left together
    slots, wait_ms = await limits.take_slots("wa", 10, per_s=100, share=1, ahead_ms=SECOND_MS)
    assert (slots, wait_ms) == ([], pytest.approx(5_000, abs=200))

    await store.advance_clock(5)
    slots, _ = await limits.take_slots("wa", 10, per_s=100, share=1, ahead_ms=SECOND_MS)
    assert slots[1] - slots[0] == pytest.approx(11 / 0.667, rel=0.03)
    assert await limits.slow_down("wa", 0) == pytest.approx(0.333, abs=0.02)
    await store.advance_clock(90)
    assert (await limits.rate("wa")).speed == 1


async def test_a_campaign_leaves_a_share_of_the_rate_and_replies_come_first(limits: LimitStore, store: Store):
    """A campaign that takes all it can get; a reply now and then waits no longer than the campaign books ahead."""
    campaign: list[float] = []
    replies: list[float] = []
    waits: list[float] = []
    for round_ in range(400):
        await store.advance_clock(0.01)
        campaign += (await limits.take_slots("wa", 50, per_s=80, share=0.9, ahead_ms=50))[0]
        if round_ % 7 == 0:
            asked = limits.clock.now_s() * 1000
            slots, _ = await limits.take_slots("wa", 1, per_s=80, share=1, ahead_ms=250)
            replies += slots
            waits += [slot - asked for slot in slots]
    span_s = (campaign[-1] - campaign[0]) / 1000

    assert len(replies) == 58  # none was sent away
    assert max(waits) < 50 + 2 * 1.1 * SECOND_MS / 80 + 5
    assert len(campaign) / span_s <= 0.9 * 80 / 1.1 + 1
    assert len(campaign) / span_s > 0.7 * 80 / 1.1  # nor does the campaign starve


async def test_replies_alone_may_take_the_whole_rate(limits: LimitStore):
    slots, _ = await limits.take_slots("wa", 1_000, per_s=80, share=1, ahead_ms=1_100)
    assert len(slots) in (80, 81)


TAKES = st.lists(
    st.tuples(
        st.integers(1, 30),  # how many it asks for
        st.sampled_from([(1.0, 250), (0.9, 50)]),  # a reply's or a campaign's
        st.sampled_from([0, 5, 20, 60, 150]),  # ms that pass before
        st.sampled_from([-EARLY_MS, 0, SLOT_MS - EARLY_MS - 0.01]),  # how early or late in its slot each leaves
        st.sampled_from([False, False, False, True]),  # it dies with what it took
    ),
    min_size=20,
    max_size=60,
)


@ON_ONE_STORE
@given(takes=TAKES, per_s=st.sampled_from([1, 5, 20, 80, 333]))
async def test_no_second_holds_more_than_the_rate(limits: LimitStore, store: Store, takes: list, per_s: int):
    channel, started = f"wa{next(_runs)}", []
    for wanted, (share, ahead_ms), pass_ms, shift, dies in takes:
        await store.advance_clock(pass_ms / 1000)
        slots, _ = await limits.take_slots(channel, wanted, per_s, share, ahead_ms)
        started += [] if dies else [slot + shift for slot in slots]
    started.sort()

    assert all(later - earlier >= SECOND_MS - 0.1 for earlier, later in zip(started, started[per_s:], strict=False))


# The level


async def test_a_place_is_a_contacts_for_24_hours_after_its_send(limits: LimitStore, store: Store):
    ana = await take(limits, "Ana", 1)
    assert ana.until_ms == pytest.approx(limits.clock.now_ms() + DAY_MS + SENDING_MS, abs=200)
    await store.advance_clock(30)
    await leave(limits, "Ana", ana)

    assert (await take(limits, "Luis", 1)).wait_ms == pytest.approx(DAY_MS, abs=200)
    again = await take(limits, "Ana", 1)  # who has a place needs no other
    assert again.wait_ms == 0
    await leave(limits, "Ana", again)
    await store.advance_clock(DAY_MS / 1000)
    assert (await take(limits, "Luis", 1)).wait_ms == 0


async def test_what_never_left_gives_its_place_back(limits: LimitStore):
    ana = await take(limits, "Ana", 1)
    assert ana.before_ms == 0
    await limits.settle_places("business", [Done(digest64("Ana"), ana.until_ms, ana.before_ms)])
    assert (await take(limits, "Luis", 1)).wait_ms == 0


async def test_giving_back_leaves_the_place_that_an_earlier_message_took(limits: LimitStore, store: Store):
    await leave(limits, "Ana", await take(limits, "Ana", 1))
    await store.advance_clock(3600)
    second = await take(limits, "Ana", 1)
    assert second.before_ms
    await limits.settle_places("business", [Done(digest64("Ana"), second.until_ms, second.before_ms)])
    assert (await take(limits, "Luis", 1)).wait_ms == pytest.approx(DAY_MS - 3_600_000, abs=200)


async def test_of_two_messages_to_one_contact_neither_shortens_the_place_of_the_other(limits: LimitStore):
    first = await take(limits, "Ana", 1)
    second = await take(limits, "Ana", 1)
    assert second.before_ms is None  # nothing to put back
    await leave(limits, "Ana", first)
    assert (await take(limits, "Luis", 1)).wait_ms > DAY_MS


async def test_a_process_that_dies_with_a_place_leaves_it_taken_a_little_longer(limits: LimitStore, store: Store):
    await take(limits, "Ana", 1)
    await store.advance_clock(DAY_MS / 1000)
    assert 0 < (await take(limits, "Luis", 1)).wait_ms <= SENDING_MS
    await store.advance_clock(SENDING_MS / 1000)
    assert (await take(limits, "Luis", 1)).wait_ms == 0


async def test_the_last_share_is_the_agents(limits: LimitStore):
    taken = [await take(limits, f"Contact {n}", 10, spared=0.2) for n in range(9)]
    assert [place.wait_ms > 0 for place in taken] == [False] * 8 + [True]
    assert [(await take(limits, f"Agent's {n}", 10, entry=f"e{n}")).wait_ms > 0 for n in range(3)] == [
        False, False, True,
    ]  # fmt: skip


async def test_what_waits_in_a_lane_goes_before_a_campaign(limits: LimitStore, store: Store):
    await leave(limits, "Ana", await take(limits, "Ana", 1))
    assert (await take(limits, "Luis", 1, entry="e1")).wait_ms > 0
    await store.advance_clock(DAY_MS / 1000 - 60)
    assert (await take(limits, "Luis", 1, entry="e1")).wait_ms > 0  # it asks again, within a minute
    await store.advance_clock(60)
    assert (await take(limits, "Eva", 1)).wait_ms > 0  # a campaign's
    room = await limits.room("business", 1)
    assert (room.used, room.waiting, room.for_campaigns) == (0, 1, 0)
    assert (await take(limits, "Luis", 1, entry="e1")).wait_ms == 0


async def test_the_providers_word_counts_before_the_setting(limits: LimitStore):
    await limits.report("business", 1)
    assert [(await take(limits, name, 1_000)).wait_ms > 0 for name in ("Ana", "Luis")] == [False, True]
    await limits.report("business", 2)
    assert (await take(limits, "Luis", 1_000)).wait_ms == 0
    await limits.report("business", -1)
    assert await take(limits, "Eva", 1) == Place(before_ms=0)  # nothing is counted
    await limits.report("business", None)
    assert (await take(limits, "Eva", 1)).wait_ms > 0


async def test_room_says_who_becomes_free_when(limits: LimitStore, store: Store):
    for name in ("Ana", "Luis", "Eva"):
        await leave(limits, name, await take(limits, name, 3))
        await store.advance_clock(3600)
    room = await limits.room("business", 3, hours=24)

    assert (room.limit, room.reported, room.used, room.for_campaigns) == (3, False, 3, 0)
    assert room.wait_ms == pytest.approx(21 * 3_600_000, abs=500)
    assert [hour for hour, places in enumerate(room.frees, 1) if places] == [21, 22, 23]


async def test_a_place_takes_at_most_120_bytes(limits: LimitStore, store: Store, keys: Keys):
    for start in range(0, 20_000, 200):
        await limits.take_places("business", 100_000, [wish(f"Contact {start + n}") for n in range(200)])
    key = keys.level("business", "places")
    taken = await store.command("MEMORY", "USAGE", key, "SAMPLES", 0, key=key)
    assert taken / 20_000 <= 120


@dataclass
class Sending:
    """A message of a simulated process: its place, and what the provider may think of it."""

    contact: str
    place: Place
    taken_ms: int
    started: bool = False


PASSES = [1, 5, 9, 3 * 3_600, DAY_MS // 1000 - 65, DAY_MS // 1000 - 9, DAY_MS // 1000]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "start", "start", "end", "give_back", "die", "again", "pass", "pass"]),
        st.integers(0, 2),  # which worker
        st.integers(0, 3),  # which contact
        st.sampled_from([0.0, 0.0, 0.5]),  # a reserve it has to leave
        st.sampled_from(PASSES),  # seconds that pass
    ),
    min_size=20,
    max_size=60,
)
TWO_TO_ONE_CONTACT = [  # the first ends, the second is accepted later: its place may not end with the first's
    ("take", 0, 0, 0.0, 0), ("start", 0, 0, 0.0, 0), ("pass", 0, 0, 0.0, 9), ("take", 1, 0, 0.0, 0),
    ("start", 1, 0, 0.0, 0), ("end", 0, 0, 0.0, 0), ("die", 1, 0, 0.0, 0), ("pass", 0, 0, 0.0, DAY_MS // 1000),
    ("take", 2, 1, 0.0, 0), ("start", 2, 0, 0.0, 0),
]  # fmt: skip


@example(acts=TWO_TO_ONE_CONTACT, limit=1)
@ON_ONE_STORE
@given(acts=ACTS, limit=st.integers(1, 2))
async def test_no_24_hours_hold_more_contacts_than_the_level(limits: LimitStore, store: Store, acts: list, limit: int):
    """Workers take places, send, give back and die in any order; a send may be accepted whenever it is under way."""
    business = f"b{next(_runs)}"
    workers: list[list[Sending]] = [[], [], []]
    accepted: list[tuple[int, str]] = []  # (ms, contact): the provider may count it then

    def die(worker: list[Sending]) -> None:
        """What had started may still be accepted until its time is up."""
        accepted.extend((one.taken_ms + SENDING_MS - SECOND_MS, one.contact) for one in worker if one.started)
        worker.clear()

    async def tell(one: Sending, back_to_ms: int | None) -> None:
        if one.place.before_ms is not None:
            await limits.settle_places(business, [Done(digest64(one.contact), one.place.until_ms, back_to_ms)])

    for act, which, contact, spared, pass_s in acts:
        worker, name = workers[which], f"Contact {contact}"
        now = limits.clock.now_ms()
        match act:
            case "take":
                (place,) = await limits.take_places(business, limit, [wish(name, spared)])
                if not place.wait_ms:
                    worker.append(Sending(name, place, now))
            case "again" if worker and not worker[-1].started:  # the answer was lost, and it asks again
                (place,) = await limits.take_places(business, limit, [wish(worker[-1].contact, spared)])
                assert not place.wait_ms
                worker[-1].place = place
            case "start" if worker:
                worker[-1].started = True
                accepted.append((now, worker[-1].contact))
            case "end" if worker and worker[-1].started:
                one = worker.pop()
                accepted.append((now, one.contact))
                await tell(one, None)
            case "give_back" if worker and not worker[-1].started:
                one = worker.pop()
                await tell(one, one.place.before_ms)
            case "die":
                die(worker)
            case "pass":
                under_way = any(workers)
                await store.advance_clock(pass_s % 10 if under_way else pass_s)
                for each in workers:  # a send has its end within a minute
                    if any(limits.clock.now_ms() - one.taken_ms > SENDING_MS - 5 * SECOND_MS for one in each):
                        die(each)
    for worker in workers:
        die(worker)
    for until, _ in accepted:
        within = {name for at, name in accepted if until - DAY_MS < at <= until}
        assert len(within) <= limit
