"""`serve --workers N`, with small stand-ins for the server: what matters here is who starts, ends and outlives whom."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot_runtime.errors import SettingError
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.supervisor import reserved_port

PARENT = """
import asyncio, os, sys
from bot_runtime.settings import read_settings
from bot_runtime.supervisor import supervise

settings = read_settings()
sys.exit(asyncio.run(supervise([sys.executable, "-c", sys.argv[1]], settings, os.environ)))
"""

# Says what it was given, answers connections with its pid, drains on SIGTERM or when its supervisor is gone
WORKER = """
import asyncio, os, signal
from bot_runtime.settings import read_settings
from bot_runtime.store.connection import Store
from bot_runtime.supervisor import when_supervisor_ends

def say(*words):  # in one write: several processes share the pipe
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

async def main():
    settings = read_settings()
    store = await Store.connect(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    when_supervisor_ends(settings, stop.set)

    async def answer(reader, writer):
        writer.write(str(os.getpid()).encode())
        writer.close()

    await asyncio.start_server(answer, settings.host, settings.port, reuse_port=True)
    say("ready", os.getpid(), settings.port, await store.command("INCR", "starts"))
    await stop.wait()
    await store.close()
    say("drained", os.getpid())

asyncio.run(main())
"""


class Parent:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def next(self, word: str, count: int = 1) -> list[list[str]]:
        """The next `count` lines that begin with `word`, in words."""
        found: list[list[str]] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(word):
                found.append(line.split())
            if len(found) == count:
                return found
        raise AssertionError(f"ended before {count} × {word}: {found}")

    def until(self, logged: str) -> None:
        """Wait for a line of the supervisor's log."""
        assert self.process.stdout is not None
        assert any(logged in line for line in self.process.stdout)

    def rest(self) -> str:
        """What is still said until everyone who can say something has ended."""
        return self.process.communicate(timeout=20)[0]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[..., Parent]]:
    with contextlib.ExitStack() as ended:

        def start(worker: str = WORKER, workers: int = 2, **environ: str) -> Parent:
            process = subprocess.Popen(
                [sys.executable, "-c", PARENT, worker],
                env={
                    **os.environ,
                    "BOT_DATA_DIR": str(tmp_path),
                    "BOT_PORT": "0",
                    "BOT_WORKERS": str(workers),
                    "BOT_EMBEDDED_SYNC": "no",
                    **environ,
                },
                stdout=subprocess.PIPE,
                text=True,
            )
            ended.enter_context(process)
            ended.callback(process.kill)
            return Parent(process)

        yield start


def test_the_processes_share_a_port_and_a_store(supervised):
    parent = supervised(workers=2)
    (_, first, port, _), (_, second, same_port, _) = started = parent.next("ready", 2)
    assert {line[3] for line in started} == {"1", "2"}
    assert port == same_port != "0"
    seen = set()
    deadline = time.monotonic() + 20
    while seen != {first, second} and time.monotonic() < deadline:
        with socket.create_connection(("127.0.0.1", int(port))) as client:
            seen.add(client.recv(16).decode())
    assert seen == {first, second}
    parent.process.terminate()
    assert parent.rest().count("drained") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_them_drain_and_ends_well(supervised, number):
    parent = supervised(workers=2)
    parent.next("ready", 2)
    parent.process.send_signal(number)
    assert parent.rest().count("drained") == 2
    assert parent.process.returncode == 0


def test_a_killed_process_is_started_again(supervised):
    parent = supervised(workers=1)
    ((_, pid, port, _),) = parent.next("ready")
    os.kill(int(pid), signal.SIGKILL)
    ((_, other, same_port, starts),) = parent.next("ready")
    assert (other != pid, same_port == port, starts) == (True, True, "2")
    parent.process.terminate()
    parent.rest()


def test_no_process_outlives_a_killed_supervisor(supervised, tmp_path: Path):
    parent = supervised(workers=2)
    parent.next("ready", 2)
    parent.process.kill()
    assert parent.rest().count("drained") == 2  # and the end of output says that nobody is left to write
    again = EmbeddedStore(tmp_path, sync="no")  # nor does anyone hold the folder
    again.start()
    again.stop()


def test_a_killed_store_is_started_again_under_them(supervised, tmp_path: Path):
    parent = supervised(workers=1)
    ((_, pid, _, _),) = parent.next("ready")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "valkey" / "valkey.sock"))
        client.sendall(b"INFO server\r\n")
        os.kill(int(client.recv(65536).split(b"process_id:")[1].split()[0]), signal.SIGKILL)
    os.kill(int(pid), signal.SIGKILL)  # so that the next one needs the store to get ready
    parent.next("ready")
    parent.process.terminate()
    parent.rest()


def test_a_process_that_cannot_be_set_up_so_stops_everything(supervised):
    parent = supervised("import sys; print('bad'); sys.exit(2)", workers=1)
    assert parent.rest().count("bad") == 1
    assert parent.process.returncode == 2


def test_processes_that_keep_failing_are_given_up(supervised):
    parent = supervised("import sys; print('failing'); sys.exit(3)", workers=1)
    assert parent.rest().count("failing") == 5
    assert parent.process.returncode == 3


def test_a_second_signal_ends_one_that_does_not_drain(supervised):
    stubborn = "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
    parent = supervised(stubborn, workers=1)
    parent.next("ready")
    parent.process.terminate()
    parent.until("stopping")
    parent.process.terminate()
    parent.rest()
    assert parent.process.returncode == 1


def test_a_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingError, match=f"BOT_PORT: cannot listen on 127.0.0.1:{port}: Address already in use"):
            reserved_port("127.0.0.1", port)
