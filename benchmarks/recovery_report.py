"""The figures of a return after a downtime as a section of benchmarks/RESULTS.md, each beside what it should be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from benchmarks.campaign_report import commit, line

MARKS = BEGIN, END = "<!-- recovery -->", "<!-- /recovery -->"
LEAST_SHARE = 0.8


def section(figures: Mapping[str, Any]) -> str:
    backlog, timers, steady = figures["backlog"], figures["timers"], figures["steady"]
    every, always = steady["everysec"], steady["always"]
    share = backlog["per_s"] / every["wall_per_s"]
    lines = [
        BEGIN,
        "## After a downtime",
        "",
        f"Written by `make benchrecovery` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}: "
        f"{figures['events']:,} contacts wrote meanwhile; load average {figures['load_before']:.1f} before it.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line("ready, with the backlog", backlog["ready_s"], "s", 10),
        line("the backlog answered ÷ first messages answered steadily, a second", share, "×", LEAST_SHARE, least=True),
        f"| those two | {backlog['per_s']:,.0f}; {every['wall_per_s']:,} | |",
        line(f"a new contact's reply stored meanwhile, p99 of {backlog['new']}", backlog["new_p99_s"], "s", 2),
        line("memory of the server after the backlog", backlog["rss_mib"], "MiB", 512),
        line(f"bytes of each of {timers['count']:,} timers", timers["bytes_each"], "bytes", 120),
        line("timers that fired early", timers["early"], f"of {timers['fired']:,}", 0),
        line("timers late by, p99", timers["late_ms_p99"], "ms", 1_000),
        "| sync `always` ÷ `everysec`: messages a second; p50; p99 | "
        f"{always['wall_per_s'] / every['wall_per_s']:.2f} ×; {always['p50_ms']:.1f} ÷ {every['p50_ms']:.1f} ms; "
        f"{always['p99_ms']:.1f} ÷ {every['p99_ms']:.1f} ms | |",
        "",
        "A reply counts once it stands in the outbox. Timers are judged from outside: by when they left the store's",
        "list.",
        END,
    ]
    return "\n".join(lines) + "\n"
