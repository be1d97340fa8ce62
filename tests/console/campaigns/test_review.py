"""The review of a campaign and its launch: what goes, to whom, when, and who will get nothing."""

import asyncio

import pytest
from playwright.async_api import FileChooser, Locator, expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import GOOD, continue_, fill_to
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_campaign_from_its_name_to_its_launch(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.add("Otra")
    page = await open_campaigns()
    await fill_to(page, "review")
    review = page.get_by_role("form", name="Revisa y envía")
    for said in ("2 destinatarios", "2 mensajes", "Cobranza Sol · +52 55 5000 1000", "Sí, hasta 4 h", "clientes.csv"):
        await expect(review).to_contain_text(said)
    await expect(review).to_contain_text("Hola Ana, tu saldo de $1250 venció el 15/03.")
    await page.get_by_role("button", name="Fila siguiente").click()
    await expect(review).to_contain_text("Hola Luis")
    await page.get_by_role("button", name="Enviar ahora").click()
    await page.get_by_role("button", name="Enviar 2 mensajes").click()
    await expect(page.get_by_role("heading", name="Cobranza diciembre")).to_be_visible()
    [upload] = fake.uploads
    assert upload == {
        "name": "Cobranza diciembre",
        "channel": "cobranza",
        "department": "cobranza",
        "template": "saldo_vencido",
        "language": "es_MX",
        "expects_answer": True,
        "wait_s": 14_400,
        "remind": [],
        "late": {"policy": "reopen", "within_h": 24, "say": ""},
        "busy": "send_only",
        "dialog": "recordatorio_pago",
        "allow_repeats": False,
        "links": {},
        "goal": "",
        "expects": {},
        "custom_data": [],
        "file": "clientes.csv",
        "rows": 2,
        "of": None,
    }
    assert fake.done == [("c102", "launch", {"confirm": 2})]


async def test_a_campaign_is_made_and_sent_from_the_keyboard_alone(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    press = page.keyboard.press
    chosen: asyncio.Future[FileChooser] = asyncio.get_running_loop().create_future()
    # Asked for from the start: the browser needs a moment until it tells of it.
    page.once("filechooser", lambda chooser: chosen.set_result(chooser))

    async def tab_to(target: Locator) -> None:
        await target.wait_for(state="attached")
        for _ in range(40):
            if await target.evaluate("one => one === document.activeElement"):
                return
            await press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    async def next_step(heading: str) -> None:
        await tab_to(page.get_by_role("button", name="Continuar"))
        await press("Enter")
        await expect(page.get_by_role("heading", name=heading)).to_be_focused()

    await tab_to(page.get_by_role("button", name="Nueva campaña"))
    await press("Enter")
    await tab_to(page.get_by_label("Nombre"))
    await page.keyboard.type("Cobranza diciembre")
    await tab_to(page.get_by_role("radio", name="Cobranza Sol"))
    await press("Space")
    await tab_to(page.get_by_label("Departamento"))
    await page.keyboard.type("Cob")
    await next_step("Elige el mensaje")
    await tab_to(page.get_by_role("radio", name="saldo_vencido"))
    await press("Space")
    await next_step("Las respuestas")
    await tab_to(page.get_by_role("radio", name="Informativa"))
    await press("ArrowDown")
    await expect(page.get_by_role("radio", name="Espera respuesta")).to_be_checked()
    await next_step("¿A quién se envía?")
    await tab_to(page.get_by_label("Elegir archivo"))
    await press("Enter")
    async with asyncio.timeout(30):
        chooser = await chosen
    await chooser.set_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await next_step("El bot")
    await next_step("Revisa y envía")
    await tab_to(page.get_by_role("button", name="Enviar ahora"))
    await press("Enter")
    await tab_to(page.get_by_role("button", name="Enviar 2 mensajes"))
    await press("Enter")
    await expect(page.get_by_role("heading", name="Cobranza diciembre")).to_be_focused()
    assert fake.done == [("c101", "launch", {"confirm": 2})]
    await press("Shift+Tab")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Campañas")).to_be_focused()


async def test_what_a_campaign_declares_is_sent_and_advised_on_before_it_goes(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    """F022, F283"""
    page = await open_campaigns()
    await fill_to(page, "answer")
    await page.get_by_role("radio", name="Espera respuesta").check()
    await page.get_by_text("Para qué es y qué quieres averiguar").click()
    await page.get_by_label("Objetivo").select_option("Cobranza preventiva")
    await page.get_by_role("button", name="Agregar un dato").click()
    await page.get_by_role("textbox", name="Nombre del dato").fill("correo")
    await page.get_by_label("Tipo del dato").select_option("Correo electrónico")
    await expect(page.get_by_text("Se pregunta, por ejemplo: «¿Cuál es tu correo?»")).to_be_visible()
    await page.get_by_label("Datos que necesita").fill("nombre, sucursal ,")
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    for _ in range(2):
        await continue_(page)
    told = {key: fake.uploads[-1][key] for key in ("goal", "expects", "custom_data")}
    assert told == {
        "goal": "preventive_collection",
        "expects": {"correo": "email"},
        "custom_data": ["nombre", "sucursal"],
    }
    review = page.get_by_role("form", name="Revisa y envía")
    await expect(review).to_contain_text("Se espera 'correo' y ninguna pregunta lo guarda")
    await review.get_by_text("Pregunta que conviene").click()
    await expect(review.get_by_text("answer: email")).to_be_visible()
    await expect(page.get_by_role("button", name="Enviar ahora")).to_be_enabled()


async def test_a_change_after_the_check_is_checked_again_in_place(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "review")
    await page.get_by_role("button", name="Cambiar: Nombre").click()
    await page.get_by_label("Nombre").fill("Otro nombre")
    for _ in range(3):
        await continue_(page)
    await expect(page.get_by_text("Cambiaste algo después de revisar la lista.")).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Otro nombre")
    assert [(upload["of"], upload["file"]) for upload in fake.uploads] == [(None, "clientes.csv"), ("c101", None)]
    assert len(fake.campaigns) == 1


async def test_who_will_get_nothing_is_said_before_the_launch(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.opted_out = 1
    page = await open_campaigns()
    await fill_to(page, "review")
    review = page.get_by_role("form", name="Revisa y envía")
    await expect(review.locator("dd").filter(has_text="Se dio de baja: 1")).to_be_visible()
    await page.get_by_role("button", name="Enviar ahora").click()
    await expect(page.get_by_role("dialog").get_by_role("note")).to_have_text("Un mensaje no saldrá:Se dio de baja: 1")
    await page.get_by_role("button", name="Enviar 2 mensajes").click()
    await expect(page.get_by_role("heading", name="Cobranza diciembre")).to_be_visible()


async def test_a_list_of_which_nobody_is_left_cannot_be_sent(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.opted_out = 2
    page = await open_campaigns()
    await fill_to(page, "review")
    await expect(page.get_by_role("alert").filter(has_text="Nadie de la lista lo recibiría")).to_be_visible()
    for name in ("Enviar ahora", "Programar"):
        await expect(page.get_by_role("button", name=name)).to_be_disabled()
    await page.get_by_role("button", name="Dejar cargada").click()
    await page.get_by_role("button", name="Enviar: Cobranza diciembre").click()
    await expect(page.get_by_role("dialog").get_by_role("alert").first).to_contain_text("Nadie de la lista")
    await expect(page.get_by_role("button", name="Enviar 2 mensajes")).to_be_disabled()


async def test_a_list_beyond_the_level_says_what_leaves_on_which_day(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    fake.level = 1
    page = await open_campaigns()
    await fill_to(page, "review")

    async def told_in(place: Locator) -> None:
        plan = place.get_by_role("note").filter(has_text="hoy sale un mensaje")
        await expect(plan).to_contain_text("Esta cuenta llega a 1 contactos en 24 horas.")
        await expect(plan.locator("tbody tr")).to_have_text(["Hoy1", "Sáb 21 de nov1"])

    await told_in(page.get_by_role("form", name="Revisa y envía"))
    await page.get_by_role("button", name="Enviar ahora").click()
    await told_in(page.get_by_role("dialog"))
    await page.get_by_role("button", name="Enviar 2 mensajes").click()
    await expect(page.get_by_role("heading", name="Cobranza diciembre")).to_be_visible()


async def test_a_list_within_the_level_leaves_today(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.level = 1000
    page = await open_campaigns()
    await fill_to(page, "review")
    review = page.get_by_role("form", name="Revisa y envía")
    await expect(review).to_contain_text("Todos salen hoy. La cuenta llega a 1,000 contactos en 24 horas")
