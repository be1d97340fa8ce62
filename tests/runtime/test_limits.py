"""Limits as one service: several processes on one store, campaigns beside replies, and what "too fast" does."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.effects import SendTemplate, SendText
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import Limits
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.limits import DAY_MS, LimitStore
from bot_runtime.store.outbox import Entry, Meta, Payload
from bot_runtime.workspace import load_workspace
from tests.servers import VISIT

BOT = {
    "brand": "test",
    "language": "en",
    "close_reasons": ["answered"],
    "channels": {
        name: {
            "provider": "whatsapp", "phone_number_id": name, "waba_id": "77",
            "app_secret": "s", "verify_token": "v", "token": "t",
        }
        for name in ("north", "south")
    } | {"sms": {"provider": "twilio", "account_sid": "AC1", "auth_token": "t", "number": "+5255"}},
}  # fmt: skip


class Desk:
    """Some processes that send for the same workspace."""

    def __init__(self, store: Store, keys: Keys, definitions: Definitions) -> None:
        self.store, self.keys, self.definitions = store, keys, definitions
        self.processes = [Limits(LimitStore(store, keys), definitions) for _ in range(3)]

    def channel(self, name: str = "north") -> Channel:
        return self.definitions.channels[name]

    def entry(self, number: int, kind: str = "template", channel: str = "north", campaign: str = "") -> Entry:
        contact = self.keys.contact_id(f"tel:+{number}")
        effect = SendTemplate("due", "en") if kind == "template" else SendText("hi")
        meta = Meta("queued", "reply" if kind == "text" else kind, 0, g=campaign)  # type: ignore[arg-type]
        return Entry(contact, channel, "1", "1", meta, Payload("1", effect))

    async def wrote(self, entry: Entry, ago_ms: int = 0) -> None:
        key = self.keys.contact(entry.contact)
        await self.store.command("HSET", key, f"in:{entry.channel}", self.store.clock.now_ms() - ago_ms, key=key)

    async def acquire(self, entry: Entry, process: int = 0) -> int:
        return await self.processes[process].acquire(self.channel(entry.channel), entry)

    async def sent(self, entry: Entry, process: int = 0) -> bool:
        if await self.acquire(entry, process):
            return False
        self.processes[process].left(entry)
        await self.processes[process].drain()
        return True

    async def used(self) -> int:
        for process in self.processes:
            await process.drain()
        room = await self.processes[0].room("north")
        assert room
        return room.used


@pytest.fixture
async def open_desk(store: Store, tmp_path: Path) -> Any:
    async def open_one(**limits: Any) -> Desk:
        bot = yaml.safe_load(yaml.safe_dump(BOT))
        for channel in ("north", "south"):
            bot["channels"][channel]["limits"] = {"messages_per_s": 1_000, **limits}
        (tmp_path / "dialogs").mkdir()
        (tmp_path / "dialogs" / "visit.yaml").write_text(VISIT)
        (tmp_path / "bot.yaml").write_text(yaml.safe_dump(bot))
        loaded = load_workspace(tmp_path, {})
        assert loaded.workspace, [problem.line() for problem in loaded.problems]
        keys = Keys("test", 8, b"secret")
        definitions = Definitions(store, keys, "")
        await definitions.publish(loaded.workspace)
        return Desk(store, keys, definitions)

    return open_one


async def test_all_numbers_and_processes_of_a_business_share_its_level(open_desk: Any):
    desk = await open_desk(level=1)
    await desk.processes[0].reported(desk.channel(), "77", 2)
    assert await desk.sent(desk.entry(1, channel="north"), process=0)
    assert await desk.sent(desk.entry(2, channel="south", campaign="c1:2"), process=1)
    assert not await desk.sent(desk.entry(3, channel="south"), process=2)
    assert await desk.sent(desk.entry(1, channel="south"), process=2)  # the same contact, whatever the number
    assert await desk.used() == 2


async def test_only_templates_outside_the_service_window_count(open_desk: Any):
    desk = await open_desk()
    await desk.processes[0].reported(desk.channel(), "77", 1)
    assert await desk.sent(desk.entry(1))
    inside, past, other = desk.entry(2), desk.entry(3), desk.entry(4)
    await desk.wrote(inside, DAY_MS - 3_600_000)
    await desk.wrote(past, DAY_MS - 30_000)  # it would end while the message is on its way
    key = desk.keys.contact(other.contact)
    await desk.store.command("HSET", key, "in:south", desk.store.clock.now_ms(), key=key)  # each number has its own
    assert [await desk.sent(one) for one in (inside, past, other)] == [True, False, False]
    assert await desk.sent(desk.entry(5, "text"))
    assert await desk.sent(desk.entry(6, channel="sms"))
    assert await desk.used() == 1


async def test_what_does_not_leave_gives_its_place_back_and_what_left_keeps_it(open_desk: Any):
    desk = await open_desk()
    await desk.processes[0].reported(desk.channel(), "77", 1)
    entry = desk.entry(1)
    assert await desk.acquire(entry) == 0
    assert desk.processes[0].mark_by(entry) > desk.store.clock.now_ms()
    await desk.processes[0].give_back(desk.channel(), entry)
    assert await desk.used() == 0
    assert await desk.sent(desk.entry(2), process=1)
    assert await desk.acquire(entry) > 0
    await desk.store.advance_clock(DAY_MS / 1000)
    assert await desk.sent(entry)


async def test_a_message_of_a_lane_asks_again_within_a_minute_and_a_campaigns_when_there_is_room(open_desk: Any):
    desk = await open_desk()
    await desk.processes[0].reported(desk.channel(), "77", 1)
    assert await desk.sent(desk.entry(1))
    assert 0 < await desk.acquire(desk.entry(2)) <= 60_000  # its contact may write before there is room
    assert await desk.acquire(desk.entry(3, campaign="c1:3")) == pytest.approx(DAY_MS, abs=2_000)


async def test_the_rate_of_a_number_is_kept_by_all_processes_together(open_desk: Any):
    """Whatever each takes; what it may start, and until when."""
    desk = await open_desk(messages_per_s=40, level=0)
    started: list[float] = []

    async def send_all(process: int) -> None:
        for number in range(12):
            entry = desk.entry(100 * process + number, campaign="c1:1" if number % 2 else "")
            while await desk.acquire(entry, process):
                pass
            now = desk.store.clock.now_ms()
            if now <= desk.processes[process].mark_by(entry):  # else the mark would be refused
                started.append(now)

    began = desk.store.clock.now_s()
    await asyncio.gather(*(send_all(process) for process in range(3) for _ in range(2)))
    started.sort()
    assert all(later - earlier >= 999 for earlier, later in zip(started, started[40:], strict=False))
    assert desk.store.clock.now_s() - began > 72 / 40


async def test_a_campaign_that_takes_all_it_can_leaves_replies_waiting_little(open_desk: Any):
    desk = await open_desk(messages_per_s=50, level=0)
    over, goes_on = asyncio.Event(), asyncio.Event()

    async def broadcast(process: int) -> None:
        while not over.is_set():
            if not await desk.acquire(desk.entry(9, campaign="c1:9"), process):
                goes_on.set()

    flood = [asyncio.create_task(broadcast(process)) for process in range(3) for _ in range(20)]
    waits = []
    for number in range(25):
        goes_on.clear()
        await goes_on.wait()  # the campaign leaves beside them
        asked = desk.store.clock.now_ms()
        assert await desk.acquire(desk.entry(number, "text"), number % 3) == 0
        waits.append(desk.store.clock.now_ms() - asked)
    over.set()
    await asyncio.gather(*flood)
    assert sorted(waits)[len(waits) // 2] < 300


@pytest.mark.parametrize(
    ("code", "slowed"),
    [("130429", {"north"}), ("80007", {"north", "south"}), ("131056", set())],
)
async def test_too_fast_slows_the_number_or_all_of_the_business_or_only_the_contact(
    open_desk: Any, code: str, slowed: set[str]
):
    desk = await open_desk()
    await desk.processes[0].slow_down(desk.channel(), code, 30)
    states = {one.channel: one for one in await desk.processes[1].state()}
    assert {name for name, one in states.items() if one.held_ms} == slowed
    for name in slowed:
        assert states[name].per_s == pytest.approx(500, rel=0.2)
        assert await desk.acquire(desk.entry(1, "text", channel=name)) > 5_000  # put back rather than held
    if "south" not in slowed:
        assert await desk.acquire(desk.entry(1, "text", channel="south")) == 0


async def test_the_state_says_rate_level_and_who_waits(open_desk: Any):
    desk = await open_desk()
    await desk.processes[0].reported(desk.channel(), "77", 1)
    assert await desk.sent(desk.entry(1))
    assert await desk.acquire(desk.entry(2))
    north, sms, south = await desk.processes[2].state()
    assert (north.channel, north.per_s, north.held_ms, north.waiting) == ("north", 1_000, 0, 0)
    assert north.level
    assert south.level
    assert south.level.used == 1  # the same level
    assert (north.level.limit, north.level.used, north.level.waiting, north.level.reported) == (1, 1, 1, True)
    assert north.room_in_ms == pytest.approx(DAY_MS, abs=2_000)
    assert (sms.level, sms.room_in_ms) == (None, 0)
