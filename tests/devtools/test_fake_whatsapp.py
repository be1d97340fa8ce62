"""The fake WhatsApp end to end: Graph calls in, bubbles, statuses and webhooks out."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot_runtime.devtools import accounts
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Place
from tests.devtools.conftest import Graph, Receiver, message


def value_of(body: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(body)["entry"][0]["changes"][0]["value"]
    return value


async def test_a_message_is_accepted_shown_and_reported(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    ana = fakes.phone("Ana", number="+525512345678")
    status, answer = await graph.text("+5215512345678", "hola", biz_opaque_callback_data="entry-1")
    await fakes.delivered()

    (shown,) = fakes.received(ana)
    assert (status, shown.text, shown.entry) == (200, "hola", "entry-1")
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+5215512345678", "wa_id": "5215512345678"}],
        "messages": [{"id": shown.id, "message_status": "accepted"}],
    }
    reports = [value_of(webhook.body)["statuses"][0] for webhook in receiver.arrived]
    assert [report["status"] for report in reports] == ["sent", "delivered"]
    for report in reports:
        assert report["id"] == shown.id
        assert report["recipient_id"] == "5215512345678"
        assert report["biz_opaque_callback_data"] == "entry-1"
        assert report["pricing"]["pricing_model"] == "PMP"


async def test_reading_reports_what_was_delivered_once(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    ana = fakes.phone("Ana")
    await graph.text(ana.number, "uno")
    await graph.text(ana.number, "dos")
    await fakes.delivered()
    receiver.arrived.clear()

    assert (fakes.read(ana), fakes.read(ana)) == (2, 0)
    await fakes.delivered()
    reports = [value_of(webhook.body)["statuses"][0] for webhook in receiver.arrived]
    assert [(report["status"], "pricing" in report) for report in reports] == [("read", False), ("read", False)]


async def test_what_a_contact_can_send(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    ana = fakes.phone("Ana")
    menu = message(
        ana.number,
        type="interactive",
        interactive={
            "type": "button",
            "body": {"text": "¿Vienes?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "q:si", "title": "Sí"}}]},
        },
    )
    await graph.send(menu)
    row = {"id": "r:1", "title": "Uno", "description": "El primero"}
    action = {"button": "Ver", "sections": [{"rows": [row]}]}
    await graph.send(
        message(ana.number, type="interactive", interactive={"type": "list", "body": {"text": "?"}, "action": action})
    )
    payload = {"type": "payload", "payload": "PROMESA"}
    components = [
        {"type": "header", "parameters": [{"type": "text", "text": "Ana"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "$10"}, {"type": "text", "text": "3/3"}]},
        {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [payload]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "x1"}]},
    ]
    sent = {"name": "overdue", "language": {"code": "es"}, "components": components}
    await graph.send(message(ana.number, type="template", template=sent))
    asked, listed, template = await fakes.expect(ana, 3)
    assert (template.header, template.text, template.footer) == ("Hola Ana", "Debes $10 desde el 3/3.", "Demo")
    assert [(one.text, one.payload, one.url) for one in template.buttons] == [
        ("Prometer", "PROMESA", ""),
        ("Ver", "", "https://example.com/x1"),
    ]
    await fakes.delivered()
    receiver.arrived.clear()

    fakes.tap(ana, "Sí")
    fakes.tap(ana, "Uno")
    fakes.tap(ana, "Prometer")
    fakes.send_file(ana, "image", caption="mira")
    fakes.send_file(ana, "document", filename="ñ.pdf")
    fakes.send_file(ana, "audio")
    fakes.doings.send_place(ana, Place(19.4, -99.1, "Zócalo", "Centro"))
    fakes.react(ana, asked, "👍")
    fakes.doings.share_contact(ana, "Luis", "+525511112222")
    fakes.say(ana, "a eso", quoted=listed.id)
    await fakes.delivered()

    messages = [value_of(webhook.body)["messages"][0] for webhook in receiver.arrived]
    assert [one["type"] for one in messages] == [
        "interactive", "interactive", "button", "image", "document", "audio", "location", "reaction", "contacts",
        "text",
    ]  # fmt: skip
    tapped, picked, pressed, image, document, audio, place, reaction, cards, quoting = messages
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "q:si", "title": "Sí"}}
    assert tapped["context"]["id"] == asked.id
    assert picked["interactive"]["list_reply"] == row
    assert pressed["button"] == {"payload": "PROMESA", "text": "Prometer"}
    assert image["image"]["caption"] == "mira"
    assert document["document"]["filename"] == "ñ.pdf"
    assert audio["audio"]["voice"] is True
    assert place["location"] == {"latitude": 19.4, "longitude": -99.1, "name": "Zócalo", "address": "Centro"}
    assert reaction["reaction"] == {"message_id": asked.id, "emoji": "👍"}
    assert cards["contacts"][0]["name"]["formatted_name"] == "Luis"
    assert quoting["context"] == {"from": "15550100999", "id": listed.id}


async def test_a_person_with_a_username_shows_no_number(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    eva = fakes.phone("Eva", hidden=True)
    fakes.say(eva, "hola")
    await fakes.delivered()
    value = value_of(receiver.arrived[0].body)
    assert "from" not in value["messages"][0]
    assert "wa_id" not in value["contacts"][0]
    assert value["messages"][0]["from_user_id"] == value["contacts"][0]["user_id"] == eva.user_id

    body = {"messaging_product": "whatsapp", "recipient": eva.user_id, "type": "text", "text": {"body": "hola"}}
    status, answer = await graph.send(body)
    assert (status, answer["contacts"]) == (200, [{"input": eva.user_id, "user_id": eva.user_id}])


async def test_read_marks_and_typing(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    first, second = fakes.say(ana, "hola"), fakes.say(ana, "¿hay alguien?")
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": second.id}
    assert await graph.send(mark | {"typing_indicator": {"type": "text"}}) == (200, {"success": True})
    assert (first.status, second.status) == ("read", "read")  # one mark covers what came before
    assert fakes.world.feed[-1]["type"] == "typing"
    assert (await graph.send(mark | {"message_id": "wamid.unknown"}))[1]["error"]["code"] == 131009
    assert fakes.sends() == []  # neither was a send


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"messaging_product": "sms"}, 400, 100),
        ([], 400, 100),
        (message("+525500000000", type="text", text={"body": "x"}), 400, 131026),  # nobody has that number
        (message(type="text", text={"body": ""}), 400, 131008),
    ],
)
async def test_refusals_come_in_graphs_words(fakes: FakeProviders, graph: Graph, body: Any, status: int, code: int):
    answered, answer = await graph.send(body)
    assert (answered, answer["error"]["code"]) == (status, code)
    assert answer["error"].keys() >= {"message", "type", "code", "error_data", "fbtrace_id"}
    (call,) = fakes.world.calls()
    assert (call.status, call.code, call.body) == (status, code, body)


async def test_a_wrong_token_or_number_is_refused(fakes: FakeProviders, graph: Graph, http: aiohttp.ClientSession):
    graph.token = "wrong"
    assert await graph.text("+525555001000", "x") == (
        401,
        {"error": {"message": "Error validating access token: the session is invalid.", "type": "OAuthException",
                   "code": 190, "fbtrace_id": "Adevtools00000000000000"}},
    )  # fmt: skip
    async with http.post("/graph/v25.0/404/messages", data=b"\xff{") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (400, 100)


async def test_half_a_character_is_refused_and_kept_as_it_came(fakes: FakeProviders, graph: Graph):
    body = message(type="text", text={"body": "\ud83d"})
    assert (await graph.send(body))[1]["error"]["code"] == 100
    assert [call.body for call in fakes.world.calls()] == [json.dumps(body)]


async def test_make_phones_gives_a_stranger_a_phone(fakes: FakeProviders, graph: Graph):
    fakes.whatsapp.make_phones = True
    assert (await graph.text("+573001234567", "hola"))[0] == 200
    assert fakes.world.phone_at("whatsapp", "573001234567") is not None


async def test_free_text_is_refused_a_day_after_the_last_message():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    account = accounts.whatsapp()
    async with (
        FakeProviders([account], now=lambda: now, window=True) as fakes,
        aiohttp.ClientSession(f"http://127.0.0.1:{fakes.port}") as http,
    ):
        graph, ana = Graph(http, account), fakes.phone("Ana")
        assert (await graph.text(ana.number, "x"))[1]["error"]["code"] == 131047  # never wrote
        fakes.say(ana, "hola")
        assert (await graph.text(ana.number, "x"))[0] == 200
        now += timedelta(hours=24, seconds=1)
        assert (await graph.text(ana.number, "x"))[1]["error"]["code"] == 131047


async def test_templates_are_listed_page_by_page(graph: Graph, http: aiohttp.ClientSession):
    path = f"{graph.account.waba_id}/message_templates"
    names: list[str] = []
    status, page = await graph.get(f"{path}?limit=3&fields=name,status,components")
    while True:
        names += [one["name"] for one in page["data"]]
        following = page["paging"].get("next")
        if not following:
            break
        headers = {"Authorization": f"Bearer {graph.account.token}"}
        async with http.get(following, headers=headers) as answer:
            page = await answer.json()
    assert (status, names) == (200, ["overdue", "paused", "waiting", "poster"])
    assert [one["name"] for one in (await graph.get(f"{path}?status=approved"))[1]["data"]] == ["overdue", "poster"]
    assert (await graph.get(f"{path}?limit=lots"))[0] == 400


async def test_media_is_downloaded_with_the_token_alone(
    fakes: FakeProviders, receiver: Receiver, graph: Graph, http: aiohttp.ClientSession
):
    fakes.send_file(fakes.phone("Ana"), "image", content=b"jpeg", mime="image/jpeg")
    await fakes.delivered()
    image = value_of(receiver.arrived[0].body)["messages"][0]["image"]
    status, described = await graph.get(image["id"])
    assert (status, described["mime_type"], described["file_size"]) == (200, "image/jpeg", "4")
    async with http.get(described["url"]) as answer:
        assert answer.status == 404
    async with http.get(described["url"], headers={"Authorization": f"Bearer {graph.account.token}"}) as answer:
        assert await answer.read() == b"jpeg"


async def test_a_file_can_be_uploaded(graph: Graph, http: aiohttp.ClientSession):
    form = aiohttp.FormData({"messaging_product": "whatsapp"})
    form.add_field("file", b"pdf", filename="a.pdf", content_type="application/pdf")
    headers = {"Authorization": f"Bearer {graph.account.token}"}
    async with http.post(f"/graph/v25.0/{graph.account.phone_number_id}/media", data=form, headers=headers) as answer:
        uploaded = (await answer.json())["id"]
    assert (await graph.get(uploaded))[1]["mime_type"] == "application/pdf"
