"""A Valkey for the run: from the wheel, on a unix socket of its own, append-only file on."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hiredis

from benchmarks.processes import OTHER_CPUS, cpu_us, running
from bot_runtime.store.embedded import server_binary

SURVEY_LUA = Path(__file__).parent / "ladder" / "survey.lua"


@dataclass
class Valkey:
    socket: Path
    process: subprocess.Popen[bytes]

    def call(self, *command: str | int) -> Any:
        return call(self.socket, *command)

    def sync(self, when: str) -> None:
        """`everysec`, `always` or `no`."""
        self.call("CONFIG", "SET", "appendfsync", when)

    def info(self, section: str) -> dict[str, str]:
        lines = self.call("INFO", section).decode().splitlines()
        return {name: value for name, _, value in (line.partition(":") for line in lines) if value}

    @property
    def reads(self) -> int:
        """Read events so far: the round trips of clients that don't share a pipeline."""
        return int(self.info("stats")["total_reads_processed"])

    @property
    def used_bytes(self) -> int:
        return int(self.info("memory")["used_memory"])

    @property
    def cpu_us(self) -> float:
        return cpu_us(self.process.pid)

    def forget(self) -> None:
        self.call("FLUSHALL", "SYNC")


def call(path: Path, *command: str | int) -> Any:
    """One command over a connection of its own."""
    reader = hiredis.Reader()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(hiredis.pack_command(tuple(map(str, command))))
        while (answer := reader.gets()) is False:
            reader.feed(connection.recv(65536))
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def valkey(folder: Path) -> Iterator[Valkey]:
    data = folder / "valkey"
    data.mkdir()
    path = data / "valkey.sock"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "auto-aof-rewrite-percentage": "0",
        "maxmemory-policy": "noeviction",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    command = [server_binary(), *arguments]
    with running(command, lambda: call(path, "PING") == b"PONG", cpus=OTHER_CPUS, log=folder / "valkey.log") as process:
        store = Valkey(path, process)
        store.call("FUNCTION", "LOAD", "REPLACE", SURVEY_LUA.read_text())
        yield store
