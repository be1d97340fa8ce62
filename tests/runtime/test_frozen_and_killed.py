"""Workers that die right after the provider accepted, and workers that stand still in mid-broadcast."""

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot_runtime.campaigns.service import Campaigns
from bot_runtime.channels.sender import STALE_S
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.test_kills import BY, WANTED, beside
from tests.runtime.processes import Process, free_port
from tests.runtime.sending import sends_to
from tests.runtime.test_conversations import eventually

pytestmark = pytest.mark.timeout(180)

ACCEPTED_AND_KILLED = 100
AT_ONCE = 64  # of a campaign's messages on their way from one process
A_KILL = 10  # at least so many newly accepted messages wait for their answer when the worker dies


def accepted(fakes: FakeProviders, phones: list[Phone]) -> int:
    return sum(len(fakes.received(phone)) for phone in phones)


async def statuses(campaigns: Campaigns, campaign: str) -> dict[str, int]:
    return dict(Counter(state.s for _, state in await campaigns.rows.rows(campaign)))


async def test_a_hundred_messages_accepted_right_before_their_worker_was_killed_are_settled_and_none_sent_again(
    fakes: FakeProviders, store: Store, store_settings: Settings, tmp_path: Path
):
    workspace = business(tmp_path / "bot", fakes, 60)
    phones = recipients(fakes, ACCEPTED_AND_KILLED + AT_ONCE)
    fakes.fault("whatsapp", hang_s=60, accept=True, count=10_000)  # taken, and never a word to the worker
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    environ = {"BOT_STORE_URL": store_settings.store_url, "BOT_LEASE_S": "1"}
    kills = 0
    async with beside(store_settings.store_url, workspace) as campaigns:
        campaign = await campaigns.create(WANTED, as_file(list_of(phones)), BY)
        await campaigns.launch(campaign.id, campaign.contacts, BY)
        async with Process(workspace, tmp_path / "data", port, **environ) as server:
            while (so_far := accepted(fakes, phones)) < ACCEPTED_AND_KILLED:
                wanted = min(so_far + A_KILL, ACCEPTED_AND_KILLED)
                await fakes.world.until(lambda wanted=wanted: accepted(fakes, phones) >= wanted, 40)
                await server.kill()
                kills += 1
                if wanted == ACCEPTED_AND_KILLED:
                    fakes.world.faults.clear()
                await server.start()
            killed = [phone for phone in phones if fakes.received(phone)]
            await fakes.delivered()
            for after_s in (36, 601, 601):  # their time as leaving is up; the silence rule has its say, twice
                await server.advance_clock(after_s)
                await asyncio.sleep(1.5)

            async def settled() -> bool:
                return await statuses(campaigns, campaign.id) == {"delivered": len(phones)}

            assert await eventually(settled, 30), await statuses(campaigns, campaign.id)

    assert kills >= 2
    assert len(killed) >= ACCEPTED_AND_KILLED
    calls = Counter(len(sends_to(fakes, phone)) for phone in killed)
    assert calls == {1: len(killed)}  # accepted once each, none sent again
    assert {len(fakes.received(phone)) for phone in phones} == {1}  # what was marked and never left went later


async def test_a_worker_that_stood_still_in_mid_broadcast_starts_nothing_when_it_wakes(
    fakes: FakeProviders, store: Store, store_settings: Settings, tmp_path: Path
):
    workspace = business(tmp_path / "bot", fakes, 60)
    phones = recipients(fakes, 150)
    fakes.fault("whatsapp", delay_ms=50, count=10_000)
    environ = {"BOT_STORE_URL": store_settings.store_url, "BOT_LEASE_S": "1"}
    async with AsyncExitStack() as running:
        campaigns = await running.enter_async_context(beside(store_settings.store_url, workspace))
        campaign = await campaigns.create(WANTED, as_file(list_of(phones)), BY)
        await campaigns.launch(campaign.id, campaign.contacts, BY)
        web = await running.enter_async_context(
            Process(workspace, tmp_path / "web", free_port(), "--role", "web", **environ)
        )
        fakes.point_to(web.url)
        first, second = [
            Process(workspace, tmp_path / name, free_port(), "--role", "worker", **environ) for name in ("one", "two")
        ]
        await running.enter_async_context(first)
        await fakes.world.until(lambda: len(fakes.sends("whatsapp")) >= 20, 30)
        os.kill(first.pid, signal.SIGSTOP)  # with some on their way and some about to leave
        stopped_at = time.monotonic()
        try:
            await running.enter_async_context(second)

            async def over(left: int = 0) -> bool:
                found = await statuses(campaigns, campaign.id)
                return found.get("pending", 0) + found.get("queued", 0) <= left

            assert await eventually(lambda: over(left=AT_ONCE), 60), await statuses(campaigns, campaign.id)
            await web.advance_clock(36)  # what the first had marked and not sent is in doubt from then on
            assert await eventually(over, 60), await statuses(campaigns, campaign.id)
            await fakes.delivered()
            # The test clock does not move a process's own: it must have stood still for longer than a connection takes.
            await asyncio.sleep(max(0.0, stopped_at + STALE_S + 1 - time.monotonic()))
            before = len(fakes.sends("whatsapp"))
        finally:
            os.kill(first.pid, signal.SIGCONT)
        await asyncio.sleep(3)
        after = len(fakes.sends("whatsapp"))
        log = first.log()

    # The woken one started nothing, but for the one that it may have been writing as it was stopped.
    assert after - before <= 1
    found = Counter(len(fakes.received(phone)) for phone in phones)
    assert found[1] + found[0] == len(phones)  # nobody twice
    assert found[0] <= AT_ONCE  # nobody knows of these, and nobody guesses
    assert "entry_settled" in log
