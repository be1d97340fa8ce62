"""Answers that are no text: files (F042), places (F043), forms (F044); and validators by name (F048)."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from bot_runtime.dialogs.effects import SendForm
from bot_runtime.dialogs.events import FormReceived, MediaReceived
from bot_runtime.dialogs.recognizers import validators
from tests.dialogs.talking import Contact, problems_of

CLAIM = """\
dialog: claim
language: es
retry: { attempts: 9, goto: out }
states:
  photo:
    ask: Manda una foto o el recibo.
    answer: { type: attachment, kinds: [image, document], max_mb: 5 }
    save: prueba
    goto: where
  where: { ask: ¿Dónde fue?, answer: { type: location, fallback: text }, save: lugar, goto: out }
  out: { say: "{{ prueba_kind }} {{ prueba_name }} {{ lugar }} {{ lugar_address }}" }
"""


def photo(contact: Contact, **more):
    fetched = {"kind": "image", "ref": "media-1", "mime": "image/jpeg", "file": "f1", "bytes": 1000}
    return contact.take(MediaReceived(at=contact.at, channel="wa", message_id="m", **{**fetched, **more}))


def test_a_file_of_a_kind_that_is_asked_for_is_kept_by_its_id():
    contact = photo(Contact(CLAIM).is_called("claim"), kind="document", filename="recibo.pdf", mime="application/pdf")
    assert contact.session.answers == {
        "prueba": "f1",
        "prueba_kind": "document",
        "prueba_mime": "application/pdf",
        "prueba_name": "recibo.pdf",
    }


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "audio"}, "Ese tipo de archivo no sirve aquí."),
        ({"kind": "sticker"}, "Ese tipo de archivo no sirve aquí."),
        ({"bytes": 5 * 1024 * 1024 + 1}, "El archivo es muy grande."),
        ({"file": "", "trouble": "too_large"}, "El archivo es muy grande."),
        ({"file": "", "trouble": "gone"}, "No pudimos recibir el archivo."),
    ],
)
def test_any_other_file_is_told_why_it_does_not_fit_and_which_would(sent, said):
    contact = photo(Contact(CLAIM).is_called("claim"), **sent)
    assert contact.texts == [f"{said} Envía una imagen o un documento de hasta 5 MB."]
    assert contact.session.answers == {}


def test_a_text_is_no_file():
    contact = Contact(CLAIM).is_called("claim").says("aquí va")
    assert contact.texts == ["Hace falta un archivo. Envía una imagen o un documento de hasta 5 MB."]


def test_with_a_fallback_an_address_in_writing_is_a_place():
    contact = photo(Contact(CLAIM).is_called("claim")).says("Av. Juárez 12,  Centro")
    assert contact.session.answers["lugar"] == "Av. Juárez 12, Centro"
    assert contact.session.answers["lugar_address"] == "Av. Juárez 12, Centro"
    contact = photo(Contact(CLAIM).is_called("claim")).says("19.4326, -99.1332")
    assert contact.session.answers["lugar"] == "19.4326,-99.1332"


SIGN_UP = """\
dialog: sign_up
language: es
retry: { attempts: 9, goto: out }
states:
  data:
    ask: Regístrate, por favor.
    answer: { type: form, flow: "4711", button: Registrarme, screen: DATOS, fields: [nombre, edad, gustos] }
    save: datos
    goto: out
  out: { say: "{{ nombre }} {{ edad }} {{ gustos }}" }
"""


def fill(contact, data):
    return contact.take(FormReceived(at=contact.at, channel="wa", message_id="m", data=data))


def test_a_form_is_sent_and_its_fields_are_answers():
    contact = Contact(SIGN_UP).is_called("sign_up")
    assert contact.of(SendForm) == [SendForm("Regístrate, por favor.", "4711", "Registrarme", "DATOS", "data")]
    fill(contact, '{"flow_token":"data","nombre":"Ana","edad":32,"gustos":["pan","té"],"nota":{"a":1}}')
    assert contact.texts == ["Ana 32 pan, té"]
    assert contact.session.answers == {
        "datos": '{"nombre":"Ana","edad":32,"gustos":["pan","té"],"nota":{"a":1}}',
        "nombre": "Ana",
        "edad": 32,
        "gustos": ["pan", "té"],
    }


@pytest.mark.parametrize("data", ["", "[1", "[1]", "null", "12", '"x"', "[" * 100_000, '{"a":' + "9" * 70_000 + "}"])
def test_a_form_with_nothing_that_can_be_read_is_an_answer_that_does_not_fit(data):
    contact = fill(Contact(SIGN_UP).is_called("sign_up"), data)
    assert contact.texts == ["No pudimos leer el formulario. Llena el formulario de nuestro mensaje."]
    assert isinstance(contact.effects[-2], SendForm)  # it can be opened again
    assert contact.session.answers == {}


def test_a_form_at_another_question_does_not_fit():
    contact = Contact(CLAIM).is_called("claim")
    fill(contact, '{"a":1}')
    assert contact.session.state == "photo"


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("curp", "hegg560427mvzrrl04", "HEGG560427MVZRRL04"),
        ("curp", "HEGG560427MVZRRL05", None),
        ("rfc", "GODE 561231 GR8", "GODE561231GR8"),
        ("rfc", "GODE561331GR8", None),
        ("clabe", "032180000118359719", "032180000118359719"),
        ("clabe", "032180000118359718", None),
        ("cpf", "529.982.247-25", "52998224725"),
        ("cpf", "111.111.111-11", None),
        ("nif", "12345678-z", "12345678Z"),
        ("nif", "X1234567L", "X1234567L"),
        ("nif", "12345678A", None),
        ("iban", "ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
        ("iban", "ES9121000418450200051333", None),
        ("luhn", "4539 1488 0343 6467", "4539148803436467"),
        ("luhn", "4539148803436468", None),
    ],
)
def test_validators_that_come_with_us(name, written, kept):
    assert validators.BUILT_IN[name](written) == kept


def even(text):
    number = int(text)
    return number if number % 2 == 0 else None


def test_an_operators_validator_is_found_by_its_name(monkeypatch):
    points = EntryPoints([EntryPoint("even", f"{__name__}:even", validators.GROUP)])
    monkeypatch.setattr(validators, "entry_points", lambda **which: points.select(**which))
    validators.names.cache_clear()
    validators.named.cache_clear()
    source = SIGN_UP.replace('type: form, flow: "4711", button: Registrarme, screen: DATOS, ', "").replace(
        "fields: [nombre, edad, gustos]", "type: text, validator: even, example: 12"
    )
    source = source.replace("{{ nombre }} {{ edad }} {{ gustos }}", "{{ datos }}")
    assert problems_of(source) == []
    contact = Contact(source).is_called("sign_up").says("13")
    assert contact.texts == ["No entendí tu respuesta. Escríbelo como en este ejemplo: 12."]
    assert contact.says("doce").session.state == "data"  # it raised: nothing fits, nothing breaks
    assert contact.says("14").session.answers == {"datos": 14}
    assert [one.code for one in problems_of(source.replace("even", "evn"))] == ["unknown_validator"]
    monkeypatch.undo()
    validators.names.cache_clear()
    validators.named.cache_clear()
