"""A whole messaging world beside one server: fake providers, the phones' API, a few phones, all on the server's port.

`bot-runtime dev` is this, a server and a banner.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any, Protocol

from aiohttp import web

from bot_runtime.devtools.api import PhonesApi, RunningServer, spelling
from bot_runtime.devtools.example_services import ExampleServices
from bot_runtime.devtools.first_start import FirstStart, Host
from bot_runtime.devtools.from_workspace import accounts_of, towards_fakes
from bot_runtime.devtools.memory import Memory
from bot_runtime.devtools.population import Population
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.errors import StoreUnavailable
from bot_runtime.settings import Settings
from bot_runtime.workspace import Loaded, Workspace, load_workspace

SEED = 2  # of the simulated people: with it, the example's twenty do a little of everything
SEEDS = {"whatsapp": ("Ana", "Luis"), "sms": ("Marta",)}


class Neighbour(RunningServer, Host, Protocol):
    """The server a town is built around (`app.Server`)."""

    def on_turn(self, listener: Callable[[str, str], None]) -> None:
        """`listener(contact, channel)` after each turn; both empty: the workspace was loaded anew, or refused."""


class Town:
    """Give the server `load` as its loader and `add_to` as its routes; `open` once it listens, `close` before it stops.

    `settings.port` must be a real port: the channels are told it before the server is up.
    `changed` is told the problems of each change of the files; none: it runs.
    """

    server: Neighbour

    def __init__(
        self, root: Path, env: Mapping[str, str], settings: Settings, workspace: Workspace, language: str = ""
    ) -> None:
        self.root, self.env, self.language = root, env, language
        host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host
        self.url = f"http://{host}:{settings.port}"
        self.started = False
        self.changed: list[Callable[[list[str]], None]] = []
        self._seen: tuple[str, list[str]] = (workspace.version, [])  # the workspace's version and problems
        self.fakes = FakeProviders(
            accounts_of(workspace),
            target=self.url,
            now=self._now,
            make_phones=True,
            first_seq=int(time() * 1000),  # above everything a page has seen of an earlier run
        )
        self._data = Path(settings.data_dir)
        self.memory = Memory(self.fakes, self._data / "phones.jsonl")
        self.services = ExampleServices()
        self.population = Population(self.fakes, SEED)
        self.first_start: FirstStart
        self._closed = False
        self._contacts: dict[str, str] = {}  # contact id → phone id
        self._looking: set[asyncio.Task[None]] = set()

    @property
    def page(self) -> str:
        return f"{self.url}/console/phones"

    def load(self) -> Loaded:
        """The workspace as its files are now, its channels leading to the fakes."""
        loaded = load_workspace(self.root, self.env, missing_ok=True)
        if loaded.workspace is None:
            return replace(loaded, again=lambda _: loaded)  # nothing else: it would know the real providers
        self.services.read(loaded)
        accounts = accounts_of(loaded.workspace)
        return replace(loaded, workspace=towards_fakes(loaded.workspace, accounts, f"{self.url}/dev", self.url))

    def add_to(self, app: web.Application, server: Neighbour) -> None:
        self.server, self.started = server, True
        api = PhonesApi(self.fakes, server, self.language)
        dev = api.app()
        dev.add_routes([*self.fakes.routes(), *self.services.routes()])
        app.add_subapp("/dev", dev)
        app.on_response_prepare.append(self._clock_may_have_moved)
        server.on_turn(self._turn_taken)
        self._settle()

    def _settle(self) -> None:
        """Bring back the last run's phones, or the first ones: once the folder is ours, before anything is sent."""
        self.memory.load()
        if not self.fakes.world.phones:
            for account in self.fakes.accounts:
                for name in SEEDS[account.kind]:
                    if not any(phone.name == name for phone in self.fakes.world.phones.values()):
                        self.fakes.phone(name, account.name)

    async def open(self) -> list[str]:
        """Begin to deliver, with people on the phones that are simulated; returns what could not be made ready."""
        await self.fakes.start(f"{self.url}/dev")
        self.first_start = FirstStart(self.server, self.fakes, self._data / "first_start.json")
        problems = await self.first_start.make()
        self.population.start()
        self.fakes.world.listen(self._people_come)
        self._people_come({"type": "phones"})
        return problems

    def _people_come(self, event: dict[str, Any]) -> None:
        """Somebody moves in behind each simulated phone, those too that a message to a stranger made."""
        if event["type"] == "phones":
            self.population.settle(phone for phone in self.fakes.world.phones.values() if phone.simulated)

    async def close(self) -> None:
        self._closed = True
        await self.population.stop()
        await self.fakes.stop()
        await asyncio.gather(*self._looking, return_exceptions=True)
        self.memory.close()

    def _now(self) -> datetime:
        return self.server.clock_now() if self.started else datetime.now(UTC)

    # --- what the server tells --------------------------------------------------------------------------------------

    async def _clock_may_have_moved(self, request: web.Request, response: web.StreamResponse) -> None:
        if request.path == "/test/clock" and request.method == "POST" and response.status == 200:
            now = self._now()
            offset_s = round((now - datetime.now(UTC)).total_seconds())
            self.fakes.world.publish("clock", clock={"now": now, "offset_s": offset_s})

    def _turn_taken(self, contact: str, channel: str) -> None:
        if self._closed:
            return
        if not contact:
            self._workspace_changed()
        elif phone := self._contacts.get(contact):
            self.fakes.world.publish("turn", phone=phone)
        else:
            task = asyncio.create_task(self._find_contacts(channel, contact))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    def _workspace_changed(self) -> None:
        problems = list(self.server.problems)
        now = (self.server.workspace.version, problems)
        if now == self._seen:
            return
        self._seen = now
        if not problems:
            self.fakes.hold(accounts_of(self.server.workspace))
        self.fakes.world.publish("workspace", problems=[{"text": text} for text in problems])
        for listener in self.changed:
            listener(problems)

    async def _find_contacts(self, channel: str, contact: str) -> None:
        """Learn which phones are which contacts, and tell the page of `contact`'s turn."""
        known = set(self._contacts.values())
        for phone in tuple(self.fakes.world.phones.values()):
            if phone.channel == channel and phone.id not in known:
                try:
                    view: dict[str, Any] = await self.server.contact_view(channel, spelling(phone))
                except StoreUnavailable:
                    return  # the next turn looks again
                if view["contact"]:
                    self._contacts[str(view["contact"])] = phone.id
        if phone_id := self._contacts.get(contact):
            self.fakes.world.publish("turn", phone=phone_id)
