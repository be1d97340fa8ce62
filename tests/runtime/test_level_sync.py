"""WhatsApp is asked for a level soon after the start and each hour, by one process; webhooks say it at once."""

from typing import Any

import pytest

from bot_runtime.app import Server
from bot_runtime.channels.sender import Sender
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.runtime.level_sync import AGAIN_MS, FIRST_MS, LevelSync
from bot_runtime.store.limits import LimitStore
from tests.runtime.test_conversations import eventually


async def limit_of(server: Server) -> tuple[int | None, bool]:
    room = await server.limits.room("whatsapp")
    assert room
    return room.limit, room.reported


async def test_the_provider_is_asked_once_an_hour_by_one_process(server: Server, fakes: FakeProviders):
    store = LimitStore(server.store, server.keys)

    def asked() -> int:
        return sum("fields" in (call.body or {}) for call in fakes.world.calls("whatsapp") if call.method == "GET")

    async with Sender() as sender:
        processes = [LevelSync(server.limits, store, server.definitions, sender) for _ in range(3)]

        async def look(after_ms: int) -> None:
            await server.advance_clock(after_ms / 1000)
            for one in processes:
                await one.round()

        assert await limit_of(server) == (1_000, False)  # level 1, until anybody says another
        fakes.whatsapp.tier = "TIER_250"
        await look(0)
        await look(FIRST_MS + 100)
        assert await eventually(lambda: _is(server, (250, True)))
        before = asked()
        fakes.whatsapp.tier = "TIER_UNLIMITED"
        await look(AGAIN_MS - 60_000)
        assert asked() == before
        await look(60_100)
        assert await eventually(lambda: _is(server, (None, True)))
        fakes.whatsapp.tier = ""  # it says nothing: what it said last counts
        await look(AGAIN_MS + 100)
        assert await limit_of(server) == (None, True)


async def _is(server: Server, wanted: tuple[int | None, bool]) -> bool:
    return await limit_of(server) == wanted


@pytest.mark.parametrize(("account", "becomes"), [("ours", (2_000, True)), ("another's", (1_000, False))])
async def test_a_webhook_changes_the_level_of_its_account_alone(
    server: Server, fakes: FakeProviders, account: str, becomes: tuple[int, bool]
):
    whatsapp = next(one for one in fakes.accounts if one.name == "whatsapp")
    change: dict[str, Any] = {
        "field": "business_capability_update",
        "value": {"max_daily_conversations_per_business": 2_000},
    }
    business = whatsapp.waba_id if account == "ours" else "1"
    fakes.whatsapp.deliver(
        whatsapp, {"object": "whatsapp_business_account", "entry": [{"id": business, "changes": [change]}]}
    )
    await fakes.delivered()
    assert await limit_of(server) == becomes
