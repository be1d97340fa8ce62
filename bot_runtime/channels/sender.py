"""The only place that talks to providers. What matters here is to know, of each failure, whether anything left us:
before a connection was ours the message can be sent again (R); from then on nobody knows (U) until an answer says so.
"""

from types import TracebackType
from typing import Final, Self
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


class Sender:
    """One keep-alive connection pool for all channels. Use as a context manager, or `close` it.

    Redirects, proxies of the environment and cookies are off: a token goes to `api_base` and nowhere else.
    """

    def __init__(
        self, timeout_s: float = TIMEOUT_S, connect_s: float = CONNECT_S, connections: int = CONNECTIONS
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=connect_s)
        self._connections = connections
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

    async def send(self, channel: Channel, request: Request) -> str:
        """Send one message; returns the provider's id of it.

        Raises:
            SendFailed: with its retry class; U when it may or may not have been accepted.
        """
        status, headers, body = await self._call(request)
        return channel.accepted(status, headers, body)

    async def post(self, channel: Channel, request: Request) -> None:
        """Make a call whose answer brings no message id, such as a read mark.

        Raises:
            SendFailed: it was not accepted.
        """
        status, headers, body = await self._call(request)
        if not 200 <= status < 300:
            channel.accepted(status, headers, body)

    async def fetch(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Ask something: status, headers and body of the answer, which is cut at 256 KiB.

        Raises:
            SendFailed: nobody answered.
        """
        return await self._call(request)

    async def _call(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        body, content_type = _body(request)
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
            raise SendFailed("A", "api_base", "the channel's api_base is no URL") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if status < 300:  # of a refusal the status was enough; what it says may be cut short
                raise _lost(error) from error
        return status, answered, bytes(answer)

    def _open(self) -> aiohttp.ClientSession:
        """The pool, opened inside the running loop at the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEPALIVE_S),
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
        raise SendFailed("N", "characters", "the text holds half of a surrogate pair") from error


def _lost(error: Exception) -> SendFailed:
    """Only the errors aiohttp raises before a connection is ours prove that nothing left; any other leaves a doubt.

    (Marking it with a trace would say the same, for 40 % more CPU a call.)
    """
    code = "timeout" if isinstance(error, TimeoutError) else "connection"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return SendFailed("R", code, f"nothing left us: {type(error).__name__}")
    return SendFailed("U", code, f"no answer after sending: {type(error).__name__}")
