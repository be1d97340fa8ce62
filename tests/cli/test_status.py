"""`status`: beside the server, after it was killed, and while something stands still."""

import json
from pathlib import Path

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store.channel_states import ChannelStates
from tests.cli.operators import Terminal
from tests.cli.test_stored import run
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace


async def test_after_kill_9_the_status_says_who_is_gone_and_what_to_do(fakes: FakeProviders, tmp_path: Path):
    root, data, port = write_workspace(tmp_path / "bot", fakes), tmp_path / "data", free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(root, data, port) as server:
        code, said = await run("status", str(root), data=data)
        assert (code, said.splitlines()[0]) == (0, "All is well.")
        assert "sync always" in said
        await server.kill()
    code, said = await run("status", str(root), "--json", data=data)
    told = json.loads(said)

    assert code == 1
    assert [one["code"] for one in told["troubles"]] == ["nobody_works", "process_gone"]
    assert [(one["name"].rpartition(":")[2], one["alive"]) for one in told["processes"]] == [(str(port), False)]
    async with Process(root, data, port) as server:
        await server.stop()
    code, said = await run("status", str(root), "--language", "es", data=data)
    assert (code, said.splitlines()[:2]) == (
        1,
        ["GRAVE: ningún proceso atiende ni envía", "  → arráncalo: bot-runtime serve"],
    )


async def test_a_held_channel_is_said_with_its_cause(server: Server, store_settings: Settings):
    terminal = Terminal(server.workspace.root, store_settings)
    await ChannelStates(server.store, server.keys).hold_channel("whatsapp", "alarm", "190", "the token expired")
    told = await terminal.json("status")

    assert told["troubles"][0]["code"] == "channel_alarm"
    assert "the token expired (190)" in told["troubles"][0]["what"]
    assert "outbox release whatsapp" in told["troubles"][0]["do"]
