"""A campaign's results: figures and shares, recipients, exported files."""

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import is_live
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_figures_and_shares_add_up(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    campaign = fake.fill(fake.add("Cobranza", "finished_with_errors", answered=2), read=3, delivered=2, failed=1)
    fake.tickets[campaign["id"]] = {"no_answer": 3, "promesa": 1, "open": 1}
    page = await open_campaigns("?campaign=c101")
    delivery = page.get_by_role("region", name="Avance del envío").locator(":is(tbody, tfoot) :is(th, td)")
    await expect(delivery).to_have_text(
        ["Leído", "3", "50.0%", "Entregado", "2", "33.3%", "Rechazado", "1", "16.7%", "Total", "6", "100%"]
    )
    funnel = page.get_by_role("region", name="Embudo").get_by_role("row").locator("td:nth-child(2)")
    await expect(funnel).to_have_text(["6", "5", "5", "3", "2"])
    await expect(page.get_by_role("img", name="Embudo: planeado 6, enviado 5")).to_be_visible()
    await expect(page.get_by_role("region", name="Cifras")).to_contain_text("33.3%")
    reasons = page.get_by_role("region", name="Tickets por motivo de cierre").get_by_role("rowheader")
    await expect(reasons).to_have_text(["Sin respuesta", "Promesa de pago", "Abiertos"])


async def test_results_count_what_was_answered(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F040, F041: ready-made answers in words, an author's codes as they are, most first."""
    campaign = fake.fill(fake.add("Entregas", "completed", answered=5), read=5)
    fake.answers[campaign["id"]] = {"motivo": {"muy_caro": 1, "other": 2}, "recibido": {"not_yet": 1, "yes": 4}}
    page = await open_campaigns("?campaign=c101")
    answers = page.get_by_role("region", name="Respuestas", exact=True)
    await expect(answers.get_by_role("caption")).to_have_text(["Motivo", "Recibido"])
    await expect(answers.locator("tbody tr")).to_have_text(["Otro motivo2", "Muy caro1", "Sí4", "Todavía no1"])


async def test_results_move_while_it_sends(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    campaign = fake.fill(fake.add("Cobranza", "sending"), pending=4)
    page = await open_campaigns("?campaign=c101")
    await expect(page.get_by_role("region", name="Cifras")).to_contain_text("Enviados0")
    await is_live(page)
    fake.fill(campaign, read=1, delivered=2, pending=1)
    await fake.tell(campaign)
    await expect(page.get_by_role("region", name="Cifras")).to_contain_text("Enviados3")
    await expect(page.get_by_role("region", name="Avance del envío")).to_contain_text("Leído")


async def test_reads_that_nobody_reports_are_not_zero(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Recibos", "completed", channel="avisos"), delivered=4)
    page = await open_campaigns("?campaign=c101")
    for place in ("Avance del envío", "Embudo"):
        row = page.get_by_role("region", name=place).get_by_role("row").filter(has_text="Leído")
        await expect(row).to_contain_text("No disponible")


async def test_recipients_are_filtered_and_told_why(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "finished_with_errors"), delivered=60, failed=2)
    page = await open_campaigns("?campaign=c101")
    people = page.get_by_role("region", name="Destinatarios").first
    await expect(people.locator("tbody tr")).to_have_count(50)
    await people.get_by_role("button", name="Cargar más").click()
    await expect(people.locator("tbody tr")).to_have_count(62)
    await people.get_by_label("Estado").select_option("Rechazado (2)")
    await expect(people.locator("tbody tr")).to_have_count(2)
    await expect(people.locator("tbody tr").first).to_contain_text("El número no está en WhatsApp (131026)")
    await people.get_by_role("searchbox").fill("0063")
    await expect(people.locator("tbody tr")).to_have_count(1)


async def test_results_are_exported_in_both_forms(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "completed"), delivered=1)
    page = await open_campaigns("?campaign=c101")
    for kind in ("xlsx", "csv"):
        async with page.expect_download() as download:
            await page.get_by_role("link", name=f".{kind}").click()
        assert (await download.value).suggested_filename == f"c101.{kind}"


async def test_files_are_in_the_language_of_the_page(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "completed"), delivered=1)
    page = await open_campaigns("?language=en&campaign=c101")
    async with page.expect_download() as download:
        await page.get_by_role("link", name=".csv").click()
    assert (await download.value).url.endswith("/campaigns/c101/export?format=csv&lang=en")


async def test_an_invalid_one_shows_what_to_mend(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    campaign = fake.add("Cobranza", "invalid")
    fault = {"row": 7, "column": "A", "header": "Teléfono", "code": "x", "message": "lleva letras", "hint": ""}
    fake.problems[campaign["id"]] = [fault]
    page = await open_campaigns("?campaign=c101")
    await expect(page.get_by_role("cell", name="A · Teléfono")).to_be_visible()
    await expect(page.get_by_role("cell", name="Lleva letras")).to_be_visible()


async def test_one_that_is_not_there_says_so(open_campaigns: OpenPage) -> None:
    page = await open_campaigns("?campaign=c999")
    await expect(page.get_by_role("alert")).to_contain_text("No existe esa campaña.")


async def test_the_page_speaks_english_too(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "sending"), read=1, pending=1)
    page = await open_campaigns("?language=en&campaign=c101")
    for said in ("Delivery", "Funnel", "Recipients", "Redemption rate", "Ends (estimate)"):
        await expect(page.get_by_text(said, exact=True)).to_be_visible()
