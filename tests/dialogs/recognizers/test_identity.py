"""E-mail addresses, phones, names, places, patterns (F037, F038, F043, F048)."""

import pytest

from bot_runtime.dialogs.recognizers.identity import read_email, read_location, read_name
from bot_runtime.dialogs.recognizers.patterns import BadPattern, compiled, read_pattern
from bot_runtime.dialogs.recognizers.phones import read_phone
from bot_runtime.dialogs.recognizers.result import Fits, Here

MEXICO = Here("es", "MX")


def told(found):
    return found.value if isinstance(found, Fits) else f"unfit: {found.reason}"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Ana@Example.COM ", "Ana@example.com"),
        ("mailto:ana@correo.mx", "ana@correo.mx"),
        ("mi correo es ana@correo.mx", "ana@correo.mx"),
        ("<ana@correo.mx>.", "ana@correo.mx"),
        ("ana@tienda.test", "ana@tienda.test"),
        ("a@b.com, c@d.com", "unfit: several"),
        ("ana@correo", "unfit: not_an_email"),
        ("ana @correo.mx", "unfit: not_an_email"),
        ("a@@b.com", "unfit: not_an_email"),
        ("ana.correo.mx", "unfit: not_an_email"),
    ],
)
def test_an_email(written, stored):
    assert told(read_email(written, MEXICO)) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("55 1234 5678", "+525512345678"),
        ("+52 1 55 1234 5678", "+525512345678"),  # the old spelling of the same mobile (D22)
        ("00 34 612 345 678", "+34612345678"),
        ("\u202a+52 (55) 1234-5678\u202c", "+525512345678"),  # as copied from a contact card
        ("mi número es 5512345678", "+525512345678"),
        ("123", "unfit: impossible_phone"),
        ("5.69E+10", "unfit: not_a_phone"),
        ("55 1234 5678 o 55 8765 4321", "unfit: not_a_phone"),
    ],
)
def test_a_phone(written, stored):
    assert told(read_phone(written, MEXICO)) == stored


def test_a_phone_without_a_country_needs_its_code():
    assert told(read_phone("5512345678", Here("es"))) == "unfit: country_unknown"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Ana Pérez", "Ana Pérez"),
        ("me llamo ana lópez", "Ana López"),
        ("ANA MARÍA DE LA CRUZ", "Ana María de la Cruz"),
        ("Hola, soy Ana", "Ana"),
        ("My name is Mary-Jane O'Brien", "Mary-Jane O'Brien"),
        ("meu nome é João", "João"),
        ("hola", "unfit: not_a_name"),
        ("no quiero", "unfit: not_a_name"),
        ("Juan123", "unfit: not_a_name"),
        ("😀", "unfit: not_a_name"),
        ("a" * 101, "unfit: too_long"),
    ],
)
def test_a_name(written, stored):
    assert told(read_name(written, MEXICO)) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("19.4326, -99.1332", "19.4326,-99.1332"),
        ("19.43° N, 99.13° W", "19.43,-99.13"),
        ("https://maps.google.com/?q=19.43,-99.13", "19.43,-99.13"),
        ("https://www.google.com/maps/@19.4326,-99.1332,15z", "19.4326,-99.1332"),
        ("geo:19.4,-99.1", "19.4,-99.1"),
        ("91.0, 10.0", "unfit: not_a_location"),
        ("12, 30", "unfit: not_a_location"),
        ("calle 5 número 12", "unfit: not_a_location"),
    ],
)
def test_a_location(written, stored):
    assert told(read_location(written, MEXICO)) == stored


def test_a_pattern_matches_the_whole_answer():
    assert told(read_pattern(" ABC1234 ", "[A-Z]{3}[0-9]{4}")) == "ABC1234"
    assert told(read_pattern("xABC1234", "[A-Z]{3}[0-9]{4}")) == "unfit: no_match"
    assert told(read_pattern("a" * 1001, "a+")) == "unfit: too_long"


@pytest.mark.parametrize("pattern", ["(", r"(?=a)", r"(a)\1", "(a{1000}){1000}"])
def test_a_pattern_that_is_none_or_not_linear_is_refused(pattern):
    with pytest.raises(BadPattern):
        compiled(pattern)
