"""What callers of the store can rely on: their own answer, in order, or a clear "don't know"."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot_runtime.errors import SettingError, StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store import nodes
from bot_runtime.store.connection import CommandRefused, Store
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.scripts import Script

ECHO = Script("echo", b"return {KEYS[1], ARGV[1]}")
COUNT = Script("count", b"return redis.call('INCR', KEYS[1])")
FAILING = Script("failing", b"return redis.call('LPUSH', KEYS[1])")


@contextlib.asynccontextmanager
async def own_store(folder: Path) -> AsyncIterator[tuple[EmbeddedStore, Store]]:
    """A server that a test may mistreat, and a connection to it."""
    server = EmbeddedStore(folder, sync="no")
    server.start()
    try:
        store = await Store.connect(Settings(store_url=server.url))
        try:
            yield server, store
        finally:
            await store.close()
    finally:
        server.stop()


async def test_a_script_gets_its_keys_and_arguments(store: Store):
    assert await store.run(ECHO, ["k"], ["á"]) == [b"k", "á".encode()]


async def test_ten_thousand_calls_at_once_each_get_their_own_answer(store: Store):
    answers = await asyncio.gather(*(store.run(ECHO, [f"k{n}"], [n]) for n in range(10_000)))
    assert answers == [[b"k%d" % n, b"%d" % n] for n in range(10_000)]


async def test_calls_run_in_the_order_they_were_made(store: Store):
    await store.command("SCRIPT", "LOAD", COUNT.source)
    assert await asyncio.gather(*(store.run(COUNT, ["n"]) for _ in range(1000))) == list(range(1, 1001))


async def test_calls_of_one_pass_of_the_event_loop_leave_together(store: Store):
    await store.command("SCRIPT", "LOAD", COUNT.source)

    async def reads() -> int:
        stats: bytes = await store.command("INFO", "stats")
        return int(stats.split(b"total_reads_processed:")[1].split(b"\r\n")[0])

    before = await reads()
    await asyncio.gather(*(store.run(COUNT, ["n"]) for _ in range(100)))
    assert await reads() - before <= 4  # of which one is the asking, and the test clock is read too


async def test_large_answers_and_arguments_arrive_whole(store: Store):
    large = b"x" * 5_000_000
    assert await asyncio.gather(*(store.run(ECHO, ["k"], [large]) for _ in range(3))) == [[b"k", large]] * 3


async def test_a_cancelled_caller_does_not_shift_the_answers_of_others(store: Store):
    calls = [asyncio.create_task(store.run(ECHO, [f"k{n}"], [n])) for n in range(300)]
    await asyncio.sleep(0)  # all are queued
    for n in range(0, 300, 3):
        calls[n].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for n, answer in enumerate(answers):
        assert isinstance(answer, asyncio.CancelledError) if n % 3 == 0 else answer == [b"k%d" % n, b"%d" % n]
    assert await store.run(ECHO, ["after"], [""]) == [b"after", b""]


async def test_scripts_flushed_by_someone_are_loaded_again(store: Store):
    assert await store.run(COUNT, ["n"]) == 1
    await store.command("SCRIPT", "FLUSH")
    assert sorted(await asyncio.gather(*(store.run(COUNT, ["n"]) for _ in range(20)))) == list(range(2, 22))


async def test_an_error_in_a_script_is_its_callers_alone(store: Store):
    good, bad = await asyncio.gather(store.run(COUNT, ["n"]), store.run(FAILING, ["k"]), return_exceptions=True)
    assert good == 1
    assert isinstance(bad, CommandRefused)


async def test_after_a_lost_connection_nothing_was_sent_twice(tmp_path: Path):
    async with own_store(tmp_path) as (_, store):
        await store.command("SCRIPT", "LOAD", COUNT.source)
        calls = [store.run(COUNT, ["n"]) for _ in range(5)]
        calls.insert(2, store.command("CLIENT", "KILL", "SKIPME", "no"))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(answer, StoreUnavailable) for answer in answers[3:])
        assert int(await store.command("GET", "n")) == 2  # those after the kill never ran: nobody asked again


async def test_what_was_under_way_when_the_server_died_is_unknown(tmp_path: Path):
    async with own_store(tmp_path) as (server, store):
        under_way = asyncio.create_task(store.command("BLPOP", "never", 0))
        await asyncio.sleep(0)
        server.stop()
        with pytest.raises(StoreUnavailable):
            await under_way
        waiting = asyncio.create_task(store.command("PING"))  # nothing of it is sent yet: it may wait a little
        server.start()
        assert await waiting == b"PONG"


async def test_a_silent_server_is_given_up_after_the_timeout(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(nodes, "TIMEOUT_S", 0.2)
    async with own_store(tmp_path) as (_, store):
        with pytest.raises(StoreUnavailable, match=r"did not answer for 0\.2 s"):
            await store.command("BLPOP", "never", 1)
        assert await store.command("PING") == b"PONG"


async def test_a_store_that_stays_away_is_said_not_waited_for(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(nodes, "WAIT_FOR_LINK_S", 0.05)
    async with own_store(tmp_path) as (server, store):
        server.stop()
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                await store.command("PING")
        server.start()


@pytest.mark.parametrize(
    ("make", "undo"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),  # OOM
        (
            ("CONFIG", "SET", "min-replicas-to-write", "1"),
            ("CONFIG", "SET", "min-replicas-to-write", "0"),
        ),  # NOREPLICAS
        (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),  # READONLY: the connection is made again, too
    ],
)
async def test_a_store_that_says_not_now_is_unavailable(tmp_path: Path, make, undo):
    async with own_store(tmp_path) as (_, store):
        await store.command(*make)
        with pytest.raises(StoreUnavailable):
            await store.run(COUNT, ["n"])
        await store.command(*undo)
        assert await store.run(COUNT, ["n"]) == 1


async def test_nobody_there_is_said_at_once():
    with pytest.raises(StoreUnavailable, match="cannot reach the store"):
        await Store.connect(Settings(store_url="redis://127.0.0.1:1"))


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
async def test_a_store_that_may_evict_is_refused(tmp_path: Path, policy: str):
    async with own_store(tmp_path) as (server, store):
        await store.command("CONFIG", "SET", "maxmemory-policy", policy)
        with pytest.raises(SettingError, match=f"maxmemory-policy is {policy}.*noeviction"):
            await Store.connect(Settings(store_url=server.url))


async def test_a_store_that_does_not_tell_is_used_with_a_warning(tmp_path: Path):
    async with own_store(tmp_path) as (server, store):
        await store.command("ACL", "SETUSER", "bot", "on", ">secret", "~*", "+@all", "-info", "-config")
        url = server.url.replace("unix://", "unix://bot:secret@")
        with structlog.testing.capture_logs() as logs:
            managed = await Store.connect(Settings(store_url=url))
        await managed.close()
        assert [each["event"] for each in logs] == ["store_not_checked"]


async def test_a_wrong_password_is_a_setting_to_mend_and_is_not_shown(tmp_path: Path):
    async with own_store(tmp_path) as (server, store):
        await store.command("CONFIG", "SET", "requirepass", "right")
        with pytest.raises(SettingError, match="refuses the user or password") as refused:
            await Store.connect(Settings(store_url=server.url.replace("unix://", "unix://:hunter2@")))
        assert "hunter2" not in str(refused.value)


async def test_a_replica_is_refused(tmp_path: Path):
    async with own_store(tmp_path) as (server, store):
        await store.command("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(SettingError, match="replica"):
            await Store.connect(Settings(store_url=server.url))


async def test_another_number_of_shards_is_refused(store: Store, store_settings: Settings):
    await (await Store.connect(replace(store_settings, shards=64))).close()
    with pytest.raises(SettingError, match=r"BOT_SHARDS is 128.*created with 64"):
        await Store.connect(replace(store_settings, shards=128))


async def test_a_closed_store_says_so(store_settings: Settings):
    store = await Store.connect(store_settings)
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.command("PING")
