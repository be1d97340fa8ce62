"""The figures of a return after a downtime as a section of benchmarks/RESULTS.md, each beside what it should be."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from benchmarks.campaign_report import ENDING, RESULTS, _commit, _line

BEGIN, END = "<!-- recovery -->", "<!-- /recovery -->"
LEAST_SHARE = 0.8


def section(figures: Mapping[str, Any]) -> str:
    backlog, timers, steady = figures["backlog"], figures["timers"], figures["steady"]
    every, always = steady["everysec"], steady["always"]
    share = backlog["per_s"] / every["wall_per_s"]
    lines = [
        BEGIN,
        "## After a downtime",
        "",
        f"Written by `make benchrecovery` on {datetime.now(UTC):%Y-%m-%d}, at commit {_commit()}: "
        f"{figures['events']:,} contacts wrote meanwhile; load average {figures['load_before']:.1f} before it.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        _line("ready, with the backlog", backlog["ready_s"], "s", 10),
        _line("the backlog answered ÷ first messages answered steadily, a second", share, "×", LEAST_SHARE, least=True),
        f"| those two | {backlog['per_s']:,.0f}; {every['wall_per_s']:,} | |",
        _line(f"a new contact's reply stored meanwhile, p99 of {backlog['new']}", backlog["new_p99_s"], "s", 2),
        _line("memory of the server after the backlog", backlog["rss_mib"], "MiB", 512),
        _line(f"bytes of each of {timers['count']:,} timers", timers["bytes_each"], "bytes", 120),
        _line("timers that fired early", timers["early"], f"of {timers['fired']:,}", 0),
        _line("timers late by, p99", timers["late_ms_p99"], "ms", 1_000),
        "| sync `always` ÷ `everysec`: messages a second; p50; p99 | "
        f"{always['wall_per_s'] / every['wall_per_s']:.2f} ×; {always['p50_ms']:.1f} ÷ {every['p50_ms']:.1f} ms; "
        f"{always['p99_ms']:.1f} ÷ {every['p99_ms']:.1f} ms | |",
        "",
        "A reply counts once it stands in the outbox. Timers are judged from outside: by when they left the store's",
        "list.",
        END,
    ]
    return "\n".join(lines) + "\n"


def kept() -> str:
    """The section as it stands in RESULTS.md."""
    found = re.search(f"{BEGIN}.*?{END}\n", RESULTS.read_text(), re.DOTALL) if RESULTS.exists() else None
    return found[0] if found else ""


def with_section(page: str, text: str) -> str:
    page = re.sub(f"{BEGIN}.*?{END}\n\n?", "", page, flags=re.DOTALL)
    return page.replace(ENDING, f"{text}\n{ENDING}", 1) if text else page


def keep(text: str) -> None:
    RESULTS.write_text(with_section(RESULTS.read_text(), text))
