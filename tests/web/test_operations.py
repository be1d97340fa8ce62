"""What operators and monitors read over HTTP: alive, ready, counted; and what stands still, with what to do."""

import asyncio
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.effects import SendText
from bot_runtime.people.service import People
from bot_runtime.settings import Settings
from bot_runtime.store.channel_states import ChannelStates
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.keys import ContactId
from bot_runtime.store.outbox import Entry, Meta, Payload
from bot_runtime.workspace import load_workspace
from tests.runtime.processes import Process, free_port
from tests.runtime.test_conversations import eventually
from tests.servers import write_workspace
from tests.web.people import Browser, add_user


class Figures:
    """What `/metrics` said at one moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        families = list(text_string_to_metric_families(text))
        self.samples = [sample for family in families for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name with (at least) these labels."""
        return sum(one.value for one in self.samples if one.name == name and labels.items() <= one.labels.items())


async def figures(server: Server) -> Figures:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{server.port}/metrics") as answer,
    ):
        assert (answer.status, answer.content_type) == (200, "text/plain")
        return Figures(await answer.text())


async def test_each_counter_moves_when_its_thing_happens(server: Server, fakes: FakeProviders):
    before = await figures(server)
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.fault("whatsapp", code=131026, count=1)
    fakes.say(ana, "5")
    await fakes.delivered()
    account = fakes.accounts[0]
    secret, account.app_secret = account.app_secret, "another"
    fakes.say(ana, "signed by another")
    await fakes.courier.settled()
    account.app_secret = secret
    fakes.say(ana, "hi")
    await fakes.expect(ana, 2)
    await fakes.delivered()
    await server.advance_clock(5 * 3_600)
    await fakes.expect(ana, 3)  # the wait ran out
    stale = Entry(ContactId("0.ab"), "whatsapp", "7", "1", Meta("queued", "reply", 0), Payload("1", SendText("x")))
    server._sender.start(stale)  # type: ignore[union-attr]

    async def moved() -> Figures | None:
        now = await figures(server)
        return now if now("bot_leases_lost_total") > before("bot_leases_lost_total") else None

    after = await eventually(moved)

    def rose(name: str, **labels: str) -> float:
        return after(name, **labels) - before(name, **labels)

    assert rose("bot_turn_seconds_count") >= 4
    assert rose("bot_sends_total", channel="whatsapp", result="sent") >= 3
    assert rose("bot_sends_total", channel="whatsapp", result="failed") == 1
    assert rose("bot_send_seconds_count", channel="whatsapp") >= 3
    assert rose("bot_send_failures_total", channel="whatsapp", kind="N") == 1
    assert rose("bot_reports_total", channel="whatsapp", status="delivered") >= 2
    assert rose("bot_webhooks_total", channel="whatsapp", status="200") >= 3
    assert rose("bot_webhooks_total", channel="whatsapp", status="401") >= 1
    assert rose("bot_timer_late_seconds_count") == 1
    assert rose("bot_leases_lost_total", of="lane") == 1
    assert after("process_resident_memory_bytes") > 10_000_000


async def test_what_waits_is_counted_in_the_store(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    await ChannelStates(server.store, server.keys).hold_channel("sms", "person", "", "the number moves tonight")
    now = await figures(server)

    assert now("bot_queue_waiting", queue="timer") == 1
    assert (now("bot_queue_waiting", queue="inbox"), now("bot_queue_due", queue="lane")) == (0, 0)
    assert (now("bot_dead_letters"), now("bot_unknown_entries")) == (0, 0)
    assert now("bot_channel_held", channel="sms", by="person") == 1
    assert now("bot_channel_held", channel="whatsapp") == 0
    assert (now("bot_processes", state="alive"), now("bot_store_up")) == (1, 1)
    assert now("bot_store_memory_bytes") > 100_000


async def test_no_number_name_or_text_is_among_the_figures_and_few_labels(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Xiomara Quetzal")
    fakes.say(ana, "open sesame")
    await fakes.expect(ana, 1)
    now = await figures(server)

    for word in (ana.number.lstrip("+")[-8:], "Xiomara", "sesame"):
        assert word not in now.text
    assert {name for one in now.samples for name in one.labels} <= {
        "process", "channel", "status", "result", "kind", "of", "end", "why", "le", "queue", "state", "by",
    }  # fmt: skip


async def test_while_the_store_is_away_health_stays_readiness_says_why_and_figures_go_on(
    fakes: FakeProviders, tmp_path: Path
):
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    root = write_workspace(tmp_path / "bot", fakes)
    settings = Settings(store_url=store.url, data_dir=str(tmp_path), port=0, drain_s=2)
    server = await start(replace(settings), lambda: load_workspace(root, {}))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http:
            await asyncio.to_thread(store.stop)
            async with http.get("/readyz") as answer:
                said = await answer.json()
            assert (answer.status, said["ready"]) == (503, False)
            assert said["problems"][0].startswith("store: ")
            async with http.get("/healthz") as answer:
                assert answer.status == 200
            now = await figures(server)
            assert (now("bot_store_up"), now("bot_store_unavailable_total") > 0) == (0, True)
            store.start()

            async def ready() -> bool:
                async with http.get("/readyz") as answer:
                    return answer.status == 200

            assert await eventually(ready)
            assert (await figures(server))("bot_store_up") == 1
    finally:
        await server.stop()
        store.stop()


async def test_a_poller_that_stands_still_is_not_ready(server: Server):
    assert server._poller
    task = next(iter(task for task in server._background if "Poller" in repr(task)))
    task.cancel()
    server._poller.looked_at -= 60
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{server.port}/readyz") as answer,
    ):
        assert (answer.status, (await answer.json())["problems"][0][:7]) == (503, "poller:")


async def test_whichever_process_is_asked_tells_of_all(fakes: FakeProviders, tmp_path: Path):
    root = write_workspace(tmp_path / "bot", fakes)
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(root, tmp_path / "data", port, "--workers", "2") as processes:
        ana = fakes.phone("Ana")
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)

        async def both() -> Figures | None:
            async with aiohttp.ClientSession() as http, http.get(f"{processes.url}/metrics") as answer:
                now = Figures(await answer.text())
            names = {one.labels["process"] for one in now.samples if "process" in one.labels}
            whole = len(names) == 2 == now("bot_processes", state="alive") and now("bot_turn_seconds_count") >= 1
            return now if whole else None

        now = await eventually(both, 20)
        assert {one.labels["process"].partition("#")[2] for one in now.samples if "process" in one.labels} == {"0", "1"}


@pytest.mark.parametrize(("who", "status"), [("operations:read", 200), ("*", 200), ("tickets:read", 403)])
async def test_a_monitor_with_the_right_key_reads_the_status(server: Server, who: str, status: int):
    _, key = await People(server.store, server.keys).add_key("monitor", [who], by=None)
    async with Browser(server) as monitor:
        answer = await monitor.call("GET", "/operations/status", headers={"Authorization": f"Bearer {key}"})
        assert answer.status == status
        if status == 200:
            assert [one["code"] for one in answer.body["troubles"]] in ([], ["store_may_lose"])
            (process,) = answer.body["overview"]["processes"]
            assert (process["alive"], process["role"]) == (True, "all")


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 403), ("administrator", 200)])
async def test_of_people_administrators_alone_read_it(server: Server, role: str, status: int):
    await add_user(server, "eva", role, ())  # type: ignore[arg-type]
    async with Browser(server) as eva:
        await eva.log_in("eva")
        assert (await eva.call("GET", "/operations/status")).status == status
