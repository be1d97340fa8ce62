"""A dialog's published versions: numbered, unchanged, pinned by who is inside, rolled back (F025, F061, B10, B11)."""

from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.errors import SettingError
from bot_runtime.runtime.definitions import source_of
from bot_runtime.versions.rules import Refused
from bot_runtime.versions.service import Versions
from bot_runtime.workspace import load_workspace
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer
from tests.versions.business import FIRST, SECOND, save, write_manual


async def reload(server: Server) -> None:
    """What hot reload does when it finds a file saved."""
    loaded = load_workspace(server.workspace.root, {})
    assert loaded.workspace
    await server.definitions.publish(loaded.workspace)


async def publish_draft(server: Server, **how) -> None:
    """What `bot-runtime publish` does with the folder's text."""
    loaded = load_workspace(server.workspace.root, {})
    assert loaded.workspace
    dialog = loaded.workspace.dialogs["visit"]
    await server.definitions.keep(dialog)
    await server.definitions.published.publish("visit", dialog.version, by="user:ana", **{"note": "", **how})
    await server.definitions.take_up()


async def asked(fakes: FakeProviders, phone: Phone, text: str, count: int) -> str:
    fakes.say(phone, text)
    return (await fakes.expect(phone, count))[-1].text


async def test_a_session_ends_on_the_version_it_began_with_though_ten_newer_ones_came(
    server: Server, fakes: FakeProviders
):
    """F061"""
    save(server.workspace.root, FIRST)
    await reload(server)
    ana, ben = fakes.phone("Ana"), fakes.phone("Ben")
    await asked(fakes, ana, "hi", 1)
    await asked(fakes, ana, "Ana", 2)
    for number in range(10):
        save(server.workspace.root, SECOND.replace("Thank you", f"Thank you {number}"))
        await reload(server)

    assert await asked(fakes, ana, "5", 3) == "Thanks, Ana: 5."
    await asked(fakes, ben, "hi", 1)
    await asked(fakes, ben, "Ben", 2)
    assert await asked(fakes, ben, "4", 3) == "Thank you 9, Ben: 4."
    versions: Versions = server.definitions.published
    history = await versions.history("visit")
    assert [one.number for one in history] == list(range(1, 13))
    assert {one.by for one in history} == {"file"}


async def test_in_a_workspace_that_publishes_by_hand_a_saved_file_is_a_draft(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    server = await start_server(write_manual(tmp_path / "bot", fakes))
    ana = fakes.phone("Ana")
    save(server.workspace.root, SECOND)
    await reload(server)

    assert server.workspace.dialogs["visit"].source == FIRST  # the first start published it
    assert server.definitions.folder.dialogs["visit"].source == SECOND
    await publish_draft(server, note="A shorter question")
    await asked(fakes, ana, "hi", 1)
    assert await asked(fakes, ana, "Ana", 2) == "From 1 to 5, Ana?"
    newest = (await server.definitions.published.history("visit"))[-1]
    assert (newest.number, newest.by, newest.note) == (2, "user:ana", "A shorter question")
    with pytest.raises(Refused) as same:
        await publish_draft(server)
    assert same.value.code == "same"


async def test_rolling_back_publishes_the_old_text_again_and_no_restart_undoes_it(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    """B11: publish, change, roll back; the first version is what runs again."""
    server = await start_server()
    root, versions = server.workspace.root, server.definitions.published
    save(root, FIRST)
    await reload(server)
    save(root, SECOND)
    await reload(server)
    await versions.roll_back("visit", by="user:ana", note="Complaints")
    other = await start_server(root)  # reads the folder, which still says the second text

    assert other.workspace.dialogs["visit"].source == FIRST
    assert await eventually(lambda: _runs(server, FIRST))
    history = await versions.history("visit")
    assert [(one.number, one.again) for one in history] == [(1, 0), (2, 0), (3, 0), (4, 2)]
    assert history[3].version == history[1].version
    await versions.roll_back("visit", by="user:ana", to=3)  # and forward again
    await other.definitions.take_up()
    assert other.workspace.dialogs["visit"].source == SECOND
    assert [line["what"] for line in await versions.audit(2)] == ["dialog_rolled_back", "dialog_rolled_back"]


async def test_what_was_published_is_kept_to_the_byte(server: Server):
    text = FIRST.replace("\n", "\r\n") + "# a comment — with ünïcode\r\n"
    save_bytes = server.workspace.root / "dialogs" / "visit.yaml"
    save_bytes.write_bytes(text.encode())
    await reload(server)
    newest = (await server.definitions.published.history("visit"))[-1]

    kept = await source_of(server.store, server.keys, newest.version)
    assert kept.encode() == text.encode()
    assert load_dialog(tree.read("visit.yaml", kept.encode())).version == newest.version


async def test_who_is_inside_is_counted_by_version_and_state(server: Server, fakes: FakeProviders):
    save(server.workspace.root, FIRST)
    await reload(server)
    ana, ben = fakes.phone("Ana"), fakes.phone("Ben")
    await asked(fakes, ana, "hi", 1)
    await asked(fakes, ben, "hi", 1)
    await asked(fakes, ben, "Ben", 2)
    version = server.workspace.dialogs["visit"].version
    versions = server.definitions.published

    assert await versions.living(version) == {"name": 1, "rating": 1}
    assert await versions.people() == {version: 2}
    await asked(fakes, ben, "5", 3)
    assert await versions.living(version) == {"name": 1}
    assert await versions.people() == {version: 1}
    await asked(fakes, ana, "stop", 2)
    assert await versions.people() == {}


async def _runs(server: Server, source: str) -> bool:
    return server.workspace.dialogs["visit"].source == source


async def test_a_server_starts_again_on_what_is_published_whatever_somebody_was_just_writing(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    first = await start_server()
    root = first.workspace.root
    save(root, FIRST)
    await reload(first)
    await first.stop()
    save(root, FIRST.replace("goto: rating", "goto: nowhere"))
    server = await start_server(root)
    ana = fakes.phone("Ana")

    assert await asked(fakes, ana, "hi", 1) == "What is your name?"
    assert any("nowhere" in problem for problem in server.problems)
    save(root, SECOND)
    assert await eventually(lambda: _runs(server, SECOND))
    assert server.problems == []


async def test_a_folder_with_errors_and_nothing_published_does_not_start(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    root = write_manual(tmp_path / "bot", fakes, FIRST.replace("goto: rating", "goto: nowhere"))
    with pytest.raises(SettingError, match="nowhere"):
        await start_server(root)
