"""`/api/v1/live`: what happens, over a WebSocket that can be taken up again with `since`.

A page hears what its reader may see, as they may now: the login is looked at every few seconds, and when it has ended
so does the socket. Whoever reads too slowly is cut off and comes back with `since`.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Annotated, Any

import msgspec
from aiohttp import WSCloseCode, web

from bot_runtime.errors import StoreUnavailable
from bot_runtime.people.model import Caller
from bot_runtime.people.service import People
from bot_runtime.store.clock import Clock
from bot_runtime.tickets.service import in_order
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import Door, needs
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.web.feed import Feed, Said, told

HEARTBEAT_S = 20
CHECK_S = 2.0
PRESENCE_S = 0.5
MOST_BEHIND = 1_000
MOST_MISSED = 5_000  # entries; after a longer gap the page reads everything anew
CLOSE_S = 2.0


NO_SOCKET = Phrase("websocket", "connect here with a WebSocket", "conéctate aquí con un WebSocket")


class LiveQuery(Body):
    """`since`: ms since 1970 of the last line heard; without it only what comes is told."""

    since: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None


class Live:
    """The open sockets of this process."""

    def __init__(self, feed: Feed, people: People) -> None:
        self.feed = feed
        self._open: set[web.WebSocketResponse] = set()
        feed.add_source(_Presences(people).changes, PRESENCE_S)

    async def follow(self, socket: web.WebSocketResponse, reader: "_Reader", *work: Coroutine[Any, Any, None]) -> None:
        """Do `work` until the page goes away."""
        self._open.add(socket)
        deaf = self.feed.listen(reader.hear)
        tasks = [asyncio.create_task(one) for one in work]
        try:
            async for _ in socket:
                pass  # the page says nothing; reading notices that it went away
        finally:
            deaf()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._open.discard(socket)

    async def close(self, app: web.Application) -> None:
        """Close every socket, else stopping would wait for each."""
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops") for socket in tuple(self._open))
        )


def live_routes(live: Live, door: Door, clock: Clock) -> list[Route]:
    async def follow(call: Call[None]) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=4_096, timeout=CLOSE_S)
        if not socket.can_prepare(call.request):
            raise ApiError(426, NO_SOCKET, headers={"Upgrade": "websocket"})
        await socket.prepare(call.request)
        reader = _Reader(socket, call.caller)
        await live.follow(socket, reader, tell(reader, call.query.since), watch_login(call, reader))
        return socket

    async def tell(reader: _Reader, since: int | None) -> None:
        """First what was missed, then `hello` (who hears it has missed nothing before its `now`), then what comes."""
        now = clock.now().isoformat(timespec="milliseconds")
        try:
            seen = await tell_missed(reader, since) if since is not None else {}
            await reader.send([msgspec.json.encode({"type": "hello", "now": now}).decode()])
            while (said := await reader.said.get()) is not None:
                if said.id and in_order(said.id) <= seen.get(said.shard, (0, 0)):
                    continue
                await reader.send(said.for_caller(reader.caller))
            await reader.socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too far behind")
        except StoreUnavailable:
            await reader.socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"the store is away")
        except ConnectionError:
            pass

    async def tell_missed(reader: _Reader, since: int) -> dict[int, tuple[int, int]]:
        """Up to where each shard was told."""
        missed = await live.feed.since(since, MOST_MISSED)
        if missed is None:
            await reader.send(['{"type":"reset"}'])
            return {}
        for said in missed:
            await reader.send(said.for_caller(reader.caller))
        return {said.shard: in_order(said.id) for said in missed}

    async def watch_login(call: Call[None], reader: _Reader) -> None:
        """Keep the caller's rights up to date; when they have none any more, close."""
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                caller = await caller_now(call)
            except StoreUnavailable:
                continue
            if caller is None:
                await reader.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"log in again")
                return
            reader.caller = caller

    async def caller_now(call: Call[None]) -> Caller | None:
        if call.caller.kind == "user":
            return await door.logins.keep_alive(call.caller.session)
        try:
            return await door.caller(call.request)
        except ApiError:
            return None

    need = needs(role="agent", scope="tickets:read")
    return [Route("GET", "/live", follow, need, "What happens, as it happens (WebSocket).", query=LiveQuery)]


class _Reader:
    """One socket and what it has still to be told."""

    def __init__(self, socket: web.WebSocketResponse, caller: Caller) -> None:
        self.socket, self.caller = socket, caller
        self.said: asyncio.Queue[Said | None] = asyncio.Queue(MOST_BEHIND)

    def hear(self, said: Said) -> None:
        if not said.for_caller(self.caller):
            return
        if self.said.full():
            while not self.said.empty():
                self.said.get_nowait()
            self.said.put_nowait(None)  # the sender ends at it
            return
        self.said.put_nowait(said)

    async def send(self, lines: Sequence[str]) -> None:
        for line in lines:
            await self.socket.send_str(line)


class _Presences:
    """Who comes and goes."""

    def __init__(self, people: People) -> None:
        self._people, self._after = people, "$"

    async def changes(self) -> list[Said]:
        changes, self._after = await self._people.presence_changes(self._after)
        return [told({"type": "presence", "agent": name, "state": state}) for name, state in changes]
