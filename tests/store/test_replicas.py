"""What only counts when replicas have it: `BOT_REPLICA_ACKS`, with a primary and a replica from the wheel."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest
from redis.asyncio import Redis

from bot_runtime.dialogs.effects import SendText
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.settings import Settings
from bot_runtime.store import nodes
from bot_runtime.store.connection import Store, TooFewReplicas
from bot_runtime.store.contacts import Contacts, NotReplicated
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import NOT_REPLICATED_MS, Entry, Mark, Meta, Outbox, Payload
from bot_runtime.store.scripts import Script
from bot_runtime.store.turns import NewEntry, TurnChanges, Turns
from tests.store.test_sentinel import _follows, eventually

COUNT = Script("count", b"return redis.call('INCR', KEYS[1])")
LOOK = Script("look", b"return redis.call('GET', KEYS[1])")
ANA = [("tel:+1", "1")]
RULES = {"pause_ms": 0, "borrow_ms": 0, "expire_ms": 60_000, "opt_out_holds_all": False}


@dataclass
class Pair:
    store: Store
    replica: "subprocess.Popen[bytes]"

    def pause(self) -> None:
        self.replica.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.replica.send_signal(signal.SIGCONT)


@pytest.fixture
async def pair(run_valkey, free_port, monkeypatch) -> AsyncIterator[Pair]:
    """A store that wants one acknowledgement, and the replica that gives it."""
    monkeypatch.setattr(nodes, "ACKS_MS", 300)
    primary, second = free_port(), free_port()
    run_valkey(primary, "--repl-diskless-sync-delay", "0")
    replica = run_valkey(second, "--replicaof", "127.0.0.1", str(primary), "--repl-diskless-sync-delay", "0")
    async with Redis(port=primary, protocol=2) as one, Redis(port=second, protocol=2) as other:
        await eventually(one.ping)
        await eventually(_follows, other)
    store = await Store.connect(Settings(store_url=f"redis://127.0.0.1:{primary}", replica_acks=1, test_clock=True))
    yield Pair(store, replica)
    replica.send_signal(signal.SIGCONT)
    await store.close()


def hello(number: int) -> TextReceived:
    return TextReceived(at=datetime.now(UTC), channel="wa", message_id=f"m{number}", text="hola")


async def test_a_replica_that_has_it_is_enough(pair: Pair):
    assert await asyncio.gather(*(pair.store.run(COUNT, ["n"], acked=True) for _ in range(100))) == list(range(1, 101))
    waits: bytes = await pair.store.command("INFO", "commandstats")
    asked = int(waits.split(b"cmdstat_wait:calls=")[1].split(b",")[0])
    assert asked < 20  # those of one pass of the event loop are asked about together


async def test_without_its_replica_it_is_said_that_it_may_be_lost(pair: Pair):
    pair.pause()
    with pytest.raises(TooFewReplicas, match="0 of 1 replicas have it") as error:
        await pair.store.run(COUNT, ["n"], acked=True)
    assert error.value.reply == 1  # it ran
    with pytest.raises(TooFewReplicas):
        await pair.store.run(LOOK, ["n"], acked=True)  # nor does reading it again make it safe
    pair.resume()
    assert await pair.store.run(LOOK, ["n"], acked=True) == b"1"


async def test_others_do_not_wait_for_the_replica(pair: Pair):
    pair.pause()
    waiting = asyncio.ensure_future(pair.store.run(COUNT, ["n"], acked=True))
    for _ in range(50):
        await pair.store.run(COUNT, ["other"])
    assert not waiting.done()
    with pytest.raises(TooFewReplicas):
        await waiting


async def test_an_event_no_replica_has_is_refused_and_yet_taken_once(pair: Pair):
    contacts = Contacts(pair.store, Keys("test", 8, b"secret"))
    pair.pause()
    with pytest.raises(NotReplicated) as error:
        await contacts.append(ANA, "wa", hello(1), once=1)
    assert error.value.claim is not None  # whoever got the claim goes on: the provider will only repeat it
    with pytest.raises(NotReplicated):
        await contacts.append(ANA, "wa", hello(1), once=1)
    pair.resume()
    assert (await contacts.append(ANA, "wa", hello(1), once=1))[2] is False


async def test_a_mark_no_replica_has_lets_nothing_leave(pair: Pair):
    keys = Keys("test", 8, b"secret")
    contacts, turns, outbox = Contacts(pair.store, keys), Turns(pair.store, keys), Outbox(pair.store, keys)
    contact, claim, _ = await contacts.append(ANA, "wa", hello(1), once=1)
    assert claim is not None
    meta, payload = Meta("queued", "reply", 0), Payload("1", SendText("hola"))
    entry = NewEntry(1, msgspec.json.encode(meta), msgspec.json.encode(payload))
    saved = await turns.save(claim, claim.inbox[0], "wa", TurnChanges(entries=[entry]))
    assert saved.lane_epoch
    pair.pause()
    head = Entry(contact, "wa", saved.lane_epoch, "1", meta, payload)
    assert await outbox.mark_sending(head, **RULES) == Mark(wait_ms=NOT_REPLICATED_MS)
    assert (await outbox.entries(contact))["1"].s == "queued"
    pair.resume()
    await pair.store.advance_clock(2)
    again = await outbox.claim_lane(contact, "wa")
    assert again is not None
    assert (await outbox.mark_sending(again, **RULES)).at_ms
