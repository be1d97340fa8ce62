"""A provider that takes every message at once: `python -m benchmarks.stub PORT`."""

import itertools
import sys

from aiohttp import web

numbers = itertools.count(1)


async def accept(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(
        {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.HBgNNTUxMTk5OTk{next(numbers):08d}"}]}
    )


async def ready(request: web.Request) -> web.Response:
    return web.Response()


app = web.Application()
app.router.add_post("/{path:.*}", accept)
app.router.add_get("/readyz", ready)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
