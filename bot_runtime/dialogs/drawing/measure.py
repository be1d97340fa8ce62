"""How wide a text is before anybody drew it: a sans-serif of 12 px, a little generous, for fonts differ."""

import unicodedata
from functools import lru_cache

_NARROW = frozenset("iljtfrI.,:;'!|()[]{} ·-‹›¡`")
_WIDE = frozenset("mwMW@%—…")


@lru_cache(maxsize=4096)
def _char(char: str) -> float:
    if char in _NARROW:
        return 4.2
    if char in _WIDE:
        return 11.0
    if unicodedata.combining(char) or char in "\ufe0f\u200d":
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x1F000:
        return 15.0
    return 8.6 if char.isupper() else 7.2


def width(text: str, size: float = 12.0) -> float:
    """Pixels that `text` takes at `size`."""
    return sum(map(_char, text)) * size / 12


def wrapped(text: str, limit: float) -> list[str]:
    """`text` in lines of at most `limit` pixels, broken between words; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while width(word) > limit:
            cut = next(n for n in range(len(word), 0, -1) if width(word[:n]) <= limit or n == 1)
            lines += [line] if line else []
            lines.append(word[:cut])
            line, word = "", word[cut:]
        joined = f"{line} {word}" if line and word else line or word
        if line and width(joined) > limit:
            lines.append(line)
            joined = word
        line = joined
    return [*lines, line] if line else lines
