"""A whole server on a real store, and fake providers that speak the real wire formats."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from bot_runtime.app import Server, start
from bot_runtime.devtools.courier import Patience
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.workspace import load_workspace

PATIENCE = Patience(pauses_s=(0.05, 0.1, 0.2), twilio_pauses_s=(0.05, 0.1))

VISIT = """
dialog: visit
language: en
response_timeout: 4h
retry: { attempts: 2, goto: sorry }
starts: { default: true }
states:
  rating:
    ask: "How was it, {{ contact_name }}?"
    answer: rating
    save: rating
    goto: again
  again:
    ask: Will you come back?
    menu:
      - { label: Of course, code: "yes", goto: thanks }
      - { label: Never, code: "no", goto: thanks }
    save: again
  thanks:
    say: "Thanks for your {{ rating }}."
    close: answered
  sorry:
    say: Let us leave it here.
  timeout:
    say: We missed you.
"""


class HasChannels(Protocol):
    def channels(self) -> dict[str, dict[str, Any]]: ...


def write_workspace(
    folder: Path, fakes: HasChannels, *, dialogs: dict[str, str] | None = None, **limits: float
) -> Path:
    (folder / "dialogs").mkdir(parents=True, exist_ok=True)
    for name, text in (dialogs or {"visit": VISIT}).items():
        (folder / "dialogs" / f"{name}.yaml").write_text(text)
    channels = {
        name: {**channel, "limits": {"pair_pause_s": 0, **limits}} for name, channel in fakes.channels().items()
    }
    bot = {"brand": "test", "language": "en", "close_reasons": ["answered"], "channels": channels}
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot))
    return folder


@pytest.fixture
async def fakes() -> AsyncIterator[FakeProviders]:
    async with FakeProviders(patience=PATIENCE) as fakes:
        yield fakes


StartServer = Callable[..., Awaitable[Server]]


@pytest.fixture
async def start_server(
    store: Store, store_settings: Settings, fakes: FakeProviders, tmp_path: Path
) -> AsyncIterator[StartServer]:
    """Start a server on the emptied store: `await start_server(dialogs=…, limits…)`."""
    servers: list[Server] = []

    async def start_one(workspace: Path | None = None, **settings: object) -> Server:
        root = workspace or write_workspace(tmp_path / "bot", fakes)
        server = await start(
            replace(store_settings, port=0, drain_s=2, **settings),  # type: ignore[arg-type]
            lambda: load_workspace(root, {}),
        )
        fakes.point_to(f"http://127.0.0.1:{server.port}")
        servers.append(server)
        return server

    yield start_one
    for server in servers:
        await server.stop()


@pytest.fixture
async def server(start_server: StartServer) -> Server:
    return await start_server()


async def walk_a_visit(fakes: FakeProviders, settings: Settings, folder: Path) -> None:
    """A whole conversation, its wait run out too, at a server of its own with these settings."""
    root = write_workspace(folder / "bot", fakes)
    server = await start(replace(settings, port=0, drain_s=2, test_clock=True), lambda: load_workspace(root, {}))
    try:
        fakes.point_to(f"http://127.0.0.1:{server.port}")
        contacts = [fakes.phone(f"Contact {number}") for number in range(10)]
        for at, answer in enumerate(["hi", "5", "of course"], 1):
            for phone in contacts:
                fakes.say(phone, answer)
            for phone in contacts:
                await fakes.expect(phone, at)
        for phone in contacts:
            fakes.say(phone, "hi again")
            await fakes.expect(phone, 4)
        await fakes.delivered()
        await server.advance_clock(4 * 3600 + 1)
        for phone in contacts:
            said = [message.text for message in await fakes.expect(phone, 5)]
            greeting = f"How was it, {phone.name}?"
            assert said == [greeting, "Will you come back?", "Thanks for your 5.", greeting, "We missed you."]
    finally:
        await server.stop()
