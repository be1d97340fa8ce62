"""`bot-runtime dev`: a workspace's server, fake providers and the phone page, in one process on one port."""

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot_runtime.cli.languages import LANGUAGES
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.errors import BotRuntimeError, SettingError
from bot_runtime.settings import Settings, settings_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot_runtime.devtools.town import Town
    from bot_runtime.workspace import Loaded

EXAMPLES = Path("dialogs_examples")
TRIED_PORTS = 100
LOGINS_LAST_MS = 366 * 86_400_000  # on a clock that people move by days


class BadWorkspace(BotRuntimeError):
    """The workspace's files have errors; its text lists them."""

    def __init__(self, loaded: "Loaded", language: str) -> None:
        lines = [problem.line(language) for problem in loaded.errors]
        if any(problem.code in ("no_workspace", "no_dialogs") for problem in loaded.errors):
            lines.append(say(language, "no_dialogs"))
        super().__init__("\n".join(lines))


class PortTaken(BotRuntimeError):
    def __init__(self, port: int, free: int, language: str) -> None:
        super().__init__(say(language, "port_taken", port=port, free=free))


@click.command("dev")
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--port", type=click.IntRange(0, 65535), help="Port of everything; 0: any free one (default 8080).")
@click.option("--host", help="Address to listen on (default 127.0.0.1: this machine alone).")
@click.option("--open/--no-open", "open_page", default=None, help="Open the phone page in the browser.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of this command and of the page.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="Default: warning.")
def command(
    folder: Path | None,
    port: int | None,
    host: str | None,
    open_page: bool | None,
    language: str | None,
    log_level: str | None,
) -> None:
    """Talk to the bots of DIR on simulated phones: no account, no network, the real wire formats.

    DIR is a workspace; without it, dialogs_examples where there is one, else this folder.
    """
    root = folder or (EXAMPLES if EXAMPLES.is_dir() else Path())
    try:
        given = settings_of(root)
        settings = replace(
            given,
            port=given.port if port is None else port,
            host=host or given.host,
            log_level=log_level or ("warning" if given.log_level == "info" else given.log_level),  # type: ignore[arg-type]
            test_clock=True,
            local_services=True,
            workers=1,
            role="all",
        )
        asyncio.run(run(root, settings, language or "", sys.stdout.isatty() if open_page is None else open_page))
    except BotRuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, SettingError | PortTaken) else 1)


async def run(root: Path, settings: Settings, language: str, open_page: bool) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from bot_runtime import logs

    logs.configure(settings, told_otherwise=("workspace_refused",))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with open_town(root, os.environ, settings, language) as (town, loaded):
        from bot_runtime.cli import dev_banner

        words = language or town.server.workspace.language
        dev_banner.show(town, loaded, words)
        town.changed.append(lambda problems: dev_banner.show_change(problems, words))
        if open_page and (sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY")):
            webbrowser.open(town.page)
        await stopped.wait()
        click.echo(say(words, "stopping"))


@asynccontextmanager
async def open_town(
    root: Path, env: Mapping[str, str], settings: Settings, language: str = ""
) -> "AsyncIterator[tuple[Town, Loaded]]":
    """A server for the workspace in `root`, with fake providers and phones around it; `port` 0 takes any free one.

    Raises:
        BadWorkspace: its files have errors.
        PortTaken: somebody listens there; names a free one.
        SettingError: the store or the folder cannot be used.
    """
    from bot_runtime import app
    from bot_runtime.devtools.town import Town
    from bot_runtime.workspace import load_workspace

    loaded = load_workspace(root, env, missing_ok=True)
    if loaded.workspace is None:
        raise BadWorkspace(loaded, language or terminal_language())
    settings = replace(settings, port=real_port(settings, language or loaded.workspace.language))
    keep_out_of_git(Path(settings.data_dir))
    town = Town(root, env, settings, loaded.workspace, language)
    server = await app.start(settings, town.load, routes=[town.add_to])
    server.logins.outlast(LOGINS_LAST_MS)
    try:
        for problem in await town.open():
            click.echo(problem, err=True)
        yield town, loaded
    finally:
        await town.close()
        await server.stop()


def real_port(settings: Settings, language: str) -> int:
    """The port to listen on, found free a moment ago: the one asked for, or any for 0 and for a taken default."""
    if settings.port and is_free(settings.host, settings.port):
        return settings.port
    following = range(settings.port + 1, min(settings.port + TRIED_PORTS, 65_535)) if settings.port else ()
    free = next((port for port in following if is_free(settings.host, port)), 0) or any_port(settings.host)
    if settings.port not in (0, Settings.port):
        raise PortTaken(settings.port, free, language)
    return free


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server binds: TIME_WAIT is no obstacle
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def any_port(host: str) -> int:
    """A free port below those that outgoing connections get, so that none takes it before the server does."""
    first = 20_000 + os.getpid() % 9_000
    return next(port for port in range(first, 32_000) if is_free(host, port))


def keep_out_of_git(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")


TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "port_taken": "Port {port} is taken. Port {free} is free:\n\n  bot-runtime dev --port {free}",
        "no_dialogs": "\nTo begin a workspace of your own:\n\n  bot-runtime init my_bot\n  bot-runtime dev my_bot",
        "stopping": "Stopping…",
    },
    "es": {
        "port_taken": "El puerto {port} está ocupado. El {free} está libre:\n\n  bot-runtime dev --port {free}",
        "no_dialogs": "\nPara empezar un espacio propio:\n\n  bot-runtime init mi_bot\n  bot-runtime dev mi_bot",
        "stopping": "Deteniendo…",
    },
}


def say(language: str, key: str, **facts: Any) -> str:
    return TEXTS["es" if language.startswith("es") else "en"][key].format(**facts)
