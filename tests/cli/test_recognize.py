"""`bot-runtime recognize` says what a text means as an answer, or why it fits none."""

import json

import pytest
from click.testing import CliRunner

from bot_runtime.cli.recognize import command

MEXICO = ("--language", "es", "--country", "MX", "--now", "2026-11-22T10:00")


def run(*arguments: str, lines: str | None = None):
    return CliRunner().invoke(command, [*arguments, *MEXICO], input=lines)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("date", "pasado mañana"), "2026-11-24\n"),
        (("date", "3/2/27", "--mask", "mm/dd/aa"), "2027-03-02\n"),
        (("amount", "$1,200.50"), "1200.50 MXN\n"),
        (("yes_no", "claro que sí"), "sí\n"),
        (
            ("choice", "hablar con alguein", "--option", "Pagar", "--option", "Hablar con alguien"),
            "Hablar con alguien\n",
        ),
        (("multiple-choice", "1 y 2", "--option", "Pagar", "--option", "Salir"), "Pagar, Salir\n"),
        (("whole number", "veintiuno"), "21\n"),
        (("number", "-5", "--min", "-10"), "-5\n"),
        (("e-mail", "Ana@CORREO.mx"), "Ana@correo.mx\n"),
        (("pattern", "A1", "--pattern", "[A-Z][0-9]"), "A1\n"),
        (("date", "25/12", "--min", "today()", "--max", "today() + days(40)"), "2026-12-25\n"),
    ],
)
def test_a_value_is_printed(arguments, printed):
    result = run(*arguments)
    assert (result.output, result.exit_code) == (printed, 0)


def test_why_not_is_printed_with_what_it_could_have_been():
    result = run("time", "las ocho")
    assert (result.output, result.exit_code) == ("ambiguous: 08:00 / 20:00\n", 1)


def test_as_json_with_what_is_stored_beside():
    assert json.loads(run("amount", "1200", "--json").output) == {"value": "1200", "currency": "MXN"}
    refused = json.loads(run("date", "el domingo", "--json").output)
    assert refused == {"value": None, "why": "ambiguous", "readings": ["2026-11-22", "2026-11-29"]}


def test_a_line_of_json_for_each_line_read():
    result = run(
        "choice", "-", "--option", "Pagar", "--option", "Hablar con alguien", lines="1\n\nxyz\nHABLAR CON ALGUIEN\r\n"
    )
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"value": "Pagar"},
        {"value": None, "why": "empty"},
        {"value": None, "why": "not_a_choice"},
        {"value": "Hablar con alguien"},
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("colour", "red"),
        ("choice", "1"),
        ("date", "hoy", "--mask", "hh:mm"),
        ("date", "hoy", "--min", "whenever"),
        ("email", "a@b.c", "--min", "3"),
        ("pattern", "x", "--pattern", "("),
    ],
)
def test_misuse(arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (("receipt", "todavía no me llega"), {"value": "not_yet"}),
        (("intent", "por ahora no"), {"value": None, "why": "ambiguous", "readings": ["no", "maybe"]}),
        (("reason", "muy caro", "--option", "Muy caro", "--option", "No lo necesito"), {"value": "Muy caro"}),
        (("text", "529.982.247-25", "--validator", "cpf"), {"value": "52998224725"}),
    ],
)
def test_ready_made_questions_reasons_and_validators_are_tried_like_the_others(arguments, facts):
    """F040, F041, F048."""
    assert json.loads(run(*arguments, "--json").output) == facts


def test_a_validator_nobody_registered_is_a_misuse():
    assert run("text", "x", "--validator", "nobody").exit_code == 2
