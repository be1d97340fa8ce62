"""Webhooks are signed as Meta and Twilio sign them: the fact sheet's vectors, and each signature worked out apart."""

import hashlib
import hmac
import json
from base64 import b64encode
from urllib.parse import parse_qsl

import pytest

from bot_runtime.devtools import graph_webhooks, twilio_webhooks
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.simulate import FakeProviders
from tests.devtools.conftest import Receiver, Twilio

META_SECRET = "d3m0_app_s3cret_000000000000000001"
META_BODY = (
    rb'{"object":"whatsapp_business_account","entry":[{"id":"1000000000001","changes":[{"field":"messages","value":'
    rb'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100999","phone_number_id":'
    rb'"2000000000002"},"contacts":[{"profile":{"name":"Mar\u00eda \ud83d\ude00"},"wa_id":"15550100001"}],"messages":'
    rb'[{"from":"15550100001","id":"wamid.DEMO0001","timestamp":"1767225600","type":"text","text":{"body":'
    rb'"\u00bfCu\u00e1nto? https:\/\/example.com"}}]}}]}]}'
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"object":"whatsapp_business_account","entry":[]}',
            "aebf066eec770c708a2fb6840e33371b2248771984480523569d8091daf458f3",
        ),
        (META_BODY, "570e360a2d98d9ff52e2b89d6a30bde40fd4fcf7309026a339944f98667bc18c"),
    ],
)
def test_meta_vectors(body: bytes, expected: str):
    assert graph_webhooks.encode(json.loads(body)) == body  # accents, emoji and slashes as Meta escapes them
    assert graph_webhooks.sign(META_SECRET, body)["X-Hub-Signature-256"] == f"sha256={expected}"


def test_twilio_vector():
    url = "https://bot.example.com/hooks/twilio/ch_demo?tenant=acme"
    form = {
        "AccountSid": "AC00000000000000000000000000000001",
        "ApiVersion": "2010-04-01",
        "Body": "¿Cuánto cuesta? 😀 ",  # its last space is signed too
        "From": "+15550100001",
        "MessageSid": "SM00000000000000000000000000000001",
        "NumMedia": "0",
        "NumSegments": "1",
        "To": "+15550100999",
        "ToCity": "",
    }
    headers = twilio_webhooks.sign("0f1e2d3c4b5a69788796a5b4c3d2e1f0", url, form)
    assert headers["X-Twilio-Signature"] == "2CH50IV9m3rZKXMdML15KB8RVek="
    assert twilio_webhooks.encode(form) == (
        b"AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01&Body=%C2%BFCu%C3%A1nto+cuesta%3F+%F0%9F%98%80+"
        b"&From=%2B15550100001&MessageSid=SM00000000000000000000000000000001&NumMedia=0&NumSegments=1&To=%2B15550100999&ToCity="
    )


async def test_a_whatsapp_message_arrives_signed_over_its_bytes(
    fakes: FakeProviders, receiver: Receiver, whatsapp: Account
):
    fakes.say(fakes.phone("María 😀"), "¿Cuánto? https://example.com")
    await fakes.delivered()

    (webhook,) = receiver.arrived
    digest = hmac.new(whatsapp.app_secret.encode(), webhook.body, hashlib.sha256).hexdigest()
    assert webhook.headers["X-Hub-Signature-256"] == "sha256=" + digest
    assert rb'"body":"\u00bfCu\u00e1nto? https:\/\/example.com"' in webhook.body
    assert webhook.body.isascii()


async def test_forms_and_callbacks_arrive_signed_for_their_url(
    fakes: FakeProviders, receiver: Receiver, sms: Account, twilio: Twilio
):
    marta = fakes.phone("Marta", "sms")
    fakes.say(marta, "  hola ñandú ")
    await twilio.send(marta.number, "hola", StatusCallback=f"{receiver.url}/webhooks/sms?entry=s1.c.7")
    await fakes.delivered()

    assert len(receiver.arrived) == 3
    for webhook in receiver.arrived:
        fields = sorted(parse_qsl(webhook.body.decode(), keep_blank_values=True))
        text = webhook.url + "".join(name + value for name, value in fields)
        signature = b64encode(hmac.digest(sms.auth_token.encode(), text.encode(), "sha1")).decode()
        assert webhook.headers["X-Twilio-Signature"] == signature


async def test_twilio_signs_the_public_url_though_it_connects_elsewhere(
    fakes: FakeProviders, receiver: Receiver, sms: Account
):
    fakes.point_to(receiver.url, "https://bot.example.com")
    fakes.say(fakes.phone("Marta", "sms"), "hola")
    await fakes.delivered()

    (webhook,) = receiver.arrived
    form = dict(parse_qsl(webhook.body.decode(), keep_blank_values=True))
    text = "https://bot.example.com/webhooks/sms" + "".join(name + form[name] for name in sorted(form))
    signature = b64encode(hmac.digest(sms.auth_token.encode(), text.encode(), "sha1")).decode()
    assert webhook.headers["X-Twilio-Signature"] == signature
