"""What `dev` has ready at its first start: log-ins, and a campaign with people for each list."""

import stat
from dataclasses import replace
from io import StringIO
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from bot_runtime.cli import dev_banner
from bot_runtime.cli.dev import open_town
from bot_runtime.devtools.town import Town
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.workspace import load_workspace
from tests.devtools.conftest import call

LIST = "Teléfono,nombre,monto\n+52 55 5550 1101,Rosa,10\n+52 55 5550 1102,Saúl,20\n"


@pytest.fixture
def settings(store: Store, store_settings: Settings, tmp_path: Path) -> Settings:
    return replace(store_settings, data_dir=str(tmp_path / "data"), port=0, drain_s=2)


@pytest.fixture
def lists(root: Path) -> Path:
    (root / "lists").mkdir()
    (root / "lists" / "pago.csv").write_text(LIST)
    return root / "lists"


def simulated(town: Town) -> list[tuple[str, str]]:
    return [(one.name, one.number) for one in town.fakes.world.phones.values() if one.simulated]


def banner(town: Town) -> str:
    console = Console(width=100, record=True, file=StringIO())
    dev_banner.show(town, load_workspace(town.root, {}, missing_ok=True), "en", console)
    return console.export_text()


async def test_an_agent_and_an_administrator_can_log_in_with_what_the_banner_says(root: Path, settings: Settings):
    async with open_town(root, {}, settings) as (town, _):
        agent, administrator = town.first_start.made.log_ins
        assert (agent.role, administrator.role) == ("agent", "administrator")
        for one in (agent, administrator):
            assert f"{one.name} · password {one.password}" in banner(town)
            async with aiohttp.ClientSession(town.url) as http:
                status, body = await call(http, "POST", "/api/v1/login", {"name": one.name, "password": one.password})
            assert status == 200, body


async def test_later_starts_print_the_same_and_only_the_owner_can_read_the_file(root: Path, settings: Settings):
    async with open_town(root, {}, settings) as (town, _):
        first = town.first_start.made.log_ins
    kept = Path(settings.data_dir) / "first_start.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    async with open_town(root, {}, settings) as (town, _):
        assert town.first_start.made.log_ins == first
        assert len(await town.server.people.users()) == 2


async def test_a_list_named_after_a_dialog_is_a_campaign_with_people_at_its_numbers(
    root: Path, settings: Settings, lists: Path
):
    async with open_town(root, {}, settings) as (town, _):
        campaigns = town.server.campaigns
        ((id, _),) = await campaigns.records.ids()
        campaign = await campaigns.get(id)
        assert (campaign.state, campaign.contacts, campaign.template) == ("loaded", 2, "saldo")
        assert (campaign.channel, campaign.dialog, campaign.expects_answer) == ("wa", "pago", True)
        assert simulated(town) == [("Rosa", "+525555501101"), ("Saúl", "+525555501102")]
        assert "and 2 simulated people" in banner(town)
        await campaigns.delete(id, "operator")
    async with open_town(root, {}, settings) as (town, _):
        assert await town.server.campaigns.records.many([id]) == []  # what was deleted stays away
        assert len(simulated(town)) == 2  # and the people stay


async def test_a_stranger_who_is_written_to_is_somebody_simulated(root: Path, settings: Settings):
    """So that a list of one's own can be tried, and a thousand phones do not fill the page."""
    async with open_town(root, {}, settings) as (town, _):
        number = "+525555502222"
        await town.server.request_dialog(
            channel="wa", address=number, dialog="pago", given={"nombre": "Rosa", "monto": 1}
        )
        await town.fakes.world.until(lambda: town.fakes.world.phone_at("wa", number) is not None)
        stranger = town.fakes.world.phone_at("wa", number)
        assert stranger is not None
        assert simulated(town) == [(number, number)]
        assert town.population.behaviour(stranger)


@pytest.mark.parametrize("broken", ["Teléfono,nombre\n+52 55 5550 1101,Rosa\n", "", "\0\0\0"])
async def test_a_list_that_cannot_be_used_is_told_and_holds_nothing_up(
    root: Path, settings: Settings, lists: Path, broken: str, capsys: pytest.CaptureFixture[str]
):
    (lists / "pago.csv").write_text(broken)
    (lists / "notes.csv").write_text("not a list of any dialog")
    async with open_town(root, {}, settings) as (town, _):
        assert simulated(town) == []
    told = capsys.readouterr().err
    assert "pago.csv: " in told
    assert "notes.csv" not in told
