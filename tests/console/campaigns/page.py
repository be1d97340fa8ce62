"""What a manager does again and again on the campaigns' page."""

import csv
import io

from playwright.async_api import Locator, Page, expect

HEADER = ["Teléfono", "nombre", "monto", "vence", "Póliza", "Observaciones"]


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


async def choose(page: Page, campaign: str, action: str) -> None:
    await page.get_by_role("button", name=f"Acciones de {campaign}").click()
    await page.get_by_role("menuitem", name=action, exact=True).click()


def a_list(*rows: list[str]) -> dict[str, object]:
    """A file for the browser's chooser."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return {"name": "clientes.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


GOOD = a_list(
    ["525512340001", "Ana", "1250", "15/03", "P-1", ""],
    ["525512340002", "Luis", "80", "16/03", "P-2", "llamar"],
)


async def is_live(page: Page) -> None:
    """What happens from now on is told to the page."""
    await expect(page.get_by_role("status").filter(has_text="En vivo")).to_be_visible()


async def continue_(page: Page) -> None:
    await page.get_by_role("button", name="Continuar").click()


async def fill_to(page: Page, step: str) -> None:
    """The form, filled in up to a step."""
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Cobranza diciembre")
    await page.get_by_role("radio", name="Cobranza Sol").check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    for at, choice in (("message", "saldo_vencido"), ("answer", "Espera respuesta"), ("list", ""), ("bot", "")):
        await continue_(page)
        if at == step:
            return
        if choice:
            await page.get_by_role("radio", name=choice).check()
        elif at == "list":
            await page.get_by_label("Elegir archivo").set_input_files(GOOD)
            await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await continue_(page)
