"""What a killed server, or two at once, may never do: lose a message, answer twice, forget where a contact was."""

import asyncio
import contextlib
import hashlib
import hmac
import os
import signal
from pathlib import Path

import aiohttp

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.store.embedded import EmbeddedStore
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace


async def test_after_kill_9_the_contact_goes_on_where_they_were(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    async with Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port) as server:
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        await fakes.delivered()
        await server.kill()
        fakes.say(ana, "5")  # while nobody listens: the provider goes on trying
        fakes.say(luis, "hi")
        await server.start()
        await fakes.expect(luis, 1)
        fakes_said = await fakes.expect(ana, 2)
        fakes.tap(ana, "Of course")
        fakes_said = await fakes.expect(ana, 3)
        assert await server.stop() == 0

    assert [message.text for message in fakes_said] == ["How was it, Ana?", "Will you come back?", "Thanks for your 5."]


async def test_what_was_acknowledged_before_kill_9_is_answered_after_it(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    phones = [fakes.phone(f"Contact {n}") for n in range(30)]
    async with Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port) as server:
        for phone in phones:
            fakes.say(phone, "hi")
        await fakes.expect(phones[0], 1)
        await server.kill()  # in the middle of the other twenty-nine
        await server.start()
        await fakes.delivered()  # what left before has been reported on; what did not is sent again now
        await server.advance_clock(36)
        await asyncio.gather(*(fakes.expect(phone, 1) for phone in phones))

    assert all(fakes.texts(phone) == [f"How was it, {phone.name}?"] for phone in phones)


async def test_a_wait_that_ended_while_the_server_was_down_fires_on_its_return(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana = fakes.phone("Ana")
    async with Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port) as server:
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        await fakes.delivered()
        await server.kill()
        await server.start()
        await server.advance_clock(4 * 3600 + 1)

        assert [message.text for message in await fakes.expect(ana, 2)] == ["How was it, Ana?", "We missed you."]


async def test_one_webhook_posted_fifty_times_at_once_to_two_workers_makes_one_turn(
    fakes: FakeProviders, tmp_path: Path
):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana = fakes.phone("Ana")
    bodies: list[bytes] = []
    fakes.webhook_listeners.append(lambda change, webhook, outcome: bodies.append(webhook.body))
    async with Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port, "--workers", "2") as server:
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        body = bodies[0].replace(b"wamid.", b"wamid.AGAIN")
        headers = signature(body, fakes)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50, force_close=True)) as http:

            async def post() -> int:
                async with http.post(f"{server.url}/webhooks/whatsapp", data=body, headers=headers) as answer:
                    return answer.status

            assert set(await asyncio.gather(*(post() for _ in range(50)))) == {200}
        await fakes.expect(ana, 2)
        await fakes.delivered()
        log = server.log()

    assert len(fakes.received(ana)) == 2
    assert log.count('"turn_taken"') == 2
    assert log.count('"repeat_dropped"') == 49


async def test_one_process_may_answer_http_and_another_run_the_turns(fakes: FakeProviders, tmp_path: Path):
    workspace, store = write_workspace(tmp_path / "bot", fakes), EmbeddedStore(tmp_path / "store", sync="no")
    store.start()
    url = {"BOT_STORE_URL": store.url}
    try:
        web = Process(workspace, tmp_path / "web", free_port(), "--role", "web", **url)
        worker = Process(workspace, tmp_path / "worker", free_port(), "--role", "worker", **url)
        fakes.point_to(web.url)
        ana = fakes.phone("Ana")
        async with web, worker:
            fakes.say(ana, "hi")
            await fakes.expect(ana, 1)
            fakes.say(ana, "5")
            await fakes.expect(ana, 2)
            await fakes.delivered()
            await web.advance_clock(4 * 3600 + 1)  # the worker's timers run on the store's clock
            said = await fakes.expect(ana, 3)
            async with aiohttp.ClientSession() as http, http.post(f"{worker.url}/webhooks/whatsapp") as answer:
                assert answer.status == 404
    finally:
        store.stop()

    assert [one.text for one in said] == ["How was it, Ana?", "Will you come back?", "We missed you."]
    assert web.log().count('"turn_taken"') == 0


async def test_sigterm_in_the_middle_of_traffic_loses_and_repeats_nothing(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    phones = [fakes.phone(f"Contact {n}") for n in range(50)]
    async with Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port) as server:
        for phone in phones:
            fakes.say(phone, "hi")
            fakes.say(phone, "5")
        await fakes.expect(phones[0], 1)
        assert await server.stop() == 0  # asked in the middle of the other forty-nine
        await server.start()
        for phone in phones:
            await fakes.expect(phone, 2)
        await fakes.delivered()
        for phone in phones:
            fakes.say(phone, "of course")
        for phone in phones:
            await fakes.expect(phone, 3)
        log = server.log()

    for phone in phones:
        assert fakes.texts(phone) == [f"How was it, {phone.name}?", "Will you come back?", "Thanks for your 5."]
    assert log.count('"turn_taken"') == 150


async def test_one_of_two_killed_workers_leaves_nobody_unanswered(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    phones = [fakes.phone(f"Contact {n}") for n in range(30)]
    async with Process(
        write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port, "--workers", "2", BOT_LEASE_S="1"
    ) as server:
        for phone in phones:
            fakes.say(phone, "hi")
        await fakes.expect(phones[0], 1)
        os.kill(server.workers()[0], signal.SIGKILL)
        await asyncio.gather(*(heard_from(fakes, phone, server) for phone in phones))

    assert all(set(fakes.texts(phone)) == {f"How was it, {phone.name}?"} for phone in phones)


async def heard_from(fakes: FakeProviders, phone: Phone, server: Process) -> None:
    """What the killed one may have sent waits for a report that never comes: time decides it."""
    while not fakes.received(phone):
        with contextlib.suppress(TimeoutError):
            await fakes.expect(phone, 1, timeout_s=2)
            return
        await server.advance_clock(36)


def signature(body: bytes, fakes: FakeProviders) -> dict[str, str]:
    digest = hmac.new(fakes.accounts[0].app_secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
