"""A campaign larger than its business's level: what has no room waits, and leaves when there is (F140, F141, D43)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.campaigns.test_sending import REMINDER, TEMPLATE, Desk
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace

DAY_S = 86_400


@pytest.fixture
async def open_desk(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Any:
    async def open_one(**limits: Any) -> Desk:
        root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER}, messages_per_s=1_000)
        (root / "templates").mkdir()
        (root / "templates" / "due.yaml").write_text(TEMPLATE)
        bot = yaml.safe_load((root / "bot.yaml").read_text())
        bot["channels"]["whatsapp"]["limits"] |= {"levels": [5], **limits}
        (root / "bot.yaml").write_text(yaml.safe_dump({**bot, "departments": {"sales": {"title": "Sales"}}}))
        server = await start_server(root, test_clock=True)
        for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
            account.templates = known.templates
        return Desk(server, fakes)

    return open_one


def reached(desk: Desk, phones: list[Phone]) -> int:
    return sum(len(desk.fakes.received(phone)) for phone in phones)


async def given_out(desk: Desk, phones: list[Phone], count: int) -> bool:
    """Whether so many got their message, after another round."""
    await desk.dispatcher.round()
    counts = await desk.rows.counts("c1")
    return reached(desk, phones) == count and not counts["queued"]


async def test_what_the_level_has_no_room_for_waits_and_leaves_a_day_later(open_desk: Any):
    desk = await open_desk()
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(12)]
    await desk.load(phones)
    for reach in (5, 10, 12):
        assert await eventually(lambda reach=reach: given_out(desk, phones, reach))
        for _ in range(5):
            await desk.dispatcher.round()
        assert reached(desk, phones) == reach
        room = await desk.server.limits.room("whatsapp")
        assert (room.used, room.limit) == (min(5, reach - 5 * ((reach - 1) // 5)), 5)
        waits = await desk.dispatcher._pace._store.waits_until("c1")
        assert bool(waits) == (reach < 12)
        if waits:
            assert 0 < waits / 1000 - desk.server.store.clock.now_s() <= DAY_S
        await desk.server.advance_clock(DAY_S)

    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 12
