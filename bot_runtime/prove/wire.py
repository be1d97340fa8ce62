"""HTTP/1.1 as close to the socket as a fault needs: answers can be cut, dripped, reset or never begun."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MOST_HEAD = 64 * 1024
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Link:
    """One connection of the server's. Every method may raise `ConnectionError`: whoever called us is gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def request(self) -> Request | None:
        """The next request; None once the other side is done."""
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await self._reader.readexactly(int(headers.get("content-length") or 0))
        return Request(method, path, headers, body)

    async def answer(
        self, status: int, body: bytes, content_type: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        self._writer.write(head_of(status, len(body), content_type, headers) + body)
        await self._writer.drain()

    async def drip(self, status: int, body: bytes, pause_s: float) -> None:
        """The answer, a few bytes at a time."""
        whole = head_of(status, len(body)) + body
        for start in range(0, len(whole), 16):
            self._writer.write(whole[start : start + 16])
            await self._writer.drain()
            await asyncio.sleep(pause_s)

    async def flood(self, status: int, length: int) -> None:
        """An answer of `length` bytes."""
        self._writer.write(head_of(status, length))
        for start in range(0, length, CHUNK):
            self._writer.write(b" " * min(CHUNK, length - start))
            await self._writer.drain()

    def reset(self) -> None:
        """RST instead of FIN: what was written and not read yet is lost too."""
        link = self._writer.get_extra_info("socket")
        if link is not None and link.fileno() >= 0:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()


def head_of(
    status: int, length: int, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {'OK' if status < 300 else 'No'}",
        f"Content-Type: {content_type}",
        f"Content-Length: {length}",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode()


class Listener:
    """`serve` gets each connection; stopping resets those that are left."""

    def __init__(self, serve: Callable[[Link], Awaitable[None]]) -> None:
        self._serve = serve
        self._links: dict[Link, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=MOST_HEAD, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for link, task in tuple(self._links.items()):
            link.reset()
            task.cancel()
        await asyncio.gather(*self._links.values(), return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._links[link] = task
        try:
            await self._serve(link)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # a killed server's half request, or its reset
        except asyncio.CancelledError:
            pass  # `stop`; the streams' own callback would log it
        finally:
            del self._links[link]
            link.close()
