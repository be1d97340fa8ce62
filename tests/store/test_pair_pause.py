"""One contact gets at most one message every few seconds beyond a small burst, whoever sends them (F144)."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.outbox import Entry, Outbox
from bot_runtime.store.turns import Turns
from tests.store.outboxes import RULES, entry, head_of

PAUSE_MS = 6_000
_contacts = itertools.count()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(burst=st.integers(1, 5), passes=st.lists(st.sampled_from([0, 0, 0, 1_000, 5_990, 6_010, 40_000]), min_size=25))
async def test_no_stretch_of_time_holds_more_than_the_burst_and_one_a_pause(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, burst: int, passes: list[int]
):
    """Refused ones say how long to wait, and after that they go."""
    queued = [entry(number, "hi") for number in range(1, 45)]
    head: Entry | None = await head_of(contacts, turns, outbox, *queued, address=f"tel:+{next(_contacts)}")
    rules = {**RULES, "pause_ms": PAUSE_MS, "borrow_ms": PAUSE_MS * (burst - 1), "expire_ms": 10**9}
    marked: list[int] = []
    for pass_ms in passes[:40]:
        await store.advance_clock(pass_ms / 1000)
        assert head is not None
        mark = await outbox.mark_sending(head, **rules)  # type: ignore[arg-type]
        if mark.wait_ms is not None:
            await store.advance_clock((mark.wait_ms + 1) / 1000)
            head = await outbox.claim_lane(head.contact, "wa")
            assert head is not None
            mark = await outbox.mark_sending(head, **rules)  # type: ignore[arg-type]
        assert mark.at_ms is not None
        marked.append(mark.at_ms)
        head = (await outbox.settle(head, "sent")).following
    for first, last in itertools.combinations(range(len(marked)), 2):
        assert last - first + 1 <= burst + (marked[last] - marked[first]) / PAUSE_MS
