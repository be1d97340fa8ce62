"""A provider that takes all: `python -m benchmarks.stub PORT [LATENCY_MS]`. `/arrived` tells when texts
came, `/accepted` when templates were answered."""

import asyncio
import itertools
import sys
import time

from aiohttp import web

numbers = itertools.count(1)
arrived: dict[str, float] = {}
accepted: dict[str, float] = {}
latency_s = int(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0


async def accept(request: web.Request) -> web.Response:
    body = await request.json()
    if body.get("type") != "template":
        arrived.setdefault(body.get("to", ""), time.time())
    if latency_s:
        await asyncio.sleep(latency_s)
    if body.get("type") == "template":
        accepted.setdefault(body["to"], time.time())
    return web.json_response(
        {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.HBgNNTUxMTk5OTk{next(numbers):08d}"}]}
    )


async def ready(request: web.Request) -> web.Response:
    return web.Response()


async def tell(request: web.Request) -> web.Response:
    return web.json_response({"/arrived": arrived, "/accepted": accepted}[request.path])


app = web.Application()
app.router.add_post("/{path:.*}", accept)
app.router.add_get("/readyz", ready)
app.router.add_get("/arrived", tell)
app.router.add_get("/accepted", tell)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
