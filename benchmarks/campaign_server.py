"""The server of a campaign's run, with some more routes: `python -m benchmarks.campaign_server PORT FOLDER STORE`.

`GET /bench/key` a key for the API; `GET /bench/used` what the process and its ended children took so far; `POST
/bench/watch` from now on note when each contact's turn was saved, by the machine's clock and not by ours; `GET
/bench/turns` what was noted.
"""

import asyncio
import os
import resource
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import uvloop
from aiohttp import web

from bot_runtime import logs
from bot_runtime.app import Server, start
from bot_runtime.settings import Settings
from bot_runtime.workspace import load_workspace


def add_routes(app: web.Application, server: Server) -> None:
    saved: dict[str, float] = {}
    watching = False

    def note(contact: str, channel: str) -> None:
        if watching:
            saved.setdefault(contact, time.time())

    async def key(request: web.Request) -> web.Response:
        _, text = await server.people.add_key("bench", ["*"], by=None)
        return web.json_response({"key": text})

    async def used(request: web.Request) -> web.Response:
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return web.json_response(
            {
                "cpu_s": sum(one.ru_utime + one.ru_stime for one in (own, children)),
                "peak_mib": own.ru_maxrss / 1024,
                "child_peak_mib": children.ru_maxrss / 1024,
            }
        )

    async def watch(request: web.Request) -> web.Response:
        nonlocal watching
        watching = True
        return web.Response()

    async def turns(request: web.Request) -> web.Response:
        return web.json_response(saved)

    server.on_turn(note)
    app.router.add_get("/bench/key", key)
    app.router.add_get("/bench/used", used)
    app.router.add_post("/bench/watch", watch)
    app.router.add_get("/bench/turns", turns)


async def main(port: int, folder: Path, store_url: str) -> None:
    settings = Settings(store_url=store_url, data_dir=str(folder), port=port, log_format="json", test_clock=True)
    logs.configure(replace(settings, log_level="warning"))
    server = await start(settings, lambda: load_workspace(folder, os.environ), watch=False, routes=[add_routes])
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    await server.stop()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
