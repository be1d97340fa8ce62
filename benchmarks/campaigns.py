"""A campaign end to end, over HTTP as a page does it: a list of 100,000 rows, its messages, its files, waits run out.

`python -m benchmarks.campaigns [ROWS] [--keep]`. The server has a core for itself; the provider (20 ms a message),
Valkey and this process share the other. All the while other contacts write twenty times a second and get their replies.
`--keep` writes the figures into benchmarks/RESULTS.md.
"""

import asyncio
import csv
import hashlib
import hmac
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from benchmarks import campaign_report, lists
from benchmarks.processes import OTHER_CPUS, SERVER_CPU, free_port, running
from benchmarks.single import answers
from benchmarks.valkey import valkey

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
    default_country: MX
    limits: { messages_per_s: 10000, level: 0, pair_pause_s: 0, replies_per_min: 100000, same_text: 100000 }
departments: { sales: { title: Sales } }
close_reasons: [done]
metadata: [{ name: Sucursal, key: sucursal }, { name: VIP, key: vip, type: yes_no }]
"""
DIALOG = """
dialog: reminder
language: en
retry: { attempts: 3, goto: out }
starts: { default: true, template: due }
needs: { nombre: text, monto: text, vencio: text }
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
body: "Hello {{1}}, your bill of {{2}} was due on {{3}}."
parameters: [nombre, monto, vencio]
buttons: [{ reply: I will pay, payload: PAY }, { reply: Later, payload: LATER }]
"""


class Bench:
    """The server's API, the provider's ledger, and what was measured so far."""

    def __init__(self, http: aiohttp.ClientSession, port: int, stub: int, key: str = "") -> None:
        self._http, self._base, self._stub = http, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stub}"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.wrote: dict[str, tuple[str, float]] = {}  # who wrote, in which part of the run, when
        self.part = "start"
        self.figures: dict[str, Any] = {}

    async def call(self, method: str, path: str, **more: Any) -> Any:
        async with self._http.request(method, self._base + path, headers=self._headers, **more) as answer:
            body = await answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {answer.status} {body[:500]!r}")
            return json.loads(body) if body else None

    async def ledger(self, what: str) -> dict[str, float]:
        async with self._http.get(f"{self._stub}/{what}") as answer:
            found: dict[str, float] = await answer.json()
            return found

    async def log_in(self) -> None:
        self._headers = {"Authorization": f"Bearer {(await self.call('GET', '/bench/key'))['key']}"}

    @asynccontextmanager
    async def measured(self, part: str) -> AsyncIterator[dict[str, Any]]:
        """Seconds and the server's CPU seconds of one part of the run; who writes meanwhile is counted to it."""
        self.part, figures = part, self.figures.setdefault(part, {})
        started, before = time.monotonic(), await self.call("GET", "/bench/used")
        yield figures
        after = await self.call("GET", "/bench/used")
        figures["s"] = time.monotonic() - started
        figures["cpu_s"] = after["cpu_s"] - before["cpu_s"]
        figures["peak_mib"] = after["peak_mib"]
        self.part = "between"

    async def download(self, path: str) -> bytes:
        """A file, and how long its first piece took to come."""
        pieces = []
        async with self._http.get(self._base + path, headers=self._headers) as answer:
            async for piece in answer.content.iter_any():
                pieces.append(piece)
        return b"".join(pieces)

    async def write(self) -> None:
        """Contacts who are on no list write, each once, twenty a second."""
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
            self.wrote[digits(phone)] = (self.part, time.time())
            signed = {"X-Hub-Signature-256": f"sha256={digest}"}
            async with self._http.post(f"{self._base}/webhooks/whatsapp", data=body, headers=signed) as answer:
                assert answer.status == 200
            await asyncio.sleep(0.05)


async def measure(port: int, stub: int, file: bytes, rows: int) -> dict[str, Any]:
    timeout = aiohttp.ClientTimeout(total=900)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        bench = Bench(http, port, stub)
        await bench.log_in()
        writers = asyncio.create_task(bench.write())
        one = await load(bench, file, rows)
        await send(bench, one, rows)
        async with bench.measured("figures"):
            await bench.call("GET", one)
        recipients = await export(bench, one, rows)
        await expire(bench, one, recipients)
        await asyncio.sleep(2)
        writers.cancel()
        arrived = {digits(to): at for to, at in (await bench.ledger("arrived")).items()}
        for part in ("load", "send", "xlsx", "csv", "expire"):
            times = [(to, at) for to, (was, at) in bench.wrote.items() if was == part]
            waited = [(arrived[to] - at) * 1000 for to, at in times if to in arrived]
            bench.figures[part] |= {"written": len(times), "replied": len(waited), **spread("reply_ms", waited)}
        bench.figures["memory"] = await bench.call("GET", "/bench/used")
        return bench.figures


async def load(bench: Bench, file: bytes, rows: int) -> str:
    async with bench.measured("load"):
        return await created(bench, file, rows)


async def created(bench: Bench, file: bytes, rows: int) -> str:
    """The address of a campaign of that list."""
    choices: dict[str, Any] = {"name": "Bench", "channel": "whatsapp", "department": "sales"}
    choices |= {"template": "due", "dialog": "reminder", "expects_answer": True, "wait_s": WAIT_S}
    form = aiohttp.FormData()
    form.add_field("campaign", json.dumps(choices))
    form.add_field("file", file, filename="list.xlsx")
    made = (await bench.call("POST", "/api/v1/campaigns", data=form))["campaign"]
    if (made["state"], made["messages"]) != ("loaded", rows):
        raise RuntimeError(f"the list was not taken: {made}")
    return f"/api/v1/campaigns/{made['id']}"


async def send(bench: Bench, one: str, rows: int) -> None:
    async with bench.measured("send") as figures:
        await bench.call("POST", f"{one}/launch", json={"confirm": rows})

        async def sent() -> Any:
            counts = (await bench.call("GET", one))["counts"]
            return None if counts["pending"] or counts["queued"] else counts

        counts = await until(sent)
    figures["counts"] = {name: n for name, n in counts.items() if n}
    await until(lambda: tickets(bench, one, "open", rows))


async def export(bench: Bench, one: str, rows: int) -> list[tuple[str, str]]:
    """Both files; from the CSV, each recipient's phone and contact."""
    for kind in ("xlsx", "csv"):
        async with bench.measured(kind) as figures:
            contents = await bench.download(f"{one}/export?format={kind}")
        figures["mib"] = len(contents) / 1024**2
    lines = list(csv.DictReader(io.StringIO(contents.decode("utf-8-sig"))))
    if len(lines) != rows:
        raise RuntimeError(f"{rows} rows, and {len(lines)} in the file")
    return [(digits(line["Phone"]), line["Ticket"].rpartition("-")[0]) for line in lines]


async def expire(bench: Bench, one: str, recipients: list[tuple[str, str]]) -> None:
    """Let every wait run out, at the pace at which the messages were accepted."""
    accepted = {digits(to): at for to, at in (await bench.ledger("accepted")).items()}
    await bench.call("POST", "/bench/watch")
    offset_s = round(min(accepted.values()) + WAIT_S - time.time() - 1)
    async with bench.measured("expire") as figures:
        await bench.call("POST", "/test/clock", json={"advance_s": offset_s})
        await until(lambda: tickets(bench, one, "no_answer", len(recipients)))
    saved = await bench.call("GET", "/bench/turns")
    figures |= lateness(recipients, accepted, saved, offset_s)


def lateness(
    recipients: list[tuple[str, str]], accepted: Mapping[str, float], saved: Mapping[str, float], offset_s: float
) -> dict[str, Any]:
    """How late each ticket closed: what the provider's clock says of its acceptance against when its turn was saved.

    Nothing of it is our own word: an early one would be seen, and counted.
    """
    late = [(saved[contact] + offset_s - accepted[phone] - WAIT_S) * 1000 for phone, contact in recipients]
    first, last = min(saved.values()), max(saved.values())
    return {
        "closed": len(late),
        "early": sum(1 for ms in late if ms < 0),
        "closed_per_s": len(late) / max(last - first, 1e-9),
        **spread("late_ms", late),
    }


def spread(name: str, values: list[float]) -> dict[str, float | None]:
    values = sorted(values)
    if not values:
        return {f"{name}_{part}": None for part in ("p50", "p99")}
    return {f"{name}_p50": statistics.median(values), f"{name}_p99": values[int(len(values) * 0.99)]}


def digits(phone: str) -> str:
    """The last ten: the list has them in two spellings."""
    return "".join(filter(str.isdigit, phone))[-10:]


async def tickets(bench: Bench, one: str, standing: str, count: int) -> bool:
    found = (await bench.call("GET", one))["figures"]["tickets"].get(standing, 0)
    return bool(found >= count)


async def until(looked: Callable[[], Awaitable[Any]]) -> Any:
    """What `looked` finds, once it finds something; looked at twice a second, for fifteen minutes at most."""
    for _ in range(1_800):
        if found := await looked():
            return found
        await asyncio.sleep(0.5)
    raise TimeoutError


def run(rows: int) -> dict[str, Any]:
    """The figures of a campaign of so many rows."""
    os.sched_setaffinity(0, OTHER_CPUS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store:
        folder, stub, port = Path(name), free_port(), free_port()
        write_workspace(folder / "bot", stub)
        file = folder / "list.xlsx"
        lists.write_list(file, rows)
        bare_s = statistics.median(lists.apart("bare", file)["cpu_s"] for _ in range(3))
        command = [sys.executable, "-m", "benchmarks.stub", str(stub), "20"]
        serve = [sys.executable, "-m", "benchmarks.campaign_server", str(port), str(folder / "bot")]
        with (
            running(command, lambda: answers(stub), cpus=OTHER_CPUS, log=folder / "stub.log"),
            running(
                [*serve, f"unix://{store.socket}"], lambda: answers(port), cpus=SERVER_CPU, log=folder / "server.log"
            ),
        ):
            before = os.getloadavg()[0]
            figures = uvloop.run(measure(port, stub, file.read_bytes(), rows))
            return {"rows": rows, "bare_cpu_s": bare_s, "load_before": before, **figures}


def write_workspace(folder: Path, stub: int) -> None:
    for name, text in {
        "bot.yaml": BOT % (NUMBER_ID, SECRET, stub),
        "dialogs/reminder.yaml": DIALOG,
        "templates/due.yaml": TEMPLATE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    measured = run(numbers[0] if numbers else 100_000)
    print(json.dumps(measured, indent=2))
    print(campaign_report.section(measured))
    if "--keep" in sys.argv:
        campaign_report.keep(campaign_report.section(measured))
