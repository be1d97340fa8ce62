"""What agents do with tickets: take, answer, transfer, give back, close, and what another did first."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.console.conftest import Enter
from tests.console.fake_desk import FakeDesk
from tests.console.inbox import details, reply, row, said, tab

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_ticket_is_taken_answered_noted_and_closed_with_a_reason(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María López", "quiero una persona")
    page = await enter()
    await row(page, "María").click()
    await expect(said(page)).to_contain_text("quiero una persona")
    await expect(said(page)).to_contain_text("El bot pidió una persona: Cobranza")
    await expect(page.get_by_text("Espera en la cola. Tómalo para responder.")).to_be_visible()

    await details(page).get_by_role("button", name="Tomar").click()
    await expect(said(page)).to_contain_text("Ahora atiendes tú")
    await expect(tab(page, "Mías")).to_contain_text("1")
    await expect(tab(page, "Cola")).to_contain_text("0")
    await reply(page, "Hola *María*, te ayudo")
    await expect(said(page).locator("strong").get_by_text("María", exact=True)).to_be_visible()
    await expect(said(page).get_by_role("img", name="Enviado")).to_be_visible()

    await page.get_by_role("button", name="Nota").click()
    await page.get_by_role("textbox", name="Escribir una nota interna").fill("revisar con tesorería")
    await page.keyboard.press("Enter")
    await expect(said(page).get_by_text("Tu nota", exact=True)).to_be_visible()

    await details(page).get_by_role("button", name="Cerrar ticket").click()
    form = page.get_by_role("dialog", name="Cerrar con un motivo")
    await expect(form.get_by_role("button", name="Cerrar ticket")).to_be_disabled()
    await form.get_by_label("Promesa de pago").check()
    await form.get_by_role("button", name="Cerrar ticket").click()
    await expect(page.get_by_text("Este ticket se cerró: Promesa de pago.")).to_be_visible()
    await tab(page, "Cerradas").click()
    await expect(row(page, "María")).to_contain_text("Promesa de pago")
    assert [one["act"] for one in desk.done] == ["take", "reply", "note", "close"]
    assert desk.tickets[ticket].reason == "promesa"


async def test_one_that_is_taken_is_only_taken_over_after_a_second_word(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola")
    page = await enter("ana", ticket=ticket, expected=("409",))
    await expect(details(page).get_by_role("button", name="Tomar")).to_be_visible()
    await desk.does("beto", ticket, "take")
    await expect(page.get_by_text("Lo atiende Beto Lara. Puedes leerlo y dejar notas.")).to_be_visible()
    await details(page).get_by_role("button", name="Tomar de todos modos").click()
    asked = page.get_by_role("dialog", name="Ya lo atiende alguien")
    await expect(asked).to_contain_text("Beto Lara ya atiende a María")

    await desk.does("sara", ticket, "take", from_owner="beto")
    await asked.get_by_role("button", name="Tomar de todos modos").click()
    await expect(asked).to_contain_text("Mientras decidías lo tomó Sara Gil")
    assert desk.tickets[ticket].owner == "sara"
    await asked.get_by_role("button", name="Tomar de todos modos").click()
    await expect(asked).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    assert [one.get("from_owner") for one in desk.done] == [None, "beto", "sara"]


async def test_of_two_who_take_one_at_once_exactly_one_has_it(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola")
    pages = [await enter(user, ticket=ticket, expected=("409",)) for user in ("ana", "beto")]
    desk.mute = True  # neither hears of the other
    buttons = [details(page).get_by_role("button", name="Tomar") for page in pages]
    await asyncio.gather(*(button.click() for button in buttons))
    loser = pages[0 if desk.tickets[ticket].owner == "beto" else 1]
    winner = pages[1 - pages.index(loser)]
    await expect(winner.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await expect(loser.get_by_role("dialog", name="Ya lo atiende alguien")).to_be_visible()
    await loser.get_by_role("button", name="Dejarlo así").click()
    await expect(loser.get_by_role("textbox", name="Escribir una respuesta")).to_have_count(0)


async def test_a_reply_to_a_ticket_closed_meanwhile_is_not_sent_and_not_lost(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("409",))
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    desk.mute = True
    await desk.does("sara", ticket, "close", reason="resuelto")
    await reply(page, "¿sigues ahí?")
    await expect(page.get_by_text("El ticket ya está cerrado.")).to_be_visible()
    await expect(page.get_by_text("Este ticket se cerró: Resuelto.")).to_be_visible()
    await expect(said(page).get_by_text("¿sigues ahí?")).to_have_count(0)
    assert not any(line["text"] == "¿sigues ahí?" for line in desk.lines[ticket])


async def test_an_impatient_hand_closes_a_ticket_once(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    await details(page).get_by_role("button", name="Cerrar ticket").click()
    form = page.get_by_role("dialog", name="Cerrar con un motivo")
    await form.get_by_label("Resuelto").check()
    await form.get_by_role("button", name="Cerrar ticket").dblclick()
    await expect(page.get_by_text("Este ticket se cerró: Resuelto.")).to_be_visible()
    assert [one["act"] for one in desk.done] == ["close"]


async def test_whoever_loses_a_ticket_is_told(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await desk.does("sara", ticket, "take", from_owner="ana")
    await expect(page.get_by_text("Sara Gil tomó tu conversación con María")).to_be_visible()
    await expect(page.get_by_text("Lo atiende Sara Gil. Puedes leerlo")).to_be_visible()


async def test_transfer_to_a_department_or_a_colleague_who_may_be_away(enter: Enter, desk: FakeDesk) -> None:
    first = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    second = await desk.add_ticket("Tomás", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=first, expected=("404",))
    await desk.be("beto", "away")
    await details(page).get_by_role("button", name="Transferir").click()
    form = page.get_by_role("dialog", name="Transferir")
    await form.get_by_label("Ventas").check()
    await form.get_by_label("Nota para quien lo reciba").fill("quiere comprar")
    await form.get_by_role("button", name="Transferir").click()
    await expect(page.get_by_text("Transferido a Ventas")).to_be_visible()
    await expect(page.get_by_role("heading", name="Elige una conversación")).to_be_visible()  # Ana sees no sales
    assert (desk.tickets[first].state, desk.tickets[first].department) == ("queued", "ventas")

    await tab(page, "Mías").click()
    await row(page, "Tomás").click()
    await expect(said(page)).to_contain_text("Hola Tomás")
    await details(page).get_by_role("button", name="Transferir").click()
    await form.get_by_label("Beto Lara").check()
    await expect(form.get_by_role("alert")).to_contain_text("Beto Lara no está en línea ahora")
    await form.get_by_role("button", name="Transferir").click()
    await expect(page.get_by_text("Transferido a Beto Lara")).to_be_visible()
    await expect(said(page)).to_contain_text("Transferiste el ticket a Beto Lara")
    assert desk.tickets[second].owner == "beto"
    assert desk.done[0]["note"] == "quiere comprar"


async def test_the_bot_gets_it_back_where_it_stopped_or_at_a_state(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    await details(page).get_by_role("button", name="Devolver al bot").click()
    form = page.get_by_role("dialog", name="Devolver al bot")
    await expect(form.get_by_label("El bot sigue en")).to_have_value("")
    await form.get_by_label("El bot sigue en").select_option("fecha")
    await form.get_by_role("button", name="Devolver al bot").click()
    await expect(said(page)).to_contain_text("Lo devolviste al bot: fecha")
    await expect(page.get_by_text("Lo atiende el bot. Si lo tomas")).to_be_visible()
    assert desk.done[-1]["state"] == "fecha"


async def test_a_closed_one_is_reopened_but_not_every(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="closed", reason="promesa", owner="ana", closed_by="ana")
    out = await desk.add_ticket("Tomás", "baja", state="closed", reason="opt_out", owner="ana", closed_by="ana")
    page = await enter("ana", ticket=out)
    await expect(page.get_by_text("Este ticket se cerró: Se dio de baja.")).to_be_visible()
    await expect(page.get_by_role("button", name="Reabrir")).to_have_count(0)
    await tab(page, "Cerradas").click()
    await row(page, "María").click()
    await details(page).get_by_role("button", name="Reabrir").click()
    await expect(said(page)).to_contain_text("Reabriste el ticket")
    assert desk.tickets[ticket].state == "taken"


async def test_what_is_refused_goes_back_to_the_composer_with_the_reason(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("409",))
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await page.wait_for_load_state("networkidle")  # what is read on opening would tell
    desk.windows[ticket] = desk.now - timedelta(seconds=1)  # it closed this moment; the page doesn't know yet
    await reply(page, "¿Me lees?")
    await expect(page.get_by_text("La ventana de 24 horas está cerrada: solo se le puede escribir")).to_be_visible()
    await expect(page.get_by_text("La ventana de 24 horas se cerró.")).to_be_visible()
    await expect(said(page).get_by_text("¿Me lees?")).to_have_count(0)
    await desk.contact_says(ticket, "aquí estoy")
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_have_value("¿Me lees?")


async def test_what_a_ticket_carries_is_changed_by_who_has_it(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", metadata={"sucursal": "Norte", "vieja": "sigue"})
    page = await enter("ana", ticket=ticket)
    panel = details(page).get_by_role("region", name="Datos del ticket")
    await expect(panel.get_by_label("Sucursal")).to_have_value("Norte")
    await expect(panel).to_contain_text("sigue")  # what the workspace no longer names is only shown
    await expect(panel.get_by_role("button", name="Guardar")).to_have_count(0)
    await panel.get_by_label("Sucursal").fill("Sur")
    await panel.get_by_label("Cliente VIP").select_option("Sí")
    await panel.get_by_role("button", name="Guardar").click()
    await expect(said(page)).to_contain_text("Cambiaste los datos: sucursal: Sur · vip: True")
    await expect(panel.get_by_role("button", name="Guardar")).to_have_count(0)
    assert desk.tickets[ticket].metadata == {"sucursal": "Sur", "vieja": "sigue", "vip": "1"}
    await desk.does("beto", ticket, "take")
    await expect(panel.get_by_label("Sucursal")).to_have_count(0)  # now it is his to change
    await expect(panel).to_contain_text("Sur")


async def test_a_draft_waits_with_its_ticket(enter: Enter, desk: FakeDesk) -> None:
    first = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    await desk.add_ticket("Tomás", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=first)
    box = page.get_by_role("textbox", name="Escribir una respuesta")
    await box.fill("a medias")
    await tab(page, "Mías").click()
    await row(page, "Tomás").click()
    await expect(said(page)).to_contain_text("Hola Tomás")
    await expect(box).to_have_value("")
    await expect(row(page, "María")).to_contain_text("Borrador: a medias")
    await row(page, "María").click()
    await expect(box).to_have_value("a medias")
    await page.reload()
    await expect(box).to_have_value("a medias")
