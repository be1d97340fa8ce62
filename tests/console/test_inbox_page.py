"""The inbox, as agents read it who see names and roles and know nothing of its markup."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.console.conftest import Enter
from tests.console.fake_desk import FakeDesk
from tests.console.inbox import reply, row, rows, said, tab

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_queue_begins_with_who_waits_longest_and_says_what_matters(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("Lucía", "hola", waited_s=30)
    await desk.add_ticket("María", "ya pagué", waited_s=2400, tags=("mora", "vip", "zona norte"), unread=3)
    page = await enter()
    await expect(rows(page)).to_have_count(2)
    await expect(rows(page).first).to_contain_text("María")
    await expect(rows(page).first).to_contain_text("40 min")
    await expect(rows(page).first).to_contain_text("mora")
    await expect(rows(page).first.get_by_label("3 mensajes sin responder")).to_be_visible()
    await expect(rows(page).first.get_by_role("img", name="WhatsApp")).to_be_visible()
    await expect(tab(page, "Cola")).to_contain_text("2")


async def test_only_supervisors_see_all(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María", "hola", state="taken", owner="beto")
    page = await enter("ana")
    await expect(page.get_by_role("tab")).to_have_text(["Cola0", "Mías0", "Cerradas"])
    await page.close()
    page = await enter("sara")
    await tab(page, "Todas").click()
    await expect(row(page, "María")).to_contain_text("Beto Lara")


async def test_what_the_contact_sent_is_seen_heard_and_opened(enter: Enter, desk: FakeDesk) -> None:
    """F042."""
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana", unread=0)
    desk.add_file(ticket, "f1", "image", "image/gif")
    desk.add_file(ticket, "f2", "document", "application/pdf", "recibo.pdf")
    desk.add_file(ticket, "f3", "audio", "audio/ogg; codecs=opus")
    page = await enter("ana")
    await tab(page, "Mías").click()
    await row(page, "María").click()
    log = page.get_by_role("log")
    await expect(log.get_by_role("img", name="Archivo")).to_have_js_property("naturalWidth", 1)
    link = log.get_by_role("link", name="recibo.pdf")
    await expect(link).to_have_attribute("href", f"/api/v1/tickets/{ticket}/files/f2")
    await expect(log.locator("audio")).to_have_attribute("src", f"/api/v1/tickets/{ticket}/files/f3")


async def test_a_window_that_closes_soon_is_counted_down_and_sms_has_none(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    sms = await desk.add_ticket("Tomás", "hola", state="taken", owner="ana", channel="sms")
    desk.windows[ticket] = desk.now + timedelta(minutes=89)
    page = await enter("ana", ticket=ticket)
    await expect(page.get_by_role("timer")).to_contain_text("Se cierra en 1:2")
    await tab(page, "Mías").click()
    await row(page, "Tomás").click()
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await expect(page.get_by_role("timer")).to_have_count(0)
    assert desk.windows[sms] is None


async def test_ticks_follow_the_reports_and_a_failure_says_why(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    desk.delivers = False
    page = await enter("ana", ticket=ticket)
    await reply(page, "uno")
    await expect(said(page).get_by_role("img", name="Por salir")).to_be_visible()
    await desk.reports(ticket, "uno", "delivered")
    await expect(said(page).get_by_role("img", name="Entregado")).to_be_visible()
    await reply(page, "dos")
    await expect(said(page).get_by_text("dos", exact=True)).to_have_count(1)
    await desk.reports(ticket, "dos", "failed", "131026")
    await expect(said(page)).to_contain_text("No se puede entregar: no tiene WhatsApp")
    await expect(said(page)).to_contain_text("Código 131026")
    await page.get_by_role("button", name="English").click()
    await expect(said(page)).to_contain_text("Cannot be delivered: not on WhatsApp")


async def test_a_template_reads_as_the_contact_got_it(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola")
    page = await enter("ana", ticket=ticket)
    await expect(said(page)).to_contain_text("hola")
    await desk.bot_says(ticket, "Aviso\nHola María, debes $1.\n[Prometer un pago]\n[Ver] https://example.com/a7")
    await expect(said(page).get_by_text("Hola María, debes $1.")).to_be_visible()
    shown = said(page).get_by_role("list", name="Botones del mensaje").get_by_role("listitem")
    await expect(shown).to_have_text(["Prometer un pago", "Ver https://example.com/a7"])


async def test_who_gave_no_name_is_called_by_their_number(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("", "hola", address="+525587654321", channel="sms")
    page = await enter("ana")
    await expect(row(page, "+52 55 8765 4321")).to_be_visible()
    await row(page, "+52 55 8765 4321").click()
    await expect(page.get_by_role("heading", name="+52 55 8765 4321")).to_have_count(2)
    await expect(page.get_by_text("Sin nombre")).to_have_count(0)


async def test_what_people_write_is_text_and_never_markup(enter: Enter, desk: FakeDesk) -> None:
    nasty = '<img src=x onerror="document.title=1"> *negrita* y <b>no</b>'
    ticket = await desk.add_ticket("<i>María</i>", nasty)
    page = await enter("ana", ticket=ticket)
    await expect(said(page)).to_contain_text("<img src=x onerror=")
    await expect(said(page).locator("img")).to_have_count(0)
    await expect(page.get_by_role("heading", name="<i>María</i>")).to_have_count(2)
    await expect(row(page, "<i>María</i>")).to_be_visible()


async def test_earlier_lines_come_as_one_scrolls_up_and_new_ones_are_pointed_to(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    desk.add_history(ticket, [f"línea {place:03}" for place in range(150)])
    page = await enter("ana", ticket=ticket)
    await expect(said(page).get_by_text("Te comunico con alguien")).to_be_in_viewport()
    await expect(said(page).get_by_text("línea 000")).to_have_count(0)
    await said(page).evaluate("log => log.scrollTo(0, 0)")
    await expect(said(page).get_by_text("línea 000")).to_have_count(1)
    await expect(said(page).get_by_text("línea 054")).to_be_in_viewport()  # what was read stays where it was
    await expect(said(page).get_by_text("línea 000")).not_to_be_in_viewport()
    await desk.contact_says(ticket, "lo más nuevo")
    await expect(said(page).get_by_text("lo más nuevo")).not_to_be_in_viewport()
    await page.get_by_role("button", name="1 mensaje nuevo").click()
    await expect(said(page).get_by_text("lo más nuevo")).to_be_in_viewport()


async def test_long_lists_come_in_pages(enter: Enter, desk: FakeDesk) -> None:
    desk.page_size = 15
    for place in range(40):
        await desk.add_ticket(f"Contacto {place:02}", "hola", waited_s=4000 - place)
    page = await enter("ana")
    await expect(tab(page, "Cola")).to_contain_text("40")
    await expect(row(page, "Contacto 00")).to_be_visible()
    for place in (14, 29, 39):
        await rows(page).last.scroll_into_view_if_needed()
        await expect(row(page, f"Contacto {place}")).to_have_count(1)
    await expect(rows(page)).to_have_count(40)


async def test_a_department_can_be_looked_at_alone(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María", "hola", department="cobranza")
    await desk.add_ticket("Tomás", "hola", department="ventas")
    page = await enter("beto")
    await expect(rows(page)).to_have_count(2)
    await page.get_by_role("combobox", name="Departamento").select_option("Ventas")
    await expect(rows(page)).to_have_count(1)
    await expect(row(page, "Tomás")).to_be_visible()
    await expect(tab(page, "Cola")).to_contain_text("1")


async def test_a_ticket_one_may_not_see_is_as_good_as_none(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("Tomás", "hola", department="ventas")
    page = await enter("ana", ticket=ticket, expected=("404",))
    await expect(page.get_by_text("Este ticket ya no existe o no puedes verlo")).to_be_visible()
