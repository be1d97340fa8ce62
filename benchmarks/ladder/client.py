"""The floor for what a Redis client can cost: one connection, one write for all calls of a pass of the event loop."""

import asyncio
from collections import deque
from typing import Any

import hiredis


class BareClient(asyncio.Protocol):
    """No reconnection, no time-out, no Cluster: for measuring only."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._out: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def connect(cls, path: str) -> "BareClient":
        _, client = await asyncio.get_running_loop().create_unix_connection(cls, path)
        return client

    def call(self, *command: str | bytes | int) -> "asyncio.Future[Any]":
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(hiredis.pack_command(command))
        answer = self._loop.create_future()
        self._waiting.append(answer)
        return answer

    def _flush(self) -> None:
        self._transport.write(b"".join(self._out))
        self._out.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (value := self._reader.gets()) is not False:
            answer = self._waiting.popleft()
            if isinstance(value, Exception):
                answer.set_exception(value)
            else:
                answer.set_result(value)
