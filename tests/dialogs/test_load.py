"""From a tree to the dialog the engine runs."""

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.load import duration_s, load_dialog, option_code, payload, slug, version_of
from bot_runtime.dialogs.model import Dialog

SOURCE = """\
dialog: demo
response_timeout: 4h
retry: { attempts: 2, goto: fin, say: [uno, dos] }
starts: { keywords: hola, default: true }
needs: { nombre: text, visitas: { type: number, default: 0, example: 3 } }
states:
  opciones:
    ask: "Hola {{ nombre }}"
    menu:
      - Prometer un pago
      - { label: No, code: N, synonyms: nop, button: PAGO_NO, goto: fin, secondary: true }
      - 👍
    goto: nota
  nota:
    ask: ¿Nota?
    answer: { type: rating, max: 10 }
    retry: { attempts: 5, say: otra }
    response_timeout: 0
    timeout: opciones
    goto: suma
  suma:
    set: { total: visitas + 1, vip: true }
    when:
      - { if: total > 3, goto: fin }
      - { else: timeout }
  zona:
    ask: ¿Zona?
    answer: { type: choice, choices: [Norte, { label: Sur, code: S, synonyms: [abajo] }] }
    goto: fin
  libre:
    ask: ¿Algo más?
    menu: [Sí]
    else: fin
  fin:
    say: [Adiós, { image: "https://x.mx/a.png" }]
    handoff: cobranza
  timeout: { close: listo }
anywhere:
  - { words: menú, goto: opciones }
"""


@pytest.fixture
def dialog() -> Dialog:
    return load_dialog(tree.read("dialogs/demo.yaml", SOURCE.encode()), "en")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90m", 5400),
        ("4h", 14_400),
        ("1h30m", 5400),
        ("24h", 86_400),
        ("1440m", 86_400),
        (0, 0),
        ("0m", 0),
        ("24h1m", None),  # a wait is at most a day (D01)
        ("25h", None),
        ("90", None),  # of what?
        (90, None),
        ("1.5h", None),
        ("30s", None),  # whole minutes
        ("-1h", None),
        ("30m1h", None),
        ("1 h", None),
        ("", None),
        (True, None),
        (None, None),
    ],
)
def test_durations(written, seconds):
    assert duration_s(written) == seconds


def test_a_dialogs_defaults_are_written_into_each_state(dialog):
    opciones, nota = dialog.states["opciones"], dialog.states["nota"]
    assert (opciones.response_timeout_s, nota.response_timeout_s) == (14_400, 0)
    assert (opciones.timeout, nota.timeout) == ("timeout", "opciones")
    assert opciones.retry is not None
    assert nota.retry is not None
    assert (opciones.retry.attempts, opciones.retry.goto, len(opciones.retry.say)) == (2, "fin", 2)
    assert (nota.retry.attempts, nota.retry.goto, [say.source for say in nota.retry.say]) == (5, "fin", ["otra"])


def test_a_menu_with_else_needs_no_retry(dialog):
    libre = dialog.states["libre"]
    assert (libre.otherwise, libre.retry) == ("fin", None)


def test_options_have_codes_and_payloads_of_their_own(dialog):
    options = dialog.states["opciones"].menu
    assert [(option.code, option.payload) for option in options] == [
        ("prometer_un_pago", "opciones:prometer_un_pago"),
        ("N", "PAGO_NO"),
        ("option_3", "opciones:option_3"),
    ]
    assert options[1].synonyms == ("nop",)


def test_a_payload_fits_a_list_row_and_stays_the_same():
    long = payload("estado", "x" * 500)
    assert len(long.encode()) <= 200
    assert long == payload("estado", "x" * 500) != payload("estado", "x" * 501)


@pytest.mark.parametrize(
    ("label", "code"), [("¡Sí, señor!", "si_senor"), ("1/2", "1_2"), ("👍", ""), ("{{ sucursal }}", "sucursal")]
)
def test_slugs(label, code):
    assert slug(label) == code


def test_a_code_can_be_a_number():
    assert option_code({"label": "Uno", "code": 1}, 7) == "1"


def test_expressions_and_answers_are_compiled(dialog):
    assert [name for name, _ in dialog.states["suma"].set] == ["total", "vip"]
    assert dialog.states["suma"].set[1][1].evaluate({}) is True
    assert dialog.states["suma"].when[0].guard is not None
    assert dialog.states["suma"].when[1].guard is None
    assert dialog.states["zona"].answer is not None
    assert [choice.code for choice in dialog.states["zona"].answer.limits["choices"]] == ["norte", "S"]


def test_the_rest_of_a_dialog(dialog):
    assert (dialog.first, dialog.language, dialog.title) == ("opciones", "en", "demo")
    assert (dialog.starts.keywords, dialog.starts.default) == (("hola",), True)
    assert (dialog.needs["visitas"].kind, dialog.needs["visitas"].example) == ("number", 3)
    assert dialog.anywhere[0].words == ("menú",)
    assert str(dialog.states["nota"].where) == "dialogs/demo.yaml:14:3"
    assert dialog.states["fin"].handoff is not None


def test_a_version_is_the_hash_of_the_source(dialog):
    assert dialog.version == version_of(SOURCE.encode())
    assert len(dialog.version) == 16
    assert dialog.version != version_of(SOURCE.encode() + b"\n")
