"""How amounts, numbers, dates, times and lists are written for whoever reads them: by language, country and currency.

Nothing raises: what is no such value is written as it came.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from bot_runtime.dialogs.recognizers import currencies
from bot_runtime.dialogs.recognizers.masks import written
from bot_runtime.dialogs.recognizers.result import Here
from bot_runtime.dialogs.values import printed
from bot_runtime.dialogs.words import unaccented

FORMS = ("long", "weekday")
"""How a date is written in words: `15 de marzo de 2026`, `domingo 15 de marzo`."""

_LONGEST = 40  # digits; a longer number is nobody's balance
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T].*)?")
_TIME = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ T])?([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-9]{2})?")
_WITHOUT_CENTS = frozenset({"CLP", "COP", "PYG", "JPY", "KRW", "ISK"})
_AT_HOME = {"EUR": "€", "GBP": "£", "BRL": "R$ ", "PEN": "S/ ", "CRC": "₡", "PYG": "₲", "INR": "₹", "JPY": "¥"}
_ABROAD = {**_AT_HOME, "USD": "US$"}
_PESOS = frozenset(["MXN", "ARS", "COP", "CLP", "UYU", "DOP", "CUP", "USD", "CAD", "AUD", "NZD"])

_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_WEEKDAYS = {
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
}
_JOINTS: dict[str, dict[str, tuple[str, re.Pattern[str] | None, str]]] = {
    "es": {
        "and": ("y", re.compile(r"h?i(?![aeou])"), "e"),  # "e Inés", "e hijos", but "y hielo"
        "or": ("o", re.compile(r"h?o|8"), "u"),
    },
    "en": {"and": ("and", None, ""), "or": ("or", None, "")},
    "pt": {"and": ("e", None, ""), "or": ("ou", None, "")},
}


def money(value: object, language: str, country: str = "", currency: str = "") -> str:
    """`1200.5` as `$1,200.50` in Mexico, `1.200,50 €` in Spain; exact: decimals are never cut off.

    `currency`: a code such as `MXN`; without one the country's, without a country none.
    """
    amount = _decimal(value)
    if amount is None:
        return printed(value, language)
    home = currencies.OF_COUNTRY.get(country, "")
    known = currency if is_currency(currency) else home
    least = 0 if known in _WITHOUT_CENTS and amount == amount.to_integral_value() else 2
    digits = _grouped(abs(amount), language, country, known, least)
    minus = "-" if amount < 0 else ""
    if known == "EUR" and language != "en":
        return f"{minus}{digits} €"
    return f"{minus}{_sign(known, home)}{digits}"


def is_currency(code: str) -> bool:
    return re.fullmatch("[A-Z]{3}", code) is not None


def number(value: object, language: str, country: str = "") -> str:
    """`1234567.5` as `1,234,567.5`, or as it is written where the contact is."""
    amount = _decimal(value)
    if amount is None:
        return printed(value, language)
    return ("-" if amount < 0 else "") + _grouped(abs(amount), language, country, "", 0)


def day(value: object, language: str, country: str = "", form: str = "") -> str:
    """`2026-03-15` as is usual where the contact is; `form`: a mask (`dd/mm/yyyy`), or one of `FORMS`."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        when = date.fromisoformat(found[1]) if found else None
    except ValueError:
        when = None
    if when is None:
        return printed(value, language)
    if form not in FORMS:
        return written(when, form, Here(language, country))
    spoken = language if language in _MONTHS else "en"
    month = _MONTHS[spoken].split()[when.month - 1]
    weekday = _WEEKDAYS[spoken].split()[when.weekday()]
    if spoken == "en":
        return f"{month} {when.day}, {when.year}" if form == "long" else f"{weekday}, {month} {when.day}"
    return f"{when.day} de {month} de {when.year}" if form == "long" else f"{weekday} {when.day} de {month}"


def time(value: object, language: str) -> str:
    """`15:30` as `3:30 pm` in English, as `15:30` elsewhere."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return printed(value, language)
    hour, minute = int(found[1]), found[2]
    if language != "en":
        return f"{hour}:{minute}"
    return f"{hour % 12 or 12}:{minute} {'am' if hour < 12 else 'pm'}"


def listed(items: Sequence[str], language: str, joint: str = "and") -> str:
    """`a, b y c`, or with `joint` "or" `a, b o c`; Spanish says `Ana e Inés`, `siete u ocho`."""
    if len(items) < 2:
        return "".join(items)
    word, before, instead = _JOINTS.get(language, _JOINTS["en"])[joint]
    joint = instead if before is not None and before.match(unaccented(items[-1][:5])) else word
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value).strip()
    if len(text) > _LONGEST or not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _grouped(amount: Decimal, language: str, country: str, currency: str, least: int) -> str:
    """`amount` with its thousands in groups and all its decimals, `least` of them at least."""
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    comma = language == "en" or currencies.grouping(language, country, currency) != "."
    group, mark = (",", ".") if comma else (".", ",")
    return f"{int(whole):,}".replace(",", group) + (mark + decimals if decimals else "")


def _sign(currency: str, home: str) -> str:
    """What stands before the digits: the everyday sign at home, one that nobody mistakes for another elsewhere."""
    if not currency:
        return ""
    if currency == home:
        return _AT_HOME.get(currency) or ("$" if currency in _PESOS else f"{currency} ")
    return _ABROAD.get(currency) or f"{currency} "


def _as_it_is(value: object) -> str:
    return printed(value)
