"""A server that moves people dies by `kill -9`: after its restart everybody was moved, once, and counted once (B10)."""

import asyncio
from pathlib import Path

from bot_runtime.runtime.mover import SETTLE_MS
from bot_runtime.store.connection import Store
from bot_runtime.store.secret import store_keys
from bot_runtime.versions.model import Choice
from tests.runtime.processes import Process, free_port
from tests.versions.business import SECOND
from tests.versions.crowd import Crowd

PEOPLE = 1_500


async def test_everybody_is_moved_once_though_the_server_is_killed_in_between(
    store: Store, valkey_url: str, tmp_path: Path
):
    crowd = await Crowd.gather(store, tmp_path / "bot", keys=await store_keys(store, "test", 64))
    await crowd.say(range(PEOPLE), "hi")
    await crowd.publish(SECOND, Choice(people="restart", text="Again."))
    await store.advance_clock(SETTLE_MS / 1000 + 1)
    (move,) = await crowd.versions.moves()
    environ = {"BOT_STORE_URL": valkey_url, "BOT_LEASE_S": "2"}

    async with Process(crowd.root, tmp_path / "data", free_port(), **environ) as server, asyncio.timeout(60):
        while not (moved := (await crowd.versions.progress(move)).get("restarted", 0)):  # noqa: ASYNC110
            await asyncio.sleep(0)
        await server.kill()
        assert moved < PEOPLE
        assert (await crowd.versions.progress(move)).get("restarted", 0) < PEOPLE
        await server.start()
        while not (now := await crowd.versions.move("visit", move.number)) or not now.ended_at:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    assert {name: n for name, n in now.counts.items() if not name.startswith("noted")} == {"restarted": PEOPLE}
    told = [await crowd.said(number) for number in range(PEOPLE)]
    assert set(map(tuple, told)) == {("What is your name?", "Again.", "What is your name?")}
    assert await crowd.versions.living(move.version) == {"name": PEOPLE}
