"""The campaign's figures as a section of benchmarks/RESULTS.md, each beside what it should be."""

import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "RESULTS.md"
BEGIN, END = "<!-- campaign -->", "<!-- /campaign -->"
ENDING = "## How it measures"
PARTS = {"load": "load", "send": "send", "xlsx": "the .xlsx", "csv": "the CSV", "expire": "the ends of the waits"}


def section(figures: Mapping[str, Any]) -> str:
    rows, load, send, expire = figures["rows"], figures["load"], figures["send"], figures["expire"]
    memory = figures["memory"]
    lines = [
        BEGIN,
        "## A campaign, from its list to the end of its waits",
        "",
        f"Written by `make benchcampaigns` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}: {rows:,} rows × 8 "
        f"columns in an .xlsx, over HTTP; a load average of {figures['load_before']:.1f} before the run.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line("loaded, checked, stored ÷ bare read and phone parse, CPU", load["cpu_s"] / figures["bare_cpu_s"], "×", 4),
        line("messages a second and core of the server", rows / send["cpu_s"], "/s", 1_000, least=True),
        f"| messages a second as it ran | {rows / send['s']:,.0f} /s | |",
        line("peak memory of the server, over everything here", memory["peak_mib"], "MiB", 512),
        line("peak memory of the child that reads the list", memory["child_peak_mib"], "MiB", 512),
        *(
            line(
                f"a reply during {said}, p99 ({figures[part]['replied']} of {figures[part]['written']})",
                figures[part]["reply_ms_p99"],
                "ms",
                1_000,
            )
            for part, said in PARTS.items()
        ),
        line("waits that ended early", expire["early"], f"of {expire['closed']:,}", 0),
        line("a wait's end late by, p99", expire["late_ms_p99"], "ms", 2_000),
        line("waits ended a second", expire["closed_per_s"], "/s", 1_000, least=True),
        f"| figures of the campaign | {figures['figures']['s'] * 1000:,.0f} ms | |",
        f"| the .xlsx / the CSV of all recipients | {figures['xlsx']['s']:.1f} s / {figures['csv']['s']:.1f} s | |",
        "",
        "A wait's end is judged by when the stand-in says it took the message and when the closing turn was saved, by",
        "the machine's clock: nothing of it is the server's own word. The waits end at the pace of the messages.",
        END,
    ]
    return "\n".join(lines) + "\n"


def line(what: str, value: float | None, unit: str, aim: float, *, least: bool = False) -> str:
    if value is None:
        return f"| {what} | not measured | {'≥' if least else '≤'} {aim:,g} {unit} |"
    met = value >= aim if least else value <= aim
    shown = f"{value:,.2f}" if isinstance(value, float) and value < 10 else f"{value:,.0f}"
    return f"| {what} | {shown} {unit}{'' if met else ' (missed)'} | {'≥' if least else '≤'} {aim:,g} {unit} |"


def kept(page: str) -> list[str]:
    """Every section that another benchmark keeps on the page, marks included."""
    return [found[0] for found in re.finditer(r"<!-- (\w+) -->\n.*?<!-- /\1 -->\n", page, re.DOTALL)]


def with_section(page: str, text: str, begin: str = BEGIN, end: str = END) -> str:
    """The page with `text` as that section of it, before how it measures."""
    page = re.sub(f"{begin}.*?{end}\n\n?", "", page, flags=re.DOTALL)
    return page.replace(ENDING, f"{text}\n{ENDING}", 1)


def keep(text: str, begin: str = BEGIN, end: str = END) -> None:
    RESULTS.write_text(with_section(RESULTS.read_text(), text, begin, end))


def commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
