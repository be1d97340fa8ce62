"""What is measured beside what: each variant is a server on a port, and a way to count the replies it has stored."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.valkey import Valkey

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bot-runtime-bench"


@dataclass(frozen=True)
class Variant:
    name: str
    command: Callable[[int], list[str | Path]]  # by port
    form: str = "whatsapp"
    sync: str = "everysec"
    replies: Callable[[Valkey], int] | None = None  # None: this step stores none
    idle: Callable[[Valkey], bool] = field(default=lambda store: True)  # nothing left of what was accepted


def in_list(store: Valkey) -> int:
    return int(store.call("LLEN", "outbox"))


def in_outboxes(store: Valkey) -> int:
    """Our server: an entry's payload is a field `<number>:p` of its contact's outbox."""
    script = """
    local count, cursor = 0, '0'
    repeat
      local found = redis.call('SCAN', cursor, 'MATCH', '*:o:*', 'COUNT', 1000)
      cursor = found[1]
      for _, key in ipairs(found[2]) do
        for _, field in ipairs(redis.call('HKEYS', key)) do
          if string.sub(field, -2) == ':p' then count = count + 1 end
        end
      end
    until cursor == '0'
    return count"""
    return int(store.call("EVAL", script, 0))


def no_work_left(store: Valkey) -> bool:
    script = "local n = 0 for _, key in ipairs(ARGV) do n = n + redis.call('ZCARD', key) end return n"
    return int(store.call("EVAL", script, 0, *(f"bench:{{s{shard}}}:work" for shard in range(64)))) == 0


def ladder(step: str, stores: bool = True) -> Variant:
    def command(port: int) -> list[str | Path]:
        return [sys.executable, "-m", "benchmarks.ladder.server", step, str(port)]

    return Variant(step, command, replies=in_list if stores else None)


def ours(name: str, sync: str = "everysec") -> Variant:
    def command(port: int) -> list[str | Path]:
        return [sys.executable, "-m", "benchmarks.server", str(port)]

    return Variant(name, command, sync=sync, replies=in_outboxes, idle=no_work_left)


def peer(name: str, package: str, form: str) -> Variant:
    def command(port: int) -> list[str | Path]:
        return [environment(package), HERE / "peers" / f"{package}_bot.py", str(port)]

    return Variant(name, command, form=form, replies=in_list)


def environment(package: str) -> Path:
    """The Python of a peer's virtual environment, made on first use.

    Raises:
        RuntimeError: it cannot be installed here; the report then says so.
    """
    wanted = HERE / "peers" / f"requirements-{package}.txt"
    folder = CACHE / f"{package}-{sys.version_info.major}.{sys.version_info.minor}"
    python, mark = folder / "bin" / "python", folder / "installed.txt"
    if mark.exists() and mark.read_text() == wanted.read_text():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    commands = [
        [sys.executable, "-m", "venv", folder],
        [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", wanted],
    ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{package} cannot be installed: {done.stderr.strip()[-300:]}")
    mark.write_text(wanted.read_text())
    return python


VARIANTS = [
    ladder("b", stores=False),
    ladder("c"),
    ladder("c2 redis-py"),
    ours("bot-runtime"),
    ours("bot-runtime, sync always", sync="always"),
    peer("pywa on aiohttp", "pywa", "whatsapp"),
    peer("aiogram with lock", "aiogram", "telegram"),
]
