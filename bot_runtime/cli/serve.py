"""`bot-runtime serve`: a workspace's server, in one process or several."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from bot_runtime.errors import BotRuntimeError
from bot_runtime.settings import Settings, read_settings


@click.command("serve")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--host", help="Address to listen on (BOT_HOST).")
@click.option("--port", type=int, help="Port to listen on (BOT_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that serve (BOT_WORKERS).")
@click.option("--role", type=click.Choice(["web", "worker", "all"]), help="What this process does (BOT_ROLE).")
def command(folder: Path, **given: object) -> None:
    """Run the server of the workspace in DIR (default: this folder)."""
    try:
        settings = read_settings(dotenv=folder / ".env")
        settings = replace(settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
        sys.exit(run(folder, settings))
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def run(folder: Path, settings: Settings) -> int:
    from bot_runtime import supervisor

    if settings.workers > 1:
        return supervisor.run(settings)
    runner = _runner()
    return runner(_serve(folder, settings))


async def _serve(folder: Path, settings: Settings) -> int:
    from bot_runtime import app, logs, supervisor
    from bot_runtime.workspace import load_workspace

    logs.configure(settings)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await app.start(settings, lambda: load_workspace(folder, os.environ), reuse_port=supervisor.is_child())
    await stopped.wait()
    await server.stop()
    return 0


def _runner():  # type: ignore[no-untyped-def]
    """uvloop where it is installed (the `fast` extra)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run
