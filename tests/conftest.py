"""What many tests need: a real Valkey, started once a run from the wheel."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore

# A busy machine is no failure: what must be fast has a test of its own.
hypothesis.settings.register_profile("steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of its own for this run; it doesn't sync, since no test of this one pulls the plug."""
    server = EmbeddedStore(tmp_path_factory.mktemp("store"), sync="no")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def store_settings(valkey_url: str, tmp_path: Path) -> Settings:
    return Settings(store_url=valkey_url, data_dir=str(tmp_path), test_clock=True)


@pytest.fixture
async def store(store_settings: Settings) -> AsyncIterator[Store]:
    """A connected, empty store."""
    store = await Store.connect(store_settings)
    await store.command("FLUSHALL")
    store.clock.offset_ms = 0  # as the emptied store says now
    yield store
    await store.close()
