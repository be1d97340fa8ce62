"""The data a dialog needs, as lists, calls and contacts bring them: texts as shown, made into what they stand for.

What cannot be read as its kind stays as it came: a text still shows it, and a guard over it is false.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from bot_runtime.dialogs import formats, numerals, values
from bot_runtime.dialogs.model import Dialog, Need
from bot_runtime.dialogs.recognizers import currencies
from bot_runtime.dialogs.recognizers.amounts import read_amount
from bot_runtime.dialogs.recognizers.dates import read_date
from bot_runtime.dialogs.recognizers.identity import read_email
from bot_runtime.dialogs.recognizers.phones import read_phone
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.recognizers.times import read_time
from bot_runtime.dialogs.recognizers.yes_no import read_yes_no
from bot_runtime.dialogs.session import Value

_MINUS = "-−–"
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-9]{2})?")
_LONGEST = 1_000  # characters; a longer cell is a text, whatever it was declared as


def filled(dialog: Dialog, given: Mapping[str, Value], here: Here) -> dict[str, Value]:
    """What is given, each need as its kind, with the defaults of those that bring nothing.

    An amount that names its currency has it beside it (`monto_currency`), as an answer would.
    """
    found: dict[str, Value] = {
        name: value[: values.MAX_RESULT] if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
    for name, need in dialog.needs.items():
        if values.is_empty(found.get(name)):
            found[name] = need.default
        read = as_kind(need.kind, found[name], here)
        if isinstance(read, Fits):
            found[name] = read.value
            found |= {f"{name}_{ending}": beside for ending, beside in read.beside if f"{name}_{ending}" not in given}
    return found


def shown(
    dialog: Dialog, country: str, given: Mapping[str, Value], data: Mapping[str, Value], name: str, language: str
) -> str:
    """A datum as a template's parameter: as whoever gave it wrote it, else as is usual for its kind."""
    value = given.get(name)
    if isinstance(value, str) and value.strip():
        return value
    need = dialog.needs.get(name)
    known = data.get(name)
    match need.kind if need is not None else "":
        case "amount":
            return formats.money(known, language, country, str(data.get(f"{name}_currency") or ""))
        case "date":
            return formats.day(known, language, country)
        case "time":
            return formats.time(known, language)
        case _:
            return values.printed(known, language)


def as_kind(kind: str, value: Value, here: Here) -> Fits | Unfit:
    """`value` as a datum of `kind`; one that is empty or of no such kind is unfit."""
    reader = _READERS.get(kind)
    if reader is None or value is None or isinstance(value, list):
        return Unfit("empty")
    if isinstance(value, bool):
        return Fits(value) if kind == "yes_no" else Unfit("not_yes_no")
    if isinstance(value, int | float) and kind in ("number", "amount"):
        return _exact(kind, Decimal(values.printed(value)), here)
    text = values.printed(value).strip()
    if not text or len(text) > _LONGEST:
        return Unfit("too_long" if text else "empty")
    return reader(text, here)


def misfit(need: Need, value: object, here: Here) -> bool:
    """Whether a default or example is no datum of its need's kind."""
    if need.kind not in _READERS:
        return False
    return not isinstance(value, str | int | float) or isinstance(as_kind(need.kind, value, here), Unfit)


def _exact(kind: str, number: Decimal, here: Here) -> Fits:
    whole = number == number.to_integral_value()
    if kind == "number":
        return Fits(int(number)) if whole else Fits(float(number))  # type: ignore[arg-type]
    home = currencies.OF_COUNTRY.get(here.country, "")
    printed = str(int(number)) if whole else f"{number:.2f}" if number == round(number, 2) else f"{number:f}"
    return Fits(printed, (("currency", home),) if home else ())


def _number(text: str, here: Here) -> Fits | Unfit:
    """Whole or not, negative or not: a list knows what it says. `1.200` is 1200 where dots group thousands."""
    read = _amount(text, here)
    if isinstance(read, Unfit):
        if read.reason == "ambiguous":
            return read
        found = numerals.whole(text, here.language)
        return Unfit("not_a_number") if found is None else Fits(found)
    return _exact("number", Decimal(str(read.value)), here)


def _amount(text: str, here: Here) -> Fits | Unfit:
    """As an answer is read and stored, but a balance may also be nothing, or in the contact's favour."""
    owed = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else ""  # as accountants write what is below nothing
    minus = text[:1] in _MINUS or bool(owed)
    plain = (owed or text.lstrip(_MINUS)).strip() if minus else text
    read = read_amount(plain, here)
    if isinstance(read, Fits):
        return Fits(f"-{read.value}", read.beside) if minus else read
    if read.reason == "not_positive" and not any(digit in "123456789" for digit in plain):
        return _exact("amount", Decimal(0), here)
    if read.reason != "ambiguous" and _PLAIN.fullmatch(plain):
        return _exact("amount", Decimal(plain) * (-1 if minus else 1), here)
    return read


def _yes_no(text: str, here: Here) -> Fits | Unfit:
    """Lists also say 1 and 0 (D27)."""
    return Fits(text == "1") if text in ("0", "1") else read_yes_no(text, here)


def _time(text: str, here: Here) -> Fits | Unfit:
    """Lists say 9:00 of the morning, where a contact may mean either."""
    clock = _CLOCK.fullmatch(text)
    return Fits(f"{clock[1]:0>2}:{clock[2]}") if clock else read_time(text, here)


_READERS: dict[str, Callable[[str, Here], Fits | Unfit]] = {
    "number": _number,
    "yes_no": _yes_no,
    "amount": _amount,
    "date": lambda text, here: read_date(text.split("T")[0] if text[4:5] == "-" else text, here),
    "time": _time,
    "email": read_email,
    "phone": read_phone,
}
