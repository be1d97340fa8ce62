"""What is done with a campaign from the list: its menu, its questions, what the server refuses."""

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import choose, row
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_pausing_resuming_and_cancelling(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "sending"), sent=4, pending=6)
    page = await open_campaigns()
    await page.get_by_role("button", name="Pausar: Cobranza").click()
    await expect(row(page, "Cobranza")).to_contain_text("En pausa")
    await page.get_by_role("button", name="Reanudar: Cobranza").click()
    await expect(row(page, "Cobranza")).to_contain_text("Enviando")
    await choose(page, "Cobranza", "Cancelar envío")
    await expect(page.get_by_role("dialog")).to_contain_text("6 mensajes que aún no salen")
    await page.get_by_role("button", name="Cancelar el envío").click()
    await expect(row(page, "Cobranza")).to_contain_text("Cancelada")
    assert [action for _, action, _ in fake.done] == ["pause", "resume", "cancel"]


async def test_a_launch_pressed_twice_happens_once(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza"), pending=1200)
    page = await open_campaigns()
    await page.get_by_role("button", name="Enviar: Cobranza").click()
    await page.get_by_role("button", name="Enviar 1,200 mensajes").dblclick()
    await expect(row(page, "Cobranza")).to_contain_text("Enviando")
    assert fake.done == [("c101", "launch", {"confirm": 1200})]


async def test_a_refusal_is_shown_where_it_was_asked(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza"), pending=2)
    page = await open_campaigns()
    await page.get_by_role("button", name="Enviar: Cobranza").click()
    fake.refuse_next = "La plantilla dejó de estar aprobada."
    await page.get_by_role("button", name="Enviar 2 mensajes").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("La plantilla dejó")
    await page.get_by_role("button", name="Enviar 2 mensajes").click()
    await expect(row(page, "Cobranza")).to_contain_text("Enviando")


async def test_scheduling_asks_for_day_time_and_zone(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza"), pending=2)
    page = await open_campaigns()
    await choose(page, "Cobranza", "Programar")
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("Zona horaria")).to_have_value("America/Mexico_City")
    await form.get_by_label("Fecha").fill("2026-11-20")
    await form.get_by_label("Hora", exact=True).fill("10:30")
    await form.get_by_role("button", name="Programar").click()
    await expect(form.get_by_role("alert")).to_contain_text("allá son las 10:30")
    await form.get_by_label("Fecha").fill("2026-12-01")
    await form.get_by_label("Zona horaria").select_option("America/Bogota")
    await form.get_by_role("button", name="Programar").click()
    await expect(row(page, "Cobranza")).to_contain_text("Programada")
    assert fake.done == [("c101", "schedule", {"date": "2026-12-01", "time": "10:30", "zone": "America/Bogota"})]


async def test_a_workspace_without_a_zone_schedules_by_the_readers_and_says_so(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.zone = False
    fake.fill(fake.add("Cobranza"), pending=2)
    page = await open_campaigns()
    await choose(page, "Cobranza", "Programar")
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("Zona horaria")).to_have_value("America/Mexico_City")
    await expect(form).to_contain_text("Es la zona de tu navegador")


async def test_renaming_duplicating_and_deleting(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza", "completed")
    page = await open_campaigns()
    await choose(page, "Cobranza", "Renombrar")
    await page.get_by_label("Nombre", exact=True).fill("Cobranza 1")
    await page.get_by_role("button", name="Renombrar").click()
    await choose(page, "Cobranza 1", "Duplicar")
    await choose(page, "Cobranza 1 (copia)", "Eliminar")
    await page.get_by_role("dialog").get_by_role("button", name="Eliminar").click()
    await expect(page.locator("tbody").get_by_role("link")).to_have_text(["Cobranza 1"])


async def test_the_failed_ones_get_a_campaign_of_their_own(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "finished_with_errors"), delivered=3, failed=2)
    page = await open_campaigns()
    await choose(page, "Cobranza", "Reenviar a los fallidos")
    await expect(row(page, "Cobranza (reenvío)")).to_contain_text("2")
    await expect(page.get_by_text("Se hizo otra campaña con los fallidos de «Cobranza»")).to_be_visible()


async def test_menus_and_questions_work_from_the_keyboard(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza")
    page = await open_campaigns()
    opener = page.get_by_role("button", name="Acciones de Cobranza")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Resultados")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(2):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Programar el envío")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
