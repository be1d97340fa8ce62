"""Who may speak to us: the handshake and the signature, by the published vectors."""

import hashlib
import hmac
import json

import pytest

from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.errors import BadSignature

EMPTY = b'{"object":"whatsapp_business_account","entry":[]}'
EMPTY_HASH = "aebf066eec770c708a2fb6840e33371b2248771984480523569d8091daf458f3"
MESSAGE = (
    rb'{"object":"whatsapp_business_account","entry":[{"id":"1000000000001","changes":[{"field":"messages","value":'
    rb'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100999","phone_number_id":'
    rb'"2000000000002"},"contacts":[{"profile":{"name":"Mar\u00eda \ud83d\ude00"},"wa_id":"15550100001"}],"messages":'
    rb'[{"from":"15550100001","id":"wamid.DEMO0001","timestamp":"1767225600","type":"text","text":{"body":'
    rb'"\u00bfCu\u00e1nto? https:\/\/example.com"}}]}}]}]}'
)
MESSAGE_HASH = "570e360a2d98d9ff52e2b89d6a30bde40fd4fcf7309026a339944f98667bc18c"


def signed(digest: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": f"sha256={digest}"}


@pytest.mark.parametrize(("body", "digest"), [(EMPTY, EMPTY_HASH), (MESSAGE, MESSAGE_HASH)])
def test_the_signature_is_over_the_raw_bytes(whatsapp, body, digest):
    whatsapp.verify("", signed(digest), body)


@pytest.mark.parametrize(
    "written_again",
    [
        lambda read: json.dumps(read, separators=(",", ":")).encode(),
        lambda read: json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode(),
        lambda read: json.dumps(read).encode(),
    ],
)
def test_the_same_object_written_again_has_another_signature(whatsapp, written_again):
    with pytest.raises(BadSignature):
        whatsapp.verify("", signed(MESSAGE_HASH), written_again(json.loads(MESSAGE)))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": EMPTY_HASH},  # no prefix
        {"X-Hub-Signature-256": f"sha1={EMPTY_HASH}"},
        {"X-Hub-Signature-256": f"sha256={EMPTY_HASH[:-1]}"},
        {"X-Hub-Signature-256": f"sha256={EMPTY_HASH.upper()}"},
        {"X-Hub-Signature-256": f"sha256={'0' * 64}"},
        {"X-Hub-Signature-256": "sha256=ñ\udcff"},
        {"X-Hub-Signature": f"sha256={EMPTY_HASH}"},  # the older header
    ],
)
def test_anything_else_is_refused_without_saying_more(whatsapp, headers):
    with pytest.raises(BadSignature) as refused:
        whatsapp.verify("", headers, EMPTY)
    assert EMPTY_HASH not in str(refused.value)


@pytest.mark.parametrize("digest", [EMPTY_HASH, hmac.new(b"the old one", EMPTY, hashlib.sha256).hexdigest()])
def test_during_a_rotation_both_secrets_count(digest):
    channel = WhatsAppCloud(
        "wa",
        phone_number_id="1",
        app_secrets=["d3m0_app_s3cret_000000000000000001", "the old one"],
        verify_token="v",
        token="t",
    )
    channel.verify("", signed(digest), EMPTY)


ASKED = {"hub.mode": "subscribe", "hub.verify_token": "a verify token", "hub.challenge": "1158201444"}


def test_the_handshake_echoes_the_challenge(whatsapp):
    assert whatsapp.handshake(ASKED) == "1158201444"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        ASKED | {"hub.verify_token": "another"},
        ASKED | {"hub.verify_token": ""},
        ASKED | {"hub.mode": "unsubscribe"},
        {"hub.mode": "subscribe", "hub.verify_token": "a verify token"},  # no challenge
    ],
)
def test_any_other_handshake_is_refused(whatsapp, asked):
    assert whatsapp.handshake(asked) is None
