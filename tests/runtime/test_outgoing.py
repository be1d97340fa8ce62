"""F059: one call to an address that a dialog names; whatever the other side does ends in a reason, and in time."""

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot_runtime.runtime.outgoing import Answered, Asked, CallFailed, Outgoing
from bot_runtime.runtime.reachable import Rules
from tests.runtime.outside_service import OutsideService, outside_service


@pytest.fixture
async def service() -> AsyncIterator[OutsideService]:
    async with outside_service() as service:
        yield service


async def call(url: str, *, allow: tuple[str, ...] = (), timeout_s: float = 10, **asked: object) -> Answered:
    outgoing = Outgoing(lambda: Rules(allow), timeout_s)
    try:
        return await outgoing.call(Asked(**{"method": "GET", "url": url, "headers": {}, "body": None} | asked))
    finally:
        await outgoing.close()


async def reason(url: str, **asked: object) -> str:
    with pytest.raises(CallFailed) as failed:
        await call(url, **asked)
    return failed.value.reason


async def test_a_listed_internal_host_answers(service: OutsideService):
    service.answer({"saldo": 3})
    got = await call(f"http://{service.host}/x?a=%2Fb", allow=(service.host,), headers={"X-Key": "k"})
    assert (got.status, got.body) == (200, b'{"saldo": 3}')
    assert (service.heard[0].path, service.heard[0].headers["X-Key"]) == ("/x?a=%2Fb", "k")


async def test_an_internal_host_that_is_not_listed_is_never_dialled(service: OutsideService):
    service.answer({})
    assert await reason(f"http://{service.host}/") == "address_refused"
    assert service.heard == []


async def test_a_public_name_that_resolves_to_this_machine_is_refused_when_dialling(
    service: OutsideService, monkeypatch: pytest.MonkeyPatch
):
    """The name is on its usual port and looks public; only the address tells."""

    def resolves(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.1", "10.0.0.9")]
        return [*found, (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:7f00:1", port, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *rest, **more: resolves(host, port))
    assert await reason("http://rebinding.acme.com/") == "address_refused"
    assert await reason("https://rebinding.acme.com/") == "address_refused"


async def test_a_redirect_is_not_followed(service: OutsideService):
    service.answer(web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}))
    assert (await call(f"http://{service.host}/", allow=(service.host,))).status == 302
    assert len(service.heard) == 1


async def test_nobody_there_is_told_apart_from_nobody_allowed(service: OutsideService):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        assert await reason(f"http://{host}/", allow=(host,)) == "unreachable"


async def test_a_service_that_never_answers_takes_its_time_and_no_more(service: OutsideService):
    import asyncio

    service.hold = asyncio.Event()
    service.answer({})
    assert await reason(f"http://{service.host}/", allow=(service.host,), timeout_s=0.2) == "timeout"


async def test_an_answer_without_end_is_cut(service: OutsideService):
    service.answer(web.Response(body=b"[" + b"1," * 400_000))
    got = await call(f"http://{service.host}/", allow=(service.host,))
    assert 256 * 1024 < len(got.body) < 512 * 1024


async def test_a_packed_answer_is_not_unpacked(service: OutsideService):
    service.answer(web.Response(body=b"\x1f\x8b...", headers={"Content-Encoding": "gzip"}))
    assert (await call(f"http://{service.host}/", allow=(service.host,))).content_type == ""


@pytest.mark.parametrize(
    "asked",
    [{"headers": {"X-Name": "Ana\r\nX-Admin: yes"}}, {"headers": {"X-Name": "Ana\0"}}],
    ids=["line break", "zero"],
)
async def test_what_a_contact_wrote_adds_no_header(service: OutsideService, asked):
    service.answer({})
    assert await reason(f"http://{service.host}/", allow=(service.host,), **asked) == "bad_request"
    assert service.heard == []


async def test_a_body_has_its_limit(service: OutsideService):
    assert await reason(f"http://{service.host}/", allow=(service.host,), body=b"x" * 70_000) == "request_too_big"
