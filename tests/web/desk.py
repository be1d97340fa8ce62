"""A server with a desk: two departments, a bot that hands over, people of every role."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace
from tests.tickets.test_handoff import DESK
from tests.web.people import Answer, Browser, add_user

TEAM: dict[str, tuple[str, tuple[str, ...]]] = {
    "eva": ("agent", ("sales",)),
    "leo": ("agent", ("sales", "care")),
    "kim": ("agent", ("care",)),
    "sue": ("supervisor", ("sales",)),
    "ada": ("administrator", ()),
}


METADATA = """
metadata:
  - { name: Branch, key: branch, type: text }
  - { name: Remarks, key: remarks, type: paragraph }
  - { name: VIP, key: vip, type: yes_no, departments: [sales] }
  - { name: Shelf, key: shelf, type: text, departments: [care] }
"""


def write_desk(folder: Path, fakes: FakeProviders) -> Path:
    root = write_workspace(folder, fakes, dialogs={"desk": DESK})
    bot = (root / "bot.yaml").read_text().replace("close_reasons:\n- answered", "close_reasons:\n- answered\n- sold")
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales }, care: { title: Care } }\n" + METADATA)
    return root


@pytest.fixture
async def desk(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    server = await start_server(write_desk(tmp_path / "desk", fakes))
    for name, (role, departments) in TEAM.items():
        await add_user(server, name, role, departments)  # type: ignore[arg-type]
    return server


@pytest.fixture
async def team(desk: Server) -> AsyncIterator["Team"]:
    async with AsyncExitStack() as open_browsers:
        yield Team(desk, open_browsers)


class Team:
    """`await team("eva")`: Eva at her browser, logged in."""

    def __init__(self, server: Server, open_browsers: AsyncExitStack) -> None:
        self._server, self._open = server, open_browsers
        self._known: dict[str, Person] = {}

    async def __call__(self, name: str) -> "Person":
        if name not in self._known:
            browser = await self._open.enter_async_context(Browser(self._server))
            assert (await browser.log_in(name)).status == 200
            self._known[name] = Person(name, browser)
        return self._known[name]


class Person:
    def __init__(self, name: str, browser: Browser) -> None:
        self.name, self.browser = name, browser

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.browser.call("GET", path, params=query)

    async def does(self, act: str, ticket: str, *, key: str = "", **body: Any) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.browser.call("POST", f"/tickets/{ticket}/{act}", json=body, headers=headers)

    async def listens(self, since: int | None = None) -> "Listener":
        """Connected; all that was missed since then is heard."""
        query = "" if since is None else f"?since={since}"
        listener = Listener(await self.browser.connect(f"/live{query}"))
        await listener.until(is_hello)
        return listener

    async def lists(self, view: str, **query: Any) -> list[str]:
        answer = await self.get("/tickets", view=view, **query)
        assert answer.status == 200, answer
        return [row["id"] for row in answer.body["tickets"]]

    async def history(self, ticket: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self.get(f"/tickets/{ticket}/history", **query)
        assert answer.status == 200, answer
        return answer.body["lines"]


async def handed_off(server: Server, fakes: FakeProviders, name: str = "Ana") -> tuple[Phone, str]:
    """A contact who asked the bot for a person; and the id of their ticket, which waits in the queue of sales."""
    phone = fakes.phone(name)
    fakes.say(phone, "hi")
    await fakes.expect(phone, 1)
    fakes.tap(phone, "A person")
    await fakes.expect(phone, 2)

    async def queued() -> str | None:
        tickets = await server.tickets.listed(["queue:sales"])
        return next((ticket.id for ticket in tickets if ticket.contact_name == name), None)

    return phone, await eventually(queued)


class Listener:
    """A page's WebSocket: `heard` so far; `await until(…)` reads on until a line fits."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.heard = socket, []  # type: tuple[aiohttp.ClientWebSocketResponse, list[dict[str, Any]]]

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            line = await self.socket.receive_json(timeout=5)
            self.heard.append(line)
            if fits(line):
                return line

    async def ended(self) -> int | None:
        """The code it was closed with."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


def is_hello(line: dict[str, Any]) -> bool:
    return line["type"] == "hello"
