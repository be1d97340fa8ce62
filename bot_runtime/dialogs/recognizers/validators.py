"""Answers judged by a validator with a name (F048): some come with us, others an operator installs.

A package registers one as an entry point of the group `bot_runtime.validators`: a function that takes the contact's
text and gives the value to store, or None if it does not fit (a `ValueError` means the same). It should be quick:
nobody stops it.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import entry_points

from bot_runtime.dialogs.recognizers.result import Fits, Unfit

GROUP = "bot_runtime.validators"
LONGEST = 1_000  # characters of an answer
Validator = Callable[[str], str | int | bool | None]

_APART = re.compile(r"[\s.\-/]+")
_CURP = re.compile(
    r"[A-Z][AEIOUX][A-Z]{2}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[HMX](?:AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR"
    r"|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE)[B-DF-HJ-NP-TV-ZÑ]{3}[0-9A-Z][0-9]"
)
_CURP_LETTERS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def _joined(text: str) -> str:
    return _APART.sub("", text).upper()


def curp(text: str) -> str | None:
    """Mexico's key of a person, with its check digit."""
    written = _joined(text)
    if not _CURP.fullmatch(written):
        return None
    total = sum(_CURP_LETTERS.index(char) * (18 - at) for at, char in enumerate(written[:17]))
    return written if int(written[17]) == -total % 10 else None


def rfc(text: str) -> str | None:
    """Mexico's key of a taxpayer: its form alone, for real ones have check characters that do not add up."""
    written = _joined(text)
    return written if _RFC.fullmatch(written) else None


def clabe(text: str) -> str | None:
    """A Mexican bank account."""
    written = _joined(text)
    if not re.fullmatch(r"[0-9]{18}", written):
        return None
    total = sum(int(digit) * weight % 10 for digit, weight in zip(written[:17], (3, 7, 1) * 6, strict=False))
    return written if int(written[17]) == -total % 10 else None


def cpf(text: str) -> str | None:
    """Brazil's number of a taxpayer."""
    written = _joined(text)
    if not re.fullmatch(r"[0-9]{11}", written) or len(set(written)) == 1:
        return None
    for length in (9, 10):
        total = sum(int(digit) * (length + 1 - at) for at, digit in enumerate(written[:length]))
        if int(written[length]) != total * 10 % 11 % 10:
            return None
    return written


def nif(text: str) -> str | None:
    """A Spanish DNI or NIE, with its letter."""
    written = _joined(text)
    found = re.fullmatch(r"([XYZ][0-9]{7}|[0-9]{8})([A-Z])", written)
    if found is None:
        return None
    number = int(found[1].translate(str.maketrans("XYZ", "012")))
    return written if _NIF_LETTERS[number % 23] == found[2] else None


def iban(text: str) -> str | None:
    """A bank account with its check digits, in any country."""
    written = _joined(text)
    if not _IBAN.fullmatch(written):
        return None
    digits = "".join(str(int(char, 36)) for char in written[4:] + written[:4])
    return written if int(digits) % 97 == 1 else None


def luhn(text: str) -> str | None:
    """A number whose last digit checks the others, as those of cards, SIMs and many memberships do."""
    written = _joined(text)
    if not re.fullmatch(r"[0-9]{6,32}", written):
        return None
    doubled = (sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(reversed(written)))
    return written if sum(doubled) % 10 == 0 else None


BUILT_IN: Mapping[str, Validator] = {each.__name__: each for each in (curp, rfc, clabe, cpf, nif, iban, luhn)}


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every validator there is; an installed one may stand in for one of ours."""
    return tuple(dict.fromkeys([*BUILT_IN, *(point.name for point in entry_points(group=GROUP))]))


@lru_cache(maxsize=256)
def named(name: str) -> Validator | None:
    """The validator of this name, loaded; None: there is none, or its package cannot be loaded."""
    for point in entry_points(group=GROUP, name=name):
        try:
            loaded = point.load()
        except Exception:
            return None
        return loaded if callable(loaded) else None
    return BUILT_IN.get(name)


def read_validated(text: str, name: str) -> Fits | Unfit:
    """What the validator makes of the whole answer. One that fails or gives anything else fits nothing."""
    written = text.strip()
    validator = named(name)
    if len(written) > LONGEST:
        return Unfit("too_long")
    if validator is None:
        return Unfit("no_match")
    try:
        value = validator(written)
    except Exception:
        return Unfit("no_match")
    return Fits(value) if isinstance(value, str | int | bool) else Unfit("no_match")
