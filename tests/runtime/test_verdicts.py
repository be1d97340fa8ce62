"""`explain --campaign`: the gates say what the script right before the first byte does, and the same when replayed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.runtime.verdicts import Facts, gates_of, verdict_of
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.secret import store_keys
from bot_runtime.store.turns import Turns
from tests.store.outboxes import RULES, entry, head_of

NOW = 1_800_000_000_000
STATUSES = (
    "", "pending", "queued", "unknown", "sent", "delivered", "read", "failed", "expired", "cancelled", "skipped",
)  # fmt: skip

scenarios = st.builds(
    Facts,
    now_ms=st.just(NOW),
    status=st.sampled_from(STATUSES),
    cause=st.sampled_from(["", "opt_out", "left_alone", "131026", "blocked", "busy", "still_busy"]),
    campaign_state=st.sampled_from(["sending", "paused", "cancelled", "completed", "scheduled"]),
    gate=st.sampled_from(["", "sending", "paused", "cancelled"]),
    opted_out_ms=st.sampled_from([0, NOW - 5]),
    rests_until_ms=st.sampled_from([0, NOW - 5, NOW + 5]),
    unread=st.integers(0, 3),
    window_closes_ms=st.sampled_from([0, NOW + 9]),
    with_people=st.booleans(),
    talks_with=st.sampled_from(["", "bot", "people"]),
    busy=st.sampled_from(["send_only", "skip", "queue", "interrupt"]),
    waits_since_ms=st.sampled_from([0, NOW - 5]),
    level_limit=st.sampled_from([None, 0, 250]),
    level_used=st.integers(0, 250),
    level_wait_ms=st.sampled_from([0, 60_000]),
    held=st.sampled_from(["", "alarm", "breaker", "person"]),
    template_paused=st.sampled_from(["", "132015"]),
)


@given(scenarios)
def test_replaying_the_gates_gives_the_same_verdicts(facts: Facts):
    kept = msgspec.json.encode(facts)
    assert gates_of(msgspec.json.decode(kept, type=Facts)) == gates_of(facts)


@given(scenarios)
def test_what_became_of_the_row_and_the_gates_never_disagree(facts: Facts):
    gates = gates_of(facts)
    decided = verdict_of(gates)
    assert [gate.name for gate in gates] == [
        "audience", "opt_out", "unread", "campaign", "policy", "window", "level", "collision", "provider",
    ]  # fmt: skip
    if facts.status in ("sent", "delivered", "read"):
        assert {gate.verdict for gate in gates} == {"pass"}
    elif facts.status == "unknown":
        assert (decided.name, decided.verdict) == ("provider", "unknown")
    elif facts.status not in ("pending", "queued"):  # it will never go: exactly one gate says so
        assert [gate.verdict for gate in gates if gate.verdict != "pass"] == ["stop"]
        assert decided.why


@pytest.mark.parametrize(
    ("talks_with", "busy", "verdict"),
    [
        ("", "skip", "pass"),
        ("bot", "skip", "stop"),
        ("people", "queue", "wait"),
        ("bot", "send_only", "pass"),
        ("people", "interrupt", "pass"),
    ],
)
def test_a_conversation_holds_back_what_its_campaign_wants_held_back(talks_with: str, busy: str, verdict: str):
    facts = Facts(now_ms=NOW, status="pending", gate="sending", talks_with=talks_with, busy=busy)
    decided = verdict_of(gates_of(facts))
    assert decided.verdict == verdict
    assert decided.name == ("provider" if verdict == "pass" else "collision")


@pytest.mark.parametrize("opted_out", [False, True])
@pytest.mark.parametrize("unread", [False, True])
@pytest.mark.parametrize("gate", ["sending", "paused", "cancelled"])
@pytest.mark.parametrize("rests", [None, -60_000, 60_000])
async def test_the_gates_say_what_the_script_before_the_first_byte_does(
    store: Store, opted_out: bool, unread: bool, gate: str, rests: int | None
):
    keys = await store_keys(store, "test", store.shards)
    contacts, outbox = Contacts(store, keys), Outbox(store, keys)
    head = await head_of(contacts, Turns(store, keys), outbox, entry(1, "hola", kind="template", row="c1:2"))
    contact = keys.contact(head.contact)
    shard = head.contact.partition(".")[0]
    counts = keys.campaign_rows(shard, "c1", "n")
    await store.command("HSET", counts, "gate", gate, key=counts)
    now = store.clock.now_ms()
    if opted_out:
        await store.command("HSET", contact, "out:wa", '{"at":1,"evidence":"STOP"}', key=contact)
    if rests is not None:
        await store.command("HSET", contact, "rest:wa", now + rests, key=contact)
    if unread:
        await store.command("RPUSH", keys.inbox(head.contact), "9|{}", key=contact)
    facts = Facts(
        now_ms=now,
        status="queued",
        campaign_state=gate,
        gate=gate,
        opted_out_ms=int(opted_out),
        rests_until_ms=now + rests if rests is not None else 0,
        unread=int(unread),
    )
    decided = verdict_of(gates_of(facts))
    mark = await outbox.mark_sending(head, **RULES)  # type: ignore[arg-type]

    expected = {
        "opt_out": ("cancelled", False),
        "unread": (None, True),
        "campaign": ("withdrawn" if gate == "paused" else "cancelled", False),
        "policy": ("skipped", False),
    }
    if decided.verdict == "pass":
        assert mark.at_ms is not None
    else:
        assert (mark.verdict, mark.wait_ms is not None) == expected[decided.name]
        assert mark.at_ms is None
