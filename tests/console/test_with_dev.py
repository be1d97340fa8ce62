"""The page on the real thing: `bot-runtime dev` with the example dialogs, over the providers' own wire formats."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot_runtime.cli.dev import is_free, open_town
from bot_runtime.devtools.town import Town
from bot_runtime.settings import Settings
from tests.console.conftest import OpenPage
from tests.console.test_phones_page import chat, inside, phone, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXAMPLES = Path(__file__).resolve().parents[2] / "dialogs_examples"


def quiet_port() -> int:
    """A free port below those that outgoing connections get, so that none takes it before the server does."""
    return next(port for port in range(20_000 + os.getpid() % 9000, 32_000) if is_free("127.0.0.1", port))


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The examples, in a folder of their own, on an embedded store."""
    root = copytree(EXAMPLES, tmp_path / "bot", ignore=lambda _, names: {".bot-data"} & set(names))
    settings = Settings(port=quiet_port(), data_dir=str(tmp_path / "data"), test_clock=True, drain_s=1)
    async with open_town(root, {}, settings) as (town, _):
        yield town


@pytest_asyncio.fixture(loop_scope="session")
async def page(town: Town, open_page: OpenPage) -> AsyncIterator[Page]:
    page = await open_page(town.page)
    yield page
    await page.close()


async def test_a_dialog_is_walked_to_its_end_by_taps(page: Page) -> None:
    said = chat(page, "Ana")
    await phone(page, "Ana").get_by_role("button", name="hola", exact=True).click()
    await said.get_by_role("button", name="Claro que sí").click()
    await expect(said).to_contain_text("¿cómo fue la atención?")
    await write(page, "Ana", "5")
    await said.get_by_role("button", name="Opciones").click()
    await phone(page, "Ana").get_by_role("dialog").get_by_role("button", name="La rapidez").click()
    await expect(said).to_contain_text("¿Cuántas veces nos has visitado este mes")
    await write(page, "Ana", "2")
    await write(page, "Ana", "nada")
    await expect(said).to_contain_text("¡Mil gracias!")
    await expect(inside(page, "Ana")).to_contain_text("Cerrado con un motivo")
    await expect(inside(page, "Ana").get_by_text("rapidez", exact=True)).to_be_visible()


async def test_another_is_walked_by_typing_with_typos(page: Page) -> None:
    said = chat(page, "Marta")
    await write(page, "Marta", "pedido")
    await expect(said).to_contain_text("1) Hacer un pedido")
    await write(page, "Marta", "hacer un pedidp")
    await expect(said).to_contain_text("¿Qué te preparamos?")
    await write(page, "Marta", "posole")
    await expect(said).to_contain_text("¿Cuántas órdenes de pozole quieres?")
    await write(page, "Marta", "dos")
    await write(page, "Marta", "paso por el")
    await expect(said).to_contain_text("por $220")
    await write(page, "Marta", "sí")
    await expect(said).to_contain_text("¡Listo! Tu pedido sale")
    await expect(inside(page, "Marta")).to_contain_text("Cerrado con un motivo")


async def test_a_wait_runs_out_when_the_clock_moves(page: Page) -> None:
    await write(page, "Luis", "hola")
    await expect(inside(page, "Luis").get_by_role("timer")).to_be_visible()
    await page.get_by_role("button", name="Adelantar 4 h").click()
    await expect(inside(page, "Luis")).to_contain_text("se agotó la espera")
    await expect(inside(page, "Luis").get_by_role("timer")).to_have_count(0)


async def test_a_template_goes_out_with_its_data_and_its_buttons_answer(page: Page) -> None:
    await page.get_by_role("button", name="Iniciar un diálogo con Luis").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Diálogo", exact=True).select_option("recordatorio_pago")
    await form.get_by_role("button", name="Enviar plantilla").click()
    said = chat(page, "Luis")
    await expect(said).to_contain_text("Hola Ana María, Alameda te recuerda que tu saldo de $1,250.00 venció el 15 de")
    await said.get_by_role("button", name="Ya pagué").click()
    await expect(inside(page, "Luis")).to_contain_text("Ya pagué")


async def test_a_broken_file_is_reported_and_the_good_version_runs_on(page: Page, town: Town) -> None:
    file = town.root / "dialogs" / "visita_sucursal.yaml"
    good = file.read_text()
    file.write_text(good.replace("goto: segun_nota", "goto: segun_notta", 1))
    banner = page.get_by_role("alert", name="Problemas del espacio de trabajo")
    await expect(banner).to_contain_text("visita_sucursal.yaml:")
    await expect(banner).to_contain_text("segun_notta")
    await write(page, "Ana", "hola")
    await expect(chat(page, "Ana").get_by_role("button", name="Claro que sí")).to_be_visible()
    file.write_text(good)
    await expect(banner).to_have_count(0)
