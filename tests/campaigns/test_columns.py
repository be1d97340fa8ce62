"""Which column is what: by name if the sample's headers are there, else by place (D13, D15, D18)."""

import pytest

from bot_runtime.campaigns.columns import parameters_of, place_columns
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.exports import letter
from bot_runtime.workspace import TemplateButton
from tests.campaigns.lists import template

PARAMETERS = parameters_of(template())


@pytest.mark.parametrize(
    ("header", "phone", "parameters"),
    [
        (["Teléfono", "nombre", "monto", "vencio"], 0, (1, 2, 3)),
        (["monto", "VENCIO", "otra", " teléfono ", "Nombre"], 3, (4, 0, 1)),  # by name, in any order
        (["vencio", "phone", "nombre", "monto"], 1, (2, 3, 0)),  # a sample made in English
        (["Celular", "Quién", "Cuánto", "Cuándo", "Sucursal"], 0, (1, 2, 3)),  # by place
        (["Celular", "monto", "nombre", "vencio"], 0, (1, 2, 3)),  # not all names are there: by place
        (["Celular", "", "", "vencio"], 0, (1, 2, 3)),
    ],
)
def test_columns_are_found_by_name_or_by_place(header, phone, parameters):
    columns = place_columns(header, PARAMETERS)

    assert (columns.phone, columns.parameters) == (phone, parameters)


def test_the_columns_left_over_are_variables_if_they_have_a_header():
    columns = place_columns(["a", "b", "c", "d", "Sucursal", " ", "VIP"], PARAMETERS)

    assert [(one.column, one.header) for one in columns.variables] == [(4, "Sucursal"), (6, "VIP")]


def test_a_template_without_parameters_needs_only_the_phone():
    columns = place_columns(["Cel", "Sucursal"], ())

    assert (columns.phone, columns.parameters) == (0, ())
    assert [one.header for one in columns.variables] == ["Sucursal"]


@pytest.mark.parametrize(("header", "missing", "at"), [(["Cel"], "nombre", "B"), (["Cel", "a", "b"], "vencio", "D")])
def test_too_few_columns_name_the_first_missing_one(header, missing, at):
    with pytest.raises(ListRefused) as refused:
        place_columns(header, PARAMETERS)

    (fault,) = refused.value.faults
    assert (fault.code, fault.letter, fault.facts["name"]) == ("column_missing", at, missing)
    assert missing in fault.message("es")


def test_a_name_that_is_there_twice_is_not_guessed():
    with pytest.raises(ListRefused) as refused:
        place_columns(["Teléfono", "nombre", "monto", "vencio", "Monto"], PARAMETERS)

    assert [(fault.code, fault.letter) for fault in refused.value.faults] == [("header_twice", "E")]


def test_parameters_are_the_headers_text_the_bodys_and_the_links_in_that_order():
    text = template(
        header={"text": "Aviso {{1}}"},
        body="{{2}} y {{1}}",
        buttons=(TemplateButton("reply", "Sí"), TemplateButton("url", "Ver", url="https://example.com/{{1}}")),
        parameters=("aviso", "uno", "dos", "liga"),
    )

    found = [(one.name, one.place, one.placeholder, one.button) for one in parameters_of(text)]
    assert found == [
        ("aviso", "header", "1", -1),
        ("uno", "body", "1", -1),
        ("dos", "body", "2", -1),
        ("liga", "url", "1", 1),
    ]


def test_named_parameters_follow_the_order_in_which_they_appear():
    named = template(body="Hola {{nombre}}, {{monto}}, {{nombre}}", parameters=())

    assert [one.name for one in parameters_of(named)] == ["nombre", "monto"]


def test_parameters_without_names_or_with_the_same_get_numbers():
    assert [one.name for one in parameters_of(template(parameters=()))] == ["Parámetro 1", "Parámetro 2", "Parámetro 3"]
    same = template(parameters=("nombre", "nombre", "monto"))
    assert [one.name for one in parameters_of(same)] == ["nombre", "nombre 2", "monto"]


def test_columns_are_lettered_as_in_a_spreadsheet():
    assert [letter(number) for number in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
