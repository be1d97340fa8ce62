"""One contact, one canonical address, however a provider or a person spells it (D21, D22).

A canonical address is `tel:+<digits>` or `wa-id:<CC>.<id>`; it identifies. The provider's own spelling is kept beside
it for sending. Which spellings are one number is decided where people's are read (`dialogs/recognizers/phones.py`).
"""

import re
from typing import Final

from bot_runtime.channels.base import Address
from bot_runtime.dialogs.recognizers.phones import NotAPhone, canonical_digits, typed_phone

__all__ = ["NotAPhone", "canonical_phone", "from_provider", "from_text", "is_user_id", "to_dial"]

# Two letters, a dot, up to 128 alphanumerics; `CC.ENT.…` for enrolled portfolios.
_USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def canonical_phone(digits: str) -> str:
    """`tel:+…` of an international number in digits, without `+`."""
    return f"tel:+{canonical_digits(digits)}"


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
    phone = typed_phone(text, country)
    return Address(f"tel:{phone.canonical}", phone.spelling)


def to_dial(spelling: str) -> str:
    """What a provider dials: `+digits`, or the bare WhatsApp user id."""
    bare = spelling.strip().removeprefix("whatsapp:").removeprefix("tel:").removeprefix("wa-id:")
    if bare[:1].isdigit():
        return f"+{bare}" if len(bare) >= 7 else bare
    return bare


def is_user_id(dialled: str) -> bool:
    return _USER_ID.fullmatch(dialled) is not None
