"""Figures of one thing at a time: a turn's pure part, a contact's bytes, how soon command and server are there."""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import workload
from benchmarks.load import play
from benchmarks.processes import OTHER_CPUS, SERVER_CPU, running
from benchmarks.valkey import Valkey
from benchmarks.variants import in_outboxes, no_work_left
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.dialogs.session import About
from bot_runtime.workspace import load_workspace

SURVEY = Path(__file__).parent / "survey"
MID_SURVEY = 3  # messages: the greeting and two answers


def pure_turn_us(rounds: int = 400) -> dict[str, float]:
    """µs of the core for one message of the survey: the session given, the next session and the effects returned."""
    workspace = load_workspace(SURVEY, os.environ).workspace
    assert workspace is not None
    book = Book(workspace.dialogs.values(), language=workspace.language, default_dialog=workspace.default_dialog)
    about = About(
        contact_name="Maria Aparecida", contact_phone="+551190000000", channel="whatsapp", channel_kind="whatsapp"
    )
    at = datetime.now(UTC)
    times: list[float] = []
    for contact in range(rounds):
        session = None
        for turn in range(workload.ROUNDS):
            text = workload.answer(contact, turn)
            event = TextReceived(
                at=at + timedelta(seconds=turn), channel="whatsapp", message_id=f"{contact}-{turn}", text=text
            )
            pinned = workspace.dialogs["survey"] if session else None
            started = time.perf_counter_ns()
            session, _ = converse(book, session, pinned, event, about, False)
            times.append((time.perf_counter_ns() - started) / 1000)
    warm = times[len(times) // 4 :]
    return {"median": round(statistics.median(warm), 1), "mean": round(statistics.fmean(warm), 1)}


def contact_bytes(store: Valkey, folder: Path, port: int, stub: int, contacts: int) -> dict[str, float]:
    """Store bytes of a contact in mid-survey, everything counted: ids remembered, journal, timer, sent entries."""
    requests = folder / "mid-survey.bin"
    store.forget()
    env = server_env(store, folder, stub) | {"BENCH_SEND": "1"}
    command = [sys.executable, "-m", "benchmarks.server", str(port)]
    with running(command, lambda: answers(port), cpus=SERVER_CPU, log=folder / "mid-survey.log", env=env):
        workload.write("whatsapp", 1, requests, first=500_000, rounds=1)
        play(folder, requests, port)  # what the first message of all leaves behind is not a contact's
        settle(store)
        before = store.used_bytes
        workload.write("whatsapp", contacts, requests, rounds=MID_SURVEY)
        play(folder, requests, port)
        settle(store)
        used = store.used_bytes - before
        keys = store.call("EVAL", BYTES_BY_KIND, 0)
    by_kind = {kind.decode(): round(size / (contacts + 1)) for kind, size in zip(keys[::2], keys[1::2], strict=True)}
    return {"total": round(used / contacts), **by_kind}


BYTES_BY_KIND = """
local sizes, cursor = {}, '0'
repeat
  local found = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = found[1]
  for _, key in ipairs(found[2]) do
    local kind = string.match(key, '^[^:]*:{[^}]*}:(%l+)') or 'other'
    sizes[kind] = (sizes[kind] or 0) + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0)
  end
until cursor == '0'
local flat = {}
for kind, size in pairs(sizes) do flat[#flat + 1] = kind; flat[#flat + 1] = size end
return flat"""


def settle(store: Valkey, timeout_s: float = 60) -> None:
    """Until no turn is left to take and no reply to send."""
    give_up = time.monotonic() + timeout_s
    while not no_work_left(store) or in_outboxes(store):
        if time.monotonic() > give_up:
            raise RuntimeError(f"{in_outboxes(store)} replies are still not sent")
        time.sleep(0.05)


def server_env(store: Valkey, folder: Path, stub: int = 9) -> dict[str, str]:
    return {
        "BOT_STORE_URL": f"unix://{store.socket}",
        "BOT_DATA_DIR": str(folder / "server"),
        "BENCH_SOCKET": str(store.socket),
        "BENCH_APP_SECRET": workload.APP_SECRET,
        "BENCH_API_BASE": f"http://127.0.0.1:{stub}",
    }


def answers(port: int, path: str = "/readyz") -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as response:
        return bool(response.status == 200)


def help_s(rounds: int = 5) -> float:
    """Seconds of `bot-runtime --help`, the best of a few (the first may read the disk)."""
    return best(
        rounds, lambda: subprocess.run([sys.executable, "-m", "bot_runtime", "--help"], check=True, capture_output=True)
    )


def ready_s(folder: Path, port: int) -> float:
    """Seconds from `bot-runtime serve` with an embedded, empty store to the first 200 of /readyz."""
    env = {
        "BOT_DATA_DIR": str(folder / "embedded"),
        "BOT_PORT": str(port),
        "BOT_STORE_URL": "",
        "BENCH_APP_SECRET": workload.APP_SECRET,
        "BENCH_API_BASE": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "bot_runtime", "serve", str(SURVEY)]

    took: list[float] = []
    for _ in range(3):
        started = time.monotonic()
        with running(command, lambda: answers(port), cpus=SERVER_CPU + OTHER_CPUS, log=folder / "ready.log", env=env):
            took.append(time.monotonic() - started)
    return round(min(took), 2)


def best(rounds: int, action: Callable[[], Any]) -> float:
    times = []
    for _ in range(rounds):
        started = time.monotonic()
        action()
        times.append(time.monotonic() - started)
    return round(min(times), 3)
