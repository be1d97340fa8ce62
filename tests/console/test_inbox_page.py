"""The inbox, as agents use it who see names and roles and know nothing of its markup."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.conftest import Enter
from tests.console.fake_desk import FakeDesk

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rows(page: Page) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("link")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has_text=name)


def said(page: Page) -> Locator:
    return page.get_by_role("log")


def details(page: Page) -> Locator:
    return page.get_by_role("complementary")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


async def reply(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Escribir una respuesta")
    await box.fill(text)
    await box.press("Enter")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the desk is asked by a browser
            await asyncio.sleep(0.01)


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


async def test_only_supervisors_see_all(enter: Enter, desk: FakeDesk) -> None:
    await desk.add_ticket("María", "hola", state="taken", owner="beto")
    page = await enter("ana")
    await expect(page.get_by_role("tab")).to_have_text(["Cola0", "Mías0", "Cerradas"])
    await page.close()
    page = await enter("sara")
    await tab(page, "Todas").click()
    await expect(row(page, "María")).to_contain_text("Beto Lara")


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


async def test_what_happens_elsewhere_appears_by_itself(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana", unread=0)
    page = await enter("ana")
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await desk.add_ticket("Tomás", "una persona", waited_s=1)
    await expect(row(page, "Tomás")).to_be_visible()
    await expect(tab(page, "Cola")).to_contain_text("1")
    await desk.contact_says(ticket, "¿sigues ahí?")
    await expect(page).to_have_title("(1) Bandeja · bot-runtime")
    await tab(page, "Mías").click()
    await expect(row(page, "María")).to_contain_text("¿sigues ahí?")


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


async def test_what_happens_while_an_answer_is_on_its_way_is_not_lost(enter: Enter, desk: FakeDesk) -> None:
    """The lists are asked for, then something happens and is told live, and only then does their answer arrive."""
    gone = await desk.add_ticket("Lucía", "hola", waited_s=90)
    taken = await desk.add_ticket("Rosa", "hola", waited_s=80)
    page = await enter("ana")
    await expect(rows(page)).to_have_count(2)
    with desk.slow_answers():
        asked = len(desk.asked)
        await tab(page, "Mías").click()
        await tab(page, "Cola").click()
        await until(lambda: len(desk.asked) >= asked + 2)
        await desk.add_ticket("Tomás", "una persona", waited_s=1)
        await desk.does("beto", gone, "transfer", department="ventas")  # where Ana may not look
        await desk.does("ana", taken, "take")
        await expect(row(page, "Tomás")).to_be_visible()
        await expect(rows(page)).to_have_count(1)
    await until(lambda: desk.asked[-1].endswith("limit=1"))  # the counts are asked for again
    await expect(rows(page)).to_have_count(1)
    await expect(row(page, "Tomás")).to_be_visible()
    await expect(tab(page, "Cola")).to_contain_text("1")
    await expect(tab(page, "Mías")).to_contain_text("1")
    await tab(page, "Mías").click()
    await expect(row(page, "Rosa")).to_be_visible()


async def test_lists_are_read_only_once_the_feed_tells_all_that_comes(enter: Enter, desk: FakeDesk) -> None:
    """A ticket that comes before the feed's greeting is in the first answer; one that comes after it is told."""
    with desk.slow_greeting():
        page = await enter("ana")
        await until(lambda: bool(desk.connected_since))
        await expect(page.get_by_text("Conectando")).to_be_visible()
        assert desk.asked == []
        desk.mute = True
        await desk.add_ticket("Tomás", "una persona", waited_s=1)
        desk.mute = False
    await expect(row(page, "Tomás")).to_be_visible()
    await expect(page.get_by_text("En vivo")).to_be_visible()


async def test_a_conversation_opened_while_the_contact_writes_shows_what_they_wrote(
    enter: Enter, desk: FakeDesk
) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    desk.windows[ticket] = desk.now - timedelta(minutes=1)
    page = await enter("ana")
    await expect(page.get_by_text("En vivo")).to_be_visible()
    with desk.slow_answers():
        await tab(page, "Mías").click()
        asked = len(desk.asked)
        await page.evaluate(
            "to => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')) }",
            f"?ticket={ticket}",
        )
        await until(lambda: len(desk.asked) >= asked + 2)
        await desk.contact_says(ticket, "¿sigues ahí?")  # which opens the window again
        await expect(page).to_have_title("(2) Bandeja · bot-runtime")
    await expect(said(page).get_by_text("¿sigues ahí?")).to_have_count(1)
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()


async def test_a_window_about_to_close_shows_in_the_list_and_in_the_history_and_rings_if_nobody_answered(
    enter: Enter, desk: FakeDesk
) -> None:
    waits = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    answered = await desk.add_ticket("Tomás", "hola", state="taken", owner="ana", unread=0)
    page = await enter("ana")
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await count_tones(page)
    await desk.window_closes(answered, 25)
    await desk.window_closes(waits, 25)
    await tab(page, "Mías").click()
    for contact in ("María", "Tomás"):
        await expect(row(page, contact)).to_contain_text(re.compile("Ventana: 2[45] min"))
    assert len(await page.evaluate("tones")) == 1
    await row(page, "María").click()
    await expect(page.get_by_text("La ventana para responder se cierra a las ")).to_be_visible()


async def test_it_rings_for_the_queue_and_for_our_own_unless_it_is_told_not_to(enter: Enter, desk: FakeDesk) -> None:
    mine = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    other = await desk.add_ticket("Tomás", "hola", state="taken", owner="beto")
    page = await enter("ana")
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await count_tones(page)
    await desk.contact_says(other, "no es para Ana")
    await desk.contact_says(mine, "para Ana")
    await expect(page).to_have_title("(2) Bandeja · bot-runtime")
    assert len(await page.evaluate("tones")) == 1
    await desk.add_ticket("Lucía", "una persona", waited_s=1)
    await expect(row(page, "Lucía")).to_be_visible()
    assert len(await page.evaluate("tones")) == 3
    await page.get_by_role("button", name="Ana Ruiz").click()
    await page.get_by_role("menuitemcheckbox", name="Sonido").click()
    await desk.contact_says(mine, "en silencio")
    await expect(page).to_have_title("(3) Bandeja · bot-runtime")
    assert len(await page.evaluate("tones")) == 3


async def count_tones(page: Page) -> None:
    """From now on `tones` has each tone that the page plays."""
    await page.evaluate(
        """() => { window.tones = []; const tone = OscillatorNode.prototype; const start = tone.start;
        tone.start = function (...at) { tones.push(this.frequency.value); start.apply(this, at); } }"""
    )


async def test_a_lost_connection_comes_back_and_nothing_is_missed_or_doubled(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket)
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await desk.contact_says(ticket, "antes")
    await expect(said(page).get_by_text("antes", exact=True)).to_have_count(1)
    await desk.hang_up()
    await desk.contact_says(ticket, "mientras no estabas")
    await expect(said(page).get_by_text("mientras no estabas")).to_have_count(1)
    await expect(said(page).get_by_text("antes", exact=True)).to_have_count(1)
    await expect(page.get_by_text("En vivo")).to_be_visible()
    assert desk.connected_since[0] is None
    assert int(desk.connected_since[-1] or 0) > 0


async def test_a_reply_whose_answer_was_lost_is_sent_again_as_the_same(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("502",))
    await expect(page.get_by_text("En vivo")).to_be_visible()
    desk.mute = True  # neither does its line come
    desk.lose_next = True
    await reply(page, "una sola vez")
    await expect(said(page).get_by_role("alert")).to_contain_text("the answer was lost")
    desk.mute = False
    await said(page).get_by_role("button", name="Reintentar").click()
    await expect(said(page).get_by_role("alert")).to_have_count(0)
    await expect(said(page).get_by_text("una sola vez")).to_have_count(1)
    assert [one["act"] for one in desk.done] == ["reply"]
    assert [line["text"] for line in desk.lines[ticket] if line["from"] == "agent"] == ["una sola vez"]


async def test_what_is_refused_goes_back_to_the_composer_with_the_reason(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("María", "hola", state="taken", owner="ana")
    page = await enter("ana", ticket=ticket, expected=("409",))
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_be_visible()
    desk.windows[ticket] = desk.now - timedelta(seconds=1)  # it closed this moment; the page doesn't know yet
    await reply(page, "¿Me lees?")
    await expect(page.get_by_text("La ventana de 24 horas está cerrada: solo se le puede escribir")).to_be_visible()
    await expect(page.get_by_text("La ventana de 24 horas se cerró.")).to_be_visible()
    await expect(said(page).get_by_text("¿Me lees?")).to_have_count(0)
    await desk.contact_says(ticket, "aquí estoy")
    await expect(page.get_by_role("textbox", name="Escribir una respuesta")).to_have_value("¿Me lees?")


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


async def test_a_ticket_one_may_not_see_is_as_good_as_none(enter: Enter, desk: FakeDesk) -> None:
    ticket = await desk.add_ticket("Tomás", "hola", department="ventas")
    page = await enter("ana", ticket=ticket, expected=("404",))
    await expect(page.get_by_text("Este ticket ya no existe o no puedes verlo")).to_be_visible()
