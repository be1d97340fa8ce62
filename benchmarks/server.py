"""Our server with everything on but the sends: `python -m benchmarks.server PORT`.

A message is done when its reply stands in the outbox; sending it is the provider's speed. With BENCH_SEND=1 it is sent
too, to the `api_base` of the workspace.
"""

import asyncio
import gc
import os
import sys
from pathlib import Path

import uvloop

from bot_runtime import logs
from bot_runtime.app import start
from bot_runtime.settings import read_settings
from bot_runtime.workspace import load_workspace

SURVEY = Path(__file__).parent / "survey"


async def main(port: int) -> None:
    settings = read_settings({**os.environ, "BOT_PORT": str(port), "BOT_LOG_FORMAT": "json"})
    logs.configure(settings)
    send = os.environ.get("BENCH_SEND") == "1"
    server = await start(settings, lambda: load_workspace(SURVEY, os.environ), watch=False, send=send)
    gc.collect()
    gc.freeze()
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
