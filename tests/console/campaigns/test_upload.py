"""The recipients' list, in the form: what is taken, what is refused and mended, columns and their metadata."""

import pytest
from playwright.async_api import expect

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.campaigns.page import GOOD, a_list, continue_, fill_to
from tests.console.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_contain_text("2 mensajes")


async def test_wrong_rows_make_it_invalid_and_can_be_left_out(open_campaigns: OpenPage, fake: FakeCampaigns) -> None:
    page = await open_campaigns()
    await fill_to(page, "list")
    wrong = a_list(["5255X", "Ana", "1", "x", "", ""], ["525512340002", "Luis", "2", "x", "", ""])
    await page.get_by_label("Elegir archivo").set_input_files(wrong)
    await expect(page.get_by_text("El teléfono lleva letras")).to_be_visible()
    assert fake.campaigns["c101"]["state"] == "invalid"
    await page.get_by_role("button", name="Seguir sin las filas con errores").click()
    for _ in range(2):
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
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    assert fake.uploads[-1]["links"] == {"Póliza": None, "Observaciones": "poliza"}


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
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    assert (fake.uploads[-1]["department"], fake.uploads[-1]["links"]) == ("ventas", {})


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
    await continue_(page)
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
    await continue_(page)
    await expect(page.get_by_role("form", name="Revisa y envía")).to_be_visible()
    first, second = fake.keys_sent
    assert first == second
    assert len(fake.campaigns) == 1
