"""A Cluster of three primaries and a replica, from the wheel: slots that move, and a primary that dies."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.errors import StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Meta, Outbox, Payload
from bot_runtime.store.scripts import Script
from bot_runtime.store.turns import NewEntry, TurnChanges, Turns
from tests.servers import walk_a_visit

COUNT = Script("count", b"return redis.call('INCR', KEYS[1])")
PAIR = Script("pair", b"return redis.call('MSET', KEYS[1], ARGV[1], KEYS[2], ARGV[1])")
HELLO = SendText("hola")
LAST_SLOTS = (5460, 10922, 16383)  # of the three primaries


@dataclass
class Cluster:
    ports: list[int]  # three primaries, then replicas
    nodes: "list[Redis[bytes]]"
    ids: list[str]
    processes: "list[subprocess.Popen[bytes]]"

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in self.ports[:2])

    def home(self, key: str) -> tuple[int, int]:
        """The slot of `key` and the number of the primary that has it at first."""
        slot = self.nodes[0].execute_command("CLUSTER KEYSLOT", key)
        return slot, next(number for number, last in enumerate(LAST_SLOTS) if slot <= last)


def until(holds: Callable[[], object]) -> None:
    """A cluster agrees in its own time."""
    give_up_at = time.monotonic() + 15
    while time.monotonic() < give_up_at:
        with contextlib.suppress(RedisError):
            if holds():
                return
        time.sleep(0.02)
    raise AssertionError("the cluster did not get ready")


def form_cluster(run_valkey: Callable[..., Any], free_port: Callable[[], int], replicas_of: Sequence[int]) -> Cluster:
    """Three primaries, then a replica of each that `replicas_of` numbers; it agrees on all of that already."""
    count = 3 + len(replicas_of)
    ports, buses = [free_port() for _ in range(count)], [free_port() for _ in range(count)]
    options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "500", "--cluster-replica-validity-factor", "0"]
    options += ["--repl-diskless-sync-delay", "0"]
    processes = [run_valkey(port, *options, "--cluster-port", str(bus)) for port, bus in zip(ports, buses, strict=True)]
    nodes = [Redis(port=port, protocol=2) for port in ports]
    for node in nodes:
        until(node.ping)
    first = 0
    for number, last in enumerate(LAST_SLOTS):
        nodes[number].execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
        nodes[number].execute_command("CLUSTER ADDSLOTSRANGE", first, last)
        first = last + 1
    for port, bus in zip(ports[1:], buses[1:], strict=True):
        nodes[0].execute_command("CLUSTER MEET", "127.0.0.1", port, bus)
    ids = [node.execute_command("CLUSTER MYID").decode() for node in nodes]
    for node in nodes:
        until(lambda node=node: len(node.execute_command("CLUSTER NODES")) == count)
    for replica, of in zip(nodes[3:], replicas_of, strict=True):
        replica.execute_command("CLUSTER REPLICATE", ids[of])
    for node in nodes:
        until(lambda node=node: node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
    for node in nodes[3:]:
        until(lambda node=node: node.info("replication").get("master_link_status") == "up")
    return Cluster(ports, nodes, ids, processes)


@pytest.fixture(scope="module")
def cluster(run_valkey, free_port) -> Iterator[Cluster]:
    cluster = form_cluster(run_valkey, free_port, replicas_of=[0])
    yield cluster
    for node in cluster.nodes:
        node.close()


@pytest.fixture
async def store(cluster: Cluster) -> AsyncIterator[Store]:
    store = await Store.connect(Settings(store_url=cluster.url))
    yield store
    await store.close()


async def test_calls_find_the_node_of_their_key(cluster: Cluster, store: Store):
    counts = await asyncio.gather(*(store.run(COUNT, [f"{{s{n % 64}}}:n"]) for n in range(640)))
    assert sorted(counts) == sorted(list(range(1, 11)) * 64)
    sizes = [node.dbsize() for node in cluster.nodes[:3]]
    assert sum(sizes) >= 64
    assert min(sizes) > 0


async def test_everything_about_a_contact_is_in_one_slot(cluster: Cluster, store: Store):
    keys = Keys("test", 64, b"secret")
    contacts, turns, outbox = Contacts(store, keys), Turns(store, keys), Outbox(store, keys)
    entry = NewEntry(1, msgspec.json.encode(Meta("queued", "reply", 0, None)), msgspec.json.encode(Payload("1", HELLO)))
    for number in range(40):
        addresses = [(f"tel:+{number}", "1"), (f"wa-id:X.{number}", "X")]  # the second usually in another slot
        event = TextReceived(at=datetime.now(UTC), channel="wa", message_id=f"m{number}", text="hola")
        contact, claim, _ = await contacts.append(addresses, "wa", event, once=number + 1)
        assert claim is not None
        await turns.save(claim, claim.inbox[0], "wa", TurnChanges(entries=[entry], start_timers=[(f"{contact}|t", 0)]))
        head = await outbox.claim_lane(contact, "wa")
        assert head is None or (await outbox.settle(head, "sent")).following is None
        assert await contacts.find(f"wa-id:X.{number}") == contact
    dues = await asyncio.gather(*(contacts.due(shard) for shard in range(64)))
    assert sum(len(due.timers) for due in dues) == 40


async def test_a_moved_slot_is_followed_and_one_on_the_move_is_asked_for(cluster: Cluster, store: Store):
    slot, source = cluster.home("moving")
    target = (source + 1) % 3
    await store.run(PAIR, ["{moving}:a", "{moving}:b"], ["1"])
    # The slot is being moved: keys that are gone from the source already are at the target (ASK)
    cluster.nodes[target].execute_command("CLUSTER SETSLOT", slot, "IMPORTING", cluster.ids[source])
    cluster.nodes[source].execute_command("CLUSTER SETSLOT", slot, "MIGRATING", cluster.ids[target])
    assert await store.run(COUNT, ["{moving}:new"]) == 1
    assert await store.run(COUNT, ["{moving}:a"]) == 2
    # One of two keys moved: neither node can run it now (TRYAGAIN), so it waits until both have
    cluster.nodes[source].execute_command("MIGRATE", "127.0.0.1", cluster.ports[target], "{moving}:a", 0, 5000)
    both = asyncio.create_task(store.run(PAIR, ["{moving}:a", "{moving}:b"], ["7"]))
    await store.command("PING")
    assert not both.done()
    cluster.nodes[source].execute_command("MIGRATE", "127.0.0.1", cluster.ports[target], "{moving}:b", 0, 5000)
    assert await both == b"OK"
    # It has moved (MOVED)
    for number in (target, source):
        cluster.nodes[number].execute_command("CLUSTER SETSLOT", slot, "NODE", cluster.ids[target])
    assert await asyncio.gather(*(store.run(COUNT, ["{moving}:b"]) for _ in range(10))) == list(range(8, 18))


async def test_a_lone_node_is_not_taken_for_a_cluster(run_valkey, free_port):
    port = free_port()
    run_valkey(port)
    with Redis(port=port) as node:
        until(node.ping)
    with pytest.raises(StoreUnavailable, match="cluster support disabled"):
        await Store.connect(Settings(store_url=f"redis+cluster://127.0.0.1:{port}"))


async def test_a_whole_conversation_runs_on_a_cluster(cluster: Cluster, fakes: FakeProviders, tmp_path: Path):
    await walk_a_visit(fakes, Settings(store_url=cluster.url), tmp_path)


async def test_a_replica_takes_over_and_calls_go_on(
    cluster: Cluster, store: Store
):  # the last one: it breaks the cluster
    key = next(key for key in (f"{{t{n}}}:n" for n in range(64)) if cluster.home(key)[1] == 0)
    assert await store.run(COUNT, [key]) == 1
    cluster.nodes[0].wait(1, 1000)
    cluster.processes[0].kill()
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(StoreUnavailable):
                assert await store.run(COUNT, [key]) == 2
                break
