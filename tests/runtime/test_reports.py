"""Delivery reports: early, late, by the provider's id alone, or on messages that nobody knows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.channels.base import StatusReported
from bot_runtime.devtools.simulate import FakeProviders
from tests.runtime.sending import becomes, contact_of, metas, remind, start_business
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    return await start_business(start_server, fakes, tmp_path)


def report(status: str, *, entry: str = "", external_id: str = "", recipient: str = "") -> StatusReported:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return StatusReported("", entry, external_id, status, now, recipient=recipient)


async def parked(server: Server) -> list[str]:
    found = []
    for shard in range(server.keys.shards):
        key = server.keys.parked(shard)
        found += [name.decode() for name in await server.store.command("HKEYS", key, key=key)]
    return found


async def test_a_report_by_the_providers_id_alone_finds_what_left_here(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", silent=True)
    fakes.say(ana, "hi")
    [meta] = await becomes(server, ana, "sent")
    channel = server.definitions.channels["whatsapp"]
    await server.ingest.take_in(channel, [report("delivered", external_id=meta.x)])

    assert [meta.s for meta in await metas(server, ana)] == ["delivered"]


async def test_a_report_by_the_providers_id_finds_what_left_elsewhere_by_its_recipient(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", silent=True)
    fakes.say(ana, "hi")
    [meta] = await becomes(server, ana, "sent")
    assert server._sender
    server._sender.sent.forget(f"{await contact_of(server, ana)}.1")  # another process sent it
    channel = server.definitions.channels["whatsapp"]
    told = report("delivered", external_id=meta.x, recipient=f"tel:{ana.number}")
    await server.ingest.take_in(channel, [told])

    assert [meta.s for meta in await metas(server, ana)] == ["delivered"]


async def test_a_report_by_the_providers_id_that_overtakes_the_answer_counts_when_that_comes(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", silent=True, hang_s=0.6, accept=True)
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)  # taken; its answer is on the way
    [message] = fakes.received(ana)
    channel = server.definitions.channels["whatsapp"]
    told = report("read", external_id=message.id, recipient=f"tel:{ana.number}")
    await server.ingest.take_in(channel, [told])
    assert await parked(server) == [f"x:{message.id}"]

    await becomes(server, ana, "read")
    assert await eventually(lambda: nothing_parked(server))


async def test_an_entry_that_a_report_knows_already_is_not_sent(server: Server, fakes: FakeProviders):
    """After a failover a turn is taken again: its entry is queued anew, and the provider has long reported on it."""
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await becomes(server, ana, "delivered")
    contact = await contact_of(server, ana)
    channel = server.definitions.channels["whatsapp"]
    await server.ingest.take_in(channel, [report("delivered", entry=f"{contact}.2", external_id="wamid.BEFORE")])
    await server.ingest.take_in(channel, [report("sent", entry=f"{contact}.2", external_id="wamid.BEFORE")])
    assert await parked(server) == [f"{contact}.2"]
    fakes.say(ana, "5")

    [_, second] = await becomes(server, ana, "delivered", "delivered")
    assert second.x == "wamid.BEFORE"
    assert len(fakes.sends("whatsapp")) == 1
    assert await eventually(lambda: nothing_parked(server))


async def nothing_parked(server: Server) -> bool:
    return await parked(server) == []


async def test_a_report_on_a_message_nobody_knows_is_kept_ten_minutes_and_logged(
    server: Server, fakes: FakeProviders, capsys: pytest.CaptureFixture[str]
):
    channel = server.definitions.channels["whatsapp"]
    await server.ingest.take_in(channel, [report("read", external_id="wamid.ELSEWHERE")])
    assert server._caretaker
    await server.advance_clock(590)
    await server._caretaker.let_reports_go()
    assert await parked(server) == ["x:wamid.ELSEWHERE"]
    await server.advance_clock(11)
    await server._caretaker.let_reports_go()

    assert await parked(server) == []
    assert "status_of_unknown_entry" in capsys.readouterr().out


async def test_a_campaigns_contact_is_left_alone_after_a_report_that_says_so(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", on="delivery", code=131049)
    await remind(server, ana)
    await becomes(server, ana, "failed")
    contact = await contact_of(server, ana)
    key = server.keys.contact(contact)

    async def rests() -> bool:
        return bool(await server.store.command("HGET", key, "rest:whatsapp", key=key))

    assert await eventually(rests)


async def test_a_report_of_too_fast_slows_the_number_down(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", on="delivery", code=130429)
    fakes.say(ana, "hi")
    await becomes(server, ana, "failed")

    async def slowed() -> bool:
        return any(one.channel == "whatsapp" and one.per_s < 80 for one in await server.limits.state())

    assert await eventually(slowed)
