"""One connection to one store node, shared by every caller of this process.

Callers add their command to a list; at the end of the pass of the event loop all of it leaves in one write. Replies come
back in the order of the commands, so the n-th reply belongs to the n-th future: nothing else ties them together. That is why
a cancelled caller keeps its place in the queue (its reply is read and dropped), and why anything unexpected closes the
connection: after a lost reply no later one could be trusted.

redis-py makes the connection (TLS, authentication, database, Sentinel); once it is made we take its transport over, because
per call redis-py costs several times what the rest of a turn does (`docs/decisions`, `benchmarks/`).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import hiredis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from bot_runtime.errors import BotRuntimeError, StoreUnavailable

Reply = Any  # what hiredis reads: bytes, int, None, or a list of those

NOT_NOW = frozenset(
    "READONLY LOADING MISCONF OOM CLUSTERDOWN BUSY MASTERDOWN NOREPLICAS TRYAGAIN UNKILLABLE NOQUORUM".split()
)
_INCOMPLETE = object()


class CommandRefused(BotRuntimeError):
    """The store did not accept a command: an error in a script or in how it was called, so trying again won't help."""


class ScriptMissing(BotRuntimeError):
    """The store does not know the script's digest (restarted, failed over or flushed); nothing ran."""


class Redirected(BotRuntimeError):
    """The slot lives, or will live, on another node of the Cluster; nothing ran."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code, _, rest = text.partition(" ")
        address = rest.partition(" ")[2]
        self.host, _, port = address.rpartition(":")
        self.port = int(port)


class TryAgain(StoreUnavailable):
    """The slot is between two nodes; nothing ran."""


def error_from(text: str) -> Exception:
    """The exception of an error reply, by its first word."""
    code = text.partition(" ")[0]
    if code == "NOSCRIPT":
        return ScriptMissing(text)
    if code in ("MOVED", "ASK"):
        return Redirected(text)
    if code == "TRYAGAIN":
        return TryAgain(text)
    if code in NOT_NOW:
        return StoreUnavailable(f"the store answered {text}")
    return CommandRefused(text)


class Link(asyncio.Protocol):
    """A pipelined connection; `lost` is called once when it ends, whoever ended it."""

    def __init__(
        self, transport: asyncio.Transport, timeout_s: float, lost: Callable[["Link"], None] = lambda link: None
    ) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=error_from, notEnoughData=_INCOMPLETE)
        self._waiting: deque[asyncio.Future[Reply]] = deque()
        self._unsent: list[bytes] = []
        self._paused = False
        self._watch: asyncio.TimerHandle | None = None
        self._heard_at = 0.0
        self.closed = False
        self.keeps: object = None  # must live as long as the link

    def call(self, packed: bytes) -> "asyncio.Future[Reply]":
        """Queue one packed command; it leaves with all others of this pass of the event loop.

        Raises (in the future): StoreUnavailable, when the connection ended before the reply: whether the command ran is unknown.
        """
        future: asyncio.Future[Reply] = self._loop.create_future()
        if self.closed:
            future.set_exception(StoreUnavailable("the connection to the store is closed"))
            return future
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(packed)
        self._waiting.append(future)
        return future

    def close(self, why: str = "the connection to the store was closed") -> None:
        """End the connection; every call still waiting is told that its outcome is unknown."""
        if self.closed:
            return
        self.closed = True
        if self._watch:
            self._watch.cancel()
        self._transport.abort()
        self._unsent.clear()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(StoreUnavailable(why))
        self._lost(self)

    def _send(self) -> None:
        if self._paused or self.closed or not self._unsent:
            return
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()
        if self._watch is None:
            self._heard_at = self._loop.time()
            self._watch = self._loop.call_later(self._timeout_s, self._check_silence)

    def _check_silence(self) -> None:
        """Give up on a node that owes us an answer and has said nothing for the whole time-out."""
        self._watch = None
        if not self._waiting:
            return
        silent_s = self._loop.time() - self._heard_at
        if silent_s >= self._timeout_s:
            self.close(f"the store did not answer for {self._timeout_s:g} s")
        else:
            self._watch = self._loop.call_later(self._timeout_s - silent_s, self._check_silence)

    # asyncio.Protocol

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        reader, waiting = self._reader, self._waiting
        stale = False
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _INCOMPLETE:
                future = waiting.popleft()
                if isinstance(reply, Exception):
                    stale = stale or str(reply).startswith("the store answered READONLY")
                    if not future.done():
                        future.set_exception(reply)
                elif not future.done():
                    future.set_result(reply)
        except (hiredis.ProtocolError, IndexError) as error:
            self.close(f"the store sent something that is not a reply: {error}")
            return
        if stale:  # a failover made this node a replica: ask again where the primary is
            self.close("the store became read-only")

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.close(f"the connection to the store was lost{f': {exc}' if exc else ''}")


async def open_link(connection: AbstractConnection, timeout_s: float, lost: Callable[[Link], None]) -> Link:
    """Let redis-py make `connection`, then take its transport over.

    Raises:
        StoreUnavailable: nobody answers there, or it refuses us for now.
    """
    try:
        await connection.connect()
    except (RedisError, OSError) as error:
        raise StoreUnavailable(f"cannot reach the store: {error}") from error
    writer = (
        connection._writer
    )  # the only private thing we take from redis-py; tests/store/test_connection.py would notice
    assert writer is not None
    transport = writer.transport
    link = Link(transport, timeout_s, lost)
    link.keeps = writer  # a StreamWriter that is collected closes its transport
    connection._reader = connection._writer = None  # and a Connection that is collected complains
    transport.set_protocol(link)
    return link
