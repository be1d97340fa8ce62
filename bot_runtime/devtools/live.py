"""`/dev/api/live`: everything that happens, over a WebSocket that can be taken up again with `since`."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web

from bot_runtime.devtools.calls import BadCall, shown
from bot_runtime.devtools.world import World

HEARTBEAT_S = 20
MOST_BEHIND = 2_000  # lines; a page that is further behind is cut off and comes back with `since`


class LiveFeed:
    def __init__(self, world: World) -> None:
        self.world = world
        self._open: set[web.WebSocketResponse] = set()

    async def follow(self, request: web.Request) -> web.StreamResponse:
        since = _since(request)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=64 * 1024)
        await socket.prepare(request)
        self._open.add(socket)
        lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_BEHIND)

        def hear(line: dict[str, Any]) -> None:
            if lines.full():
                lines.get_nowait()
                line = {}  # the sender ends at it
            lines.put_nowait(line)

        deaf = self.world.listen(hear)
        missed = self.world.since(since) if since is not None else []
        sending = asyncio.create_task(self._send(socket, lines, missed))
        try:
            async for _ in socket:
                pass  # the page says nothing; reading notices that it went away
        finally:
            deaf()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            self._open.discard(socket)
        return socket

    async def _send(
        self,
        socket: web.WebSocketResponse,
        lines: asyncio.Queue[dict[str, Any]],
        missed: list[dict[str, Any]] | None,
    ) -> None:
        if missed is None:
            missed = [{"seq": self.world.seq, "type": "reset"}]
        try:
            for line in missed:
                await socket.send_str(json.dumps(line, ensure_ascii=False))
            while line := await lines.get():
                await socket.send_str(json.dumps(line, ensure_ascii=False))
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too far behind")
        except ConnectionError:
            pass

    async def close(self, app: web.Application) -> None:
        """Close every socket, else stopping would wait for each."""
        for socket in tuple(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")


def _since(request: web.Request) -> int | None:
    given = request.query.get("since")
    if given is None:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise BadCall("since", "whole_number", shown(given))
    return int(given)


def same_origin(request: web.Request) -> None:
    """Refuse a call that another site's page makes through the reader's browser."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise BadCall("Origin", "origin", shown(origin), 403, names=f"http://{request.host}")
