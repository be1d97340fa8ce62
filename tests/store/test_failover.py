"""A primary killed in the middle of traffic, with `BOT_REPLICA_ACKS=1`: what was acknowledged is answered, and once."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from redis import Redis

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.workspace import load_workspace
from tests.servers import write_workspace
from tests.store.test_cluster import form_cluster, until
from tests.store.test_sentinel import FAST, SENTINEL

PEOPLE = 24
QUICKLY = ("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")


@dataclass
class Nodes:
    """Some of them, and the primary that is going to be killed."""

    url: str
    primary: "subprocess.Popen[bytes]"


def follows(node: "Redis[bytes]") -> bool:
    return node.info("replication").get("master_link_status") == "up"


@pytest.fixture
def sentinels(run_valkey, free_port) -> Iterator[Nodes]:
    """A primary with two replicas, and three Sentinels that watch them."""
    primary, *others = [free_port() for _ in range(3)]
    process = run_valkey(primary, *QUICKLY)
    for port in others:
        run_valkey(port, "--replicaof", "127.0.0.1", str(primary), *QUICKLY)
    nodes = [Redis(port=port, protocol=2) for port in (primary, *others)]
    for node in nodes:
        until(node.ping)
    for node in nodes[1:]:
        until(lambda node=node: follows(node))
    watchers, ids = [free_port() for _ in range(3)], [os.urandom(20).hex() for _ in range(3)]
    known = [f"sentinel known-sentinel main 127.0.0.1 {port} {own}" for port, own in zip(watchers, ids, strict=True)]
    for number, port in enumerate(watchers):
        config = SENTINEL.format(id=ids[number], primary=primary, replica=others[0])
        config += f"sentinel known-replica main 127.0.0.1 {others[1]}\n" + "\n".join(
            known[:number] + known[number + 1 :]
        )
        run_valkey(port, "--sentinel", config=config + "\n")
    for port in watchers:
        with Redis(port=port, protocol=2) as sentinel:
            until(sentinel.ping)
            sentinel.execute_command("SENTINEL DEBUG", *FAST)
            until(lambda sentinel=sentinel: sentinel.execute_command("SENTINEL CKQUORUM", "main") is not None)
    yield Nodes("redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in watchers) + "/main/0", process)
    for node in nodes:
        node.close()


@pytest.fixture
def cluster(run_valkey, free_port) -> Iterator[Nodes]:
    """Three primaries, the first with two replicas, the others with one."""
    formed = form_cluster(run_valkey, free_port, replicas_of=[0, 0, 1, 2])
    url = "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in formed.ports[1:3])
    yield Nodes(url, formed.processes[0])
    for node in formed.nodes:
        node.close()


@pytest.fixture(params=["sentinels", "cluster"])
def nodes(request: pytest.FixtureRequest) -> Nodes:
    found: Nodes = request.getfixturevalue(request.param)
    return found


async def test_a_primary_killed_in_mid_traffic_loses_nothing_acknowledged_and_doubles_nothing(
    nodes: Nodes, fakes: FakeProviders, tmp_path: Path
):
    root = write_workspace(tmp_path / "bot", fakes, messages_per_s=1_000)
    settings = Settings(store_url=nodes.url, data_dir=str(tmp_path), replica_acks=1, port=0, drain_s=5)

    async def server(role: str) -> Server:
        return await start(replace(settings, role=role), lambda: load_workspace(root, {}))  # type: ignore[arg-type]

    web, worker = await server("all"), await server("worker")
    try:
        fakes.point_to(f"http://127.0.0.1:{web.port}")
        people = [fakes.phone(f"Person {n}") for n in range(PEOPLE)]
        for person in people:
            fakes.say(person, "hi")
        for person in people:
            await fakes.expect(person, 1, timeout_s=30)
        for person in people[::2]:
            fakes.say(person, "5")
        await fakes.expect(people[0], 2, timeout_s=30)
        nodes.primary.kill()  # in the middle of the other eleven
        for person in people[1::2]:
            fakes.say(person, "5")
        await worker.stop()
        for person in people:
            await fakes.expect(person, 2, timeout_s=45)
        worker = await server("worker")
        for person in people:
            fakes.say(person, "of course")
        for person in people:
            await fakes.expect(person, 3, timeout_s=45)
        await fakes.delivered()
    finally:
        await worker.stop()
        await web.stop()

    for person in people:
        assert fakes.texts(person) == [f"How was it, {person.name}?", "Will you come back?", "Thanks for your 5."]
