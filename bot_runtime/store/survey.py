"""What an operator asks of a store: how much waits in it, how long, and how the store itself is."""

import asyncio

import msgspec

from bot_runtime.store.checks import facts_of
from bot_runtime.store.connection import CommandRefused, Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script

_SURVEY = Script.load("survey")


class Queue(msgspec.Struct, frozen=True):
    """`due`: of those waiting, those that nobody works on although their time has come; `oldest_s`: for how long."""

    waiting: int
    due: int
    oldest_s: float


class Backlog(msgspec.Struct, frozen=True):
    """Contacts with events to take, lanes with messages to send, timers, dead letters."""

    inboxes: Queue
    lanes: Queue
    timers: Queue
    dead_letters: int


class StoreFacts(msgspec.Struct, frozen=True):
    """Empty or 0 where the store does not say. `trouble`: it cannot write its files."""

    version: str
    role: str
    run_id: str
    appendonly: bool
    fsync: str
    memory_bytes: int
    memory_limit_bytes: int
    trouble: str


async def backlog(store: Store, keys: Keys) -> Backlog:
    shards = range(keys.shards)
    replies = await asyncio.gather(
        *(
            store.run(
                _SURVEY,
                [keys.work(shard), keys.lanes(shard), keys.timers(shard), keys.dead(shard)],
                [store.clock.offset_ms],
            )
            for shard in shards
        )
    )

    def queue(at: int) -> Queue:
        return Queue(
            sum(reply[at] for reply in replies),
            sum(reply[at + 1] for reply in replies),
            max(reply[at + 2] for reply in replies) / 1000,
        )

    return Backlog(queue(0), queue(3), queue(6), sum(reply[9] for reply in replies))


async def store_facts(store: Store) -> StoreFacts:
    """What the store says of itself; in a Cluster, one of its primaries."""
    facts = facts_of(await store.command("INFO"))
    try:
        told = await store.command("CONFIG", "GET", "appendfsync")
        fsync = told[1].decode() if told else ""
    except CommandRefused:  # a managed store may not say
        fsync = ""
    bad = [name for name in ("aof_last_write_status", "aof_last_bgrewrite_status") if facts.get(name, "ok") != "ok"]
    return StoreFacts(
        version=facts.get("valkey_version") or facts.get("redis_version", ""),
        role=facts.get("role", ""),
        run_id=facts.get("run_id", ""),
        appendonly=facts.get("aof_enabled") == "1",
        fsync=fsync,
        memory_bytes=int(facts.get("used_memory", 0)),
        memory_limit_bytes=int(facts.get("maxmemory", 0)),
        trouble=bad[0] if bad else "",
    )
