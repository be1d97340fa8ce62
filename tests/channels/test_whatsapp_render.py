"""Effects as WhatsApp messages, and what the provider's answers mean."""

import json

import pytest

from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.dialogs.effects import MenuChoice, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.errors import SendFailed


def content(whatsapp: WhatsAppCloud, effect):
    """What the message says, without the envelope."""
    body = dict(whatsapp.render("5215512345678", effect, "e42").json)
    assert body.pop("messaging_product") == "whatsapp"
    assert body.pop("recipient_type") == "individual"
    assert body.pop("to") == "+5215512345678"
    assert body.pop("biz_opaque_callback_data") == "e42"
    return body


def menu(*labels: str, text: str = "¿Confirmas?", button: str = "Opciones", description: str = "") -> SendMenu:
    choices = tuple(MenuChoice(label, f"p{number}", description) for number, label in enumerate(labels, 1))
    return SendMenu(text, choices, button)


def test_a_text_goes_to_the_numbers_own_url_with_its_token(whatsapp):
    request = whatsapp.render("5215512345678", SendText("Hola"), "e42")

    assert (request.method, request.url) == ("POST", "https://graph.facebook.com/v25.0/2000000000002/messages")
    assert request.headers["Authorization"] == "Bearer a token"
    assert content(whatsapp, SendText("Hola")) == {"type": "text", "text": {"body": "Hola", "preview_url": False}}


@pytest.mark.parametrize(
    ("spelling", "field", "dialled"),
    [
        ("5215512345678", "to", "+5215512345678"),  # never without +: Meta may add our own country
        ("+5215512345678", "to", "+5215512345678"),
        ("tel:+525512345678", "to", "+525512345678"),
        ("US.10000000000000000001", "recipient", "US.10000000000000000001"),
        ("wa-id:US.10000000000000000001", "recipient", "US.10000000000000000001"),
    ],
)
def test_phones_go_with_a_plus_and_user_ids_as_recipient(whatsapp, spelling, field, dialled):
    body = whatsapp.render(spelling, SendText("Hola"), "e42").json
    assert {key: body[key] for key in ("to", "recipient") if key in body} == {field: dialled}


@pytest.mark.parametrize(
    ("effect", "form"),
    [
        (menu("Sí", "No"), "button"),
        (menu("x" * 20, "y", "z"), "button"),
        (menu("x" * 21, "y", "z"), "list"),  # a button would cut the label
        (menu("a", "b", "c", "d"), "list"),
        (menu("Sí", "No", description="detalle"), "list"),  # buttons have no description
        (menu(*"abcdefghij"), "list"),
        (menu("x" * 24, "b"), "list"),
        (menu(*"abcdefghijk"), "text"),  # eleven
        (menu("x" * 25, "b"), "text"),
        (menu("Sí", "sí "), "text"),  # nobody could tell them apart
        (menu("a", "b", description="x" * 73), "text"),
        (menu(*"abcd", button="x" * 21), "text"),
        (menu(*"abcd", button=""), "text"),
        (menu("Sí", "No", text="x" * 1024), "button"),
        (menu("Sí", "No", text="x" * 1025), "text"),
        (SendMenu("q", (MenuChoice("a", "p" * 257), MenuChoice("b", "p"))), "text"),
        (SendMenu("q", (MenuChoice("a", "p"), MenuChoice("b", "p"))), "text"),  # one payload, two meanings
        (SendMenu("q", ()), "text"),
    ],
)
def test_a_menu_takes_the_best_form_that_shows_it_whole(whatsapp, effect, form):
    body = content(whatsapp, effect)
    assert (body["interactive"]["type"] if body["type"] == "interactive" else "text") == form


def test_buttons_carry_payload_and_label(whatsapp):
    assert content(whatsapp, menu("Sí", "No")) == {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": "¿Confirmas?"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "p1", "title": "Sí"}},
                    {"type": "reply", "reply": {"id": "p2", "title": "No"}},
                ]
            },
        },
    }


def test_a_list_has_an_opener_and_rows(whatsapp):
    choices = (MenuChoice("09:00", "h9", "Sucursal Centro"), MenuChoice("10:00", "h10"))
    assert content(whatsapp, SendMenu("Elige", choices, "Horas"))["interactive"] == {
        "type": "list",
        "body": {"text": "Elige"},
        "action": {
            "button": "Horas",
            "sections": [
                {
                    "rows": [
                        {"id": "h9", "title": "09:00", "description": "Sucursal Centro"},
                        {"id": "h10", "title": "10:00"},
                    ]
                }
            ],
        },
    }


def test_a_menu_that_fits_neither_is_numbered_text(whatsapp):
    body = content(whatsapp, menu("Una opción con un nombre larguísimo", "Otra", text="Elige"))
    assert body["text"]["body"] == "Elige\n1) Una opción con un nombre larguísimo\n2) Otra"


@pytest.mark.parametrize(
    ("effect", "media"),
    [
        (SendMedia("image", "https://x/a.png", "Plano"), {"link": "https://x/a.png", "caption": "Plano"}),
        (SendMedia("video", "https://x/a.mp4"), {"link": "https://x/a.mp4"}),
        (SendMedia("audio", "https://x/a.ogg"), {"link": "https://x/a.ogg"}),
        (
            SendMedia("document", "https://x/a.pdf", "La guía", "guía.pdf"),
            {"link": "https://x/a.pdf", "caption": "La guía", "filename": "guía.pdf"},
        ),
    ],
)
def test_media_go_by_link(whatsapp, effect, media):
    assert content(whatsapp, effect) == {"type": effect.kind, effect.kind: media}


def test_a_templates_parameters_go_to_header_body_and_url_in_that_order(whatsapp):
    parameters = ("Demo", "Ana", "$ 1,200.00", "3 de\n marzo\t", "ça va/17")
    effect = SendTemplate("saldo_vencido", "es_MX", parameters, ("PAGO:17",))

    assert content(whatsapp, effect) == {
        "type": "template",
        "template": {
            "name": "saldo_vencido",
            "language": {"code": "es_MX"},
            "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "Demo"}]},
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "text": "Ana"},
                        {"type": "text", "text": "$ 1,200.00"},
                        {"type": "text", "text": "3 de marzo"},  # WhatsApp refuses line breaks and tabs
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "PAGO:17"}],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "1",
                    "parameters": [{"type": "payload", "payload": "OTRAS"}],  # the template's own
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "2",
                    "parameters": [{"type": "text", "text": "%C3%A7a%20va%2F17"}],
                },
            ],
        },
    }


def test_named_parameters_and_an_image_header(whatsapp):
    template = content(whatsapp, SendTemplate("pedido", "es_MX", ("Ana", "A-17")))["template"]
    assert template["components"] == [
        {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://cdn.example.com/a.png"}}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "parameter_name": "first_name", "text": "Ana"},
                {"type": "text", "parameter_name": "order_id", "text": "A-17"},
            ],
        },
    ]


def test_a_template_without_parameters_is_its_name(whatsapp):
    template = content(whatsapp, SendTemplate("aviso", "es_MX"))["template"]
    assert template == {"name": "aviso", "language": {"code": "es_MX"}}


@pytest.mark.parametrize(
    ("name", "language", "found"), [("aviso", "", "es_MX"), ("aviso", "es-mx", "es_MX"), ("bienvenida", "en", "en")]
)
def test_a_template_is_found_by_name_and_language_however_written(whatsapp, name, language, found):
    parameters = ("Ana",) if name == "bienvenida" else ()
    template = content(whatsapp, SendTemplate(name, language, parameters))["template"]
    assert template["language"] == {"code": found}


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        (SendText("x" * 4097), "too_long"),
        (SendText(" \n"), "empty"),
        (menu(*(f"opción número {number}" for number in range(400))), "too_long"),
        (SendMedia("image", "https://x", "x" * 1025), "too_long"),
        (SendMedia("audio", "https://x", "pie"), "caption"),
        (SendMedia("hologram", "https://x"), "media_kind"),
        (SendTemplate("nadie", "es_MX"), "unknown_template"),
        (SendTemplate("aviso", "pt_BR"), "unknown_template"),
        (SendTemplate("bienvenida", "", ("Ana",)), "unknown_template"),  # two languages: which?
        (SendTemplate("bienvenida", "es", ()), "parameter_count"),
        (SendTemplate("bienvenida", "es", ("Ana", "Luis")), "parameter_count"),
        (SendTemplate("bienvenida", "es", (" \t",)), "parameter_empty"),
        (SendTemplate("bienvenida", "es", ("Ana",), ("p",)), "payload_count"),
        (SendTemplate("bienvenida", "es", ("x" * 1020,)), "too_long"),
        (SendTemplate("saldo_vencido", "es_MX", ("x" * 52, "a", "b", "c", "d")), "too_long"),  # its header
    ],
)
def test_what_cannot_be_said_whole_is_refused_not_cut(whatsapp, effect, code):
    with pytest.raises(SendFailed) as refused:
        whatsapp.render("5215512345678", effect, "e42")
    assert (refused.value.kind, refused.value.code) == ("N", code)


def test_the_longest_text_goes(whatsapp):
    assert content(whatsapp, SendText("😀" * 4096))["text"]["body"] == "😀" * 4096


def test_read_marks_and_typing(whatsapp):
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"}
    assert whatsapp.render_read("wamid.IN").json == mark
    assert whatsapp.render_read("wamid.IN", typing=True).json == mark | {"typing_indicator": {"type": "text"}}


def test_read_marks_can_be_switched_off():
    channel = WhatsAppCloud("wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="t", read_marks=False)
    assert channel.render_read("wamid.IN") is None


def answer(**body):
    return json.dumps(body).encode()


def test_an_accepted_message_has_the_providers_id(whatsapp):
    body = answer(messages=[None, {"id": "wamid.OUT", "message_status": "accepted"}], contacts=[None])
    assert whatsapp.accepted(200, {}, body) == "wamid.OUT"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, answer(error={"code": 131047, "message": "m"}), "F", "131047"),
        (500, answer(error={"code": 131031}), "A", "131031"),  # the code decides, not the status
        (429, answer(error={"code": 131056}), "T", "131056"),
        (429, b"", "T", "429"),
        (502, b"<html>", "U", "502"),
        (504, b"", "U", "504"),
        (503, b"", "R", "503"),
        (404, b"[]", "N", "404"),
        (401, b"", "A", "401"),
        (302, b"", "A", "302"),
        (200, b"", "U", "200"),  # 2xx without an id: nobody knows
        (200, answer(messages=[]), "U", "200"),
        (200, b"\xff", "U", "200"),
        (200, b"[" * 100_000, "U", "200"),
        (200, answer(error={"code": 131026}), "N", "131026"),
        (200, answer(error={"message": "?"}), "U", "200"),
    ],
)
def test_any_other_answer_is_a_failure_with_its_class(whatsapp, status, body, kind, code):
    with pytest.raises(SendFailed) as failed:
        whatsapp.accepted(status, {"Retry-After": "3"}, body)
    assert (failed.value.kind, failed.value.code) == (kind, code)
