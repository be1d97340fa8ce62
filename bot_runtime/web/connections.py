"""Connections: how many at once, from one address, and for how long one may keep us waiting for a request.

aiohttp lets a connection be silent, or drip its headers, for as long as it likes, and takes as many as there are file
descriptors. Here whoever does not finish its headers within `REQUEST_S` of its first byte (or never sends one) is cut
off, and when there are too many, those give way that are idle the longest, of the address that has the most. So many
idle ones hold up nobody; requests under way are never cut for others.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from bot_runtime import metrics

REQUEST_S = 10.0  # from its first byte to its last; handlers count the body's share (`request_ends_at`)
KEEP_ALIVE_S = 75.0  # longer than the proxies' usual 60 s
LINGER_S = 1.0  # for the rest of a body that was refused
OF_ONE_ADDRESS = 4  # a quarter of all
BESIDE = 1_024  # open files for the store, providers and logs

log = structlog.get_logger("connections")


class Crowd:
    """All connections of one process. `proxies`: addresses that speak for many, without a share of their own."""

    def __init__(self, most: int, proxies: Collection[str] = ()) -> None:
        self.most, self.most_of_one = most, max(1, most // OF_ONE_ADDRESS)
        self._proxies = frozenset(proxies)
        self._of: defaultdict[str, dict[Guarded, None]] = defaultdict(dict)  # in the order they last became idle
        self._count = 0

    def enter(self, one: "Guarded") -> None:
        mine = self._of[one.address]
        if len(mine) >= self.most_of_one and one.address not in self._proxies:
            self._make_room(mine, one)
        elif self._count >= self.most:
            self._make_room(max(self._of.values(), key=len), one)
        mine[one] = None
        self._count += 1

    def leave(self, one: "Guarded") -> None:
        mine = self._of[one.address]
        if one in mine:
            del mine[one]
            self._count -= 1
        if not mine:
            del self._of[one.address]

    def idle_again(self, one: "Guarded") -> None:
        """It stands last in the row of those that may have to give way."""
        mine = self._of[one.address]
        if one in mine:
            mine[one] = mine.pop(one)

    def _make_room(self, others: "dict[Guarded, None]", newcomer: "Guarded") -> None:
        metrics.CONNECTIONS_REFUSED.labels("crowded").inc()
        next((other for other in others if other.is_idle), newcomer).cut()


def allow_descriptors(connections: int) -> None:
    """Raise this process's own limit of open files so far, where the system lets it: 1,024 are soon used up."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + BESIDE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Guarded(RequestHandler):
    """aiohttp's side of one connection, under watch. It touches only what aiohttp's own tests would miss, too:
    `_request_count`, `_current_request`, `_upgraded`."""

    __slots__ = ("_crowd", "_waiting", "address", "began_at")

    def __init__(self, server: web.Server, crowd: Crowd) -> None:
        super().__init__(server, loop=server._loop, **server._kwargs)
        self._crowd, self.address = crowd, ""
        self._waiting: asyncio.TimerHandle | None = None
        self.began_at = 0.0  # of the request under way, on the loop's clock

    @property
    def is_idle(self) -> bool:
        return self._current_request is None and not self._messages and not self._upgraded

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        super().connection_made(transport)
        self._wait_for_request()
        self._crowd.enter(self)

    def data_received(self, data: bytes) -> None:
        known = self._request_count
        begins = self.is_idle and (self._waiting is None or not self.began_at)
        if begins:
            self.began_at = self._loop.time()
        super().data_received(data)
        if self._request_count > known:
            self._stop_waiting()
            self._crowd.idle_again(self)
        elif begins:
            self._wait_for_request()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_waiting()
        self._crowd.leave(self)
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """aiohttp repeats in its answer what it could not read; whoever sent that may not be who reads the answer."""
        if isinstance(exc, HttpProcessingError):
            message = f"not a request of HTTP/1.1: {type(exc).__name__}"
        return super().handle_error(request, status, exc, message)

    def log_exception(self, *args: Any, **facts: Any) -> None:
        """An error only where it is ours: anybody can send what is no HTTP, or hang up half way through."""
        error = facts.get("exc_info")
        if isinstance(error, HttpProcessingError):
            metrics.CONNECTIONS_REFUSED.labels("not_http").inc()
            log.info("not_http", error=type(error).__name__)
        elif self.has_hung_up(error):
            log.debug("hung_up")
        else:
            super().log_exception(*args, **facts)

    def has_hung_up(self, error: object) -> bool:
        """Whether `error`, raised in answering, says only that nobody is there any more."""
        return self.transport is None and isinstance(error, ConnectionError)

    def cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _wait_for_request(self) -> None:
        self._stop_waiting()
        self._waiting = self._loop.call_later(REQUEST_S, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        self._waiting = None
        metrics.CONNECTIONS_REFUSED.labels("slow").inc()
        self.cut()


class GuardedSite(web.TCPSite):
    """`web.TCPSite`, its connections guarded."""

    def __init__(self, runner: web.AppRunner, host: str, port: int, crowd: Crowd, *, reuse_port: bool | None) -> None:
        super().__init__(runner, host, port, reuse_port=reuse_port)
        self._crowd = crowd

    async def start(self) -> None:
        await web.BaseSite.start(self)
        server = self._runner.server
        assert server is not None
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Guarded(server, self._crowd),
            self._host,
            self._port,
            backlog=self._backlog,
            reuse_port=self._reuse_port,
        )


def request_ends_at(request: web.BaseRequest) -> float:
    """When the whole of `request` must be here, on the loop's clock."""
    began_at = getattr(request.protocol, "began_at", 0.0)
    return (began_at or asyncio.get_running_loop().time()) + REQUEST_S
