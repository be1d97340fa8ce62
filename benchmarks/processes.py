"""Start and stop the processes of a run, and read what they used."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

CPUS = sorted(os.sched_getaffinity(0))
SERVER_CPU, OTHER_CPUS = CPUS[:1], CPUS[1:] or CPUS[:1]  # the server has a core for itself, where there are two


@contextmanager
def running(
    command: Sequence[str | Path],
    ready: Callable[[], bool],
    *,
    cpus: Sequence[int],
    log: Path,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 30,
) -> Iterator[subprocess.Popen[bytes]]:
    """The process while the block runs, from the moment it is `ready`; ended with its children afterwards."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    os.sched_setaffinity(process.pid, cpus)
    try:
        give_up = time.monotonic() + timeout_s
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > give_up:
                state = f"ended with {process.returncode}" if process.poll() is not None else "is not ready"
                raise RuntimeError(f"{command[0]} {state}:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.005)
        yield process
    finally:
        _end(process)


def _answers(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_us(pid: int) -> float:
    """Time that the threads of a process and of its descendants have run, by the scheduler's count."""
    total = 0
    for each in family(pid):
        for task in Path(f"/proc/{each}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1000


def rss_mb(pid: int) -> float:
    """Resident memory of a process and its descendants."""
    total = 0
    for each in family(pid):
        for line in Path(f"/proc/{each}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
