"""Currencies by country, sign and word, and which mark groups thousands where."""

import re

OF_COUNTRY = {
    country: currency
    for currency, countries in {
        "MXN": "MX",
        "USD": "US PR EC SV PA",
        "ARS": "AR",
        "COP": "CO",
        "CLP": "CL",
        "PEN": "PE",
        "UYU": "UY",
        "PYG": "PY",
        "BOB": "BO",
        "VES": "VE",
        "CRC": "CR",
        "GTQ": "GT",
        "HNL": "HN",
        "NIO": "NI",
        "DOP": "DO",
        "CUP": "CU",
        "BRL": "BR",
        "EUR": "ES PT DE FR IT IE NL BE AT FI GR",
        "GBP": "GB",
        "CAD": "CA",
        "AUD": "AU",
        "NZD": "NZ",
        "INR": "IN",
        "ZAR": "ZA",
    }.items()
    for country in countries.split()
}

_SIGNS = {
    "us$": "USD",
    "u$s": "USD",
    "u$d": "USD",
    "r$": "BRL",
    "mx$": "MXN",
    "mex$": "MXN",
    "ar$": "ARS",
    "cop$": "COP",
    "col$": "COP",
    "clp$": "CLP",
    "s/.": "PEN",
    "s/": "PEN",
    "rd$": "DOP",
    "ca$": "CAD",
    "au$": "AUD",
    "a$": "AUD",
    "nz$": "NZD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₡": "CRC",
    "₲": "PYG",
    "₹": "INR",
}
_OTHER_CODES = (
    "AED BGN CHF CNY CZK DKK EGP HKD HUF IDR ILS JPY KRW KWD LBP MYR NOK PHP PLN QAR RUB SAR SEK SGD THB TRY UAH"
)
_CODES = {code.lower(): code for code in {*OF_COUNTRY.values(), *_SIGNS.values(), *_OTHER_CODES.split()}}
_WORDS = {
    word: currency
    for currency, words in {
        "USD": "dolares americanos|dolar americano|us dollars|us dollar|american dollars|dolares estadounidenses"
        "|united states dollars",
        "EUR": "euros|euro|eur",
        "GBP": "libras esterlinas|libra esterlina|libras|libra|pounds sterling|pounds|pound|quid",
        "BRL": "reais|real|reales|brazilian reais|reales brasilenos",
        "PEN": "nuevos soles|soles|sol peruano",
        "CRC": "colones|colon",
        "GTQ": "quetzales|quetzal",
        "HNL": "lempiras|lempira",
        "NIO": "cordobas|cordoba",
        "BOB": "bolivianos|boliviano",
        "VES": "bolivares|bolivar",
        "PYG": "guaranies|guarani|guaranis",
        "PAB": "balboas|balboa",
        "MXN": "pesos mexicanos|mexican pesos|moneda nacional|m.n|mn",
        "ARS": "pesos argentinos|argentine pesos",
        "COP": "pesos colombianos|colombian pesos",
        "CLP": "pesos chilenos|chilean pesos",
        "UYU": "pesos uruguayos",
        "DOP": "pesos dominicanos",
        "INR": "rupees|rupee|rupias|rs",
        "CAD": "canadian dollars|dolares canadienses",
        "AUD": "australian dollars",
        "JPY": "yen|yenes|ienes",
    }.items()
    for word in words.split("|")
}
_LOCAL = {"$": "peso dollar", "c$": "", "pesos": "peso", "peso": "peso", "varos": "peso"} | dict.fromkeys(
    ("dolares", "dolar", "dlls", "dls", "dollars", "dollar", "bucks", "buck"), "dollar"
)
_KIND = dict.fromkeys(("MXN", "ARS", "COP", "CLP", "UYU", "DOP", "CUP"), "peso") | dict.fromkeys(
    ("USD", "CAD", "AUD", "NZD"), "dollar"
)
_DOT_GROUPS = frozenset(
    ["CO", "AR", "CL", "BR", "ES", "PT", "UY", "PY", "VE", "EC", "BO", "CR", "DE", "IT", "NL", "BE", "AT", "GR"]
)
_COMMA_GROUPS = frozenset(
    ["MX", "US", "PR", "SV", "PA", "PE", "GT", "HN", "NI", "DO", "CU", "GB", "CA", "AU", "NZ", "IN", "IE"]
)
_DOT_GROUPED_CURRENCIES = frozenset({"COP", "ARS", "CLP", "BRL", "UYU", "PYG", "VES", "BOB"})
_COMMA_GROUPED_CURRENCIES = frozenset({"MXN", "PEN", "GTQ", "HNL", "NIO", "DOP", "GBP"})

_MARKS = {**_SIGNS, **_CODES, **_WORDS}
_A_MARK = "|".join(re.escape(mark) for mark in sorted({*_MARKS, *_LOCAL}, key=len, reverse=True))
FRONT = re.compile(rf"(?:{_A_MARK})(?=[\s0-9.,+−-]|$)")
BACK = re.compile(rf"(?:(?<![a-z])(?:{_A_MARK})|[$€£¥₡₲₹])$")


def meant(mark: str, country: str) -> str | None:
    """What a sign or word means in `country`: `$` is Mexico's peso; "" where nothing tells, None for no mark at all."""
    if mark in _MARKS:
        return _MARKS[mark]
    kinds = _LOCAL.get(mark)
    if kinds is None:
        return None
    home = OF_COUNTRY.get(country, "")
    if _KIND.get(home, "") in kinds.split():
        return home
    return "USD" if kinds == "dollar" else ""


def grouping(language: str, country: str, currency: str) -> str:
    """The mark that groups thousands: `.` or `,`; "" where nobody can tell."""
    if country in _DOT_GROUPS:
        return "."
    if country in _COMMA_GROUPS:
        return ","
    if currency in _DOT_GROUPED_CURRENCIES or (currency == "EUR" and language in ("es", "pt")):
        return "."
    if currency in _COMMA_GROUPED_CURRENCIES or language == "en":
        return ","
    return "." if language == "pt" else ""
