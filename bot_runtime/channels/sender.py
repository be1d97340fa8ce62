"""The only place that talks to providers. What matters here is to know, of each failure, whether anything left us:
before its first byte a message can be sent again (R); from then on nobody knows (U) until an answer says so.

A message takes a connection's slot (`slot`) before it is marked as leaving, so that nothing but the network stands
between the mark and the first byte. If that takes too long all the same (the process stood still), it does not leave.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

import aiohttp
import msgspec

from bot_runtime.channels.base import Channel, Request
from bot_runtime.errors import SendFailed

TIMEOUT_S: Final = 30.0
CONNECT_S: Final = 10.0
CONNECTIONS: Final = 128
# Below the idle time-outs of the usual front ends, so that we rarely write into a connection just closed on us.
KEEPALIVE_S: Final = 15.0
ANSWER_BYTES: Final = 256 * 1024
# Making a connection takes a second at worst; whoever took longer may have lost the lease in the meantime.
STALE_S: Final = 2.0


@dataclass(slots=True)
class _Leaving:
    """A message on its way out: when (monotonic) it was marked, and whether its first byte was written."""

    marked_at: float | None
    left: bool = False


class StoodStill(aiohttp.ClientError):
    """Too long passed since the message was marked as leaving: its first byte was not written."""


_leaving: ContextVar[_Leaving] = ContextVar("leaving")


class _Request(aiohttp.ClientRequest):
    """Looks at the clock in the very moment before the first byte, and notes that it left.

    (aiohttp's own traces would tell the same for 40 % more CPU a call, and can stop nothing.)
    """

    async def write_bytes(self, writer: Any, conn: Any, content_length: int | None = None) -> None:
        leaving = _leaving.get(None)
        if leaving is not None:
            if leaving.marked_at is not None and time.monotonic() - leaving.marked_at > STALE_S:
                conn.protocol.set_exception(StoodStill())
                return
            leaving.left = True
        await super().write_bytes(writer, conn, content_length)


class Sender:
    """Keep-alive connections, so many (`connections`) for each channel. Use as a context manager, or `close` it.

    Redirects, proxies of the environment and cookies are off: a token goes to `api_base` and nowhere else.
    """

    def __init__(
        self, timeout_s: float = TIMEOUT_S, connect_s: float = CONNECT_S, connections: int = CONNECTIONS
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=connect_s)
        self._connections = connections
        self._slots: dict[str, asyncio.Semaphore] = {}  # of each channel: a slow provider delays no other
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @contextlib.asynccontextmanager
    async def slot(self, channel: Channel | None) -> AsyncIterator[None]:
        """Wait for one of the channel's connections and hold it: inside, `send` waits for nobody else's message."""
        name = channel.name if channel else ""
        slots = self._slots.get(name)
        if slots is None:
            slots = self._slots[name] = asyncio.Semaphore(self._connections)
        async with slots:
            yield

    async def send(self, channel: Channel, request: Request, marked_at: float | None = None) -> str:
        """Send one message, in a `slot`; returns the provider's id of it.

        `marked_at` (monotonic) is from just before it was marked as leaving.

        Raises:
            SendFailed: with its retry class; U when it may or may not have been accepted.
        """
        status, headers, body = await self._call(request, marked_at)
        return channel.accepted(status, headers, body)

    async def post(self, channel: Channel, request: Request) -> None:
        """Make a call whose answer brings no message id, such as a read mark.

        Raises:
            SendFailed: it was not accepted.
        """
        async with self.slot(channel):
            status, headers, body = await self._call(request)
        if not 200 <= status < 300:
            channel.accepted(status, headers, body)

    async def fetch(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Ask something: status, headers and body of the answer, which is cut at 256 KiB.

        Raises:
            SendFailed: nobody answered.
        """
        async with self.slot(None):
            return await self._call(request)

    async def _call(self, request: Request, marked_at: float | None = None) -> tuple[int, dict[str, str], bytes]:
        body, content_type = _body(request)
        leaving = _Leaving(marked_at)
        _leaving.set(leaving)
        status = 0
        answered: dict[str, str] = {}
        answer = bytearray()
        try:
            async with self._open().request(
                request.method,
                request.url,
                data=body,
                headers={**request.headers, "Content-Type": content_type},
                allow_redirects=False,
            ) as response:
                status, answered = response.status, {"Retry-After": response.headers.get("Retry-After", "")}
                async for chunk in response.content.iter_chunked(16_384):
                    answer += chunk
                    if len(answer) > ANSWER_BYTES:
                        response.close()
                        break
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise SendFailed("A", "api_base", "the channel's api_base is no URL", left=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if status < 300:  # of a refusal the status was enough; what it says may be cut short
                raise _lost(error, leaving.left) from error
        return status, answered, bytes(answer)

    def _open(self) -> aiohttp.ClientSession:
        """The pool, opened inside the running loop at the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_S),  # the slots are the limit
                request_class=_Request,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _body(request: Request) -> tuple[bytes, str]:
    try:
        if request.form is not None:
            return urlencode(request.form).encode(), "application/x-www-form-urlencoded"
        return b"" if request.json is None else msgspec.json.encode(request.json), "application/json"
    except UnicodeError as error:
        raise SendFailed("N", "characters", "the text holds half of a surrogate pair", left=False) from error


def _lost(error: Exception, left: bool) -> SendFailed:
    """What no answer means: before the first byte nothing left, after it nobody knows."""
    if isinstance(error, StoodStill):
        return SendFailed("R", "stood_still", "this process stood still before the first byte", left=False)
    code = "timeout" if isinstance(error, TimeoutError) else "connection"
    if not left:
        return SendFailed("R", code, f"nothing left us: {type(error).__name__}", left=False)
    return SendFailed("U", code, f"no answer after sending: {type(error).__name__}")
