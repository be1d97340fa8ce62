"""`backup` and `restore`: in the middle of a campaign, into an empty folder; nothing leaves until it is released."""

import json
import os
import signal
from pathlib import Path

import pytest

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.outbox import Outbox
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.test_kills import BY, WANTED, beside
from tests.cli.authors import make_workspace
from tests.cli.authors import run as run_here
from tests.cli.test_stored import run
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace

pytestmark = pytest.mark.timeout(120)


async def test_a_backup_from_mid_campaign_sends_nothing_until_released_and_then_the_rest_once(
    fakes: FakeProviders, tmp_path: Path
):
    workspace, phones = business(tmp_path / "bot", fakes, 60), recipients(fakes, 120)
    fakes.fault("whatsapp", delay_ms=100, count=10_000)  # so that some are on their way at any moment
    old, new, file, port = tmp_path / "old", tmp_path / "new", tmp_path / "monday.backup", free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(workspace, old, port) as server:
        async with beside(EmbeddedStore(old).url, workspace) as campaigns:
            campaign = await campaigns.create(WANTED, as_file(list_of(phones)), BY)
            await campaigns.launch(campaign.id, campaign.contacts, BY)
        await fakes.world.until(lambda: len(fakes.sends()) >= 40, 20)
        assert server._running
        os.kill(server._running.pid, signal.SIGSTOP)  # the disaster begins; its store still answers
        code, said = await run("backup", str(file), str(workspace), "--json", data=old)
        assert (code, file.stat().st_mode & 0o777) == (0, 0o600), said
        await server.kill()
    code, said = await run("restore", str(file), str(workspace), "--json", data=new)
    told = json.loads(said)
    assert (code, told["campaigns"], told["aside"]) == (0, [campaign.id], None)
    assert told["messages"] > 0

    async with Process(workspace, new, port) as server:
        before = len(fakes.sends())
        luz = fakes.phone("Luz")  # whoever writes now is answered: the server does work
        fakes.say(luz, "hola")
        await fakes.expect(luz, 1)
        await server.advance_clock(3_600)
        fakes.say(luz, "hola")
        await fakes.expect(luz, 2)
        await fakes.delivered()  # reports on what was on its way settle some, as ever
        assert len(fakes.sends()) == before + 2

        code, status = await run("status", str(workspace), "--json", data=new)
        assert {"campaign_paused", "unknown_entries"} <= {one["code"] for one in json.loads(status)["troubles"]}
        listed = json.loads((await run("outbox", "list", str(workspace), "--json", data=new))[1])["entries"]
        assert {(one["status"], one["code"]) for one in listed} == {("unknown", "restored")}
        assert 0 < len(listed) <= told["messages"]
        async with beside(EmbeddedStore(new).url, workspace) as campaigns:
            rows = await campaigns.rows.rows(campaign.id)
            received = {row.contact for row, _ in rows if any(p.number == row.to and fakes.received(p) for p in phones)}
            outbox = Outbox(campaigns._store, campaigns._keys)
            for one in listed:  # the provider's console shows these: the operator says so
                if one["contact"] in received:
                    await outbox.close(one["id"], "sent")
        await run("outbox", "release", "restored", str(workspace), "--yes", data=new)
        await run("campaign", "resume", campaign.id, str(workspace), data=new)
        await fakes.world.until(lambda: all(fakes.received(phone) for phone in phones), 40)
        await fakes.delivered()

    assert {len(fakes.received(phone)) for phone in phones} == {1}


async def test_a_conversation_goes_on_after_a_backup_of_a_store_without_a_server(fakes: FakeProviders, tmp_path: Path):
    root, old, new, port = write_workspace(tmp_path / "bot", fakes), tmp_path / "old", tmp_path / "new", free_port()
    file = tmp_path / "store.backup"
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana = fakes.phone("Ana")
    async with Process(root, old, port):
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        await fakes.delivered()
    assert (await run("backup", str(file), str(root), data=old))[0] == 0
    assert (await run("restore", str(file), str(root), "--language", "es", data=new))[0] == 0
    async with Process(root, new, port):
        fakes.say(ana, "5")
        assert (await fakes.expect(ana, 2))[1].text == "Will you come back?"


async def test_restore_refuses_what_would_do_harm(fakes: FakeProviders, tmp_path: Path):
    root, data, port = write_workspace(tmp_path / "bot", fakes), tmp_path / "data", free_port()
    file = tmp_path / "store.backup"
    restore = ("restore", str(file), str(root))
    async with Process(root, data, port):
        assert (await run("backup", str(file), str(root), data=data))[0] == 0
        assert (await run("backup", str(file), str(root), data=data))[0] == 2  # it exists
        code, said = await run(*restore, data=data)
        assert (code, "holds a store already" in said) == (1, True)
        code, said = await run(*restore, "--force", data=data)
        assert (code, "is in use by process" in said) == (1, True)
    code, said = await run(*restore, "--force", "--json", data=data)
    assert code == 0, said
    assert os.path.isdir(json.loads(said)["aside"])  # noqa: ASYNC240 - the earlier one is kept

    whole = file.read_bytes()
    middle = whole.index(b"store.rdb") + 512 + 200  # a header, then the data
    for damage, words in (
        (whole[:middle], "is no backup"),
        (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], "is damaged"),
        (whole.replace(b'"brand"', b'"brant"'), "is no backup"),
        (whole.replace(b'"brand": "test"', b'"brand": "toast'), "is no backup"),
        (whole.replace(b'"brand": "test"', b'"brand": "best"'), "is of brand 'best'"),
        (whole.replace(b'"format": 1', b'"format": 9'), "of a later version"),
        (b"PK something else", "is no backup"),
    ):
        file.write_bytes(damage)
        code, said = await run(*restore, data=tmp_path / "other")
        assert (code, words in said) == (1, True), said
    assert not os.path.exists(tmp_path / "other" / "valkey" / "appendonlydir")  # noqa: ASYNC240


def test_a_store_of_ones_own_is_told_its_own_means(tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch):
    root = make_workspace(tmp_path / "bot")
    monkeypatch.setenv("BOT_STORE_URL", valkey_url)
    for words in (("backup", tmp_path / "x", root), ("restore", tmp_path / "x", root)):
        result = run_here(*words)
        assert result.exit_code == 2
        assert "its own means" in result.output
    assert "Messages held: 0" in run_here("restore", "-", root).output
