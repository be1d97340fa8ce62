"""Take README's picture again, from a running `bot-runtime dev dialogs_examples`:

python docs/screenshots.py [URL] [docs/images/phones.png]

Run it on a fresh folder (`BOT_DATA_DIR=$(mktemp -d)`), so that no earlier chat is in the picture. Needs Chromium or
Chrome, and looks best with the font Inter installed.
"""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SIZE = (1346, 830)
LARGEST_BYTES = 300_000


def main(url: str = "http://127.0.0.1:8080", target: str = "docs/images/phones.png") -> None:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": SIZE[0], "height": SIZE[1]},
            timezone_id=morning(),
            locale="es-MX",
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(f"{url}/console/phones")
        talk(page)
        page.mouse.move(5, 500)
        page.wait_for_timeout(1200)  # the last ticks turn blue
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)
        browser.close()
    size = Path(target).stat().st_size
    print(f"{target}: {size:,} bytes")
    if size > LARGEST_BYTES:
        sys.exit(f"larger than the {LARGEST_BYTES:,} bytes a README should load")


def morning() -> str:
    """A time zone in which it is ten o'clock now: phones at three in the night look odd."""
    behind = (datetime.now(UTC).hour - 10) % 24
    return f"Etc/GMT+{behind}" if behind <= 12 else f"Etc/GMT-{24 - behind}"


def talk(page: Page) -> None:
    """Three contacts in the middle of something: a survey's list, a template's buttons, an order by SMS."""
    for name in ("Luis", "Marta"):
        page.get_by_role("button", name=f"Por dentro de la conversación de {name}").click()

    page.get_by_role("button", name="Iniciar un diálogo con Luis").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Diálogo", exact=True).select_option("recordatorio_pago")
    form.get_by_label("nombre").fill("Luis")
    form.get_by_role("button", name="Enviar plantilla").click()
    luis = chat(page, "Luis")
    luis.get_by_role("button", name="Prometer un pago").click()
    expect(luis).to_contain_text("Prometer un pago")

    write(page, "Marta", "pedido")
    expect(chat(page, "Marta")).to_contain_text("1) Hacer un pedido")
    write(page, "Marta", "hacer un pedidp")
    expect(chat(page, "Marta")).to_contain_text("preparamos")

    ana = chat(page, "Ana")
    write(page, "Ana", "hola")
    ana.get_by_role("button", name="Claro que sí").click()
    expect(ana).to_contain_text("¿cómo fue la atención?")
    write(page, "Ana", "⭐⭐⭐⭐⭐")
    expect(ana).to_contain_text("¿Qué fue lo que más te gustó?")


def chat(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name).get_by_role("log")


def write(page: Page, name: str, text: str) -> None:
    box = page.get_by_role("textbox", name=f"Escribir como {name}")
    box.fill(text)
    box.press("Enter")


if __name__ == "__main__":
    main(*sys.argv[1:])
