"""Reading a contact's answer to a question, one reader a kind (`docs/architecture.md`, "Answer types")."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot_runtime.dialogs import menus, numerals
from bot_runtime.dialogs.model import Answer, Option
from bot_runtime.dialogs.texts import say

MAX_TEXT = 1_000  # characters, unless the question says otherwise (F039)

KINDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"max"}),
    "number": frozenset({"min", "max"}),
    "rating": frozenset({"min", "max"}),
    "yes_no": frozenset(),
    "choice": frozenset({"choices"}),
}
"""Every kind with the limits it takes."""


@dataclass(frozen=True, slots=True)
class Fits:
    """The answer, as it is stored."""

    value: str | int | bool


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why not: `empty`, `too_long`, `not_a_number`, `not_whole`, `too_small`, `too_large`, `not_yes_no`,
    `not_a_choice`.
    """

    reason: str


def read(answer: Answer, text: str, language: str) -> Fits | Unfit:
    """What `text` means as an answer of this kind in a dialog of `language`."""
    if not text.strip():
        return Unfit("empty")
    return _READERS[answer.kind](answer.limits, text, language)


def hint(answer: Answer, language: str) -> str:
    """What is expected, as a sentence to the contact: "Responde con un número del 1 al 5."."""
    limits = answer.limits
    match answer.kind:
        case "text":
            return say(language, "hint_text", max=limits.get("max", MAX_TEXT))
        case "rating":
            least, most = _scale(limits)
            return say(language, "hint_rating", min=least, max=most)
        case "number" if "min" in limits and "max" in limits:
            return say(language, "hint_number_between", min=limits["min"], max=limits["max"])
        case "number" if "min" in limits:
            return say(language, "hint_number_from", min=limits["min"])
        case "number" if "max" in limits:
            return say(language, "hint_number_to", max=limits["max"])
        case "choice":
            return say(language, "hint_choice", choices=_listed(limits, language))
        case kind:
            return say(language, f"hint_{kind}")


def _read_text(limits: Mapping[str, Any], text: str, language: str) -> Fits | Unfit:
    """Kept exactly as written."""
    return Fits(text) if len(text) <= limits.get("max", MAX_TEXT) else Unfit("too_long")


def _read_number(limits: Mapping[str, Any], text: str, language: str) -> Fits | Unfit:
    number = numerals.whole(text, language)
    if number is None:
        return Unfit("not_whole" if numerals.is_decimal(text) else "not_a_number")
    return _within(number, limits.get("min", 0), limits.get("max", numerals.LARGEST))


def _within(number: int, least: int, most: int) -> Fits | Unfit:
    if number < least:
        return Unfit("too_small")
    return Fits(number) if number <= min(most, numerals.LARGEST) else Unfit("too_large")


_STARS = "⭐🌟★✭✮✯"
_HOLLOW_STARS = "☆✩"
_WITHOUT_STARS = str.maketrans("", "", _STARS + _HOLLOW_STARS + "\ufe0f")
_OUT_OF = re.compile(r"(.+?) ?(?:/|\b(?:out of|of|de|sobre)\b) ?(.+)")
_COUNTED = re.compile(r"(?:(?:un|una|el|a) )?(.+?)(?: (?:estrellas?|stars?|puntos?|points?))?")


def _read_rating(limits: Mapping[str, Any], text: str, language: str) -> Fits | Unfit:
    """`4`, `cuatro`, `un 4`, `4/5`, `4 de 5`, `4 estrellas`, ⭐⭐⭐⭐, ★★★★☆; no decimals, no `4/10` for 1 to 5."""
    least, most = _scale(limits)
    stars = sum(map(text.count, _STARS))
    worded = numerals.cleaned(text.translate(_WITHOUT_STARS) if stars else text)
    if not worded:
        return _within(stars, least, most) if stars else Unfit("not_a_number")
    if numerals.is_decimal(worded):
        return Unfit("not_whole")
    if scaled := _OUT_OF.fullmatch(worded):
        if numerals.whole(_counted(scaled[2]), language) != most:
            return Unfit("not_a_number")
        worded = scaled[1]
    number = numerals.whole(_counted(worded), language)
    if number is None or (stars > 1 and stars != number):
        return Unfit("not_a_number")
    return _within(number, least, most)


def _counted(worded: str) -> str:
    """The number in "un 4" or "4 estrellas"; "un" alone is itself a number."""
    found = _COUNTED.fullmatch(worded)
    return found[1] if found else worded


def _scale(limits: Mapping[str, Any]) -> tuple[int, int]:
    return limits.get("min", 1), limits.get("max", 5)


_YES_ALONE = {"s", "y", "1", "uno", "one"}  # "y" is "and" beside other words
_NO_ALONE = {"n", "2", "dos", "two"}
_YES_WORDS = frozenset(
    {"si", "sip", "sipi", "claro", "dale", "vale", "va", "bueno", "sale", "correcto", "exacto", "obvio", "listo", "oki"}
    | {"yes", "yep", "yeah", "yup", "sure", "ok", "okay", "okey", "correct", "right", "absolutely", "definitely", "sim"}
)
_NO_WORDS = frozenset({"no", "nop", "nope", "nah", "nunca", "jamas", "never", "nao", "negativo"})
_POLITE_WORDS = frozenset({"gracias", "please", "thanks", "porfa", "porfavor"})
_PHRASES = {
    "claro que no": "no",
    "por supuesto que no": "no",
    "para nada": "no",
    "not really": "no",
    "of course not": "no",
    "no thank you": "no",
    "claro que si": "si",
    "por supuesto que si": "si",
    "por supuesto": "si",
    "desde luego": "si",
    "de acuerdo": "si",
    "asi es": "si",
    "esta bien": "si",
    "of course": "si",
    "por favor": "gracias",
    "muchas gracias": "gracias",
    "thank you": "gracias",
}
_PHRASE = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b")
_DRAWN_OUT = re.compile(r"\b(s|n|)(i|o)\2+\b")  # siii, nooo
_YES_EMOJI = "👍👌✅✔☑🆗"
_NO_EMOJI = "👎❌🚫🙅"


def _read_yes_no(limits: Mapping[str, Any], text: str, language: str) -> Fits | Unfit:
    """The whole answer must say the same: "sí, claro 👍" is yes; "sí pero no" is neither."""
    verdicts = {True} if any(map(text.count, _YES_EMOJI)) else set()
    if any(map(text.count, _NO_EMOJI)):
        verdicts.add(False)
    worded = menus.comparable(text.replace("\ufe0f", "").replace("\u20e3", "")) if len(text) <= 100 else "?"
    if worded in _YES_ALONE or worded in _NO_ALONE:
        verdicts.add(worded in _YES_ALONE)
    else:
        worded = _PHRASE.sub(lambda found: _PHRASES[found[0]], _DRAWN_OUT.sub(r"\1\2", worded))
        for word in set(worded.split()) - _POLITE_WORDS:
            if word not in _YES_WORDS and word not in _NO_WORDS:
                return Unfit("not_yes_no")
            verdicts.add(word in _YES_WORDS)
    return Fits(verdicts.pop()) if len(verdicts) == 1 else Unfit("not_yes_no")


def _read_choice(limits: Mapping[str, Any], text: str, language: str) -> Fits | Unfit:
    """The code of the choice named by its label or a synonym, or by its number where no choice is itself a number."""
    choices = _choices(limits)
    names = [(choice.label.render({}, language), *choice.synonyms) for choice in choices]
    are_numbers = any(numerals.whole(name, language) is not None for called in names for name in called)
    chosen = menus.find(names, text, numbered=0 if are_numbers else len(names))
    return Unfit("not_a_choice") if chosen is None else Fits(choices[chosen].code)


def _choices(limits: Mapping[str, Any]) -> Sequence[Option]:
    """What the question takes, in the shape of a menu's options."""
    choices: Sequence[Option] = limits["choices"]
    return choices


def _listed(limits: Mapping[str, Any], language: str) -> str:
    """`A, B o C`."""
    labels = [choice.label.render({}, language) for choice in _choices(limits)]
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} {say(language, 'or')} {labels[-1]}"


_READERS: dict[str, Callable[[Mapping[str, Any], str, str], Fits | Unfit]] = {
    "text": _read_text,
    "number": _read_number,
    "rating": _read_rating,
    "yes_no": _read_yes_no,
    "choice": _read_choice,
}
