"""Columns linked to what tickets carry: by themselves where it is clear, else by hand (F101–F103, D28, D29)."""

import pytest

from bot_runtime.campaigns.columns import parameters_of, place_columns
from bot_runtime.campaigns.metadata import available, link
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.workspace import Metadata
from tests.campaigns.lists import METADATA, template


def columns(*extra):
    return place_columns(["Tel", "a", "b", "c", *extra], parameters_of(template()))


def linked(*extra, metadata=METADATA, **choices):
    return {one.variable.header: one.metadata.key for one in link(columns(*extra), metadata, **choices)}


def broken(*extra, **choices):
    with pytest.raises(ListRefused) as refused:
        linked(*extra, **choices)
    assert all(fault.line("es") and fault.line("en") for fault in refused.value.faults)
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Sucursal", "sucursal"),
        ("  SÚCURSAL ", "sucursal"),  # case, accents, outer spaces
        ("¿es vip?", "vip"),
        ("vip", "vip"),  # no such name: then the key
    ],
)
def test_a_header_is_linked_to_the_metadata_of_that_name_by_itself(header, key):
    assert linked(header) == {header.strip(): key}


def test_others_are_left_alone():
    assert linked("Otra", "Interno", "Sucursales") == {}  # `Interno` has no integration key


def test_two_metadata_of_one_name_are_linked_by_hand_only():
    twins = (Metadata("Zona", "zona_a", "text"), Metadata("zona", "zona_b", "text"))

    assert linked("Zona", metadata=twins) == {}
    assert linked("Zona", metadata=twins, by_hand={"zona": "zona_b"}) == {"Zona": "zona_b"}


def test_one_metadata_takes_one_column():
    assert linked("Sucursal", "SUCURSAL") == {"Sucursal": "sucursal"}
    assert linked("Otra", "Sucursal", by_hand={"Otra": "sucursal"}) == {"Otra": "sucursal"}


def test_a_link_can_be_removed():
    assert linked("Sucursal", "vip", removed=["sucursal"]) == {"vip": "vip"}


def test_a_campaign_of_a_department_links_only_what_serves_it():
    assert linked("Cartera", department="cobranza") == {"Cartera": "cartera"}
    assert linked("Cartera", department="ventas") == {}
    assert linked("Cartera") == {"Cartera": "cartera"}  # no department: all of them
    assert [one.key for one in available(METADATA, "ventas")] == ["sucursal", "notas", "vip"]


@pytest.mark.parametrize(
    ("by_hand", "department", "codes"),
    [
        ({"Nada": "sucursal"}, None, ["link_no_column"]),
        ({"a": "sucursal"}, None, ["link_no_column"]),  # a parameter's column
        ({"X": "sucursa"}, None, ["link_no_metadata"]),
        ({"X": ""}, None, ["link_no_metadata"]),
        ({"X": "cartera"}, "ventas", ["link_not_of_department"]),
        ({"X": "vip", "Y": "vip"}, None, ["link_twice"]),
        ({"X": "no", "Nada": "vip"}, None, ["link_no_metadata", "link_no_column"]),  # all at once
    ],
)
def test_a_link_against_the_rules_is_refused_with_the_rule(by_hand, department, codes):
    assert broken("X", "Y", by_hand=by_hand, department=department) == codes
