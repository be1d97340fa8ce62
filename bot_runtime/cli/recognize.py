"""`bot-runtime recognize`: what a text means as an answer, before a contact writes it."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import click

from bot_runtime.cli.spanish import said
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.dialogs import answers
from bot_runtime.dialogs.expressions import ExpressionError
from bot_runtime.dialogs.grammar import NOW
from bot_runtime.dialogs.load import choice
from bot_runtime.dialogs.model import Answer
from bot_runtime.dialogs.recognizers import validators
from bot_runtime.dialogs.recognizers.masks import order_of
from bot_runtime.dialogs.recognizers.patterns import BadPattern, compiled
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.values import printed

_ALSO: Final = {
    "multiple_choice": "multiple",
    "choices": "multiple",
    "whole_number": "number",
    "integer": "number",
    "money": "amount",
    "e_mail": "email",
    "mail": "email",
    "person": "name",
    "boolean": "yes_no",
    "location_text": "location",
}
_LANGUAGES: Final = ("es", "en", "pt")


def _kind(context: click.Context, parameter: click.Parameter, written: str) -> str:
    kind = written.lower().replace("-", "_").replace(" ", "_")
    kind = _ALSO.get(kind, kind)
    if kind not in answers.KINDS:
        raise click.BadParameter(
            said("'{written}' is none of {known}", written=written, known=", ".join(answers.KINDS))
        )
    return kind


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("kind", metavar="TYPE", callback=_kind)
@click.argument("text")
@click.option("--language", type=click.Choice(_LANGUAGES), help="The contact's language (default: the terminal's).")
@click.option("--country", default="", metavar="XX", help="The contact's country: currency, decimals, phones.")
@click.option("--now", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]), help="Their clock.")
@click.option("--mask", default="", help="Order of a date, such as dd/mm/yyyy.")
@click.option("--option", "options", multiple=True, help="A choice; once for each. The value is the option as given.")
@click.option("--min", "least", help="The least that fits.")
@click.option("--max", "most", help="The most that fits.")
@click.option("--currency", default="", metavar="XXX", help="The only currency an amount may have.")
@click.option("--pattern", default="", help="The regular expression that must match the whole answer.")
@click.option("--validator", default="", metavar="NAME", help="What judges a text, such as curp or iban.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    kind: str,
    text: str,
    language: str | None,
    country: str,
    now: datetime | None,
    mask: str,
    options: tuple[str, ...],
    least: str | None,
    most: str | None,
    currency: str,
    pattern: str,
    validator: str,
    as_json: bool,
) -> None:
    """Say what TEXT means as an answer of TYPE, or why it fits none. With `-`, each line of the input, as JSON.

    Exit 1 when it does not fit.
    """
    here = Here(language or terminal_language(), country.upper(), now or datetime.now())  # noqa: DTZ005  (a wall clock)
    answer = _answer(here, kind, mask, options, least, most, currency.upper(), pattern, validator)
    if text == "-":
        for line in sys.stdin.buffer:
            written = line.decode("utf-8", errors="replace").rstrip("\r\n")
            sys.stdout.write(json.dumps(as_facts(answers.read(answer, written, here)), ensure_ascii=False) + "\n")
        return
    found = answers.read(answer, text, here)
    if as_json:
        click.echo(json.dumps(as_facts(found), ensure_ascii=False))
    elif isinstance(found, Fits):
        click.echo(" ".join([printed(found.value, here.language), *(str(value) for _, value in found.beside)]))
    else:
        click.echo(f"{found.reason}{': ' if found.readings else ''}{' / '.join(found.readings)}")
    if isinstance(found, Unfit):
        raise SystemExit(1)


def as_facts(found: Fits | Unfit) -> Mapping[str, Any]:
    """`{"value": …}` with what is stored beside it, or `{"value": null, "why": …}` with what it could have been."""
    if isinstance(found, Fits):
        return {"value": found.value, **dict(found.beside)}
    facts: dict[str, Any] = {"value": None, "why": found.reason}
    if found.readings:
        facts["readings"] = list(found.readings)
    if found.named:
        facts["named"] = found.named
    return facts


def _answer(
    here: Here,
    kind: str,
    mask: str,
    options: tuple[str, ...],
    least: str | None,
    most: str | None,
    currency: str,
    pattern: str,
    validator: str,
) -> Answer:
    """The question that the options describe, as a dialog would have it."""
    given = {"mask": mask, "choices": options, "min": least, "max": most, "currency": currency, "pattern": pattern}
    given["validator"] = validator
    limits: dict[str, Any] = {name: value for name, value in given.items() if value}
    for name in limits:
        if name not in answers.KINDS[kind]:
            option = "option" if name == "choices" else name
            raise click.UsageError(said("an answer of type {kind} takes no --{option}", kind=kind, option=option))
    if kind in ("choice", "multiple", "reason"):
        if not options:
            raise click.UsageError(said("{kind} needs at least one --option", kind=kind))
        limits["choices"] = tuple(
            choice(number, {"label": label, "code": label}) for number, label in enumerate(options, 1)
        )
    if mask and order_of(mask) is None:
        raise click.UsageError(said("'{mask}' is no order of day, month and year; write it as dd/mm/yyyy", mask=mask))
    if kind == "pattern":
        _check_pattern(pattern)
    if validator and validator not in validators.names():
        known = ", ".join(validators.names())
        raise click.UsageError(said("there is no validator '{name}'; there are: {known}", name=validator, known=known))
    for name in limits.keys() & {"min", "max"}:
        limits[name] = _limit(kind, name, limits[name], here)
    return Answer(kind, limits)


def _limit(kind: str, name: str, written: str, here: Here) -> Any:
    """A bound in words of the question's type, or an expression such as `today() + days(30)`."""
    if kind not in ("amount", "date", "time"):
        return _whole(written)
    if isinstance(answers.read(Answer(kind), written, here), Fits):
        return written
    try:
        computed = answers.bounded(Answer(kind, {name: answers.as_limit(kind, written)}), {NOW: here})
    except ExpressionError:
        computed = Answer(kind)
    if name not in computed.limits:
        raise click.UsageError(said("--{name}: '{written}' is no {kind}", name=name, written=written, kind=kind))
    return computed.limits[name]


def _check_pattern(pattern: str) -> None:
    if not pattern:
        raise click.UsageError(said("pattern needs --pattern"))
    try:
        compiled(pattern)
    except BadPattern as error:
        raise click.UsageError(f"--pattern: {error}") from error


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise click.UsageError(said("'{text}' is no whole number", text=text)) from None
