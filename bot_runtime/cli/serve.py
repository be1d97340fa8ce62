"""`bot-runtime serve`: a workspace's server, in one process or several."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import structlog

from bot_runtime.errors import BotRuntimeError, SettingError, StoreUnavailable
from bot_runtime.settings import Settings, settings_of

WAIT_FOR_STORE_S = 1.0

log = structlog.get_logger("server")


@click.command("serve")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--host", help="Address to listen on (BOT_HOST).")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on (BOT_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that serve (BOT_WORKERS).")
@click.option("--role", type=click.Choice(["web", "worker", "all"]), help="What this process does (BOT_ROLE).")
def command(folder: Path, **given: Any) -> None:
    """Run the server of the workspace in DIR (default: this folder)."""
    try:
        settings = settings_of(folder)
        settings = replace(settings, **{name: value for name, value in given.items() if value is not None})
        sys.exit(_run(folder, settings))
    except SettingError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _run(folder: Path, settings: Settings) -> int:
    if settings.workers == 1:
        return run_loop(_serve(folder, settings))
    from bot_runtime import logs, supervisor

    logs.configure(settings)
    again = [
        sys.executable,
        "-m",
        "bot_runtime",
        "serve",
        str(folder),
        "--host",
        settings.host,
        "--role",
        settings.role,
    ]
    return asyncio.run(supervisor.supervise(again, settings, os.environ))


async def _serve(folder: Path, settings: Settings) -> int:
    from bot_runtime import app, logs, supervisor
    from bot_runtime.workspace import load_workspace

    logs.configure(settings)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    supervisor.when_supervisor_ends(settings, stopped.set)
    supervised = settings.supervisor_fd >= 0
    while True:
        try:
            server = await app.start(settings, lambda: load_workspace(folder, os.environ), reuse_port=supervised)
            break
        except StoreUnavailable as error:
            if not supervised:
                raise
            log.warning("waiting_for_store", error=str(error))  # others serve meanwhile: ending would end them, too
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_FOR_STORE_S):
                await stopped.wait()
            return 0
    gc.collect()
    gc.freeze()  # what start-up made stays: the collector needn't walk it again, so its pauses are shorter
    await stopped.wait()
    await server.stop()
    return 0


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run `main` on uvloop where that is installed (the `fast` extra), else on asyncio's loop."""
    runner: Callable[[Coroutine[Any, Any, int]], int] = asyncio.run
    try:
        import uvloop

        runner = uvloop.run
    except ImportError:
        pass
    return runner(main)
