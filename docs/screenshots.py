"""Take README's pictures again, from a `dev` of the examples that it starts and ends itself:

python docs/screenshots.py [docs/images]

Needs Chromium or Chrome and the built pages (`make setup`), and looks best with the font Inter installed.
"""

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot_runtime.cli.dev import open_town
from bot_runtime.devtools.first_start import LogIn
from bot_runtime.devtools.town import Town
from bot_runtime.logs import configure
from bot_runtime.settings import Settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
EXAMPLES = Path(__file__).parent.parent / "dialogs_examples"
LARGEST_BYTES = 250_000


@dataclass
class Studio:
    """A browser at a running `dev`; each picture is a page of its own."""

    town: Town
    browser: Browser
    folder: Path

    async def open(self, address: str, size: tuple[int, int] = (1280, 800), who: LogIn | None = None) -> Page:
        page = await self.browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            timezone_id=morning(),
            locale="es-MX",
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.set_default_timeout(20_000)
        await page.goto(f"{self.town.url}/console/{'login' if who else address}")
        if who:
            await page.get_by_label("Usuario").fill(who.name)
            await page.get_by_label("Contraseña", exact=True).fill(who.password)
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("En vivo")).to_be_visible()
            await page.goto(f"{self.town.url}/console/{address}")
        return page

    async def take(self, page: Page, name: str, most: int = LARGEST_BYTES) -> None:
        await page.mouse.move(5, 500)
        await page.wait_for_timeout(1200)  # the last ticks turn blue
        path = self.folder / f"{name}.png"
        await page.screenshot(path=path)
        print(f"{path}: {path.stat().st_size:,} bytes")
        if path.stat().st_size > most:
            sys.exit(f"larger than the {most:,} bytes a README should load")


async def main(target: str = "docs/images") -> None:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with TemporaryDirectory() as data:
        settings = Settings(data_dir=data, port=0, test_clock=True, log_level="warning")
        configure(settings)
        async with open_town(EXAMPLES, {}, settings) as (town, _), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            studio = Studio(town, browser, Path(target))
            log_ins = {one.role: one for one in town.first_start.made.log_ins}
            await phones(studio)
            await launch(studio, log_ins["administrator"])
            await inbox(studio, log_ins["agent"])
            await results(studio, log_ins["administrator"])
            await browser.close()


def morning() -> str:
    """A time zone in which it is ten o'clock now: phones at three in the night look odd."""
    behind = (datetime.now(UTC).hour - 10) % 24
    return f"Etc/GMT+{behind}" if behind <= 12 else f"Etc/GMT-{24 - behind}"


async def phones(studio: Studio) -> None:
    """Three contacts in the middle of something: a survey's list, a template's buttons, an order by SMS."""
    page = await studio.open("phones", (1346, 830))
    for name in ("Luis", "Marta"):
        await page.get_by_role("button", name=f"Por dentro de la conversación de {name}").click()

    await page.get_by_role("button", name="Iniciar un diálogo con Luis").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Diálogo", exact=True).select_option("recordatorio_pago")
    await form.get_by_label("nombre").fill("Luis")
    await form.get_by_role("button", name="Enviar plantilla").click()
    luis = chat(page, "Luis")
    await luis.get_by_role("button", name="Prometer un pago").click()
    await expect(luis).to_contain_text("Prometer un pago")

    await write(page, "Marta", "pedido")
    await expect(chat(page, "Marta")).to_contain_text("1) Hacer un pedido")
    await write(page, "Marta", "hacer un pedidp")
    await expect(chat(page, "Marta")).to_contain_text("preparamos")

    ana = chat(page, "Ana")
    await write(page, "Ana", "hola")
    await ana.get_by_role("button", name="Claro que sí").click()
    await expect(ana).to_contain_text("¿cómo fue la atención?")
    await write(page, "Ana", "⭐⭐⭐⭐⭐")
    await expect(ana).to_contain_text("¿Qué fue lo que más te gustó?")
    await studio.take(page, "phones", 300_000)
    await write(page, "Ana", "persona")
    await expect(ana).to_contain_text("Te comunico con una persona")
    await page.close()


async def launch(studio: Studio, who: LogIn) -> None:
    """Send the reminder to its twenty people."""
    page = await studio.open("campaigns", who=who)
    await page.get_by_role("button", name="Acciones de Recordatorio de pago").click()
    await page.get_by_role("menuitem", name="Enviar").click()
    await page.get_by_role("dialog").get_by_role("button", name="Enviar 20 mensajes").click()
    await expect(page.get_by_role("main")).to_contain_text("Completada")
    await page.close()
    await quiet(studio)


async def inbox(studio: Studio, who: LogIn) -> None:
    """An agent in the middle of a conversation with somebody who asked for a person."""
    page = await studio.open("inbox", who=who)
    await page.get_by_role("link", name="Andrés Ibáñez").click()
    await page.get_by_role("button", name="Tomar").first.click()
    box = page.get_by_role("textbox", name="Escribir una respuesta")
    await box.fill("Hola, Andrés. Soy Eva, de cobranza. ¿Te sirve pagarlo en dos partes, este viernes y el próximo?")
    await box.press("Enter")
    await quiet(studio)
    await studio.take(page, "inbox")
    await page.close()


async def results(studio: Studio, who: LogIn) -> None:
    """The reminder two hours later: silence has closed its tickets, and who answers late was heard."""
    for _ in range(2):
        await studio.town.server.advance_clock(3_600)  # type: ignore[attr-defined]
        studio.town.fakes.world.publish("clock", clock={"now": studio.town.fakes.world.now(), "offset_s": 0})
        await quiet(studio)
    page = await studio.open("campaigns", who=who)
    await page.get_by_role("button", name="Acciones de Recordatorio de pago").click()
    await page.get_by_role("menuitem", name="Resultados").click()
    await studio.take(page, "campaign")


async def quiet(studio: Studio) -> None:
    """Wait until those who answer now have said what they have to say."""
    people, phones = studio.town.population, studio.town.fakes.world.phones.values()
    late = sum(one.simulated and people.behaviour(one) == "late" for one in phones)
    for _ in range(4):  # between an answer and the next question nobody has anything to say either
        await studio.town.fakes.world.until(lambda: people.pending <= late, 60)
        await asyncio.sleep(1)


def chat(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name).get_by_role("log")


async def write(page: Page, name: str, text: str) -> None:
    box = page.get_by_role("textbox", name=f"Escribir como {name}")
    await box.fill(text)
    await box.press("Enter")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
