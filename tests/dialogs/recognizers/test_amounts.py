"""Amounts of money, exact and with their currency (F034)."""

from decimal import Decimal

import pytest

from bot_runtime.dialogs.recognizers.amounts import read_amount
from bot_runtime.dialogs.recognizers.result import Fits, Here


def amount(written, language="es", country="MX", **limits):
    found = read_amount(written, Here(language, country), **limits)
    if isinstance(found, Fits):
        return " ".join([str(found.value), *(str(value) for _, value in found.beside)])
    return " ".join([found.reason, *found.readings])


@pytest.mark.parametrize(
    ("country", "written", "meant"),
    [
        ("MX", "$1,200.50", "1200.50 MXN"),
        ("MX", "1.200,50", "1200.50 MXN"),  # the marks themselves tell
        ("MX", "1200 pesos", "1200 MXN"),
        ("MX", "$ 1,200", "1200 MXN"),
        ("MX", "1.200", "ambiguous 1200 1.200"),
        ("CO", "1.200", "1200 COP"),
        ("CO", "$1.200.000", "1200000 COP"),
        ("CO", "1,200", "ambiguous 1200 1.200"),
        ("", "1.200", "ambiguous 1200 1.200"),
        ("", "€1.200", "1200 EUR"),
        ("MX", "1 200,50", "1200.50 MXN"),
        ("MX", "mil doscientos pesos", "1200 MXN"),
        ("MX", "2 mil 500", "2500 MXN"),
        ("MX", "1.5k", "1500 MXN"),
        ("MX", "1,5 millones", "1500000 MXN"),
        ("MX", "dos millones y medio", "2500000 MXN"),
        ("MX", "5 dólares con 20 centavos", "5.20 USD"),
        ("MX", "50 centavos", "0.50 MXN"),
        ("MX", ".50", "0.50 MXN"),
        ("MX", "cinco pesos con treinta y cinco centavos", "5.35 MXN"),
        ("MX", "veinte y cinco centavos", "not_an_amount"),  # old spelling, but never 20.05
        ("CO", "1'200.000", "1200000 COP"),
        ("MX", "US$ 100", "100 USD"),
        ("MX", "$500 MXN", "500 MXN"),
        ("MX", "100 euros", "100 EUR"),
        ("MX", "$0", "not_positive"),
        ("MX", "-100", "not_positive"),
        ("MX", "1,200.505", "too_precise"),
        ("MX", "100-200", "not_an_amount"),
        ("MX", "entre 100 y 200", "not_an_amount"),
        ("MX", "unos 500", "not_an_amount"),
        ("MX", "10%", "not_an_amount"),
        ("MX", "€100 USD", "not_an_amount"),
        ("MX", "1,20,000", "not_an_amount"),
        ("MX", "9" * 20, "too_large"),
    ],
)
def test_an_amount_in_spanish(country, written, meant):
    assert amount(written, "es", country) == meant


@pytest.mark.parametrize(
    ("language", "country", "written", "meant"),
    [
        ("en", "US", "$1,200.50", "1200.50 USD"),
        ("en", "US", "a hundred bucks", "100 USD"),
        ("en", "US", "5 dollars and 20 cents", "5.20 USD"),
        ("en", "US", "US$:12.99", "12.99 USD"),
        ("en", "IN", "Rs. 20", "20 INR"),
        ("en", "GB", "£5", "5 GBP"),
        ("en", "US", "1.200", "ambiguous 1200 1.200"),
        ("pt", "BR", "R$ 1.200,50", "1200.50 BRL"),
        ("pt", "BR", "mil e duzentos reais", "1200 BRL"),
        ("pt", "BR", "1,5 milhão", "1500000 BRL"),
    ],
)
def test_an_amount_in_english_and_portuguese(language, country, written, meant):
    assert amount(written, language, country) == meant


def test_bounds_and_currency_of_the_question():
    assert amount("500", most=Decimal("499.99")) == "too_large"
    assert amount("500", least=Decimal(501)) == "too_small"
    assert amount("20 dólares", currency="MXN") == "other_currency"
    assert amount("20", "es", "", currency="USD") == "20 USD"
