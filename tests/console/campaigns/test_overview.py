"""The list of campaigns: what a row tells, who sees it, what narrows it, how it follows what happens."""

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.lists import NOW
from tests.console.campaigns.page import choose, is_live, row
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_row_tells_all_that_is_asked_of_it(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "sending"), read=3, delivered=2, pending=5)
    page = await open_campaigns()
    for said in ("c101", "10", "Enviando", "saldo_vencido", "Cobranza Sol", "WhatsApp", "≈", "5"):
        await expect(row(page, "Cobranza")).to_contain_text(said)
    progress = row(page, "Cobranza").get_by_role("progressbar", name="Avance de Cobranza")
    await expect(progress).to_have_attribute("aria-valuenow", "50")


async def test_bot_and_number_are_told_on_focus(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Con bot")
    fake.add("Sin bot", dialog=None)
    page = await open_campaigns()
    await row(page, "Con bot").get_by_role("button", name="Bot", exact=True).focus()
    await expect(row(page, "Con bot").get_by_text("Bot: Recordatorio de pago")).to_be_visible()
    await row(page, "Con bot").get_by_role("button", name="Número de Cobranza Sol").hover()
    await expect(row(page, "Con bot").get_by_text("+52 55 5000 1000")).to_be_visible()
    await expect(row(page, "Sin bot").get_by_role("button", name="Bot", exact=True)).to_have_count(0)


async def test_the_list_says_how_many_wait_for_room_and_until_when(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    until = f"{NOW.year}-03-03T16:00:00Z"
    fake.fill(fake.add("Cobranza", "sending", waiting=3, waits_until=until), pending=3, delivered=1)
    page = await open_campaigns()
    await expect(row(page, "Cobranza")).to_contain_text("3 esperan lugar hasta el 3 mar")


OFFERED = {
    "loaded": ["Resultados", "Enviar", "Programar", "Editar", "Renombrar", "Eliminar"],
    "invalid": ["Resultados", "Editar", "Eliminar"],
    "scheduled": ["Resultados", "Desprogramar", "Editar", "Eliminar"],
    "sending": ["Resultados", "Pausar", "Cancelar envío"],
    "paused": ["Resultados", "Reanudar", "Cancelar envío"],
    "completed": ["Resultados", "Renombrar", "Duplicar", "Archivar"],
    "cancelled": ["Resultados", "Reenviar a los fallidos", "Archivar"],
}


async def test_only_what_the_state_allows_is_offered(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    for state in OFFERED:
        fake.add(f"La {state}", state)
    page = await open_campaigns()
    for state, offered in OFFERED.items():
        await page.get_by_role("button", name=f"Acciones de La {state}").click()
        await expect(page.get_by_role("menuitem")).to_have_text([*offered, "Exportar a Excel", "Exportar a CSV"])
        await page.keyboard.press("Escape")


async def test_a_supervisor_looks_and_changes_nothing(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.role = "supervisor"
    fake.add("Una", "loaded")
    page = await open_campaigns()
    await page.get_by_role("button", name="Acciones de Una").click()
    await expect(page.get_by_role("menuitem")).to_have_text(["Resultados", "Exportar a Excel", "Exportar a CSV"])
    await expect(page.get_by_role("button", name="Nueva campaña")).to_have_count(0)


async def test_the_page_is_not_for_agents(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.role = "agent"
    page = await open_campaigns()
    await expect(page.get_by_text("Esta página es de supervisores y administradores.")).to_be_visible()
    await expect(page.get_by_role("navigation").get_by_role("link", name="Campañas")).to_have_count(0)


async def test_an_ended_login_leads_to_it(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.logged_in = False
    page = await open_campaigns()
    await page.wait_for_url("**/console/login?next=*")


async def test_filters_go_to_the_server_and_can_be_cleared(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza", "loaded")
    fake.add("Recibos", "completed", channel="avisos")
    page = await open_campaigns()
    await page.get_by_label("Estado").select_option("Completada")
    await expect(page.get_by_role("link", name="Cobranza", exact=True)).to_have_count(0)
    await page.get_by_label("Canal").select_option("Avisos")
    await page.get_by_role("searchbox").fill("nada de esto")
    await page.get_by_role("button", name="Quitar los filtros").click()
    await expect(page.get_by_role("link", name="Cobranza", exact=True)).to_be_visible()
    assert {"state": "completed", "channel": "avisos", "q": "nada de esto"} in fake.asked


async def test_campaigns_are_found_by_the_days_they_were_made_or_sent(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.add("Cobranza", "completed")
    page = await open_campaigns()
    await page.get_by_label("Fecha").select_option("Enviadas entre")
    async with page.expect_response("**/campaigns?*to=2026-11-20*"):
        await page.get_by_label("Primer día").fill("2026-11-20")
        await page.get_by_label("Último día").fill("2026-11-20")
    days = {"dated": "sent", "from": "2026-11-20", "to": "2026-11-20", "zone": "America/Mexico_City"}
    assert fake.asked[-1] == days
    # What is told of later follows the same rule: 03:00 UTC is the evening before in the zone of the workspace.
    await is_live(page)
    await fake.tell(fake.add("De la víspera", "completed", sent_at="2026-11-20T03:00:00+00:00"))
    await fake.tell(fake.add("Del día", "completed", sent_at="2026-11-21T03:00:00+00:00"))
    await expect(page.locator("tbody").get_by_role("link")).to_have_text(["Del día", "Cobranza"])
    async with page.expect_response("**/campaigns?"):
        await page.get_by_label("Fecha").select_option("Cualquier fecha")
    assert fake.asked[-1] == {}


async def test_archived_ones_are_apart_and_come_back(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Vieja", "completed")
    fake.add("Otra", "completed")
    page = await open_campaigns()
    await choose(page, "Vieja", "Archivar")
    await expect(row(page, "Vieja")).to_have_count(0)
    await page.get_by_label("Archivadas").check()
    await choose(page, "Vieja", "Desarchivar")
    await expect(page.get_by_text("Ninguna campaña con esos filtros")).to_be_visible()


async def test_the_list_follows_what_happens(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    campaign = fake.fill(fake.add("Cobranza", "sending"), pending=4)
    page = await open_campaigns()
    await expect(row(page, "Cobranza")).to_contain_text("Enviando")
    await is_live(page)
    await fake.move(campaign, state="completed", counts={"delivered": 4})
    await expect(row(page, "Cobranza")).to_contain_text("Completada")
    await fake.tell(fake.add("Más nueva"))
    await expect(page.locator("tbody").get_by_role("link")).to_have_text(["Más nueva", "Cobranza"])


async def test_reload_reads_at_once(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza")
    page = await open_campaigns()
    await expect(row(page, "Cobranza")).to_be_visible()
    fake.add("Otra")
    await page.get_by_role("button", name="Actualizar").click()
    await expect(row(page, "Otra")).to_be_visible()


async def test_more_is_loaded_on_request(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.page_size = 2
    for name in ("uno", "dos", "tres"):
        fake.add(name)
    page = await open_campaigns()
    links = page.locator("tbody").get_by_role("link")
    await expect(links).to_have_text(["tres", "dos"])
    await page.get_by_role("button", name="Cargar más").click()
    await expect(links).to_have_text(["tres", "dos", "uno"])
    await expect(page.get_by_role("button", name="Cargar más")).to_have_count(0)


async def test_an_empty_list_says_what_a_campaign_is(open_campaigns: OpenPage) -> None:
    page = await open_campaigns()
    await expect(page.get_by_text("Elige una plantilla aprobada")).to_be_visible()
    await page.get_by_role("button", name="Nueva campaña").click()
    await expect(page.get_by_role("heading", name="Empecemos por lo básico")).to_be_visible()


async def test_a_small_screen_has_cards(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza")
    page = await open_campaigns(size=(390, 844))
    await expect(page.get_by_role("listitem").filter(has_text="Cobranza")).to_contain_text("saldo_vencido")
    await expect(page.get_by_role("table")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
