"""`/healthz`, `/readyz`, and under a test clock `POST /test/clock`."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from bot_runtime.errors import StoreUnavailable
from bot_runtime.store.clock import Clock

LONGEST_S = 366 * 86_400


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    advance_s: float


def add_operations(app: web.Application, ready: Callable[[], Awaitable[list[str]]]) -> None:
    """`ready` names what is missing: the store, or a workspace whose latest change was refused."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        missing = await ready()
        return web.json_response({"ready": not missing, "problems": missing}, status=503 if missing else 200)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


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
