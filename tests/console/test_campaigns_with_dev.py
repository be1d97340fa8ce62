"""The campaigns' page on the real thing: a list goes out, simulated people answer, and the page shows it all."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot_runtime.cli.dev import any_port, open_town
from bot_runtime.devtools.town import Town
from bot_runtime.settings import Settings
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXAMPLES = Path(__file__).resolve().parents[2] / "dialogs_examples"
LIST = EXAMPLES / "lists" / "recordatorio_pago.csv"


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    root = copytree(EXAMPLES, tmp_path / "bot", ignore=lambda _, names: {".bot-data"} & set(names))
    data_dir = str(tmp_path / "data")
    settings = Settings(port=any_port("127.0.0.1"), data_dir=data_dir, test_clock=True, drain_s=1)
    async with open_town(root, os.environ, settings) as (town, _):
        yield town


@pytest_asyncio.fixture(loop_scope="session")
async def page(town: Town, open_page: OpenPage) -> AsyncIterator[Page]:
    """The campaigns, with an administrator logged in."""
    admin = next(one for one in town.first_start.made.log_ins if one.role == "administrator")
    refused = ("401", "422")  # as nobody yet, and as whoever sends a list with a fault
    page = await open_page(f"{town.url}/console/login?next=/console/campaigns", expected=refused)
    await page.get_by_label("Usuario").fill(admin.name)
    await page.get_by_label("Contraseña", exact=True).fill(admin.password)
    await page.keyboard.press("Enter")
    yield page
    await page.close()


async def test_a_list_goes_out_and_its_answers_come_in(page: Page) -> None:
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Cobranza de prueba")
    await page.get_by_role("radio", name="WhatsApp").check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    next_step = page.get_by_role("button", name="Continuar")
    await next_step.click()
    await page.get_by_role("radio", name="saldo_vencido").check()
    await next_step.click()
    await page.get_by_role("radio", name="Espera respuesta").check()
    await next_step.click()

    name, good = "clientes.csv", LIST.read_bytes()
    faulty = good.replace("José Peña".encode(), b"", 1)
    chooser = page.locator("input[type=file]")
    await chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": faulty})
    await expect(page.get_by_role("row").filter(has_text="B · nombre")).to_contain_text("3")
    await chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": good})
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await expect(page.get_by_label("Metadato para la columna Sucursal")).to_have_value("sucursal")
    await next_step.click()
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("recordatorio_pago")
    await next_step.click()

    await expect(page.get_by_text("Hola Ana María López")).to_be_visible()
    await page.get_by_role("button", name="Fila siguiente").click()
    await expect(page.get_by_text("Hola José Peña")).to_be_visible()
    await page.get_by_role("button", name="Enviar ahora").click()
    await page.get_by_role("button", name="Enviar 20 mensajes").click()

    figures = page.get_by_role("region", name="Cifras")
    await expect(page.get_by_role("main")).to_contain_text("Completada", timeout=20_000)
    await expect(figures).to_contain_text("Planeados20")
    await expect(figures).not_to_contain_text("Respondieron0", timeout=20_000)
    people = page.get_by_role("region", name="Destinatarios").first
    await expect(people.locator("tbody tr")).to_have_count(20)
    await expect(people.get_by_role("link", name="Ticket")).not_to_have_count(0)
    async with page.expect_download() as download:
        await page.get_by_role("link", name=".xlsx").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"PK")

    await page.get_by_role("main").get_by_role("button", name="Campañas").click()
    row = page.get_by_role("row").filter(has_text="Cobranza de prueba")
    await expect(row).to_contain_text("Completada")
    await expect(row).to_contain_text("20")
