"""What each way of failing means, against a server that really fails that way."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from bot_runtime.channels.base import Request
from bot_runtime.channels.sender import Sender
from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.dialogs.effects import SendText
from bot_runtime.errors import SendFailed

CHANNEL = WhatsAppCloud("wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="a token")
SENT = b'{"messages":[{"id":"wamid.OUT"}]}'


def http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Provider:
    """A server of raw sockets: `answer` is written once a request has come in (None: silence), then it hangs up."""

    def __init__(self) -> None:
        self.answer: bytes | None = http("200 OK", SENT)
        self.requests: list[bytes] = []
        self.url = ""
        self.asked = asyncio.Event()
        self.hold = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            self.requests.append(head + await reader.readexactly(length))
            self.asked.set()
            if self.answer is None:
                await self.hold.wait()
            else:
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, StopIteration):
            pass
        finally:
            writer.close()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    known = Provider()
    server = await asyncio.start_server(known.serve, "127.0.0.1", 0)
    known.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield known
    known.hold.set()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    async with Sender(timeout_s=1.5, connect_s=1) as opened:
        yield opened


def to(url: str) -> Request:
    channel = WhatsAppCloud(
        "wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="a token", api_base=url
    )
    return channel.render("5215512345678", SendText("¿Qué tal?"), "e42")


async def failure(sending: Awaitable[str]) -> tuple[str, str]:
    with pytest.raises(SendFailed) as failed:
        await sending
    return failed.value.kind, failed.value.code


async def test_an_accepted_message_gives_the_providers_id(provider, sender):
    assert await sender.send(CHANNEL, to(provider.url)) == "wamid.OUT"

    [request] = provider.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v25.0/1/messages HTTP/1.1\r\n")
    assert b"Authorization: Bearer a token" in head
    assert b"Content-Type: application/json" in head
    assert '"body":"¿Qué tal?"'.encode() in body


async def test_a_form_is_encoded_as_one(provider, sender):
    request = Request("POST", provider.url, {}, form=(("To", "+52"), ("Body", "¿Sí?"), ("Body", "a&b")))
    await sender.send(CHANNEL, request)

    assert provider.requests[0].endswith(b"\r\n\r\nTo=%2B52&Body=%C2%BFS%C3%AD%3F&Body=a%26b")
    assert b"Content-Type: application/x-www-form-urlencoded" in provider.requests[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",  # refused
        "http://nobody.invalid",  # no such name
    ],
)
async def test_no_connection_means_nothing_left_us(sender, url):
    assert await failure(sender.send(CHANNEL, to(url))) == ("R", "connection")


async def test_a_failed_tls_handshake_means_nothing_left_us(provider, sender):
    kind, _ = await failure(sender.send(CHANNEL, to(provider.url.replace("http:", "https:"))))
    assert kind == "R"
    assert provider.requests == []


async def test_a_slot_is_waited_for_before_anything_is_marked(provider):
    provider.answer = None
    async with Sender(timeout_s=5, connections=1) as narrow:

        async def send() -> None:
            async with narrow.slot(CHANNEL):
                marked.append(len(provider.requests))
                await narrow.send(CHANNEL, to(provider.url), time.monotonic())

        marked: list[int] = []
        first, second = asyncio.create_task(send()), asyncio.create_task(send())
        await provider.asked.wait()
        assert marked == [0]  # the second waits, unmarked, for as long as it takes
        provider.answer = http("200 OK", SENT)
        first.cancel()
        await second
        assert marked == [0, 1]


async def test_a_message_marked_too_long_ago_does_not_leave(provider, sender):
    with pytest.raises(SendFailed) as failed:
        await sender.send(CHANNEL, to(provider.url), marked_at=time.monotonic() - 60)

    assert (failed.value.kind, failed.value.code, failed.value.left) == ("R", "stood_still", False)
    assert provider.requests == []


async def test_a_process_that_stands_still_while_it_connects_sends_nothing(provider, sender, monkeypatch):
    connect = aiohttp.TCPConnector.connect

    async def slowly(self, *args, **kwargs):
        connection = await connect(self, *args, **kwargs)
        monkeypatch.setattr("bot_runtime.channels.sender.time", Later())
        return connection

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", slowly)
    with pytest.raises(SendFailed) as failed:
        await sender.send(CHANNEL, to(provider.url), marked_at=time.monotonic())

    assert failed.value.code == "stood_still"
    assert provider.requests == []


class Later:
    """The clock of a process that was stopped for a minute."""

    def monotonic(self) -> float:
        return time.monotonic() + 60


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (None, "U", "timeout"),  # it never answers
        (b"", "U", "connection"),  # it hangs up
        (b"garbage\r\n\r\n", "U", "connection"),
        (http("200 OK", SENT[:10], length=500), "U", "connection"),  # the answer is cut
        (http("200 OK", b"{}"), "U", "200"),  # no id
        (http("200 OK", b"x" * 400_000), "U", "200"),  # more than anybody should read
        (http("200 OK", SENT, "Content-Encoding: gzip"), "U", "connection"),  # it says gzip, and is not
        (http("502 Bad Gateway", b"<html>"), "U", "502"),
        (http("504 Gateway Timeout", b""), "U", "504"),
        (http("500 Oops", b""), "R", "500"),
        (http("400 Bad Request", b'{"error":{"code":131047}}'), "F", "131047"),
        (http("400 Bad Request", b'{"error"', length=500), "N", "400"),  # the status was enough
        (http("401 Unauthorized", b""), "A", "401"),
        (http("302 Found", b"", "Location: http://127.0.0.1:1/"), "A", "302"),  # never followed
    ],
)
async def test_after_our_bytes_left_only_an_answer_counts(provider, sender, answer, kind, code):
    provider.answer = answer
    assert await failure(sender.send(CHANNEL, to(provider.url))) == (kind, code)
    assert len(provider.requests) == 1  # and nothing was sent twice


async def test_throttling_says_how_long(provider, sender):
    provider.answer = http("429 Too Many Requests", b'{"error":{"code":130429}}', "Retry-After: 17")
    with pytest.raises(SendFailed) as failed:
        await sender.send(CHANNEL, to(provider.url))
    assert (failed.value.kind, failed.value.retry_after_s) == ("T", 17)


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "http://[bad"])
async def test_an_api_base_that_is_no_url_alarms(sender, url):
    assert await failure(sender.send(CHANNEL, to(url))) == ("A", "api_base")


async def test_half_a_surrogate_pair_is_never_sent(provider, sender):
    for request in (
        Request("POST", provider.url, {}, json={"body": "\ud83d"}),
        Request("POST", provider.url, {}, form=(("Body", "\ud83d"),)),
    ):
        assert await failure(sender.send(CHANNEL, request)) == ("N", "characters")
    assert provider.requests == []


async def test_a_read_mark_needs_no_id(provider, sender):
    provider.answer = http("200 OK", b'{"success":true}')
    await sender.post(CHANNEL, to(provider.url))
    provider.answer = http("400 Bad Request", b'{"error":{"code":100}}')
    with pytest.raises(SendFailed):
        await sender.post(CHANNEL, to(provider.url))


async def test_cancelling_a_send_cancels_it(provider, sender):
    provider.answer = None
    task = asyncio.create_task(sender.send(CHANNEL, to(provider.url)))
    await provider.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_connections_are_kept_and_used_again(
    sender: Sender, aiohttp_server: Callable[[web.Application], Awaitable[object]]
):
    peers = set()

    async def accept(request: web.Request) -> web.Response:
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(body=SENT)

    app = web.Application()
    app.router.add_post("/v25.0/1/messages", accept)
    server = await aiohttp_server(app)
    for _ in range(5):
        assert await sender.send(CHANNEL, to(str(server.make_url("")))) == "wamid.OUT"
    assert len(peers) == 1
