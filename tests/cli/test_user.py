"""`user` and `key`: beside the running server, before it, and what they refuse."""

import asyncio
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot_runtime.devtools.simulate import FakeProviders
from tests.cli.authors import make_workspace, run
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


# The rest in this process, on a store that runs already


@pytest.fixture
def workspace(tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_STORE_URL", valkey_url)
    root = make_workspace(tmp_path / "bot")
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(bot.replace("brand: shop", f"brand: shop{uuid.uuid4().hex[:8]}"))
    return root


def told(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_editing_changes_what_is_given(workspace: Path):
    told("user", "add", "ana", workspace, "--department", "care", "--generate", "--speaks", "es")
    edited = told("user", "edit", "ana", workspace, "--role", "supervisor", "--max-tickets", "3")
    assert (edited["role"], edited["max_tickets"]) == ("supervisor", 3)
    assert (edited["departments"], edited["language"]) == (["care"], "es")
    assert told("user", "edit", "ana", workspace, "--no-departments")["departments"] == []
    assert "supervisor" in run("user", "list", workspace).output


def test_a_key_is_listed_without_what_opens(workspace: Path):
    made = run("key", "add", "crm", workspace, "--scope", "tickets:read", "--scope", "contacts:read")
    secret = made.output.split()[-1]
    listed = run("key", "list", workspace).output
    assert "tickets:read, contacts:read" in listed
    assert secret not in listed


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        (["user", "add", "ana", "--password-stdin"], "short\n", 1, "a password has at least 12 characters"),
        (["user", "add", "ana", "--language", "en"], "", 2, "say the password: --password-stdin, --generate, or"),
        (["user", "add", "a b", "--generate"], "", 1, "'a b' is no log-in name"),
        (
            ["user", "add", "ana", "--generate", "--department", "x"],
            "",
            1,
            "there is no department 'x'; there are: care",
        ),
        (["user", "add", "ana", "--generate", "--role", "king"], "", 2, "Invalid value for '--role'"),
        (["user", "edit", "ana", "--language", "en"], "", 2, "say what to change"),
        (["user", "disable", "nobody", "--language", "es"], "", 1, "no existe el usuario 'nobody'"),
        (["key", "add", "crm"], "", 2, "Missing option '--scope'"),
        (["key", "add", "crm", "--scope", "users:write"], "", 2, "Invalid value for '--scope'"),
        (["key", "revoke", "nope"], "", 1, "there is no key 'nope'"),
    ],
)
def test_what_cannot_be_is_said(workspace: Path, words: list[str], typed: str, code: int, said: str):
    result = run(*words, workspace, typed=typed)
    assert result.exit_code == code
    assert said in result.output


def test_the_last_administrator_stays_one(workspace: Path):
    told("user", "add", "root", workspace, "--role", "administrator", "--generate")
    result = run("user", "edit", "root", workspace, "--role", "agent")
    assert result.exit_code == 1
    assert result.output == "nobody would be left to administrate; make another administrator first\n"
