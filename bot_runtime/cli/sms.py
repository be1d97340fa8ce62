"""`bot-runtime sms count`: what a text costs, before anybody pays for it."""

import json
from typing import Final

import click

from bot_runtime.channels.sms import BUDGET, MAX_PARTS, Count, count, foreign
from bot_runtime.cli.languages import language_option, terminal_language

_WORDS: Final = {
    "es": {
        "sum": "{characters} caracteres (presupuesto: {budget}) · {encoding} · {units} unidades · {parts}",
        "parts": "{count} partes ({each})",
        "part": "1 parte",
        "none": "ninguna parte",
        "over": "Aviso: pasa el presupuesto por {over} caracteres. Los mensajes largos se leen menos y cuestan más.",
        "foreign": "Fuera del alfabeto GSM, y por eso entran 70 por mensaje en vez de 160: {found}",
        "refused": "Error: son {count} partes; se envían como mucho {most}.",
        "empty": "Error: el texto está vacío.",
    },
    "en": {
        "sum": "{characters} characters (budget: {budget}) · {encoding} · {units} units · {parts}",
        "parts": "{count} parts ({each})",
        "part": "1 part",
        "none": "no part",
        "over": "Warning: over the budget by {over} characters. Long messages are read less and cost more.",
        "foreign": "Outside the GSM alphabet, so that a message holds 70 instead of 160: {found}",
        "refused": "Error: that is {count} parts; at most {most} are sent.",
        "empty": "Error: the text is empty.",
    },
}


@click.group()
def command() -> None:
    """SMS texts: length, encoding, parts."""


@command.command("count")
@click.argument("text")
@click.option(
    "--budget", type=click.IntRange(1, 1600), default=BUDGET, show_default=True, help="Characters to stay in."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@language_option
def count_text(text: str, budget: int, as_json: bool, language: str | None) -> None:
    """Count what TEXT costs as SMS. Exit 1 when it cannot be sent: empty, or over ten parts."""
    counted = count(text)
    refused = not 1 <= len(counted.parts) <= MAX_PARTS
    if as_json:
        click.echo(_as_json(text, counted, budget))
    else:
        _report(_WORDS[language or terminal_language()], text, counted, budget)
    if refused:
        raise SystemExit(1)


def _as_json(text: str, counted: Count, budget: int) -> str:
    facts = {
        **counted._asdict(),
        "budget": budget,
        "over_budget": counted.characters > budget,
        "foreign": foreign(text),
    }
    return json.dumps(facts, ensure_ascii=False)


def _report(words: dict[str, str], text: str, counted: Count, budget: int) -> None:
    number = len(counted.parts)
    each = " + ".join(map(str, counted.parts))
    parts = words["none"] if not number else words["part"] if number == 1 else words["parts"]
    facts = counted._asdict() | {"budget": budget, "parts": parts.format(count=number, each=each)}
    click.echo(words["sum"].format(**facts))
    if counted.characters > budget:
        click.echo(words["over"].format(over=counted.characters - budget))
    if counted.encoding == "UCS-2":
        click.echo(words["foreign"].format(found=" ".join(foreign(text))))
    if not number:
        click.echo(words["empty"], err=True)
    elif number > MAX_PARTS:
        click.echo(words["refused"].format(count=number, most=MAX_PARTS), err=True)
