"""A store that comes back without the last it acknowledged (no sync of every write, or a replica took over)."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store import connection
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.workspace import load_workspace
from tests.runtime.test_conversations import session_of
from tests.runtime.test_spool import kill, until
from tests.servers import write_workspace


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "store", sync="no")
    store.start()
    yield store
    store.stop()


@pytest.fixture
async def server(kept: EmbeddedStore, fakes: FakeProviders, tmp_path: Path, monkeypatch) -> AsyncIterator[Server]:
    monkeypatch.setattr(connection, "HOLD_SENDS_S", 1.0)
    root = write_workspace(tmp_path / "bot", fakes)
    settings = Settings(store_url=kept.url, data_dir=str(tmp_path), port=0, drain_s=2, test_clock=True)
    server = await start(settings, lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield server
    await server.stop()


def files_of(store: EmbeddedStore, tmp_path: Path) -> Path:
    """A copy of what is on disk now: what a power loss a moment later would leave."""
    copy = tmp_path / "copy"
    shutil.copytree(store.folder / "valkey" / "appendonlydir", copy)
    return copy


def comes_back_as(store: EmbeddedStore, copy: Path) -> None:
    files = store.folder / "valkey" / "appendonlydir"
    shutil.rmtree(files)
    shutil.copytree(copy, files)
    store.start()


async def test_what_it_forgot_is_appended_again_answered_and_not_sent_twice(
    server: Server, kept: EmbeddedStore, fakes: FakeProviders, tmp_path: Path
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    copy = files_of(kept, tmp_path)
    fakes.say(ana, "5")  # answered, then forgotten
    await fakes.expect(ana, 2)
    fakes.say(luis, "hi")
    await fakes.expect(luis, 1)
    await fakes.delivered()
    with structlog.testing.capture_logs() as logs:
        kill(kept)
        await asyncio.to_thread(comes_back_as, kept, copy)
        await until(lambda: any(one["event"] == "appended_again" for one in logs))
        fakes.tap(ana, "Of course")
        said = await fakes.expect(ana, 3)
        fakes.say(luis, "4")
        await fakes.expect(luis, 2)

    assert [one.text for one in said] == ["How was it, Ana?", "Will you come back?", "Thanks for your 5."]
    assert fakes.texts(luis) == ["How was it, Luis?", "Will you come back?"]
    assert (await session_of(server, luis))["answers"] == {"rating": 4}
    assert [one["hold_sends_s"] for one in logs if one["event"] == "store_run_changed"] == [1.0]


async def test_a_store_that_forgot_nothing_drops_what_is_appended_again(
    server: Server, kept: EmbeddedStore, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    with structlog.testing.capture_logs() as logs:
        kept.stop()
        await asyncio.to_thread(kept.start)
        await until(lambda: any(one["event"] == "appended_again" for one in logs))
        fakes.say(ana, "5")
        said = await fakes.expect(ana, 2)

    assert [one.text for one in said] == ["How was it, Ana?", "Will you come back?"]
    assert sum(one["event"] == "repeat_dropped" for one in logs) == 1
    assert sum(one["event"] == "turn_taken" for one in logs) == 1


async def test_nothing_leaves_before_what_it_forgot_is_back(server: Server, kept: EmbeddedStore, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    with structlog.testing.capture_logs() as logs:
        kept.stop()
        await asyncio.to_thread(kept.start)
        await until(lambda: any(one["event"] == "store_run_changed" for one in logs))
        held_from = asyncio.get_running_loop().time()
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)

    assert asyncio.get_running_loop().time() - held_from > 0.8
