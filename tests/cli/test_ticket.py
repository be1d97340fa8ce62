"""`ticket`: beside the running server and after it; a close is a turn whoever takes it."""

import json
from pathlib import Path

import pytest

from bot_runtime.devtools.simulate import FakeProviders
from tests.cli.test_stored import run
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace
from tests.tickets.test_handoff import DESK


@pytest.fixture
def workspace(fakes: FakeProviders, tmp_path: Path) -> Path:
    root = write_workspace(tmp_path / "desk", fakes, dialogs={"desk": DESK})
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales }, care: { title: Care } }\n")
    return root


async def ask_for_a_person(fakes: FakeProviders, name: str) -> None:
    phone = fakes.phone(name)
    fakes.say(phone, "hi")
    await fakes.expect(phone, 1)
    fakes.tap(phone, "A person")
    await fakes.expect(phone, 2)


async def test_tickets_are_listed_shown_and_closed_beside_the_server_and_after_it(
    fakes: FakeProviders, workspace: Path, tmp_path: Path
):
    port, data = free_port(), tmp_path / "data"
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(workspace, data, port):
        await ask_for_a_person(fakes, "Ana")
        await ask_for_a_person(fakes, "Ben")
        code, printed = await run("ticket", "list", str(workspace), "--json", data=data)
        rows = json.loads(printed)
        assert (code, [row["contact_name"] for row in rows]) == (0, ["Ben", "Ana"])
        ben, ana = (row["id"] for row in rows)
        code, printed = await run("ticket", "close", ben, str(workspace), "--reason", "answered", "--json", data=data)
        assert (code, json.loads(printed)["state"]) == (0, "closed")
    code, printed = await run("ticket", "show", ana, str(workspace), "--json", data=data)
    shown = json.loads(printed)
    assert (code, shown["ticket"]["state"], shown["ticket"]["session"]["dialog"]) == (0, "queued", "desk")
    assert [line["text"] for line in shown["lines"] if line["from"] == "contact"] == ["hi", "A person"]
    assert await run("ticket", "close", ana, str(workspace), "--reason", "answered", data=data) == (
        0,
        f"Ticket {ana} closed: answered.\n",
    )
    table = (await run("ticket", "show", ana, str(workspace), data=data))[1]
    assert "· operator: closed answered" in table
    assert "contact Ana: A person" in table
    assert (await run("ticket", "list", str(workspace), data=data))[1] == "There are no tickets.\n"
    closed = json.loads((await run("ticket", "list", str(workspace), "--state", "closed", "--json", data=data))[1])
    assert [row["contact_name"] for row in closed] == ["Ana", "Ben"]


async def test_after_kill_9_the_command_takes_the_turn_itself(fakes: FakeProviders, workspace: Path, tmp_path: Path):
    port, data = free_port(), tmp_path / "data"
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(workspace, data, port) as server:
        await ask_for_a_person(fakes, "Ana")
        await server.kill()
    (row,) = json.loads((await run("ticket", "list", str(workspace), "--json", data=data))[1])
    code, said = await run("ticket", "close", row["id"], str(workspace), "--reason", "answered", data=data)

    assert (code, said) == (0, f"Ticket {row['id']} closed: answered.\n")


async def test_what_cannot_be_done_is_said_in_both_languages(fakes: FakeProviders, workspace: Path, tmp_path: Path):
    port, data = free_port(), tmp_path / "data"
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(workspace, data, port):
        await ask_for_a_person(fakes, "Ana")
        (row,) = json.loads((await run("ticket", "list", str(workspace), "--json", data=data))[1])
        close = ("ticket", "close", row["id"], str(workspace), "--reason")
        spanish = ("--language", "es")
        assert await run(*close, "bored", data=data) == (1, "there is no reason 'bored'; there are: answered\n")
        assert await run(*close, "bored", *spanish, data=data) == (
            1,
            "no existe el motivo 'bored'; existen: answered\n",
        )
        assert (await run(*close, "answered", data=data))[0] == 0
        assert await run(*close, "answered", *spanish, data=data) == (1, f"el ticket '{row['id']}' ya está cerrado\n")
        for name in ("3.nobody-1", "x"):
            code, said = await run("ticket", "show", name, str(workspace), data=data)
            assert (code, said) == (1, f"there is no ticket '{name}'\n")
        both = await run("ticket", "list", str(workspace), "--owner", "eva", "--state", "queue", data=data)
        assert both[0] == 2
