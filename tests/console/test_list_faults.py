"""What is wrong with a list, as its manager reads it: the real server's words, in both languages (D18–D21)."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.async_api import Page, expect

from tests.campaigns.workbooks import patched, xlsx
from tests.console.test_campaigns_with_dev import LIST, page, town

__all__ = ["page", "town"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

GOOD = list(csv.reader(io.StringIO(LIST.read_text("utf-8-sig"))))
PLACES = (2, 11, len(GOOD))  # the rows of the spreadsheet: first, middle, last

Cells = dict[int, str]
"""Row of the spreadsheet → what is written into the cell."""


def everywhere(value: str) -> Cells:
    return dict.fromkeys(PLACES, value)


CELLS: list[tuple[str, int, Cells, str]] = [
    ("phone is blank", 0, everywhere("  "), "missing"),
    ("parameter is blank", 2, everywhere("\u00a0"), "missing"),
    ("letters", 0, everywhere("llámame"), "phone_characters"),
    ("as a spreadsheet shortens numbers", 0, everywhere("5.69E+10"), "phone_characters"),
    ("two numbers", 0, everywhere("5555501101 / 5555501102"), "phone_characters"),
    ("no such country", 0, everywhere("+999 5555 0110"), "phone_country"),
    ("too few digits", 0, everywhere("555"), "phone_length"),
    ("yes/no is neither", 5, everywhere("sí"), "not_yes_no"),
]
TWICE: Cells = {3: "+52 1 (55) 5550-1101", 11: "0052 55 5550 1101", len(GOOD): "525555501101"}

FILES: list[tuple[str, bytes, str]] = [
    ("nothing.csv", b"", "empty"),
    ("header.csv", (",".join(GOOD[0]) + "\n").encode(), "empty"),
    (
        "no header.csv",
        "\n".join(",".join(line) for line in [["5555501101", "Ana", "1", "hoy"]] * 2).encode(),
        "header_missing",
    ),
    ("columns.csv", "Teléfono,nombre\n5555501101,Ana\n".encode(), "column_missing"),
    ("formula.xlsx", xlsx(GOOD, change=lambda _, sheet: sheet.write_formula("C3", "=1+1")), "formula"),
    ("bomb.xlsx", patched(xlsx(GOOD), {"xl/media/zeros.bin": bytes(64 * 1024 * 1024)}), "bomb"),
    ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "other_kind"),
    ("page.xlsx", b"<html><table><tr><td>5555501101</td></tr></table></html>", "web_page"),
    ("bytes.csv", b"phone,name\n\x81\x8d\x8f\x90,x\n", "encoding"),
]


def with_cells(column: int, cells: Cells) -> bytes:
    lines = [[*line] for line in GOOD]
    for row, value in cells.items():
        lines[row - 1][column] = value
    written = io.StringIO()
    csv.writer(written).writerows(lines)
    return written.getvalue().encode()


async def open_list_step(page: Page) -> None:
    await page.get_by_role("button", name="Nueva campaña").click()
    await page.get_by_label("Nombre").fill("Cobranza de noviembre")
    await page.get_by_role("radio", name="WhatsApp").check()
    await page.get_by_label("Departamento").select_option("Cobranza")
    for choice in ("saldo_vencido", "Espera respuesta"):
        await page.get_by_role("button", name="Continuar").click()
        await page.get_by_role("radio", name=choice).check()
    await page.get_by_role("button", name="Continuar").click()


async def upload(page: Page, name: str, contents: bytes, language: str) -> list[dict[str, Any]]:
    """The problems that the server names: with its refusal, or of the campaign that it keeps as invalid."""
    async with page.expect_response(lambda answer: answer.request.method in ("POST", "PATCH")) as told:
        chosen = {"name": name, "mimeType": "text/csv", "buffer": contents}
        await page.locator("input[type=file]").set_input_files(chosen)
    answer = await told.value
    said = await answer.json()
    if answer.status == 200:
        problems = f"/api/v1/campaigns/{said['campaign']['id']}/problems"
        said = await (await page.request.get(urljoin(page.url, problems), headers={"X-Language": language})).json()
    return list(said["problems"])


async def shown(page: Page, problems: Sequence[dict[str, Any]]) -> None:
    """Each problem is a line of the table: row, column with its header, reason and what to do."""

    def sentence(text: str) -> str:
        return text[:1].upper() + text[1:]

    lines = []
    for one in problems:
        column = " · ".join(filter(None, (one["column"], one["header"]))) if one["column"] else "–"
        row = f"{one['row']:,}" if one["row"] else "–"
        lines.append(re.sub(r"\s+", " ", f"{row}{column}{sentence(one['message'])}{sentence(one['hint'])}"))
    await expect(page.locator(".verdict tbody tr")).to_have_text(lines)


async def in_both_languages(page: Page, name: str, contents: bytes) -> list[dict[str, Any]]:
    spoken = {}
    for button, language in (("Español", "es"), ("English", "en")):
        await page.get_by_role("button", name=button).click()
        spoken[language] = await upload(page, name, contents, language)
        await shown(page, spoken[language])
    for es, en in zip(spoken["es"], spoken["en"], strict=True):
        assert es["message"] != en["message"]
        assert es["hint"]
        assert en["hint"]
    return spoken["es"]


@pytest.mark.parametrize("some", [CELLS[:2], CELLS[2:4], CELLS[4:6], CELLS[6:]])
async def test_every_fault_of_a_list_is_shown_with_its_place_its_reason_and_what_to_do(
    page: Page, some: list[tuple[str, int, Cells, str]]
) -> None:
    await open_list_step(page)
    for about, column, cells, code in some:
        problems = await in_both_languages(page, "clientes.csv", with_cells(column, cells))
        found = [(one["row"], one["column"], one["code"]) for one in problems]
        assert found == [(row, chr(65 + column), code) for row in cells], about


async def test_phones_that_come_twice_are_told_by_row_whatever_their_spelling(page: Page) -> None:
    await open_list_step(page)
    problems = await in_both_languages(page, "clientes.csv", with_cells(0, TWICE))
    assert [(one["row"], one["code"]) for one in problems] == [(row, "phone_repeated") for row in TWICE]


async def test_the_form_stops_at_the_first_cell_that_does_not_fit_its_datum(page: Page) -> None:
    await open_list_step(page)
    await in_both_languages(page, "clientes.csv", with_cells(5, everywhere("x")))
    stopped = page.get_by_role("alert").filter(has_text="neither 1 nor 0")
    for said in ("Row 2, column F", "Cliente frecuente", "check the whole column"):
        await expect(stopped).to_contain_text(said)


@pytest.mark.parametrize("some", [FILES[:3], FILES[3:6], FILES[6:]])
async def test_a_file_that_is_no_list_is_refused_with_its_reason_and_what_to_do(
    page: Page, some: list[tuple[str, bytes, str]]
) -> None:
    await open_list_step(page)
    for name, contents, code in some:
        problems = await in_both_languages(page, name, contents)
        assert code in [one["code"] for one in problems], name
