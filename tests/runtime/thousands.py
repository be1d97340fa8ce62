"""Thousands of contacts on the wire: their webhooks go in, and the provider notes what each of them is told."""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, Self

from bot_runtime.devtools import graph_webhooks as graph
from bot_runtime.devtools.accounts import Account, as_channel
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.faults import Dice
from bot_runtime.prove.provider import Provider
from bot_runtime.prove.records import Send

FIRST = 34_650_000_000
TOGETHER = 25  # messages that one webhook brings
CONNECTIONS = 8  # kept open


class CanAdvance(Protocol):
    async def advance_clock(self, seconds: float) -> Any: ...


class Thousands(AbstractAsyncContextManager["Thousands"]):
    """`size` contacts of a WhatsApp number. `said`: all that each was told, oldest first."""

    def __init__(self, account: Account, size: int) -> None:
        self.account, self.size = account, size
        self.clock = Clock()
        self.said: defaultdict[str, list[Send]] = defaultdict(list)
        self.heard = 0  # messages that were sent to them
        self._provider = Provider([account], self.clock, Dice(0, scale=0), self._note)
        self._more = asyncio.Event()
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        await self._provider.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._provider.stop()

    def channels(self) -> dict[str, dict[str, Any]]:
        """As `channels:` of a `bot.yaml`."""
        channel = as_channel(self.account, f"{self._provider.url}/server")
        return {self.account.name: {**channel, "default_country": "ES", "read_marks": False}}

    async def advance_clock(self, server: CanAdvance, seconds: float) -> None:
        """What is sent meanwhile is noted with the later time: nothing looks early that was not."""
        self.clock.moved_s += seconds
        await server.advance_clock(seconds)

    async def until_heard(self, messages: int) -> None:
        async with asyncio.timeout(120):
            while self.heard < messages:
                self._more.clear()
                await self._more.wait()

    async def all_say(self, port: int, text: str) -> None:
        """Each contact writes `text`, once."""
        groups = iter([range(first, first + TOGETHER) for first in range(FIRST, FIRST + self.size, TOGETHER)])
        await asyncio.gather(*(self._post(port, groups, text) for _ in range(CONNECTIONS)))

    async def _post(self, port: int, groups: Iterable[range], text: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for numbers in groups:
            body = graph.encode(self._webhook(numbers, text))
            lines = [f"POST /webhooks/{self.account.name} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in graph.sign(self.account.app_secret, body).items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200 "), head
            await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
        writer.close()
        await writer.wait_closed()

    def _webhook(self, numbers: range, text: str) -> dict[str, Any]:
        at = str(int(time.time() + self.clock.moved_s))
        said = {"timestamp": at, "type": "text", "text": {"body": text}}
        return graph.envelope(
            self.account,
            contacts=[{"profile": {"name": f"P{number}"}, "wa_id": str(number)} for number in numbers],
            messages=[{"from": str(number), "id": f"wamid.{next(self._numbers):020}", **said} for number in numbers],
        )

    def _note(self, send: Send) -> bool:
        self.said[send.to].append(send)
        self.heard += 1
        self._more.set()
        return True
