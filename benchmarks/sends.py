"""The sending path alone: lanes claimed, marked, sent to a provider that takes 20 ms, recorded; beside a bare client.

`python -m benchmarks.sends [MESSAGES] [ROUNDS] [--keep]`. The sender has a core for itself; the provider and Valkey
share the other. The bare loop posts the same bytes with the same client and as many at once, and does nothing else.
Rounds are interleaved, and only their ratio counts: the host drifts.
"""

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from benchmarks.campaign_report import commit, keep, line
from benchmarks.campaigns import BOT, DIALOG, NUMBER_ID, SECRET, TEMPLATE
from benchmarks.processes import OTHER_CPUS, SERVER_CPU, free_port, running
from benchmarks.single import answers
from benchmarks.valkey import valkey
from bot_runtime import logs
from bot_runtime.app import Server, start
from bot_runtime.channels.sender import Sender
from bot_runtime.dialogs.effects import SendTemplate
from bot_runtime.runtime.outbox import CAMPAIGN_AT_ONCE
from bot_runtime.settings import Settings
from bot_runtime.store.keys import ContactId, shard_of
from bot_runtime.store.outbox import Meta, Payload
from bot_runtime.workspace import load_workspace

LIMITS = "limits: { messages_per_s: 100000, level: 0, pair_pause_s: 0 }"
LEAST_PER_CORE = 2_000
LEAST_OF_BARE = 0.3
MARKS = BEGIN, END = "<!-- sends -->", "<!-- /sends -->"


async def main(messages: int, rounds: int, store_url: str, stub: int, folder: Path) -> dict[str, Any]:
    for name, text in {
        "bot.yaml": re.sub("limits: {[^}]*}", LIMITS, BOT % (NUMBER_ID, SECRET, stub)),
        "dialogs/reminder.yaml": DIALOG,
        "templates/due.yaml": TEMPLATE,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    settings = Settings(store_url=store_url, data_dir=str(folder), port=0, log_format="json")
    logs.configure(replace(settings, log_level="warning"))
    server = await start(settings, lambda: load_workspace(folder, os.environ), watch=False)
    found = [await one_round(server, number, messages) for number in range(rounds)]
    await server.stop()
    ours = statistics.median(one["ours_per_core"] for one in found)
    share = statistics.median(one["of_bare"] for one in found)
    return {
        "messages": messages,
        "rounds": found,
        "per_core": ours,
        "of_bare": round(share, 3),
    }


async def one_round(server: Server, number: int, messages: int) -> dict[str, float]:
    bare = await timed(lambda: post_bare(server, messages))
    contacts = [server.keys.contact_id(f"tel:+5255{number}{10_000_000 + n}") for n in range(messages)]
    await fill(server, f"bench{number}", contacts)
    ours = await timed(lambda: sent(server, f"bench{number}", contacts))
    return {
        "bare_per_core": round(messages / bare[0]),
        "ours_per_core": round(messages / ours[0]),
        "ours_per_s": round(messages / ours[1]),
        "of_bare": round(bare[0] / ours[0], 3),
    }


async def timed(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Seconds of CPU, and by the clock."""
    cpu, clock = time.process_time(), time.monotonic()
    await work()
    return time.process_time() - cpu, time.monotonic() - clock


async def post_bare(server: Server, messages: int) -> None:
    channel = server.definitions.channels["whatsapp"]
    numbers = iter(range(messages))
    async with Sender() as sender:

        async def post() -> None:
            for n in numbers:
                request = channel.render(f"5255{10_000_000 + n}", _template(n), f"1.00000000000000000000.{n}")
                await sender.send(channel, request)

        await asyncio.gather(*(post() for _ in range(CAMPAIGN_AT_ONCE)))


async def fill(server: Server, campaign: str, contacts: list[ContactId]) -> None:
    """What turns leave behind: an entry of the campaign in each contact's lane, and its row."""
    keys, store = server.keys, server.store
    await server.campaigns.rows.set_gate(campaign, "sending")
    now = store.clock.now_ms() + 60_000  # nobody claims them before all are there
    for start_at in range(0, len(contacts), 500):
        calls = []
        for n, contact in enumerate(contacts[start_at : start_at + 500], start_at):
            shard, outbox = shard_of(contact), keys.outbox(contact)
            meta = msgspec.json.encode(Meta("queued", "template", now, g=f"{campaign}:{n}"))
            payload = msgspec.json.encode(Payload(f"5255{10_000_000 + n}", _template(n)))
            rows = keys.campaign_rows(shard, campaign, "st")
            counts = keys.campaign_rows(shard, campaign, "n")
            calls += [
                store.command("HSET", outbox, "1", meta, "1:p", payload, key=outbox),
                store.command("RPUSH", keys.lane(contact, "whatsapp"), "1", key=outbox),
                store.command("HSET", rows, n, '{"s":"queued"}', key=rows),
                store.command("HINCRBY", counts, "queued", 1, key=counts),
                store.command("ZADD", keys.lanes(shard), now, f"{contact}|whatsapp", key=outbox),
            ]
        await asyncio.gather(*calls)


async def sent(server: Server, campaign: str, contacts: list[ContactId]) -> None:
    """Let all of it leave, and wait until the last one is recorded."""
    for shard in {shard_of(contact) for contact in contacts}:
        lanes = server.keys.lanes(shard)
        mine = [f"{contact}|whatsapp" for contact in contacts if shard_of(contact) == shard]
        due: list[str | int] = [part for member in mine for part in (1, member)]
        await server.store.command("ZADD", lanes, *due, key=lanes)
    for _ in range(1_200):
        counts = await server.campaigns.rows.counts(campaign)
        if not counts["queued"]:
            assert counts["sent"] == len(contacts), counts
            return
        await asyncio.sleep(0.25)  # looking asks all shards, on the CPU that is measured
    raise TimeoutError


def _template(number: int) -> SendTemplate:
    return SendTemplate("due", "en", (f"Contact {number}", "$1,200.50", "3 March"), ("PAY", "LATER"))


def run(messages: int, rounds: int) -> dict[str, Any]:
    load_before = os.getloadavg()[0]
    os.sched_setaffinity(0, OTHER_CPUS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store:
        folder, stub = Path(name), free_port()
        command = [sys.executable, "-m", "benchmarks.stub", str(stub), "20"]
        with running(command, lambda: answers(stub), cpus=OTHER_CPUS, log=folder / "stub.log"):
            os.sched_setaffinity(0, SERVER_CPU)
            (folder / "bot").mkdir()
            figures = uvloop.run(main(messages, rounds, f"unix://{store.socket}", stub, folder / "bot"))
    return {**figures, "load_before": load_before}


def section(figures: dict[str, Any]) -> str:
    rounds = figures["rounds"]
    a_second = statistics.median(one["ours_per_s"] for one in rounds)
    lines = [
        BEGIN,
        "## The sending path",
        "",
        f"Written by `make benchsends` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}: {len(rounds)} rounds of "
        f"{figures['messages']:,} template messages; load average {figures['load_before']:.1f} before the run.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line("messages a second and core, median of the rounds", figures["per_core"], "/s", LEAST_PER_CORE, least=True),
        line("of a bare loop of the same client in the same round", figures["of_bare"], "×", LEAST_OF_BARE, least=True),
        f"| messages a second as it ran | {a_second:,.0f} /s | |",
        "",
        "Claim, mark, send to a stand-in that takes 20 ms, record; the sender has a core for itself.",
        END,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    measured = run(*(numbers + [5_000, 3][len(numbers) :]))
    print(json.dumps(measured, indent=2))
    if "--keep" in sys.argv:
        keep(section(measured), *MARKS)
