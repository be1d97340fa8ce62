"""Which connection a call goes over: that of the one primary, or that of the Cluster node that has the key's slot.

Nothing is ever sent twice on a guess: a call is repeated only after an answer that says it did not run.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError

from bot_runtime.errors import BotRuntimeError, SettingError, StoreUnavailable
from bot_runtime.store.link import (
    CommandRefused,
    Link,
    Redirected,
    Reply,
    SlotMoving,
    TooFewReplicas,
    open_link,
    pack,
)
from bot_runtime.store.scripts import all_scripts
from bot_runtime.store.urls import StoreAddress

TIMEOUT_S = 5.0
ASK_S = 1.0  # for questions to Sentinels and about the Cluster's slots: another can be asked
ACKS_MS = 1_000  # that replicas get to say that they have something
WAIT_FOR_LINK_S = 1.0  # how long a call, nothing of which was sent yet, waits for a connection that is being remade
BACKOFF_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
REDIRECTS = 8
NEVER_SEEN = "-"  # in place of a run id: whoever answers is new

MakeConnection = Callable[[], AbstractConnection]


class Router(Protocol):
    """Carries packed commands to whom they concern.

    `acks` of a call: so many replicas must have all it wrote (`TooFewReplicas`); asked on the same connection.
    """

    on_new_run: Callable[[], None]  # another server process answers now, before it gets any call: writes may be lost

    async def connect(self) -> None:
        """Connect for the first time, failing at once if that fails."""

    def call(self, key: str | None, packed: bytes, before: Sequence[bytes] = (), acks: int = 0) -> Awaitable[Reply]:
        """Send `packed` to the node of `key`, with the commands `before` right before it on the same connection."""

    def primaries(self) -> "list[Node]":
        """Every node that takes writes, as far as we know."""

    async def close(self) -> None: ...


class Node:
    """One node, connected again in the background, as often as the connection ends."""

    def __init__(self, make_connection: MakeConnection, run_id: str = "") -> None:
        """`run_id`: of the server process that was there last."""
        self.on_new_run: Callable[[], None] = lambda: None
        self._make_connection = make_connection
        self._run_id = run_id
        self._link: Link | None = None
        self._connected = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None
        self._closed = False

    async def connect(self) -> None:
        """One try. All scripts are loaded before the link is used, so their order is never upset by a missing one."""
        link = await open_link(self._make_connection(), TIMEOUT_S, self._lost)
        try:
            told, *_ = await asyncio.gather(
                _told(link.call(pack("INFO", "server"))),
                *(link.call(pack("SCRIPT", "LOAD", each.source)) for each in all_scripts().values()),
            )
        except BaseException:
            link.close()
            raise
        run_id = told.partition(b"run_id:")[2].partition(b"\r")[0].decode()
        if self._run_id and run_id != self._run_id:
            self.on_new_run()
        self._run_id = run_id
        self._link = link
        self._connected.set()

    def call(self, key: str | None, packed: bytes, before: Sequence[bytes] = (), acks: int = 0) -> Awaitable[Reply]:
        if self._link is not None and not before and not acks:  # nearly always
            return self._link.call(packed)
        return self._call(packed, before, acks)

    async def _call(self, packed: bytes, before: Sequence[bytes], acks: int) -> Reply:
        link = self._link or await self._wait_for_link()
        for each in before:
            link.call(each).add_done_callback(_ignore)
        if not acks:
            return await link.call(packed)
        answer, replicated = link.call(packed), link.replicated(pack("WAIT", acks, ACKS_MS))
        replicated.add_done_callback(_ignore)
        reply = await answer
        if (replicas := await asyncio.shield(replicated)) < acks:
            raise TooFewReplicas(reply, replicas, acks)
        return reply

    def primaries(self) -> "list[Node]":
        return [self]

    async def close(self) -> None:
        self._closed = True
        if self._connecting:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._link:
            self._link.close()

    async def _wait_for_link(self) -> Link:
        if self._closed:
            raise StoreUnavailable("the store was closed")
        self._connect_in_background()
        try:
            async with asyncio.timeout(WAIT_FOR_LINK_S):
                await self._connected.wait()
        except TimeoutError:
            pass
        if self._link is None:
            raise StoreUnavailable("the store is away; connecting again")
        return self._link

    def _lost(self, link: Link) -> None:
        if link is self._link:
            self._link = None
            self._connected.clear()
            if not self._closed:
                self._connect_in_background()

    def _connect_in_background(self) -> None:
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.get_running_loop().create_task(self._connect_again())

    async def _connect_again(self) -> None:
        tries = 0
        while self._link is None:
            try:
                await self.connect()
            except BotRuntimeError:  # also a refused password: it may be in the middle of a change
                await asyncio.sleep(BACKOFF_S[min(tries, len(BACKOFF_S) - 1)])
                tries += 1


class SentinelNode(Node):
    """The primary the Sentinels name, asked again at each connection."""

    def __init__(self, sentinel: Sentinel, pool: SentinelConnectionPool) -> None:
        super().__init__(pool.make_connection)
        self._sentinel = sentinel
        self._pool = pool  # its connections hold it weakly

    async def close(self) -> None:
        await super().close()
        await asyncio.gather(*(each.aclose() for each in self._sentinel.sentinels))


class ClusterNodes:
    """The primaries of a Cluster, one link each. Who has which slots is asked at first and when one says otherwise."""

    def __init__(self, address: StoreAddress, options: dict[str, Any]) -> None:
        self.on_new_run: Callable[[], None] = lambda: None
        self._connected = False
        self._connection_options = options
        self._ask_options = {**options, "socket_timeout": ASK_S, "socket_connect_timeout": ASK_S}
        self._kind = SSLConnection if address.tls else Connection
        self._seeds = list(address.nodes)
        self._places: dict[int, tuple[str, int]] = {}  # by slot
        self._nodes: dict[tuple[str, int], Node] = {}
        self._asking: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self._ask_slots()
        await asyncio.gather(*(self._node(place).connect() for place in set(self._places.values())))
        self._connected = True

    async def call(self, key: str | None, packed: bytes, before: Sequence[bytes] = (), acks: int = 0) -> Reply:
        place = self._place(key)
        asking: tuple[bytes, ...] = ()
        for tried in range(REDIRECTS):
            try:
                return await self._node(place).call(key, packed, (*before, *asking), acks)
            except Redirected as error:
                place = (error.host or place[0], error.port)
                asking = () if error.moved else (pack("ASKING"),)
                if error.moved:
                    self._ask_in_background()
            except SlotMoving:
                await asyncio.sleep(BACKOFF_S[min(tried, len(BACKOFF_S) - 1)])
            except TooFewReplicas:
                raise
            except StoreUnavailable:
                self._ask_in_background()  # perhaps a replica has taken over
                raise
        raise StoreUnavailable("the Cluster keeps sending us from node to node")

    def primaries(self) -> list[Node]:
        return [self._node(place) for place in sorted(set(self._places.values()))]

    async def close(self) -> None:
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await asyncio.gather(*(node.close() for node in self._nodes.values()))

    def _place(self, key: str | None) -> tuple[str, int]:
        place = next(iter(self._places.values()), None) if key is None else self._places.get(_slot(key))
        if place is None:
            self._ask_in_background()
            raise StoreUnavailable("no node of the Cluster has the key's slot now")
        return place

    def _node(self, place: tuple[str, int]) -> Node:
        node = self._nodes.get(place)
        if node is None:
            host, port = place
            who = NEVER_SEEN if self._connected else ""  # a replica that took over, most likely
            node = Node(lambda: self._kind(host=host, port=port, **self._connection_options), who)
            node.on_new_run = lambda: self.on_new_run()
            self._nodes[place] = node
        return node

    def _ask_in_background(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask_again())

    async def _ask_again(self) -> None:
        try:
            await self._ask_slots()
        except StoreUnavailable:
            await asyncio.sleep(BACKOFF_S[2])  # the next failing call asks again

    async def _ask_slots(self) -> None:
        """Ask one node after the other until one knows of every slot; else the one that knows most is believed."""
        best: dict[int, tuple[str, int]] = {}
        why: Exception | str = "none is named"
        for place in dict.fromkeys([*self._places.values(), *self._seeds]):
            try:
                told = await self._slots_told_by(*place)
            except (RedisError, OSError) as error:
                why = error
                continue
            best = max(told, best, key=len)
            if len(best) == REDIS_CLUSTER_HASH_SLOTS:
                break
        if not best:
            raise StoreUnavailable(f"cannot reach the Cluster: {why}")
        self._places = best
        gone = self._nodes.keys() - set(self._places.values())
        await asyncio.gather(*(self._nodes.pop(place).close() for place in gone))

    async def _slots_told_by(self, host: str, port: int) -> dict[int, tuple[str, int]]:
        connection = self._kind(host=host, port=port, **self._ask_options)
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
            await connection.send_command("CLUSTER SLOTS")
            told = await connection.read_response()
        finally:
            await connection.disconnect()
        places = {}
        for first, last, primary, *_ in told:
            place = ((primary[0] or b"").decode() or host, int(primary[1]))  # nameless: the node that we asked
            places.update(dict.fromkeys(range(first, last + 1), place))
        return places


def router_for(address: StoreAddress) -> Router:
    """How to reach `address`; nothing is dialled yet."""
    options: dict[str, Any] = {
        **address.options,
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # no pushes: every reply answers a command
        "client_name": "bot-runtime",
    }
    if address.kind == "cluster":
        return ClusterNodes(address, options)
    if address.kind == "sentinel":
        ask = {**options, "socket_timeout": ASK_S, "socket_connect_timeout": ASK_S}
        ask = {name: value for name, value in ask.items() if name not in address.options} | address.sentinel_options
        sentinel = Sentinel(list(address.nodes), sentinel_kwargs=ask)  # type: ignore[no-untyped-call]
        pool = SentinelConnectionPool(address.service, sentinel, ssl=address.tls, **options)  # type: ignore[no-untyped-call]
        return SentinelNode(sentinel, pool)
    if address.kind != "single":
        raise SettingError("the embedded store has no address before it runs")
    if "path" in options:
        return Node(lambda: UnixDomainSocketConnection(**options))
    kind = SSLConnection if address.tls else Connection
    return Node(lambda: kind(**options))


def _slot(key: str) -> int:
    """The Cluster slot of `key`: of its hash tag alone, when it has one (so few that they are remembered)."""
    start = key.find("{")
    end = key.find("}", start + 2) if start >= 0 else -1
    return _slot_of_tag(key[start + 1 : end]) if end > 0 else int(key_slot(key.encode()))


@functools.lru_cache(maxsize=4096)
def _slot_of_tag(tag: str) -> int:
    return int(key_slot(tag.encode()))


async def _told(info: "asyncio.Future[Reply]") -> bytes:
    """What INFO says; nothing where we may not ask."""
    try:
        told: bytes = await info
    except CommandRefused:
        return b""
    return told


def _ignore(future: "asyncio.Future[Reply]") -> None:
    """Take an outcome nobody waits for; the command after it tells what matters."""
    if not future.cancelled():
        future.exception()
