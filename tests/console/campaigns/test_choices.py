"""What a campaign may also be told: reminders, late answers, busy contacts; and what its review says of all that."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import GOOD, a_list, choose, continue_, fill_to
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def fill_to_answer(page: Page, channel: str = "Cobranza Sol", template: str = "saldo_vencido") -> None:
    """The form up to its answers, where one is expected."""
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Cobranza diciembre")
    await page.get_by_role("radio", name=channel).check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    await continue_(page)
    await page.get_by_role("radio", name=template).check()
    await continue_(page)
    await page.get_by_role("radio", name="Espera respuesta").check()


def reminder(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Recordatorio {number}")


async def to_review(page: Page, sheet: dict[str, object] = GOOD) -> Locator:
    """From the answers, with a list and the bot that is proposed, to the review."""
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(sheet)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    for _ in range(2):
        await continue_(page)
    return page.get_by_role("form", name="Revisa y envía")


async def test_up_to_three_reminders_each_later_than_the_one_before(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    """F054"""
    page = await open_campaigns()
    await fill_to_answer(page)
    add = page.get_by_role("button", name="Agregar un recordatorio")
    for number, time in ((1, "2:00"), (2, "3:00"), (3, "3:30")):  # each halfway to the end of the wait
        await add.click()
        await expect(reminder(page, number).get_by_label("Horas desde el envío")).to_be_focused()
        hours, minutes = time.split(":")
        await expect(reminder(page, number).get_by_label("Horas desde el envío")).to_have_value(hours)
        await expect(reminder(page, number).get_by_label("Minutos desde el envío")).to_have_value(minutes)
    await expect(add).to_have_count(0)
    await page.get_by_role("button", name="Quitar el recordatorio 3").click()
    await expect(add).to_be_focused()

    await reminder(page, 1).get_by_label("Qué se envía").select_option("saldo_vencido (es_MX)")
    await expect(reminder(page, 1)).to_contain_text("tu saldo de")
    await reminder(page, 2).get_by_label("Horas desde el envío").fill("2")
    await continue_(page)
    second = reminder(page, 2)
    await expect(second.get_by_role("alert").first).to_have_text("Tiene que ser después del recordatorio anterior.")
    await expect(second.get_by_role("alert").last).to_have_text("Elige la plantilla del recordatorio.")
    await expect(second.get_by_label("Horas desde el envío")).to_be_focused()
    await second.get_by_label("Horas desde el envío").fill("4")
    await expect(second.get_by_role("alert").first).to_have_text("Tiene que ser antes de que acabe la espera.")
    await second.get_by_label("Horas desde el envío").fill("3")
    await second.get_by_label("Qué se envía").select_option("horario_nuevo (es_MX)")
    await expect(page.get_by_role("alert").filter(has_text="recordatorio")).to_have_count(0)

    review = await to_review(page)
    lines = review.get_by_role("listitem").filter(has_text="Tras")
    await expect(lines).to_have_text(["Tras 2 h: plantilla saldo_vencido", "Tras 3 h: plantilla horario_nuevo"])
    assert fake.uploads[-1]["remind"] == [
        {"after_s": 7_200, "template": "saldo_vencido", "language": "es_MX"},
        {"after_s": 10_800, "template": "horario_nuevo", "language": "es_MX"},
    ]

    await page.get_by_role("button", name="Dejar cargada").click()
    await choose(page, "Cobranza diciembre", "Resultados")
    await expect(page.get_by_role("listitem").filter(has_text="Tras")).to_have_count(2)
    await page.get_by_role("button", name="Campañas").click()
    await choose(page, "Cobranza diciembre", "Editar")
    for _ in range(2):
        await continue_(page)
    await expect(reminder(page, 2).get_by_label("Qué se envía")).to_have_value("horario_nuevo/es_MX")
    await page.get_by_role("button", name="Quitar el recordatorio 1").click()
    await expect(reminder(page, 1).get_by_label("Horas desde el envío")).to_have_value("3")


async def test_a_template_whose_data_the_list_lacks_reminds_nobody(open_campaigns: OpenPage) -> None:
    page = await open_campaigns()
    await fill_to_answer(page, template="horario_nuevo")
    await page.get_by_role("button", name="Agregar un recordatorio").click()
    what = reminder(page, 1).get_by_label("Qué se envía")
    await expect(what).to_have_value("horario_nuevo/es_MX")  # the only one there can be
    lacking = what.get_by_role("option", name="saldo_vencido: la lista no trae nombre, monto, vence")
    await expect(lacking).to_be_disabled()
    await expect(what.get_by_role("option", name="Un texto propio")).to_have_count(0)
    await expect(page.get_by_text("En WhatsApp tienen que ser plantillas")).to_be_visible()


async def test_an_sms_reminds_with_a_text_of_its_own(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to_answer(page, "Avisos", "aviso_sms")
    await page.get_by_role("button", name="Agregar un recordatorio").click()
    await continue_(page)
    text = reminder(page, 1).get_by_label("Texto del recordatorio")
    await expect(reminder(page, 1).get_by_role("alert").last).to_have_text("Escribe el texto.")
    await expect(text).to_be_focused()
    await text.fill("{{ nombre }}, ¿viste tu saldo de {{ monto | money }}?")
    await expect(reminder(page, 1).get_by_role("alert").last).to_have_text(
        "La lista no trae monto. Lo que trae: nombre."
    )
    await text.fill("{{ nombre }}, ¿viste tu recibo?")
    review = await to_review(page)
    await expect(review).to_contain_text("Tras 2 h: «{{ nombre }}, ¿viste tu recibo?»")
    assert fake.uploads[-1]["remind"] == [{"after_s": 7_200, "say": "{{ nombre }}, ¿viste tu recibo?"}]


async def test_an_informative_campaign_reminds_nobody(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to_answer(page, template="horario_nuevo")
    await page.get_by_role("button", name="Agregar un recordatorio").click()
    await page.get_by_role("radio", name="Informativa").click()
    await expect(page.get_by_role("group", name="Recordatorios")).to_have_count(0)
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    assert fake.uploads[-1]["remind"] == []


async def test_what_the_server_refuses_is_shown_where_it_is_filled_in(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    fake.refuse_next, fake.refuse_field = "la plantilla del recordatorio ya no está aprobada", "remind"
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_role("heading", name="Las respuestas")).to_be_focused()
    await expect(page.get_by_text("la plantilla del recordatorio ya no está aprobada")).to_be_visible()


async def test_an_sms_campaign_says_its_parts_and_warns_over_the_budget(open_campaigns: OpenPage) -> None:
    """F016"""
    long = a_list(["525512340001", "Ana", "", "", "", ""], ["525512340002", "L" * 150, "", "", "", ""])
    page = await open_campaigns()
    await fill_to_answer(page, "Avisos", "aviso_sms")
    review = await to_review(page, long)
    await expect(review).to_contain_text("4 partes en total. El mensaje más largo tiene 3.")
    await expect(review.get_by_role("note").filter(has_text="Un mensaje es más largo de lo aconsejado")).to_be_visible()
    row = review.get_by_role("status").filter(has_text="caracteres")
    await expect(row).to_contain_text("26 caracteres · una parte")
    await page.get_by_role("button", name="Fila siguiente").click()
    await expect(row).to_contain_text("173 caracteres · 3 partes · lo aconsejado son 149")


MORE = "Más opciones"


async def test_late_answers_and_busy_contacts_have_choices_that_nobody_has_to_look_at(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    """F053, F183"""
    page = await open_campaigns()
    await fill_to_answer(page)
    busy = page.get_by_role("group", name="Cuando el contacto está en otra conversación")
    await expect(busy).to_be_hidden()
    await page.get_by_text(MORE).click()
    await expect(page.get_by_role("radio", name="Reabrir su ticket")).to_be_checked()
    await expect(busy.get_by_role("radio", name="Enviar sin interrumpir")).to_be_checked()
    await busy.get_by_role("radio", name="Omitir").check()
    late = page.get_by_role("group", name="Cuando alguien responde y la espera ya acabó")
    await late.get_by_role("radio", name="Un texto y nada más").check()
    await page.get_by_label("Hasta cuántas horas").fill("73")
    await continue_(page)
    await expect(page.get_by_label("Texto para quien responde tarde")).to_be_focused()
    await expect(page.get_by_role("alert").filter(has_text="Escribe el texto.")).to_be_visible()
    await expect(page.get_by_role("alert").filter(has_text="de 0 a 72")).to_be_visible()
    await page.get_by_label("Texto para quien responde tarde").fill("Gracias, {{ nombre }}: ya cerramos.")
    await page.get_by_label("Hasta cuántas horas").fill("48")

    review = await to_review(page)
    await expect(review).to_contain_text(
        "Un texto y nada más, hasta 48 h después: «Gracias, {{ nombre }}: ya cerramos.»"
    )
    await expect(review.locator(".facts > div").filter(has_text="Contactos ocupados")).to_contain_text("Omitir")
    chosen = {key: fake.uploads[-1][key] for key in ("late", "busy")}
    say = {"policy": "say", "within_h": 48, "say": "Gracias, {{ nombre }}: ya cerramos."}
    assert chosen == {"late": say, "busy": "skip"}

    await review.get_by_role("button", name="Cambiar: Contactos ocupados").click()
    await expect(busy.get_by_role("radio", name="Omitir")).to_be_checked()  # what isn't usual is not folded
    await late.get_by_role("radio", name="Un mensaje normal").check()
    await expect(page.get_by_label("Hasta cuántas horas")).to_have_count(0)
    await continue_(page)
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await continue_(page)
    await expect(review.locator(".facts > div").filter(has_text="Respuestas tardías")).to_contain_text(
        "Un mensaje normal"
    )
    assert fake.uploads[-1]["late"] == {"policy": "new", "within_h": 24, "say": ""}


async def test_the_choices_are_there_again_when_it_is_edited(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Cobranza", late={"policy": "say", "within_h": 6, "say": "Ya cerramos."}, busy="queue")
    page = await open_campaigns("?edit=c101")
    for _ in range(2):
        await continue_(page)
    await expect(page.get_by_label("Texto para quien responde tarde")).to_have_value("Ya cerramos.")
    await expect(page.get_by_label("Hasta cuántas horas")).to_have_value("6")
    await expect(page.get_by_role("radio", name="Esperar a que termine")).to_be_checked()


async def test_an_informative_campaign_chooses_for_the_busy_alone(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to_answer(page, template="horario_nuevo")
    await page.get_by_text(MORE).click()
    await page.get_by_role("radio", name="Un mensaje normal").check()
    await page.get_by_role("radio", name="Interrumpir al bot").check()
    await page.get_by_role("radio", name="Informativa").check()
    await expect(page.get_by_role("radio", name="Un mensaje normal")).to_have_count(0)
    await expect(page.get_by_role("radio", name="Interrumpir al bot")).to_be_checked()
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    assert fake.uploads[-1]["late"] == {"policy": "reopen", "within_h": 24, "say": ""}
    assert fake.uploads[-1]["busy"] == "interrupt"


async def test_results_tell_what_came_of_late_answers_and_busy_contacts(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    """F053, F183"""
    campaign = fake.fill(fake.add("Cobranza", "completed", busy="skip", answered=3), delivered=8, skipped=2)
    fake.busy[campaign["id"]] = {"sent": 0, "skipped": 2, "queued": 0, "interrupted": 0, "waiting": 0}
    page = await open_campaigns("?campaign=c101")
    panel = page.get_by_role("region", name="Respuestas tardías y contactos ocupados")
    await expect(panel.locator("tbody tr")).to_have_text(
        ["Respondieron tardeReabrir su ticket, hasta 24 h después1", "Ocupados: no se envió2"]
    )
    await expect(panel).to_contain_text("Con contactos ocupados se eligió: Omitir.")
    await expect(page.locator(".about > div").filter(has_text="Contactos ocupados")).to_contain_text("Omitir")


async def test_another_language_is_spoken_in_the_form_at_once(open_campaigns: OpenPage) -> None:
    page = await open_campaigns()
    await fill_to_answer(page)
    await page.get_by_text("Más opciones").click()
    await expect(page.get_by_role("radio", name="Omitir")).to_be_visible()
    await page.get_by_text("EN", exact=True).click()
    await expect(page.get_by_role("radio", name="Skip")).to_be_visible()
    await expect(page.get_by_role("radio", name="Omitir")).to_have_count(0)
