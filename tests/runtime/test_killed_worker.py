"""Guarantee 9 with the lease as it comes: what a killed worker was doing goes on elsewhere within 20 s."""

import time
from pathlib import Path

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.store.embedded import EmbeddedStore
from tests.runtime.processes import Process, free_port
from tests.runtime.test_spool import until
from tests.servers import write_workspace

FREEZES_ONCE = """
import pathlib, time
from bot_runtime.runtime import turns
real, frozen = turns.converse, pathlib.Path(%r)

def converse(book, session, pinned, event, about, opted_out, *shelf):
    if getattr(event, "text", "") == "freeze" and not frozen.exists():
        frozen.touch()
        time.sleep(600)
    return real(book, session, pinned, event, about, opted_out, *shelf)

turns.converse = converse
from bot_runtime.cli import main
main()
"""


async def test_the_turn_of_a_killed_worker_is_taken_by_another_within_20_s(fakes: FakeProviders, tmp_path: Path):
    workspace, store, frozen = (
        write_workspace(tmp_path / "bot", fakes),
        EmbeddedStore(tmp_path / "store"),
        tmp_path / "f",
    )
    store.start()
    try:
        code, url = FREEZES_ONCE % str(frozen), {"BOT_STORE_URL": store.url}
        first = Process(workspace, tmp_path / "first", free_port(), code=code, **url)
        second = Process(workspace, tmp_path / "second", free_port(), code=code, **url)
        fakes.point_to(first.url)
        ana = fakes.phone("Ana")
        async with first, second:
            fakes.say(ana, "freeze")
            await until(frozen.exists)
            await first.kill()
            killed_at = time.monotonic()
            await fakes.expect(ana, 1, timeout_s=40)
            took_s = time.monotonic() - killed_at
    finally:
        store.stop()

    assert fakes.texts(ana) == ["How was it, Ana?"]
    assert took_s < 20
