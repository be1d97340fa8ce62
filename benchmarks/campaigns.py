"""A campaign end to end: rows stored, dispatched to a provider that takes 20 ms, tickets born, waits run out.

`python -m benchmarks.campaigns [ROWS]`. The server has a core for itself; the provider and Valkey share the other.
While the campaign goes out, other contacts write twenty times a second and get their replies.
"""

import asyncio
import hashlib
import hmac
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from benchmarks.processes import OTHER_CPUS, SERVER_CPU, free_port, running
from benchmarks.single import answers
from benchmarks.valkey import valkey
from bot_runtime import logs
from bot_runtime.app import Server, start
from bot_runtime.runtime.dispatch import Dispatcher, Plan
from bot_runtime.settings import Settings
from bot_runtime.store.campaigns import CampaignRows, Row
from bot_runtime.tickets.model import Ticket
from bot_runtime.workspace import load_workspace

WAIT_S = 3_600
SECRET, NUMBER_ID = "bench-app-secret", "106540352242922"
BOT = """
brand: bench
language: en
channels:
  whatsapp:
    provider: whatsapp
    phone_number_id: "%s"
    app_secret: %s
    verify_token: x
    token: t
    api_base: http://127.0.0.1:%d
    read_marks: false
    limits: { messages_per_s: 10000, level: 0, pair_pause_s: 0, replies_per_min: 100000, same_text: 100000 }
departments: { sales: { title: Sales } }
close_reasons: [done]
"""
DIALOG = """
dialog: reminder
language: en
retry: { attempts: 3, goto: out }
starts: { default: true, template: due }
needs: { name: text, amount: text }
states:
  asked:
    ask: "Will you pay?"
    menu: [{ label: I will pay, button: PAY }, { label: Later, button: LATER }]
    goto: out
  out: { say: Thank you., close: done }
"""
TEMPLATE = """
template: due
language: en
body: "Hello {{1}}, your bill of {{2}} is due."
parameters: [name, amount]
buttons: [{ reply: I will pay, payload: PAY }, { reply: Later, payload: LATER }]
"""


class Plans:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    async def tick(self) -> None: ...

    async def sending(self) -> list[Plan]:
        return [self._plan]


async def main(rows: int, store_url: str, stub: int, folder: Path) -> dict[str, object]:
    for name, text in {
        "bot.yaml": BOT % (NUMBER_ID, SECRET, stub),
        "dialogs/reminder.yaml": DIALOG,
        "templates/due.yaml": TEMPLATE,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    settings = Settings(store_url=store_url, data_dir=str(folder), port=0, log_format="json", test_clock=True)
    logs.configure(replace(settings, log_level="warning"))
    server = await start(settings, lambda: load_workspace(folder, os.environ), watch=False)
    figures = await measure(server, rows, stub)
    await server.stop()
    return figures


async def measure(server: Server, count: int, stub: int) -> dict[str, object]:
    store = CampaignRows(server.store, server.keys)
    started = time.monotonic()
    listed = []
    for number in range(count):
        address = f"tel:+5255{10_000_000 + number}"
        contact = await store.contact_of(address)
        listed.append(Row(number, contact, address, address[4:], (f"Contact {number}", "$1,200.50")))
    await store.add_rows("bench", listed)
    stored_s = time.monotonic() - started
    await store.set_gate("bench", "sending")
    plans = Plans(Plan("bench", "whatsapp", "due", "en", ("PAY", "LATER"), False, WAIT_S, "reminder", "sales"))
    assert server._turns
    dispatcher = Dispatcher(server.store, server.keys, store, plans, server.definitions, server._turns, server.limits)
    task = asyncio.create_task(dispatcher.run())
    writers = asyncio.create_task(write(server.port))
    first_s = server.store.clock.now_s()
    started, cpu = time.monotonic(), time.process_time()
    counts = await until(lambda: done(store))
    sent_s, sent_cpu_s = time.monotonic() - started, time.process_time() - cpu
    writers.cancel()
    await until(lambda: listed_in(server, "waiting:sales", count))
    task.cancel()
    replies = await reply_ms(stub, await writers_result(writers))
    return {
        "rows": count,
        "stored_rows_per_s": round(count / stored_s),
        "counts": {name: n for name, n in counts.items() if n},
        "sent_per_s": round(count / sent_s),
        "sent_per_s_and_core": round(count / sent_cpu_s),
        "cpu_us_a_recipient": round(sent_cpu_s / count * 1e6),
        "reply_ms_meanwhile": replies,
        "expiry": await expire(server, count, first_s),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def expire(server: Server, count: int, first_s: float) -> dict[str, object]:
    """Let every wait run out, at the pace at which the messages went out, and see how late each ticket closed.

    That none fires early is the store's to refuse (`fire_timer.lua`) and a test's to show: a ticket's closing time is
    never written as before its deadline, so nothing could be counted here.
    """
    await server.advance_clock(first_s + WAIT_S - server.store.clock.now_s())
    await until(lambda: listed_in(server, "closed:sales", count))
    tickets = [ticket for shard in range(server.keys.shards) for ticket in await closed(server, shard)]
    late_ms = sorted(ticket.changed_at - ticket.opened_at - WAIT_S * 1000 for ticket in tickets)
    return {
        "closed": len(late_ms),
        "late_ms_p50": round(statistics.median(late_ms)),
        "late_ms_p99": late_ms[int(len(late_ms) * 0.99)],
    }


async def until(looked: Callable[[], Awaitable[Any]]) -> Any:
    """What `looked` finds, once it finds something; looked at ten times a second, for ten minutes at most."""
    for _ in range(6_000):
        if found := await looked():
            return found
        await asyncio.sleep(0.1)
    raise TimeoutError


async def done(store: CampaignRows) -> dict[str, int] | None:
    counts = await store.counts("bench")
    return None if counts["pending"] or counts["queued"] else counts


async def listed_in(server: Server, index: str, count: int) -> bool:
    return await server.tickets.count([index]) >= count


async def closed(server: Server, shard: int) -> list[Ticket]:
    key = server.keys.tickets(shard, "closed:sales")
    ids = await server.store.command("ZRANGE", key, 0, -1, key=key)
    found = await asyncio.gather(*(server.tickets.ticket(one.decode()) for one in ids))
    return [ticket for ticket in found if ticket]


async def write(port: int) -> dict[str, float]:
    """Contacts who are on no list write, each once, twenty a second; when each wrote."""
    wrote: dict[str, float] = {}
    url = f"http://127.0.0.1:{port}/webhooks/whatsapp"
    async with aiohttp.ClientSession() as http:
        try:
            for number in range(1_000_000):
                phone = f"52777{1_000_000 + number}0"
                message = {"from": phone, "id": f"wamid.W{number}", "timestamp": str(int(time.time())), "type": "text"}
                value = {
                    "messaging_product": "whatsapp",
                    "metadata": {"display_phone_number": "1", "phone_number_id": NUMBER_ID},
                    "contacts": [{"profile": {"name": "W"}, "wa_id": phone}],
                    "messages": [{**message, "text": {"body": "hi"}}],
                }
                entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
                body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
                digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                wrote[f"+{phone}"] = time.time()
                async with http.post(url, data=body, headers={"X-Hub-Signature-256": f"sha256={digest}"}) as answer:
                    assert answer.status == 200
                await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            pass
    return wrote


async def writers_result(task: "asyncio.Task[dict[str, float]]") -> dict[str, float]:
    return await task


async def reply_ms(stub: int, wrote: dict[str, float]) -> dict[str, object]:
    await asyncio.sleep(2)
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{stub}/arrived") as answer:
        arrived = await answer.json()
    waited = sorted((arrived[to] - at) * 1000 for to, at in wrote.items() if to in arrived)
    return {
        "written": len(wrote),
        "answered": len(waited),
        "p50": round(statistics.median(waited), 1),
        "p99": round(waited[int(len(waited) * 0.99)], 1),
    }


def run(rows: int) -> dict[str, object]:
    """The figures of a campaign of so many rows."""
    os.sched_setaffinity(0, OTHER_CPUS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store:
        folder, stub = Path(name), free_port()
        command = [sys.executable, "-m", "benchmarks.stub", str(stub), "20"]
        with running(command, lambda: answers(stub), cpus=OTHER_CPUS, log=folder / "stub.log"):
            os.sched_setaffinity(0, SERVER_CPU)
            (folder / "bot").mkdir()
            return uvloop.run(main(rows, f"unix://{store.socket}", stub, folder / "bot"))


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), indent=2))
