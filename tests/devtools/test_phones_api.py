"""The phones' API without a server beside it: phones, messages, faults, the ledger and the live feed."""

import json
import re
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot_runtime.devtools.phrases import PHRASES
from bot_runtime.devtools.simulate import FakeProviders
from tests.devtools.conftest import Graph, message


@dataclass
class Api:
    http: aiohttp.ClientSession

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, f"/dev/api/{path}", json=body) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None


@pytest.fixture
def api(http: aiohttp.ClientSession) -> Api:
    return Api(http)


async def test_a_phone_is_made_talks_and_goes(api: Api, fakes: FakeProviders):
    status, ana = await api("POST", "phones", {"name": "Ana", "channel": "whatsapp", "number": "+52 55 1234 5678"})
    assert (status, ana["number"], ana["channel"]) == (201, "+525512345678", "whatsapp")
    status, said = await api("POST", f"phones/{ana['id']}/send", {"kind": "text", "text": "hola"})
    assert (status, said["from"], said["kind"], said["text"]) == (201, "contact", "text", "hola")
    assert (await api("GET", f"phones/{ana['id']}/messages"))[1][0]["id"] == said["id"]
    assert (await api("GET", "world"))[1]["phones"] == [ana]
    assert await api("DELETE", f"phones/{ana['id']}") == (204, None)
    assert (await api("GET", f"phones/{ana['id']}/messages"))[0] == 404


async def test_a_made_up_number_is_nobody_elses(api: Api):
    numbers = [(await api("POST", "phones", {"name": "Ana", "channel": "sms"}))[1]["number"] for _ in range(3)]
    assert len(set(numbers)) == 3


async def test_everything_a_phone_can_send(api: Api, fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    action = {"buttons": [{"type": "reply", "reply": {"id": "q:si", "title": "Sí"}}]}
    menu = {"type": "button", "body": {"text": "?"}, "action": action}
    _, answer = await graph.send(message(ana.number, type="interactive", interactive=menu))
    asked = answer["messages"][0]["id"]
    for sending in [
        {"kind": "tap", "message": asked, "payload": "q:si", "text": "Sí"},
        {"kind": "tap", "message": asked, "text": "Sí"},
        {"kind": "image", "caption": "mira"},
        {"kind": "audio"},
        {"kind": "video"},
        {"kind": "document", "filename": "a.pdf", "content": "cGRm"},
        {"kind": "sticker"},
        {"kind": "location", "latitude": 19.4326, "longitude": -99, "name": "Zócalo", "address": "Centro"},
        {"kind": "reaction", "message": asked, "emoji": "👍"},
        {"kind": "contacts", "name": "Luis", "number": "+525511112222"},
        {"kind": "raw", "contents": {"type": "order", "order": {"catalog_id": "1", "product_items": []}}},
    ]:
        status, sent = await api("POST", f"phones/{ana.id}/send", sending)
        assert (status, sent["from"]) == (201, "contact"), sent
    assert await api("POST", f"phones/{ana.id}/read", {}) == (200, {"read": 1})


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("phones", {"name": "", "channel": "whatsapp"}, 400, "name"),
        ("phones", {"name": "Ana"}, 400, "channel"),
        ("phones", {"name": "Ana", "channel": "fax"}, 400, "channel"),
        ("phones", {"name": "Ana", "channel": "sms", "number": "55 1234"}, 400, "number"),
        ("phones", {"name": "Ana", "channel": "sms", "colour": "red"}, 400, "colour"),
        ("phones", [], 400, ""),
        ("phones", "hola", 400, ""),
        ("phones/p1/send", {"kind": "text"}, 400, "text"),
        ("phones/p1/send", {"kind": "text", "text": ""}, 400, "text"),
        ("phones/p1/send", {"kind": "text", "text": "x" * 4097}, 400, "text"),
        ("phones/p1/send", {"kind": "text", "text": 5}, 400, "text"),
        ("phones/p1/send", {"kind": "text", "text": "\ud83d"}, 400, ""),  # half a character
        ("phones/p1/send", {"kind": "fax"}, 400, "kind"),
        ("phones/p1/send", {"text": "hola"}, 400, "kind"),
        ("phones/p1/send", {"kind": "location", "latitude": 91, "longitude": 0}, 400, "latitude, longitude"),
        ("phones/p1/send", {"kind": "location", "latitude": "x", "longitude": 0}, 400, "latitude"),
        ("phones/p1/send", {"kind": "document", "content": "ñ"}, 400, "content"),
        ("phones/p1/send", {"kind": "raw", "contents": {}}, 400, "contents.type"),
        ("phones/p9/send", {"kind": "text", "text": "hola"}, 404, "phone"),
        ("phones/p1/start", {"dialog": "visita"}, 404, ""),  # the fakes alone have no dialogs
        ("faults", {"channel": "fax", "code": 1}, 400, "channel"),
        ("faults", {"channel": "whatsapp"}, 400, "code"),
        ("faults", {"channel": "whatsapp", "code": "x"}, 400, "code"),
        ("faults", {"channel": "whatsapp", "code": 1, "count": 0}, 400, "count"),
        ("faults", {"channel": "whatsapp", "status": 200}, 400, "status"),
        ("faults", {"channel": "whatsapp", "hang_s": -1}, 400, "hang_s"),
        ("faults", {"channel": "whatsapp", "code": 1, "on": "monday"}, 400, "on"),
        ("switches", {"twice": "often"}, 400, "twice"),
        ("switches", {"messages_per_s": -1}, 400, "messages_per_s"),
    ],
)  # fmt: skip
async def test_a_wrong_call_hears_what_is_wrong(
    api: Api, fakes: FakeProviders, path: str, body: Any, status: int, field: str
):
    fakes.phone("Ana")
    answered, answer = await api("POST", path, body)
    assert (answered, answer["field"]) == (status, field), answer
    assert answer["expected"] in answer["error"]
    assert answer["came"] in answer["error"]


async def test_what_a_phone_cannot_do_is_said(api: Api, fakes: FakeProviders):
    marta = fakes.phone("Marta", "sms")
    for sending, why in [
        ({"kind": "tap", "message": "m1", "text": "Sí"}, "no message"),
        ({"kind": "location", "latitude": 0, "longitude": 0}, "SMS"),
        ({"kind": "reaction", "message": "m1", "emoji": "👍"}, "WhatsApp"),
    ]:
        status, answer = await api("POST", f"phones/{marta.id}/send", sending)
        assert status == 409
        assert why in answer["error"]
    assert (await api("POST", "phones", {"name": "Eva", "channel": "sms", "number": marta.number}))[0] == 409


async def test_a_phone_outlives_its_channel(api: Api, fakes: FakeProviders):
    marta = fakes.phone("Marta", "sms")
    fakes.hold([account for account in fakes.accounts if account.name != "sms"])
    for path in ("send", "read"):
        status, answer = await api("POST", f"phones/{marta.id}/{path}", {"kind": "text", "text": "hola"})
        assert (status, "sms" in answer["error"]) == (409, True)
    assert (await api("GET", f"phones/{marta.id}/messages"))[0] == 200


def test_everything_is_said_in_both_languages_with_the_same_facts():
    for english, spanish in PHRASES.values():
        assert set(re.findall(r"\{(\w+)", english)) == set(re.findall(r"\{(\w+)", spanish))


async def test_not_json_is_refused(http: aiohttp.ClientSession):
    for kind, body, status in [
        ("application/json", b"{", 400),
        ("text/plain", b"{}", 415),
        ("application/json", b"[" * 9999, 400),
    ]:
        async with http.post("/dev/api/phones", data=body, headers={"Content-Type": kind}) as answer:
            assert (answer.status, "error" in await answer.json()) == (status, True)


async def test_faults_switches_and_the_ledger(api: Api, fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    assert (await api("POST", "faults", {"channel": "whatsapp", "code": 131000, "count": 2}))[0] == 201
    await graph.text(ana.number, "hola")
    assert [(one["code"], one["count"]) for one in (await api("GET", "faults"))[1]] == [(131000, 1)]
    assert await api("DELETE", "faults") == (204, None)
    await graph.text(ana.number, "hola")

    _, calls = await api("GET", "ledger?channel=whatsapp")
    assert [(call["status"], call["code"], call["body"]["text"]["body"]) for call in calls] == [
        (500, 131000, "hola"),
        (200, None, "hola"),
    ]
    assert (await api("GET", "ledger?channel=sms"))[1] == []
    assert (await api("POST", "switches", {"window": True}))[1] == {
        "twice": False, "shuffled": False, "window": True, "opt_outs": True, "messages_per_s": 0, "tier": "",
    }  # fmt: skip
    assert fakes.whatsapp.window


async def test_the_live_feed_goes_on_where_it_broke(http: aiohttp.ClientSession, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    async with http.ws_connect("/dev/api/live") as live:
        fakes.say(ana, "uno")
        first = await live.receive_json(timeout=5)
        assert (first["type"], first["phone"], first["message"]["text"]) == ("message", ana.id, "uno")
    fakes.say(ana, "dos")
    await fakes.delivered()
    async with http.ws_connect(f"/dev/api/live?since={first['seq']}") as live:
        lines = [await live.receive_json(timeout=5) for _ in range(3)]
    assert [line["type"] for line in lines if line["type"] == "message"] == ["message"]
    assert [line["seq"] for line in lines] == [first["seq"] + 1, first["seq"] + 2, first["seq"] + 3]
    async with http.ws_connect("/dev/api/live?since=999999") as live:
        assert await live.receive_json(timeout=5) == {"seq": fakes.world.seq, "type": "reset"}


async def test_the_live_feed_is_for_our_own_pages(http: aiohttp.ClientSession, fakes: FakeProviders):
    for path, headers in [
        ("live", {"Origin": "https://elsewhere.example"}),
        ("live?since=x", {}),
        ("world", {"Origin": "null"}),
    ]:
        async with http.get(f"/dev/api/{path}", headers=headers) as answer:
            assert answer.status == (400 if "since" in path else 403)
    async with http.ws_connect("/dev/api/live", origin=f"http://127.0.0.1:{fakes.port}") as live:
        assert not live.closed
