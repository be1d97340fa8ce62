"""`bot-runtime prove`: kill real servers on this machine, and see whether the delivery promises hold."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from bot_runtime.cli.languages import LANGUAGES
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.prove.plan import LONG, SHORT, Plan
from bot_runtime.prove.report import in_markdown, in_terminal, say
from bot_runtime.prove.result import Result
from bot_runtime.prove.run import prove
from bot_runtime.prove.seeds import failing, new_seed, remember
from bot_runtime.prove.servers import ProveError

KEPT = ".bot-prove-seeds.json"


@click.command("prove")
@click.option("--long", "long_run", is_flag=True, help="50,000 recipients and 20,000 messages, about half an hour.")
@click.option("--seed", "seeds", multiple=True, type=int, help="What happens when; again for another run.")
@click.option("--minutes", type=click.FloatRange(0.2, 600), help="How long things are killed.")
@click.option("--recipients", type=click.IntRange(1), help="Recipients of campaigns.")
@click.option("--events", type=click.IntRange(1), help="Messages that contacts write.")
@click.option("--kills", type=click.IntRange(0), help="Workers killed with SIGKILL.")
@click.option("--store-kills", type=click.IntRange(0), help="How often the store is killed with SIGKILL.")
@click.option("--on-accept", type=click.IntRange(0), help="How many of the killed workers right on an acceptance.")
@click.option("--outage", "outage_s", type=click.FloatRange(0), help="Seconds that the store is away, once.")
@click.option("--workers", type=click.IntRange(1, 16), help="Server processes.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Add the figures to FILE.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep logs and store in this folder.")
@click.option(
    "--seeds-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=KEPT,
    show_default=True,
    help="Where seeds that failed are kept; they run first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the output (default: the terminal's).")
def command(
    long_run: bool,
    seeds: tuple[int, ...],
    report: Path | None,
    keep: Path | None,
    seeds_file: Path,
    as_json: bool,
    language: str | None,
    **given: Any,
) -> None:
    """Prove that nothing is lost and nothing sent twice, with servers, store and providers of its own.

    Needs no workspace and touches none. Exit 0: every promise held; 1: one was broken; 2: it could not be tried.
    """
    speaks = language or terminal_language()
    plan = replace(LONG if long_run else SHORT, **{name: value for name, value in given.items() if value is not None})
    try:
        again = [seed for seed in failing(seeds_file) if seed not in seeds]
    except ValueError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    runs: list[tuple[Plan, Result]] = []
    for seed in [*again, *(seeds or [new_seed()])]:
        if seed in again:
            click.echo(say(speaks, "kept", seed=seed), err=True)
        result = _run(plan, seed, speaks, keep)
        remember(seeds_file, seed, result.good)
        runs.append((plan, result))
        if not as_json:
            for line in in_terminal(result, speaks):
                click.echo(line)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([result for _, result in runs])).decode())
    if report is not None:
        before = report.read_text("utf-8") if report.exists() else ""
        report.write_text(in_markdown(runs, speaks, before, datetime.now(UTC).date().isoformat()), "utf-8")
    sys.exit(0 if all(result.good for _, result in runs) else 1)


def _run(plan: Plan, seed: int, language: str, keep: Path | None) -> Result:
    def told(step: str, facts: dict[str, Any]) -> None:
        click.echo(say(language, step, **facts), err=True)

    about = {name: getattr(plan, name) for name in ("minutes", "recipients", "events", "kills", "store_kills")}
    told("begin", {"seed": seed, **about})
    try:
        return prove(plan, seed, told, keep and keep / str(seed))
    except ProveError as error:
        click.echo(say(language, "failed", why=error), err=True)
    sys.exit(2)
