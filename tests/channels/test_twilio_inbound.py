"""Every form Twilio sends, as recorded, and what we make of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot_runtime.channels.base import Address, Ignored, Received, StatusReported
from bot_runtime.dialogs.events import (
    ConsentChanged,
    FormReceived,
    LocationReceived,
    MediaReceived,
    OptionTapped,
    OtherReceived,
    TextReceived,
)
from bot_runtime.errors import BadPayload

RECORDED = Path(__file__).parent / "data" / "twilio"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SID = "SM00000000000000000000000000000001"
SMS = Address("tel:+525512345678", "+5215512345678")
WHATSAPP = Address("tel:+525512345678", "whatsapp:+5215512345678")
MEDIA = "https://api.twilio.com/M"


def parsed(twilio, name, query=None):
    return twilio().parse((RECORDED / f"{name}.form").read_bytes(), FORM, query or {}, NOW)


@pytest.mark.parametrize(
    ("name", "address", "kind", "facts"),
    [
        ("sms", SMS, TextReceived, {"text": "¿Cuánto cuesta? 😀 "}),
        ("sms_empty", SMS, OtherReceived, {"kind": "unsupported"}),
        ("sms_short_code", Address("tel:12345", "12345"), TextReceived, {"text": "hola"}),
        ("stop", SMS, ConsentChanged, {"opted_out": True, "evidence": "STOP"}),
        ("start", SMS, ConsentChanged, {"opted_out": False, "evidence": "START"}),
        ("wa_text", WHATSAPP, TextReceived, {"text": "hola"}),
        ("wa_reply", WHATSAPP, TextReceived, {"text": "sí", "quoted": "SM9"}),
        ("wa_without_prefix", SMS, TextReceived, {"text": "hola"}),
        ("wa_button", WHATSAPP, OptionTapped, {"payload": "PROMESA", "text": "Prometer un pago"}),
        ("wa_list", WHATSAPP, OptionTapped, {"payload": "h9", "text": "09:00"}),
        (
            "wa_location",
            WHATSAPP,
            LocationReceived,
            {"latitude": 19.43, "longitude": -99.13, "name": "Zócalo", "address": "Centro"},
        ),
        ("wa_form", WHATSAPP, FormReceived, {"data": '{"a":1}'}),
        ("wa_sticker", WHATSAPP, MediaReceived, {"kind": "sticker", "ref": f"{MEDIA}0", "mime": "image/webp"}),
    ],
)
def test_a_message_of_any_kind_becomes_an_event(twilio, name, address, kind, facts):
    profile = "Ana Demo" if name.startswith("wa_") else None
    event = kind(at=NOW, channel="tw", message_id=SID, profile_name=profile, **facts)

    assert parsed(twilio, name) == [Received((address,), "+15550100999", event)]


def test_each_of_several_media_is_an_event_with_an_id_of_its_own(twilio):
    image, document = (received.event for received in parsed(twilio, "mms"))

    assert image == MediaReceived(
        at=NOW, channel="tw", message_id=SID, kind="image", ref=f"{MEDIA}0", mime="image/jpeg", caption="El recibo"
    )
    assert document == MediaReceived(
        at=NOW, channel="tw", message_id=f"{SID}/1", kind="document", ref=f"{MEDIA}1", mime="application/pdf"
    )


def test_a_contact_without_a_phone_has_the_user_id_as_address(twilio):
    [received] = parsed(twilio, "wa_username_only")
    assert received.addresses == (Address("wa-id:US.10000000000000000001", "whatsapp:US.10000000000000000001"),)


def test_a_contact_with_both_has_the_phone_first(twilio):
    [received] = parsed(twilio, "wa_both_ids")
    assert received.addresses == (WHATSAPP, Address("wa-id:MX.1", "whatsapp:MX.1"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("help", "OptOutType HELP"),  # Twilio has answered
        ("sms_alphanumeric", "a message of nobody we could answer"),
        ("status_queued", "status queued"),
        ("status_sending", "status sending"),
    ],
)
def test_what_asks_nothing_of_us_is_left_alone(twilio, name, why):
    assert [(type(one), one.why) for one in parsed(twilio, name)] == [(Ignored, why)]


@pytest.mark.parametrize(
    ("name", "status", "code", "kind"),
    [
        ("status_sent", "sent", "", ""),
        ("status_delivered", "delivered", "", ""),
        ("status_partially_delivered", "delivered", "", ""),
        ("status_read", "read", "", ""),
        ("status_undelivered", "failed", "30005", "N"),
        ("status_opted_out", "failed", "21610", "O"),
        ("status_canceled", "failed", "canceled", "N"),
    ],
)
def test_a_status_callback_names_the_entry_of_its_url(twilio, name, status, code, kind):
    assert parsed(twilio, name, {"entry": "e42"}) == [
        StatusReported(
            account="+15550100999",
            entry="e42",
            external_id="SM00000000000000000000000000000002",
            status=status,
            at=NOW,
            code=code,
            kind=kind,
            recipient="tel:+525512345678",
        )
    ]


def test_a_json_callback_is_left_alone(twilio):
    [ignored] = twilio().parse(b'{"specversion":"1.0"}', "application/json", {}, NOW)
    assert isinstance(ignored, Ignored)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"\xff\xfe\x00", FORM),
        (b"&".join([b"a=1"] * 301), FORM),
        (b"not json", "application/json"),
        (b"[]", "application/json"),
        (b"hola", "text/plain"),
    ],
)
def test_what_is_neither_form_nor_json_is_a_bad_payload(twilio, body, content_type):
    with pytest.raises(BadPayload) as refused:
        twilio().parse(body, content_type, {}, NOW)
    assert refused.value.status == 400


def test_messages_are_acknowledged_with_empty_twiml(twilio):
    assert twilio().acknowledgement() == ('<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml")
