"""The form of a campaign there is, or one left half made: nothing that was typed is lost or overwritten."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import choose, continue_, fill_to, is_live
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_editing_keeps_fields_and_list(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "review")
    await page.get_by_role("button", name="Dejar cargada").click()
    await choose(page, "Cobranza diciembre", "Editar")
    await page.get_by_label("Nombre").fill("Cobranza enero")
    for _ in range(3):
        await continue_(page)
    await expect(page.get_by_text("la lista cargada")).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Cobranza enero")
    assert (fake.uploads[-1]["of"], fake.uploads[-1]["file"]) == ("c101", None)


async def test_the_form_is_in_front_at_once_and_takes_nothing_before_its_fields_are_there(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.add("Cobranza diciembre")
    fake.hold["GET /campaigns/c101"] = asyncio.Event()
    page = await open_campaigns()
    await choose(page, "Cobranza diciembre", "Editar")
    await expect(page.get_by_role("heading", name="Editar")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await expect(page.get_by_role("searchbox")).to_have_count(0)
    fake.hold["GET /campaigns/c101"].set()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza diciembre")


async def test_an_answer_that_comes_late_overwrites_nothing(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza diciembre")
    fake.hold["GET /campaigns/c101"] = asyncio.Event()
    page = await open_campaigns()
    await choose(page, "Cobranza diciembre", "Editar")
    await page.get_by_role("button", name="Campañas").click()
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Recibos de enero")
    async with page.expect_response("**/campaigns/c101"):
        fake.hold["GET /campaigns/c101"].set()
    await continue_(page)  # a turn of the page after the answer
    await expect(page.get_by_label("Nombre")).to_have_value("Recibos de enero")
    await expect(page.get_by_role("heading", name="Nueva campaña")).to_be_visible()


async def test_news_and_choices_read_anew_overwrite_nothing(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    campaign = fake.add("Cobranza diciembre")
    page = await open_campaigns("?edit=c101")
    await is_live(page)
    await page.get_by_label("Nombre").fill("Cobranza enero")
    async with page.expect_response("**/campaigns/choices"):
        for socket in list(fake.sockets):
            await socket.send_json({"type": "reset"})
    await fake.move(campaign, name="Otro nombre")
    await page.get_by_label("Departamento").select_option("Ventas")
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza enero")


async def test_what_was_left_unfinished_is_there_again_by_campaign(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.add("Cobranza diciembre")
    page = await open_campaigns()
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Recibos de enero")
    await page.get_by_role("button", name="Campañas").click()
    await choose(page, "Cobranza diciembre", "Editar")
    await page.get_by_label("Nombre").fill("Cobranza enero")
    await page.get_by_role("button", name="Campañas").click()
    await page.get_by_role("button", name="Nueva campaña").click()
    await expect(page.get_by_label("Nombre")).to_have_value("Recibos de enero")
    await expect(page.get_by_text("Sigue como la dejaste a medias.")).to_be_visible()
    await page.get_by_role("button", name="Empezar de nuevo").click()
    await expect(page.get_by_label("Nombre")).to_have_value("")
    await page.get_by_role("button", name="Campañas").click()
    await choose(page, "Cobranza diciembre", "Editar")
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza enero")
    await page.get_by_role("button", name="Empezar de nuevo").click()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza diciembre")


async def test_editing_a_scheduled_one_says_first_that_it_will_not_go_out(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.add("Cobranza", "scheduled", scheduled_at="2026-12-01T10:30:00-06:00")
    page = await open_campaigns()
    await choose(page, "Cobranza", "Editar")
    await expect(page.get_by_text("Está programada para el 1 dic, 10:30.")).to_be_visible()
    await page.get_by_role("button", name="Dejarla programada").click()
    assert fake.campaigns["c101"]["state"] == "scheduled"
    await choose(page, "Cobranza", "Editar")
    await page.get_by_role("button", name="Editar y no enviarla").click()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza")
    assert fake.campaigns["c101"]["state"] == "draft"


async def test_one_that_was_sent_meanwhile_is_not_edited(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza", "sending")
    page = await open_campaigns("?edit=c101")
    await expect(page.get_by_role("alert")).to_contain_text("«Cobranza» ya no se puede editar.")
