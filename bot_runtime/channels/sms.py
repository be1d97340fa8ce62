"""What a text costs as SMS: its encoding, units and joined parts (3GPP 23.038 and 23.040).

One character outside the GSM alphabet ("í", "ã", an emoji) turns the whole message into UCS-2, with 70 units a part
instead of 160. A character that takes two units is never split over two parts.
"""

import unicodedata
from typing import Any, Final, Literal, NamedTuple

# The default alphabet by code, 0x00 to 0x7F; 0x1B, the escape, is no character.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")  # an escape and a code: two units
_GSM: Final = _BASIC | _EXTENSION

BUDGET: Final = 149
"""Characters an author may use by default (D10): advice on what was written, apart from units and parts."""
MAX_PARTS: Final = 10
"""More are refused (F017)."""

_SINGLE: Final = {"GSM-7": 160, "UCS-2": 70}
_JOINED: Final = {"GSM-7": 153, "UCS-2": 67}  # each part carries a header of six octets


class Count(NamedTuple):
    """`characters` are Unicode code points after NFC; `parts` holds the units of each."""

    encoding: Literal["GSM-7", "UCS-2"]
    characters: int
    units: int
    parts: tuple[int, ...]


def count(text: str) -> Count:
    """What `text` costs, after NFC: a decomposed "á" would cost double. An empty text has no parts."""
    text = unicodedata.normalize("NFC", text)
    encoding: Literal["GSM-7", "UCS-2"]
    if _GSM.issuperset(text):
        encoding = "GSM-7"
        costs = [2 if character in _EXTENSION else 1 for character in text]
    else:
        encoding = "UCS-2"
        costs = [2 if character > "\uffff" else 1 for character in text]
    units = sum(costs)
    if units <= _SINGLE[encoding]:
        return Count(encoding, len(text), units, (units,) if units else ())
    parts: list[int] = []
    room = 0
    for cost in costs:
        if cost > room:
            parts.append(0)
            room = _JOINED[encoding]
        parts[-1] += cost
        room -= cost
    return Count(encoding, len(text), units, tuple(parts))


def refusal(counted: Count) -> str:
    """Why such a text is never sent: `empty` or `too_many_parts` (F017); empty when it is."""
    return "" if 1 <= len(counted.parts) <= MAX_PARTS else "too_many_parts" if counted.parts else "empty"


def figures(text: str, budget: int = BUDGET) -> dict[str, Any]:
    """All that authors are told of a text, the same wherever they ask (F015)."""
    counted = count(text)
    over = counted.characters > budget
    facts = {**counted._asdict(), "budget": budget, "over_budget": over, "foreign": foreign(text)}
    return facts | {"refused": refusal(counted) or None}


def foreign(text: str) -> tuple[str, ...]:
    """The characters outside the GSM alphabet, each once, in order: what makes a text UCS-2."""
    return tuple(dict.fromkeys(character for character in unicodedata.normalize("NFC", text) if character not in _GSM))
