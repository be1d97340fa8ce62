"""One connection to one store node, shared by every caller of this process.

Callers add their command to a list; at the end of the pass of the event loop all of it leaves in one write. Replies
come back in the order of the commands: the n-th reply belongs to the n-th future, and nothing else ties them together.
That is why a cancelled caller keeps its place in the queue (its reply is read and dropped), and why anything unexpected
closes the connection: after one lost reply no later one could be trusted.

redis-py makes the connection (TLS, authentication, database, Sentinel); once it is made we take its transport over,
because redis-py's own way, a pooled connection with a write and a read for each call, costs several times as much.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import hiredis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import AuthenticationError, RedisError

from bot_runtime.errors import BotRuntimeError, SettingError, StoreUnavailable

Reply = Any  # what hiredis reads: bytes, int, None, or a list of those
Argument = str | bytes | int | float

NOT_NOW = frozenset(
    "READONLY LOADING MISCONF OOM CLUSTERDOWN BUSY MASTERDOWN NOREPLICAS UNKILLABLE NOQUORUM".split()  # noqa: SIM905
)
_INCOMPLETE = object()


class CommandRefused(BotRuntimeError):
    """The store did not accept a command: an error in a script or in how it was called, so trying again won't help."""


class ScriptMissing(BotRuntimeError):
    """The store does not know the script's digest (it was flushed); nothing ran."""


class Redirected(BotRuntimeError):
    """The slot lives (`moved`) or is about to live on another node of the Cluster; nothing ran."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        code, _, address = text.split(" ", 2)
        self.moved = code == "MOVED"
        self.host, _, port = address.rpartition(":")  # no host: the node that answered
        self.port = int(port)


class SlotMoving(StoreUnavailable):
    """The slot's keys are between two nodes of the Cluster; nothing ran."""


class TooFewReplicas(StoreUnavailable):
    """It ran, but too few replicas have it: the next failover may undo it. `reply` is what it answered."""

    def __init__(self, reply: Reply, replicas: int, wanted: int) -> None:
        super().__init__(f"{replicas} of {wanted} replicas have it")
        self.reply = reply


class ReadOnlyNode(StoreUnavailable):
    """A failover made this node a replica; nothing ran."""


def error_from(text: str) -> Exception:
    """The exception an error reply means, by its first word."""
    code = text.partition(" ")[0]
    match code:
        case "NOSCRIPT":
            return ScriptMissing(text)
        case "MOVED" | "ASK":
            return Redirected(text)
        case "TRYAGAIN":
            return SlotMoving(text)
        case "READONLY":
            return ReadOnlyNode(f"the store answered {text}")
        case _ if code in NOT_NOW:
            return StoreUnavailable(f"the store answered {text}")
    return CommandRefused(text)


def pack(*args: Argument) -> bytes:
    """One command as it goes over the wire."""
    packed: bytes = hiredis.pack_command(args)  # type: ignore[arg-type]
    return packed


class Link(asyncio.Protocol):
    """A pipelined connection; `lost` is called once when it ends, whoever ended it."""

    def __init__(self, transport: asyncio.Transport, timeout_s: float, lost: Callable[["Link"], None]) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=error_from, notEnoughData=_INCOMPLETE)
        self._waiting: deque[asyncio.Future[Reply]] = deque()
        self._unsent: list[bytes] = []
        self._replicated: asyncio.Future[Reply] | None = None  # of what leaves in this pass
        self._wait = b""
        self._paused = False
        self._watch: asyncio.TimerHandle | None = None
        self._silent_since = 0.0
        self.closed = False
        self.keeps: object = None  # must live as long as the link

    def call(self, packed: bytes) -> "asyncio.Future[Reply]":
        """Queue one packed command; it leaves with all others of this pass of the event loop.

        The future raises StoreUnavailable when the link ended before the reply: whether the command ran is unknown.
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

    def replicated(self, wait: bytes) -> "asyncio.Future[Reply]":
        """How many replicas have what leaves in this pass: `wait`, a packed WAIT, follows it, one for all callers."""
        if self.closed:
            return self.call(wait)
        if self._replicated is None:
            self._replicated, self._wait = self._loop.create_future(), wait
        return self._replicated

    def close(self, why: str = "the connection to the store was closed") -> None:
        """End the connection; every call still waiting is told that its outcome is unknown."""
        if self.closed:
            return
        self.closed = True
        if self._watch:
            self._watch.cancel()
        self._transport.abort()
        self._unsent.clear()
        if self._replicated:
            self._waiting.append(self._replicated)
            self._replicated = None
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(StoreUnavailable(why))
        self._lost(self)

    def _send(self) -> None:
        if self._paused or not self._unsent:
            return
        if self._replicated:
            self._unsent.append(self._wait)
            self._waiting.append(self._replicated)
            self._replicated = None
        if len(self._waiting) == len(self._unsent):  # nothing was in flight: from now on an answer is owed
            self._silent_since = self._loop.time()
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()
        if self._watch is None:
            self._watch = self._loop.call_later(self._timeout_s, self._check_silence)

    def _check_silence(self) -> None:
        """Give up on a node that owes us an answer and has said nothing for the whole time-out."""
        self._watch = None
        if not self._waiting:
            return
        left_s = self._silent_since + self._timeout_s - self._loop.time()
        if left_s <= 0:
            self.close(f"the store did not answer for {self._timeout_s:g} s")
        else:
            self._watch = self._loop.call_later(left_s, self._check_silence)

    # What the transport calls

    def data_received(self, data: bytes) -> None:
        reader, waiting = self._reader, self._waiting
        self._silent_since = self._loop.time()
        read_only = False
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _INCOMPLETE:
                future = waiting.popleft()
                if isinstance(reply, Exception):
                    read_only = read_only or isinstance(reply, ReadOnlyNode)
                    if not future.done():
                        future.set_exception(reply)
                elif not future.done():
                    future.set_result(reply)
        except (hiredis.ProtocolError, IndexError) as error:
            self.close(f"the store sent what is no reply: {error}")
            return
        if read_only:  # so that the next connection asks where the primary is now
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
        StoreUnavailable: nobody answers there, or not now.
        SettingError: it refuses our user or password.
    """
    try:
        await connection.connect()  # type: ignore[no-untyped-call]
    except (RedisError, OSError) as error:
        if isinstance(error, AuthenticationError) or isinstance(error.__cause__, AuthenticationError):
            raise SettingError(f"the store refuses the user or password of BOT_STORE_URL: {error}") from error
        raise StoreUnavailable(f"cannot reach the store: {error}") from error
    except asyncio.CancelledError:  # in the middle of the greeting
        await connection.disconnect(nowait=True)
        raise
    # All we take from redis-py that it does not offer; the tests of `Store` would notice any change there.
    writer = connection._writer
    assert writer is not None
    transport = cast(asyncio.Transport, writer.transport)  # uvloop's do not say so
    link = Link(transport, timeout_s, lost)
    link.keeps = writer  # a StreamWriter that is collected closes its transport
    connection._reader = connection._writer = None  # a Connection that is collected complains
    transport.set_protocol(link)
    return link
