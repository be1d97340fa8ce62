"""The sample file, filled in, uploads without errors; the preview is the message (F086, F094)."""

import pytest

from bot_runtime.campaigns.lists import Plan, check_list
from bot_runtime.campaigns.samples import example_phone, sample_rows
from bot_runtime.campaigns.sheets import read_bytes
from bot_runtime.exports import csv_bytes, xlsx_bytes
from tests.campaigns.lists import template


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("country", ["MX", "AR", "BR", "ES", "US", ""])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_sample_file_uploads_as_it_is(language, country, form):
    rows = sample_rows(template(), language, country, {"monto": "-1", "nombre": "=Ana"})
    sheet = read_bytes(xlsx_bytes(rows, "Lista") if form == "xlsx" else csv_bytes(rows))
    report = check_list(sheet, Plan(template(), country=country))

    assert report.stage == "ready"
    assert report.recipients[0].parameters[:2] == ("=Ana", "-1")


def test_a_sample_has_the_phone_and_one_column_a_parameter():
    assert sample_rows(template(), "es", "MX", {"nombre": "Ana"}) == [
        ("Teléfono", "nombre", "monto", "vencio"),
        (example_phone("MX", "es"), "Ana", "ejemplo 2", "ejemplo 3"),
    ]
