"""A channel that may not send: why, until when, who tries it, who releases it."""

from bot_runtime.store.connection import Store
from bot_runtime.store.outbox import Outbox


async def test_nothing_holds_a_channel_at_first(outbox: Outbox):
    state = await outbox.channel_state("wa")

    assert (state.held, state.breaker, state.why, state.templates) == (False, False, "", {})
    assert await outbox.probe_channel("wa", 1_000) == "open"
    assert not await outbox.release_channel("wa")


async def test_a_held_channel_says_why_and_since_when_until_it_is_released(outbox: Outbox, store: Store):
    assert await outbox.hold_channel("wa", "alarm", "190", "The access token has expired.", 60_000)
    await store.advance_clock(30)
    assert not await outbox.hold_channel("wa", "alarm", "190", "The access token has expired.", 60_000)
    state = await outbox.channel_state("wa")

    assert (state.held, state.breaker, state.code, state.why) == (True, False, "190", "The access token has expired.")
    assert 89_000 <= state.until_ms - state.since_ms <= 91_000
    assert not (await outbox.channel_state("sms")).held
    assert await outbox.release_channel("wa")
    assert not (await outbox.channel_state("wa")).held


async def test_of_all_processes_one_at_a_time_tries_a_held_channel(outbox: Outbox, store: Store):
    await outbox.hold_channel("wa", "breaker", "", "half of the last attempts failed", 30_000)
    assert await outbox.probe_channel("wa", 30_000) == "wait"
    await store.advance_clock(31)
    assert [await outbox.probe_channel("wa", 30_000) for _ in range(3)] == ["go", "wait", "wait"]
    await store.advance_clock(31)  # whoever tried it died, or it failed again
    assert await outbox.probe_channel("wa", 30_000) == "go"


async def test_what_a_person_holds_nobody_tries_and_nothing_weaker_ends(outbox: Outbox, store: Store):
    await outbox.hold_channel("wa", "breaker", "", "half of the last attempts failed", 30_000)
    breaker = await outbox.channel_state("wa")
    await store.advance_clock(1)
    assert await outbox.hold_channel("wa", "person", "restored", "A backup was restored.")
    assert not await outbox.hold_channel("wa", "alarm", "190", "The access token has expired.", 60_000)
    assert not await outbox.release_channel("wa", breaker.since_ms)  # the probe of the hold before
    await store.advance_clock(3_600)

    assert await outbox.probe_channel("wa", 30_000) == "wait"
    state = await outbox.channel_state("wa")
    assert (state.kind, state.code, state.until_ms) == ("person", "restored", 0)
    assert await outbox.release_channel("wa")


async def test_a_template_is_paused_by_itself(outbox: Outbox):
    assert await outbox.pause_template("wa", ("due/late", "en_US"), "132015", 60_000)
    assert not await outbox.pause_template("wa", ("due/late", "en_US"), "132015", 60_000)
    state = await outbox.channel_state("wa")

    assert not state.held
    assert {name: paused.code for name, paused in state.templates.items()} == {("due/late", "en_US"): "132015"}
    assert await outbox.release_template("wa", ("due/late", "en_US"))
    assert (await outbox.channel_state("wa")).templates == {}
