"""The inbox on the real thing: a contact on a phone asks for a person, and an agent attends them, each in a browser."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot_runtime.app import Server
from bot_runtime.cli.dev import open_town
from bot_runtime.people.model import User
from bot_runtime.settings import Settings
from tests.console.conftest import OpenPage
from tests.console.fake_desk import PASSWORD
from tests.console.inbox import details, reply, row, said, tab
from tests.console.test_phones_page import chat, phone, write
from tests.console.test_with_dev import EXAMPLES, quiet_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENT = User(name="ana", display="Ana Ruiz", role="agent", departments=("servicio",))


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """The examples, in a folder of their own, on an embedded store, with someone to attend."""
    root = copytree(EXAMPLES, tmp_path / "bot", ignore=lambda _, names: {".bot-data"} & set(names))
    settings = Settings(port=quiet_port(), data_dir=str(tmp_path / "data"), test_clock=True, drain_s=1)
    async with open_town(root, {}, settings) as (town, _):
        server = town.server
        assert isinstance(server, Server)
        await server.people.add_user(AGENT, PASSWORD, by=None, departments=server.workspace.departments)
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def contact(server: Server, open_page: OpenPage) -> AsyncIterator[Page]:
    page = await open_page(f"http://127.0.0.1:{server.port}/console/phones")
    yield page
    await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def agent(server: Server, open_page: OpenPage) -> AsyncIterator[Page]:
    page = await open_page(f"http://127.0.0.1:{server.port}/console/login")
    await page.get_by_label("Usuario").fill("ana")
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(tab(page, "Cola")).to_be_visible()
    await expect(page.get_by_text("En vivo")).to_be_visible()
    yield page
    await page.close()


async def test_from_asking_for_a_person_to_a_closed_ticket(contact: Page, agent: Page) -> None:
    await write(contact, "Ana", "hola")
    await expect(chat(contact, "Ana").get_by_role("button", name="Claro que sí")).to_be_visible()
    await write(contact, "Ana", "persona")
    await expect(chat(contact, "Ana")).to_contain_text("Te comunico con una persona del equipo.")

    await expect(tab(agent, "Cola")).to_contain_text("1")
    await row(agent, "Ana").click()
    await expect(said(agent).get_by_text("persona", exact=True)).to_be_visible()
    await expect(said(agent)).to_contain_text("El bot pidió una persona: Servicio a clientes")
    await details(agent).get_by_role("button", name="Tomar").click()
    await expect(said(agent)).to_contain_text("Ahora atiendes tú")

    await reply(agent, "Hola, soy *Ana* del equipo. ¿En qué te ayudo?")
    await expect(chat(contact, "Ana").locator("strong").get_by_text("Ana", exact=True)).to_be_visible()
    await expect(said(agent).get_by_role("img", name="Leído").last).to_be_visible()
    await expect(said(agent).get_by_text("¿En qué te ayudo?")).to_have_count(1)
    await write(contact, "Ana", "me cobraron dos veces")
    await expect(said(agent).get_by_text("me cobraron dos veces")).to_be_visible()
    await expect(chat(contact, "Ana").get_by_text("¿En qué te ayudo?")).to_have_count(1)  # and the bot says nothing

    data = details(agent).get_by_role("region", name="Datos del ticket")
    await data.get_by_label("Sucursal").fill("Norte")
    await data.get_by_role("button", name="Guardar").click()
    await expect(said(agent)).to_contain_text("Cambiaste los datos: Sucursal: Norte")

    await details(agent).get_by_role("button", name="Cerrar ticket").click()
    await agent.get_by_role("radio", name="Recibió la información").check()
    await agent.get_by_role("dialog").get_by_role("button", name="Cerrar ticket").click()
    await expect(agent.get_by_text("Este ticket se cerró: Recibió la información.")).to_be_visible()
    await expect(said(agent)).to_contain_text("Cerraste el ticket: Recibió la información")
    await tab(agent, "Cerradas").click()
    await expect(row(agent, "Ana")).to_contain_text("Recibió la información")


async def test_the_bot_goes_on_where_it_stopped(contact: Page, agent: Page) -> None:
    await write(contact, "Ana", "hola")
    await expect(chat(contact, "Ana").get_by_role("button", name="Claro que sí")).to_be_visible()
    await write(contact, "Ana", "agente")
    await row(agent, "Ana").click()
    await agent.keyboard.press("Alt+t")
    await expect(said(agent)).to_contain_text("Ahora atiendes tú")
    await details(agent).get_by_role("button", name="Devolver al bot").click()
    form = agent.get_by_role("dialog", name="Devolver al bot")
    await form.get_by_label("El bot sigue en").select_option("invitacion")
    await form.get_by_role("button", name="Devolver al bot").click()
    await expect(agent.get_by_text("Lo atiende el bot. Si lo tomas")).to_be_visible()
    await expect(chat(contact, "Ana").get_by_role("button", name="Claro que sí")).to_have_count(2)
    await expect(phone(contact, "Ana")).to_be_visible()
