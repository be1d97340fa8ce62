"""Play a workload against a server, and measure what it cost."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.processes import OTHER_CPUS, cpu_us, rss_mb
from benchmarks.valkey import Valkey
from benchmarks.variants import Variant

SOURCE = Path(__file__).parent / "loadgen.c"
CONNECTIONS = 32
DRAIN_S = 60


@cache
def generator(folder: Path) -> Path:
    """The load generator, compiled for this run."""
    program = folder / "loadgen"
    subprocess.run(["cc", "-O2", "-o", str(program), str(SOURCE)], check=True)
    return program


def play(folder: Path, workload: Path, port: int, rate: float = 0) -> dict[str, Any]:
    """Send every request of `workload`: as fast as answers come, or at `rate` a second. Its latencies, in ms."""
    command = [generator(folder), "-f", workload, "-p", port, "-c", CONNECTIONS, "-r", rate, "-t", 300]
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, OTHER_CPUS),
    )
    if not done.stdout:
        raise RuntimeError(f"loadgen: {done.returncode} {done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    if figures["ok"] != figures["requests"]:
        raise RuntimeError(f"{figures['requests'] - figures['ok']} requests were not answered with 2xx: {done.stderr}")
    return figures


@dataclass
class Before:
    cpu: float
    store_cpu: float
    reads: int
    used: int
    replies: int


def measure(
    variant: Variant, pid: int, store: Valkey, folder: Path, workload: Path, port: int, expected: int, rate: float = 0
) -> dict[str, Any]:
    """Play the workload to its end, all replies stored, and say what a message cost.

    Raises:
        RuntimeError: a request was refused, or the replies are not exactly those that must come out.
    """
    replies = variant.replies(store) if variant.replies else 0
    before = Before(cpu_us(pid), store.cpu_us, store.reads, store.used_bytes, replies)
    started = time.monotonic()
    figures = play(folder, workload, port, rate)
    if variant.replies:
        wait_until_stored(variant, store)
        stored = variant.replies(store) - before.replies
        if stored != expected:
            raise RuntimeError(f"{variant.name}: {stored} replies stored, {expected} expected")
    requests = figures["requests"]
    cpu = (cpu_us(pid) - before.cpu) / requests
    return {
        **figures,
        "cpu_us": round(cpu, 1),
        "per_core": round(1e6 / cpu),
        "wall_per_s": round(requests / (time.monotonic() - started)),
        "store_cpu_us": round((store.cpu_us - before.store_cpu) / requests, 1),
        "reads": round((store.reads - before.reads) / requests, 2),
        "store_bytes": round((store.used_bytes - before.used) / requests),
        "rss_mb": rss_mb(pid),
    }


def wait_until_stored(variant: Variant, store: Valkey) -> None:
    give_up = time.monotonic() + DRAIN_S
    while not variant.idle(store):
        if time.monotonic() > give_up:
            raise RuntimeError(f"{variant.name}: still at work {DRAIN_S} s after the last request")
        time.sleep(0.01)
