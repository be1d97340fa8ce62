"""The form of a new campaign: its basics, its message, who receives the answers."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.lists import NOW
from tests.console.campaigns.page import GOOD, continue_, fill_to
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_missing_is_named_and_focused(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await page.get_by_role("button", name="Nueva campaña").click()
    await continue_(page)
    for said in ("Ponle un nombre", "Elige el canal", "Elige un departamento"):
        await expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    await expect(page.get_by_label("Nombre")).to_be_focused()


async def test_a_name_that_says_nothing_gets_advice_and_is_taken(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("prueba")
    await expect(page.get_by_role("status").filter(has_text="Di tema y objetivo")).to_be_visible()
    await page.get_by_label("Nombre").fill("Cobranza de marzo: promesas")
    await expect(page.get_by_text("Di tema y objetivo")).to_have_count(0)
    await page.get_by_label("Nombre").fill("prueba")
    await page.get_by_role("radio", name="Cobranza Sol").check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    await continue_(page)
    await expect(page.get_by_role("heading", name="Elige el mensaje")).to_be_visible()


async def test_other_active_campaigns_are_warned_about(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Corre todavía", "completed", ended_at=(NOW + timedelta(hours=1)).isoformat())
    fake.add("Ya acabó", "completed", ended_at=(NOW - timedelta(hours=1)).isoformat())
    page = await open_campaigns()
    await page.get_by_role("button", name="Nueva campaña").click()
    warning = page.get_by_role("note").filter(has_text="Otra campaña sigue activa")
    await expect(warning.get_by_role("listitem")).to_have_text(["Corre todavía"])


async def test_of_many_active_campaigns_three_are_named_and_the_others_on_request(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    for at in range(7):
        fake.add(f"Corre {at}", "sending")
    page = await open_campaigns("?new=1")
    warning = page.get_by_role("note").filter(has_text="Otras 7 campañas siguen activas")
    names = warning.get_by_role("listitem").filter(visible=True)
    await expect(names).to_have_text(["Corre 6", "Corre 5", "Corre 4"])
    await warning.get_by_text("y 4 más").click()
    await expect(names).to_have_count(7)


async def test_going_back_loses_nothing(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "review")
    steps = page.get_by_role("list", name="Pasos")
    await steps.get_by_role("button", name="Datos").click()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza diciembre")
    await page.get_by_role("link", name="Bandeja").click()
    await page.go_back()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza diciembre")
    await steps.get_by_role("button", name="Lista").click()
    await expect(page.get_by_text("clientes.csv")).to_be_visible()
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()


async def test_another_kind_of_channel_clears_the_template_once_that_is_agreed(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "review")
    await page.get_by_role("button", name="Cambiar: Nombre").click()
    await page.get_by_role("radio", name="Avisos").click()
    question = page.get_by_role("dialog", name="¿Cambiar el tipo de canal?")
    await expect(question).to_contain_text("saldo_vencido")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("radio", name="Cobranza Sol")).to_be_checked()
    await page.get_by_role("radio", name="Avisos").click()
    await question.get_by_role("button", name="Cambiar el canal").click()
    await expect(page.get_by_role("radio", name="Avisos")).to_be_checked()
    await expect(page.get_by_label("Nombre")).to_have_value("Cobranza diciembre")
    await continue_(page)
    await expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    await page.get_by_role("radio", name="aviso_sms").check()
    for _ in range(2):
        await continue_(page)
    await expect(page.get_by_text("clientes.csv")).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("")
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("2 partes en total.")


async def test_a_template_is_previewed_with_its_parameters(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "message")
    await expect(page.get_by_role("radio", name="aviso_sms")).to_have_count(0)
    await page.get_by_role("radio", name="saldo_vencido").check()
    preview = page.get_by_role("complementary", name="Vista previa")
    for said in ("Aviso de pago", "Hola [nombre], tu saldo de $[monto] venció el [vence]", "Ya pagué"):
        await expect(preview).to_contain_text(said)


async def test_the_wait_goes_to_24_hours(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "answer")
    await continue_(page)
    await expect(page.get_by_role("alert").filter(has_text="Di si esperas respuesta.")).to_be_visible()
    await page.get_by_role("radio", name="Espera respuesta").check()
    await page.get_by_label("Minutos de espera").fill("1")
    await page.get_by_label("Horas de espera").fill("24")
    await continue_(page)
    await expect(page.get_by_role("alert").filter(has_text="La espera va de 0:00 a 24:00")).to_be_visible()
    await page.get_by_role("button", name="24 h").click()
    await expect(page.get_by_text("24 h es lo más que se puede esperar.")).to_be_visible()
    await continue_(page)
    await expect(page.get_by_role("heading", name="¿A quién se envía?")).to_be_visible()


async def test_an_informative_campaign_has_no_bot(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F107"""
    page = await open_campaigns()
    await fill_to(page, "bot")
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("recordatorio_pago")
    steps = page.get_by_role("list", name="Pasos").get_by_role("button")
    await expect(steps).to_have_count(6)
    await page.get_by_role("button", name="Respuesta").click()
    await page.get_by_role("radio", name="Informativa").click()
    question = page.get_by_role("dialog", name="¿Hacerla informativa?")
    await expect(question).to_contain_text("Recordatorio de pago")
    await question.get_by_role("button", name="Dejarlo como está").click()
    await expect(page.get_by_role("radio", name="Espera respuesta")).to_be_checked()
    await page.get_by_role("radio", name="Informativa").click()
    await question.get_by_role("button", name="Quitar el bot").click()
    await expect(page.get_by_role("radio", name="Informativa")).to_be_checked()
    await expect(steps).to_have_count(5)
    await continue_(page)
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Informativa")
    upload = fake.uploads[-1]
    assert (upload["expects_answer"], upload["wait_s"], upload["dialog"]) == (False, None, None)


async def test_the_bot_is_asked_for_once_message_and_list_stand(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F107"""
    page = await open_campaigns()
    await fill_to(page, "list")
    steps = page.get_by_role("list", name="Pasos").get_by_role("button")
    await expect(steps).to_have_text(["Datos", "Mensaje", "Respuesta", "4Lista", "5Bot", "6Revisión"])
    await expect(steps.filter(has_text="Bot")).to_be_disabled()
    await continue_(page)
    await expect(page.get_by_role("alert").filter(has_text="Elige la lista")).to_be_visible()
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await continue_(page)
    await page.get_by_label("¿Quién recibe la respuesta?").select_option("")
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Sin bot: el equipo del departamento")
    first, second = fake.uploads
    assert (first["dialog"], second["dialog"], second["file"]) == ("recordatorio_pago", None, None)


async def test_bots_made_for_the_template_come_first_and_one_that_does_not_know_it_is_confirmed(
    open_campaigns: OpenPage,
) -> None:
    """F012, F013."""
    page = await open_campaigns()
    await fill_to(page, "bot")
    bots = page.get_by_label("¿Quién recibe la respuesta?")
    made = "Recordatorio de pago (hecho para esta plantilla)"
    await expect(bots.get_by_role("option")).to_have_text(
        ["Sin bot: el equipo del departamento", made, "Encuesta de visita"]
    )
    await bots.select_option("encuesta")
    warning = page.get_by_role("note").filter(has_text="no sabe qué decía la plantilla")
    await continue_(page)
    await expect(page.get_by_text("Confirma que este bot puede recibir las respuestas.")).to_be_visible()
    await warning.get_by_role("checkbox").check()
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Encuesta de visita")


async def test_the_form_leads_to_the_bound_dialog(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F003"""
    page = await open_campaigns()
    await fill_to(page, "bot")
    link = page.get_by_role("link", name="Ver el diálogo Recordatorio de pago")
    await expect(link).to_have_attribute("href", "/console/dialogs?dialog=recordatorio_pago")
    await page.get_by_label("¿Quién recibe la respuesta?").select_option("")
    await expect(link).to_have_count(0)


async def test_a_template_without_a_bot_gets_a_flow_at_once(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F011."""
    page = await open_campaigns()
    await fill_to(page, "message")
    await page.get_by_role("radio", name="horario_nuevo").check()
    await continue_(page)
    await page.get_by_role("radio", name="Espera respuesta").check()
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await continue_(page)
    await page.get_by_role("button", name="Crear un flujo").click()
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("horario_nuevo")
    await expect(page.get_by_role("button", name="Crear un flujo")).to_have_count(0)
    assert [flow["template"] for flow in fake.flows] == ["horario_nuevo"]
