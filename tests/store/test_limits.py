"""The limits' scripts on the real store: no second above the rate, no 24 hours above the level, whoever asks."""

import itertools

import pytest

from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys, digest64
from bot_runtime.store.limits import SLOT_MS, LimitStore, Wish


@pytest.fixture
def limits(store: Store, keys: Keys) -> LimitStore:
    return LimitStore(store, keys)


def wish(name: str, spared: float = 0, entry: str = "") -> Wish:
    return Wish(digest64(name), spared, entry)


async def test_slots_lie_apart_and_nobody_gets_the_same(limits: LimitStore):
    first, _ = await limits.take_slots("wa", 100, per_s=100, share=1, ahead_ms=500)
    second, wait_ms = await limits.take_slots("wa", 100, per_s=100, share=1, ahead_ms=500)

    slots = first + second
    apart = (1_000 + SLOT_MS) / 100
    assert len(first) == 46  # half a second's worth
    assert all(later - earlier >= apart - 0.01 for earlier, later in itertools.pairwise(slots))
    assert wait_ms <= apart + 1


async def test_a_hold_and_a_cut_halve_the_rate_once_and_it_recovers(limits: LimitStore, store: Store):
    assert await limits.slow_down("wa", 5_000) == 0.5
    assert await limits.slow_down("wa", 5_000) == 0.5  # the answers to what left together
    slots, wait_ms = await limits.take_slots("wa", 10, per_s=100, share=1, ahead_ms=1_000)
    assert (slots, wait_ms) == ([], pytest.approx(5_000, abs=200))

    await store.advance_clock(5)
    slots, _ = await limits.take_slots("wa", 10, per_s=100, share=1, ahead_ms=1_000)
    assert slots[1] - slots[0] == pytest.approx(11 / 0.54, rel=0.02)
    await store.advance_clock(60)
    assert (await limits.rate("wa")).speed == 1
