"""How a message is compared with words we know: without case, accents or what surrounds it."""

import re
import unicodedata

_OUTER = re.compile(r"^[\W_]+|[\W_]+$")
_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")


def unaccented(text: str) -> str:
    """`text` without case and accents; ñ becomes n, as on a keyboard that lacks it."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """`text` as we compare it: no case, accents, outer punctuation or emoji, and single spaces inside."""
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(_OUTER.sub("", unaccented(text)).split())
