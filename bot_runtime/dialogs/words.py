"""How a message is compared with words we know, and the words by which a contact leaves or comes back.

Sources of the opt-out lists: decisions D82 and D92; the carriers' and providers' own lists are in `docs/channels.md`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")

OUT_ALWAYS = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "opt out", "optout", "opt-out"}
    | {"baja", "parar"}  # Spanish
    | {"sair", "descadastrar"}  # Portuguese
)
"""Words that always opt out, before any dialog: no menu can use one as a label."""

OUT_UNLESS_TAKEN = frozenset(
    {"cancelar", "salir", "para", "alto", "detener", "remover", "darme de baja", "no molestar"}
)
"""Words that opt out, unless a question is waiting that takes them as its answer ("¿cancelar o mover tu cita?")."""

IN = frozenset({"start", "unstop", "alta", "iniciar"})
IN_UNLESS_TAKEN = frozenset({"si", "yes", "sim"})

_LONGEST = 64  # characters; no such word comes near it, so longer messages cost nothing


def unaccented(text: str) -> str:
    """`text` without case and accents; ñ becomes n, as on a keyboard that lacks it."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()  # in this order: 𝗦𝗧𝗢𝗣 has no case until it is STOP
    return "".join([char for char in decomposed if not unicodedata.combining(char)])


def fold(text: str) -> str:
    """`text` as we compare it: no case, accents, outer punctuation or emoji, and single spaces inside."""
    if _PLAIN.fullmatch(text):
        return text
    plain = unaccented(text)
    start, end = 0, len(plain)
    while start < end and not plain[start].isalnum():
        start += 1
    while end > start and not plain[end - 1].isalnum():
        end -= 1
    return " ".join(plain[start:end].split())


@lru_cache(maxsize=8192)
def folded(known: str) -> str:
    """`fold` for words of a dialog, which come back with every message. Never for what contacts write."""
    return fold(known)


def consent(text: str, opted_out: bool, taken: bool) -> Literal["out", "in"] | None:
    """Whether the whole of `text` asks to leave ("out") or to come back ("in"); None for anything else.

    `taken`: a question is waiting and `text` is an answer to it. Only who opted out can opt in: from anyone else
    "start" and "alta" are ordinary words.
    """
    if len(text) > _LONGEST and len(text := text.strip()) > _LONGEST:
        return None
    word = fold(text)
    if word in OUT_ALWAYS or (not taken and word in OUT_UNLESS_TAKEN):
        return "out"
    if opted_out and (word in IN or (not taken and word in IN_UNLESS_TAKEN)):
        return "in"
    return None
