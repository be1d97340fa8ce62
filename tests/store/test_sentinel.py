"""A primary and a replica watched by three Sentinels, from the wheel: the primary dies, or is demoted."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.errors import StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.scripts import Script
from tests.servers import walk_a_visit

COUNT = Script("count", b"return redis.call('INCR', KEYS[1])")

FAST = ("info-period", 100, "ask-period", 100, "ping-period", 100)
SENTINEL = """
sentinel myid {id}
sentinel monitor main 127.0.0.1 {primary} 2
sentinel down-after-milliseconds main 300
sentinel failover-timeout main 3000
sentinel known-replica main 127.0.0.1 {replica}
"""


@dataclass
class Watched:
    primary: "Redis[bytes]"
    replica: "Redis[bytes]"
    sentinels: list[int]
    processes: list

    def url(self) -> str:
        return "redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in [1, *self.sentinels]) + "/main/0"


async def eventually(holds, *args: object):
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(RedisError, StoreUnavailable):
                if (found := await holds(*args)) is not False:
                    return found
            await asyncio.sleep(0.02)


@pytest.fixture
async def watched(run_valkey, free_port) -> AsyncIterator[Watched]:
    primary, replica, *sentinels = [free_port() for _ in range(5)]
    processes = [
        run_valkey(primary, "--repl-diskless-sync-delay", "0"),
        run_valkey(replica, "--replicaof", "127.0.0.1", str(primary), "--repl-diskless-sync-delay", "0"),
    ]
    nodes = [Redis(port=port, protocol=2) for port in (primary, replica)]
    for node in nodes:
        await eventually(node.ping)
    await eventually(_follows, nodes[1])
    ids = [os.urandom(20).hex() for _ in sentinels]
    known = [f"sentinel known-sentinel main 127.0.0.1 {port} {own}" for port, own in zip(sentinels, ids, strict=True)]
    for number, port in enumerate(sentinels):
        others = "\n".join(known[:number] + known[number + 1 :])
        config = SENTINEL.format(id=ids[number], primary=primary, replica=replica) + others + "\n"
        processes.append(run_valkey(port, "--sentinel", config=config))
    for port in sentinels:
        sentinel = Redis(port=port, protocol=2)
        await eventually(sentinel.ping)
        await sentinel.execute_command("SENTINEL DEBUG", *FAST)
        await eventually(_ready, sentinel)
        await sentinel.aclose()
    yield Watched(nodes[0], nodes[1], sentinels, processes)
    for node in nodes:
        await node.aclose()


@pytest.fixture
async def store(watched: Watched) -> AsyncIterator[Store]:
    store = await Store.connect(Settings(store_url=watched.url()))
    yield store
    await store.close()


async def _follows(replica: "Redis[bytes]") -> bool:
    return (await replica.info("replication")).get("master_link_status") == "up"


async def _ready(sentinel: "Redis[bytes]") -> bool:
    await sentinel.execute_command("SENTINEL CKQUORUM", "main")
    return True


async def test_when_the_primary_dies_calls_go_on_at_the_next(watched: Watched, store: Store):
    assert await store.run(COUNT, ["n"]) == 1
    await watched.primary.wait(1, 1000)
    watched.processes[0].kill()
    assert await eventually(store.run, COUNT, ["n"]) == 2


async def test_a_demoted_primary_is_left_at_its_first_refusal(watched: Watched, store: Store):
    assert await store.run(COUNT, ["n"]) == 1
    await watched.primary.wait(1, 1000)
    async with Redis(port=watched.sentinels[0]) as sentinel:
        await sentinel.execute_command("SENTINEL FAILOVER", "main")
    for port in watched.sentinels:
        async with Redis(port=port) as sentinel:
            await eventually(_names, sentinel, watched.replica)
    host, port = "127.0.0.1", watched.replica.connection_pool.connection_kwargs["port"]
    await watched.primary.replicaof(host, port)  # what the Sentinels will do in some seconds
    with pytest.raises(StoreUnavailable, match="READONLY"):
        await store.run(COUNT, ["n"])
    assert await store.run(COUNT, ["n"]) == 2


async def _names(sentinel: "Redis[bytes]", primary: "Redis[bytes]") -> bool:
    _, port = await sentinel.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", "main")
    return int(port) == primary.connection_pool.connection_kwargs["port"]


async def test_a_whole_conversation_runs_where_sentinels_say(watched: Watched, fakes: FakeProviders, tmp_path: Path):
    await walk_a_visit(fakes, Settings(store_url=watched.url()), tmp_path)


async def test_no_sentinel_that_answers_is_said():
    with pytest.raises(StoreUnavailable, match="cannot reach the store"):
        await Store.connect(Settings(store_url="redis+sentinel://127.0.0.1:1,127.0.0.1:2/main"))
