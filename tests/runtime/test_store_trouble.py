"""A real Valkey in each state that means "not now", or gone: 503 outside, waiting inside, and on by itself."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.runtime import watermarks
from bot_runtime.settings import Settings
from bot_runtime.store.contacts import Contacts, InboxFull
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.keys import Keys
from bot_runtime.store.link import open_link, pack
from bot_runtime.store.nodes import UnixDomainSocketConnection
from bot_runtime.workspace import load_workspace
from tests.runtime.test_conversations import eventually
from tests.runtime.test_edges import message
from tests.runtime.test_processes import signature
from tests.runtime.test_spool import SendsOnce, kill, until
from tests.servers import write_workspace

BUSY = "local began = os.clock() while os.clock() - began < 4 do end return 1"


@dataclass
class Mistreated:
    store: EmbeddedStore
    server: Server
    fakes: FakeProviders

    async def tell(self, *command: str | int) -> object:
        """Say something to the store behind the server's back."""
        connection = UnixDomainSocketConnection(path=str(self.store.socket_path), protocol=2)
        link = await open_link(connection, 30, lambda link: None)
        try:
            return await link.call(pack(*command))
        finally:
            link.close()


@pytest.fixture
async def mistreated(fakes: FakeProviders, tmp_path: Path) -> AsyncIterator[Mistreated]:
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    root = write_workspace(tmp_path / "bot", fakes)
    settings = Settings(store_url=store.url, data_dir=str(tmp_path), port=0, drain_s=2)
    server = await start(settings, lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield Mistreated(store, server, fakes)
    await server.stop()
    store.stop()


async def ask(server: Server, fakes: FakeProviders, number: int) -> tuple[int, str, float]:
    """Status, `Retry-After` and seconds of one signed webhook."""
    account = fakes.accounts[0]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": account.phone_number_id},
        "contacts": [],
        "messages": [message("hi", number, **{"from": "5215512345678"})],
    }
    entry = {"id": account.waba_id, "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    started = time.monotonic()
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"http://127.0.0.1:{server.port}/webhooks/whatsapp", data=body, headers=signature(body, fakes)
        ) as answer,
    ):
        return answer.status, answer.headers.get("Retry-After", ""), time.monotonic() - started


@pytest.mark.parametrize(
    ("state", "make", "undo"),
    [
        ("OOM", ("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        (
            "NOREPLICAS",
            ("CONFIG", "SET", "min-replicas-to-write", "1"),
            ("CONFIG", "SET", "min-replicas-to-write", "0"),
        ),
        ("READONLY", ("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
        ("MISCONF", "a snapshot that fails", ("CONFIG", "SET", "stop-writes-on-bgsave-error", "no", "save", "")),
        ("BUSY", "a script that does not end", ()),
        ("LOADING or gone", "killed", "started"),
    ],
)
async def test_not_now_is_said_in_two_seconds_and_ends_by_itself(mistreated: Mistreated, state, make, undo):
    store, server, fakes = mistreated.store, mistreated.server, mistreated.fakes
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    busy: asyncio.Future[object] | None = None
    if state == "MISCONF":
        await make_misconf(mistreated)
    elif state == "BUSY":
        await mistreated.tell("CONFIG", "SET", "busy-reply-threshold", "100")
        busy = asyncio.ensure_future(mistreated.tell("EVAL", BUSY, 0))
        await asyncio.sleep(0.2)  # not for a state to come about: so long a script may run before it is busy
    elif state == "LOADING or gone":
        kill(store)
    else:
        await mistreated.tell(*make)
    refused = await ask(server, fakes, 1)
    fakes.say(ana, "5")  # the provider goes on trying
    if undo == "started":
        await asyncio.to_thread(store.start)
    elif busy:
        await busy
    else:
        await mistreated.tell(*undo)
    back_at = time.monotonic()
    said = await fakes.expect(ana, 2, timeout_s=20)
    back_s = time.monotonic() - back_at

    assert refused[:2] == (503, "5")
    assert refused[2] < 2.5
    assert [one.text for one in said] == ["How was it, Ana?", "Will you come back?"]
    assert back_s < 5 + 5  # sends may be held for 5 s of it: another process of the store answers


async def make_misconf(mistreated: Mistreated) -> None:
    """A snapshot cannot be written where its file is a folder."""
    await mistreated.tell("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes")
    await mistreated.tell("CONFIG", "SET", "save", "3600 1")
    (mistreated.store.folder / "valkey" / "dump.rdb").mkdir()
    await mistreated.tell("BGSAVE")

    async def failed() -> bool:
        info = await mistreated.tell("INFO", "persistence")
        assert isinstance(info, bytes)
        return b"rdb_last_bgsave_status:err" in info

    await eventually(failed)


async def test_a_store_that_is_short_of_memory_takes_nothing_new_but_goes_on_with_what_it_has(mistreated: Mistreated):
    server, fakes = mistreated.server, mistreated.fakes
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    info = await mistreated.tell("INFO", "memory")
    assert isinstance(info, bytes)
    used = int(info.split(b"used_memory:")[1].split(b"\r")[0])
    await mistreated.tell("CONFIG", "SET", "maxmemory", int(used * 1.05))
    await until(lambda: server.watermarks.full)
    status, retry, _ = await ask(server, fakes, 1)
    async with SendsOnce(f"http://127.0.0.1:{server.port}", fakes) as twilio:
        assert (await twilio.say("+15550100010", "hi"))[0] == 200  # on disk: nobody would send it again
    assert server.spool.holds
    await mistreated.tell("CONFIG", "SET", "maxmemory", "0")
    await until(lambda: not server.watermarks.full)

    assert (status, retry) == (503, "5")
    fakes.say(ana, "5")
    assert (await fakes.expect(ana, 2, timeout_s=20))[1].text == "Will you come back?"
    await until(lambda: not server.spool.holds)


@pytest.mark.parametrize(("limit", "reason"), [("LEAST_DISK_BYTES", "MiB left"), ("MOST_WAITING", "wait for a turn")])
async def test_other_shortages_are_said_likewise(mistreated: Mistreated, monkeypatch, limit: str, reason: str):
    server, fakes = mistreated.server, mistreated.fakes
    monkeypatch.setattr(watermarks, limit, 1 << 62 if limit.startswith("LEAST") else -1)
    await server.watermarks.look()
    assert reason in server.watermarks.full

    async def refused() -> bool:  # a look that began before may say otherwise for a moment
        return (await ask(server, fakes, 1))[0] == 503

    assert await eventually(refused)
    monkeypatch.undo()

    async def room() -> bool:
        await server.watermarks.look()
        return server.watermarks.full == ""

    assert await eventually(room)


async def test_one_contact_who_floods_has_to_wait_outside_and_nobody_else(
    contacts: Contacts, keys: Keys, store
) -> None:
    def text(number: int) -> TextReceived:
        return TextReceived(at=datetime.now(UTC), channel="wa", message_id=f"m{number}", text="x")

    contact, _, _ = await contacts.append([("tel:+1", "1")], "wa", text(1), 1)
    await asyncio.gather(*(store.command("RPUSH", keys.inbox(contact), f"{n}|{{}}") for n in range(10_000)))
    with pytest.raises(InboxFull, match=contact):
        await contacts.append([("tel:+1", "1")], "wa", text(2), 2)
    assert (await contacts.append([("tel:+2", "2")], "wa", text(3), 3))[2]
    await store.command("LPOP", keys.inbox(contact), 100)
    assert (await contacts.append([("tel:+1", "1")], "wa", text(2), 2))[2]  # the same one, sent again: it was not kept
