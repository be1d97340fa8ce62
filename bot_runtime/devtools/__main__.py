"""The fake providers alone, for a server in another process: `python -m bot_runtime.devtools --target URL [DIR]`."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import click

from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.memory import Memory
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.workspace import load_workspace


@click.command("fakes", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--target", required=True, metavar="URL", help="Where the server listens; webhooks go there.")
@click.option("--public-url", default="", metavar="URL", help="How the server calls itself, which Twilio signs.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--data", type=click.Path(dir_okay=False, path_type=Path), help="File that keeps phones and messages.")
@click.option("--make-phones/--no-make-phones", default=True, help="Give numbers nobody has a phone, or refuse them.")
def command(folder: Path | None, **options: Any) -> None:
    """Fake WhatsApp and Twilio for the channels of the workspace DIR; without it, one account of each.

    Prints one line of JSON once it listens: its URL, and the `channels:` that lead to it.
    """
    asyncio.run(run(folder, **options))


async def run(
    folder: Path | None, target: str, public_url: str, host: str, port: int, data: Path | None, make_phones: bool
) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    workspace = load_workspace(folder, os.environ, missing_ok=True).workspace if folder else None
    if folder and workspace is None:
        raise click.ClickException(f"{folder} has errors; see: bot-runtime check {folder}")
    fakes = FakeProviders(
        accounts_of(workspace) if workspace else (),
        target=target,
        public_url=public_url,
        host=host,
        port=port,
        make_phones=make_phones,
    )
    memory = Memory(fakes, data) if data else None
    if memory:
        memory.load()
    async with fakes:
        click.echo(json.dumps({"url": f"http://{host}:{fakes.port}", "channels": fakes.channels()}))
        await stopped.wait()
    if memory:
        memory.close()


if __name__ == "__main__":
    command(prog_name="python -m bot_runtime.devtools")
