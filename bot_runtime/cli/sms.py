"""`bot-runtime sms count`: what a text costs, before anybody pays for it."""

import json
import sys
from typing import Final

import click

from bot_runtime.channels.sms import BUDGET, MAX_PARTS, Count, count, figures, foreign, refusal
from bot_runtime.cli.languages import language_option
from bot_runtime.cli.spanish import said
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.dialogs.expressions import ExpressionError, Text

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
@click.option("--with", "row", multiple=True, metavar="NAME=VALUE", help="Fill {{ NAME }}, as a row of a list would.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@language_option
def count_text(text: str, budget: int, row: tuple[str, ...], as_json: bool, language: str | None) -> None:
    """Count what TEXT costs as SMS. With `-`, each line of the input, as JSON.

    Exit 1 when it cannot be sent: empty, or over ten parts; of lines of the input, each says so itself (`refused`).
    """
    spoken = language or terminal_language()
    values = _values(row)
    if text == "-":
        for line in sys.stdin.buffer:
            written = _filled(line.decode("utf-8", errors="replace").rstrip("\r\n"), values, spoken)
            sys.stdout.write(json.dumps(figures(written, budget), ensure_ascii=False) + "\n")
        return
    text = _filled(text, values, spoken)
    counted = count(text)
    if as_json:
        click.echo(json.dumps(figures(text, budget), ensure_ascii=False))
    else:
        _report(_WORDS[spoken], text, counted, budget)
    if refusal(counted):
        raise SystemExit(1)


def _values(row: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in row]
    wrong = next((one for one, (name, equals, _) in zip(row, pairs, strict=True) if not equals or not name), None)
    if wrong is not None:
        raise click.UsageError(said("--with is written NAME=VALUE, not '{wrong}'", wrong=wrong))
    return {name.strip(): value for name, _, value in pairs}


def _filled(text: str, values: dict[str, str], language: str) -> str:
    """The text as it is sent for such a row; without one, as it is written."""
    if not values:
        return text
    try:
        return Text.parse(text).render(values, language)
    except ExpressionError as error:
        raise click.UsageError(said("the braces of the text lead nowhere ({code})", code=error.code)) from error


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
