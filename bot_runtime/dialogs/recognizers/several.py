"""Several choices in one answer: `1,3`, `1 y 3`, `pizza y refresco`, `todas` (F031)."""

import re
from collections.abc import Sequence

from bot_runtime.dialogs import menus
from bot_runtime.dialogs.recognizers.result import Fits, Unfit

_LONGEST = 500  # characters
_LISTED = re.compile(r"\s*[,;\n/+&]\s*(?:(?:y|e|and)\s+)?", re.IGNORECASE)
_JOINED = re.compile(r"\s+(?:y|e|and|tamb[ié]n|más|mas|plus)\s+", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9]{1,3}(?:[\s.]+[0-9]{1,3})+")
_BOTH = frozenset({"ambas", "ambos", "both", "both of them", "las dos", "los dos", "as duas", "os dois"})
_ALL = _BOTH | {"todas", "todos", "todo", "tudo", "all", "all of them", "todas ellas", "todas las opciones"}
_NONE = frozenset(
    {"ninguna", "ninguno", "ninguna de ellas", "none", "none of them", "none of these", "nenhum", "nenhuma"}
)


def read_several(
    names: Sequence[tuple[str, ...]],
    codes: Sequence[str],
    text: str,
    numbered: int,
    least: int = 1,
    most: int | None = None,
) -> Fits | Unfit:
    """The codes of all choices named, in the question's order; one that is unknown makes the whole answer unfit."""
    written = text.strip()
    if len(written) > _LONGEST:
        return Unfit("too_long")
    chosen = _chosen(names, written, numbered, least)
    if isinstance(chosen, Unfit):
        return chosen
    if len(chosen) < least:
        return Unfit("too_few")
    if len(chosen) > (len(codes) if most is None else most):
        return Unfit("too_many")
    return Fits([codes[index] for index in sorted(chosen)])


def _chosen(names: Sequence[tuple[str, ...]], written: str, numbered: int, least: int) -> set[int] | Unfit:
    whole = menus.fitting(names, written, numbered)
    if len(whole) == 1:
        return whole
    worded = menus.comparable(written)
    if worded in _BOTH and len(names) != 2:
        return Unfit("not_a_choice", named=written[:80])
    if worded in _ALL:
        return set(range(len(names)))
    if worded in _NONE:
        return set()
    chosen: set[int] = set()
    for part in _LISTED.split(written):
        for one in _apart(names, part, numbered):
            found = menus.fitting(names, one, numbered)
            if len(found) != 1:
                readings = tuple(names[each][0] for each in sorted(found))
                return Unfit("ambiguous" if found else "not_a_choice", readings, one.strip()[:80])
            chosen |= found
    return chosen or Unfit("not_a_choice")


def _apart(names: Sequence[tuple[str, ...]], part: str, numbered: int) -> list[str]:
    """`1 y 3` and `1 3` in their parts; a label with an "and" of its own stays whole."""
    if not part.strip(" .!") or menus.fitting(names, part, numbered):
        return [part] if part.strip(" .!") else []
    return [
        one
        for joined in _JOINED.split(part)
        for one in (re.findall(r"[0-9]+", joined) if _NUMBERS.fullmatch(joined.strip()) else [joined])
    ]
