"""The outbox's promises, against a provider that misbehaves: what may have left is never guessed to have not."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.effects import SendText
from bot_runtime.store.keys import shard_of
from bot_runtime.store.outbox import Meta, Payload
from tests.runtime.sending import becomes, contact_of, impatient, metas, remind, same_minute, sends_to, start_business
from tests.runtime.test_conversations import eventually, session_of
from tests.servers import StartServer, write_workspace


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    return await start_business(start_server, fakes, tmp_path)


TAKEN_WITHOUT_AN_ANSWER = [
    {"hang_s": 30, "accept": True},
    {"drop": True, "accept": True},
    {"status": 502, "accept": True},
    {"status": 504, "accept": True},
    {"answer": "empty"},
    {"answer": "html"},
    {"answer": "no_id"},
    {"answer": "huge"},
    {"answer": "drip", "hang_s": 30},
]


@pytest.mark.parametrize("fault", TAKEN_WITHOUT_AN_ANSWER, ids=str)
async def test_what_was_taken_without_an_answer_is_settled_by_its_report_and_not_sent_again(
    server: Server, fakes: FakeProviders, fault: dict[str, object]
):
    impatient(server)
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", **fault)
    fakes.say(ana, "hi")
    await becomes(server, ana, "delivered")
    await server.advance_clock(700)
    await fakes.delivered()

    assert fakes.texts(ana) == ["How was it, Ana?"]
    assert len(sends_to(fakes, ana)) == 1


@pytest.mark.parametrize("fault", TAKEN_WITHOUT_AN_ANSWER[:3], ids=str)
async def test_without_a_report_it_is_in_doubt_at_once_and_the_next_reply_waits_35_s_for_evidence(
    server: Server, fakes: FakeProviders, fault: dict[str, object]
):
    impatient(server)
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", silent=True, **fault)
    fakes.say(ana, "hi")
    await becomes(server, ana, "unknown")
    fakes.say(ana, "5")
    await becomes(server, ana, "unknown", "queued")
    await server.advance_clock(30)
    await asyncio.sleep(0.4)
    assert [meta.s for meta in await metas(server, ana)] == ["unknown", "queued"]
    await server.advance_clock(6)

    await becomes(server, ana, "unknown", "delivered")  # nobody else was reported on: silence means nothing
    assert fakes.texts(ana) == ["How was it, Ana?", "Will you come back?"]
    assert await server.outbox.count_unknown() == 1


async def test_evidence_lets_the_next_reply_go_at_once(server: Server, fakes: FakeProviders):
    impatient(server)
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", hang_s=30, accept=True)
    fakes.say(ana, "hi")
    await becomes(server, ana, "delivered")
    fakes.say(ana, "5")

    await becomes(server, ana, "delivered", "delivered")  # on the real clock: nobody waited 35 s
    assert await server.outbox.count_unknown() == 0


async def test_a_template_is_sent_again_after_ten_minutes_of_silence_while_others_of_its_minute_were_reported_on(
    server: Server, fakes: FakeProviders
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await same_minute(server)
    fakes.fault("whatsapp", drop=True)
    await remind(server, ana)
    await becomes(server, ana, "unknown")
    await remind(server, luis)
    await becomes(server, luis, "delivered")
    await server.advance_clock(590)
    await asyncio.sleep(1.3)  # the caretaker looks once a second
    assert len(sends_to(fakes, ana)) == 1
    await server.advance_clock(11)

    await becomes(server, ana, "delivered")
    assert len(sends_to(fakes, ana)) == 2
    assert fakes.texts(ana) == ["Hello Ana, your bill is due."]


async def test_it_is_sent_again_once_at_most(server: Server, fakes: FakeProviders):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await same_minute(server)
    fakes.fault("whatsapp", drop=True, to=ana.number, count=10)
    await remind(server, ana)
    await becomes(server, ana, "unknown")
    await remind(server, luis)
    await becomes(server, luis, "delivered")
    await server.advance_clock(601)
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 2)
    await same_minute(server)
    await becomes(server, ana, "unknown")
    for _ in range(3):
        await server.advance_clock(601)
        await asyncio.sleep(1.2)

    assert len(sends_to(fakes, ana)) == 2
    assert await server.outbox.count_unknown() == 1


async def test_reports_on_sends_of_another_minute_mean_nothing(server: Server, fakes: FakeProviders):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await same_minute(server)
    fakes.fault("whatsapp", drop=True)
    fakes.say(ana, "hi")
    await becomes(server, ana, "unknown")
    await server.advance_clock(61)
    fakes.say(luis, "hi")
    await becomes(server, luis, "delivered")
    await asyncio.sleep(0.5)

    assert [meta.s for meta in await metas(server, ana)] == ["unknown"]
    assert len(sends_to(fakes, ana)) == 1


@pytest.mark.parametrize(
    ("on_unknown", "reply_again", "template_again"),
    [("resend", True, True), ("replies", True, False), ("hold", False, False)],
)
async def test_a_channel_may_leave_doubts_to_the_operator(
    start_server: StartServer,
    fakes: FakeProviders,
    tmp_path: Path,
    on_unknown: str,
    reply_again: bool,
    template_again: bool,
):
    server = await start_business(start_server, fakes, tmp_path, on_unknown=on_unknown)
    ana, eva, luis = (fakes.phone(name) for name in ("Ana", "Eva", "Luis"))
    await same_minute(server)
    for phone in (ana, eva):
        fakes.fault("whatsapp", drop=True, to=phone.number)
    fakes.say(ana, "hi")
    await remind(server, eva)
    await becomes(server, ana, "unknown")
    await becomes(server, eva, "unknown")
    fakes.say(luis, "hi")
    await becomes(server, luis, "delivered")
    await server.advance_clock(36)
    await becomes(server, ana, "delivered" if reply_again else "unknown")
    await server.advance_clock(601)
    if template_again:
        await becomes(server, eva, "delivered")
    else:
        await asyncio.sleep(1.3)
    assert len(sends_to(fakes, ana)) == 1 + reply_again
    assert len(sends_to(fakes, eva)) == 1 + template_again


async def test_a_worker_never_sends_again_what_it_sent_whatever_the_store_says_after_a_failover(
    server: Server, fakes: FakeProviders
):
    ana, eva = fakes.phone("Ana"), fakes.phone("Eva")
    fakes.say(ana, "hi")
    await becomes(server, ana, "delivered")
    fakes.fault("whatsapp", drop=True)
    fakes.say(eva, "hi")
    await becomes(server, eva, "unknown")
    for phone in (ana, eva):
        await forget_that_it_left(server, await contact_of(server, phone))

    await becomes(server, ana, "sent")
    await becomes(server, eva, "unknown")
    assert len(sends_to(fakes, ana)) == len(sends_to(fakes, eva)) == 1


async def forget_that_it_left(server: Server, contact: str) -> None:
    """What a failover does that lost the last second of writes: the entry is queued, as it was."""
    outbox, lane = server.keys.outbox(contact), server.keys.lane(contact, "whatsapp")  # type: ignore[arg-type]
    payload = msgspec.json.encode(Payload("525555001000", SendText("again?")))
    raw = msgspec.json.encode(Meta("queued", "reply", 0))
    await server.store.command("HSET", outbox, "1", raw, "1:p", payload, key=outbox)
    await server.store.command("DEL", lane, key=lane)
    await server.store.command("RPUSH", lane, "1", key=lane)
    lanes = server.keys.lanes(shard_of(contact))  # type: ignore[arg-type]
    await server.store.command("ZADD", lanes, 1, f"{contact}|whatsapp", key=lanes)


async def test_what_was_accepted_lately_is_told_again_to_a_store_that_may_have_forgotten(
    server: Server, fakes: FakeProviders
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.say(ana, "hi")
    fakes.say(luis, "hi")
    await becomes(server, ana, "delivered")
    await becomes(server, luis, "delivered")
    contact, lost = await contact_of(server, ana), await contact_of(server, luis)
    assert server._sender
    await server.store.command("DEL", server.keys.outbox(lost), key=server.keys.outbox(lost))
    await forget_that_it_left(server, contact)
    await server._sender.retell()

    assert (await metas(server, ana))[0].s == "sent"
    [parked] = [await server.outbox.parked(lost, f"{lost}.1")]  # for the turn that is taken again
    assert parked is not None
    assert parked.report.status == "sent"


async def test_a_result_is_held_while_the_store_is_away_and_recorded_when_it_is_back(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", delay_ms=300)
    fakes.say(ana, "hi")
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 1)
    await server.store.command("CONFIG", "SET", "min-replicas-to-write", "1")  # it takes no writes now
    try:
        await fakes.expect(ana, 1)
        await asyncio.sleep(0.5)
        assert [meta.s for meta in await metas(server, ana)] == ["sending"]
    finally:
        await server.store.command("CONFIG", "SET", "min-replicas-to-write", "0")

    await becomes(server, ana, "delivered")
    assert len(sends_to(fakes, ana)) == 1


async def test_nothing_left_is_tried_again_and_reaches_the_contact_once(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    whatsapp = server.definitions.channels["whatsapp"]
    right = whatsapp._url  # type: ignore[attr-defined]
    whatsapp._url = "http://127.0.0.1:9/nobody"  # type: ignore[attr-defined]
    fakes.say(ana, "hi")

    async def tried() -> bool:
        found = await metas(server, ana)
        return bool(found) and found[0].t >= 1

    assert await eventually(tried)
    whatsapp._url = right  # type: ignore[attr-defined]
    await server.advance_clock(6)
    [meta] = await becomes(server, ana, "delivered")
    assert meta.n == 0  # it is not one of the eight noes
    assert len(sends_to(fakes, ana)) == 1


async def test_a_process_that_stood_still_between_mark_and_first_byte_sends_nothing(
    server: Server, fakes: FakeProviders, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot_runtime.channels.sender.STALE_S", -1.0)  # every mark is too old
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await asyncio.sleep(0.6)
    assert sends_to(fakes, ana) == []
    monkeypatch.undo()

    [meta] = await becomes(server, ana, "delivered")
    assert meta.t == 0
    assert len(sends_to(fakes, ana)) == 1


async def test_too_fast_for_the_number_holds_the_number_as_long_as_the_provider_says(
    server: Server, fakes: FakeProviders
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.fault("whatsapp", code=130429, retry_after_s=120)
    fakes.say(ana, "hi")
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 1)
    await becomes(server, ana, "queued")
    fakes.say(luis, "hi")
    await becomes(server, luis, "queued")
    assert await server.limits.held_ms("whatsapp") > 100_000
    await server.advance_clock(121)

    [meta] = await becomes(server, ana, "delivered")
    await becomes(server, luis, "delivered")
    assert meta.t == 0  # it used up no try


async def test_too_fast_for_a_contact_holds_that_contact_alone(server: Server, fakes: FakeProviders):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.fault("whatsapp", code=131056, to=ana.number)
    fakes.say(ana, "hi")
    await fakes.world.until(lambda: len(sends_to(fakes, ana)) == 1)
    fakes.say(luis, "hi")
    await becomes(server, luis, "delivered")
    assert [meta.s for meta in await metas(server, ana)] == ["queued"]
    await server.advance_clock(5)

    [meta] = await becomes(server, ana, "delivered")
    assert (meta.t, meta.y) == (0, 1)


async def test_a_message_withheld_for_a_contact_leaves_them_alone_for_a_day(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=131049)
    await remind(server, ana)
    [meta] = await becomes(server, ana, "failed")
    contact = await contact_of(server, ana)
    rests = await server.store.command("HGET", server.keys.contact(contact), "rest:whatsapp")

    assert meta.e == "131049"
    assert int(rests) - server.store.clock.now_ms() == pytest.approx(86_400_000, abs=5_000)


async def test_a_question_refused_for_what_it_is_ends_its_session_and_the_journal_says_so(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=131047)  # a template would have been taken
    fakes.say(ana, "hi")
    await becomes(server, ana, "failed")

    async def told() -> bool:
        session = await session_of(server, ana)
        return bool((session["phase"], session.get("cause")) == ("ended", "failed"))

    assert await eventually(told)
    view = await server.contact_view("whatsapp", ana.number)
    assert [(line["event"], line["text"]) for line in view["journal"]][-1] == ("send_refused", "131047")
    assert view["deadline"] is None
    fakes.say(ana, "hello?")
    assert (await fakes.expect(ana, 1))[0].text == "How was it, Ana?"  # it begins anew


@pytest.mark.parametrize("fault", TAKEN_WITHOUT_AN_ANSWER[1:6], ids=str)
async def test_twilio_settles_what_it_took_without_an_answer_by_its_status_callback(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path, fault: dict[str, object]
):
    root = write_workspace(tmp_path / "bot", fakes)
    server = await start_server(root, public_url="https://bot.example")
    fakes.point_to(f"http://127.0.0.1:{server.port}", "https://bot.example")
    marta = fakes.phone("Marta", "sms")
    fakes.fault("sms", **fault)
    fakes.say(marta, "hi")
    await becomes(server, marta, "delivered")
    await server.advance_clock(700)
    await fakes.delivered()

    assert len(fakes.received(marta)) == 1
    assert len(fakes.sends("sms")) == 1


async def test_nothing_is_marked_before_its_connection_slot_is_ours_and_each_channel_has_its_own(
    server: Server, fakes: FakeProviders
):
    server._http._connections = 1
    ana, luis, marta = fakes.phone("Ana"), fakes.phone("Luis"), fakes.phone("Marta", "sms")
    fakes.fault("whatsapp", hang_s=3, accept=True, to=ana.number)
    fakes.say(ana, "hi")
    await becomes(server, ana, "sending")
    fakes.say(luis, "hi")
    fakes.say(marta, "hi")
    await becomes(server, marta, "sent")  # a slow provider delays nobody else's messages
    await becomes(server, luis, "queued")  # it waits unmarked: nothing of it has left

    await becomes(server, luis, "delivered", timeout_s=15)
    await becomes(server, ana, "delivered", timeout_s=15)
