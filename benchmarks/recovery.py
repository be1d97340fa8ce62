"""What is there after a downtime: a backlog of messages to answer, and a million timers of which some are due.

`python -m benchmarks.recovery [--events 100000] [--timers 1000000] [--keep]`. The server has a core for itself; Valkey
and this process share the other. `--keep` writes the figures into benchmarks/RESULTS.md.
"""

import argparse
import asyncio
import bisect
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from benchmarks import campaign_report, recovery_report, workload
from benchmarks.load import measure, play, wait_until_stored
from benchmarks.processes import SERVER_CPU, free_port, rss_mb, running
from benchmarks.single import answers, server_env
from benchmarks.valkey import Valkey, valkey
from benchmarks.variants import ours
from bot_runtime.channels.addresses import from_provider
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.secret import store_keys

STEADY_CONTACTS = 20_000
AT_ONCE = 500
DUE = 10_000  # timers, within
WITHIN_S = 10
DRAIN_S = 300
WRITING_NOW = 5  # contacts that have work only because they write now
PROBE_S = 0.05  # one new contact writes twenty times a second
LOOK_S = 0.01
WARM_UP = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="make benchrecovery", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--timers", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RESULTS.md too")
    options = parser.parse_args()
    os.environ |= {"BENCH_APP_SECRET": workload.APP_SECRET, "BENCH_API_BASE": "http://127.0.0.1:9"}
    figures: dict[str, Any] = {"events": options.events, "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store:
        folder = Path(name)
        figures["steady"] = steady(store, folder)
        figures["backlog"] = uvloop.run(backlog(store, folder, options.events))
        figures["timers"] = uvloop.run(timers(store, folder, options.timers))
    text = recovery_report.section(figures)
    print(json.dumps(figures, indent=1), "\n\n" + text)
    if options.keep:
        campaign_report.keep(text, *recovery_report.MARKS)


def steady(store: Valkey, folder: Path) -> dict[str, Any]:
    """A first message of so many contacts as fast as they are answered, each synced when asked and once a second."""
    found = {}
    for sync in ("everysec", "always"):
        store.forget()
        store.sync(sync)
        variant, port, requests = ours(sync, sync), free_port(), folder / f"{sync}.bin"
        workload.write("whatsapp", STEADY_CONTACTS, requests, rounds=1)
        with server(store, folder, port) as process:
            workload.write("whatsapp", WARM_UP, folder / "warm-up.bin", first=600_000)
            play(folder, folder / "warm-up.bin", port)
            wait_until_stored(variant, store)
            found[sync] = measure(variant, process.pid, store, folder, requests, port, STEADY_CONTACTS)
    store.sync("everysec")
    return found


async def backlog(valkey: Valkey, folder: Path, events: int) -> dict[str, float]:
    """So many contacts wrote while no worker ran: how soon the server is ready, and how fast they are all answered."""
    valkey.forget()
    store, keys = await connected(valkey)
    contacts = Contacts(store, keys)
    for first in range(0, events, AT_ONCE):
        await asyncio.gather(*(contacts.append(*written(n), n + 1, claim=False) for n in range(first, first + AT_ONCE)))
    port, started = free_port(), time.monotonic()
    with server(valkey, folder, port) as process:
        ready_s = time.monotonic() - started
        waits: list[float] = []
        stop = asyncio.Event()
        probing = asyncio.create_task(new_contacts(store, keys, port, waits, stop))
        drained_from = time.monotonic()
        async with asyncio.timeout(DRAIN_S):
            while await contacts.waiting() > WRITING_NOW:  # noqa: ASYNC110 - the store has no bell
                await asyncio.sleep(0.05)
        drained_s = time.monotonic() - drained_from
        stop.set()
        await probing
        rss = rss_mb(process.pid)
    await store.close()
    waits.sort()
    return {
        "ready_s": ready_s,
        "drained_s": drained_s,
        "per_s": events / drained_s,
        "new_p50_s": waits[len(waits) // 2],
        "new_p99_s": waits[int(len(waits) * 0.99)],
        "new": len(waits),
        "rss_mib": rss,
    }


async def new_contacts(store: Store, keys: Keys, port: int, waits: list[float], stop: asyncio.Event) -> None:
    """People who never wrote before write now; each time from then until their reply is stored."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(2 * DRAIN_S), asyncio.TaskGroup() as asking:

        async def ask(number: int) -> None:
            raw = next(iter(workload.requests("whatsapp", contacts=1, first=number, rounds=1)))
            head, _, body = raw.partition(b"\r\n\r\n")
            signature = next(
                line[21:] for line in head.decode().split("\r\n") if line.startswith("X-Hub-Signature-256")
            )
            address = from_provider(f"5511{90000000 + number}")
            assert address is not None
            outbox, began = keys.outbox(keys.contact_id(address.canonical)), time.monotonic()
            headers = {"X-Hub-Signature-256": signature.strip()}
            async with http.post(f"http://127.0.0.1:{port}/webhooks/whatsapp", data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status
            while not await store.command("EXISTS", outbox, key=outbox):  # noqa: ASYNC110 - the store has no bell
                await asyncio.sleep(LOOK_S)
            waits.append(time.monotonic() - began)

        number = 800_000
        while not stop.is_set():
            asking.create_task(ask(number))
            number += 1
            await asyncio.sleep(PROBE_S)


async def timers(valkey: Valkey, folder: Path, count: int) -> dict[str, float]:
    """A million timers, ten thousand of them due within ten seconds: when each left the store's list."""
    valkey.forget()
    store, keys = await connected(valkey)
    used, chance = valkey.used_bytes, random.Random(1)
    contact_ids = [keys.contact_id(f"tel:+52{n}") for n in range(count)]
    from_ms = store.clock.now_ms() + 3_600_000
    await add(store, keys, contact_ids[DUE:], [from_ms + chance.randrange(86_400_000) for _ in range(count - DUE)])
    with server(valkey, folder, free_port()):
        first_ms = store.clock.now_ms() + 5_000
        due = sorted(first_ms + chance.randrange(WITHIN_S * 1000) for _ in range(DUE))
        await add(store, keys, contact_ids[:DUE], due)
        bytes_each = (valkey.used_bytes - used) / count
        if store.clock.now_ms() >= first_ms:
            raise RuntimeError("writing them took so long that some were due before all were there")
        looked: list[tuple[int, int, int]] = []  # before and after a look, and how many had fired
        while not looked or (looked[-1][2] < DUE and looked[-1][0] < due[-1] + 30_000):
            before = store.clock.now_ms()
            lists = [keys.timers(shard) for shard in range(keys.shards)]
            left = sum(await asyncio.gather(*(store.command("ZCARD", key, key=key) for key in lists)))
            looked.append((before, store.clock.now_ms(), count - left))
            await asyncio.sleep(LOOK_S)
    await store.close()
    return {"count": count, "bytes_each": bytes_each, **lateness(due, looked)}


def lateness(due: Sequence[int], looked: Sequence[tuple[int, int, int]]) -> dict[str, float]:
    """How late the n-th timer was: the first look that saw n of them gone against when the n-th was due.

    More gone after a look than were due when it ended: somebody fired early.
    """
    early, late, at = 0, [], 0
    for _, after, fired in looked:
        early = max(early, fired - bisect.bisect_right(due, after))
        while at < min(fired, len(due)):
            late.append(after - due[at])
            at += 1
    late.sort()
    p99 = late[int(len(late) * 0.99)] if late else float("nan")
    return {
        "fired": len(late),
        "early": early,
        "late_ms_p50": late[len(late) // 2] if late else p99,
        "late_ms_p99": p99,
    }


async def add(store: Store, keys: Keys, contact_ids: Sequence[ContactId], due: Sequence[int]) -> None:
    by_shard: dict[str, list[str | int]] = {}
    for contact, at_ms in zip(contact_ids, due, strict=True):
        by_shard.setdefault(shard_of(contact), []).extend((at_ms, f"{contact}|whatsapp|1"))
    for shard, pairs in by_shard.items():
        key = keys.timers(shard)
        for first in range(0, len(pairs), 2_000):
            await store.command("ZADD", key, *pairs[first : first + 2_000], key=key)


def written(number: int) -> tuple[list[tuple[str, str]], str, TextReceived]:
    spelling = f"5511{10000000 + number}"
    event = TextReceived(at=datetime.now(UTC), channel="whatsapp", message_id=f"wamid.{number}", text="hi")
    return [(f"tel:+{spelling}", f"+{spelling}")], "whatsapp", event


async def connected(valkey: Valkey) -> tuple[Store, Keys]:
    store = await Store.connect(Settings(store_url=f"unix://{valkey.socket}"))
    return store, await store_keys(store, "bench", store.shards)


def server(store: Valkey, folder: Path, port: int) -> Any:
    command = [sys.executable, "-m", "benchmarks.server", str(port)]
    log, env = folder / "server.log", server_env(store, folder)
    return running(command, lambda: answers(port), cpus=SERVER_CPU, log=log, env=env, timeout_s=60)


if __name__ == "__main__":
    main()
