"""The inbox follows what happens: nothing is missed or doubled, whatever the connection does, and it rings."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Enter
from tests.console.fake_desk import FakeDesk
from tests.console.inbox import reply, row, rows, said, tab, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
