"""Any session can be written down, by which path it took and without a word of whose it was (B31)."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.rehearsing.casting import rehearse
from bot_runtime.dialogs.rehearsing.recording import Happening, Recording, record
from bot_runtime.dialogs.rehearsing.rehearsal import CannotHandOver, NothingToTap, Rehearsal, act
from bot_runtime.dialogs.rehearsing.rewriting import document
from bot_runtime.dialogs.rehearsing.transcripts import Difference
from bot_runtime.dialogs.session import About
from bot_runtime.workspace import load_workspace
from tests.dialogs.talking import dialog_of

BEGAN = datetime(2026, 3, 1, 15, 4, 5, tzinfo=UTC)
NAME, PHONE, MAIL = "Rosalinda Quetzalcóatl", "+525598761234", "rosalinda.q@correo.mx"
ABOUT = About(contact_name=NAME, contact_phone=PHONE, channel="whatsapp", channel_kind="whatsapp", country="MX")
PRIVATE = ("rosalinda", "quetzalc", "98761234", "9876 1234", "correo.mx", "insurgentes", "zubiría")
FREE = [
    "Soy Rosalinda Quetzalcóatl, mi cel es 55 9876 1234",
    f"escríbanme a {MAIL}",
    "vivo en Insurgentes 1234, casa de la señora Zubiría",
    "5598761234",
    "sí claro",
    "yes please",
    "no",
    "2",
    "dos",
    "mañana",
    "15/03/2026",
    "a las 5 de la tarde",
    "$1,250.50 pesos",
    "menú",
    "agente",
    "atrás",
    "BAJA",
    "???",
    "👍",
]


def written(recording: Recording) -> str:
    return document(recording.head, recording.turns)


def replayed(text: str, book: Book) -> transcripts.Outcome:
    read = transcripts.read(tree.read("t.yaml", text.encode()), book.dialogs)
    assert not isinstance(read, Difference), (read, text)
    outcome = transcripts.run(read, book)
    assert outcome.difference is None, (outcome.difference, text)
    return outcome


EVERYTHING = dialog_of("""
dialog: everything
language: es
response_timeout: 4h
retry: { attempts: 3, goto: person }
needs: { nombre: text, saldo: number, plan: text }
states:
  hola: { say: "Hola {{ nombre }}, debes {{ saldo }}", when: [{ if: plan == 'oro', goto: correo }, { else: nombre_q }] }
  nombre_q: { ask: ¿Cómo te llamas?, answer: name, save: llamado, goto: correo }
  correo: { ask: ¿Correo?, answer: email, save: correo, goto: telefono }
  telefono: { ask: ¿Teléfono?, answer: phone, save: tel, goto: cuenta }
  cuenta:
    ask: ¿Cuenta?
    answer: { type: pattern, pattern: "[0-9]{10}", example: "0123456789" }
    save: cuenta
    goto: monto
  monto: { ask: ¿Cuánto?, answer: amount, check: answer > 100, save: monto, goto: dia }
  dia: { ask: ¿Qué día?, answer: date, check: answer >= today(), save: dia, goto: hora }
  hora: { ask: ¿Qué hora?, answer: time, save: hora, goto: gustos }
  gustos: { ask: ¿Qué te gusta?, answer: { type: multiple, choices: [rojo, verde, azul] }, save: gustos, goto: donde }
  donde:
    ask: ¿Dónde?
    answer: location
    save: donde
    remind: [{ after: 1h, say: ¿Sigues ahí? }, { after: 2h, say: "{{ nombre }}, te esperamos" }]
    goto: texto
  texto: { ask: ¿Algo más?, answer: text, save: texto, burst: { take: join, within: 5s }, goto: brazo }
  brazo: { split: [{ share: 50, goto: menu }, { share: 50, goto: otra }], save: brazo }
  otra: { call: { dialog: corta, with: { quien: nombre }, save: { gusto: gusto } }, goto: menu }
  menu:
    ask: "¿Seguimos, {{ llamado }}?"
    menu:
      - { label: "Sí, soy {{ nombre }}", goto: hola }
      - { label: No, goto: fin }
      - { label: Quizá, goto: person, secondary: true }
  person: { say: Te paso., handoff: { department: ventas }, goto: menu }
  fin: { say: "Adiós {{ nombre }} {{ texto }} {{ tel }}", close: listo }
anywhere: [{ words: [persona], goto: person }, { words: [atrás], back: true }]
""")
CALLED = dialog_of("""
dialog: corta
language: es
needs: { quien: text }
retry: { attempts: 2, goto: ya }
states:
  gusta: { ask: "¿Te gustó, {{ quien }}?", menu: [{ label: Mucho, goto: ya }, { label: Nada, goto: ya }], save: gusto }
  ya: { say: Anotado. }
""")


@pytest.fixture(scope="module")
def book() -> Book:
    root = Path(__file__).parents[2] / "dialogs_examples"
    names = ("WA_APP_SECRET", "WA_VERIFY_TOKEN", "WA_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    workspace = load_workspace(root, dict.fromkeys(names, "x")).workspace
    assert workspace is not None
    return Book(
        [EVERYTHING, CALLED, *workspace.dialogs.values()],
        workspace.templates.values(),
        "es",
        country_by_channel={"whatsapp": "MX"},
        time_zone="America/Mexico_City",
    )


def lived(dialog: Dialog, book: Book, given: dict[str, Any], chance: random.Random) -> Iterator[Happening]:
    """A session as some contact might have it, told as the runtime would: what came, when, and where it led."""
    real = rehearse(dialog, ABOUT, given, book, BEGAN)
    if dialog.starts.template and chance.random() < 0.5:
        yield happening(real, "start", "template")
    else:
        yield happening(real, "contact", chance.choice(["hola", "Soy Rosalinda"]))
    for _ in range(chance.randint(1, 25)):
        session, wait = real.scene.session, real.scene.wait
        if session is None or session.phase == "ended":
            return
        gap = timedelta(seconds=chance.choice([2, chance.randint(1, 600)]))
        ends = wait is not None and wait.due_at <= real.scene.at + gap  # what was written in several messages is whole
        if wait is not None and (ends or chance.random() < 0.03):
            real.pass_time(wait.due_at - real.scene.at)
            stands = real.scene.session
            yield Happening(real.scene.at + timedelta(seconds=2), "timed_out", True, stands.state if stands else None)
            continue
        real.pass_time(gap)
        yield happening(real, *choice(real, chance))


def choice(real: Rehearsal, chance: random.Random) -> tuple[str, Any]:
    session = real.scene.session
    assert session is not None
    labels = [button.label for button in real.scene.buttons]
    if session.phase == "quiet":
        return chance.choice([("given_back", True), ("contact", "¿hola? soy Rosalinda")])
    fitting = {
        "name": NAME, "email": MAIL, "phone": "55 9876 1234", "pattern": "5598761234", "amount": "1,250.50",
        "date": "mañana", "time": "5:30 pm", "multiple": "rojo y azul", "rating": "4", "number": "dos", "yes_no": "sí",
    }  # fmt: skip
    answer = real.book.dialogs[session.dialog].states[session.state].answer
    return chance.choice(
        [
            ("contact", chance.choice(FREE)),
            *([("contact", fitting.get(answer.kind, "Insurgentes 1234"))] * 3 if answer else []),
            *([("tap", chance.choice(labels)), ("contact", chance.choice(labels).lower()[:-1])] * 3 if labels else []),
            ("media", {"kind": "image", "caption": "mi recibo, Rosalinda"}),
            ("location", {"latitude": 19.4326, "longitude": -99.1332, "address": "Insurgentes 1234"}),
            ("taken", True) if chance.random() < 0.2 else ("other", "contacts"),
        ]
    )


def happening(real: Rehearsal, does: str, value: Any) -> Happening:
    try:
        if does == "contact":
            real.say(value)
        else:
            act(real, does, value)
    except (CannotHandOver, NothingToTap) as error:
        raise AssertionError(does, value) from error
    session = real.scene.session
    return Happening(real.scene.at, does, value, session.state if session else None)


@pytest.mark.parametrize("seed", range(25))
def test_a_session_replays_equally_and_names_nobody(book: Book, seed: int):
    chance = random.Random(seed)
    for dialog in book.dialogs.values():
        given = {name: NAME if need.kind == "text" else 5598761234 for name, need in dialog.needs.items()}
        given |= {"plan": chance.choice(["oro", "Zubiría"])} if dialog is EVERYTHING else {}
        told = list(lived(dialog, book, given, chance))
        recording = record(dialog, book, ABOUT, given, told)
        text = written(recording)
        assert recording.strays == [], text
        outcome = replayed(text, book)
        assert [name for name in PRIVATE if name in text.lower()] == [], text
        assert "19.43" not in text
        turns = zip(recording.turns, outcome.happened, strict=True)
        states = [got.get("state") for turn, got in turns if "bot" in turn]  # the rest is only time going by
        assert states == [each.state for each in told], text


ASKS = dialog_of("""
dialog: asks
language: es
retry: { attempts: 3, goto: fin }
states:
  folio: { ask: ¿Folio?, answer: text, save: folio, goto: consulta }
  consulta:
    request:
      url: "https://api.example/{{ folio }}"
      save: { dueno: cliente.nombre, saldo: cuentas.0.saldo, nivel: nivel }
      failure: falla
    when: [{ if: nivel == 'oro', goto: pago }, { else: fin }]
  pago:
    ask: "{{ dueno }}, debes {{ saldo }}. Avísanos cuando pagues"
    answer: text
    on: [{ event: pagado, save: { banco: banco }, goto: gracias }]
    goto: fin
  gracias: { say: "Gracias, {{ banco }}", close: listo }
  falla: { say: "No se pudo ({{ service_error }}).", goto: folio }
  fin: { say: Adiós., close: listo }
""")


def test_what_web_services_and_the_world_said_is_shown_without_names():
    book = Book([ASKS], (), "es", country_by_channel={"whatsapp": "MX"}, time_zone="America/Mexico_City")
    brought = {"dueno": NAME, "saldo": 120.5, "nivel": "oro"}

    def at(seconds: float) -> datetime:
        return BEGAN + timedelta(seconds=seconds)

    recording = record(
        ASKS,
        book,
        ABOUT,
        {},
        [
            Happening(at(0), "contact", "hola", "folio"),
            Happening(at(5), "contact", "Zubiría", "consulta"),
            Happening(at(9), "service_answered", {"wait": 2, "error": "timeout"}, "folio"),
            Happening(at(20), "contact", "Zubiría 2", "consulta"),
            Happening(at(20.2), "service_answered", {"wait": 4, "status": 200, "values": brought}, "pago"),
            Happening(at(3600), "event", ("pagado", {"banco": "Banco Zubiría", "cuenta": "5598761234"}), "gracias"),
        ],
    )
    text = written(recording)
    assert recording.strays == [], text
    assert recording.head["services"] == {
        "consulta": [
            {"error": "timeout", "after": "4s"},
            {"json": {"cliente": {"nombre": "Xxxxxxxxx Xxxxxxxxxxxx"}, "cuentas": [{"saldo": 120.5}], "nivel": "oro"}},
        ]
    }
    assert [name for name in PRIVATE if name in text.lower()] == [], text
    outcome = replayed(text, book)
    assert [got["state"] for got in outcome.happened if got["bot"]] == ["folio", "folio", "pago", "gracias"]


def test_a_service_that_never_answered_does_not_in_the_replay():
    book = Book([ASKS], (), "es")
    steps = [Happening(BEGAN, "contact", "hola", "folio"), Happening(BEGAN, "contact", "A1", "consulta")]
    recording = record(ASKS, book, ABOUT, {}, steps)
    assert recording.strays == [], written(recording)
    assert replayed(written(recording), book).happened[-1]["state"] == "consulta"


def test_what_the_live_session_did_otherwise_is_told():
    steps = [
        Happening(BEGAN, "contact", "hola", "folio"),
        Happening(BEGAN, "tap", "No such button", "folio"),
        Happening(BEGAN, "service_answered", {"error": "timeout"}, "folio"),
        Happening(BEGAN, "event", ("nothing", {}), "folio"),
        Happening(BEGAN, "party", {}, "folio"),
        Happening(BEGAN, "contact", "A1", "fin"),
    ]
    recording = record(ASKS, Book([ASKS], (), "es"), ABOUT, {}, steps)
    assert recording.strays == [(1, "tap"), (1, "service"), (1, "event"), (1, "party"), (2, "fin")]


def test_what_a_ticket_carries_leads_the_same_way():
    dialog = dialog_of("""
dialog: branch
language: es
retry: { attempts: 3, goto: fin }
states:
  hola: { when: [{ if: vip, goto: trato }, { else: fin }] }
  trato: { ask: "Hola, {{ cuenta }}", answer: text, goto: fin }
  fin: { say: Adiós., close: listo }
""")
    book = Book([dialog], (), "es", yes_no=["vip"])
    about = structs.replace(ABOUT, metadata={"vip": "1", "cuenta": f"{NAME} 5598761234"})
    recording = record(dialog, book, about, {}, [Happening(BEGAN, "contact", "hola", "trato")])
    text = written(recording)
    assert recording.strays == [], text
    assert recording.head["contact"]["metadata"] == {"vip": "1", "cuenta": "Xxxxxxxxx Xxxxxxxxxxxx 0000000000"}
    assert replayed(text, book).happened[0]["state"] == "trato"


def test_a_stand_in_is_never_the_contacts_own_name():
    dialog = dialog_of("""
dialog: names
language: es
retry: { attempts: 3, goto: fin }
needs: { nombre: { type: text, example: Ana } }
states:
  hola: { ask: "¿Eres {{ nombre }}?", answer: name, save: nombre_real, goto: fin }
  fin: { say: "Adiós, {{ nombre_real }}", close: listo }
""")
    book = Book([dialog], (), "es")
    about = structs.replace(ABOUT, contact_name="Alex Ana")
    steps = [Happening(BEGAN, "contact", "hola", "hola"), Happening(BEGAN, "contact", "Alex", "fin")]
    recording = record(dialog, book, about, {"nombre": "Ana"}, steps)
    text = written(recording)
    assert recording.strays == []
    assert "Alex" not in text
    assert "Ana" not in text
    assert "Robin Ejemplo" in text
