"""Campaigns on a real store, without a server."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace
from tests.campaigns.making import BY, GOOD, WANTED, write

Make = Callable[..., Awaitable[Campaign]]


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
