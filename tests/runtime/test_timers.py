"""When timers fire: after a downtime, when the store's clock jumps, and against an answer that was in time."""

import structlog

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.store import contacts as contacts_module
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId, Keys, shard_of
from tests.runtime.test_conversations import eventually, session_of
from tests.runtime.test_edges import message, post
from tests.runtime.test_spool import until
from tests.servers import StartServer

WAIT_S = 4 * 3600
WATCH = Keys("test", 64, b"").watch()


async def nobody_looks_for(store: Store, seconds: float) -> None:
    """As if no process had looked after timers for so long (by the store's own clock, that no test moves)."""
    await store.command("HINCRBY", WATCH, "seen", -int(seconds * 1000), key=WATCH)


async def held(server: Server) -> bool:
    watch = await server.contacts.watch(0, 0)
    return watch.hold_ms > 0


async def asks(server: Server, fakes: FakeProviders, name: str):
    phone = fakes.phone(name)
    fakes.say(phone, "hi")
    await fakes.expect(phone, 1)
    await fakes.delivered()
    return phone


async def test_after_a_downtime_timers_wait_half_a_minute_and_then_fire(server: Server, fakes: FakeProviders):
    ana = await asks(server, fakes, "Ana")
    await eventually(lambda: looked(server))
    await server.advance_clock(WAIT_S - 10)
    with structlog.testing.capture_logs() as logs:
        await nobody_looks_for(server.store, 6)
        await eventually(lambda: held(server))
        await server.advance_clock(11)  # due now, but held
        await until(lambda: any(one["event"] == "timers_held" for one in logs))
    await two_rounds(server)
    assert fakes.texts(ana) == ["How was it, Ana?"]
    await server.advance_clock(30)

    assert [one.text for one in await fakes.expect(ana, 2)] == ["How was it, Ana?", "We missed you."]


async def looked(server: Server) -> bool:
    return bool(await server.store.command("EXISTS", server.keys.watch(), key=server.keys.watch()))


async def two_rounds(server: Server) -> None:
    assert server._poller
    for _ in range(2):
        last = server._poller.looked_at
        await until(lambda last=last: server._poller.looked_at > last)


async def test_a_message_the_provider_brings_again_meanwhile_wins(server: Server, fakes: FakeProviders):
    ana = await asks(server, fakes, "Ana")
    await eventually(lambda: looked(server))
    await nobody_looks_for(server.store, 6)
    await eventually(lambda: held(server))
    await server.advance_clock(WAIT_S - 5)
    fakes.say(ana, "5")
    await server.advance_clock(60)

    assert [one.text for one in await fakes.expect(ana, 2)] == ["How was it, Ana?", "Will you come back?"]
    assert (await session_of(server, ana))["answers"] == {"rating": 5}


async def test_an_answer_written_in_time_wins_over_the_time_out_before_it_in_the_inbox(
    server: Server, fakes: FakeProviders
):
    ana = await asks(server, fakes, "Ana")
    contact = ContactId((await server.contact_view(ana.channel, ana.number))["contact"])
    written_at = int(server.store.clock.now_s()) - 60  # by the provider's clock
    work = server.keys.work(shard_of(contact))
    later = server.store.clock.now_ms() + 10**9
    await server.store.command("ZADD", work, later + 0.5, contact, key=work)  # somebody is busy with the contact
    await server.advance_clock(WAIT_S + 1)
    inbox = server.keys.inbox(contact)
    await eventually(lambda: length(server, inbox, 1))  # the time-out is first
    answer = message("5", 7, **{"from": ana.number.removeprefix("+")}) | {"timestamp": str(written_at)}
    assert await post(server, fakes, answer, contacts=[{"wa_id": ana.number.removeprefix("+")}]) == 200
    assert await length(server, inbox, 2)
    await server.store.command("ZADD", work, server.store.clock.now_ms() - 1, contact, key=work)

    assert [one.text for one in await fakes.expect(ana, 2)] == ["How was it, Ana?", "Will you come back?"]


async def length(server: Server, inbox: str, wanted: int) -> bool:
    return await server.store.command("LLEN", inbox, key=inbox) == wanted


async def test_overdue_timers_fire_oldest_first_and_two_hundred_a_second(contacts: Contacts, keys: Keys, store) -> None:
    await contacts.watch(0, 0)
    await nobody_looks_for(store, 6)
    watch = await contacts.watch(100, 0)
    assert (watch.granted, 29_000 < watch.hold_ms <= 30_000) == (0, True)
    await store.advance_clock(31)
    granted = (await contacts.watch(1_000, 0)).granted
    assert granted == 40  # what a fifth of a second gathers
    assert (await contacts.watch(1_000, 0)).granted <= 5
    await store.advance_clock(0.1)
    assert 15 <= (await contacts.watch(1_000, 0)).granted <= 40


async def test_only_overdue_ones_are_slowed_down(start_server: StartServer, fakes: FakeProviders, monkeypatch) -> None:
    monkeypatch.setattr(contacts_module, "EACH_OVERDUE_MS", 1_000)  # one a second
    server = await start_server()
    fired: list[str] = []
    assert server._poller
    monkeypatch.setattr(server._poller, "_fire", lambda member, at_ms: note(fired, member))
    await eventually(lambda: looked(server))
    await nobody_looks_for(server.store, 6)
    await eventually(lambda: held(server))
    now = server.store.clock.now_ms()
    overdue = {f"{n % 8}.{n}|whatsapp|1": now - 10_000 - n for n in range(60)}
    for member, at in overdue.items():
        key = server.keys.timers(member.partition(".")[0])
        await server.store.command("ZADD", key, at, member, key=key)
    fresh = server.keys.timers(9)
    await server.store.command("ZADD", fresh, now + 40_000, "9.fresh|whatsapp|1", key=fresh)
    await server.advance_clock(45)
    await until(lambda: "9.fresh|whatsapp|1" in fired)

    late = list(dict.fromkeys(one for one in fired if one in overdue))
    assert late == sorted(overdue, key=overdue.__getitem__)[: len(late)]
    assert 0 < len(late) < 50


async def note(fired: list[str], member: str) -> None:
    fired.append(member)


async def test_a_clock_that_jumps_ahead_fires_nothing_early_and_nothing_twice(server: Server, fakes: FakeProviders):
    # The store's clock cannot be moved here. Instead all of this happens in a time ten hours behind it, until that
    # turns out to be a jump of the clock
    clock, jump_s = server.store.clock, 10 * 3600
    await eventually(lambda: looked(server))
    clock.steady_ms = -jump_s * 1000
    ana = await asks(server, fakes, "Ana")
    with structlog.testing.capture_logs() as logs:
        clock._ahead_s -= jump_s
        clock.steady_ms = 0
        await until(lambda: any(one["event"] == "store_clock_jumped" for one in logs))
    await two_rounds(server)
    assert fakes.texts(ana) == ["How was it, Ana?"]
    await server.advance_clock(WAIT_S + 1)
    await fakes.expect(ana, 2)
    await server.advance_clock(WAIT_S)
    await two_rounds(server)

    assert fakes.texts(ana) == ["How was it, Ana?", "We missed you."]


async def test_who_starts_after_a_jump_goes_by_the_time_of_those_who_run(contacts: Contacts, store):
    await contacts.watch(0, -3_600_000)
    assert (await contacts.watch(0, None)).steady_ms == -3_600_000
    await nobody_looks_for(store, 60)  # all have ended long ago
    assert (await contacts.watch(0, None)).steady_ms == 0


async def test_nothing_that_lives_expires_within_two_days(server: Server, fakes: FakeProviders):
    ana, luis = await asks(server, fakes, "Ana"), await asks(server, fakes, "Luis")
    fakes.say(ana, "5")
    await fakes.expect(ana, 2)
    fakes.say(luis, "stop")
    await fakes.expect(luis, 2)
    sms = fakes.phone("Eva", channel="sms")
    fakes.say(sms, "hi")
    await fakes.expect(sms, 1)
    await fakes.delivered()
    keys = [key.decode() for key in await server.store.command("KEYS", "*")]
    kinds = {key.rpartition("}:")[2].partition(":")[0] for key in keys}
    assert {"c", "o", "j", "d", "timers"} <= kinds
    for key in keys:
        expires_s = await server.store.command("TTL", key, key=key)
        assert expires_s == -1 or expires_s >= 48 * 3600, (key, expires_s)
