"""Advice on what a campaign is called; never a refusal (F118)."""

import re
from typing import Final

from bot_runtime.campaigns.columns import same_name
from bot_runtime.campaigns.problems import said

_LETTERS: Final = 8  # fewer say a topic or an aim, not both
_SAY_NOTHING: Final = re.compile(
    r"test|testing|pruebas?|demo|ensayo|campana|campaign|nuev[ao]|new|copia|copy|de|del|la|el|of|the"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)


def advice(name: str, language: str) -> str:
    """What to say of a name that tells no topic and aim; empty for one that does."""
    return said("vague_name", language) if is_vague(name) else ""


def is_vague(name: str) -> bool:
    """Too short, only a date, or "test"."""
    words = re.findall(r"[^\W\d_]+", same_name(name))
    return sum(len(word) for word in words if not _SAY_NOTHING.fullmatch(word)) < _LETTERS
