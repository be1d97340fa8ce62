"""F062: another system tells a contact's session what happened outside; what nobody waits for moves nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot_runtime.app import Server
from bot_runtime.cli import main
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.runtime.test_conversations import session_of
from tests.servers import StartServer, write_workspace
from tests.web.people import Answer, Browser

PAYMENT = """
dialog: payment
language: en
starts: { default: true }
retry: { goto: gone }
states:
  pay:
    ask: Have you paid?
    menu: [{ label: I cannot, goto: gone }]
    on: [{ event: paid, goto: thanks, save: { amount: total } }]
  thanks: { say: "Thanks for {{ amount }}.", goto: pay }
  gone: { say: Sorry., close: answered }
"""


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    return await start_server(write_workspace(tmp_path / "bot", fakes, dialogs={"payment": PAYMENT}))


@pytest.fixture
async def shop(server: Server) -> AsyncIterator["Shop"]:
    """Another system, with a key of its own."""
    async with Browser(server) as browser:
        _, secret = await server.people.add_key("shop", ("contacts:write",), by=None)
        yield Shop(browser, secret)


class Shop:
    def __init__(self, browser: Browser, secret: str) -> None:
        self._browser, self._secret = browser, secret

    async def tells(self, contact: str, event: str, key: str | None = None, **body: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self._secret}", "X-Language": "en"}
        headers |= {"Idempotency-Key": key} if key else {}
        return await self._browser.call(
            "POST", f"/contacts/{contact}/events", json={"event": event, **body}, headers=headers
        )


@pytest.fixture
async def ana(server: Server, fakes: FakeProviders) -> Phone:
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    return ana


async def test_an_event_moves_the_session_that_waits_for_it(shop: Shop, ana: Phone, fakes: FakeProviders, server):
    told = await shop.tells(f"{ana.number}", "paid", data={"total": 35.5})
    assert (told.status, told.body) == (200, {"channel": ana.channel, "state": "pay", "repeated": False})
    assert [one.text for one in await fakes.expect(ana, 3)][1] == "Thanks for 35.5."
    assert (await session_of(server, ana))["answers"]["amount"] == 35.5


async def test_a_contacts_id_works_as_well_as_their_number(shop: Shop, ana: Phone, fakes: FakeProviders, server):
    contact = await server.contacts.find(f"tel:{ana.number}")
    assert (await shop.tells(contact, "paid", data={"total": 1})).status == 200


@pytest.mark.parametrize("key", ["order-1", None])
async def test_an_event_nobody_waits_for_is_a_409_and_nothing_moves(shop: Shop, ana: Phone, server, key):
    before = await session_of(server, ana)
    told = await shop.tells(f"{ana.number}", "shipped", key, data={"x": 1})
    assert (told.status, told.body["code"], told.body["waits_for"]) == (409, "not_waiting", ["paid"])
    assert await session_of(server, ana) == before


@pytest.mark.parametrize("contact", ["+5215500000000", "3.0123456789abcdef", "nobody", "999999.x"])
async def test_a_contact_nobody_knows_waits_for_nothing(shop: Shop, ana: Phone, contact):
    told = await shop.tells(contact, "paid")
    assert (told.status, told.body["code"]) == (409, "not_waiting")


async def test_the_same_key_again_moves_nothing_and_gets_the_same_answer(shop: Shop, ana: Phone, fakes, server):
    first = await shop.tells(f"{ana.number}", "paid", "order-1", data={"total": 1})
    before = await session_of(server, ana)
    again = await shop.tells(f"{ana.number}", "paid", "order-1", data={"total": 1})
    assert (again.status, again.body) == (first.status, first.body)
    assert await session_of(server, ana) == before
    assert (await shop.tells(f"{ana.number}", "paid", "order-1", data={"total": 2})).status == 409
    assert (await shop.tells(f"{ana.number}", "paid", "order-2", data={"total": 2})).status == 200


async def test_the_same_key_after_a_crash_in_between_moves_nothing(server: Server, ana: Phone):
    """The first answer never left us, so the web's own memory has nothing of it."""
    first = await server.outside.happen(f"{ana.number}", "paid", {"total": 1}, key="order-1")
    before = await session_of(server, ana)
    again = await server.outside.happen(f"{ana.number}", "paid", {"total": 1}, key="order-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert await session_of(server, ana) == before


async def test_a_key_that_was_refused_works_once_the_session_waits(shop: Shop, fakes: FakeProviders, server: Server):
    ana = fakes.phone("Ana")
    assert (await shop.tells(f"{ana.number}", "paid", "order-1", data={"total": 1})).status == 409
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    assert (await shop.tells(f"{ana.number}", "paid", "order-1", data={"total": 1})).status == 200


async def test_two_at_once_under_one_key_move_it_once(server: Server, ana: Phone, fakes: FakeProviders):
    told = [server.outside.happen(f"{ana.number}", "paid", {"total": 1}, key="order-1") for _ in range(5)]
    assert sorted(moved.repeated for moved in await asyncio.gather(*told)) == [False, True, True, True, True]
    assert len(await fakes.expect(ana, 3)) == 3


async def test_data_that_lack_what_is_kept_are_refused(shop: Shop, ana: Phone, server):
    before = await session_of(server, ana)
    told = await shop.tells(f"{ana.number}", "paid", data={"sum": 3})
    assert (told.status, told.body["code"]) == (409, "missing_data")
    assert await session_of(server, ana) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"event": "Paid!"}, "event"),
        ({}, "event"),
        ({"event": "paid", "data": [1]}, "data"),
        ({"event": "paid", "data": {"x": "y" * 20_000}}, "data"),
        (
            {"event": "paid", "data": {"x": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}},
            "data",
        ),
        ({"event": "paid", "more": 1}, "more"),
    ],
)
async def test_what_is_no_event_is_refused_by_its_field(shop: Shop, ana: Phone, body, field):
    told = await shop._browser.call(
        "POST", f"/contacts/{ana.number}/events", json=body, headers={"Authorization": f"Bearer {shop._secret}"}
    )
    assert (told.status, told.body["field"]) == (422, field)


async def test_another_scope_is_refused(server: Server, ana: Phone):
    async with Browser(server) as browser:
        _, secret = await server.people.add_key("other", ("tickets:write",), by=None)
        told = await Shop(browser, secret).tells(f"{ana.number}", "paid", data={"total": 1})
    assert told.status == 403


async def test_an_operator_can_tell_it_from_the_command_line(server: Server, ana: Phone, fakes, tmp_path: Path):
    def run(*arguments: str) -> Any:
        environ = {"BOT_STORE_URL": server.settings.store_url, "BOT_DATA_DIR": server.settings.data_dir}
        command = ["event", f"{ana.number}", *arguments, "--language", "en", *_folder(tmp_path)]
        return CliRunner(env=environ).invoke(main, command, catch_exceptions=False)

    moved = await asyncio.to_thread(run, "paid", "--data", '{"total": 3}', "--key", "k")
    assert (moved.exit_code, f"{ana.number}: paid; the session is now at 'pay'" in moved.output) == (0, True)
    assert [one.text for one in await fakes.expect(ana, 3)][1] == "Thanks for 3."
    again = await asyncio.to_thread(run, "paid", "--data", '{"total": 3}', "--key", "k")
    assert "nothing moved" in again.output
    refused = await asyncio.to_thread(run, "shipped")
    assert (refused.exit_code, "it waits for: paid" in refused.output) == (1, True)
    assert (await asyncio.to_thread(run, "paid", "--data", "{")).exit_code == 2


def _folder(tmp_path: Path) -> list[str]:
    return [str(tmp_path / "bot")]
