"""The phone page, as somebody uses it who sees names and roles and knows nothing of its markup."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.conftest import OpenPage
from tests.console.fake_phones import FakePhones

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def url(fake: FakePhones) -> str:
    return f"{fake.url}/console/phones"


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def chat(page: Page, name: str) -> Locator:
    return phone(page, name).get_by_role("log")


def inside(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name=name)


async def write(page: Page, name: str, text: str) -> None:
    box = phone(page, name).get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def test_an_empty_phone_says_what_to_write_and_a_tap_on_it_begins(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    ana = phone(page, "Ana")
    await expect(ana.get_by_text("Escribe «hola» para empezar")).to_be_visible()
    await ana.get_by_role("button", name="hola", exact=True).click()
    await expect(chat(page, "Ana")).to_contain_text("Gracias por visitar Clínica Sol")
    await expect(ana.get_by_text("Escribe «hola»")).to_have_count(0)


async def test_buttons_and_lists_are_tapped_and_old_ones_can_be_tapped_again(
    open_page: OpenPage, url: str, fake: FakePhones
) -> None:
    page = await open_page(url)
    await write(page, "Ana", "hola")
    options = chat(page, "Ana").get_by_role("group", name="Opciones")
    await expect(options.get_by_role("button")).to_have_text(["Excelente", "Buena", "Mala"])
    await options.get_by_role("button", name="Excelente").click()

    await chat(page, "Ana").get_by_role("button", name="Ver sucursales").click()
    sheet = phone(page, "Ana").get_by_role("dialog", name="Ver sucursales")
    await expect(sheet.get_by_role("button", name="Centro")).to_be_focused()
    await sheet.get_by_role("button", name="Norte").click()
    await expect(sheet).to_have_count(0)
    await expect(chat(page, "Ana")).to_contain_text("Anotamos Norte")

    await options.get_by_role("button", name="Mala").click()  # as on a real phone
    await expect(chat(page, "Ana").get_by_role("button", name="Ver sucursales")).to_have_count(2)
    tapped = [sent for sent in fake.sent if sent["kind"] == "tap"]
    assert [(sent["text"], sent["payload"]) for sent in tapped] == [
        ("Excelente", "excelente"),
        ("Norte", "norte"),
        ("Mala", "mala"),
    ]
    assert all(sent["message"].startswith("m") for sent in tapped)


async def test_marks_are_drawn_and_html_is_only_text(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Ana", "*fuerte* y <img src=x onerror=alert(1)> en `código`")
    said = chat(page, "Ana")
    await expect(said.get_by_role("strong").first).to_have_text("fuerte")
    await expect(said.get_by_role("code").first).to_have_text("código")
    await expect(said).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(said.locator("img")).to_have_count(0)


async def test_enter_sends_and_shift_enter_breaks_the_line(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    box = phone(page, "Ana").get_by_role("textbox")
    await box.press_sequentially("uno")
    await box.press("Shift+Enter")
    await box.press_sequentially("dos")
    await box.press("Enter")
    await expect(box).to_have_value("")
    await box.press("Enter")  # nothing written, nothing sent
    await expect(chat(page, "Ana")).to_contain_text("Recibí: uno")
    assert [sent["text"] for sent in fake.sent] == ["uno\ndos"]


async def test_a_contact_can_attach_stand_ins(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    for item in ("Foto", "Sticker", "Nota de voz", "Video", "Documento", "Ubicación"):
        await phone(page, "Ana").get_by_role("button", name="Adjuntar").click()
        await page.get_by_role("menuitem", name=item).click()
        await expect(page.get_by_role("menu")).to_have_count(0)
    await phone(page, "Ana").get_by_role("button", name="Enviar una nota de voz").click()
    said = chat(page, "Ana")
    for drawing in ("Foto", "Sticker", "Video", "Zócalo"):
        await expect(said.get_by_role("img", name=drawing)).to_be_visible()
    await expect(said.get_by_role("img", name="Nota de voz")).to_have_count(2)
    await expect(said).to_contain_text("comprobante.pdf")
    kinds = [sent["kind"] for sent in fake.sent]
    assert kinds == ["image", "sticker", "audio", "video", "document", "location", "audio"]


async def test_by_sms_only_a_photo_can_be_attached(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await phone(page, "Luis").get_by_role("button", name="Adjuntar").click()
    await expect(page.get_by_role("menuitem")).to_have_text(["Foto"])


async def test_sms_say_what_they_cost_and_when_they_are_long(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Luis", "ok")
    await expect(chat(page, "Luis")).to_contain_text("GSM-7 · 10 unidades · 1 parte")
    await write(page, "Luis", "largo")
    await expect(chat(page, "Luis")).to_contain_text("UCS-2 · 185 unidades · 3 partes")
    await expect(chat(page, "Luis")).to_contain_text("185 de 149 caracteres")


async def test_a_message_that_failed_says_why(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Ana", "falla")
    await expect(chat(page, "Ana")).to_contain_text("No entregado: 131047 Pasaron más de 24 horas")


async def test_ticks_turn_blue_when_both_sides_have_read(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Ana", "hey")
    await expect(chat(page, "Ana").get_by_role("img", name="Leído")).to_have_count(2)


async def test_a_template_is_started_with_the_examples_of_its_data(
    open_page: OpenPage, url: str, fake: FakePhones
) -> None:
    page = await open_page(url)
    await page.get_by_role("button", name="Iniciar un diálogo con Ana Torres").click()
    form = page.get_by_role("dialog", name="Iniciar un diálogo con Ana Torres")
    await expect(form.get_by_label("Diálogo")).to_have_value("saldo_vencido")
    await expect(form.get_by_label("nombre")).to_have_value("Ana")
    await expect(form.get_by_label("monto")).to_have_value("1250")
    await form.get_by_label("monto").fill("99.5")
    await form.get_by_role("button", name="Enviar plantilla").click()
    await expect(form).to_have_count(0)

    given = {"nombre": "Ana", "monto": 99.5, "cliente_nuevo": False}
    assert fake.sent == [{"phone": "p1", "dialog": "saldo_vencido", "given": given}]
    said = chat(page, "Ana")
    await expect(said).to_contain_text("Aviso de pago")
    await expect(said).to_contain_text("Responde BAJA")
    await expect(said.get_by_role("button", name="Prometer un pago")).to_be_visible()
    link = said.get_by_role("link", name="Ver mi cuenta")
    await expect(link).to_have_attribute("href", "https://example.com/cuenta")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(inside(page, "Ana")).to_contain_text("99.5")


async def test_the_inside_shows_state_answers_wait_and_journal(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    view = inside(page, "Ana")
    await expect(view).to_contain_text("Ningún diálogo en marcha")
    effect = {"at": fake.now.isoformat(), "kind": "effect", "text": "open_ticket department=ventas"}
    fake.sessions["p1"]["journal"].append(effect)
    await write(page, "Ana", "hola")
    for shown in (
        "Encuesta de visita",
        "9f3c2a7",
        "atencion",
        "Espera respuesta",
        "escribió",
        "inicio → atencion",
        "abrió un ticketdepartment=ventas",
    ):
        await expect(view).to_contain_text(shown)
    await chat(page, "Ana").get_by_role("button", name="Buena").click()
    await expect(view.get_by_role("definition")).to_have_text(["Buena", "5"])
    await expect(view.get_by_role("timer")).to_have_text(re.compile(r"^(4:00:00|3:59:5\d)$"))


async def test_a_wait_can_be_run_out(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Ana", "hola")
    await inside(page, "Ana").get_by_role("button", name="Agotar").click()
    await expect(chat(page, "Ana")).to_contain_text("No supimos más de ti")
    await expect(inside(page, "Ana")).to_contain_text("Se agotó la espera")
    await expect(inside(page, "Ana").get_by_role("timer")).to_have_count(0)


async def test_an_opted_out_contact_is_marked(open_page: OpenPage, url: str) -> None:
    page = await open_page(url)
    await write(page, "Ana", "baja")
    await expect(inside(page, "Ana")).to_contain_text("Se dio de baja: no recibe mensajes")


async def test_the_clock_moves_by_steps_and_by_any_amount(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    clock = page.get_by_role("group", name="Reloj del servidor")
    await expect(clock.get_by_role("time")).to_have_text(re.compile("09:04"))  # 15:04 UTC, in Mexico City
    await clock.get_by_role("button", name="Adelantar 4 h").click()
    await expect(clock.get_by_role("time")).to_have_text(re.compile("13:04"))
    await expect(clock.get_by_role("status")).to_have_text("El reloj avanzó 4 h")

    await clock.get_by_role("button", name="Otro…").click()
    form = page.get_by_role("dialog", name="Adelantar el reloj")
    await form.get_by_label("Cuánto").fill("2")
    await form.get_by_label("Unidad").select_option("days")
    await form.get_by_role("button", name="Adelantar").click()
    await expect(clock).to_contain_text("sáb 14 de mar")
    assert fake.offset_s == 4 * 3600 + 2 * 86_400


async def test_phones_are_added_removed_and_brought_back(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    await page.get_by_role("button", name="Agregar un teléfono").click()
    form = page.get_by_role("dialog", name="Agregar un teléfono")
    await form.get_by_label("Nombre del contacto").fill("Zoë Ñandú")
    await form.get_by_role("radio", name="Recordatorios").check()
    await form.get_by_role("button", name="Agregar").click()
    await expect(phone(page, "Zoë")).to_contain_text("SMS")
    assert fake.phones[-1]["number"]  # made up

    await page.get_by_role("button", name="Quitar el teléfono de Zoë Ñandú").click()
    await expect(phone(page, "Zoë")).to_have_count(0)
    await page.get_by_role("button", name="Deshacer").click()
    await expect(phone(page, "Zoë")).to_be_visible()

    for name in ("Ana Torres", "Luis Rojas", "Zoë Ñandú"):
        await page.get_by_role("button", name=f"Quitar el teléfono de {name}").click()
    await expect(page.get_by_role("heading", name="Ningún teléfono en la mesa")).to_be_visible()


async def test_simulated_people_are_counted_and_shown_when_asked_for(
    open_page: OpenPage, url: str, fake: FakePhones
) -> None:
    rosa = fake.add_phone("Rosa Díaz", "whatsapp", simulated=True)
    fake.add_phone("Saúl Paz", "whatsapp", simulated=True)
    page = await open_page(url)
    await expect(page.get_by_role("article")).to_have_count(2)
    await fake.bot_says(rosa["id"], text="Hola, Rosa")
    people = page.get_by_role("button", name="2 personas simuladas")
    await people.click()
    await expect(page.get_by_role("article")).to_have_count(4)
    await expect(chat(page, "Rosa")).to_contain_text("Hola, Rosa")
    await people.click()
    await expect(page.get_by_role("article")).to_have_count(2)


async def test_problems_of_the_workspace_are_shown_until_they_are_gone(
    open_page: OpenPage, url: str, fake: FakePhones
) -> None:
    page = await open_page(url)
    await expect(phone(page, "Ana")).to_be_visible()
    problem = "dialogs/visita.yaml:14:11: unknown state 'clsoed'; did you mean 'closed'?"
    await fake.set_problems(problem)
    banner = page.get_by_role("alert", name="Problemas del espacio de trabajo")
    await expect(banner).to_contain_text(problem)
    await expect(banner).to_contain_text("La última versión buena sigue funcionando.")
    await fake.set_problems()
    await expect(banner).to_have_count(0)


async def test_a_lost_connection_comes_back_and_misses_nothing(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    await write(page, "Ana", "uno")
    await expect(chat(page, "Ana")).to_contain_text("Recibí: uno")
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await fake.hang_up()
    await fake.bot_says("p1", text="mientras no estabas")
    await expect(chat(page, "Ana").get_by_text("mientras no estabas")).to_have_count(1)
    await expect(page.get_by_text("En vivo")).to_be_visible()
    assert fake.connected_since[0] is None
    assert int(fake.connected_since[-1] or 0) > 0


async def test_a_refused_call_says_why(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url, expected=("409",))
    await expect(phone(page, "Ana")).to_be_visible()
    fake.refuse_next = "number: expected a number nobody has yet"
    await write(page, "Ana", "hola")
    await expect(page.get_by_text("number: expected a number nobody has yet")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Escribir como Ana")).to_have_value("hola")  # nothing is typed twice


async def test_where_there_are_no_phones_the_page_says_how_to_get_them(open_page: OpenPage, fake: FakePhones) -> None:
    fake.serves_phones = False
    page = await open_page(f"{fake.url}/console/phones", expected=("404",))
    await expect(page.get_by_role("heading")).to_have_text("Los teléfonos viven en el modo de desarrollo")
    await expect(page.get_by_text("bot-runtime dev")).to_be_visible()
    assert fake.connected_since == []


async def test_the_language_can_be_changed_and_stays(open_page: OpenPage, url: str) -> None:
    page = await open_page(url, locale="en-US")
    await expect(page.get_by_role("heading", name="Phones")).to_be_visible()
    await expect(page.get_by_role("button", name="Add a phone")).to_be_visible()
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("heading", name="Teléfonos")).to_be_visible()
    await expect(page.get_by_role("button", name="Agregar un teléfono")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Teléfonos")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "es"
    assert await page.title() == "Teléfonos · bot-runtime"


async def test_the_page_begins_in_the_language_dev_was_started_with(
    open_page: OpenPage, fake: FakePhones, url: str
) -> None:
    fake.chosen_language = "en"
    page = await open_page(url)  # a browser that speaks Spanish
    await expect(page.get_by_role("heading", name="Phones")).to_be_visible()
    await page.get_by_role("button", name="Español").click()
    await page.reload()
    await expect(page.get_by_role("heading", name="Teléfonos")).to_be_visible()  # who chose is not overruled


async def test_the_look_follows_the_system_until_it_is_chosen(open_page: OpenPage, url: str) -> None:
    page = await open_page(url, scheme="dark")
    body = page.locator("body")
    dark, light = "rgb(14, 20, 19)", "rgb(243, 245, 244)"
    await expect(body).to_have_css("background-color", dark)
    await page.get_by_role("button", name="Cambiar a claro").click()
    await expect(body).to_have_css("background-color", light)
    await page.reload()
    await expect(body).to_have_css("background-color", light)
    await page.get_by_role("button", name="Cambiar a oscuro").click()  # what the system has: it is followed again
    await page.emulate_media(color_scheme="light")
    await expect(body).to_have_css("background-color", light)


async def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab (Shift+Tab) until the control called `name` has the focus."""
    for _ in range(40):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        if (await page.evaluate(focused)).strip() == name:
            return
    raise AssertionError(f"Tab never reached {name!r}")


async def test_everything_can_be_done_from_the_keyboard(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    await expect(phone(page, "Ana")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()

    await page.keyboard.press("Alt+1")
    await expect(page.get_by_role("textbox", name="Escribir como Ana Torres")).to_be_focused()
    await page.keyboard.type("hola")
    await page.keyboard.press("Enter")
    await expect(chat(page, "Ana").get_by_role("button", name="Buena")).to_be_visible()
    await tab_to(page, "Buena", back=True)
    await page.keyboard.press("Enter")
    await expect(chat(page, "Ana").get_by_role("button", name="Ver sucursales")).to_be_visible()
    await tab_to(page, "Ver sucursales")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Centro")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(chat(page, "Ana")).to_contain_text("Anotamos Norte")
    await expect(chat(page, "Ana").get_by_role("button", name="Ver sucursales")).to_be_focused()

    await tab_to(page, "Adjuntar")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Foto")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(chat(page, "Ana").get_by_role("img", name="Sticker")).to_be_visible()
    await expect(phone(page, "Ana").get_by_role("button", name="Adjuntar")).to_be_focused()

    await tab_to(page, "Iniciar un diálogo con Ana Torres", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Iniciar un diálogo con Ana Torres")).to_be_focused()
    assert [sent["kind"] for sent in fake.sent] == ["text", "tap", "tap", "sticker"]


async def test_on_a_small_screen_one_phone_is_in_hand(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url, size=(390, 844))
    await expect(phone(page, "Ana")).to_be_visible()
    await expect(phone(page, "Luis")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390

    await fake.bot_says("p2", text="Tu cita es mañana")
    switcher = page.get_by_role("navigation", name="Cambiar de teléfono")
    await expect(switcher.get_by_label("1 sin leer")).to_be_visible()
    await switcher.get_by_role("button", name="Luis").click()
    await expect(phone(page, "Luis")).to_be_visible()
    await expect(switcher.get_by_label("1 sin leer")).to_have_count(0)

    await switcher.get_by_role("button", name="Ana").click()
    await write(page, "Ana", "hola")
    await page.get_by_role("button", name="Por dentro de la conversación de Ana Torres").click()
    await expect(inside(page, "Ana")).to_contain_text("Espera respuesta")
    await page.keyboard.press("Escape")
    await expect(inside(page, "Ana")).to_have_count(0)


async def test_the_newest_message_stays_in_sight_unless_one_reads_above(
    open_page: OpenPage, url: str, fake: FakePhones
) -> None:
    page = await open_page(url)
    said = chat(page, "Ana")
    for at in range(30):
        await fake.bot_says("p1", text=f"mensaje {at}")
    await expect(said.get_by_text("mensaje 29")).to_be_in_viewport()
    await said.get_by_text("mensaje 2", exact=True).scroll_into_view_if_needed()
    await expect(said.get_by_text("mensaje 29")).not_to_be_in_viewport()
    await fake.bot_says("p1", text="llega otro")
    await expect(said.get_by_text("llega otro")).to_have_count(1)
    await expect(said.get_by_text("mensaje 2", exact=True)).to_be_in_viewport()
    await write(page, "Ana", "ya bajé")
    await expect(said.get_by_text("Recibí: ya bajé")).to_be_in_viewport()


async def test_a_contact_reacts_and_takes_it_back(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    await write(page, "Ana", "hey")
    said = chat(page, "Ana")
    await said.get_by_role("button", name="Reaccionar").click()
    await page.get_by_role("menuitem", name="❤️").click()
    await expect(said.get_by_role("img", name="Reaccionaste con ❤️")).to_be_visible()
    await said.get_by_role("button", name="Reaccionar").click()
    await page.get_by_role("menuitem", name="❤️").click()
    await expect(said.get_by_role("img", name="Reaccionaste")).to_have_count(0)
    assert [sent.get("emoji") for sent in fake.sent] == [None, "❤️", ""]


async def test_the_bot_is_seen_typing(open_page: OpenPage, url: str, fake: FakePhones) -> None:
    page = await open_page(url)
    await expect(page.get_by_text("En vivo")).to_be_visible()
    await fake.tell(type="typing", phone="p1", on=True)
    await expect(chat(page, "Ana").get_by_role("img", name="escribiendo…")).to_be_visible()
    await fake.bot_says("p1", text="aquí estoy")
    await expect(chat(page, "Ana").get_by_role("img", name="escribiendo…")).to_have_count(0)


NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, select, textarea, [role=dialog], dialog')]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.ariaLabel && !one.getAttribute('aria-labelledby'))
  .filter((one) => !one.labels?.length && !one.innerText?.trim())
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize(("locale", "add"), [("es-MX", "Agregar un teléfono"), ("en-US", "Add a phone")])
async def test_every_control_has_a_name(open_page: OpenPage, url: str, locale: str, add: str) -> None:
    page = await open_page(url, locale=locale)
    await page.get_by_role("button", name="hola", exact=True).first.click()
    await expect(page.get_by_role("button", name="Excelente")).to_be_visible()
    assert await page.evaluate(NAMELESS) == []
    await page.get_by_role("button", name=add).click()
    await expect(page.get_by_role("dialog", name=add)).to_be_visible()
    assert await page.evaluate(NAMELESS) == []
