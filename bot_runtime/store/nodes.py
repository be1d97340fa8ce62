"""Which connection a call goes over: the one primary, or the Cluster node that has the key's slot."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import hiredis
from redis.asyncio import Sentinel
from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff

from bot_runtime.errors import StoreUnavailable
from bot_runtime.store.link import Link, Reply, open_link
from bot_runtime.store.scripts import all_scripts
from bot_runtime.store.urls import StoreAddress

TIMEOUT_S = 5.0
WAIT_FOR_LINK_S = 1.0  # a call made while the connection is being remade waits this long; nothing of it was sent yet
BACKOFF_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Router(Protocol):
    async def connect(self) -> None: ...
    async def call(self, key: str | None, packed: bytes, before: bytes | None = None) -> Reply: ...
    async def close(self) -> None: ...


class PrimaryNode:
    """One node, connected again and again in the background whenever the connection ends."""

    def __init__(self, make_connection: Callable[[], AbstractConnection]) -> None:
        self._make_connection = make_connection
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._redial: asyncio.Task[None] | None = None
        self._closed = False

    async def connect(self) -> None:
        link = await open_link(self._make_connection(), TIMEOUT_S, self._lost)
        try:
            await asyncio.gather(*(link.call(_load(script.source)) for script in all_scripts().values()))
        except BaseException:
            link.close()
            raise
        self._link = link
        self._up.set()

    async def call(self, key: str | None, packed: bytes, before: bytes | None = None) -> Reply:
        link = self._link or await self._wait_for_link()
        if before is not None:
            first = link.call(before)
            reply = link.call(packed)
            await asyncio.gather(first, reply)
            return reply.result()
        return await link.call(packed)

    async def close(self) -> None:
        self._closed = True
        if self._redial:
            self._redial.cancel()
            await asyncio.gather(self._redial, return_exceptions=True)
        if self._link:
            self._link.close()

    async def _wait_for_link(self) -> Link:
        if self._closed:
            raise StoreUnavailable("the store was closed")
        try:
            async with asyncio.timeout(WAIT_FOR_LINK_S):
                await self._up.wait()
        except TimeoutError:
            raise StoreUnavailable("the store is away; connecting again") from None
        if self._link is None:
            raise StoreUnavailable("the store is away; connecting again")
        return self._link

    def _lost(self, link: Link) -> None:
        if link is not self._link:
            return
        self._link = None
        self._up.clear()
        if not self._closed:
            self._redial = asyncio.get_running_loop().create_task(self._connect_again())

    async def _connect_again(self) -> None:
        tries = 0
        while True:
            try:
                return await self.connect()
            except StoreUnavailable:
                await asyncio.sleep(BACKOFF_S[min(tries, len(BACKOFF_S) - 1)])
                tries += 1


class ClusterNodes:
    pass


def router_for(address: StoreAddress) -> Router:
    """How to reach `address`; nothing is dialled yet."""
    options = {
        **address.options,
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # no pushes: every reply answers a command
        "client_name": "bot-runtime",
    }
    if address.kind == "sentinel":
        sentinel = Sentinel(list(address.nodes), sentinel_kwargs=address.sentinel_options, socket_timeout=1.0)
        pool = SentinelConnectionPool(address.service, sentinel, ssl=address.tls, **options)
        return PrimaryNode(pool.make_connection)
    if "path" in options:
        return PrimaryNode(lambda: UnixDomainSocketConnection(**options))
    kind = SSLConnection if address.tls else Connection
    return PrimaryNode(lambda: kind(**options))


def _load(source: bytes) -> bytes:
    return hiredis.pack_command(("SCRIPT", "LOAD", source))
