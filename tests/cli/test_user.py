"""`user` and `key`: beside the running server, before it, and what they refuse."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot_runtime.devtools.simulate import FakeProviders
from tests.cli.authors import make_workspace
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace


class Operator:
    """Somebody at the machine of the workspace."""

    def __init__(self, workspace: Path, data: Path) -> None:
        self._workspace, self._data = workspace, data

    async def __call__(self, *words: str, typed: str = "") -> tuple[int, str]:
        """`bot-runtime words… DIR`, in a process of its own: what it printed, and how it ended."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot_runtime", *words, str(self._workspace)),
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "BOT_DATA_DIR": str(self._data)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate(typed.encode())
        return process.returncode or 0, printed.decode()

    async def json(self, *words: str, typed: str = "") -> Any:
        code, printed = await self(*words, "--json", typed=typed)
        assert code == 0, printed
        return json.loads(printed)


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(make_workspace(tmp_path / "bot"), tmp_path / "data")


async def log_in(http: aiohttp.ClientSession, name: str, password: str) -> int:
    async with http.post("/api/v1/login", json={"name": name, "password": password}) as answer:
        return answer.status


async def test_users_and_keys_are_kept_beside_the_running_server(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    root, data = write_workspace(tmp_path / "bot", fakes), tmp_path / "data"
    operator = Operator(root, data)
    first = await operator.json("user", "add", "Root", "--role", "administrator", "--generate")  # nobody serves yet
    async with Process(root, data, port), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        assert await log_in(http, "root", first["password"]) == 200
        ana = await operator.json("user", "add", "ana", "--password-stdin", typed="a long password\n")
        assert ana["role"] == "agent"
        assert "password" not in ana
        assert await log_in(http, "ana", "a long password") == 200
        await operator.json("user", "disable", "ana")
        async with http.get("/api/v1/me") as answer:
            assert answer.status == 401
        await operator.json("user", "enable", "ana")
        again = await operator.json("user", "password", "ana", "--generate")
        assert await log_in(http, "ana", "a long password") == 401
        assert await log_in(http, "ana", again["password"]) == 200

        key = await operator.json("key", "add", "crm", "--scope", "tickets:read")
        bearer = {"Authorization": f"Bearer {key['key']}"}
        async with http.get("/api/v1/agents", headers=bearer) as answer:
            assert answer.status == 200
        await operator.json("key", "revoke", key["id"])
        async with http.get("/api/v1/agents", headers=bearer) as answer:
            assert answer.status == 401
    users = await operator.json("user", "list")
    assert [(user["name"], user["active"]) for user in users] == [("ana", True), ("root", True)]
    (kept,) = await operator.json("key", "list")
    assert kept["revoked_at"]
    assert key["key"] not in str(kept)
    assert "digest" not in kept


async def test_editing_changes_what_is_given(operator: Operator):
    await operator.json("user", "add", "ana", "--department", "care", "--generate", "--speaks", "es")
    edited = await operator.json("user", "edit", "ana", "--role", "supervisor", "--max-tickets", "3")
    assert (edited["role"], edited["max_tickets"]) == ("supervisor", 3)
    assert (edited["departments"], edited["language"]) == (["care"], "es")
    assert (await operator.json("user", "edit", "ana", "--no-departments"))["departments"] == []
    code, table = await operator("user", "list")
    assert code == 0
    assert "supervisor" in table


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        (["user", "add", "ana", "--password-stdin"], "short\n", 1, "a password has at least 12 characters"),
        (["user", "add", "ana"], "", 2, "say the password: --password-stdin, --generate, or run this in a terminal"),
        (["user", "add", "a b", "--generate"], "", 1, "'a b' is no log-in name"),
        (
            ["user", "add", "ana", "--generate", "--department", "x"],
            "",
            1,
            "there is no department 'x'; there are: care",
        ),
        (["user", "add", "ana", "--generate", "--role", "king"], "", 2, "Invalid value for '--role'"),
        (["user", "edit", "ana"], "", 2, "say what to change"),
        (["user", "disable", "nobody", "--language", "es"], "", 1, "no existe el usuario 'nobody'"),
        (["key", "add", "crm"], "", 2, "Missing option '--scope'"),
        (["key", "add", "crm", "--scope", "users:write"], "", 2, "Invalid value for '--scope'"),
        (["key", "revoke", "nope"], "", 1, "there is no key 'nope'"),
    ],
)
async def test_what_cannot_be_is_said(operator: Operator, words: list[str], typed: str, code: int, said: str):
    ended, printed = await operator(*words, typed=typed)
    assert (ended, said in printed) == (code, True), printed
    assert "Traceback" not in printed


async def test_the_last_administrator_stays_one(operator: Operator):
    await operator.json("user", "add", "root", "--role", "administrator", "--generate")
    code, printed = await operator("user", "edit", "root", "--role", "agent")
    assert (code, printed) == (1, "nobody would be left to administrate; make another administrator first\n")
