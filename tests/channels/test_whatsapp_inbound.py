"""Every webhook WhatsApp sends, as recorded, and what we make of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot_runtime.channels.base import Address, AddressChanged, Ignored, Received, StatusReported, TemplatesChanged
from bot_runtime.channels.whatsapp_inbound import Unusual, parse_ordinary, provider_time
from bot_runtime.channels.whatsapp_lenient import parse_leniently
from bot_runtime.dialogs.events import (
    ConsentChanged,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OptionTapped,
    OtherReceived,
    ReactionReceived,
    TextReceived,
)

RECORDED = Path(__file__).parent / "data" / "whatsapp"
NOW = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
SENT = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = Address("tel:+15550100001", "15550100001")
USER_ID = Address("wa-id:US.10000000000000000001", "US.10000000000000000001")
NEW_PHONE = Address("tel:+15550100003", "15550100003")
NEW_USER_ID = Address("wa-id:US.30000000000000000003", "US.30000000000000000003")
NUMBER = "2000000000002"
QUOTED = {"quoted": "wamid.DEMOOUT1"}
TARGET = "wamid.DEMOOUT1"


def recorded(name: str) -> bytes:
    return (RECORDED / f"{name}.json").read_bytes()


def parsed(whatsapp: Any, name: str) -> list[Any]:
    return list(whatsapp.parse(recorded(name), "application/json", {}, NOW))


@pytest.mark.parametrize(
    ("name", "kind", "facts"),
    [
        ("text", TextReceived, {"text": "¿Cuánto? https://example.com 😀"}),
        ("text_reply", TextReceived, {"text": "Sí"} | QUOTED),
        ("text_forwarded", TextReceived, {"text": "Mira"}),  # a context without an id
        ("text_from_ad", TextReceived, {"text": "Info"}),
        ("button", OptionTapped, {"payload": "PROMESA", "text": "Prometer un pago"} | QUOTED),
        ("button_without_context", OptionTapped, {"payload": "Prometer un pago", "text": "Prometer un pago"}),
        ("button_reply", OptionTapped, {"payload": "yes", "text": "Sí"} | QUOTED),
        ("list_reply", OptionTapped, {"payload": "h9", "text": "09:00"} | QUOTED),
        ("form_reply", FormReceived, {"data": '{"flow_token":"t1","age":"32"}'} | QUOTED),
        ("form_reply_broken", FormReceived, {"data": "[1"}),  # its response_json is not JSON
        ("interactive_without_object", OtherReceived, {"kind": "unsupported"}),  # Meta does send these
        (
            "image",
            MediaReceived,
            {"kind": "image", "ref": "3000000000003", "mime": "image/jpeg", "caption": "Recibo"},
        ),
        ("video", MediaReceived, {"kind": "video", "ref": "3000000000004", "mime": "video/mp4"}),
        ("audio", MediaReceived, {"kind": "audio", "ref": "3000000000005", "mime": "audio/ogg; codecs=opus"}),
        ("voice_older", MediaReceived, {"kind": "audio", "ref": "3000000000006", "mime": "audio/ogg; codecs=opus"}),
        (
            "document",
            MediaReceived,
            {
                "kind": "document",
                "ref": "3000000000007",
                "mime": "application/pdf",
                "caption": "La cotización",
                "filename": "cotización.pdf",
            },
        ),
        ("sticker", MediaReceived, {"kind": "sticker", "ref": "3000000000008", "mime": "image/webp"}),
        (
            "location",
            LocationReceived,
            {"latitude": 19.43, "longitude": -99.13, "name": "Zócalo", "address": "Centro"},
        ),
        ("location_shared", LocationReceived, {"latitude": 0.5, "longitude": 1.0}),
        ("contacts", OtherReceived, {"kind": "contacts"}),
        ("order", OtherReceived, {"kind": "order"}),
        ("unsupported", OtherReceived, {"kind": "unsupported"}),
        ("reaction", ReactionReceived, {"emoji": "👍", "target": TARGET}),
        ("reaction_removed", ReactionReceived, {"emoji": "", "target": TARGET}),
        ("edit", MessageEdited, {"text": "Quise decir mañana", "target": "wamid.DEMOIN0"}),
        ("edit_of_caption", MessageEdited, {"text": "Otro pie", "target": "wamid.DEMOIN0"}),
        ("revoke", MessageRevoked, {"target": "wamid.DEMOIN0"}),
    ],
)
def test_a_message_of_any_kind_becomes_an_event(whatsapp, name, kind, facts):
    event = kind(at=NOW, channel="wa", message_id="wamid.DEMOIN1", sent_at=SENT, profile_name="Ana Demo", **facts)

    # (An interactive message without its object comes with an error of the provider's beside it.)
    read = [one for one in parsed(whatsapp, name) if not isinstance(one, Ignored)]
    assert read == [Received((PHONE, USER_ID), NUMBER, event)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("group", "a group's message"),
        ("new_type", "hologram we cannot read"),
        ("identity_changed", "system message customer_identity_changed"),
        ("status_deleted", "status deleted"),
        ("status_group", "a group's status"),
        ("app_error", "error 130429 reported by the provider"),
        ("preference_signup", "preference marketing_messages: signup"),
        ("message_template_quality_update", "field message_template_quality_update"),
        ("phone_number_quality_update", "field phone_number_quality_update: THROUGHPUT_UPGRADE"),
        ("account_update", "field account_update: ACCOUNT_RESTRICTION"),
        ("account_alerts", "field account_alerts"),
        ("history", "field history"),
        ("flows", "field flows: ENDPOINT_ERROR"),
        ("smb_message_echoes", "field smb_message_echoes"),  # our own words: never a contact's
    ],
)
def test_what_is_not_a_contact_speaking_to_us_is_left_alone(whatsapp, name, why):
    assert [(type(one), one.why) for one in parsed(whatsapp, name)] == [(Ignored, why)]


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("username_only", (USER_ID,)),  # no phone at all
        ("user_id_as_sender", (USER_ID,)),  # an open-source server has seen the user id in `from`
        ("phone_only", (PHONE,)),
        ("text", (PHONE, USER_ID)),  # the phone first
    ],
)
def test_a_contact_may_have_a_phone_a_user_id_or_both(whatsapp, name, addresses):
    assert [one.addresses for one in parsed(whatsapp, name)] == [addresses]


def test_senders_are_matched_to_their_profiles_by_id_not_by_position(whatsapp):
    ana, luis = parsed(whatsapp, "two_senders")

    assert (ana.event.profile_name, ana.event.text) == ("Ana Demo", "uno")
    assert (luis.event.profile_name, luis.event.text) == ("Luis", "dos")
    assert luis.addresses[0] == Address("tel:+525512345678", "5215512345678")


@pytest.mark.parametrize(
    ("name", "moves"),
    [
        ("number_changed", [(PHONE, NEW_PHONE), (USER_ID, NEW_USER_ID)]),
        ("number_changed_older", [(PHONE, NEW_PHONE)]),
        ("user_id_changed", [(USER_ID, NEW_USER_ID)]),
        ("user_id_update", [(USER_ID, NEW_USER_ID)]),
    ],
)
def test_a_changed_number_or_id_says_old_and_new(whatsapp, name, moves):
    changes = parsed(whatsapp, name)

    assert [type(one) for one in changes] == [AddressChanged] * len(moves)
    assert [(one.old, one.new) for one in changes] == moves
    assert all(one.account == NUMBER and one.message_id for one in changes)


@pytest.mark.parametrize(("name", "opted_out"), [("preference_stop", True), ("preference_resume", False)])
def test_marketing_stopped_inside_whatsapp_is_a_change_of_consent(whatsapp, name, opted_out):
    [change] = parsed(whatsapp, name)

    assert isinstance(change.event, ConsentChanged)
    assert (change.addresses[0], change.event.opted_out, change.event.sent_at) == (PHONE, opted_out, SENT)
    assert change.event.message_id != ""


@pytest.mark.parametrize(
    ("name", "status", "code", "kind"),
    [
        ("status_sent", "sent", "", ""),
        ("status_delivered", "delivered", "", ""),
        ("status_read", "read", "", ""),
        ("status_played", "read", "", ""),  # a voice message that was heard
        ("status_failed", "failed", "131047", "F"),
        ("status_failed_new_code", "failed", "199999", "N"),
    ],
)
def test_a_delivery_report_names_our_entry_and_its_class(whatsapp, name, status, code, kind):
    assert parsed(whatsapp, name) == [
        StatusReported(
            account=NUMBER,
            entry="e42",
            external_id="wamid.DEMOOUT1",
            status=status,
            at=SENT + timedelta(seconds=30),
            code=code,
            kind=kind,
            recipient="tel:+15550100001",
        )
    ]


def test_a_report_on_a_contact_without_phone_names_the_user_id(whatsapp):
    assert parsed(whatsapp, "status_user_id")[0].recipient == USER_ID.canonical


def test_one_bad_item_costs_none_of_the_others(whatsapp):
    items = parsed(whatsapp, "batch")

    assert [getattr(one.event, "text", None) for one in items if isinstance(one, Received)] == ["uno", "dos", "tres"]
    assert [one.external_id for one in items if isinstance(one, StatusReported)] == ["wamid.DEMOOUT1"]
    assert [one.account for one in items if isinstance(one, Received)] == [NUMBER, NUMBER, "2000000000009"]
    assert sum(isinstance(one, Ignored) for one in items) == 4


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.json")))
def test_the_short_way_and_the_lenient_way_read_the_same(name):
    leniently = parse_leniently(recorded(name), "wa", NOW)
    try:
        assert parse_ordinary(recorded(name), "wa", NOW) == leniently
    except Unusual:
        pass  # then only one of them reads it


@pytest.mark.parametrize("name", ["text", "text_reply", "status_sent", "status_delivered", "status_read", "phone_only"])
def test_the_ordinary_takes_the_short_way(name):
    assert parse_ordinary(recorded(name), "wa", NOW)


def test_a_text_of_just_a_keys_name_is_read_the_lenient_way(whatsapp):
    body = recorded("text").replace(rb"\u00bfCu\u00e1nto? https:\/\/example.com \ud83d\ude00", b"body")
    [received] = whatsapp.parse(body, "", {}, NOW)
    assert received.event.text == "body"


def test_what_a_contact_writes_about_keys_is_only_text(whatsapp):
    said = r"\"body\":\"entry\":{\"timestamp\":"
    body = recorded("text").replace(b"\\u00bfCu\\u00e1nto?", said.encode())
    [received] = parse_ordinary(body, "wa", NOW)
    assert received.event.text.startswith('"body":"entry":{"timestamp": https')


@pytest.mark.parametrize("timestamp", ["1767225600", 1767225600, 1767225600000, "1767225600000", 1767225600.0])
def test_provider_times_come_as_text_seconds_or_milliseconds(timestamp):
    assert provider_time(timestamp) == SENT


@pytest.mark.parametrize("timestamp", [None, True, "", "soon", [], "1e400", -(10**30), "nan"])
def test_a_time_that_is_none_is_no_time(timestamp):
    assert provider_time(timestamp) is None


def test_half_a_surrogate_pair_does_not_bring_the_webhook_back(whatsapp):
    body = recorded("text").replace(b"\\ud83d\\ude00", b"\\ud83d")
    [received] = whatsapp.parse(body, "application/json", {}, NOW)

    assert received.event.text == "¿Cuánto? https://example.com �"


@pytest.mark.parametrize(
    ("name", "why"),
    [("message_template_status_update", "aviso PAUSED"), ("template_category_update", "")],
)
def test_what_happens_to_a_template_is_told(whatsapp, name, why):
    assert parsed(whatsapp, name) == [TemplatesChanged("", "1000000000001", why)]
