"""Phone numbers as people type them, as one canonical spelling (D21, D22).

Only mobile numbers are folded, and only where one number has two spellings:

- Mexico: `+52 1` + 10 digits is `+52` + 10 digits;
- Argentina: `+54 9` + area + number and `+54` + area + `15` + number are `+54` + area + number;
- Brazil: a mobile of eight digits (it begins with 6 to 9) gets its ninth digit, `9`.
"""

import re
from typing import Final, NamedTuple

from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.errors import BotRuntimeError

_FOLDED: Final = {"MX": "52", "AR": "54", "BR": "55"}  # countries with two spellings of a mobile
_TYPED: Final = re.compile(r"\+?[0-9][0-9 .()\-\u00a0\u202f\u2009]*", re.ASCII)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # phones copied from a contact card
_AROUND: Final = re.compile(
    r"^(?:(?:mi|el|my|meu|o|es|is) )*"
    r"(?:(?:n[uú]mero|number|tel[eé]fono|telefone|phone|celular|cel|tel|whatsapp)\b[:. ]*)?(?:(?:es|is|[eé]) )?",
    re.IGNORECASE,
)
_REASONS: Final = {
    "empty": "empty",
    "characters": "not_a_phone",
    "country": "country_unknown",
    "length": "impossible_phone",
}
_LONGEST: Final = 100


class NotAPhone(BotRuntimeError):
    """What was typed is not a possible phone number; `why`: `empty`, `characters`, `country`, `length`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"not a phone number: {why}")
        self.why = why


class Phone(NamedTuple):
    """`canonical` identifies, `spelling` is dialled; both begin with `+`."""

    canonical: str
    spelling: str


def read_phone(text: str, here: Here) -> Fits | Unfit:
    """The number that all of `text` is, in international form."""
    if len(text) > _LONGEST:
        return Unfit("not_a_phone")
    typed = _AROUND.sub("", _INVISIBLE.sub("", text).strip(), count=1).rstrip(".")
    try:
        return Fits(typed_phone(typed, here.country).canonical)
    except NotAPhone as error:
        return Unfit(_REASONS[error.why])


def typed_phone(text: str, country: str = "") -> Phone:
    """The number a person typed (D21); `country` (ISO, two letters) is assumed when there is no country code.

    Raises:
        NotAPhone: letters, two numbers, or not a possible number of its country.
    """
    import phonenumbers  # 20 ms to import, and only lists and forms need it

    typed = text.strip()
    if not typed:
        raise NotAPhone("empty")
    if typed.startswith("00"):
        typed = f"+{typed[2:].lstrip()}"
    if not _TYPED.fullmatch(typed.replace("(", "", 1) if typed.startswith("(") else typed):
        raise NotAPhone("characters")
    digits = re.sub(r"[^0-9]", "", typed)
    # Without `+` these are longer than any number of their own country, so they cannot be meant nationally.
    abroad = typed.startswith("+") or (len(digits) >= 12 and digits[:2] == _FOLDED.get(country.upper()))
    if abroad and canonical_digits(digits) != digits:
        # A spelling D22 knows: phonenumbers' plans drop the old ones (521, a mobile without its ninth digit).
        return Phone(f"+{canonical_digits(digits)}", f"+{digits}")
    try:
        number = phonenumbers.parse(typed, country.upper() or None)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone("country" if error.error_type == error.INVALID_COUNTRY_CODE else "length") from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone("length")
    spelling = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if not 7 <= len(spelling) - 1 <= 15:
        raise NotAPhone("length")
    return Phone(f"+{canonical_digits(spelling[1:])}", spelling)


def canonical_digits(digits: str) -> str:
    """The one spelling of an international number in digits, without `+`."""
    country = digits[:2]
    if country == "52":
        if len(digits) == 13 and digits[2] == "1":
            return f"52{digits[3:]}"
    elif country == "54":
        if len(digits) == 13 and digits[2] == "9":
            return f"54{digits[3:]}"
        if len(digits) == 14:
            return f"54{_without_fifteen(digits[2:])}"
    elif country == "55" and len(digits) == 12 and digits[4] in "6789":
        return f"55{digits[2:4]}9{digits[4:]}"
    return digits


def _without_fifteen(national: str) -> str:
    """An Argentine national number of 12 digits without the `15` between area and number; unchanged when none fits.

    Areas have two to four digits, so `15` can stand in more than one place: then the numbering plan decides.
    """
    places = [area for area in (2, 3, 4) if national[area : area + 2] == "15"]
    if len(places) > 1:
        places = [area for area in places if _area_length(f"9{national[:area]}{national[area + 2 :]}") == area]
    return national[: places[0]] + national[places[0] + 2 :] if places else national


def _area_length(mobile: str) -> int:
    import phonenumbers

    number = phonenumbers.PhoneNumber(country_code=54, national_number=int(mobile))
    return int(phonenumbers.length_of_national_destination_code(number)) - 1  # the 9 is counted as part of it
