"""What providers send once only, while the store is away: on disk before the 200, answered in order afterwards."""

import asyncio
import base64
import hashlib
import hmac
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog

from bot_runtime.channels.base import Channel, Parsed
from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime import spool as module
from bot_runtime.runtime.spool import Spool, SpoolFull, Webhook, framed, records_in
from bot_runtime.store.embedded import EmbeddedStore
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace

ROOM = 1024 * 1024
TWILIO = TwilioMessaging("sms", kind="sms", account_sid="AC1", auth_tokens=["t"], number="+15550100002")


def form(words: str, sender: str, number: str = "+15550100002") -> dict[str, str]:
    sid = "SM" + hashlib.md5(f"{sender} {words}".encode()).hexdigest()
    return {"AccountSid": "AC1", "Body": words, "From": sender, "To": number, "MessageSid": sid, "NumMedia": "0"}


def webhook(words: str, sender: str = "+15550100001") -> Webhook:
    body = urlencode(form(words, sender)).encode()
    return Webhook("sms", datetime.now(UTC), "application/x-www-form-urlencoded", {}, body)


class Taker:
    """Stands for the store: `away` while it refuses, and what it was given."""

    def __init__(self) -> None:
        self.away, self.words, self.batches = False, list[str](), 0

    async def take_in(self, channel: Channel, items: list[Parsed]) -> None:
        if self.away:
            raise StoreUnavailable("away")
        self.batches += 1
        self.words += [item.event.text for item in items]  # type: ignore[union-attr]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, ROOM)


async def replayed(spool: Spool) -> list[str]:
    taker = Taker()
    await spool.replay({"sms": TWILIO}, taker)
    return taker.words


async def test_what_was_kept_comes_back_in_order_and_once(spool: Spool):
    assert not spool.holds
    for number in range(1200):  # more than a round
        await spool.keep(webhook(str(number)))
    assert spool.holds
    assert await replayed(spool) == [str(number) for number in range(1200)]
    assert not spool.holds
    assert await replayed(spool) == []


async def test_webhooks_that_come_together_share_a_sync(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    syncs, real = [], os.fsync

    def fsync(file: int) -> None:
        syncs.append(file)
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    await asyncio.gather(*(spool.keep(webhook(str(number))) for number in range(200)))
    assert 2 <= len(syncs) <= 6  # the folder's among them
    assert len(await replayed(spool)) == 200


async def test_only_its_owner_can_read_what_people_wrote(spool: Spool, tmp_path: Path):
    await spool.keep(webhook("private"))
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "spool" / "waiting").stat().st_mode & 0o777 == 0o600


async def test_it_takes_no_more_than_it_may(tmp_path: Path):
    small = Spool(tmp_path, 2_000)
    kept = 2_000 // len(framed(module._encoder.encode(webhook("0"))))
    assert kept > 3
    for number in range(kept):
        await small.keep(webhook(str(number)))
    with pytest.raises(SpoolFull, match="at most 2000"):
        await small.keep(webhook("no"))
    assert await replayed(small) == [str(number) for number in range(kept)]
    await small.keep(webhook("room again"))


async def test_a_nearly_full_disk_is_left_alone(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "KEEP_FREE_BYTES", 1 << 62)
    with pytest.raises(SpoolFull, match="nearly full"):
        await spool.keep(webhook("no"))
    assert not spool.holds


async def test_a_write_that_fails_halfway_leaves_no_half_and_is_said(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    await spool.keep(webhook("before"))
    size, real = spool.size_bytes, os.write

    def write(file: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(28, "No space left on device")
        return real(file, data[:-50])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(SpoolFull, match="No space left"):
        await spool.keep(webhook("lost"))
    monkeypatch.undo()
    assert spool.size_bytes == size
    await spool.keep(webhook("after"))
    assert await replayed(spool) == ["before", "after"]


@pytest.mark.parametrize("cut", [1, 5, 40])
async def test_a_torn_end_is_skipped_and_what_came_after_it_is_not(spool: Spool, tmp_path: Path, cut: int):
    await spool.keep(webhook("whole"))
    file = tmp_path / "spool" / "waiting"
    file.write_bytes(file.read_bytes() + framed(b"x" * 60)[:-cut])  # power loss: never acknowledged
    await spool.keep(webhook("after"))
    with structlog.testing.capture_logs() as logs:
        assert await replayed(spool) == ["whole", "after"]
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["spool_record_torn"]
    assert not spool.holds

    file.write_bytes(framed(b"x" * 60)[:-cut])
    assert await replayed(spool) == []
    assert not spool.holds


async def test_a_store_that_stays_away_leaves_everything_where_it_is(spool: Spool):
    for number in range(3):
        await spool.keep(webhook(str(number)))
    taker = Taker()
    taker.away = True
    with pytest.raises(StoreUnavailable):
        await spool.replay({"sms": TWILIO}, taker)
    await spool.keep(webhook("3"))
    assert await replayed(spool) == ["0", "1", "2", "3"]


async def test_what_comes_during_the_replay_comes_after_it(spool: Spool):
    for number in range(600):
        await spool.keep(webhook(str(number)))

    class Slow(Taker):
        async def take_in(self, channel: Channel, items: list[Parsed]) -> None:
            await super().take_in(channel, items)
            if self.batches < 4:
                assert spool.holds  # so webhooks come here, not past us
                await spool.keep(webhook(f"late {self.batches}"))

    taker = Slow()
    await spool.replay({"sms": TWILIO}, taker)
    assert taker.words == [*(str(number) for number in range(600)), "late 1", "late 2", "late 3"]
    assert not spool.holds


async def test_two_processes_share_the_file_and_one_replays(spool: Spool, tmp_path: Path):
    other = Spool(tmp_path, ROOM)
    await spool.keep(webhook("first"))
    assert other.holds
    await other.keep(webhook("second"))

    class Nested(Taker):
        async def take_in(self, channel: Channel, items: list[Parsed]) -> None:
            assert await replayed(other) == []
            await super().take_in(channel, items)

    taker = Nested()
    await spool.replay({"sms": TWILIO}, taker)
    assert taker.words == ["first", "second"]


async def test_a_record_of_a_channel_that_is_gone_is_put_aside(spool: Spool, tmp_path: Path):
    await spool.keep(webhook("kept"))
    await spool.replay({}, Taker())
    assert not spool.holds
    refused = (tmp_path / "spool" / "refused").read_bytes()
    assert [b"kept" in record for _, record in records_in(refused) if record] == [True]


class SendsOnce(AbstractAsyncContextManager["SendsOnce"]):
    """A sender like Twilio: one try, a signature, and never again."""

    def __init__(self, url: str, fakes: FakeProviders) -> None:
        self._url, self._account = f"{url}/webhooks/sms", fakes.accounts[1]
        self._http = aiohttp.ClientSession()

    async def say(self, sender: str, words: str) -> tuple[int, str]:
        fields = form(words, sender, self._account.number)
        signed = self._url + "".join(name + fields[name] for name in sorted(fields))
        digest = hmac.new(self._account.auth_token.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
        async with self._http.post(self._url, data=fields, headers=headers) as answer:
            return answer.status, await answer.text()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._http.close()


def echo() -> dict[str, str]:
    lines = [
        "dialog: echo",
        "language: en",
        "retry: { attempts: 10, goto: out }",
        "starts: { default: true }",
        "states:",
    ]
    lines += ["  word: { ask: Go on, answer: text, save: word, goto: echo }"]
    lines += ['  echo: { say: "You said {{ word }}.", goto: word }', "  out: { say: Bye. }"]
    return {"echo": "\n".join(lines)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    yield store
    store.stop()


def kill(store: EmbeddedStore) -> None:
    """As the kernel would, out of memory."""
    assert store.pid
    os.kill(store.pid, signal.SIGKILL)
    store.stop()


def echoes(fakes: FakeProviders, sender: str) -> list[str]:
    said = [dict(call.body) for call in fakes.sends("sms")]
    return [one["Body"] for one in said if one["To"] == sender and "You said" in one["Body"]]


async def until(holds: Any, timeout_s: float = 45) -> None:
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - the fake provider's ledger grows by itself
            await asyncio.sleep(0.02)


async def test_sms_that_came_while_the_store_was_dead_are_all_answered_in_order(
    store: EmbeddedStore, fakes: FakeProviders, tmp_path: Path
):
    fakes.twilio.make_phones = True
    root = write_workspace(
        tmp_path / "bot", fakes, dialogs=echo(), replies_per_min=1_000, same_text=1_000, messages_per_s=1_000
    )
    port, people = free_port(), [f"+1555010{n:04}" for n in range(10, 15)]
    server = Process(root, tmp_path / "data", port, "--workers", "2", BOT_STORE_URL=store.url)
    fakes.point_to(server.url)
    async with server, SendsOnce(server.url, fakes) as twilio:
        await until(lambda: server.log().count('"serving"') == 2)
        for person in people:
            assert (await twilio.say(person, "hi"))[0] == 200
        await until(lambda: server.log().count('"entry_settled"') == len(people))
        kill(store)
        answers, slowest = [], 0.0
        for number in range(12):  # people go on writing, and get nothing yet
            await asyncio.sleep(0.5)  # not to wait for anything: so long does the store stay dead
            started = time.monotonic()
            answers += await asyncio.gather(*(twilio.say(person, f"word {number}") for person in people))
            slowest = max(slowest, time.monotonic() - started)
        await server.kill_worker()
        await asyncio.to_thread(store.start)
        answers += await asyncio.gather(*(twilio.say(person, "after") for person in people))
        await until(lambda: all(len(echoes(fakes, person)) == 13 for person in people))

    assert {status for status, _ in answers} == {200}
    assert all("<Response/>" in text for _, text in answers)
    assert slowest < 5
    expected = [f"You said {words}." for words in [*(f"word {number}" for number in range(12)), "after"]]
    for person in people:
        assert echoes(fakes, person) == expected


async def test_what_is_on_disk_outlives_kill_9_of_the_server(
    store: EmbeddedStore, fakes: FakeProviders, tmp_path: Path
):
    fakes.twilio.make_phones = True
    root = write_workspace(tmp_path / "bot", fakes, dialogs=echo(), messages_per_s=1_000)
    port = free_port()
    server = Process(root, tmp_path / "data", port, BOT_STORE_URL=store.url)
    fakes.point_to(server.url)
    async with server, SendsOnce(server.url, fakes) as twilio:
        await twilio.say("+15550100010", "hi")
        await until(lambda: '"entry_settled"' in server.log())
        kill(store)
        assert await twilio.say("+15550100010", "once") == (200, (await twilio.say("+15550100010", "once"))[1])
        await server.kill()
        await asyncio.to_thread(store.start)
        await server.start()
        await twilio.say("+15550100010", "twice")
        await until(lambda: len(echoes(fakes, "+15550100010")) == 2)

    assert echoes(fakes, "+15550100010") == ["You said once.", "You said twice."]


async def test_without_room_on_disk_sms_are_told_to_come_again(
    store: EmbeddedStore, fakes: FakeProviders, tmp_path: Path
):
    root = write_workspace(tmp_path / "bot", fakes, dialogs=echo())
    server = Process(root, tmp_path / "data", free_port(), BOT_STORE_URL=store.url, BOT_SPOOL_MIB="0")
    async with server, SendsOnce(server.url, fakes) as twilio:
        kill(store)
        status, _ = await twilio.say("+15550100010", "hi")
        store.start()

    assert status == 503
