import asyncio
import time
from datetime import UTC, timedelta

import pytest
import structlog

from bot_runtime.settings import Settings
from bot_runtime.store.clock import Clock, monotonic_s
from bot_runtime.store.connection import Store


async def test_it_tells_the_stores_time_not_ours():
    async def ask(*args: object, key: str | None = None) -> list[bytes]:
        return [b"86400", b"250000"]

    clock = Clock(ask)
    await clock.measure()
    assert clock.now().tzinfo is UTC
    assert clock.now_s() == pytest.approx(86400.25, abs=0.1)


async def test_a_jump_of_the_stores_clock_raises_the_alarm():
    answers = iter([(1000, 0), (1001, 900_000), (1005, 0)])

    async def ask(*args: object, key: str | None = None) -> tuple[int, int]:
        return next(answers)

    clock = Clock(ask)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await clock.measure()
    assert [(each["event"], round(each["by_s"])) for each in logs] == [("store_clock_jumped", 3)]


async def test_after_a_jump_time_goes_on_by_what_really_passed():
    jumped = [0.0]

    async def ask(*args: object, key: str | None = None) -> tuple[int, int]:
        shown = time.time() + jumped[-1]
        return int(shown), int(shown % 1 * 1e6)

    clock = Clock(ask)
    await clock.measure()
    for by_s in (3600.0, -86_400.0, 0.0):
        jumped.append(by_s)
        before = clock.now_s()
        with structlog.testing.capture_logs() as logs:
            await clock.measure()
        assert [each["event"] for each in logs] == ["store_clock_jumped"]
        assert clock.now_s() - before == pytest.approx(0, abs=0.5)
        assert (await ask())[0] + clock.offset_ms / 1000 == pytest.approx(before, abs=2)  # what scripts go by
    assert clock.steady_ms == pytest.approx(0, abs=100)  # back where it was


async def test_an_answer_that_took_long_tells_no_time():
    clock = Clock(None)  # type: ignore[arg-type]
    clock.heard(1000, monotonic_s())
    with structlog.testing.capture_logs() as logs:
        clock.heard(1010, monotonic_s() - 4)
    assert logs == []


async def test_it_agrees_with_the_store(store: Store):
    seconds, microseconds = await store.command("TIME")
    assert store.clock.now_s() == pytest.approx(int(seconds) + int(microseconds) / 1e6, abs=0.05)


async def test_advancing_moves_it_at_once(store: Store):
    before = store.clock.now()
    assert await store.clock.advance(3600.5) == 3_600_500
    assert timedelta(hours=1) < store.clock.now() - before < timedelta(hours=1, seconds=2)


async def test_it_never_goes_back(store: Store):
    with pytest.raises(ValueError, match="forward"):
        await store.clock.advance(-1)


async def test_every_other_process_follows(store: Store, store_settings: Settings):
    other = await Store.connect(store_settings)
    await store.clock.advance(60)
    async with asyncio.timeout(5):
        while other.clock.offset_ms != store.clock.offset_ms:
            await other.command("PING")
    await other.close()


async def test_without_the_test_clock_nobody_moves_time(store: Store, valkey_url: str):
    await store.clock.advance(60)
    real = await Store.connect(Settings(store_url=valkey_url))
    assert real.clock.offset_ms == 0
    await real.close()
