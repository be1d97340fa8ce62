"""`/healthz`, `/readyz`, `/metrics`, the operators' part of `/api/v1`, and under a test clock `POST /test/clock`.

The first three are open to whoever reaches the port, and hold no number, name or text: a proxy in front keeps
`/metrics` from the world (docs/operations.md).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from prometheus_client.core import Metric

from bot_runtime import metrics
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.overview import Overview, Overviews, gauges_of
from bot_runtime.runtime.troubles import Trouble, troubles_of
from bot_runtime.store.clock import Clock
from bot_runtime.web.api import Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.workspace import Workspace

LONGEST_S = 366 * 86_400
FRESH_S = 1.0

_UP = "0: the store did not answer."
_SPOOL = "Webhooks kept on disk until the store is back."


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    advance_s: float


class Status(msgspec.Struct, frozen=True):
    overview: Overview
    troubles: list[Trouble]


class Counting:
    """What `/metrics` tells: this process's figures, those the others told last, and what the store holds."""

    def __init__(
        self,
        name: Callable[[], str],
        overviews: Overviews,
        workspace: Callable[[], Workspace],
        spool_bytes: Callable[[], int],
    ) -> None:
        self._name, self._overviews, self._workspace, self._spool_bytes = name, overviews, workspace, spool_bytes
        self._lock, self._read_at = asyncio.Lock(), 0.0
        self._gauges: list[Metric] = []

    async def text(self) -> bytes:
        processes: dict[str, metrics.Snapshot] = {}
        try:
            now_ms = self._overviews.processes.now_ms()
            processes = {one.name: one.figures for one in await self._overviews.processes.all() if one.is_alive(now_ms)}
            gauges = [*await self._store_gauges(), metrics.gauge("bot_store_up", _UP, [({}, 1)])]
        except StoreUnavailable:  # what we counted ourselves is told all the more
            gauges = [metrics.gauge("bot_store_up", _UP, [({}, 0)])]
        processes[self._name()] = metrics.snapshot()
        gauges.append(metrics.gauge("bot_spool_bytes", _SPOOL, [({}, self._spool_bytes())]))
        return metrics.exposition(processes, gauges)

    async def _store_gauges(self) -> list[Metric]:
        """Read at most once a second, however many ask."""
        async with self._lock:
            if not self._gauges or time.monotonic() - self._read_at >= FRESH_S:
                self._gauges = gauges_of(await self._overviews.now(self._workspace()))
                self._read_at = time.monotonic()
            return self._gauges


def add_operations(app: web.Application, ready: Callable[[], Awaitable[list[str]]], counting: Counting) -> None:
    """`ready` names what is missing: the store, the poller."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        missing = await ready()
        return web.json_response({"ready": not missing, "problems": missing}, status=503 if missing else 200)

    async def tell(request: web.Request) -> web.Response:
        return web.Response(body=await counting.text(), headers={"Content-Type": metrics.CONTENT_TYPE})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", tell)


def operation_routes(overviews: Overviews, workspace: Callable[[], Workspace]) -> list[Route]:
    async def status(call: Call[None]) -> Status:
        seen = await overviews.now(workspace())
        return Status(seen, troubles_of(seen, call.language))

    return [
        Route(
            "GET",
            "/operations/status",
            status,
            needs(role="administrator", scope="operations:read"),
            "How the installation is, the worst first.",
            answer=Status,
        )
    ]


def add_test_clock(app: web.Application, clock: Clock, advance: Callable[[float], Awaitable[None]]) -> None:
    def answer() -> web.Response:
        return web.json_response({"now": clock.now().isoformat(), "offset_s": clock.offset_ms / 1000})

    async def show(request: web.Request) -> web.Response:
        return answer()

    async def move(request: web.Request) -> web.Response:
        try:
            wanted = msgspec.json.decode(await request.read(), type=_Advance).advance_s
        except msgspec.DecodeError as error:
            return web.json_response({"error": f'expected {{"advance_s": seconds}}: {error}'}, status=422)
        if not 0 <= wanted <= LONGEST_S:
            return web.json_response({"error": f"advance_s: expected 0 to {LONGEST_S}, got {wanted}"}, status=422)
        try:
            await advance(wanted)
        except StoreUnavailable:
            return web.json_response({"error": "the store is away; try again"}, status=503)
        return answer()

    app.router.add_get("/test/clock", show)
    app.router.add_post("/test/clock", move)
