"""The results of a run as a Markdown page: medians over the rounds, ratios within each round."""

import platform
import statistics
import subprocess
from datetime import UTC, datetime
from typing import Any

BASE = "c"
OURS = "bot-runtime"
MOST_OF_BASE = 6
COLUMNS = [
    "variant",
    "CPU ÷ c (range)",
    "CPU µs a message",
    "messages/s per core",
    "p50 ms",
    "p99 ms",
    "Valkey µs",
    "reads",
    "RSS MB",
]
HOW = """
## How it measures

- CPU a message: scheduler run time of all threads of the server and its children ÷ requests; "per core" is its inverse.
- The server has a core for itself; Valkey (append-only file, `everysec` unless said otherwise) and the load share the
  other.
- Requests are signed beforehand and replayed by a C program; one in a hundred is delivered twice; exactly six replies a
  contact must come out, else the row is an error. Each server first serves 60 other contacts.
- **b** verifies and parses; **c** adds one call of a bare client that does everything in Lua; **c2 redis-py** loads,
  advances in Python and stores, with redis-py as it comes. None of them orders, journals, times out or logs.
- Peers: uvloop, orjson, `gc.freeze`, access logs off. pywa keeps its session by hand (it has no state machine over
  Redis); aiogram has its Redis storage and lock, and answers Telegram updates.
- "reads" is the rise of Valkey's `total_reads_processed` a message: the round trips of a client that doesn't pipeline.
- Mid-survey: a greeting and two answers, replies sent to a local stand-in; the store's growth ÷ contacts.
"""
Rounds = list[dict[str, dict[str, Any]]]  # by variant; a variant that failed has {"error": why}

AIMS = [
    # what, key in `single`, unit, most that it may be
    ("a turn's pure part", "pure_turn_us", "µs", 60),
    ("store bytes of a contact in mid-survey", "contact_bytes", "bytes", 4096),
    ("`bot-runtime --help`", "help_s", "s", 0.3),
    ("`bot-runtime serve` to the first ready", "ready_s", "s", 2.0),
    ("a list of 100,000 rows read and checked ÷ a bare read and phone parse, CPU", "list.ratio", "×", 4),
    ("that list's peak memory, parent and child", "list.mib", "MiB", 512),
]


def ratios(rounds: Rounds, variant: str, base: str = BASE) -> list[float]:
    """CPU a message of `variant`, as a multiple of that of `base` in the same round."""
    both = [each for each in rounds if "cpu_us" in each.get(variant, {}) and "cpu_us" in each.get(base, {})]
    return [each[variant]["cpu_us"] / each[base]["cpu_us"] for each in both]


def median(rounds: Rounds, variant: str, key: str) -> float | None:
    values = [each[variant][key] for each in rounds if key in each.get(variant, {})]
    return statistics.median(values) if values else None


def page(facts: dict[str, Any], rounds: Rounds, single: dict[str, Any]) -> str:
    return "\n".join([*heading(facts), *survey(rounds), *verdict(rounds), *one_thing(single), *how()]) + "\n"


def heading(facts: dict[str, Any]) -> list[str]:
    return [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {facts['at']}, at commit {facts['commit']}: {facts['rounds']} interleaved "
        f"rounds of {facts['contacts']} contacts, CPython {facts['python']}, {facts['cpus']} virtual cores.",
        "The host drifts, so only ratios within one run count.",
        "",
    ]


def survey(rounds: Rounds) -> list[str]:
    """One row a variant. Six signed webhooks a contact; done when the reply is stored."""
    lines = [
        "## The survey, end to end",
        "",
        "A signed webhook → turn → the reply stored in the outbox, 32 connections, as fast as answers come.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "| --- " * len(COLUMNS) + "|",
    ]
    for variant in rounds[0]:
        of_base = ratios(rounds, variant)
        if not of_base:
            why = next((each[variant].get("error", "") for each in rounds), "")
            lines.append(f"| {variant} | not measured: {why.splitlines()[-1] if why else 'no base'} |||||||||"[:300])
            continue
        figures = [
            median(rounds, variant, key)
            for key in ("cpu_us", "per_core", "p50_ms", "p99_ms", "store_cpu_us", "reads", "rss_mb")
        ]
        cells = [f"{value:,.0f}" if value is not None and value >= 100 else f"{value:.2g}" for value in figures]
        spread = f"**{statistics.median(of_base):.2f}** ({min(of_base):.2f}–{max(of_base):.2f})"
        lines.append(f"| {variant} | {spread} | {' | '.join(cells)} |")
    bytes_a_message = median(rounds, OURS, "store_bytes")
    slow = median(rounds, OURS, "open_p50_ms"), median(rounds, OURS, "open_p99_ms")
    lines += [
        "",
        "p50 and p99 are to the 200: in ours the event is stored by then and the turn follows; in the others the reply",
        "is stored too.",
    ]
    if bytes_a_message is not None:
        lines.append(
            f"Ours grows the store by {bytes_a_message:,.0f} bytes a message here, where no reply is ever sent."
        )
    if None not in slow:
        lines.append(f"At a steady 200 messages/s ours answers in {slow[0]:.1f} ms (p50), {slow[1]:.1f} ms (p99).")
    return [*lines, ""]


def verdict(rounds: Rounds) -> list[str]:
    ours = ratios(rounds, OURS)
    if not ours:
        return []
    lines = [f"- At most {MOST_OF_BASE} × step c of CPU a message: {judged(ours, MOST_OF_BASE)}"]
    for peer in ("pywa on aiohttp", "aiogram with lock"):
        theirs = ratios(rounds, OURS, peer)
        if theirs:
            lines.append(f"- Less CPU a message than {peer}, whose is 1: {judged(theirs, 1)}")
        else:
            lines.append(f"- Less CPU a message than {peer}, whose is 1: not measured in this run.")
    return [*lines, ""]


def judged(values: list[float], most: float) -> str:
    found = statistics.median(values)
    return f"**{found:.2f}**, {'met' if found <= most else 'missed'}."


def one_thing(single: dict[str, Any]) -> list[str]:
    lines = ["## One thing at a time", "", "| what | measured | aim |", "| --- | --- | --- |"]
    for what, key, unit, most in AIMS:
        value = _figure(single, key)
        shown = (
            next((value[name] for name in ("median", "total", "error") if name in value), "")
            if isinstance(value, dict)
            else value
        )
        if not isinstance(shown, (int, float)):
            lines.append(f"| {what} | not measured: {shown} | ≤ {most:g} {unit} |")
        else:
            lines.append(f"| {what} | {shown:,g} {unit}{'' if shown <= most else ' (missed)'} | ≤ {most:g} {unit} |")
    if "total" in (single.get("contact_bytes") or {}):
        parts = ", ".join(f"{kind} {size}" for kind, size in sorted(single["contact_bytes"].items()) if kind != "total")
        lines += ["", f"Bytes a contact by kind of key: {parts}."]
    return [*lines, ""]


def _figure(single: dict[str, Any], key: str) -> Any:
    """The figure; of `thing.part`, that part of a thing that was measured whole."""
    thing, _, part = key.partition(".")
    value = single.get(thing)
    return value[part] if part and isinstance(value, dict) and part in value else value


def how() -> list[str]:
    return [HOW.strip()]


def facts(contacts: int, rounds: int, cpus: int) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit or "unknown",
        "python": platform.python_version(),
        "contacts": contacts,
        "rounds": rounds,
        "cpus": cpus,
    }
