"""F063: answers a bot has ready. A hit must be plain: what is asked of people or of the dialog is left to them."""

from typing import Any

import pytest

from bot_runtime.dialogs.effects import AskResponder, CancelTimer, RecordUnfit, SendText, StartTimer
from bot_runtime.dialogs.events import ResponderAnswered
from bot_runtime.dialogs.faq import Faq
from bot_runtime.dialogs.general import General
from tests.dialogs.talking import Contact

FAQ = Faq.of(
    [
        {"questions": ["¿A qué hora abren?", "horario de atención", "opening hours"], "answer": "De 9 a 18 h."},
        {"questions": ["¿Dónde están?", "dirección de la sucursal", "where are you located"], "answer": "Roma 1."},
        {"questions": ["formas de pago", "¿aceptan tarjeta?", "aceitam cartão"], "answer": "Sí, tarjeta y efectivo."},
        {"questions": ["estacionamiento", "parking"], "answer": {"es": "Sí, hay.", "en": "Yes, there is."}},
        {"questions": "cancelar mi pedido", "answer": "Escribe CANCELA y tu folio."},
        {"questions": ["cambiar mi pedido"], "answer": "Escribe CAMBIA y tu folio."},
        {"questions": ["envíos a provincia"], "answer": "Enviamos a todo el país."},
    ],
    "es",
)

HITS = {
    "De 9 a 18 h.": [
        *("¿A qué hora abren?", "a que hora abren", "A QUE HORA ABREN???", "hola, a qué hora abren hoy?"),
        *("cuál es su horario de atención", "horarios de atencion", "Buenas tardes, ¿me dice el horario de atención?"),
        *("opening hours?", "what are your opening hours"),
    ],
    "Roma 1.": ["¿dónde están?", "dirección de la sucursal por favor", "direcion de la sucursal"],
    "Sí, tarjeta y efectivo.": [
        "aceptan tarjetas?",
        "formas de pago",
        "¿Aceptan tarjeta de crédito?",
        "aceitam cartão",
    ],
    "Sí, hay.": ["¿tienen estacionamiento?", "estacionamiento", "hay estacionamento?"],
    "Escribe CANCELA y tu folio.": ["quiero cancelar mi pedido", "¿Cómo puedo cancelar un pedido?"],
    "Enviamos a todo el país.": ["hacen envios a provincia?", "envío a provincias"],
}
MISSES = [
    *("hola", "sí", "no", "gracias", "ok", "1", "👍", "", "   ", "¿?", "quiero hablar con una persona", "menú"),
    *("no aceptan tarjeta", "nunca abren a la hora", "mi pedido no ha llegado", "pedido", "hora", "tarjeta", "pago"),
    "el horario de atención que me dieron ayer por teléfono era otro y perdí toda la mañana esperando afuera",
    "quiero cambiar o cancelar mi pedido",  # fits two entries alike
    "me robaron la tarjeta ayer en su sucursal y ustedes la aceptan igual",
    "dejé mi coche en el estacionamiento y lo chocaron, quién responde por los daños",
    *("x" * 5_000, "estacionamiento " * 50, "{{ contact_name }}", "‮horario", "\0"),
    *("where is my order", "do you not have parking", "is there no parking", "opening a bank account takes hours"),
]


@pytest.mark.parametrize(("message", "answer"), [(said, answer) for answer, all_ in HITS.items() for said in all_])
def test_what_is_plainly_asked_gets_its_answer(message, answer):
    assert FAQ.answer(message, {}, "es") == answer


@pytest.mark.parametrize("message", MISSES, ids=lambda message: message[:20])
def test_what_is_not_plainly_asked_gets_none(message):
    assert FAQ.answer(message, {}, "es") is None


def test_an_answer_has_its_language():
    assert FAQ.answer("parking?", {}, "en") == "Yes, there is."


VISIT = """
dialog: visit
language: es
retry: { attempts: 2, goto: out }
starts: { keywords: [encuesta] }
states:
  rating:
    ask: ¿Qué tal te fue?
    answer: rating
    save: rating
    goto: free
  free:
    ask: ¿Algo más?
    answer: text
    save: more
    goto: menu
  menu:
    ask: ¿Volverás?
    menu: [{ label: "Sí", goto: out }]
    else: out
  out: { say: Adiós., close: fin }
anywhere:
  - { words: [estacionamiento], goto: out }
"""


def talking(responder: bool = False, **book: Any) -> Contact:
    return Contact(VISIT, language="es", default_dialog=None, answering=General(FAQ, responder), **book)


def test_a_question_out_of_turn_is_answered_and_the_question_asked_again():
    contact = talking().says("encuesta")
    wait = contact.session.wait
    contact.says("¿a qué hora abren?")
    assert contact.texts == ["De 9 a 18 h.", "¿Qué tal te fue?"]
    assert (contact.session.state, contact.session.attempts) == ("rating", 0)
    assert contact.of(RecordUnfit) == []
    assert contact.of(CancelTimer, StartTimer) == [CancelTimer(wait), StartTimer(wait + 1, 86_400)]
    assert contact.says("5").session.answers["rating"] == 5


def test_scripted_steps_go_first():
    contact = talking().says("encuesta")
    assert contact.says("estacionamiento").texts == ["Adiós."]  # a word of the dialog
    contact = talking().says("encuesta", "5", "¿a qué hora abren?")
    assert contact.session.answers["more"] == "¿a qué hora abren?"  # a question that takes any text
    assert contact.says("¿a qué hora abren?").texts == ["Adiós."]  # a menu whose `else` takes all


def test_out_of_the_blue_a_keyword_goes_before_the_faq_and_the_faq_before_the_default_dialog():
    contact = talking(default_by_channel={"wa": "visit"})
    assert contact.says("formas de pago").texts == ["Sí, tarjeta y efectivo."]
    assert contact.stored is None
    assert contact.says("hola").texts == ["¿Qué tal te fue?"]


def test_a_bot_with_a_faq_alone_answers_from_it_and_is_silent_else():
    assert talking().says("¿dónde están?").texts == ["Roma 1."]
    assert talking().says("hola").effects == ()


def test_who_opted_out_of_sms_hears_nothing():
    contact = talking()
    contact.opted_out = True
    contact.about = contact.about.__class__(channel="wa", channel_kind="sms")
    assert contact.says("¿dónde están?").effects == ()


def responds(contact: Contact, **told: Any) -> Contact:
    ask = contact.of(AskResponder)[0] if contact.of(AskResponder) else None
    told = {"wait": ask.wait, "asked": ask.text} | told if isinstance(ask, AskResponder) else told
    return contact.take(ResponderAnswered(at=contact.at, channel="wa", **told))


def test_the_responder_gets_what_neither_step_nor_faq_takes():
    contact = talking(responder=True).says("encuesta")
    before = contact.session
    contact.says("¿venden tarjetas de regalo?")
    assert contact.effects == (
        AskResponder(before.wait, "¿venden tarjetas de regalo?", "es", question="¿Qué tal te fue?"),
    )
    assert contact.session == before
    responds(contact, text="Sí, en caja.")
    assert contact.texts == ["Sí, en caja.", "¿Qué tal te fue?"]
    assert (contact.session.state, contact.session.attempts) == ("rating", 0)


def test_a_responder_that_fails_leaves_the_message_to_the_question():
    contact = talking(responder=True).says("encuesta", "¿venden tarjetas de regalo?")
    responds(contact, error="timeout")
    assert contact.texts[0].startswith("No entendí tu respuesta.")
    assert (contact.session.state, contact.session.attempts) == ("rating", 1)
    contact.says("bla bla")
    assert responds(contact, error="nothing_to_say").texts == ["Adiós."]  # the last attempt


def test_an_answer_that_comes_after_the_contact_went_on_is_not_said():
    contact = talking(responder=True).says("encuesta", "¿venden tarjetas de regalo?")
    asked = contact.of(AskResponder)[0]
    assert isinstance(asked, AskResponder)
    contact.says("5")
    before = contact.session
    assert responds(contact, wait=asked.wait, asked=asked.text, text="Sí.").effects == ()
    assert contact.session == before


def test_out_of_the_blue_the_responder_answers_where_no_dialog_begins():
    contact = talking(responder=True).says("¿venden tarjetas de regalo?")
    assert contact.of(AskResponder) == [AskResponder(0, "¿venden tarjetas de regalo?", "es")]
    assert responds(contact, text="Sí.").effects == (SendText("Sí."),)
    contact = talking(responder=True).says("¿venden tarjetas de regalo?")
    assert responds(contact, error="timeout").texts == ["No entendí tu respuesta."]


def test_who_asked_too_much_lately_gets_the_question_again():
    contact = talking(responder=True).says("encuesta")
    contact.about = contact.about.__class__(channel="wa", may_ask=False)
    assert contact.says("¿venden tarjetas de regalo?").of(AskResponder) == []
    assert contact.session.attempts == 1
