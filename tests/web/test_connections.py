"""The door under attack, byte by byte: slow, huge, nested, repeated, encoded and crowded requests (raw sockets)."""

import asyncio
import contextlib
import json
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.web import connections
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace
from tests.web.test_webhooks import APP_SECRET, MARIA, TWILIO_TOKEN, signed, twilio_form

LIMIT_S = 1.0


@pytest.fixture
def root(fakes: FakeProviders, tmp_path: Path) -> Path:
    fakes.accounts[0].app_secret, fakes.accounts[0].phone_number_id = APP_SECRET, "2000000000002"
    fakes.accounts[1].auth_token = TWILIO_TOKEN
    return write_workspace(tmp_path / "bot", fakes)


@pytest.fixture
async def server(start_server: StartServer, root: Path) -> Server:
    return await start_server(root)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    assert connections.REQUEST_S == 10.0  # what is promised; here the same in one
    monkeypatch.setattr(connections, "REQUEST_S", LIMIT_S)


class Raw:
    """One TCP connection, written and read as bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def status(self) -> int:
        """Of the answer; 0: cut off without one."""
        try:
            async with asyncio.timeout(5):
                line = await self._reader.readline()
        except ConnectionError:
            return 0
        return int(line.split(b" ")[1]) if line else 0

    async def is_cut(self) -> bool:
        try:
            async with asyncio.timeout(5):
                return await self._reader.read() == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def raw(server: Server, source: str = "127.0.0.1") -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, local_addr=(source, 0))
    try:
        yield Raw(reader, writer)
    finally:
        writer.transport.abort()


def head(
    body: bytes, headers: dict[str, str], channel: str = "whatsapp", length: bool = True, host: str = "x"
) -> bytes:
    lines = [
        f"POST /webhooks/{channel} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def status_of(server: Server, body: bytes, headers: dict[str, str], channel: str = "whatsapp") -> int:
    async with raw(server) as one:
        await one.send(head(body, headers, channel, host=f"127.0.0.1:{server.port}") + body)
        return await one.status()


# Slow


async def test_a_connection_that_says_nothing_is_cut(impatient: None, server: Server):
    async with raw(server) as one:
        assert await one.is_cut()


async def test_headers_that_drip_are_cut_however_steadily(impatient: None, server: Server):
    started = time.monotonic()
    async with raw(server) as one:
        for byte in head(MARIA, signed(MARIA)):
            await one.send(bytes([byte]))
            await asyncio.sleep(0.02)
            if time.monotonic() - started > 3 * LIMIT_S:
                break
        assert await one.is_cut()


async def test_a_body_that_drips_gets_408_within_the_time_of_the_whole_request(impatient: None, server: Server):
    started = time.monotonic()
    async with raw(server) as one:
        header = head(MARIA, signed(MARIA))
        await one.send(header[:40])
        await asyncio.sleep(0.8 * LIMIT_S)  # the headers take their share of the time
        await one.send(header[40:])
        dripping = asyncio.create_task(drip(one, MARIA))
        assert await one.status() == 408
        assert time.monotonic() - started < 1.7 * LIMIT_S
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


async def drip(one: Raw, body: bytes) -> None:
    for byte in body:
        await one.send(bytes([byte]))
        await asyncio.sleep(0.02)


async def test_a_connection_that_is_kept_may_rest_between_requests_and_is_timed_again(impatient: None, server: Server):
    async with raw(server) as one:
        for _ in range(2):
            await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await one.status() == 200
            async with asyncio.timeout(5):
                while (await one._reader.readline()).strip():  # the headers
                    pass
                await one._reader.readexactly(len('{"status": "ok"}'))
            await asyncio.sleep(1.5 * LIMIT_S)
        await one.send(b"GET /healthz HT")
        assert await one.is_cut()


# Huge, nested, repeated, encoded


@pytest.mark.parametrize("chunks", [70, 1_000])
async def test_a_chunked_body_is_counted_as_it_comes(server: Server, chunks: int):
    async with raw(server) as one:
        await one.send(head(b"", {"Transfer-Encoding": "chunked"}, length=False))
        sending = asyncio.create_task(send_chunks(one, chunks))
        assert await one.status() == 413
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def send_chunks(one: Raw, chunks: int) -> None:
    for _ in range(chunks):
        await one.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


async def test_a_length_beyond_the_limit_is_refused_before_a_byte_of_it_is_read(server: Server):
    async with raw(server) as one:
        await one.send(head(b"", {}, length=False).replace(b"\r\n\r\n", b"\r\nContent-Length: 99999999999\r\n\r\n"))
        assert await one.status() == 413


@pytest.mark.parametrize("value", ["gzip", "br", "deflate", "identity, gzip", "GZIP", "x"])
async def test_no_encoding_is_undone(server: Server, value: str):
    assert await status_of(server, MARIA, signed(MARIA) | {"Content-Encoding": value}) == 415


async def test_an_encoding_behind_a_harmless_one_is_seen(server: Server):
    async with raw(server) as one:
        header = head(MARIA, signed(MARIA) | {"Content-Encoding": "identity"})
        await one.send(header.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + MARIA)
        assert await one.status() == 415


def nested(depth: int) -> bytes:
    """An object whose deepest part is `depth` levels down, itself counted."""
    return b'{"object":"whatsapp_business_account","entry":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (nested(64), 200),
        (nested(65), 400),
        (nested(50_000), 400),
        (b'{"object":"whatsapp_business_account","object":"x"}', 400),
        (b'{"object":"whatsapp_business_account","entry":[{"id":"1","id":"2"}]}', 400),
        (b'{"object":"whatsapp_business_account","a":NaN}', 400),
        (b'{"object":"whatsapp_business_account","a":-Infinity}', 400),
        (b'{"object":"whatsapp_business_account","a":"\x00"}', 400),
    ],
)
async def test_json_that_parsers_disagree_on_is_refused(server: Server, body: bytes, status: int):
    assert await status_of(server, body, signed(body)) == status


@pytest.mark.parametrize(("fields", "status"), [(290, 200), (310, 401)])  # more cannot even be verified
async def test_a_form_has_at_most_300_fields(server: Server, fields: int, status: int):
    body, headers = twilio_form(server, **{f"x{number}": "1" for number in range(fields)})
    assert await status_of(server, body, headers, "sms") == status


@pytest.mark.parametrize(("size", "status"), [(200_000, 200), (262_145, 413)])
async def test_a_form_has_at_most_256_kib(server: Server, size: int, status: int):
    body, headers = twilio_form(server, Padding="x" * size)
    assert await status_of(server, body, headers, "sms") == status


# Crowded


async def test_idle_connections_of_one_address_hold_up_nobody(start_server: StartServer, root: Path):
    server = await start_server(root, connections=64)
    async with contextlib.AsyncExitStack() as open_ones:
        many = [await open_ones.enter_async_context(raw(server, "127.0.0.2")) for _ in range(60)]
        for one in many[:44]:  # beyond a quarter, the oldest gave way
            assert await one.is_cut()
        body = MARIA
        for source in ("127.0.0.1", "127.0.0.2"):  # others, and its own newest
            one = await open_ones.enter_async_context(raw(server, source))
            await one.send(head(body, signed(body)) + body)
            assert await one.status() == 200


async def test_a_request_under_way_is_not_cut_for_others(start_server: StartServer, root: Path):
    server = await start_server(root, connections=16)
    async with contextlib.AsyncExitStack() as open_ones:
        busy = await open_ones.enter_async_context(raw(server, "127.0.0.2"))
        await busy.send(head(MARIA, signed(MARIA)) + MARIA[:100])
        await eventually(lambda: under_way(server))
        for _ in range(10):
            await open_ones.enter_async_context(raw(server, "127.0.0.2"))
        await busy.send(MARIA[100:])
        assert await busy.status() == 200


async def under_way(server: Server) -> bool:
    runner = server.site._runner
    assert runner
    assert runner.server
    return any(one._current_request is not None for one in runner.server.connections)


def test_there_are_descriptors_for_all_connections_where_the_system_lets_us():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
    try:
        connections.allow_descriptors(1_000)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert few < soft <= 1_000 + connections.BESIDE
        assert hard == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


# Secrets


async def test_during_a_rotation_both_secrets_count_and_afterwards_the_new_one_alone(
    start_server: StartServer, root: Path, fakes: FakeProviders
):
    def rotate(app_secret: object, auth_token: object) -> None:
        bot = yaml.safe_load((root / "bot.yaml").read_text())
        bot["channels"]["whatsapp"]["app_secret"], bot["channels"]["sms"]["auth_token"] = app_secret, auth_token
        (root / "bot.yaml").write_text(yaml.safe_dump(bot))

    rotate(["the new secret", APP_SECRET], ["the new token", TWILIO_TOKEN])
    server = await start_server(root)
    form, form_signed = twilio_form(server)

    async def answers() -> list[int]:
        return [
            await status_of(server, MARIA, signed(MARIA, "the new secret")),
            await status_of(server, MARIA, signed(MARIA)),
            await status_of(server, MARIA, signed(MARIA, "a third")),
            await status_of(server, form, form_signed, "sms"),
        ]

    assert await answers() == [200, 200, 401, 200]
    rotate("the new secret", "the new token")

    async def taken_over() -> bool:
        return await answers() == [200, 401, 401, 401]

    assert await eventually(taken_over)


async def test_refusals_repeat_nothing_of_what_was_sent(server: Server):
    bodies = (b'{"phone":"5215512345678", "text":"open sesame", NaN}', b'"open sesame 5215512345678"')
    for body in bodies:
        for headers in (signed(body), signed(body, "wrong")):
            async with raw(server) as one:
                await one.send(head(body, headers | {"Connection": "close"}) + body)
                async with asyncio.timeout(5):
                    answer = await one._reader.read()
            assert b"sesame" not in answer
            assert b"55123" not in answer
            assert APP_SECRET.encode() not in answer
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]


# Odd


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(MARIA), MARIA)
SIZED = b"Content-Length: %d\r\n\r\n%s" % (len(MARIA), MARIA)
SIGNED = b"Host: x\r\n" + "".join(f"{name}: {value}\r\n" for name, value in signed(MARIA).items()).encode()


@pytest.mark.parametrize(
    ("method", "after", "version", "rest", "status"),
    [
        (b"POST", b"", b"1.1", SIGNED + SIZED, 200),
        (b"POST", b"?hub=1&hub=2&x=%zz", b"1.1", SIGNED + SIZED, 200),
        (b"POST", b"", b"1.1", SIGNED + CHUNKED, 200),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Encoding: identity\r\n" + SIZED, 200),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Encoding: Identity\r\n" + SIZED, 200),
        (b"POST", b"", b"1.0", SIGNED + SIZED, 200),
        (b"POST", b"", b"1.1", SIGNED + b"Upgrade: websocket\r\nConnection: Upgrade\r\n" + SIZED, 200),
        (b"POST", b"", b"1.1", b"Host: x\r\n" + SIZED, 401),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Length: 0\r\n\r\n", 401),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Encoding: gzip\r\n" + SIZED, 415),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Length: 5000000\r\n\r\n", 413),
        (b"POST", b"", b"1.1", SIGNED + b"Expect: 200-ok\r\n" + SIZED, 417),
        (b"POST", b"/", b"1.1", SIGNED + SIZED, 404),
        (b"POST", b"%00", b"1.1", SIGNED + SIZED, 404),
        (b"POST", b"%zz", b"1.1", SIGNED + SIZED, 404),
        (b"PUT", b"", b"1.1", SIGNED + SIZED, 405),
        (b"GET", b"", b"1.1", b"Host: x\r\n\r\n", 403),
        (b"POST", b"", b"1.1", SIGNED + b"Content-Length: 3\r\n" + SIZED, 400),  # two lengths
        (b"POST", b"", b"1.1", SIGNED + b"Transfer-Encoding: chunked\r\n" + SIZED, 400),
        (b"POST", b"", b"1.1", SIGNED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST", "ñ".encode(), b"1.1", SIGNED + SIZED, 400),
        (b"BREW", b"", b"1.1", SIGNED + SIZED, 400),
    ],
)
async def test_odd_requests_get_the_same_answer_however_the_channel_is_spelt(
    server: Server, method: bytes, after: bytes, version: bytes, rest: bytes, status: int
):
    """Spelt as it is, a webhook passes no route; with an escape in it, it does."""
    for channel in (b"whatsapp", b"what%73app"):
        async with raw(server) as one:
            await one.send(b"%s /webhooks/%s%s HTTP/%s\r\n%s" % (method, channel, after, version, rest))
            assert await one.status() == status


async def test_who_waits_to_be_asked_for_the_body_is_asked(server: Server):
    async with raw(server) as one:
        await one.send(head(MARIA, signed(MARIA) | {"Expect": "100-continue"}))
        assert await one.status() == 100
        await one.send(MARIA)
        assert await one._reader.readline() == b"\r\n"
        assert await one.status() == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS, at a port without
        b"POST /webhooks/whatsapp?code=sesame\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nopen sesame\r\n\r\n",
        b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Token: sesame\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_no_error_of_ours_and_not_repeated(
    server: Server, caplog: pytest.LogCaptureFixture, sent: bytes
):
    async with raw(server) as one:
        await one.send(sent)
        async with asyncio.timeout(5):
            answer = await one._reader.read()
    assert b" 400 " in answer
    assert b"sesame" not in answer
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/webhooks/whatsapp", "/webhooks/what%73app", "/api/v1/login"])
async def test_who_hangs_up_half_way_is_no_error_of_ours(server: Server, caplog: pytest.LogCaptureFixture, path: str):
    with structlog.testing.capture_logs() as lines:
        async with raw(server) as one:
            await one.send(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n".encode())
            await eventually(lambda: reading(server))
        assert await eventually(lambda: said(lines, "hung_up"))
    assert [line for line in lines if line["log_level"] == "error"] == []
    assert caplog.records == []


async def reading(server: Server) -> bool:
    """Whether a request is being read."""
    assert server.site._runner is not None
    assert server.site._runner.server is not None
    return any(one._current_request is not None for one in server.site._runner.server.connections)


async def said(lines: list[Any], event: str) -> bool:
    return any(line["event"] == event for line in lines)
