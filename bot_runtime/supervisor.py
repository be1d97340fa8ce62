"""`serve --workers N`: one parent that starts N processes of the same command and keeps them running.

The parent owns what they share: the embedded store, and the port, which each process listens on by itself
(SO_REUSEPORT; the kernel spreads the connections). It serves nothing, so it has no reason to die; if it is killed all
the same, each process sees the end of a pipe whose other end only the parent held, and drains.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from bot_runtime.errors import SettingError
from bot_runtime.settings import Settings
from bot_runtime.store.embedded import EmbeddedStore

MISUSE = 2  # the exit code of a command that cannot run as it is set: starting it again won't help
QUICK_S = 5.0  # a process that ends sooner than this counts as failing
QUICK_ENDS = 5  # so many in a row, of all processes, and we give up
FIRST_BACKOFF_S = 0.1
LAST_BACKOFF_S = 10.0
KILL_AFTER_S = 5.0  # beyond the drain time
WATCH_STORE_S = 0.1
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = structlog.get_logger(__name__)


async def supervise(command: Sequence[str], settings: Settings, environ: Mapping[str, str]) -> int:
    """Run `settings.workers` processes of `command` until SIGTERM, SIGINT or SIGHUP; returns the exit code for ours.

    They get the settings they share through `environ`, as `BOT_…` variables: the store's address, the port, one worker.
    The first signal lets them drain, the second ends them at once.

    Raises:
        SettingError: the port or the embedded store cannot be used.
    """
    with ExitStack() as shared:
        port = shared.enter_context(reserved_port(settings.host, settings.port))
        store_url, store = settings.store_url, None
        if not store_url:
            store = EmbeddedStore(settings.data_dir, settings.embedded_sync)
            shared.callback(store.stop)
            store.start()
            store_url = store.url
        alive_fd, our_end = os.pipe()
        shared.callback(os.close, our_end)
        shared.callback(os.close, alive_fd)
        told = {
            "BOT_STORE_URL": store_url,
            "BOT_PORT": str(port.getsockname()[1]),
            "BOT_WORKERS": "1",
            "BOT_SUPERVISOR_FD": str(alive_fd),
        }
        log.info("supervising", workers=settings.workers, port=port.getsockname()[1])
        return await _Workers(command, settings, {**environ, **told}, alive_fd, store).run()


def reserved_port(host: str, port: int) -> socket.socket:
    """A socket that keeps `port` (or, for 0, a free one) ours to share, and receives nothing itself.

    Raises:
        SettingError: someone else has it.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    reserved = socket.socket(family, kind, protocol)
    try:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(address)
    except OSError as error:
        reserved.close()
        raise SettingError(f"BOT_PORT: cannot listen on {host}:{port}: {error.strerror}") from error
    return reserved


def when_supervisor_ends(settings: Settings, do: Callable[[], None]) -> None:
    """In a process started by `supervise`: call `do` once if the parent dies. Elsewhere: nothing."""
    fd = settings.supervisor_fd
    if fd < 0:
        return
    loop = asyncio.get_running_loop()

    def ended() -> None:
        loop.remove_reader(fd)
        do()  # before the log line: whoever read our output may be gone with the parent
        log.error("supervisor_ended")

    loop.add_reader(fd, ended)  # nobody ever writes: readable means closed


@dataclass
class _Worker:
    """One place among the N, and the process that fills it now."""

    number: int
    process: asyncio.subprocess.Process | None = None


class _Workers:
    def __init__(
        self,
        command: Sequence[str],
        settings: Settings,
        environ: Mapping[str, str],
        alive_fd: int,
        store: EmbeddedStore | None,
    ) -> None:
        self._command = command
        self._drain_s = settings.drain_s
        self._environ = dict(environ)
        self._alive_fd = alive_fd
        self._store = store
        self._workers = [_Worker(number) for number in range(settings.workers)]
        self._stopping = asyncio.Event()
        self._code = 0
        self._quick_ends = 0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._asked_to_stop)
        watching = loop.create_task(self._watch_store())
        try:
            await asyncio.gather(*(self._keep_running(worker) for worker in self._workers))
        finally:
            self._signal(signal.SIGKILL)  # only if we fail ourselves: all have ended otherwise
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)
        return self._code

    async def _keep_running(self, worker: _Worker) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            started_at = time.monotonic()
            code = await self._run_once(worker)
            if self._stopping.is_set():
                return
            lived_s = time.monotonic() - started_at
            log.error("worker_ended", worker=worker.number, code=code, lived_s=round(lived_s, 1))
            if lived_s >= QUICK_S:
                backoff_s, self._quick_ends = FIRST_BACKOFF_S, 0
            else:
                self._quick_ends += 1
            if code == MISUSE or self._quick_ends >= QUICK_ENDS:
                self._stop(code if code > 0 else 1)
                return
            await self._pause(backoff_s)
            backoff_s = min(2 * backoff_s, LAST_BACKOFF_S)

    async def _run_once(self, worker: _Worker) -> int:
        # A session of their own: Ctrl+C in the terminal reaches us alone, and we tell them
        worker.process = await asyncio.create_subprocess_exec(
            *self._command,
            env={**self._environ, "BOT_WORKER_NUMBER": str(worker.number)},
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[self._alive_fd],
            start_new_session=True,
        )
        if self._stopping.is_set():  # asked while it was being started
            worker.process.terminate()
        ended = asyncio.get_running_loop().create_task(worker.process.wait())
        stopping = asyncio.get_running_loop().create_task(self._stopping.wait())
        await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            await asyncio.wait((ended,), timeout=self._drain_s + KILL_AFTER_S)
        if not ended.done():
            log.error("worker_killed", worker=worker.number, reason="it did not drain in time")
            self._code = 1
            worker.process.kill()
        code = await ended
        worker.process = None
        return code

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _watch_store(self) -> None:
        while self._store is not None:
            await asyncio.sleep(WATCH_STORE_S)
            self._store.revive()

    def _asked_to_stop(self) -> None:
        if self._stopping.is_set():
            self._code = 1
            self._signal(signal.SIGKILL)
        else:
            log.info("stopping", drain_s=self._drain_s)
            self._stop(0)

    def _stop(self, code: int) -> None:
        if not self._stopping.is_set():
            self._code = code
            self._stopping.set()
            self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for worker in self._workers:
            if worker.process is not None and worker.process.returncode is None:
                worker.process.send_signal(number)
