"""`explain`: one contact with causes; and for each recipient of a campaign the gate that decided, as it happened."""

from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.test_kills import BY, WANTED
from tests.cli.operators import Terminal
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    return await start_server(business(tmp_path / "bot", fakes, 100))


async def test_a_contact_is_explained_by_number_and_by_id(
    server: Server, fakes: FakeProviders, store_settings: Settings
):
    terminal = Terminal(server.workspace.root, store_settings)
    ana = fakes.phone("Ana")
    fakes.say(ana, "hola")
    await fakes.expect(ana, 1)
    fakes.fault("whatsapp", code=131026, count=1)
    fakes.say(ana, "hola")
    await fakes.delivered()
    fakes.say(ana, "baja")
    await fakes.expect(ana, 2)
    await fakes.delivered()

    async def told() -> dict | None:
        found = await terminal.json("explain", ana.number)
        return found if len(found["journal"]) == 3 else None

    found = await eventually(told)
    channel = found["channels"]["whatsapp"]
    assert (found["name"], found["waiting"], found["dead_letters"]) == ("Ana", [], [])
    assert channel["opted_out"]["evidence"] == "baja"
    assert channel["window_closes"]
    (failed,) = [one for one in found["messages"] if one["status"] == "failed"]
    assert failed["code"] == "131026"
    assert failed["means"]
    assert [one["evidence"] != "" for one in found["messages"] if one["status"] == "delivered"]
    assert [line["event"] for line in found["journal"]] == ["text", "text", "text"]
    assert any("consent" in effect for effect in found["journal"][-1]["effects"])
    for other in (found["contact"], f"{ana.number[3:5]} {ana.number[5:]}"):  # as a list of that country has it
        assert await terminal.json("explain", other) == found
    shown = (await terminal("explain", failed["id"]))[1]
    assert failed["means"] in shown
    assert await terminal("explain", "+5215500000000") == (
        1,
        "nadie se llama ni escribe desde '+5215500000000'\n",
    )


async def test_each_recipient_is_explained_by_the_gate_that_decided(
    server: Server, fakes: FakeProviders, store_settings: Settings
):
    terminal = Terminal(server.workspace.root, store_settings)
    out, refused, fine = recipients(fakes, 3)
    fakes.say(out, "baja")
    await fakes.expect(out, 1)
    fakes.fault("whatsapp", code=131026, to=refused.number, count=1)
    campaign = await server.campaigns.create(WANTED, as_file(list_of([out, refused, fine])), BY)
    (waits,) = [
        one
        for one in (await terminal.json("explain", fine.number, "--campaign", campaign.id))["gates"]
        if one["verdict"] != "pass"
    ]
    assert (waits["name"], waits["why"]) == ("campaign", "campaign_loaded")
    await server.campaigns.launch(campaign.id, campaign.contacts, BY)

    async def settled() -> bool:
        rows = await server.campaigns.rows.rows(campaign.id)
        return {state.s for _, state in rows} <= {"skipped", "failed", "delivered"}

    assert await eventually(settled)
    told = {
        phone.number: await terminal.json("explain", phone.number, "--campaign", campaign.id)
        for phone in (out, refused, fine)
    }
    decided = [(one["status"], one["decided_by"]) for one in told.values()]
    assert decided == [("skipped", "opt_out"), ("failed", "provider"), ("delivered", "provider")]
    provider = told[refused.number]["gates"][-1]
    assert (provider["verdict"], provider["why"]) == ("stop", "131026")
    assert {gate["verdict"] for gate in told[fine.number]["gates"]} == {"pass"}
    assert told[fine.number]["gates"][-1]["data"]["external_id"]
    by_row = await terminal.json("explain", "2", "--campaign", campaign.id)
    assert (by_row["status"], by_row["contact"]) == ("skipped", told[out.number]["contact"])
    nobody = await terminal.json("explain", "99", "--campaign", campaign.id)
    assert (nobody["decided_by"], nobody["gates"][0]["why"]) == ("audience", "not_in_list")
    shown = (await terminal("explain", "2", "--campaign", campaign.id, "--language", "en"))[1]
    assert "STOPS     opt-out" in shown
    assert (await terminal("explain", "2", "--campaign", "nope"))[0] == 1
