"""The inbox for everybody: logging in and out, the keyboard alone, a small screen, both languages, names for all."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Enter, OpenPage
from tests.console.fake_desk import PASSWORD, FakeDesk
from tests.console.inbox import details, row, rows, said, tab
from tests.console.test_phones_page import NAMELESS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def log_in(page: Page, user: str, password: str) -> None:
    await page.get_by_label("Usuario").fill(user)
    await page.get_by_label("Contraseña", exact=True).fill(password)
    await page.get_by_role("button", name="Iniciar sesión").click()


async def test_without_a_log_in_the_inbox_leads_to_it_and_back(desk: FakeDesk, open_page: OpenPage) -> None:
    ticket = await desk.add_ticket("María", "hola")
    page = await open_page(f"{desk.url}/console/inbox?ticket={ticket}", expected=("401",))
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    await log_in(page, "ana", "no es esa")
    await expect(page.get_by_role("alert")).to_contain_text("El usuario o la contraseña no coinciden.")
    await expect(page.get_by_label("Usuario")).to_have_value("ana")
    await expect(page.get_by_label("Contraseña", exact=True)).to_be_focused()
    await log_in(page, "ana", PASSWORD)
    await expect(said(page)).to_contain_text("Hola María")
    assert page.url.endswith(f"/console/inbox?ticket={ticket}")


async def test_too_many_attempts_must_wait(desk: FakeDesk, open_page: OpenPage) -> None:
    page = await open_page(f"{desk.url}/console/login", expected=("429",))
    desk.block_login_s = 90
    await log_in(page, "ana", PASSWORD)
    told = re.compile(r"Demasiados intentos\. Espera 1 min \d+ s")  # it counts down, and a busy machine looks late
    await expect(page.get_by_role("alert")).to_contain_text(told)
    await expect(page.get_by_role("button", name="Iniciar sesión")).to_be_disabled()


@pytest.mark.parametrize(
    "next_page", ["https://example.com/console/inbox", "//example.com/console/x", "/elsewhere", ""]
)
async def test_a_log_in_leads_nowhere_else(desk: FakeDesk, open_page: OpenPage, next_page: str) -> None:
    page = await open_page(f"{desk.url}/console/login?next={next_page}")
    await log_in(page, "ana", PASSWORD)
    await expect(tab(page, "Cola")).to_be_visible()
    assert page.url == f"{desk.url}/console/inbox"


async def test_a_log_in_that_ended_elsewhere_is_asked_for_again(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María", "hola")
    page = await enter("ana", expected=("401",))
    await expect(page.get_by_text("En vivo")).to_be_visible()
    desk.log_out_everybody()
    await row(page, "María").click()
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    await log_in(page, "ana", PASSWORD)
    await expect(said(page)).to_contain_text("Hola María")


async def test_colleagues_see_who_is_away_and_logging_out_ends_it(enter: Enter, desk: FakeDesk) -> None:
    page = await enter("ana")
    await page.get_by_role("button", name="Ana Ruiz, Conectado").click()
    menu = page.get_by_role("menu", name="Ana Ruiz")
    await expect(menu).to_contain_text("Agente · Cobranza")
    await menu.get_by_role("menuitemradio", name="Ausente").click()
    await expect(page.get_by_role("button", name="Ana Ruiz, Ausente")).to_be_focused()
    assert desk.presence["ana"] == "away"
    await page.keyboard.press("Enter")
    await menu.get_by_role("menuitem", name="Cerrar sesión").click()
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    assert desk.sessions == {}


@pytest.mark.parametrize("has_phones", [True, False])
async def test_phones_are_in_the_navigation_where_there_are_any(enter: Enter, desk: FakeDesk, has_phones: bool) -> None:
    desk.has_phones = has_phones
    page = await enter("ana", expected=("404",))
    pages = page.get_by_role("navigation", name="Páginas").get_by_role("link")
    await expect(pages).to_have_text(["Bandeja", "Teléfonos"] if has_phones else ["Bandeja"])


async def test_everything_can_be_done_from_the_keyboard(enter: Enter, desk: FakeDesk) -> None:
    first = await desk.add_ticket("María", "hola", waited_s=300)
    second = await desk.add_ticket("Tomás", "hola", waited_s=100)
    page = await enter("ana")
    await expect(rows(page)).to_have_count(2)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Atajos de teclado")).to_contain_text("Conversación siguiente")
    await page.keyboard.press("Escape")

    await page.keyboard.press("Alt+j")
    await expect(said(page)).to_contain_text("Hola María")
    await page.keyboard.press("Alt+j")
    await expect(said(page)).to_contain_text("Hola Tomás")
    await page.keyboard.press("Alt+k")
    await expect(said(page)).to_contain_text("Hola María")
    await page.keyboard.press("Alt+t")
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await page.keyboard.press("Alt+l")
    await page.keyboard.type("línea uno")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("línea dos")
    await page.keyboard.press("Enter")
    await expect(said(page)).to_contain_text("línea uno\nlínea dos", use_inner_text=True)
    await page.keyboard.press("Alt+p")
    await page.keyboard.type("nota rápida")
    await page.keyboard.press("Enter")
    await expect(said(page).get_by_text("Tu nota", exact=True)).to_be_visible()
    await page.keyboard.press("Alt+e")
    await expect(page.get_by_role("radio", name="Promesa de pago")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Este ticket se cerró: Ya pagó.")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Alt+j")
    await expect(said(page)).to_contain_text("Hola Tomás")
    await page.keyboard.press("Alt+t")
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await page.keyboard.press("Alt+r")
    await expect(page.get_by_role("dialog", name="Transferir")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Alt+b")
    await expect(page.get_by_role("dialog", name="Devolver al bot")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Lo atiende el bot. Si lo tomas")).to_be_visible()
    assert [(one["act"], one["ticket"]) for one in desk.done] == [
        ("take", first), ("reply", first), ("note", first), ("close", first), ("take", second), ("give-back", second)
    ]  # fmt: skip


async def test_keys_pressed_while_composing_are_the_composers(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    box = page.get_by_role("textbox", name="Escribir una respuesta")
    await box.fill("にほん")
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await box.dispatch_event("keydown", {"key": "e", "code": "KeyE", "altKey": True, "isComposing": True})
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(box).to_have_value("にほん")
    assert desk.done == []


async def test_on_a_small_screen_it_goes_step_by_step_and_back(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María Fernanda Ortega Villaseñor", "necesito " * 30, tags=("mora", "vip", "norte"))
    page = await enter("ana", size=(390, 844))
    width = "document.documentElement.scrollWidth"
    assert await page.evaluate(width) == 390
    await row(page, "María").click()
    await expect(said(page)).to_be_visible()
    await expect(rows(page)).to_have_count(0)
    assert await page.evaluate(width) == 390
    await page.get_by_role("button", name="Detalles del ticket").click()
    await expect(details(page)).to_be_visible()
    await expect(said(page)).to_be_hidden()
    assert await page.evaluate(width) == 390
    await details(page).get_by_role("button", name="Tomar").click()
    await page.get_by_role("button", name="Volver a la conversación").click()
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await page.get_by_role("button", name="Volver a la lista").click()
    await expect(tab(page, "Cola")).to_be_visible()
    await page.go_back()
    await expect(said(page)).to_be_visible()


async def test_refusals_and_pages_speak_english_too(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="beto")
    page = await enter("ana", ticket=ticket, expected=("409",))
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("tab", name="Queue")).to_be_visible()
    await expect(page.get_by_text("Beto Lara has it. You can read it and leave notes.")).to_be_visible()
    await page.get_by_role("button", name="Take it over").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Beto Lara already attends María")
    await page.get_by_role("button", name="Leave it").click()
    assert await page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("size", [(1280, 860), (390, 844)])
async def test_every_control_has_a_name(enter: Enter, desk: FakeDesk, size: tuple[int, int]) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="sara", tags=("mora",))
    page = await enter("sara", ticket=ticket, size=size)
    await expect(said(page)).to_contain_text("Hola María")
    assert await page.evaluate(NAMELESS) == []
    for shortcut in ("Alt+e", "Alt+r", "Alt+b"):
        await page.keyboard.press(shortcut)
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await page.evaluate(NAMELESS) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Sara Gil").click()
    assert await page.evaluate(NAMELESS) == []


async def test_the_language_dev_was_started_with_counts_more_than_the_accounts(enter: Enter, desk: FakeDesk) -> None:
    desk.chosen_language = "en"
    page = await enter("ana")
    await expect(page.get_by_role("tab", name="Queue")).to_be_visible()
    await expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")


async def test_who_is_logged_in_is_known_on_the_phones_page_too(enter: Enter, desk: FakeDesk) -> None:
    page = await enter("sara", expected=("404", "WebSocket"))
    await page.goto(f"{desk.url}/console/phones")
    pages = page.get_by_role("navigation", name="Páginas")
    await expect(pages.get_by_role("link", name="Campañas")).to_be_visible()
    await expect(page.get_by_role("button", name="Sara Gil")).to_be_visible()
