"""`bot-runtime unfit`: the answers that fitted no question, for the authors who can teach the bot."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from bot_runtime.cli.authoring import Words, language_option, open_workspace, workspace_of
from bot_runtime.cli.tables import table
from bot_runtime.errors import BotRuntimeError
from bot_runtime.exports import csv_bytes

SHOWN = 5  # texts a question


@click.command("unfit")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dialog", help="Only this dialog.")
@click.option("--json", "as_json", is_flag=True, help="Every answer, as a JSON list.")
@click.option("--csv", "as_csv", is_flag=True, help="Every answer, as CSV for a spreadsheet.")
@language_option
def command(folder: Path, dialog: str | None, as_json: bool, as_csv: bool, language: str | None) -> None:
    """List the answers that did not fit, question by question, from the store of the workspace in DIR."""
    workspace = workspace_of(open_workspace(folder, language))
    try:
        found = asyncio.run(_read(folder, workspace.brand))
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    found = [answer for answer in found if dialog in (None, answer["dialog"])]
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    elif as_csv:
        click.echo(_csv(found), nl=False)
    else:
        _print(found, Words(_WORDS, language or workspace.language))


async def _read(folder: Path, brand: str) -> list[dict[str, Any]]:
    from bot_runtime.cli.stored import open_store
    from bot_runtime.store.unfit import read_unfit

    async with open_store(folder, brand) as (store, keys):
        return await read_unfit(store, keys)


def _print(found: list[dict[str, Any]], words: Words) -> None:
    if not found:
        click.echo(words("none"))
        return
    rows = []
    by_question: dict[tuple[str, str], Counter[str]] = {}
    for answer in found:
        by_question.setdefault((answer["dialog"], answer["state"]), Counter())[answer["text"]] += 1
    for (dialog, state), texts in sorted(by_question.items(), key=lambda one: -one[1].total()):
        shown = " · ".join(f"{text} ×{count}" if count > 1 else text for text, count in texts.most_common(SHOWN))
        rows.append((dialog, state, str(texts.total()), shown))
    table(("", words("question"), words("count"), words("texts")), rows)


def _csv(found: list[dict[str, Any]]) -> str:
    names = ["at", "dialog", "version", "state", "attempt", "text", "contact"]
    return csv_bytes([names, *([str(answer.get(name, "")) for name in names] for answer in found)]).decode("utf-8-sig")


_WORDS = {
    "es": {
        "none": "Todas las respuestas encajaron.",
        "question": "pregunta",
        "count": "veces",
        "texts": "lo que escribieron",
    },
    "en": {"none": "Every answer fitted.", "question": "question", "count": "times", "texts": "what they wrote"},
}
