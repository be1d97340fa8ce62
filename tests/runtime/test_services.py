"""F059 end to end: a dialog asks a web service and goes on with what it says, whatever happens to either of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.workspace import load_workspace
from tests.runtime.outside_service import OutsideService, outside_service
from tests.runtime.processes import Process, free_port
from tests.runtime.test_conversations import eventually, session_of
from tests.servers import write_workspace

ORDERS = """
dialog: orders
language: en
starts: {{ default: true }}
retry: {{ goto: sorry }}
states:
  folio:
    ask: Which order?
    answer: text
    save: folio
    goto: look
  look:
    request:
      url: "http://{host}/orders/{{{{ folio }}}}"
      method: POST
      headers: {{ Authorization: "Bearer ${{ORDERS_TOKEN}}" }}
      body: {{ folio: "{{{{ folio }}}}", note: "for {{{{ contact_name }}}}, ${{ORDERS_TOKEN}}" }}
      save: {{ status: order.status, total: order.total? }}
      failure: sorry
    goto: told
  told:
    say: "It is {{{{ status }}}}, {{{{ total }}}}."
    goto: folio
  sorry:
    say: "No luck: {{{{ service_error }}}} {{{{ service_status }}}}."
    goto: folio
anywhere:
  - {{ words: [person], goto: person }}
"""
PERSON = """  person:
    say: Somebody will write to you.
    close: answered
"""
SECRET = "s3cr3t-4711"


def write_orders(folder: Path, fakes: FakeProviders, service: OutsideService, *, allow: bool = True) -> Path:
    dialog = ORDERS.format(host=service.host).replace("anywhere:", PERSON + "anywhere:")
    root = write_workspace(folder, fakes, dialogs={"orders": dialog})
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["services"] = {"secrets": ["ORDERS_TOKEN"], "allow": [service.host] if allow else []}
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    (root / ".env").write_text(f"ORDERS_TOKEN={SECRET}\n")
    return root


@pytest.fixture
async def service() -> AsyncIterator[OutsideService]:
    async with outside_service() as service:
        yield service


@pytest.fixture
async def orders(
    store: object, store_settings: Settings, fakes: FakeProviders, service: OutsideService, tmp_path: Path
) -> AsyncIterator[Server]:
    root = write_orders(tmp_path / "bot", fakes, service)
    server = await start(_at_any_port(store_settings), lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield server
    await server.stop()


def _at_any_port(settings: Settings) -> Settings:
    return replace(settings, port=0, drain_s=2, test_clock=True)


async def test_a_dialog_asks_a_service_and_goes_on_with_its_answer(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer({"order": {"status": "on its way", "total": 12.5, "more": {"deep": [1]}}})
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "A/1 $&{{ folio }}${ORDERS_TOKEN}")
    said = await fakes.expect(ana, 3)

    assert [one.text for one in said][1:] == ["It is on its way, 12.5.", "Which order?"]
    heard = service.heard[0]
    assert (heard.method, len(service.heard)) == ("POST", 1)
    assert heard.path == "/orders/A%2F1%20%24%26%7B%7B%20folio%20%7D%7D%24%7BORDERS_TOKEN%7D"
    assert heard.headers["Authorization"] == f"Bearer {SECRET}"
    assert heard.body == {"folio": "A/1 $&{{ folio }}${ORDERS_TOKEN}", "note": f"for Ana, {SECRET}"}
    assert len(heard.headers["Idempotency-Key"]) == 32
    session = await session_of(orders, ana)
    assert (session["answers"]["status"], session["answers"]["service_status"]) == ("on its way", 200)


async def test_a_service_is_tried_three_times_under_one_key(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer(web.Response(status=503), web.Response(status=429), {"order": {"status": "here"}})
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard(1)
    await eventually(lambda: _waits_for_a_try(orders, ana))
    await orders.advance_clock(1)
    await service.until_heard(2)
    await eventually(lambda: _waits_for_a_try(orders, ana))
    await orders.advance_clock(4)

    assert (await fakes.expect(ana, 3))[1].text == "It is here, ."
    assert len({heard.headers["Idempotency-Key"] for heard in service.heard}) == 1


async def _waits_for_a_try(server: Server, phone: object) -> bool:
    """Whether a call was put off, rather than being made."""
    now = server.store.clock.now_ms()
    for shard in range(server.keys.shards):
        key = server.keys.calls(shard)
        scores = await server.store.command("ZRANGE", key, 0, -1, "WITHSCORES", key=key)
        if scores and now < float(scores[1]) <= now + 4_500:
            return True
    return False


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (web.Response(status=404), "refused 404"),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1/"}), "redirected 302"),
        (web.Response(body=b"<html>", headers={"Content-Type": "text/html"}), "not_json 200"),
        (web.Response(status=200), "empty 200"),
        (web.Response(body=b"{", headers={"Content-Type": "application/json"}), "not_json 200"),
        (web.Response(body=b"[" * 5000, headers={"Content-Type": "application/json"}), "too_deep 200"),
        (web.Response(body=b" " * 300_000, headers={"Content-Type": "application/json"}), "too_big 200"),
        ({"order": {"total": 3}}, "missing_part 200"),
        ({"order": {"status": {"code": 3}}}, "bad_part 200"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_an_answer_that_cannot_be_used_takes_the_failure_branch_with_its_reason(
    orders: Server, fakes: FakeProviders, service: OutsideService, answer, told
):
    service.answer(answer)
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    assert (await fakes.expect(ana, 3))[1].text == f"No luck: {told}."
    assert len(service.heard) == 1


async def test_a_contact_who_writes_meanwhile_is_neither_lost_nor_taken_for_an_answer(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer({"order": {"status": "here"}})
    service.hold = asyncio.Event()
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    await orders.advance_clock(4)  # long enough to wonder
    fakes.say(ana, "hello?")
    assert (await fakes.expect(ana, 2))[1].text == "One moment, please: we are looking it up."
    service.hold.set()

    assert [one.text for one in await fakes.expect(ana, 4)][2:] == ["It is here, .", "Which order?"]
    view = await orders.contact_view(ana.channel, ana.number)
    assert view["session"]["answers"]["folio"] == "7"
    assert "hello?" in [line["text"] for line in view["journal"]]


async def test_a_word_that_works_anywhere_works_while_a_service_is_asked(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer({"order": {"status": "here"}})
    service.hold = asyncio.Event()
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    fakes.say(ana, "person")
    assert (await fakes.expect(ana, 2))[1].text == "Somebody will write to you."
    service.hold.set()
    fakes.say(ana, "hi again")  # whatever came of the call, it moves nothing

    assert [one.text for one in await fakes.expect(ana, 3)][2:] == ["Which order?"]
    assert await _calls(orders) == 0


async def test_a_call_of_a_version_nobody_knows_fails_and_the_dialog_goes_on(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer(web.Response(status=500))
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    await eventually(lambda: _waits_for_a_try(orders, ana))
    await _rewrite_calls(orders, lambda raw: raw.replace(b'"do":"call_service"', b'"do":"ask_an_oracle"'))
    await orders.advance_clock(20)

    assert (await fakes.expect(ana, 3))[1].text == "No luck: bad_request 0."


async def test_opting_out_drops_the_call(orders: Server, fakes: FakeProviders, service: OutsideService):
    service.answer({"order": {"status": "here"}})
    service.hold = asyncio.Event()
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    fakes.say(ana, "STOP")
    await fakes.expect(ana, 2)
    service.hold.set()
    assert await _calls(orders) == 0
    assert (await session_of(orders, ana))["cause"] == "opted_out"


async def _calls(server: Server) -> int:
    keys = [server.keys.calls(shard) for shard in range(server.keys.shards)]
    return sum([await server.store.command("ZCARD", key, key=key) for key in keys])


async def _rewrite_calls(server: Server, change: Callable[[bytes], bytes]) -> None:
    """Change every waiting call as it is stored with its contact."""
    for shard in range(server.keys.shards):
        key = server.keys.calls(shard)
        for member in await server.store.command("ZRANGE", key, 0, -1, key=key):
            contact, channel, _ = member.decode().split("|")
            own = server.keys.contact(contact)
            raw = await server.store.command("HGET", own, f"call:{channel}", key=own)
            await server.store.command("HSET", own, f"call:{channel}", change(raw), key=own)


async def test_no_secret_reaches_the_store(orders: Server, fakes: FakeProviders, service: OutsideService):
    service.answer({"order": {"status": "here"}})
    service.hold = asyncio.Event()
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    kept = []
    for key in await orders.store.command("KEYS", "*"):
        if await orders.store.command("TYPE", key) == b"hash":
            kept += await orders.store.command("HGETALL", key)
    service.hold.set()
    await fakes.expect(ana, 3)

    text = b" ".join(kept).decode(errors="replace")
    assert "${ORDERS_TOKEN}" in text  # the call is there, its secret is not
    assert SECRET not in text


async def test_a_call_survives_the_worker_that_made_it(fakes: FakeProviders, service: OutsideService, tmp_path: Path):
    """Killed between the call and its answer: another worker makes it again, under the same key (guarantee 9)."""
    service.answer({"order": {"status": "here"}})
    service.hold = asyncio.Event()
    workspace = write_orders(tmp_path / "bot", fakes, service)
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    try:
        environ = {"BOT_STORE_URL": store.url, "BOT_LEASE_S": "2"}
        first = Process(workspace, tmp_path / "first", free_port(), **environ)
        second = Process(workspace, tmp_path / "second", free_port(), **environ)
        fakes.point_to(first.url)
        ana = fakes.phone("Ana")
        async with first:
            fakes.say(ana, "hi")
            await fakes.expect(ana, 1)
            fakes.say(ana, "7")
            await service.until_heard()
            await first.kill()
            service.hold.set()
            async with second:
                fakes.point_to(second.url)
                await second.advance_clock(20)  # the lease
                assert (await fakes.expect(ana, 3, timeout_s=30))[1].text == "It is here, ."
        logged = first.log() + second.log()
    finally:
        store.stop()

    assert len(service.heard) == 2
    assert len({heard.headers["Idempotency-Key"] for heard in service.heard}) == 1
    assert SECRET not in logged
    assert "service_called" in logged


async def test_a_service_that_kills_its_workers_is_given_up(
    orders: Server, fakes: FakeProviders, service: OutsideService
):
    """Three tries that nobody came back from are enough: the failure branch says so."""
    service.answer(web.Response(status=500))
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "7")
    await service.until_heard()
    await eventually(lambda: _waits_for_a_try(orders, ana))
    await _rewrite_calls(orders, lambda raw: b"3|" + raw.partition(b"|")[2])
    await orders.advance_clock(20)

    assert (await fakes.expect(ana, 3))[1].text == "No luck: never_answered 0."
