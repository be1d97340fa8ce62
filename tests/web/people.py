"""A server with users, and browsers that log in to it."""

from typing import Any, Self

import aiohttp
from argon2 import PasswordHasher
from yarl import URL

from bot_runtime.app import Server
from bot_runtime.people.model import Role, User
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.service import People

PASSWORD = "correct horse battery"
DEPARTMENTS = ("sales", "care")

# The same algorithm at its least cost: what it costs in earnest has a test of its own.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def add_user(
    server: Server, name: str, role: Role = "agent", departments: tuple[str, ...] = (), **more: Any
) -> User:
    user = User(name=name, display=name.title(), role=role, departments=departments, language="en", **more)
    people = People(server.store, server.keys, Passwords(CHEAP))
    await people.add_user(user, PASSWORD, by=None, departments=DEPARTMENTS)
    return user


class Browser:
    """One browser at the console: keeps its cookies, sends its origin, and the token once logged in."""

    def __init__(self, server: Server) -> None:
        self.origin = f"http://127.0.0.1:{server.port}"
        self._http = aiohttp.ClientSession(self.origin, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.csrf = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._http.close()

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self._http.cookie_jar}

    async def call(self, method: str, path: str | URL, **options: Any) -> "Answer":
        """`path` is below `/api/v1`, unless it is a whole address."""
        headers = {"Origin": self.origin, "X-CSRF": self.csrf} | options.pop("headers", {})
        headers = {name: value for name, value in headers.items() if value is not None}
        address = path if isinstance(path, URL) else f"/api/v1{path}"
        async with self._http.request(method, address, headers=headers, **options) as answer:
            body = await answer.json() if answer.content_type == "application/json" else await answer.text()
            return Answer(answer.status, body, dict(answer.headers), answer.headers.getall("Set-Cookie", []))

    async def connect(self, path: str, **options: Any) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket as a page opens it."""
        headers = {"Origin": self.origin} | options.pop("headers", {})
        return await self._http.ws_connect(f"/api/v1{path}", headers=headers, **options)

    async def log_in(self, name: str, password: str = PASSWORD, **options: Any) -> "Answer":
        answer = await self.call("POST", "/login", json={"name": name, "password": password}, **options)
        if answer.status == 200:
            self.csrf = answer.body["csrf"]
        return answer


class Answer:
    def __init__(self, status: int, body: Any, headers: dict[str, str], cookies: list[str]) -> None:
        self.status, self.body, self.headers, self.cookies = status, body, headers, cookies

    def __repr__(self) -> str:
        return f"<{self.status} {self.body}>"
