"""A reason list is a menu whose last option asks for another reason in the contact's own words (F041)."""

import pytest

from bot_runtime.dialogs.drawing.diagrams import mermaid
from bot_runtime.dialogs.drawing.graph import draw
from tests.dialogs.talking import Contact, dialog_of, problems_of

UNPAID = """\
dialog: unpaid
language: es
retry: { attempts: 2, goto: out, say: Elige un motivo. }
states:
  why:
    ask: ¿Por qué no pudiste pagar?
    answer: { type: reason, choices: [Sin dinero, { label: Lo olvidé, code: forgot }], max: 40 }
    save: motivo
    when:
      - { if: "motivo == 'other'", goto: told }
      - { else: out }
  told: { say: "Gracias: {{ motivo_text }}" }
  out: { say: "{{ motivo }}" }
"""


def test_a_listed_reason_is_kept_as_its_code():
    contact = Contact(UNPAID).is_called("unpaid")
    assert contact.menu == ["Sin dinero", "Lo olvidé", "Otro motivo"]
    contact.says("lo olvide")
    assert (contact.texts, contact.session.answers) == (["forgot"], {"motivo": "forgot", "motivo_text": "lo olvide"})


@pytest.mark.parametrize("chosen", ["3", "otro", "Otro motivo", "another reason"])
def test_other_asks_for_a_text_and_keeps_it_beside_the_code(chosen):
    contact = Contact(UNPAID).is_called("unpaid").says(chosen)
    assert (contact.texts, contact.session.state) == (["¿Cuál es el motivo?"], "why.other")
    contact.says("Me cambiaron la fecha de pago")
    assert contact.texts == ["Gracias: Me cambiaron la fecha de pago"]
    assert contact.session.answers == {"motivo": "other", "motivo_text": "Me cambiaron la fecha de pago"}


def test_a_text_too_long_gets_its_own_hint_and_the_same_exit():
    contact = Contact(UNPAID).is_called("unpaid").says("otro", "x" * 41)
    assert contact.texts == ["Tu respuesta es muy larga. Escribe un texto de hasta 40 caracteres."]
    assert contact.says("x" * 41).texts == ["other"]


def test_the_author_may_word_both():
    source = UNPAID.replace("max: 40", "other: Algo más, ask: Cuéntame")
    contact = Contact(source).is_called("unpaid")
    assert contact.menu[-1] == "Algo más"
    assert contact.says("algo mas").texts == ["Cuéntame"]


def test_both_questions_are_drawn():
    arrows = {(arrow.source, arrow.target, arrow.label) for arrow in draw(dialog_of(UNPAID)).arrows}
    assert {("why", "why.other", "Otro motivo"), ("why.other", "out", "si no")} <= arrows
    assert "s_why__other" in mermaid(draw(dialog_of(UNPAID)))


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("answer: reason", ["choice_without_choices"]),
        ("answer: { type: reason, choices: [Uno, { label: Otro, code: other }] }", ["other_is_kept"]),
        ("answer: { type: choice, choices: [Uno], ask: Cuál }", ["limit_not_taken"]),
        ("answer: { type: reason, choices: [Uno], ask: '¿Cuál, {{ nombre }}?' }", ["unknown_name"]),
    ],
)
def test_a_mistake_in_a_reason_list_is_told(written, codes):
    lines = [line if "answer:" not in line else f"    {written}" for line in UNPAID.split("\n")]
    assert [problem.code for problem in problems_of("\n".join(lines))] == codes
