"""What lists and calls bring, made into what it stands for (F004)."""

from datetime import datetime

import pytest
from msgspec import structs

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.needs import as_kind
from bot_runtime.dialogs.problems import by_position
from bot_runtime.dialogs.recognizers.result import Fits, Here
from bot_runtime.dialogs.schemas.shape import shape_problems
from tests.dialogs.talking import Contact

MEXICO = Here("es", "MX", datetime(2026, 3, 1, 12))  # noqa: DTZ001  (a wall clock)
ARGENTINA = Here("es", "AR", datetime(2026, 3, 1, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("kind", "written", "here", "value"),
    [
        ("amount", "$1,200.50", MEXICO, "1200.50"),
        ("amount", "1.200", ARGENTINA, "1200"),
        ("amount", "1.200", MEXICO, None),  # twelve hundred or one and a fifth: nobody guesses
        ("amount", "$0.00", MEXICO, "0"),  # a list may say that nothing is owed
        ("amount", "(50)", MEXICO, "-50"),
        ("amount", "-$1,200.00", MEXICO, "-1200"),
        ("amount", "1200.505", MEXICO, "1200.505"),
        ("amount", 1200.5, MEXICO, "1200.50"),
        ("amount", "n/a", MEXICO, None),
        ("number", "1,200", MEXICO, 1200),
        ("number", "3.5", MEXICO, 3.5),
        ("number", "-2", MEXICO, -2),
        ("number", "doce", MEXICO, 12),
        ("number", "12 visitas", MEXICO, None),
        ("date", "15/03/2026", MEXICO, "2026-03-15"),
        ("date", "2026-03-15T10:00:00", MEXICO, "2026-03-15"),
        ("date", "15-mar-2026", MEXICO, "2026-03-15"),
        ("date", "pronto", MEXICO, None),
        ("time", "9:00", MEXICO, "09:00"),
        ("time", "3:30 pm", MEXICO, "15:30"),
        ("time", "09:00:00", MEXICO, "09:00"),
        ("time", "25:00", MEXICO, None),
        ("yes_no", "1", MEXICO, True),
        ("yes_no", "0", MEXICO, False),
        ("yes_no", "Sí", MEXICO, True),
        ("yes_no", True, MEXICO, True),
        ("phone", "55 1234 5678", MEXICO, "+525512345678"),
        ("email", "Ana@Example.COM", MEXICO, "Ana@example.com"),
        ("amount", "9" * 65_536, MEXICO, None),
        ("date", "{{ today() }}", MEXICO, None),
        ("date", ["2026-03-15"], MEXICO, None),
        ("amount", True, MEXICO, None),
        ("number", "\u202e12", MEXICO, 12),
    ],
)
def test_a_cell_is_read_as_its_kind_or_left_alone(kind, written, here, value):
    """F004"""
    read = as_kind(kind, written, here)
    assert (read.value if isinstance(read, Fits) else None) == value


REMINDER = """
dialog: recordatorio
language: es
needs:
  nombre: text
  sucursal: { type: text, default: la sucursal }
  monto: amount
  vence: date
  visitas: { type: number, default: "1" }
states:
  aviso:
    set: { vencido: vence < today(), mucho: monto >= 1000 }
    say: >-
      {{ nombre | title }}, en {{ sucursal }}: {{ monto | money }}, vence el {{ vence | date("long") }},
      {{ vencido }}, {{ mucho }}, {{ visitas + 1 }}
"""


def reminded(**given):
    contact = Contact(REMINDER, country_by_channel={"wa": "MX"})
    contact.is_called("recordatorio", given=given)
    return contact


def test_texts_and_guards_use_what_a_list_shows_as_what_it_is():
    """F004: a contact's name, the branch, the amount and the due date."""
    contact = reminded(nombre="ANA DE LA LUZ", monto="$1,200.50", vence="15/03/2026", visitas="3", sucursal="")
    assert contact.texts == [
        "Ana de la Luz, en la sucursal: $1,200.50, vence el 15 de marzo de 2026, no, sí, 4",
    ]
    assert contact.session.given["monto"] == "1200.50"


def test_a_cell_that_is_not_of_its_kind_is_shown_as_it_came_and_no_guard_holds_of_it():
    contact = reminded(nombre="{{ nombre }}", monto="por definir", vence="pronto")
    assert contact.texts == ["{{ Nombre }}, en la sucursal: por definir, vence el pronto, no, no, 2"]


def test_what_is_not_brought_prints_nothing():
    contact = reminded()
    contact.about = structs.replace(contact.about, contact_name="")
    assert contact.texts == [", en la sucursal: , vence el , no, no, 2"]


def test_an_amount_keeps_the_currency_its_cell_names():
    contact = reminded(nombre="Ana", monto="1,200 USD", vence="15/03/2026")
    assert "US$1,200.00" in contact.texts[0]
    assert contact.session.given["monto_currency"] == "USD"


def told(needs, language="en"):
    source = f"dialog: demo\nneeds: {needs}\nstates:\n  fin: {{ say: Hola }}\n"
    read = tree.read("d.yaml", source.encode())
    problems = by_position([*shape_problems(read, "dialog"), *check_dialog(read)])
    return [problem.line(language).removeprefix("d.yaml:") for problem in problems]


@pytest.mark.parametrize(
    ("needs", "lines"),
    [
        ("{ vence: { type: date, default: 15/03/2026, example: 2026-03-15 } }", []),
        ("{ monto: { type: amount, default: 0, example: '$1,200.50' } }", []),
        ("{ hora: { type: time, example: '9:00' }, correo: { type: email, example: ana@example.com } }", []),
        ("{ tel: { type: phone, example: '+525512345678' } }", []),
        (
            "{ vence: { type: date, example: pronto } }",
            ["2:40: 'example' must be a date, and 'pronto' is none; write it as a list would bring it"],
        ),
        ("{ monto: { type: amount, default: mucho } }", ["2:42: 'default' must be an amount, and 'mucho' is none"]),
        ("{ monto: amuont }", ["2:17: 'monto' cannot be 'amuont'; did you mean 'amount'?"]),
    ],
)
def test_defaults_and_examples_are_of_their_kind(needs, lines):
    """F004"""
    found = told(needs)
    if not lines:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(lines[0].rstrip())
