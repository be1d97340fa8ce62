"""What `campaign` and `template` share: the workspace's campaigns, whether or not its server is running."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from bot_runtime.campaigns import results
from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.words import Refused
from bot_runtime.cli.authoring import open_workspace, workspace_of
from bot_runtime.errors import BotRuntimeError
from bot_runtime.workspace import Workspace

T = TypeVar("T")
SHOWN = 50  # faults on the terminal; --json has more
OPERATOR = "operator"

folder_argument = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object, errors too.")


@dataclass(frozen=True, slots=True)
class Office:
    """What a command works with. `language`: the one to tell it in."""

    campaigns: Campaigns
    workspace: Workspace
    language: str


def in_office(
    folder: Path,
    language: str | None,
    as_json: bool,
    work: Callable[[Office], Awaitable[T]],
    workspace: Workspace | None = None,
) -> tuple[T, str]:
    """What `work` returns, and the language to tell it in. What is refused is said, and ends the command with 1."""
    workspace = workspace or workspace_of(open_workspace(folder, language))
    speaks = language or workspace.language

    async def run() -> T:
        from bot_runtime.cli.stored import open_store

        async with open_store(folder, workspace.brand) as (store, keys):
            campaigns = Campaigns(store, keys, lambda: workspace)
            return await work(Office(campaigns, workspace, speaks))

    try:
        return asyncio.run(run()), speaks
    except Refused as error:
        refused = {"error": error.message(speaks), "code": error.code, "field": error.field}
        refuse(error.message(speaks), refused, as_json)
    except ListRefused as error:
        problems = {"error": error.faults[0].line(speaks), "problems": fault_lines(error.faults, speaks)}
        said = "\n".join(fault.line(speaks) for fault in error.faults[:SHOWN])
        refuse(said, {**problems, "total": len(error.faults)}, as_json)
    except BotRuntimeError as error:
        refuse(str(error), {"error": str(error)}, as_json)
    raise AssertionError  # refuse ends the command


def refuse(said: str, facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(said, err=True)
    sys.exit(1)


def fault_lines(faults: tuple[Fault, ...], language: str) -> list[dict[str, Any]]:
    return [
        {
            "row": fault.row,
            "column": fault.letter or None,
            "header": fault.header or None,
            "code": fault.code,
            "message": fault.message(language),
            "hint": fault.hint(language),
        }
        for fault in faults
    ]


def print_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


async def summary_of(office: Office, campaign: Campaign) -> dict[str, Any]:
    campaigns = office.campaigns
    counts = await campaigns.rows.counts(campaign.id)
    now_ms = campaigns.clock.now_ms()
    waits = await campaigns.limits.waits_until(campaign.id) if campaign.state == "sending" else 0
    line: dict[str, Any] = results.summary(campaign, counts, office.workspace, now_ms, office.language, waits)
    return line
