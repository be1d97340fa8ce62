"""Campaigns on a real store without a server, and a server whose campaigns a test sends by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace
from tests.campaigns.desk import AFTER, PARTED, REMINDER, SURVEY, TEMPLATE, Desk
from tests.campaigns.making import BY, GOOD, WANTED, write
from tests.campaigns.recount import agree
from tests.servers import StartServer, write_workspace

Make = Callable[..., Awaitable[Campaign]]


DIALOGS = {"reminder": REMINDER, "survey": SURVEY, "parted": PARTED, "after": AFTER}


@pytest.fixture
def keys() -> Keys:
    return Keys("test", 8, b"secret")


@pytest.fixture
def workspace(tmp_path: Path) -> dict[str, Workspace]:
    """The one that is in force, under `now`."""
    return {"now": write(tmp_path)}


@pytest.fixture
def campaigns(store: Store, keys: Keys, workspace: dict[str, Workspace]) -> Campaigns:
    return Campaigns(store, keys, lambda: workspace["now"])


@pytest.fixture
def schedule(campaigns: Campaigns) -> Schedule:
    return Schedule(campaigns)


@pytest.fixture
def make(campaigns: Campaigns) -> Make:
    async def make_one(contents: bytes = GOOD, **changes: Any) -> Campaign:
        return await campaigns.create(msgspec.structs.replace(WANTED, **changes), contents, BY)

    return make_one


@pytest.fixture
async def desk(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> AsyncIterator[Desk]:
    """At the end of each test, whatever happened in it, the kept counts are those of a recount."""
    root = write_workspace(tmp_path / "bot", fakes, dialogs=DIALOGS, messages_per_s=1_000)
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    (root / "bot.yaml").write_text(yaml.safe_dump({**bot, "departments": {"sales": {"title": "Sales"}}}))
    server = await start_server(root)
    for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
        account.templates = known.templates
    desk = Desk(server, fakes)
    yield desk
    await agree(desk.rows, "c1", server.tickets.ticket)
