"""A campaign larger than its business's level: what has no room waits, and leaves when there is (F140, F141, D43)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.campaigns.desk import REMINDER, TEMPLATE, Desk
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
            assert 0 < waits / 1000 - desk.server.store.clock.now_s() <= DAY_S + 61  # a minute until its end is known
        await desk.server.advance_clock(DAY_S)

    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 12


@pytest.mark.parametrize(("carry_over", "at_once"), [("rolling", 6), ("next_day", 3)])
async def test_a_next_day_rest_waits_for_the_launch_hour_though_there_is_room(
    open_desk: Any, carry_over: str, at_once: int
):
    desk = await open_desk(levels=[3], carry_over=carry_over)
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(6)]
    await desk.load(phones, sent_at=desk.server.store.clock.now_ms())
    assert await eventually(lambda: given_out(desk, phones, 3))
    await eventually(lambda: waits(desk))
    await desk.server.limits.reported(desk.server.definitions.channels["whatsapp"], desk.fakes.accounts[0].waba_id, 6)
    await desk.server.advance_clock(3600)
    desk.dispatcher._pace._full.clear()  # a full level is looked at again a second later, by no test's clock
    assert await eventually(lambda: given_out(desk, phones, at_once))
    await desk.server.advance_clock(DAY_S)
    assert await eventually(lambda: given_out(desk, phones, 6))


async def waits(desk: Desk) -> bool:
    await desk.dispatcher.round()
    return await desk.dispatcher._pace._store.waits_until("c1") > 0


async def test_a_message_that_finds_no_room_goes_back_to_its_list_and_leaves_later(open_desk: Any):
    """The dispatcher counts ahead; what decides is the place taken right before the send."""
    desk = await open_desk(levels=[2])
    level = desk.server.limits.level("whatsapp")
    phones = [desk.fakes.phone(f"Contact {n}") for n in range(4)]
    await desk.load(phones)
    for plan in await desk.plans.sending():  # all four are given out, as if there were room for them
        await desk.dispatcher._feed(plan, {"queued": 0}, None)

    async def two_are_back() -> bool:
        counts = await desk.rows.counts("c1")
        return (counts["pending"], counts["queued"], reached(desk, phones)) == (2, 0, 2)

    assert await eventually(two_are_back)
    assert level.limit == 2
    await desk.server.advance_clock(DAY_S)
    assert await eventually(lambda: given_out(desk, phones, 4))
    assert [len(desk.fakes.received(phone)) for phone in phones] == [1] * 4


async def test_a_dialogs_template_waits_in_its_lane_and_goes_before_a_campaign(open_desk: Any):
    desk = await open_desk(levels=[1])
    ana, luis, eva = (desk.fakes.phone(name) for name in ("Ana", "Luis", "Eva"))
    start = {"channel": "whatsapp", "dialog": "reminder", "given": {"name": "you"}}
    await desk.server.request_dialog(address=ana.number, **start)
    assert len(await desk.fakes.expect(ana, 1)) == 1
    await desk.server.request_dialog(address=luis.number, **start)

    async def luis_waits() -> bool:
        room = await desk.server.limits.room("whatsapp")
        return room is not None and (room.used, room.waiting) == (1, 1)

    assert await eventually(luis_waits)
    await desk.load([eva])
    await desk.dispatcher.round()
    assert (await desk.rows.counts("c1"))["pending"] == 1  # nobody gave it out
    desk.fakes.say(luis, "hello?")  # now they are inside the window, and need no place
    await desk.server.advance_clock(61)
    assert (await desk.fakes.expect(luis, 1))[0].text.startswith("Hello you")
    await desk.server.advance_clock(DAY_S)
    assert await eventually(lambda: given_out(desk, [eva], 1))


async def test_who_needs_no_place_does_not_wait_for_room(open_desk: Any):
    """Inside their service window, or reached already within 24 hours."""
    desk = await open_desk(levels=[2])
    phones = [desk.fakes.phone(name) for name in ("Ana", "Luis", "Eva", "Sol", "Leo", "Paz")]
    eva, sol, leo = phones[2:5]
    start = {"channel": "whatsapp", "dialog": "reminder", "given": {"name": "you"}}
    for phone in (eva, sol):
        await desk.server.request_dialog(address=phone.number, **start)
        await desk.fakes.expect(phone, 1)
    desk.fakes.say(leo, "hello")
    await desk.fakes.delivered()
    await desk.load(phones)
    assert await eventually(lambda: given_out(desk, phones, 5))  # two of the dialog's; Eva, Sol and Leo once more
    assert [len(desk.fakes.received(phone)) for phone in phones] == [0, 0, 2, 2, 1, 0]
    room = await desk.server.limits.room("whatsapp")
    assert (room.used, (await desk.rows.counts("c1"))["pending"]) == (2, 3)
