"""The dialogs' page in a browser, over a real server: seen, edited, checked, published, rolled back (F003, F015)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot_runtime.app import Server, start
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.workspace import load_workspace
from tests.console.conftest import OpenPage
from tests.repository import ROOT
from tests.web.people import PASSWORD, add_user

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = (390, 844)
NAME = "visita_sucursal"
REFUSED = ("422", "409", "404", "401")  # what the browser itself logs of a refusal


@pytest_asyncio.fixture(loop_scope="session")
async def server(valkey_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    """The examples on an empty store, with a manager, an author, and six people inside a dialog."""
    root = copytree(ROOT / "dialogs_examples", tmp_path / "bot", ignore=lambda _, names: {".bot-data"} & set(names))
    settings = Settings(store_url=valkey_url, data_dir=str(tmp_path), test_clock=True, port=0, drain_s=2)
    store = await Store.connect(settings)
    await store.command("FLUSHALL")
    await store.close()
    server = await start(replace(settings), lambda: load_workspace(root, {}, missing_ok=True), send=False)
    try:
        await add_user(server, "sue", "supervisor", departments=())
        await add_user(server, "ann", "agent", author=True)
        for number in range(6):
            event = TextReceived(at=server.clock_now(), channel="whatsapp", message_id="", text="hola")
            address = f"tel:+52155000000{number:02}"
            await server.contacts.append([(address, address[4:])], "whatsapp", event, None, claim=False)
        async with asyncio.timeout(20):
            version = server.workspace.dialogs[NAME].version
            while sum((await server.definitions.published.living(version)).values()) < 6:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield server
    finally:
        await server.stop()


@pytest.fixture
def enter(server: Server, open_page: OpenPage) -> OpenPage:
    """`await enter("ann", "?dialog=…")`: the dialogs, with that person logged in; the rest as for `open_page`."""

    async def enter_as(user: str, at: str = "", **how: object) -> Page:
        how.setdefault("expected", REFUSED)
        wanted = quote(f"/console/dialogs{at}")
        page = await open_page(f"http://127.0.0.1:{server.port}/console/login?next={wanted}", **how)
        await page.locator("[name=username]").fill(user)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", level=1).wait_for()
        return page

    return enter_as


async def write(page: Page, old: str, new: str) -> None:
    """Change the text in the editor."""
    area = page.get_by_role("textbox", name="Text of Encuesta de visita")
    await area.fill((await area.input_value()).replace(old, new, 1))


async def test_a_manager_sees_the_dialog_drawn_and_its_text_and_changes_nothing(enter: OpenPage):
    """F003: without the author's right the view is read-only."""
    page = await enter("sue")
    await page.get_by_role("link", name="Encuesta de visita").click()
    drawing = page.get_by_role("img", name="Diagram of Encuesta de visita")
    await expect(drawing).to_be_visible()
    await expect(page.get_by_text("6 people inside")).to_be_visible()
    await expect(page.get_by_text("Read only")).to_be_visible()
    await page.get_by_role("tab", name="Text").click()
    area = page.get_by_role("textbox", name="Text of Encuesta de visita")
    await expect(area).to_have_attribute("readonly", "")
    await expect(area).to_have_value((ROOT / f"dialogs_examples/dialogs/{NAME}.yaml").read_text("utf-8"))
    await expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    await page.goto(f"{page.url.partition('?')[0]}?dialog=taken_away")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("button", name="All dialogs").click()
    await expect(page.get_by_role("link", name="Encuesta de visita")).to_be_visible()


async def test_an_author_is_told_each_mistake_with_its_line_and_one_click_leads_there(enter: OpenPage, server: Server):
    page = await enter("ann", f"?dialog={NAME}&tab=text")
    await expect(page.get_by_role("heading", name="No errors")).to_be_visible()
    await write(page, "goto: segun_nota", "goto: segun_not")
    finding = page.get_by_role("button", name="unknown state 'segun_not'")
    await expect(finding).to_contain_text("did you mean 'segun_nota'?")
    await expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    await finding.click()
    chosen = await page.evaluate(
        "(() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) })()"
    )
    assert chosen == "segun_not"
    assert "segun_not\n" not in server.workspace.dialogs[NAME].source  # what is live is untouched
    await page.get_by_role("button", name="Back to what is live").click()
    await expect(page.get_by_role("heading", name="No errors")).to_be_visible()


async def test_the_sms_count_of_the_text_under_the_cursor_follows_each_change(enter: OpenPage):
    """F015"""
    page = await enter("ann", f"?dialog={NAME}&tab=text")
    await expect(page.get_by_role("heading", name="No errors")).to_be_visible()
    await page.evaluate(
        """(() => { const a = document.querySelector("textarea"); const at = a.value.indexOf("Sin problema.");
        a.focus(); a.setSelectionRange(at, at); a.dispatchEvent(new Event("select")) })()"""
    )
    cost = page.get_by_role("region", name="As SMS")
    await expect(cost).to_contain_text("81 characters · UCS-2 · 2 SMS")
    await page.keyboard.type("x")
    await expect(cost).to_contain_text("82 characters")


async def test_a_change_is_published_with_its_reason_and_the_people_inside_go_along(enter: OpenPage, server: Server):
    page = await enter("ann", f"?dialog={NAME}&tab=text")
    await write(page, "¿Empezamos?", "¿Comenzamos?")
    await page.get_by_role("button", name="Publish").click()
    form = page.get_by_role("dialog")
    await expect(form.locator("ins")).to_contain_text("¿Comenzamos?")
    await form.get_by_label("Why").fill("A plainer word")
    await form.get_by_label("Go on in the new one").check()
    await form.get_by_role("button", name="Publish").click()
    await expect(form).to_have_count(0)
    await expect(page.get_by_text("Version 2 is live")).to_be_visible()
    await expect(page.get_by_text("There are changes not published yet")).to_have_count(0)
    assert "¿Comenzamos?" in server.workspace.dialogs[NAME].source

    await server.advance_clock(3)
    await page.get_by_role("tab", name="Versions").click()
    newest = page.get_by_role("listitem").filter(has_text="A plainer word")
    await expect(newest.get_by_role("list", name="Where they are")).to_contain_text("invitacion 6")
    await page.get_by_role("button", name="Go back to version 1").click()
    await page.get_by_role("dialog").get_by_role("button", name="Go back to this").click()
    await expect(page.get_by_text("Version 3 is live")).to_be_visible()
    await expect(page.get_by_text("1 again")).to_be_visible()
    assert "¿Empezamos?" in server.workspace.dialogs[NAME].source


async def test_a_trial_is_watched_and_ended_by_keyboard_on_a_phone(enter: OpenPage, server: Server):
    page = await enter("ann", f"?dialog={NAME}&tab=text", size=PHONE, scheme="dark")
    await write(page, "¿Empezamos?", "¿Comenzamos?")
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("dialog").get_by_label("For whom").select_option("0.1")
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("2 is on trial with 10%").first).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]
    await page.get_by_role("tab", name="Text").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Versions")).to_have_attribute("aria-selected", "true")
    await page.get_by_role("button", name="End the trial").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("withdrawn by a person")).to_be_visible()
    assert server.definitions.trials == {}
