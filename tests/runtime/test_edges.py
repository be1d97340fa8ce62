"""What happens at the edges: people without a number, several spellings of one, batches, and a store that is away."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot_runtime.app import Server, start
from bot_runtime.channels.addresses import from_provider
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.workspace import load_workspace
from tests.runtime.test_conversations import eventually
from tests.runtime.test_processes import signature
from tests.servers import write_workspace


async def post(server: Server, fakes: FakeProviders, *messages: dict, contacts: list[dict]) -> int:
    account = fakes.accounts[0]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": account.phone_number_id},
        "contacts": contacts,
        "messages": list(messages),
    }
    entry = {"id": account.waba_id, "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    url = f"http://127.0.0.1:{server.port}/webhooks/whatsapp"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=signature(body, fakes)) as answer:
        return answer.status


def message(words: str, number: int, **whose: str) -> dict:
    return {"id": f"wamid.{number}", "timestamp": "1795000000", "type": "text", "text": {"body": words}, **whose}


async def test_a_user_who_shows_no_number_is_answered_by_their_id(server: Server, fakes: FakeProviders):
    luz = fakes.phone("Luz", hidden=True)
    fakes.say(luz, "hi")
    await fakes.expect(luz, 1)
    fakes.say(luz, "5")

    assert (await fakes.expect(luz, 2))[1].text == "Will you come back?"
    assert all("recipient" in call.body and "to" not in call.body for call in fakes.sends("whatsapp"))


async def test_who_shows_their_number_later_goes_on_where_they_were(server: Server, fakes: FakeProviders):
    fakes.whatsapp.make_phones = True
    ident = {"user_id": "MX.77"}
    await post(server, fakes, message("hi", 1, from_user_id="MX.77"), contacts=[ident])
    await eventually(lambda: asked(fakes, 1))
    both = {"user_id": "MX.77", "wa_id": "5215512345678"}
    await post(server, fakes, message("4", 2, from_user_id="MX.77", **{"from": "5215512345678"}), contacts=[both])
    await eventually(lambda: asked(fakes, 2))

    assert fakes.sends("whatsapp")[1].body["to"] == "+5215512345678"
    assert (await server.contact_view("whatsapp", "MX.77"))["contact"] == (
        await server.contact_view("whatsapp", "+52 55 1234 5678".replace(" ", ""))
    )["contact"]


async def asked(fakes: FakeProviders, count: int) -> bool:
    return len(fakes.sends("whatsapp")) >= count


async def test_a_number_in_two_spellings_is_one_contact(server: Server, fakes: FakeProviders):
    fakes.whatsapp.make_phones = True
    for n, spelling in enumerate(["5215512345678", "525512345678"], 1):
        contacts = [{"wa_id": spelling}]
        await post(server, fakes, message("hi" if n == 1 else "4", n, **{"from": spelling}), contacts=contacts)
        await eventually(lambda n=n: asked(fakes, n))

    assert from_provider("5215512345678").canonical == from_provider("525512345678").canonical
    session = (await server.contact_view("whatsapp", "525512345678"))["session"]
    assert session["answers"] == {"rating": 4}


async def test_many_messages_in_one_webhook_are_each_taken_in_their_order(server: Server, fakes: FakeProviders):
    fakes.whatsapp.make_phones = True
    numbers = [f"52155123456{n:02}" for n in range(20)]
    first = [message("hi", n, **{"from": number}) for n, number in enumerate(numbers)]
    second = [message("5", 100 + n, **{"from": number}) for n, number in enumerate(numbers)]
    third = [message("2", 200 + n, **{"from": number}) for n, number in enumerate(numbers)]
    odd = [{"id": "wamid.x", "type": 7}, {"no": "message"}]
    contacts = [{"wa_id": number} for number in numbers]
    assert await post(server, fakes, *first, *second, *odd, *third, contacts=contacts) == 200

    await eventually(lambda: asked(fakes, 60))
    for number in numbers:
        session = (await server.contact_view("whatsapp", number))["session"]
        assert (session["cause"], session["answers"]["rating"], session["answers"]["again"]) == ("closed", 5, "no")


async def test_an_inbound_message_is_marked_as_read(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)

    async def marked() -> bool:
        return any(
            isinstance(call.body, dict) and call.body.get("status") == "read" for call in fakes.world.calls("whatsapp")
        )

    assert await eventually(marked)


async def test_while_the_store_is_away_webhooks_are_put_off_and_then_answered(fakes: FakeProviders, tmp_path: Path):
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    root = write_workspace(tmp_path / "bot", fakes)
    settings = Settings(store_url=store.url, data_dir=str(tmp_path), port=0, drain_s=2)
    server = await start(replace(settings), lambda: load_workspace(root, {}))
    try:
        fakes.point_to(f"http://127.0.0.1:{server.port}")
        ana = fakes.phone("Ana")
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        await fakes.delivered()
        await asyncio.to_thread(store.stop)
        status = await post(server, fakes, message("lost?", 9, **{"from": "5215512345678"}), contacts=[])
        fakes.say(ana, "5")
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{server.port}/readyz") as ready:
            assert ready.status == 503
        store.start()
        said = await fakes.expect(ana, 2, timeout_s=20)
    finally:
        await server.stop()
        store.stop()

    assert status == 503
    assert [one.text for one in said] == ["How was it, Ana?", "Will you come back?"]
