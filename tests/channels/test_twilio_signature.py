"""Twilio's signature over URL and form, by the published vectors."""

import pytest

from bot_runtime.errors import BadSignature

FORM = "application/x-www-form-urlencoded"
MESSAGE_URL = "https://bot.example.com/hooks/twilio/ch_demo?tenant=acme"
MESSAGE = (
    b"AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01&Body=%C2%BFCu%C3%A1nto+cuesta%3F+%F0%9F%98%80+"
    b"&From=%2B15550100001&MessageSid=SM00000000000000000000000000000001&NumMedia=0&NumSegments=1&To=%2B15550100999"
    b"&ToCity="
)
STATUS_URL = "https://bot.example.com:8443/hooks/twilio/status"
STATUS = (
    b"MessageSid=SM00000000000000000000000000000002&MessageStatus=undelivered&ErrorCode=30005"
    b"&To=whatsapp%3A%2B15550100002&Tag=b&Tag=a&Tag=a"
)
JSON_URL = (
    "https://bot.example.com/hooks/twilio/events?ch=demo&bodySHA256="
    "641238c6d04f5f160437cd6b75317a754ab4e943c0213e4e6b566bdd9f895a37"
)
JSON = b'{"specversion":"1.0","data":{"messageSid":"SM00000000000000000000000000000003","status":"delivered"}}'


def headers(signature: str, content_type: str = FORM) -> dict[str, str]:
    return {"X-Twilio-Signature": signature, "Content-Type": content_type}


@pytest.mark.parametrize(
    ("url", "signature", "body"),
    [
        (MESSAGE_URL, "2CH50IV9m3rZKXMdML15KB8RVek=", MESSAGE),
        (STATUS_URL, "141g46qOzPczeNwpxZbSNGDDh5I=", STATUS),
        (STATUS_URL, "iepHGquczH8PirR18QxVvJrmaO0=", STATUS),  # signed without the port
        (MESSAGE_URL.replace("//", "//user:secret@"), "2CH50IV9m3rZKXMdML15KB8RVek=", MESSAGE),
        (f"{MESSAGE_URL}#rc=2", "2CH50IV9m3rZKXMdML15KB8RVek=", MESSAGE),
        (MESSAGE_URL.replace(".com/", ".com:443/"), "2CH50IV9m3rZKXMdML15KB8RVek=", MESSAGE),
    ],
)
def test_a_form_is_signed_with_its_url_and_sorted_fields(twilio, url, signature, body):
    twilio().verify(url, headers(signature), body)


@pytest.mark.parametrize(
    ("signature", "what"),
    [
        ("k05sI2Lmk58j9fTLRVwEiZiOTKI=", "the blank ToCity dropped"),
        ("/OlUdyEzNbQDIapZNzLuKfO7c1s=", "Body stripped"),
        ("j+5oUy9pTtxlOjUj7PZUpCpgI3k=", "the query omitted"),
        ("YxJaxgcR935ZjJJBLj31iBq5TxU=", "http instead of https"),
        ("", "no signature"),
        ("ñ", "not ASCII"),
    ],
)
def test_a_signature_over_anything_else_is_refused(twilio, signature, what):
    with pytest.raises(BadSignature):
        twilio().verify(MESSAGE_URL, headers(signature), MESSAGE)


@pytest.mark.parametrize(
    "body",
    [MESSAGE.replace(b"cuesta", b"cuestan"), MESSAGE + b"&New=1", b"", b"\xff\xfe", b"&".join([b"a=1"] * 301)],
)
def test_any_change_of_the_body_is_refused(twilio, body):
    with pytest.raises(BadSignature):
        twilio().verify(MESSAGE_URL, headers("2CH50IV9m3rZKXMdML15KB8RVek="), body)


def test_json_is_covered_by_the_hash_in_its_url(twilio):
    twilio().verify(JSON_URL, headers("zLsu7z6PrYxOqdYYZVUOxwjte04=", "application/json"), JSON)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (JSON_URL, JSON.replace(b"delivered", b"delivereD")),  # the header still fits the URL
        (JSON_URL.partition("&bodySHA256")[0], JSON),  # no hash at all
        ("https://[bad", JSON),
    ],
)
def test_json_with_another_hash_is_refused(twilio, url, body):
    with pytest.raises(BadSignature):
        twilio().verify(url, headers("zLsu7z6PrYxOqdYYZVUOxwjte04=", "application/json"), body)


def test_during_a_rotation_any_listed_token_counts(twilio):
    channel = twilio(auth_tokens=["the new one", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
    channel.verify(MESSAGE_URL, headers("2CH50IV9m3rZKXMdML15KB8RVek="), MESSAGE)
