"""Ready-made questions (F040): receipt and purchase intent, in the words people use for them."""

import pytest

from bot_runtime.dialogs.answers import Answer, Here, read
from bot_runtime.dialogs.recognizers.result import Fits
from tests.dialogs.talking import Contact

RECEIVED = {
    "yes": """
        sí · 1 · 👍 · ya · ya me llegó · ya lo recibí, gracias · sí, lo recibí · recibido · llegó ayer · todo en orden
        Sí llegó bien, muchas gracias · Hola, ya recibí el pedido · confirmo de recibido · me entregaron el paquete
        yes I got it · it arrived yesterday · got it thanks · I have received the package · yep, it came
        já chegou · recebi sim · sim, recebi · recebido, obrigado · chegou hoje
    """,
    "no": """
        no · 2 · 👎 · no lo recibí · no me llegó · no he recibido nada · nunca llegó · No, no me llegó el paquete
        I didn't get it · never arrived · I have not received anything · it was not delivered
        não recebi · não chegou · eu não recebi nada
    """,
    "not_yet": """
        3 · todavía no · aún no · no todavía · aun no me llega · todavía no lo recibo · no me ha llegado todavía
        sigo esperando · en camino · No, todavía no llega
        not yet · no, not yet · nothing yet · still waiting for it · I haven't received it yet · still not received
        ainda não · ainda não chegou · não chegou ainda · está a caminho
    """,
    None: """
        sí pero vino roto · si no me ha llegado · ya no · mañana · llegó roto · tengo una duda · sí, todavía no
        me llegó otro producto distinto · received the wrong item · no sé · quiero hablar con alguien · ok no
    """,
}

WANTED = {
    "yes": """
        sí · 1 · me interesa · sí, me interesa · lo compro · me lo llevo · quiero comprarlo · adelante · por supuesto
        me gustaría comprar uno · Me interesa la promoción
        I want it · yes please · I'd like to buy it · I'm interested · Sure, I'll take two · count me in
        quero · eu quero comprar · tenho interesse · fechado
    """,
    "no": """
        no · 2 · no gracias · no me interesa · no, no lo quiero · ya no · no voy a comprar · paso
        not interested · I don't want it · I won't buy it · I'm not interested, thanks
        não quero · não tenho interesse · não, obrigado
    """,
    "maybe": """
        3 · 🤔 · tal vez · quizá sí · lo voy a pensar · déjame pensarlo · no sé · hmm, no sé · depende del precio
        aún no me decido · lo pienso y te aviso · más adelante
        maybe · not sure yet · I don't know · I'll think about it · maybe later
        talvez · vou pensar · não sei · pode ser
    """,
    None: """
        tal vez no · creo que sí · ya lo compré · cuánto cuesta · quiero hablar con alguien · sí y no · quiero cancelar
        I want a refund · ahora no · not now · agora não
    """,
}


def ways(said):
    return [
        (code, text.strip())
        for code, texts in said.items()
        for text in texts.replace("\n", "·").split("·")
        if text.strip()
    ]


def code_of(kind, text):
    found = read(Answer(kind), text, Here())
    return found.value if isinstance(found, Fits) else None


@pytest.mark.parametrize(("code", "text"), ways(RECEIVED))
def test_confirmation_of_receipt(code, text):
    assert code_of("receipt", text) == code


@pytest.mark.parametrize(("code", "text"), ways(WANTED))
def test_purchase_intent(code, text):
    assert code_of("intent", text) == code


def test_not_now_may_be_no_or_maybe_so_it_is_asked_back():
    contact = Contact("""
        dialog: offer
        language: es
        retry: { attempts: 3, goto: out }
        states:
          wanted: { ask: ¿Te interesa?, answer: intent, save: interes, goto: out }
          out: { say: "{{ interes }}" }
    """)
    contact.is_called("offer").says("por ahora no")
    assert contact.texts == ["Eso puede ser no o tal vez: ¿cuál de los dos? Responde sí, no o tal vez."]
    assert contact.says("tal vez").session.answers == {"interes": "maybe"}
