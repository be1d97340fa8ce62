"""`dead-letters`: an event that nobody could answer is kept whole, and answered once the cause is mended."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.settings import Settings
from tests.cli.operators import Terminal
from tests.runtime.test_conversations import eventually
from tests.runtime.test_dead_letters import run_out_of_tries
from tests.servers import VISIT, StartServer, write_workspace


@pytest.fixture
def root(fakes: FakeProviders, tmp_path: Path) -> Path:
    return write_workspace(tmp_path / "bot", fakes)


@pytest.fixture
def terminal(root: Path, store_settings: Settings) -> Terminal:
    return Terminal(root, store_settings)


async def dead(server: Server) -> bool:
    shards = range(server.keys.shards)
    return any([await server.store.command("HLEN", key, key=key) for key in map(server.keys.dead, shards)])


async def break_a_conversation(server: Server, fakes: FakeProviders, phone: Phone, start: StartServer) -> Any:
    """The pinned version of the phone's session becomes unreadable for a second server; its next message dies there.

    Returns what mends it.
    """
    root = server.workspace.root
    fakes.say(phone, "hi")
    await fakes.expect(phone, 1)
    await fakes.delivered()
    key = server.keys.dialog(server.workspace.dialogs["visit"].version)
    good = await server.store.command("GET", key, key=key)
    await server.store.command("SET", key, b'{"file": "x", "language": "en", "source": "no dialog"}', key=key)
    await server.stop()
    (root / "dialogs" / "visit.yaml").write_text(VISIT.replace("Let us", "Let's"))
    second = await start(root)
    fakes.say(phone, "5")
    contact = (await second.contact_view(phone.channel, phone.number))["contact"]
    await run_out_of_tries(second, second.keys.contact(contact))
    assert await eventually(lambda: dead(second))

    async def mend() -> None:
        await second.store.command("SET", key, good, key=key)

    return second, mend


async def test_a_letter_is_shown_whole_and_answered_after_its_cause_was_mended(
    start_server: StartServer, root: Path, terminal: Terminal, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    server, mend = await break_a_conversation(await start_server(root), fakes, ana, start_server)
    assert (await fakes.expect(ana, 2))[1].text  # the apology

    (letter,) = await terminal.json("dead-letters", "list")
    assert (letter["kind"], letter["tries"]) == ("text", 3)
    shown = await terminal.json("dead-letters", "show", letter["id"])
    assert (shown["event"]["text"], shown["why"]) == ("5", letter["why"])
    await mend()
    assert await terminal("dead-letters", "replay", letter["id"]) == (0, "Replayed: 1.\n")
    assert (await fakes.expect(ana, 3))[2].text == "Will you come back?"
    assert await terminal("dead-letters", "list") == (0, "There are no dead letters.\n")
    assert await terminal("dead-letters", "replay", letter["id"], "--language", "es") == (
        1,
        f"no hay un evento muerto '{letter['id']}' (¿ya se repitió o se quitó?)\n",
    )
    (noted,) = await server.people.audit()
    assert (noted["what"], noted["by"], noted["of"]) == ("dead_letter_replayed", "operator", letter["id"])
    assert "text" not in msgspec.json.encode(noted).decode().replace('"kind":"text"', "")


async def test_a_replayed_event_that_dies_again_is_the_same_letter(
    start_server: StartServer, root: Path, terminal: Terminal, fakes: FakeProviders
):
    server, _ = await break_a_conversation(await start_server(root), fakes, fakes.phone("Ana"), start_server)
    (letter,) = await terminal.json("dead-letters", "list")
    await terminal("dead-letters", "replay", "all")
    await run_out_of_tries(server, server.keys.contact(letter["contact"]))
    assert await eventually(lambda: dead(server))
    (again,) = await terminal.json("dead-letters", "list")
    assert (again["id"], again["tries"]) == (letter["id"], 3)


async def test_dropping_asks_first_and_keeps_who_did_it(
    start_server: StartServer, root: Path, terminal: Terminal, fakes: FakeProviders
):
    server, _ = await break_a_conversation(await start_server(root), fakes, fakes.phone("Ana"), start_server)
    (letter,) = await terminal.json("dead-letters", "list")

    assert (await terminal("dead-letters", "drop", letter["id"]))[0] == 2  # nobody there to be asked
    assert await dead(server)
    assert await terminal("dead-letters", "drop", letter["id"], "--yes") == (0, "Dropped: 1.\n")
    assert not await dead(server)
    assert (await server.people.audit())[0]["what"] == "dead_letter_dropped"
