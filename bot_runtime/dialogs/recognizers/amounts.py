"""Amounts of money: `$1,200.50`, `1.200,50`, `1200 pesos`, `mil doscientos`, `2 mil`, `5 dólares con 20 centavos`.

Stored as an exact decimal in text (`1200.50`), with the currency beside it. `1.200` is 1200 where dots group thousands;
where they mark decimals, or where nobody can tell, it is ambiguous. Ranges, guesses ("unos 500"), zero and negatives
fit nowhere.
"""

import re
from decimal import Decimal

from bot_runtime.dialogs import numerals
from bot_runtime.dialogs.recognizers import currencies
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit

_LARGEST = Decimal(10) ** 15
_NEGATIVE = re.compile(r"^[-−–]|^(?:menos|minus|negative) |[-−–]$|^\(.*[0-9].*\)$")
_BEFORE = re.compile(
    r"^(?:(?:son|serian|seria|pagare|pago|pagaria|puedo pagar|voy a pagar|abono|abonare|quiero pagar|i can pay|i'll pay"
    r"|i will pay|it's|sao|vou pagar|posso pagar|total|the|el|la|de|pay|monto|importe|exactly|exactamente|exatamente) "
    r"|(?:price|precio|preco|total|monto|valor): ?)+"
)
_AFTER = re.compile(r"(?: (?:exactos|exactly|exatos|en total|in total|no total|netos|por favor|please))+$")
_CENTS = re.compile(
    r"(?<=[a-z0-9]) ?(?:centavos?|centimos?|centesimos?|peniques?|cents?|cts?|(?<=[0-9])c|(?<=[0-9] )c|¢|pence|pennies"
    r"|penny|cvs)$"
)
_TWO_NUMBERS = re.compile(r"(?:veinte|diez) y ")  # "veinte y cinco centavos": 20.05 or 0.25
_JOINT = re.compile(r" (?:y|con|and|e|com) |, ?| ")
_SCALES = {
    **dict.fromkeys(("k", "mil", "thousand", "grand"), 1_000),
    **dict.fromkeys(("m", "mm", "millon", "millones", "million", "millions", "milhao", "milhoes"), 10**6),
    **dict.fromkeys(("mil millones", "mil millon", "billion", "billions", "bilhao", "bilhoes"), 10**9),
}
_SCALE = "|".join(sorted((scale for scale in _SCALES if len(scale) > 2), key=len, reverse=True))
_SCALED = re.compile(rf"([0-9][0-9., ']*?) ?(?:(k|mm?)|({_SCALE}))(?: de| of)?")
_COUNTED = re.compile(r"([0-9]{1,3}) mil ([0-9]{1,3})")
_HALVES = {"medio millon": 500_000, "half a million": 500_000, "meio milhao": 500_000}
_AND_A_HALF = re.compile(rf"(.+?) ({_SCALE}) (?:y medio|y media|e meio|and a half)")
_WRITTEN = re.compile(r"[0-9]+(?:[., ' ][0-9]+)*|[.,][0-9]{1,2}")
_MARKS = re.compile(r"[., ' ]")
_WORDED = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_AFTER_MARK = re.compile(r"^([a-z]{0,3}[$€£]|[a-z]{2,3})[:.] ?(?=[0-9])")  # US$:12.99, Rs. 20
_DASH_CENTS = re.compile(r"(?<=[0-9])[.,][-–—]{1,2}$")


def read_amount(
    text: str, here: Here, least: Decimal | None = None, most: Decimal | None = None, currency: str = ""
) -> Fits | Unfit:
    """The amount that all of `text` means; `currency`: the only one the question takes, and its default."""
    plain = _AFTER_MARK.sub(r"\1 ", _DASH_CENTS.sub("", numerals.cleaned(text))).rstrip(" /")
    if not plain:
        return Unfit("not_an_amount")
    if _NEGATIVE.search(plain) or text.strip()[:1] in "-−–(":
        return Unfit("not_positive" if any(map(str.isdigit, plain)) else "not_an_amount")
    found, said = _amount(_AFTER.sub("", _BEFORE.sub("", plain)), here, currency)
    if isinstance(found, Unfit):
        return found
    if currency and said and said != currency:
        return Unfit("other_currency")
    if found <= 0:
        return Unfit("not_positive")
    if found >= _LARGEST or (most is not None and found > most):
        return Unfit("too_large")
    if least is not None and found < least:
        return Unfit("too_small")
    known = said or currency or currencies.OF_COUNTRY.get(here.country, "")
    return Fits(_printed(found), (("currency", known),) if known else ())


def _printed(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount != amount.to_integral_value() else str(int(amount))


def _amount(plain: str, here: Here, default: str) -> tuple[Decimal | Unfit, str]:
    """The amount and the currency it names, if any."""
    plain, hundredths = _apart(plain, here)
    said, number = _without_currency(plain, here.country) if plain else ("", "0")
    if said is None or hundredths is None or not 0 <= hundredths < 100:
        return Unfit("not_an_amount"), ""
    units = _number(number, here, said or default)
    if isinstance(units, Unfit) or not hundredths:
        return units, said
    return (units + Decimal(hundredths) / 100 if units == units.to_integral_value() else Unfit("not_an_amount")), said


def _apart(plain: str, here: Here) -> tuple[str, int | None]:
    """`5 dolares con 20 centavos` as `5 dolares` and 20; the units name their currency, else all of it are cents."""
    ending = _CENTS.search(plain)
    if ending is None:
        return plain, 0
    body = plain[: ending.start()]
    for joint in _JOINT.finditer(body):
        units, cents = body[: joint.start()], numerals.whole(body[joint.end() :], here.language)
        if cents is not None and _without_currency(units, here.country)[1] not in ("", units):
            return units, cents
    return "", None if _TWO_NUMBERS.match(body) else numerals.whole(body, here.language)


_LOOSE = frozenset({"$", "pesos", "peso", "dolares", "dolar", "dollars", "dollar"})


def _without_currency(plain: str, country: str) -> tuple[str | None, str]:
    """The currency that marks at either end mean ("": none) and what is left; None if they contradict each other."""
    marks = []
    rest = plain.strip()
    for _ in range(2):
        if found := currencies.FRONT.match(rest):
            marks.append(found[0])
            rest = rest[found.end() :].strip()
    for _ in range(2):
        if (found := currencies.BACK.search(rest)) and found.start():
            marks.append(found[0])
            rest = rest[: found.start()].strip().removesuffix(" de")
    # `$100 USD`, `100 pesos MXN`: the exact one tells what the loose one means.
    exact = [mark for mark in marks if mark not in _LOOSE] or marks
    said = {currency for mark in exact if (currency := currencies.meant(mark, country))}
    return (said.pop() if said else "", rest) if len(said) < 2 and rest else (None, "")


def _number(plain: str, here: Here, currency: str) -> Decimal | Unfit:
    if plain in ("a", "an"):  # dollar
        return Decimal(1)
    if plain in _HALVES:
        return Decimal(_HALVES[plain])
    if (counted := _COUNTED.fullmatch(plain)) is not None:
        return Decimal(int(counted[1]) * 1000 + int(counted[2]))
    if (half := _AND_A_HALF.fullmatch(plain)) is not None:
        units = _number(half[1], here, currency)
        return (units + Decimal("0.5")) * _SCALES[half[2]] if isinstance(units, Decimal) else units
    if (scaled := _SCALED.fullmatch(plain)) is not None:
        return _scaled(scaled[1].strip(), scaled[2] or scaled[3], here, currency)
    if _WRITTEN.fullmatch(plain):
        return _in_digits(plain, currencies.grouping(here.language, here.country, currency))
    if _WORDED.fullmatch(plain):
        found = numerals.whole(plain, here.language)
        return Decimal(found) if found is not None else Unfit("not_an_amount")
    return Unfit("not_an_amount")


def _scaled(digits: str, scale: str, here: Here, currency: str) -> Decimal | Unfit:
    """`1.5k`, `2 mil`, `1,5 millones`: before a scale three decimals are decimals nowhere."""
    if not _WRITTEN.fullmatch(digits):
        return Unfit("not_an_amount")
    marks = _MARKS.findall(digits)
    if len(marks) == 1 and marks[0] in ".," and len(digits) - digits.index(marks[0]) - 1 != 3:
        number = Decimal(digits.replace(",", "."))
    else:
        read = _in_digits(digits, currencies.grouping(here.language, here.country, currency))
        if isinstance(read, Unfit):
            return read
        number = read
    return number * _SCALES[scale]


def _in_digits(written: str, grouping: str) -> Decimal | Unfit:
    """Decimal mark and groups by what the digits allow; by the place's habit where both would do."""
    if len(written) > 40:
        return Unfit("too_large")
    marks = _MARKS.findall(written)
    if not marks:
        return Decimal(written)
    parts = _MARKS.split(written)
    if marks[0] == "'" and set(marks[1:]) <= {".", ","} and {len(part) for part in parts[1:]} == {3}:
        return _grouped(parts, ["'"] * len(marks), "")  # 1'200.000, as millions are written in Colombia
    last = marks[-1]
    if not parts[0]:
        return Decimal(written.replace(",", "."))  # .50
    if len(marks) > 1 and last not in marks[:-1] and last in ".,":  # 1,200.50
        return _grouped(parts[:-1], marks[:-1], parts[-1])
    if len(marks) > 1 or last in " ' ":
        return _grouped(parts, marks, "")
    if len(parts[1]) <= 2:  # 1200.5, 12,50
        return _grouped(parts[:1], [], parts[1])
    if len(parts[1]) != 3:
        return Unfit("too_precise")
    if parts[0].startswith("0") or len(parts[0]) > 3:  # 0.500, 1234.567: no group of thousands
        return Unfit("too_precise")
    if last == grouping:
        return Decimal("".join(parts))
    whole, decimal = "".join(parts), f"{parts[0]}.{parts[1]}"
    return Unfit("ambiguous", (whole, decimal))


def _grouped(parts: list[str], marks: list[str], decimals: str) -> Decimal | Unfit:
    in_order = len(parts) == 1 or (
        1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]) and len(set(marks)) == 1
    )
    if not in_order:
        return Unfit("not_an_amount")
    if len(decimals) > 2:
        return Unfit("too_precise")
    return Decimal(f"{''.join(parts)}.{decimals or 0}")
