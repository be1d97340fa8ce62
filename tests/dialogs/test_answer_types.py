"""Answers as dialogs take them: typed, bounded by the contact's data, saved, compared, asked back (F005, F028–F047)."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from bot_runtime.cli import main
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks import dialog as check
from bot_runtime.dialogs.schemas.shape import shape_problems
from tests.dialogs.talking import Contact

PROMISE = """\
dialog: promise
language: es
retry: { attempts: 5, goto: out }
needs: { saldo: number }
states:
  when:
    ask: ¿Qué día pagas? (dd/mm/aaaa)
    answer: { type: date, mask: dd/mm/aaaa, min: today(), max: today() + days(30) }
    save: fecha
    goto: how_much
  how_much:
    ask: ¿Cuánto?
    answer: { type: amount, max: saldo, currency: MXN }
    save: monto
    goto: hour
  hour:
    ask: ¿A qué hora te llamamos?
    answer: { type: time, min: "09:00", max: "18:00" }
    save: hora
    goto: extras
  extras:
    ask: ¿Qué te mandamos?
    answer: { type: multiple, choices: [Recibo, Factura, Contrato], max: 2 }
    save: papeles
    when:
      - { if: "fecha <= today() + days(7) and monto < 500 and 'factura' in papeles", goto: soon }
      - { else: out }
  soon:
    say: "{{ fecha }} {{ monto }} {{ monto_currency }} {{ hora }} {{ papeles }} {{ papeles_text }}"
  out:
    say: otro día
"""


def promising(saldo=800):
    contact = Contact(PROMISE)  # on 2 March 2026
    contact.about = msgspec.structs.replace(contact.about, country="MX", time_zone="America/Mexico_City")
    return contact.is_called("promise", given={"saldo": saldo})


def test_dates_amounts_times_and_choices_are_saved_and_compared_as_what_they_are():
    contact = promising().says("el viernes", "$499.50", "tres y media", "1 y factura")
    assert contact.texts == ["2026-03-06 499.50 MXN 15:30 recibo, factura 1 y factura"]
    assert contact.session.answers == {
        "fecha": "2026-03-06",
        "monto": "499.50",
        "monto_currency": "MXN",
        "hora": "15:30",
        "papeles": ["recibo", "factura"],
        "papeles_text": "1 y factura",
    }


def test_a_date_stays_within_its_relative_limits_in_the_contacts_time_zone():
    contact = promising()
    contact.at = contact.at.replace(hour=3)  # still the first of March in Mexico
    assert contact.says("hoy").session.answers == {"fecha": "2026-03-01"}
    contact = promising().says("ayer")
    assert contact.texts == [
        "No entendí tu respuesta. Escribe la fecha como dd/mm/aaaa, por ejemplo 02/03/2026. "
        "Tiene que estar entre 02/03/2026 y 01/04/2026."
    ]
    assert contact.says("2/4/2026").session.state == "when"
    assert contact.says("1/4/2026").session.answers == {"fecha": "2026-04-01"}


def test_an_amount_may_be_bounded_by_the_contacts_own_data():
    contact = promising(saldo=300).says("hoy", "300.01")
    assert contact.texts[0].endswith("Tiene que ser 300 o menos.")
    assert contact.says("20 dólares").texts[0].startswith("Esa es otra moneda.")
    assert contact.says("trescientos").session.answers["monto"] == "300"


def test_a_bound_that_nobody_knows_is_none():
    assert promising(saldo=None).says("hoy", "1,000,000").session.answers["monto"] == "1000000"


def test_what_can_mean_two_things_is_asked_back_and_never_guessed():
    contact = promising().says("hoy", "1.200")
    assert contact.texts[0].startswith("Eso puede ser 1200 o 1.200: ¿cuál de los dos?")
    assert contact.session.state == "how_much"


def test_one_unknown_element_makes_the_whole_answer_unfit_and_is_named():
    contact = promising().says("hoy", "100", "10 am", "recibo y multa")
    assert contact.texts[0].startswith("No encontré «multa». Responde con una o varias de estas opciones: Recibo, ")
    assert contact.says("todas").session.state == "extras"  # at most two


def asked(answer):
    return (
        "dialog: x\nlanguage: es\nretry: { goto: fin }\nstates:\n"
        f"  q: {{ ask: ¿?, answer: {answer}, save: v, goto: fin }}\n  fin: {{ say: listo }}\n"
    )


@pytest.mark.parametrize(
    ("answer", "written", "stored", "refused", "told"),
    [
        ("email", "Ana@CORREO.mx", "Ana@correo.mx", "ana@correo", "Escribe un solo correo"),
        ("email", "a@b.co", "a@b.co", "a@b.co y c@d.co", "Escribe uno solo"),
        ("phone", "55 1234 5678", "+525512345678", "123", "Escribe el número completo"),
        ("name", "me llamo ana pérez", "Ana Pérez", "salir123", "solo con letras"),
        ("location", "19.43, -99.13", "19.43,-99.13", "mi casa", "Comparte tu ubicación"),
        ("{ type: pattern, pattern: '[A-Z]{3}[0-9]+', example: ABC12 }", "ABC1", "ABC1", "abc", "ejemplo: ABC12"),
        ("time", "15h", "15:00", "25:00", "Esa hora no existe."),
        ("date", "pasado mañana", "2026-03-04", "31/02/2026", "Esa fecha no existe."),
    ],
)
def test_every_type_stores_its_form_and_says_what_it_expects(answer, written, stored, refused, told):
    contact = Contact(asked(answer))
    contact.about = msgspec.structs.replace(contact.about, country="MX")
    contact.is_called("x").says(refused)
    assert told in contact.texts[0]
    assert contact.says(written).session.answers["v"] == stored


def test_a_shared_location_answers_its_question():
    contact = Contact(asked("location")).is_called("x")
    contact.shares(19.43, -99.13)
    assert contact.session.answers == {"v": "19.43,-99.13", "v_name": "Café", "v_address": "Roma 1"}


@pytest.mark.parametrize("word", ["salir", "cancelar", "stop"])
def test_a_word_that_opts_out_is_no_name(word):
    contact = Contact(asked("name")).is_called("x").says(word)
    assert contact.session.cause == "opted_out"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("{ type: date, mask: hh:mm }", "bad_mask"),
        ("{ type: date, choices: [a] }", "limit_not_taken"),
        ("{ type: amount, max: nobody_knows }", "unknown_name"),
        ("{ type: amount, max: 1 + }", "expression_unexpected_end"),
        ("{ type: rating, max: many }", "wrong_type"),
        ("{ type: number, min: 1.5 }", "wrong_type"),
        ("{ type: pattern }", "pattern_without_pattern"),
        ("pattern", "pattern_without_pattern"),
        ("multiple", "choice_without_choices"),
        ("{ type: pattern, pattern: '(?=x)' }", "bad_pattern"),
        ("{ type: amount, currency: pesos }", "bad_currency"),
        ("{ type: date, min: 31/12/2026 }", "bad_limit"),  # a sum
        ("{ type: date, max: 2026-02-30 }", "bad_limit"),
        ("{ type: date, min: 5 }", "bad_limit"),
        ("{ type: time, max: '25:00' }", "bad_limit"),
        ("{ type: time, max: 9 }", "bad_limit"),
        ("{ type: amount, max: '10:30' }", "bad_limit"),
        ("{ type: number, max: 2026-12-31 }", "bad_limit"),
        ("{ type: date, min: 2026-12-31, max: 2026-01-01 }", "min_above_max"),
        ("{ type: time, min: '18:00', max: '9:00' }", "min_above_max"),  # nobody's answer fits both
        ("{ type: multiple, choices: [uno, dos], min: 3 }", "min_above_max"),
        ("{ type: location, fallback: texto }", "not_one_of"),
    ],
)
def test_a_mistake_in_an_answer_is_told(answer, code):
    written = tree.read("dialogs/x.yaml", asked(answer).encode())
    problems = [*shape_problems(written, "dialog"), *check.check_dialog(written)]
    assert [problem.code for problem in problems] == [code]
    assert all(problem.line(language) for problem in problems for language in ("es", "en"))


@pytest.mark.parametrize(
    "answer",
    [
        "{ type: date, min: 2026-01-01, max: today() + days(30) }",
        "{ type: time, min: '9:00', max: '18:30' }",
        "{ type: amount, min: 0.5, max: 10 * 100 }",
        "{ type: number, min: -3, max: '7' }",
    ],
)
def test_limits_that_are_written_out_or_computed_are_right(answer):
    assert check.check_dialog(tree.read("dialogs/x.yaml", asked(answer).encode())) == []


def test_a_workspace_with_each_type_is_sound_and_its_transcripts_hold():
    folder = str(Path(__file__).parent / "answered")
    for command in ("check", "test"):
        done = CliRunner().invoke(main, [command, folder])
        assert done.exit_code == 0, done.output
