"""Calls to addresses that dialogs name: at most 10 s and 256 KiB, no redirects, no cookies, no proxy, and no
connection to an address that `reachable.Rules` refuses.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import aiohttp
from yarl import URL

from bot_runtime import __version__
from bot_runtime.dialogs.requests import MAX_ANSWER, MAX_BODY, MAX_URL
from bot_runtime.errors import BotRuntimeError
from bot_runtime.runtime.reachable import Rules

TIMEOUT_S: Final = 10.0
CONNECTIONS: Final = 256
KEEPALIVE_S: Final = 15.0


class CallFailed(BotRuntimeError):
    """No answer came. `reason` is a name dialogs may look at; `again`: another try may help."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason, self.again = reason, again


@dataclass(frozen=True, slots=True)
class Asked:
    """A call with its secrets filled in: never logged, never stored."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    content_type: str
    body: bytes


@dataclass(slots=True)
class _Dialling:
    """What the connector must know of the call it dials for, and what it found."""

    rules: Rules
    listed: bool
    refused: bool = False


class _Refused(OSError):
    """An address that must not be called."""


_dialling: ContextVar[_Dialling] = ContextVar("dialling")


def _socket(info: tuple[Any, ...]) -> socket.socket:
    """The socket to one address of the host, made only if the call may go there."""
    family, kind, protocol, _, address = info
    dialling = _dialling.get()
    if not dialling.rules.takes(address[0], listed=dialling.listed):
        dialling.refused = True
        raise _Refused("refused")
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setblocking(False)
    return made


class Outgoing:
    """`rules` is asked at each call: the operator's list may change while we run."""

    def __init__(
        self, rules: Callable[[], Rules], timeout_s: float = TIMEOUT_S, examples: Callable[[], str] = lambda: ""
    ) -> None:
        """`examples`: an address below which hosts of example.com are answered, where there is one (`dev`)."""
        self._rules, self._timeout_s, self._examples = rules, timeout_s, examples
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, asked: Asked, *, internal: bool = False) -> Answered:
        """Make the call once. `internal`: the address is the operator's own, and may be anywhere but the cloud's.

        Raises:
            CallFailed: there is no answer to read.
        """
        rules = self._rules()
        url = address_of(asked.url, rules, internal=internal)
        if (base := self._examples()) and is_example(url.host or ""):
            url = URL(f"{base}/{url.host}{url.raw_path_qs}", encoded=True)
        if asked.body is not None and len(asked.body) > MAX_BODY:
            raise CallFailed("request_too_big", again=False)
        listed = internal or rules.is_listed(url.scheme, url.host or "", url.port or 0)
        dialling = _Dialling(rules, listed)
        _dialling.set(dialling)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._call(asked, url)
        except TimeoutError:
            raise CallFailed("timeout", again=True) from None
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise CallFailed("certificate", again=False) from error
        except aiohttp.ClientConnectorError as error:
            if dialling.refused:
                raise CallFailed("address_refused", again=False) from None
            raise CallFailed("unreachable", again=True) from error
        except aiohttp.InvalidURL as error:
            raise CallFailed("bad_request", again=False) from error
        except (aiohttp.ClientError, OSError) as error:
            raise CallFailed("cut_off", again=True) from error
        except ValueError as error:  # a header with a line break
            raise CallFailed("bad_request", again=False) from error

    async def _call(self, asked: Asked, url: URL) -> Answered:
        async with self._open().request(
            asked.method, url, data=asked.body, headers=asked.headers, allow_redirects=False
        ) as response:
            encoded = response.headers.get("Content-Encoding", "identity").lower() != "identity"
            body = bytearray()
            async for chunk in response.content.iter_chunked(16_384):
                body += chunk
                if len(body) > MAX_ANSWER:
                    response.close()
                    break
            kind = "" if encoded else response.headers.get("Content-Type", "")
            return Answered(response.status, kind, bytes(body))

    def _open(self) -> aiohttp.ClientSession:
        """The pool, opened inside the running loop at the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, keepalive_timeout=KEEPALIVE_S, socket_factory=_socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "User-Agent": f"bot-runtime/{__version__}",
                },
            )
        return self._session


def is_example(host: str) -> bool:
    """Names that belong to nobody, and never will (RFC 2606)."""
    return host.endswith((".example.com", ".example")) or host == "example.com"


def address_of(url: str, rules: Rules, *, internal: bool = False) -> URL:
    """The address as it will be called, to the letter.

    Raises:
        CallFailed: it is none, or not one that may be called.
    """
    if len(url) > MAX_URL:
        raise CallFailed("request_too_big", again=False)
    try:
        read = URL(_ascii(url), encoded=True)
        host, port = read.host, read.port
    except ValueError as error:
        raise CallFailed("bad_request", again=False) from error
    if read.scheme not in ("http", "https") or not host or not port or read.user or read.password:
        raise CallFailed("bad_request", again=False)
    if any(step in (".", "..") for step in unquote(read.raw_path).replace("\\", "/").split("/")):
        raise CallFailed("bad_request", again=False)  # what a contact wrote must not climb out of its place
    if not internal and not rules.takes_port(read.scheme, host, port):
        raise CallFailed("address_refused", again=False)
    return read


def _ascii(url: str) -> str:
    """Letters outside ASCII, percent-encoded; an author writes `/años` as it is read."""
    if any(sign <= " " or sign == "\x7f" for sign in url):
        raise ValueError("control sign")
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in url)
