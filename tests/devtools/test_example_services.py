"""Under `dev`, services of example.com answer as the workspace's transcripts say."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot_runtime.cli.dev import open_town
from bot_runtime.devtools.example_services import ExampleServices
from bot_runtime.runtime.outgoing import is_example
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.workspace import load_workspace
from tests.devtools.conftest import BOT as ROOT_BOT

EXAMPLES = Path(__file__).parents[2] / "dialogs_examples"
BOT = ROOT_BOT.replace("[listo]", "[informado, sin_respuesta]") + "departments: [servicio]\ndefault_dialog: envio\n"


@pytest.fixture
def parcels(tmp_path: Path) -> Path:
    """A workspace with the example that asks a service."""
    root = tmp_path / "parcels"
    for folder in ("dialogs", "tests"):
        (root / folder).mkdir(parents=True)
        for path in (EXAMPLES / folder).glob("envio*.yaml"):
            shutil.copy(path, root / folder)
    (root / "bot.yaml").write_text(BOT)
    return root


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("paquetes/100200", {"json": {"paquete": {"estado": "en camino", "ciudad": "Puebla", "por_cobrar": 0}}}),
        ("paquetes/100202", {"json": {"paquete": {"estado": "detenido", "por_cobrar": 120}}}),
        ("paquetes/999999", {"status": 404}),
        ("paquetes/555555", {"json": {"paquete": {"estado": "en camino", "ciudad": "Puebla", "por_cobrar": 0}}}),
        ("paquetes/1/2", None),
        ("other", None),
    ],
)
def test_the_transcript_whose_contact_wrote_what_the_address_has_answers(parcels: Path, path, answer):
    services = ExampleServices()
    services.read(load_workspace(parcels, {}, missing_ok=True))
    assert services.find("envios.example.com", path) == answer
    assert services.find("other.example.com", path) is None


@pytest.mark.parametrize("host", ["api.example.com", "example.com", "crm.example"])
def test_names_that_belong_to_nobody(host):
    assert is_example(host)


@pytest.mark.parametrize("host", ["acme.com", "example.com.acme.com", "notexample.com", "localhost", ""])
def test_names_that_may_belong_to_somebody(host):
    assert not is_example(host)


async def test_a_dialog_goes_in_dev_as_its_transcripts_say(
    parcels: Path, store: Store, store_settings: Settings, tmp_path: Path
):
    settings = replace(store_settings, data_dir=str(tmp_path / "data"), port=0, drain_s=2, local_services=True)
    async with open_town(parcels, {}, settings) as (town, _):
        ana = town.fakes.phone("Ana")
        town.fakes.say(ana, "hola")
        await town.fakes.expect(ana, 1)
        town.fakes.say(ana, "100202")
        said = await town.fakes.expect(ana, 2)
        assert "espera un pago de $120" in said[1].text
        told = await town.server.outside.happen(ana.number, "pago", {"importe": 120})
        assert told.code == ""
        assert "Recibimos tu pago de $120" in (await town.fakes.expect(ana, 3))[2].text
