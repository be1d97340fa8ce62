"""Campaigns sent by two workers, one of them killed each minute: `python -m benchmarks.kills [LISTS] [--keep]`.

Each list has 100,000 rows, the most a file may have; all campaigns are launched at once.

Two `serve` processes on one Valkey, as on two machines; the provider takes 20 ms a message and counts. A killed worker
is started again at once. All share the machine's cores: the figure is what was held, not what a core can do.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.campaign_report import commit, keep, line
from benchmarks.campaigns import Bench, created, write_workspace
from benchmarks.lists import ROWS, write_list
from benchmarks.processes import CPUS, free_port, running
from benchmarks.single import answers
from benchmarks.valkey import valkey

EVERY_S = 60
FIRST_S = 20  # after the launch
MARKS = BEGIN, END = "<!-- kills -->", "<!-- /kills -->"


class Worker:
    """One `serve` process; `with` ends whichever runs then."""

    def __init__(self, folder: Path, port: int, store_url: str) -> None:
        self.port, self._folder = port, folder
        self._environ = {"BOT_STORE_URL": store_url, "BOT_DATA_DIR": str(folder / "data"), "BOT_LOG_LEVEL": "warning"}
        self._held = ExitStack()

    def __enter__(self) -> "Worker":
        self._held = ExitStack()
        command = [sys.executable, "-m", "bot_runtime", "serve", str(self._folder / "bot"), "--port", str(self.port)]
        log = self._folder / f"{self.port}.log"
        self._process = self._held.enter_context(
            running(command, lambda: answers(self.port), cpus=CPUS, log=log, env=self._environ)
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self._held.close()

    def key(self) -> str:
        command = [
            sys.executable,
            "-m",
            "bot_runtime",
            "key",
            "add",
            "bench",
            str(self._folder / "bot"),
            "--scope",
            "*",
        ]
        said = subprocess.run([*command, "--json"], env=os.environ | self._environ, capture_output=True, check=True)
        return str(json.loads(said.stdout)["key"])

    def kill(self) -> None:
        """kill -9, and up again."""
        self._process.kill()
        self._process.wait()
        self.__exit__()
        self.__enter__()


async def measure(workers: list[Worker], stub: int, files: list[bytes]) -> dict[str, Any]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1_800)) as http:
        bench = Bench(http, workers[0].port, stub, key=workers[0].key())
        campaigns = [await created(bench, file, ROWS) for file in files]
        for one in campaigns:
            await bench.call("POST", f"{one}/launch", json={"confirm": ROWS})
        kills = asyncio.create_task(kill_by_turns(workers))
        counts = Counter(pending=ROWS)
        while counts["pending"] or counts["queued"]:
            await asyncio.sleep(1)
            try:
                counts = Counter()
                for one in campaigns:
                    counts.update((await bench.call("GET", one))["counts"])
            except aiohttp.ClientError:
                counts = Counter(pending=ROWS)  # it was its turn
        kills.cancel()
        accepted = sorted((await bench.ledger("accepted")).values())
    return {"counts": {name: n for name, n in counts.items() if n}, **rates(accepted)}


async def kill_by_turns(workers: list[Worker]) -> None:
    await asyncio.sleep(FIRST_S)
    while True:
        await asyncio.to_thread(random.choice(workers).kill)
        await asyncio.sleep(EVERY_S)


def rates(accepted: list[float]) -> dict[str, Any]:
    """Messages a second over all, and over the slowest ten seconds of it."""
    first, last = accepted[0], accepted[-1]
    by_second = Counter(int(at - first) for at in accepted)
    seconds = int(last - first)
    tens = [sum(by_second[second + n] for n in range(10)) / 10 for second in range(max(seconds - 10, 1))]
    return {
        "accepted": len(accepted),
        "s": last - first,
        "per_s": len(accepted) / max(last - first, 1e-9),
        "slowest_10_s": min(tens),
        "kills": sum(1 for at in range(FIRST_S, seconds, EVERY_S) if at),
    }


def run(lists: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store, ExitStack() as held:
        folder, stub, before = Path(name), free_port(), os.getloadavg()[0]
        write_workspace(folder / "bot", stub)
        files = [folder / f"{number}.xlsx" for number in range(lists)]
        for number, file in enumerate(files):
            write_list(file, ROWS, after=number * ROWS)
        command = [sys.executable, "-m", "benchmarks.stub", str(stub), "20"]
        held.enter_context(running(command, lambda: answers(stub), cpus=CPUS, log=folder / "stub.log"))
        workers = [held.enter_context(Worker(folder, free_port(), f"unix://{store.socket}")) for _ in range(2)]
        started = time.monotonic()
        figures = asyncio.run(measure(workers, stub, [file.read_bytes() for file in files]))
        return {"rows": lists * ROWS, "load_before": before, "took_s": time.monotonic() - started, **figures}


def section(figures: dict[str, Any]) -> str:
    lines = [
        BEGIN,
        "## A worker killed each minute",
        "",
        f"Written by `make benchkills` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}: {figures['rows']:,} "
        f"messages, two workers, {figures['kills']} kills; load average {figures['load_before']:.1f} before the run.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line("messages a second, from the first to the last", figures["per_s"], "/s", 1_000, least=True),
        f"| messages a second in the slowest ten seconds | {figures['slowest_10_s']:,.0f} /s | |",
        f"| how they ended | {', '.join(f'{name} {n:,}' for name, n in figures['counts'].items())} | |",
        "",
        "Workers, provider and Valkey share two cores.",
        END,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    measured = run(numbers[0] if numbers else 4)
    print(json.dumps(measured, indent=2))
    print(section(measured))
    if "--keep" in sys.argv:
        keep(section(measured), *MARKS)
