"""`audit`: one list of what people, programs and operators changed, over the command line and the API."""

from pathlib import Path

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.test_kills import BY, WANTED
from tests.cli.operators import Terminal
from tests.servers import StartServer
from tests.web.people import Browser, add_user


async def test_users_campaigns_and_operators_acts_are_in_one_list(
    start_server: StartServer, fakes: FakeProviders, store_settings: Settings, tmp_path: Path
):
    server = await start_server(business(tmp_path / "bot", fakes, 100))
    terminal = Terminal(server.workspace.root, store_settings)
    await add_user(server, "ada", "administrator")
    campaign = await server.campaigns.create(WANTED, as_file(list_of(recipients(fakes, 2))), BY)
    await server.campaigns.rename(campaign.id, "Marzo", BY)
    assert (await terminal("outbox", "hold", "whatsapp", "--why", "moving"))[0] == 0

    told = await terminal.json("audit")
    assert [one["what"] for one in told][:2] == ["channel_held", "campaign_renamed"]
    assert {one["by"] for one in told} >= {"operator", BY}
    renamed = await terminal.json("audit", "--of", campaign.id, "--by", BY, "--limit", "1")
    assert (renamed[0]["what"], renamed[0]["after"]["name"]) == ("campaign_renamed", "Marzo")
    shown = (await terminal("audit", "--by", "operator", "--language", "en"))[1]
    assert "channel_held" in shown
    assert "moving" in shown
    async with Browser(server) as ada:
        await ada.log_in("ada")
        listed = (await ada.call("GET", "/audit?most=1000")).body["changes"]
    assert [one["what"] for one in listed] == [one["what"] for one in told]
