"""A web service of somebody else, on a port of its own: it notes each call and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class OutsideService:
    """`answers` are taken one a call, the last again and again: a response, or something that makes one."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    hold: asyncio.Event | None = None  # until it is set, nobody gets an answer

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, *answers: web.Response | dict[str, Any]) -> None:
        self.answers = [_maker(one) for one in answers]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.heard.append(Heard(request.method, request.raw_path, dict(request.headers), body))
        if self.hold is not None:
            await self.hold.wait()
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])()

    async def until_heard(self, calls: int = 1, timeout_s: float = 15) -> None:
        async with asyncio.timeout(timeout_s):
            while len(self.heard) < calls:  # noqa: ASYNC110 - the truth is with the service
                await asyncio.sleep(0.01)


def _maker(answer: web.Response | dict[str, Any]) -> Callable[[], web.Response]:
    if isinstance(answer, dict):
        return lambda: web.json_response(answer)
    status, body, headers = answer.status, answer.body, dict(answer.headers)
    return lambda: web.Response(status=status, body=body, headers=headers)


@asynccontextmanager
async def outside_service() -> AsyncIterator[OutsideService]:
    service = OutsideService()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        if service.hold is not None:
            service.hold.set()
        await runner.cleanup()
