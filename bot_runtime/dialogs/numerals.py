"""Whole numbers as people write them: `12`, `1.200`, `1 200`, `4️⃣`, `doce`, `twenty-one`, `2 mil`, `menos 3`."""

import re

from bot_runtime.dialogs.words import unaccented

LARGEST = 2**63 - 1
TOO_LARGE = LARGEST + 1  # stands for everything larger

# Where dots group thousands (CO, AR, CL, ES) and where commas do (MX, US). Three decimals are unheard of in a whole
# number, so Spanish and Portuguese take both; in English a dot is always decimal.
_GROUPED = {
    "es": re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*"),
    "pt": re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*"),
    "en": re.compile(r"[0-9]{1,3}(?:([, '])[0-9]{3})(?:\1[0-9]{3})*"),
}
_DIGITS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_DECIMAL = re.compile(r"[-+]?[0-9]*[.,][0-9]+")
_THOUSANDS = re.compile(r"([0-9]{1,4}) ?k")
_SCALED = re.compile(r"([0-9]{1,3}) (mil|millon|millones|mil millones|thousand|million|billion|milhao|milhoes)")
_SCALES = {"mil": 1_000, "thousand": 1_000, "millon": 10**6, "millones": 10**6, "million": 10**6}
_SCALES |= {"milhao": 10**6, "milhoes": 10**6, "mil millones": 10**9, "billion": 10**9}
_NEGATIVE = re.compile(r"(?:[-−–] ?|(?:menos|minus|negative) )(?=\w)")
_KEYCAP_MARKS = {0xFE0F: None, 0x20E3: None, ord("🔟"): "10"}
# Marks of direction and width, which come with what is copied and which nobody sees.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_DIGIT = frozenset("0123456789")
_LEADING_MARK = re.compile(r"[.,](?=[0-9])")  # .50 is no 50
_LONGEST = 200  # characters
_AROUND = " \t\r\n.,;:!?¡¿()#*\"'"

_COMMA_AFTER_SCALE = re.compile(r"(?<=mil|and|ons|oes|hao|lon|nes|ion), (?=[a-z])")  # dois mil, cento e catorze
_DOZENS = re.compile(r"(?:([a-z0-9]+(?: [a-z0-9]+)*) )?(?:docenas?|dozens?|duzias?)")
_PAIRS = frozenset({"un par", "a pair", "um par", "pair", "par"})

# The library wants these accents (text2num 3.1 refuses "veintitres") and knows no shortened forms.
_SPANISH = {
    "veintidos": "veintidós",
    "veintitres": "veintitrés",
    "veintiseis": "veintiséis",
    "veintiun": "veintiuno",
    "un mil": "mil",
}
_SPANISH_JOINED = (
    (re.compile(r"\b(?:diez y |diesi)(?=seis|siete|ocho|nueve)"), "dieci"),
    (re.compile(r"\bveinte y (?=uno?\b|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"), "veinti"),
)
_PORTUGUESE = {
    "tres": "três",
    "milhao": "milhão",
    "milhoes": "milhões",
    "bilhao": "bilhão",
    "bilhoes": "bilhões",
    "um mil": "mil",
    "cincoenta": "cinquenta",
}
_ENGLISH = {"a hundred": "one hundred", "a thousand": "one thousand", "a million": "one million"}
_RESPELT = {"es": _SPANISH, "en": _ENGLISH, "pt": _PORTUGUESE}
_NOT_NUMBERS = {"o", "oh", "y", "and", "e"}  # the library reads an English "o" as zero; in Spanish it is "or"

ORDINARY = {
    word: number
    for spelled in (
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        "una",
        "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
        "primera segunda tercera cuarta quinta sexta septima octava novena decima",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        "first second third fourth fifth sixth seventh eighth ninth tenth",
    )
    for number, word in enumerate(spelled.split(), start=1)
}
"""The words people choose an option with, without accents."""


def whole(text: str, language: str) -> int | None:
    """The whole number that all of `text` is; None if it is none, `TOO_LARGE` past 64 bits."""
    plain = cleaned(text)
    negative = _NEGATIVE.match(plain)
    if negative:
        plain = plain[negative.end() :]
    number = _unsigned(plain.removeprefix("+"), language)
    return -number if negative and number is not None else number


def cleaned(text: str) -> str:
    """`text` without case, accents, keycaps and surrounding punctuation; `-`, `$` and `%` stay."""
    if len(text) > _LONGEST:
        return ""
    if not text.isascii():
        if any(char.isdigit() and not char.isdecimal() for char in text):  # 5² is not 52
            return ""
        text = text.translate(_KEYCAP_MARKS | _UNSEEN)
    plain = " ".join(unaccented(text).strip(_AROUND).split())
    return plain if plain[:1] not in _DIGIT or not (led := _LEADING_MARK.match(text.strip())) else led[0] + plain


def is_decimal(text: str) -> bool:
    """Whether `text` is a number, but not a whole one."""
    return _DECIMAL.fullmatch(cleaned(text)) is not None


def _unsigned(plain: str, language: str) -> int | None:
    if _DIGITS.fullmatch(plain):
        return _bounded(plain)
    if (grouped := _GROUPED.get(language, _GROUPED["en"]).fullmatch(plain)) is not None:
        return _bounded(plain.replace(grouped[1], ""))
    if (scaled := _SCALED.fullmatch(plain)) is not None:
        return int(scaled[1]) * _SCALES[scaled[2]]
    if (thousands := _THOUSANDS.fullmatch(plain)) is not None:
        return int(thousands[1]) * 1_000
    plain = _COMMA_AFTER_SCALE.sub(" ", plain)
    if (dozens := _DOZENS.fullmatch(plain)) is not None:
        return _dozens(dozens[1] or "", language)
    if plain in _PAIRS:
        return 2
    if _WORDS.fullmatch(plain) and plain not in _NOT_NUMBERS:
        return _spelled(plain, language)
    return None


def _dozens(count: str, language: str) -> int | None:
    """`media docena`, `a dozen`, `duas dúzias`."""
    if count in ("media", "half a", "meia"):
        return 6
    if count in ("", "a", "una", "uma"):
        return 12
    counted = _unsigned(count, language)
    return None if counted is None else counted * 12


def _bounded(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return min(int(digits), TOO_LARGE) if len(digits) <= 20 else TOO_LARGE


def _spelled(words: str, language: str) -> int | None:
    from text_to_num import text2num  # 10 ms that a `--help` need not wait for

    for apart, joined in _SPANISH_JOINED if language == "es" else ():
        words = apart.sub(joined, words)
    for written, known in _RESPELT.get(language, _ENGLISH).items():
        words = re.sub(rf"\b{written}\b", known, words)
    try:
        return int(text2num(words, language))
    except ValueError:
        return None
