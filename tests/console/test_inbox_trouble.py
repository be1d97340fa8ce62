"""What an agent wrote outlives what goes wrong around it, and what went wrong is said where they look."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.console.conftest import Enter
from tests.console.fake_desk import PASSWORD, FakeDesk
from tests.console.inbox import details, reply, row, said, tab
from tests.console.test_inbox_access import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Escribir una respuesta")


async def settled(page: Page) -> None:
    """All that is read on opening a ticket of one's own has been read: what comes next meets no answer to it."""
    await expect(composer(page)).to_be_visible()
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await page.wait_for_load_state("networkidle")


async def test_a_log_in_that_ends_while_one_writes_takes_no_word_along(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("401",))
    await settled(page)
    desk.log_out_everybody()
    await reply(page, "con el plan de tres pagos")
    await log_in(page, "ana", PASSWORD)
    await expect(composer(page)).to_have_value("con el plan de tres pagos")

    desk.log_out_everybody()
    await page.reload()
    await log_in(page, "beto", PASSWORD)
    await tab(page, "Mías").click()
    await expect(page.get_by_text("No atiendes a nadie ahora.")).to_be_visible()
    await expect(page.get_by_text("con el plan")).to_have_count(0)  # Beto never sees what Ana had begun
    kept = await page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('draft.'))")
    assert kept == []


async def test_a_log_in_in_another_tab_goes_on_for_the_same_person_alone(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("403",))
    await expect(composer(page)).to_be_visible()
    other = await page.context.new_page()
    for user in ("ana", "beto"):
        await other.goto(f"{desk.url}/console/login")
        await log_in(other, user, PASSWORD)
        await expect(tab(other, "Cola")).to_be_visible()
        await reply(page, f"escrito cuando entró {user}")
        if user == "ana":
            await expect(said(page).get_by_role("img", name="Enviado")).to_be_visible()
    await expect(page.get_by_role("button", name="Beto Lara")).to_be_visible()
    assert [one["text"] for one in desk.done] == ["escrito cuando entró ana"]


async def test_a_refused_reply_does_not_take_the_place_of_the_next_one(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("502",))
    await settled(page)
    desk.mute = True
    desk.lose_next = True
    await reply(page, "la primera")
    await expect(said(page).get_by_role("alert")).to_be_visible()
    await composer(page).fill("la segunda, a medias")
    await said(page).get_by_role("button", name="Editar").click()
    await expect(composer(page)).to_have_value("la primera\nla segunda, a medias")


async def test_a_text_that_is_too_long_is_said_and_not_cut(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("Luz", "hola", state="taken", owner="ana", channel="sms")
    page = await enter("ana", ticket=ticket)
    await composer(page).fill("👍" * 1601)  # one character each, whatever JavaScript counts
    await expect(page.get_by_text("Sobra 1 carácter: no cabe en un mensaje")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Enviar")).to_be_disabled()
    await composer(page).fill("👍" * 1600)
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_have_value("")
    assert [len(one["text"]) for one in desk.done] == [1600]


async def test_a_refusal_is_told_inside_the_dialog_that_asked(enter: Enter, desk: FakeDesk) -> None:
    """All outside of a modal dialog is dimmed and out of reach, of assistive technology too."""
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("502",))
    await settled(page)
    await page.keyboard.press("Alt+e")
    form = page.get_by_role("dialog", name="Cerrar con un motivo")
    await form.get_by_label("Resuelto").check()
    desk.lose_next = True
    await form.get_by_role("button", name="Cerrar ticket").click()
    told = form.get_by_role("status")
    await expect(told).to_contain_text("the answer was lost")
    await told.get_by_role("button", name="Cerrar").click()
    await expect(told).to_have_text("")
    await expect(form).to_be_visible()


async def test_a_file_that_is_gone_says_so(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    desk.add_file(ticket, "gone", "image", "image/jpeg", "recibo.jpg")
    page = await enter("ana", ticket=ticket, expected=("404",))
    await expect(said(page).get_by_role("link", name="recibo.jpg: no se pudo mostrar")).to_be_visible()


async def test_a_picture_that_comes_late_pushes_nothing_out_of_sight(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    desk.add_file(ticket, "f1", "image", "image/png", "recibo.png")
    await desk.bot_says(ticket, "Gracias, lo revisamos.")
    page = await enter("ana")
    comes = asyncio.Event()

    async def draw(route: Route) -> None:
        await comes.wait()
        tall = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="300"/>'
        await route.fulfill(body=tall, content_type="image/svg+xml")

    await page.route("**/files/f1", draw)
    await page.set_viewport_size({"width": 1280, "height": 500})
    await tab(page, "Mías").click()
    await row(page, "María").click()
    await expect(said(page).get_by_text("Gracias, lo revisamos.")).to_be_in_viewport()
    comes.set()
    await expect(said(page).get_by_role("img", name="recibo.png")).to_have_js_property("naturalHeight", 300)
    await expect(said(page).get_by_text("Gracias, lo revisamos.")).to_be_in_viewport(ratio=1)


async def test_what_a_contact_sends_is_named_in_the_readers_language(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "[image] mi recibo", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    await expect(said(page).get_by_text("[Foto] mi recibo")).to_be_visible()
    await tab(page, "Mías").click()
    await expect(row(page, "María")).to_contain_text("[Foto] mi recibo")
    await page.get_by_role("button", name="English").click()
    await expect(row(page, "María")).to_contain_text("[Photo] mi recibo")
    desk.add_file(ticket, "f1", "image", "image/gif")
    await page.reload()
    await expect(said(page).get_by_role("img", name="File")).to_be_visible()
    await expect(said(page).get_by_text("[image]")).to_have_count(0)  # it is seen


async def test_ticket_data_not_saved_yet_waits_with_its_ticket(enter: Enter, desk: FakeDesk) -> None:
    first = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    await desk.add_ticket("Tomás", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=first)
    await details(page).get_by_label("Sucursal").fill("Centro")
    await tab(page, "Mías").click()
    await row(page, "Tomás").click()
    await expect(said(page)).to_contain_text("Hola Tomás")
    await expect(details(page).get_by_label("Sucursal")).to_have_value("")
    await row(page, "María").click()
    await expect(details(page).get_by_label("Sucursal")).to_have_value("Centro")
    await details(page).get_by_role("button", name="Guardar").click()
    await expect(details(page).get_by_role("button", name="Guardar")).to_have_count(0)
    assert desk.done[-1]["values"] == {"sucursal": "Centro"}


async def test_the_keyboard_goes_on_where_the_work_goes_on(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola")
    page = await enter("ana", ticket=ticket)
    await details(page).get_by_role("button", name="Tomar").click()
    await expect(composer(page)).to_be_focused()
    await page.keyboard.press("Alt+e")
    await page.get_by_role("radio", name="Resuelto").check()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Este ticket se cerró: Resuelto.")).to_be_visible()
    await expect(said(page)).to_be_focused()


async def test_what_could_not_be_read_is_read_once_the_server_is_back(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("WebSocket", "ERR_FAILED"))
    await settled(page)
    await page.set_viewport_size({"width": 1280, "height": 500})
    desk.refuse_connections = True
    await page.route("**/api/v1/**", lambda route: route.abort())
    await desk.hang_up()
    await reply(page, "¿sigues ahí?")
    await expect(said(page).get_by_role("button", name="Reintentar")).to_be_in_viewport(ratio=1)
    await tab(page, "Mías").click()
    await expect(page.get_by_role("tabpanel")).to_contain_text("El servidor no responde")
    await page.unroute("**/api/v1/**")
    desk.refuse_connections = False
    await expect(row(page, "María")).to_be_visible()
    await expect(page.get_by_role("tabpanel")).not_to_contain_text("El servidor no responde")


async def test_a_page_opened_while_the_server_is_away_comes_by_itself(enter: Enter, desk: FakeDesk) -> None:
    page = await enter("ana", expected=("ERR_FAILED",))
    await page.route("**/api/v1/me", lambda route: route.abort())
    await page.reload()
    await expect(page.get_by_role("heading", name="El servidor no responde")).to_be_visible()
    await page.unroute("**/api/v1/me")
    await expect(tab(page, "Cola")).to_be_visible()


async def test_a_conversation_on_its_way_is_seen_to_be(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María", "hola")
    page = await enter("ana")
    await expect(row(page, "María")).to_be_visible()
    with desk.slow_answers():
        await row(page, "María").click()
        busy = page.locator(".talk-pane [aria-busy=true]")
        await expect(busy).to_be_visible()
        ring = await busy.element_handle()
        await page.wait_for_function("(one) => getComputedStyle(one, '::before').width === '30px'", arg=ring)
    await expect(said(page)).to_contain_text("Hola María")


async def test_on_a_touch_screen_enter_breaks_the_line_and_the_button_sends(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, size=(390, 800), touch=True)
    await composer(page).tap()
    await page.keyboard.type("uno")
    await page.keyboard.press("Enter")
    await page.keyboard.type("dos")
    await page.get_by_role("button", name="Enviar").tap()
    await expect(composer(page)).to_have_value("")
    assert [one["text"] for one in desk.done] == ["uno\ndos"]


async def test_escape_closes_the_account_menu_and_no_conversation(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola")
    page = await enter("ana", ticket=ticket)
    await expect(said(page)).to_contain_text("Hola María")
    opener = page.get_by_role("button", name="Ana Ruiz, Conectado")
    await opener.click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    assert page.url.endswith(f"?ticket={ticket}")
    await page.keyboard.press("Escape")  # now it is the conversation's turn
    await expect(said(page)).to_have_count(0)


@pytest.mark.parametrize("size", [(320, 640), (768, 800), (1280, 800)])
async def test_a_long_queue_leaves_every_list_in_reach(enter: Enter, desk: FakeDesk, size: tuple[int, int]) -> None:
    for number in range(1200):
        await desk.add_ticket(f"Cliente {number}", "hola")
    page = await enter("sara", size=size)
    await expect(tab(page, "Cola")).to_contain_text("1200")
    for name in ("Cola", "Mías", "Todas", "Cerradas"):
        await expect(tab(page, name)).to_be_in_viewport(ratio=0.99)
    for name in ("ES Español", "EN English", "Sara Gil"):
        button = page.get_by_role("button", name=name)
        await button.click(trial=True)


@pytest.mark.parametrize("locale", ["es-MX", "en-US"])
async def test_on_a_small_screen_everything_fits(enter: Enter, desk: FakeDesk, locale: str) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="beto")
    page = await enter("sara", ticket=ticket, size=(390, 800), locale=locale, expected=("409", "WebSocket"))
    await page.locator(".blocked").get_by_role("button").click()
    form = page.get_by_role("dialog")
    for button in await form.get_by_role("button").all():
        await expect(button).to_be_in_viewport(ratio=1)
        assert await button.evaluate("(one) => one.getBoundingClientRect().right") <= 374  # the dialog's own edge
    await form.get_by_role("button").nth(1).click()
    desk.refuse_connections = True
    await desk.hang_up()
    lost = page.get_by_text("Reconectando…").or_(page.get_by_text("Reconnecting…"))
    await expect(lost).to_be_visible()
    await expect(lost).to_be_in_viewport(ratio=1)
    desk.refuse_connections = False
    await expect(lost).to_have_count(0)
