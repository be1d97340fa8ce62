"""Numbers from 0 to 59 in words, as dates and times use them; `numerals` reads the larger ones."""

import re
from functools import cache

_UNITS = {
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis "
    "veintisiete veintiocho veintinueve",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "pt": "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove",
}
_TENS = {
    "es": ("treinta cuarenta cincuenta", 30, " y ", "uno dos tres cuatro cinco seis siete ocho nueve"),
    "en": ("twenty thirty forty fifty", 20, " ", "one two three four five six seven eight nine"),
    "pt": ("vinte trinta quarenta cinquenta", 20, " e ", "um dois tres quatro cinco seis sete oito nove"),
}
_ALSO = {
    "es": {"un": 1, "una": 1, "veintiun": 21, "veintiuna": 21, "veinte y uno": 21, "diez y seis": 16},
    "en": {},
    "pt": {"uma": 1, "duas": 2, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19},
}


def _small(language: str) -> dict[str, int]:
    found = {word: number for number, word in enumerate(_UNITS[language].split())}
    tens, first, joint, units = _TENS[language]
    for ten, name in enumerate(tens.split()):
        found[name] = first + 10 * ten
        found.update((f"{name}{joint}{unit}", first + 10 * ten + one) for one, unit in enumerate(units.split(), 1))
    return found | _ALSO[language]


SMALL: dict[str, dict[str, int]] = {language: _small(language) for language in _UNITS}


@cache
def _small_words(language: str) -> re.Pattern[str]:
    longest_first = sorted(SMALL[language], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b")


def in_digits(plain: str, language: str) -> str:
    """`plain` with its small numbers as digits: `tres y media` → `3 y media`."""
    words = SMALL[language]
    return _small_words(language).sub(lambda found: str(words[found[0]]), plain)
