"""One contact, one canonical address, however a provider or a person spells it (D21, D22).

A canonical address is `tel:+<digits>` or `wa-id:<CC>.<id>`; it identifies. The provider's own spelling is kept beside
it for sending. Only mobile numbers are folded, and only where one number has two spellings:

- Mexico: `+52 1` + 10 digits is `+52` + 10 digits;
- Argentina: `+54 9` + area + number and `+54` + area + `15` + number are `+54` + area + number;
- Brazil: a mobile of eight digits (it begins with 6 to 9) gets its ninth digit, `9`.
"""

import re
from typing import Final

from bot_runtime.channels.base import Address
from bot_runtime.errors import BotRuntimeError

# Two letters, a dot, up to 128 alphanumerics; `CC.ENT.…` for enrolled portfolios.
_USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_FOLDED: Final = {"MX": "52", "AR": "54", "BR": "55"}  # countries with two spellings of a mobile
_TYPED: Final = re.compile(r"\+?[0-9][0-9 .()\-\u00a0\u202f\u2009]*", re.ASCII)


class NotAPhone(BotRuntimeError):
    """What was typed is not a possible phone number; `why`: `empty`, `characters`, `country`, `length`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"not a phone number: {why}")
        self.why = why


def canonical_phone(digits: str) -> str:
    """`tel:+…` of an international number in digits, without `+`."""
    country = digits[:2]
    if country == "52":
        if len(digits) == 13 and digits[2] == "1":
            return f"tel:+52{digits[3:]}"
    elif country == "54":
        if len(digits) == 13 and digits[2] == "9":
            return f"tel:+54{digits[3:]}"
        if len(digits) == 14:
            return f"tel:+54{_without_fifteen(digits[2:])}"
    elif country == "55" and len(digits) == 12 and digits[4] in "6789":
        return f"tel:+55{digits[2:4]}9{digits[4:]}"
    return f"tel:+{digits}"


def from_provider(spelling: str) -> Address | None:
    """The address behind a provider's spelling: digits, `+digits`, `whatsapp:…`, a WhatsApp user id; else None."""
    bare = spelling.strip().removeprefix("whatsapp:")
    digits = bare.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        if 7 <= len(digits) <= 17:
            return Address(canonical_phone(digits), spelling)
        if 3 <= len(digits) < 7:  # a short code
            return Address(f"tel:{digits}", spelling)
        return None
    if _USER_ID.fullmatch(bare):
        return Address(f"wa-id:{bare}", spelling)
    return None


def from_text(text: str, country: str = "") -> Address:
    """The address a person typed (D21); `country` (ISO, two letters) is assumed when there is no country code.

    Raises:
        NotAPhone: letters, two numbers, or not a possible number of its country.
    """
    import phonenumbers  # 20 ms to import, and only lists and forms need it

    typed = text.strip()
    if not typed:
        raise NotAPhone("empty")
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    if not _TYPED.fullmatch(typed.replace("(", "", 1) if typed.startswith("(") else typed):
        raise NotAPhone("characters")
    digits = re.sub(r"[^0-9]", "", typed)
    # Without `+` these are longer than any number of their own country, so they cannot be meant nationally.
    abroad = typed.startswith("+") or (len(digits) >= 12 and digits[:2] == _FOLDED.get(country.upper()))
    if abroad and canonical_phone(digits) != f"tel:+{digits}":
        # A spelling D22 knows: phonenumbers' plans drop the old ones (521, a mobile without its ninth digit).
        return Address(canonical_phone(digits), f"+{digits}")
    try:
        number = phonenumbers.parse(typed, country.upper() or None)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone("country" if error.error_type == error.INVALID_COUNTRY_CODE else "length") from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone("length")
    spelling = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if not 7 <= len(spelling) - 1 <= 15:
        raise NotAPhone("length")
    return Address(canonical_phone(spelling[1:]), spelling)


def to_dial(spelling: str) -> str:
    """What a provider dials: `+digits`, or the bare WhatsApp user id."""
    bare = spelling.strip().removeprefix("whatsapp:").removeprefix("tel:").removeprefix("wa-id:")
    if bare[:1].isdigit():
        return f"+{bare}" if len(bare) >= 7 else bare
    return bare


def is_user_id(dialled: str) -> bool:
    return _USER_ID.fullmatch(dialled) is not None


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
