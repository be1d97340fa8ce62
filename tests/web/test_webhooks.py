"""What `/webhooks/{channel}` answers to whom, and that a refusal leaves no trace."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.store.connection import Store
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace

APP_SECRET = "d3m0_app_s3cret_000000000000000001"
TWILIO_TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
# The vector WA-SIG-2: escaped by the provider, so hashing a re-dumped object would be wrong.
MARIA = (
    rb'{"object":"whatsapp_business_account","entry":[{"id":"1000000000001","changes":[{"field":"messages","value":'
    rb'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100999","phone_number_id":'
    rb'"2000000000002"},"contacts":[{"profile":{"name":"Mar\u00eda \ud83d\ude00"},"wa_id":"15550100001"}],"messages":'
    rb'[{"from":"15550100001","id":"wamid.DEMO0001","timestamp":"1767225600","type":"text","text":{"body":'
    rb'"\u00bfCu\u00e1nto? https:\/\/example.com"}}]}}]}]}'
)
MARIA_SIGNED = "sha256=570e360a2d98d9ff52e2b89d6a30bde40fd4fcf7309026a339944f98667bc18c"


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Any) -> Server:
    fakes.accounts[0].app_secret = APP_SECRET
    fakes.accounts[0].phone_number_id = "2000000000002"
    fakes.accounts[1].auth_token = TWILIO_TOKEN
    return await start_server(write_workspace(tmp_path / "bot", fakes))


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http:
        yield http


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


async def post(http: aiohttp.ClientSession, channel: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with http.post(f"/webhooks/{channel}", data=BytesIO(body), headers=headers) as answer:
        return answer.status, await answer.text()


async def trace(store: Store) -> int:
    """How many keys hold something of a contact."""
    return sum(1 for key in await store.command("KEYS", "test:{s*") if not key.endswith(b"}:rate"))


async def test_a_hand_written_webhook_gets_its_answer_in_the_ledger(
    http: aiohttp.ClientSession,
    fakes: FakeProviders,
):
    fakes.whatsapp.make_phones = True
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": MARIA_SIGNED}
    assert (await post(http, "whatsapp", MARIA, headers))[0] == 200

    call = await eventually(lambda: first_send(fakes, "whatsapp"))
    assert call.body["to"] == "+15550100001"
    assert call.body["text"]["body"] == "How was it, María 😀?"
    assert call.body["biz_opaque_callback_data"]


async def first_send(fakes: FakeProviders, channel: str) -> Any:
    sends = fakes.sends(channel)
    return sends[0] if sends else None


def twilio_form(server: Server, **fields: str) -> tuple[bytes, dict[str, str]]:
    form = {
        "AccountSid": "AC1",
        "Body": "hola ",
        "From": "+15550100001",
        "MessageSid": "SM01",
        "NumMedia": "0",
        "ToCity": "",
    }
    form |= fields
    url = f"http://127.0.0.1:{server.port}/webhooks/sms"
    text = url + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return urlencode(form).encode(), headers


async def test_a_hand_written_form_likewise(server: Server, http: aiohttp.ClientSession, fakes: FakeProviders):
    fakes.twilio.make_phones = True
    body, headers = twilio_form(server, To=fakes.accounts[1].number)
    status, text = await post(http, "sms", body, headers)

    assert (status, "<Response/>" in text) == (200, True)
    call = await eventually(lambda: first_send(fakes, "sms"))
    assert "How was it" in str(call.body)


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("missing", {}),
        ("of another secret", signed(MARIA, "another")),
        ("of another body", signed(MARIA + b" ")),
        ("of the re-dumped object", signed(json.dumps(json.loads(MARIA), separators=(",", ":")).encode())),
        ("without its prefix", {"X-Hub-Signature-256": MARIA_SIGNED.removeprefix("sha256=")}),
        ("not ASCII", {"X-Hub-Signature-256": "sha256=ñ"}),
    ],
)
async def test_a_wrong_signature_gets_401_and_leaves_no_trace(
    http: aiohttp.ClientSession, store: Store, name: str, headers: dict[str, str]
):
    before = await trace(store)
    status, text = await post(http, "whatsapp", MARIA, headers)

    assert status == 401
    assert "570e" not in text  # the answer never tells what would have been right
    assert await trace(store) == before


async def test_a_wrong_twilio_signature_likewise(server: Server, http: aiohttp.ClientSession, store: Store):
    body, headers = twilio_form(server)
    before = await trace(store)

    assert (await post(http, "sms", body, headers | {"X-Twilio-Signature": "k05sI2Lmk58j9fTLRVwEiZiOTKI="}))[0] == 401
    assert (await post(http, "sms", body.replace(b"ToCity=", b""), headers))[0] == 401  # a blank value dropped
    assert await trace(store) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"object":"whatsapp_business_account","entry":' + b"[" * 100 + b"]" * 100 + b"}", 400),  # too deep
        (b'{"object":"whatsapp_business_account"}', 200),
        (b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"what_is_this","value":7}]}]}', 200),
        (MARIA.replace(b'"text":{"body"', b'"text":7,"x":{"body"'), 200),  # wrong type inside: logged, not brought back
        (MARIA.replace(b'"type":"text"', b'"type":"hologram"'), 200),
    ],
)
async def test_signed_but_malformed_bodies_never_fail_us(http: aiohttp.ClientSession, body: bytes, status: int):
    assert (await post(http, "whatsapp", body, signed(body)))[0] == status


async def test_bodies_over_the_limit_are_refused_whole(http: aiohttp.ClientSession, server: Server):
    big = b'{"object":"' + b"x" * (5 * 1024 * 1024) + b'"}'
    assert (await post(http, "whatsapp", big, signed(big)))[0] == 413
    form = b"a=" + b"x" * (300 * 1024)
    assert (await post(http, "sms", form, {"Content-Type": "application/x-www-form-urlencoded"}))[0] == 413

    async def chunks():  # no Content-Length to believe
        for _ in range(90):
            yield b"x" * 65_536

    async with http.post("/webhooks/whatsapp", data=chunks()) as answer:
        assert answer.status == 413


async def test_a_compressed_webhook_is_not_taken(http: aiohttp.ClientSession):
    assert (await post(http, "whatsapp", MARIA, {**signed(MARIA), "Content-Encoding": "gzip"}))[0] == 415


async def test_an_unknown_channel_is_not_there(http: aiohttp.ClientSession):
    assert (await post(http, "telegram", MARIA, signed(MARIA)))[0] == 404


async def test_meta_verifies_the_callback_url(http: aiohttp.ClientSession, fakes: FakeProviders):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = query | {"hub.verify_token": fakes.accounts[0].verify_token}
    async with http.get("/webhooks/whatsapp", params=right) as answer:
        assert (answer.status, await answer.text(), answer.content_type) == (200, "1158201444", "text/plain")
    for wrong in (query | {"hub.verify_token": "guess"}, right | {"hub.mode": "unsubscribe"}, query):
        async with http.get("/webhooks/whatsapp", params=wrong) as answer:
            assert answer.status == 403


async def test_the_test_clock_moves_only_forward_and_says_what_it_expects(http: aiohttp.ClientSession):
    for body in (b"{}", b"no", b'{"advance_s": -1}', b'{"advance_s": "1"}', b'{"advance_s": 1e99}'):
        async with http.post("/test/clock", data=body) as answer:
            assert answer.status == 422
            assert "advance_s" in (await answer.json())["error"]
    async with http.post("/test/clock", json={"advance_s": 60}) as answer:
        assert (await answer.json())["offset_s"] == 60


async def test_without_the_setting_there_is_no_test_clock(start_server: StartServer):
    server = await start_server(test_clock=False)
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"http://127.0.0.1:{server.port}/test/clock", json={"advance_s": 60}) as answer,
    ):
        assert answer.status == 404


async def test_health_and_readiness(http: aiohttp.ClientSession):
    async with http.get("/healthz") as answer:
        assert answer.status == 200
    async with http.get("/readyz") as answer:
        assert await answer.json() == {"ready": True, "problems": []}
