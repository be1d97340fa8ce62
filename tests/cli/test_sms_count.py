"""`bot-runtime sms count` says what a text costs, in the reader's language."""

import json

import pytest
from click.testing import CliRunner

from bot_runtime.cli.sms import command


def run(*arguments: str, **environment: str):
    return CliRunner().invoke(command, ["count", *arguments], env={"LC_ALL": "", "LC_MESSAGES": "", **environment})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es_MX.UTF-8", "14 caracteres (presupuesto: 149) · UCS-2 · 14 unidades · 1 parte\n"),
        ("en_US.UTF-8", "14 characters (budget: 149) · UCS-2 · 14 units · 1 part\n"),
    ],
)
def test_it_counts_characters_units_and_parts(language, said):
    counted = run("Reunión mañana", LANG=language)
    assert counted.exit_code == 0
    assert counted.output.startswith(said)
    assert counted.output.endswith(": ó\n")  # what makes it expensive


def test_over_the_budget_is_a_warning_not_a_failure():
    counted = run("x" * 161, "--budget", "160", "--language", "es")
    assert counted.exit_code == 0
    assert "2 partes (153 + 8)" in counted.output
    assert "pasa el presupuesto por 1 " in counted.output


@pytest.mark.parametrize(("text", "why"), [("", "is empty"), ("á" * 671, "11 parts; at most 10")])
def test_what_cannot_be_sent_fails(text, why):
    counted = run(text, "--language", "en")
    assert counted.exit_code == 1
    assert why in counted.output


def test_json_holds_all_of_it():
    assert json.loads(run("x" * 148 + "á", "--json").output) == {
        "encoding": "UCS-2",
        "characters": 149,
        "units": 149,
        "parts": [67, 67, 15],
        "budget": 149,
        "over_budget": False,
        "foreign": ["á"],
        "refused": None,
    }


def test_each_line_of_the_input_is_a_line_of_json():
    """F015, F017: what cannot be sent says so itself, and the rest is counted on."""
    texts = ["Reunión mañana", "", "x" * 1531, "¿Sí?\r"]
    done = CliRunner().invoke(command, ["count", "-", "--json", "--budget", "10"], input="\n".join(texts) + "\n")
    counted = [json.loads(line) for line in done.output.splitlines()]
    assert done.exit_code == 0
    assert [(one["characters"], len(one["parts"]), one["over_budget"], one["refused"]) for one in counted] == [
        (14, 1, True, None),
        (0, 0, False, "empty"),
        (1531, 11, True, "too_many_parts"),
        (4, 1, False, None),
    ]
    assert counted[0] == json.loads(run("Reunión mañana", "--json", "--budget", "10").output)


def test_placeholders_are_filled_as_a_row_would_fill_them():
    text = "Hola {{ nombre | title }}, debes {{ monto | default('nada') }}."
    told = json.loads(run(text, "--with", "nombre=ANA", "--json").output)
    assert told["characters"] == len("Hola Ana, debes nada.")
    assert json.loads(run("{{ nombre }}", "--json").output)["characters"] == len("{{ nombre }}")  # no row: as written
    assert run(text, "--with", "nombre").exit_code == 2
    assert run("{{ nombre", "--with", "nombre=Ana").exit_code == 2
