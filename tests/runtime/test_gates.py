"""A channel whose credentials are refused, that fails too often, or whose template is paused: nothing is burnt."""

import asyncio
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.runtime.gates import ALARM_MS, BREAKER_MS, OPENS_AT, Gates
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Outbox
from tests.runtime.sending import becomes, remind, sends_to, start_business
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    return await start_business(start_server, fakes, tmp_path)


async def is_held(server: Server, held: bool = True) -> bool:
    return (await server.outbox.channel_state("whatsapp")).held == held


async def test_an_expired_token_burns_one_message_a_minute_at_most_and_all_leave_once_it_is_right(
    server: Server, fakes: FakeProviders
):
    phones = [fakes.phone(f"Contact {n}") for n in range(12)]
    fakes.fault("whatsapp", code=190, count=1_000)
    fakes.say(phones[0], "hi")
    assert await eventually(lambda: is_held(server))
    for phone in phones[1:]:
        fakes.say(phone, "hi")
    for phone in phones:
        await becomes(server, phone, "queued")
    await asyncio.sleep(0.6)
    assert len(fakes.sends("whatsapp")) == 1
    state = await server.outbox.channel_state("whatsapp")
    assert (state.kind, state.code) == ("alarm", "190")
    assert "token" in state.why
    for tried in (2, 3):
        await server.advance_clock(61)
        await fakes.world.until(lambda tried=tried: len(fakes.sends("whatsapp")) == tried)
        await asyncio.sleep(0.3)
        assert len(fakes.sends("whatsapp")) == tried  # one tried it, for all
    fakes.world.faults.clear()
    await server.advance_clock(61)

    for phone in phones:
        [meta] = await becomes(server, phone, "delivered")
        assert meta.t == 0  # it used up no try
    assert await is_held(server, held=False)
    assert [len(fakes.received(phone)) for phone in phones] == [1] * 12


async def test_waiting_for_a_channel_expires_nothing(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=190, count=1)
    fakes.say(ana, "hi")
    assert await eventually(lambda: is_held(server))
    await server.outbox.hold_channel("whatsapp", "person", "test", "Somebody said so.")
    await server.advance_clock(3 * 3_600)  # a reply that fails expires after ten minutes
    await asyncio.sleep(0.5)
    assert len(sends_to(fakes, ana)) == 1
    await server.outbox.release_channel("whatsapp")

    await becomes(server, ana, "delivered")


async def test_an_operators_release_lets_all_go_at_once(server: Server, fakes: FakeProviders):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await server.outbox.hold_channel("whatsapp", "person", "restored", "A backup was restored.")
    fakes.say(ana, "hi")
    fakes.say(luis, "hi")
    await becomes(server, ana, "queued")
    await becomes(server, luis, "queued")
    await asyncio.sleep(1.2)
    assert fakes.sends("whatsapp") == []
    await server.outbox.release_channel("whatsapp")

    await becomes(server, ana, "delivered")  # on the real clock: they did not wait their minutes out
    await becomes(server, luis, "delivered")


async def test_a_payment_problem_reported_later_pauses_the_channel_too(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", on="delivery", code=131042)
    fakes.say(ana, "hi")
    await becomes(server, ana, "failed")

    assert await eventually(lambda: is_held(server))


@pytest.mark.parametrize("code", [132001, 132015, 132016])
async def test_a_paused_template_keeps_its_messages_queued_and_everything_else_leaves(
    server: Server, fakes: FakeProviders, code: int
):
    ana, luis, eva = (fakes.phone(name) for name in ("Ana", "Luis", "Eva"))
    fakes.fault("whatsapp", code=code)
    await remind(server, ana)
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 1)

    async def paused() -> bool:
        return ("due", "en") in (await server.outbox.channel_state("whatsapp")).templates

    assert await eventually(paused)
    await remind(server, luis)
    await becomes(server, luis, "queued")
    fakes.say(eva, "hi")
    await becomes(server, eva, "delivered")
    assert await is_held(server, held=False)
    assert sends_to(fakes, luis) == []
    await server.outbox.release_template("whatsapp", ("due", "en"))  # as the resync does

    await becomes(server, ana, "delivered")
    await becomes(server, luis, "delivered")


async def test_a_template_goes_on_by_itself_once_the_provider_approves_it(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    template = next(one for one in fakes.accounts[0].templates if one.name == "due")
    template.status = "PAUSED"
    await remind(server, ana)
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 1)

    async def known() -> bool:
        statuses = await server.campaigns.catalogue.statuses(server.workspace)
        return statuses.get(("whatsapp", "due", "en")) == "paused"  # asked at once: campaigns are paused by it

    assert await eventually(known)
    template.status = "APPROVED"
    resync = server.keys.resync("whatsapp")
    await server.store.command("DEL", resync, key=resync)  # a minute has passed

    await becomes(server, ana, "delivered")
    assert len(sends_to(fakes, ana)) == 2


async def test_a_channel_that_fails_half_the_time_rests_and_is_tried_with_one_message(
    server: Server, fakes: FakeProviders
):
    phones = [fakes.phone(f"Contact {n}") for n in range(70)]
    fakes.fault("whatsapp", status=503, count=10_000)
    for phone in phones:
        fakes.say(phone, "hi")
    assert await eventually(lambda: is_held(server), 15)
    state = await server.outbox.channel_state("whatsapp")
    assert state.breaker
    await asyncio.sleep(0.7)
    tried = len(fakes.sends("whatsapp"))
    assert tried >= OPENS_AT
    await server.advance_clock(31)
    await fakes.world.until(lambda: len(fakes.sends("whatsapp")) > tried)
    await asyncio.sleep(0.7)
    assert len(fakes.sends("whatsapp")) == tried + 1
    fakes.world.faults.clear()
    await server.advance_clock(31)
    assert await eventually(lambda: is_held(server, held=False))
    await server.advance_clock(60)

    for phone in phones:
        await becomes(server, phone, "delivered")


@pytest.mark.parametrize(
    ("outcomes", "opens"),
    [
        (["R"] * OPENS_AT, True),
        (["", "U"] * OPENS_AT, True),
        (["R"] * (OPENS_AT - 1), False),
        (["", "", "U"] * 100, False),
        (["N"] * 200, False),  # refused for what it says: the provider is well
        (["R"] * (OPENS_AT - 1) + [""] * 60 + ["R"] * 40, False),  # of the last hundred, less than half
    ],
)
async def test_half_of_the_last_hundred_attempts_open_the_breaker(store: Store, outcomes: list[str], opens: bool):
    outbox = Outbox(store, Keys("test", 8, b"secret"))
    gates = Gates(outbox, store.clock.now_ms)
    for kind in outcomes:
        await gates.note("wa", kind, None)

    assert (await outbox.channel_state("wa")).breaker == opens
    assert (await gates.enter("wa")).wait_ms <= BREAKER_MS + 500
    assert bool((await gates.enter("wa")).wait_ms) == opens


async def test_a_hold_counts_in_every_process_and_one_of_them_tries(store: Store):
    outbox = Outbox(store, Keys("test", 8, b"secret"))
    here, there = Gates(outbox, store.clock.now_ms), Gates(outbox, store.clock.now_ms)
    assert (await there.enter("wa")).wait_ms == 0
    await here.alarm("wa", "whatsapp", "190")
    await asyncio.sleep(0.55)  # what the other process read is older than half a second
    assert (await there.enter("wa")).wait_ms > 0
    await store.advance_clock(ALARM_MS / 1000 + 1)
    await asyncio.sleep(0.55)
    passes = [await gates.enter("wa") for gates in (here, there, here, there)]

    assert [one.wait_ms == 0 for one in passes].count(True) == 1
    probe = next(one.probe for one in passes if one.wait_ms == 0)
    await here.note("wa", "", None)  # what had left before the alarm proves nothing
    assert (await outbox.channel_state("wa")).held
    await here.note("wa", "", probe)
    assert not (await outbox.channel_state("wa")).held
