"""Effects as Twilio messages, and what its answers mean."""

import json

import pytest

from bot_runtime.dialogs.effects import MenuChoice, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.errors import SendFailed

MENU = SendMenu("¿Confirmas?", (MenuChoice("Sí", "p1"), MenuChoice("No", "p2", "otro día")), "Opciones")
PARAMETERS = ("Demo", "Ana", "$ 1,200", "3 de marzo", "17")


def test_a_message_goes_as_a_form_with_basic_credentials(twilio):
    request = twilio().render("+5215512345678", SendText("Hola"), "e/42")

    assert request.url == "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json"
    assert request.headers["Authorization"].startswith("Basic QUMwMDAw")
    assert request.form == (
        ("To", "+5215512345678"),
        ("From", "+15550100999"),
        ("Body", "Hola"),
        ("StatusCallback", "https://bot.example.com/webhooks/tw?entry=e%2F42"),
    )


def test_on_whatsapp_both_ends_have_the_prefix(twilio):
    form = dict(twilio("whatsapp").render("whatsapp:+5215512345678", SendText("Hola"), "e").form)
    assert (form["To"], form["From"]) == ("whatsapp:+5215512345678", "whatsapp:+15550100999")


def test_a_contact_without_phone_is_written_to_by_user_id(twilio):
    form = dict(twilio("whatsapp").render("wa-id:US.1", SendText("Hola"), "e").form)
    assert form["To"] == "whatsapp:US.1"


def test_a_messaging_service_may_send_instead_of_a_number(twilio):
    channel = twilio(number="", messaging_service_sid="MG1", public_url="")
    form = channel.render("+1", SendText("Hola"), "e").form
    assert form == (("To", "+1"), ("MessagingServiceSid", "MG1"), ("Body", "Hola"))


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_menus_are_numbered_text(twilio, kind):
    form = dict(twilio(kind).render("+5215512345678", MENU, "e").form)
    assert form["Body"] == "¿Confirmas?\n1) Sí\n2) No: otro día"


@pytest.mark.parametrize(
    ("effect", "fields"),
    [
        (SendMedia("image", "https://x/a.png", "Plano"), {"Body": "Plano", "MediaUrl": "https://x/a.png"}),
        (SendMedia("audio", "https://x/a.ogg"), {"MediaUrl": "https://x/a.ogg"}),
    ],
)
def test_media_go_by_link(twilio, effect, fields):
    form = dict(twilio().render("+5215512345678", effect, "e").form)
    assert {key: form[key] for key in ("Body", "MediaUrl") if key in form} == fields


def test_a_template_by_sms_is_its_text_with_links_and_numbered_buttons(twilio):
    form = dict(twilio().render("+5215512345678", SendTemplate("saldo_vencido", "es_MX", PARAMETERS), "e").form)
    assert form["Body"] == (
        "Aviso de Demo\nHola Ana, tu saldo de $ 1,200 vence el 3 de marzo.\nDemo SA\n"
        "Pagar: https://pay.example.com/17\n1) Prometer un pago\n2) Otras opciones"
    )


def test_a_template_on_whatsapp_is_its_content_sid(twilio):
    effect = SendTemplate("saldo_vencido", "es_MX", PARAMETERS)
    form = dict(twilio("whatsapp").render("+5215512345678", effect, "e").form)
    assert "Body" not in form
    assert form["ContentSid"] == "HX00000000000000000000000000000001"
    assert json.loads(form["ContentVariables"]) == dict(zip("12345", PARAMETERS, strict=True))


@pytest.mark.parametrize(
    ("kind", "effect", "code"),
    [
        ("sms", SendText("x" * 1601), "too_long"),
        ("sms", SendText("á" * 671), "too_long"),  # eleven parts
        ("sms", SendText(""), "empty"),
        ("whatsapp", SendText("x" * 1601), "too_long"),
        ("whatsapp", SendTemplate("aviso", "es_MX"), "content_sid"),
        ("sms", SendTemplate("nadie", "es_MX"), "unknown_template"),
    ],
)
def test_what_cannot_be_said_whole_is_refused_not_cut(twilio, kind, effect, code):
    with pytest.raises(SendFailed) as refused:
        twilio(kind).render("+5215512345678", effect, "e")
    assert (refused.value.kind, refused.value.code) == ("N", code)


def test_the_longest_texts_go(twilio):
    for text in ("á" * 670, "x" * 1530):
        assert dict(twilio().render("+5215512345678", SendText(text), "e").form)["Body"] == text


def test_there_are_no_read_marks(twilio):
    assert twilio().render_read("SM1") is None


def test_an_accepted_message_has_the_providers_id(twilio):
    assert twilio().accepted(201, {}, b'{"sid":"SM1","status":"queued","error_code":null}') == "SM1"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, b'{"code":21610,"message":"m","status":400}', "O", "21610"),
        (429, b'{"code":20429}', "T", "20429"),
        (401, b'{"code":20003}', "A", "20003"),
        (400, b'{"code":63016}', "F", "63016"),
        (503, b"", "R", "503"),
        (504, b"", "U", "504"),
        (400, b'{"code":{}}', "N", "400"),
        (201, b"{}", "U", "201"),
        (201, b"<html>", "U", "201"),
    ],
)
def test_any_other_answer_is_a_failure_with_its_class(twilio, status, body, kind, code):
    with pytest.raises(SendFailed) as failed:
        twilio().accepted(status, {}, body)
    assert (failed.value.kind, failed.value.code) == (kind, code)
