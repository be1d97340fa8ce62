"""Phone numbers as the simulated networks see them.

Written apart from `channels/addresses.py` on purpose: a test double that shared its code would share its mistakes.
"""

import re
from collections.abc import Iterator
from itertools import count

COUNTRIES = {"52": "MX", "54": "AR", "55": "BR", "57": "CO", "34": "ES", "1": "US"}


def digits(address: str) -> str:
    return re.sub(r"\D", "", address)


def line(address: str) -> str:
    """One spelling for the spellings of one line: Mexico's 521, Argentina's 549, Brazil's ninth digit."""
    number = digits(address)
    if number.startswith("521") and len(number) == 13:
        return "52" + number[3:]
    if number.startswith("549") and len(number) == 13:
        return "54" + number[3:]
    if number.startswith("55") and len(number) == 13 and number[4] == "9":
        return number[:4] + number[5:]
    return number


def same_line(one: str, other: str) -> bool:
    return bool(digits(one)) and line(one) == line(other)


def wa_id(number: str) -> str:
    """The id WhatsApp gives a number: Mexican mobiles keep the old 1 after the country code."""
    plain = digits(number)
    return "521" + plain[2:] if plain.startswith("52") and len(plain) == 12 else plain


def user_id_of(number: str) -> str:
    """A business-scoped user id, always the same for one number."""
    plain = line(number)
    country = next((iso for code, iso in COUNTRIES.items() if plain.startswith(code)), "US")
    return f"{country}.{int(plain or 0) * 7919 % 10**20:020d}"


def made_up_numbers() -> Iterator[str]:
    """Mexican-looking numbers without end, each another."""
    return (f"+525555{suffix:06d}" for suffix in count(1000))
