"""The campaigns' page, in a browser, against a server that only speaks its API."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, FileChooser, Locator, Page, expect

from tests.console.conftest import OpenPage
from tests.console.fake_campaigns import NOW, FakeCampaigns

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEADER = ["Teléfono", "nombre", "monto", "vence", "Póliza", "Observaciones"]
REFUSED = ("422", "409", "404", "401", "ERR_CONTENT_LENGTH_MISMATCH")  # what the browser itself logs of a refusal


@pytest_asyncio.fixture(loop_scope="session")
async def fake(browser: Browser) -> AsyncIterator[FakeCampaigns]:
    """In the place of the phones' server: pages close before it does."""
    fake = FakeCampaigns()
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/console/campaigns"
    yield fake
    await fake.hang_up()
    await runner.cleanup()


@pytest.fixture
def open_campaigns(open_page: OpenPage, fake: FakeCampaigns) -> OpenPage:
    """`open_page` at the campaigns; the page asks for phones, which this server has none of."""

    async def open_one(at: str = "", **wishes: object) -> Page:
        wishes.setdefault("expected", REFUSED)
        return await open_page(fake.url + at, **wishes)

    return open_one


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


async def choose(page: Page, campaign: str, action: str) -> None:
    await page.get_by_role("button", name=f"Acciones de {campaign}").click()
    await page.get_by_role("menuitem", name=action, exact=True).click()


def a_list(*rows: list[str]) -> dict[str, object]:
    """A file for the browser's chooser."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return {"name": "clientes.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


GOOD = a_list(
    ["525512340001", "Ana", "1250", "15/03", "P-1", ""],
    ["525512340002", "Luis", "80", "16/03", "P-2", "llamar"],
)


async def is_live(page: Page) -> None:
    """What happens from now on is told to the page."""
    await expect(page.get_by_role("status").filter(has_text="En vivo")).to_be_visible()


async def continue_(page: Page) -> None:
    await page.get_by_role("button", name="Continuar").click()


async def fill_to(page: Page, step: str) -> None:
    """The form, filled in up to a step."""
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Cobranza diciembre")
    await page.get_by_role("radio", name="Cobranza Sol").check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    for at, choice in (("message", "saldo_vencido"), ("answer", "Espera respuesta"), ("list", "")):
        await continue_(page)
        if at == step:
            return
        if choice:
            await page.get_by_role("radio", name=choice).check()
        else:
            await page.get_by_label("Elegir archivo").set_input_files(GOOD)
            await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    await continue_(page)


# The list


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


async def test_the_form_leads_to_the_bound_dialog(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F003"""
    page = await open_campaigns()
    await fill_to(page, "answer")
    await page.get_by_role("radio", name="Espera respuesta").check()
    link = page.get_by_role("link", name="Ver el diálogo Recordatorio de pago")
    await expect(link).to_have_attribute("href", "/console/dialogs?dialog=recordatorio_pago")
    await page.get_by_label("¿Quién recibe la respuesta?").select_option("")
    await expect(link).to_have_count(0)


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


# Making one


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
    await chooser.set_files(GOOD)  # type: ignore[arg-type]
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
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


async def test_the_list_says_how_many_wait_for_room_and_until_when(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    until = f"{NOW.year}-03-03T16:00:00Z"
    fake.fill(fake.add("Cobranza", "sending", waiting=3, waits_until=until), pending=3, delivered=1)
    page = await open_campaigns()
    await expect(row(page, "Cobranza")).to_contain_text("3 esperan lugar hasta el 3 mar")


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
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Otro nombre")
    assert [(upload["of"], upload["file"]) for upload in fake.uploads] == [(None, "clientes.csv"), ("c101", None)]
    assert len(fake.campaigns) == 1


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
    await continue_(page)
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("")
    await continue_(page)
    await expect(page.get_by_text("clientes.csv")).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("4 partes en total.")


async def test_another_department_drops_the_links_its_tickets_cannot_have_and_says_so(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await page.get_by_label("Metadato para la columna Observaciones").select_option("Cliente VIP (sí-no)")
    await page.get_by_role("button", name="Datos").click()
    notice = page.get_by_role("status").filter(has_text="dejan de estar vinculadas")
    await page.get_by_label("Departamento").select_option("Ventas")
    await expect(notice.get_by_role("listitem")).to_have_text(["Cliente VIP, de la columna Observaciones"])
    await page.get_by_label("Departamento").select_option("Cobranza")
    await expect(notice).to_have_count(0)  # nothing was sent: it holds as before
    await page.get_by_label("Departamento").select_option("Ventas")
    for _ in range(3):
        await continue_(page)
    await expect(page.get_by_label("Metadato para la columna Observaciones")).to_have_value("")
    await expect(page.get_by_label("Metadato para la columna Póliza")).to_have_value("poliza")
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    assert (fake.uploads[-1]["department"], fake.uploads[-1]["links"]) == ("ventas", {})


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


async def test_an_informative_campaign_has_no_bot(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "answer")
    await page.get_by_role("radio", name="Espera respuesta").check()
    await page.get_by_role("radio", name="Informativa").click()
    question = page.get_by_role("dialog", name="¿Hacerla informativa?")
    await expect(question).to_contain_text("Recordatorio de pago")
    await question.get_by_role("button", name="Dejarlo como está").click()
    await expect(page.get_by_role("radio", name="Espera respuesta")).to_be_checked()
    await page.get_by_role("radio", name="Informativa").click()
    await question.get_by_role("button", name="Quitar el bot").click()
    await expect(page.get_by_role("radio", name="Informativa")).to_be_checked()
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_count(0)
    await continue_(page)
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    [upload] = fake.uploads
    assert (upload["expects_answer"], upload["wait_s"], upload["dialog"]) == (False, None, None)


async def test_bots_made_for_the_template_come_first_and_one_that_does_not_know_it_is_confirmed(
    open_campaigns: OpenPage,
) -> None:
    """F012, F013."""
    page = await open_campaigns()
    await fill_to(page, "answer")
    await page.get_by_role("radio", name="Espera respuesta").check()
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
    await expect(page.get_by_label("Elegir archivo")).to_be_attached()


async def test_a_template_without_a_bot_gets_a_flow_at_once(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F011."""
    page = await open_campaigns()
    await fill_to(page, "message")
    await page.get_by_role("radio", name="horario_nuevo").check()
    await continue_(page)
    await page.get_by_role("radio", name="Espera respuesta").check()
    await page.get_by_role("button", name="Crear un flujo").click()
    await expect(page.get_by_label("¿Quién recibe la respuesta?")).to_have_value("horario_nuevo")
    await expect(page.get_by_role("button", name="Crear un flujo")).to_have_count(0)
    assert [flow["template"] for flow in fake.flows] == ["horario_nuevo"]


async def test_a_refused_list_names_rows_and_columns(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    bad = a_list(["525512340001", "", "1", "x", "", ""], ["525512340001", "Luis", "2", "x", "", ""])
    await page.get_by_label("Elegir archivo").set_input_files(bad)
    refusal = page.get_by_role("region", name="La lista no se aceptó").first
    await continue_(page)
    await expect(refusal).to_be_focused()  # that is why it does not go on
    await expect(refusal.get_by_role("row")).to_have_text(
        [
            "FilaColumnaMotivo",
            "2B · nombreFalta el datoLlena la celda o quita la fila",
            "3A · TeléfonoEl teléfono ya está en otra filaQuítalo, o permite números duplicados",
        ]
    )
    async with page.expect_download() as download:
        await refusal.get_by_role("button", name="Descargar el reporte").click()
    report = (await (await download.value).path()).read_text(encoding="utf-8-sig")
    assert report.splitlines()[1] == '"2","B","nombre","falta el dato","llena la celda o quita la fila"'
    await continue_(page)  # nothing is stored, nothing goes on
    await expect(page.get_by_role("heading", name="¿A quién se envía?")).to_be_visible()
    assert not fake.campaigns


async def test_repeated_phones_are_taken_when_allowed(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    twice = a_list(*[["525512340001", "Ana", "1", "x", "", ""]] * 2)
    await page.get_by_label("Elegir archivo").set_input_files(twice)
    await expect(page.get_by_text("El teléfono ya está en otra fila")).to_be_visible()
    await page.get_by_label("Permitir números duplicados").check()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("2 mensajes")


async def test_wrong_rows_make_it_invalid_and_can_be_left_out(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    wrong = a_list(["5255X", "Ana", "1", "x", "", ""], ["525512340002", "Luis", "2", "x", "", ""])
    await page.get_by_label("Elegir archivo").set_input_files(wrong)
    await expect(page.get_by_text("El teléfono lleva letras")).to_be_visible()
    assert fake.campaigns["c101"]["state"] == "invalid"
    await page.get_by_role("button", name="Seguir sin las filas con errores").click()
    await continue_(page)
    review = page.get_by_role("form", name="Revisa y envía")
    await expect(review).to_contain_text("1 mensaje")
    await expect(review).to_contain_text("Una fila con errores que se dejó fuera")


async def test_only_one_sheet_is_taken(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    await page.get_by_label("Elegir archivo").set_input_files({**GOOD, "name": "lista.xls"})
    await expect(page.get_by_text("«lista.xls» no es .xlsx ni .csv")).to_be_visible()
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("Lista aceptada.")).to_be_visible()
    drop = """box => {
        const files = new DataTransfer();
        for (const name of ["a.csv", "b.csv"]) files.items.add(new File(["x"], name));
        box.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
    }"""
    await page.locator("label.drop").evaluate(drop)
    await expect(page.get_by_text("Elige un solo archivo. La lista anterior sigue igual.")).to_be_visible()
    await expect(page.get_by_text("clientes.csv")).to_be_visible()
    assert len(fake.uploads) == 1


async def test_the_sample_is_that_of_the_template(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Ejemplo .xlsx").click()
    assert (await download.value).suggested_filename == "saldo_vencido.xlsx"
    assert (await download.value).url.endswith("&lang=es")


async def test_files_are_in_the_language_of_the_page(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.fill(fake.add("Cobranza", "completed"), delivered=1)
    page = await open_campaigns("?language=en&campaign=c101")
    async with page.expect_download() as download:
        await page.get_by_role("link", name=".csv").click()
    assert (await download.value).url.endswith("/campaigns/c101/export?format=csv&lang=en")


async def test_other_columns_are_linked_to_metadata(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    policy = page.get_by_label("Metadato para la columna Póliza")
    await expect(policy).to_have_value("poliza")  # its header is the metadata's name
    await expect(policy.get_by_role("option")).to_have_text(["Sin vincular", "Póliza (texto)", "Cliente VIP (sí-no)"])
    await policy.select_option("Sin vincular")
    await page.get_by_label("Metadato para la columna Observaciones").select_option("Póliza (texto)")
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    assert fake.uploads[-1]["links"] == {"Póliza": None, "Observaciones": "poliza"}


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


async def test_an_upload_whose_login_ended_leads_to_it_and_back_to_the_form(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    fake.logged_in = False
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await page.wait_for_url("**/console/login?next=*")
    await page.get_by_label("Usuario").fill("ana")
    await page.get_by_label("Contraseña", exact=True).fill("secreto")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("clientes.csv")).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("Cobranza diciembre")


async def test_a_list_sent_again_after_a_lost_answer_is_made_once(
    open_campaigns: OpenPage, fake: FakeCampaigns
) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    fake.lose_next = True
    await page.get_by_label("Elegir archivo").set_input_files(GOOD)
    await expect(page.get_by_text("El servidor no responde").first).to_be_visible()
    await page.get_by_role("button", name="Revisar la lista").last.click()
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    first, second = fake.keys_sent
    assert first == second
    assert len(fake.campaigns) == 1


# Results


async def test_results_count_what_was_answered(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    """F040, F041: ready-made answers in words, an author's codes as they are, most first."""
    campaign = fake.fill(fake.add("Entregas", "completed", answered=5), read=5)
    fake.answers[campaign["id"]] = {"motivo": {"muy_caro": 1, "other": 2}, "recibido": {"not_yet": 1, "yes": 4}}
    page = await open_campaigns("?campaign=c101")
    answers = page.get_by_role("region", name="Respuestas")
    await expect(answers.get_by_role("caption")).to_have_text(["Motivo", "Recibido"])
    await expect(answers.locator("tbody tr")).to_have_text(["Otro motivo2", "Muy caro1", "Sí4", "Todavía no1"])


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


async def test_an_ended_login_leads_to_it(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    fake.logged_in = False
    page = await open_campaigns()
    await page.wait_for_url("**/console/login?next=*")
