"""Providers are asked for their templates once a day, by one process, on the store's clock."""

from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.channels.sender import Sender
from bot_runtime.devtools.accounts import Template
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.runtime.template_sync import AGAIN_MS, DAY_MS, SOON_MS, TemplateSync
from tests.campaigns.desk import REMINDER, TEMPLATE
from tests.servers import StartServer, write_workspace

DUE = ("whatsapp", "due", "en")


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER})
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales } }\n")
    return await start_server(root)


def lists(fakes: FakeProviders, status: str) -> None:
    body = {"type": "BODY", "text": "Hello {{1}}, your bill is due."}
    fakes.accounts[0].templates = [Template(name="due", language="en", status=status, components=[body])]


class Rounds:
    """Some processes that look, one after the other; and what the provider was asked."""

    def __init__(self, server: Server, sender: Sender) -> None:
        self.server, self.catalogue = server, server.campaigns.catalogue
        self.processes = [TemplateSync(self.catalogue, server.definitions, sender) for _ in range(3)]

    async def after(self, ms: int) -> str | None:
        """The provider's word, once everybody looked so much later; None: nobody asked so far."""
        await self.server.advance_clock(ms / 1000)
        for one in self.processes:
            await one.round()
        return (await self.catalogue.statuses(self.server.workspace)).get(DUE)

    async def synced_at(self) -> int:
        return (await self.catalogue.states("whatsapp"))[0]


async def test_the_provider_is_asked_a_day_later_and_then_each_day(server: Server, fakes: FakeProviders):
    async with Sender() as sender:
        rounds = Rounds(server, sender)
        lists(fakes, "APPROVED")
        assert await rounds.after(0) is None
        assert await rounds.after(DAY_MS - 60_000) is None
        assert await rounds.after(61_000) == "approved"
        first = await rounds.synced_at()
        lists(fakes, "REJECTED")
        assert await rounds.after(DAY_MS - 60_000) == "approved"
        assert await rounds.synced_at() == first  # nobody asked meanwhile, however often they looked
        assert await rounds.after(61_000) == "rejected"


async def test_a_paused_template_is_asked_for_again_soon(server: Server, fakes: FakeProviders):
    async with Sender() as sender:
        rounds = Rounds(server, sender)
        lists(fakes, "PAUSED")
        await rounds.after(0)
        assert await rounds.after(DAY_MS + 1) == "paused"
        lists(fakes, "APPROVED")
        assert await rounds.after(SOON_MS + 1) == "approved"


async def test_what_was_known_stays_when_the_provider_does_not_answer(server: Server, fakes: FakeProviders):
    async with Sender() as sender:
        rounds = Rounds(server, sender)
        lists(fakes, "APPROVED")
        await rounds.after(0)
        await rounds.after(DAY_MS + 1)
        first = await rounds.synced_at()
        lists(fakes, "REJECTED")
        fakes.accounts[0].token, was = "another", fakes.accounts[0].token
        assert await rounds.after(DAY_MS + 1) == "approved"
        fakes.accounts[0].token = was
        assert await rounds.after(AGAIN_MS + 1) == "rejected"
        assert await rounds.synced_at() > first


async def test_a_webhook_about_a_template_makes_whoever_looks_next_ask(server: Server, fakes: FakeProviders):
    account = fakes.accounts[0]
    told = {
        "event": "PAUSED",
        "message_template_id": 1,
        "message_template_name": "due",
        "message_template_language": "en",
        "reason": None,
        "other_info": {"title": "FIRST_PAUSE"},
    }
    entry = {"id": account.waba_id, "changes": [{"field": "message_template_status_update", "value": told}]}
    async with Sender() as sender:
        rounds = Rounds(server, sender)
        lists(fakes, "APPROVED")
        await rounds.after(0)
        assert await rounds.after(DAY_MS + 1) == "approved"
        lists(fakes, "PAUSED")
        assert await rounds.after(60_000) == "approved"
        fakes.whatsapp.deliver(account, {"object": "whatsapp_business_account", "entry": [entry]})
        await fakes.delivered()
        assert await rounds.after(1) == "paused"
