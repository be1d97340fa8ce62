"""Dates as people write them: `27/11`, `27 de nov`, `el viernes`, `pasado mañana`, `in three days`.

The mask decides the order of day and month (F035); without one the language and country do, and where they do not,
both readings count. Every reader gives the *set* of days a text can mean: one is a value, two are ambiguous.
A date without a year is the next one, unless only the last one is within the limits.
"""

import calendar as gregorian
import re
from datetime import date

from bot_runtime.dialogs.numerals import cleaned
from bot_runtime.dialogs.recognizers.calendar import DAY_WORDS, DAYS_AWAY, FEASTS, MONTHS, WEEKDAYS
from bot_runtime.dialogs.recognizers.everyday import (
    MONTH_ENDS,
    ORDINAL,
    Days,
    by_weekday,
    counted,
    moved,
    nth_weekday,
    real,
)
from bot_runtime.dialogs.recognizers.masks import orders
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)

_AROUND = re.compile(r"^[^\w]+|[^\w]+$")
_NUMERIC = re.compile(r"([0-9]{1,4}) ?([/.\- ]) ?([0-9]{1,2})(?: ?\2 ?([0-9]{1,4}))?")
_RUN_TOGETHER = re.compile(r"[0-9]{6}|[0-9]{8}")
_PUNCTUATION = re.compile(r"(?<=[a-z0-9])[,.](?=\s|$)|(?<=[a-z])\.(?=[0-9])|,(?=[a-z])|[()]")
_JOINED = re.compile(r"(?<=[0-9])(?=[a-z]{3})|(?<=[a-z]{3})(?=[0-9])")
_TIME_OF_DAY = re.compile(
    r" (?:(?:en|por|a|de|in|at|da|na|pela|a) )?(?:(?:la|el|the) )?"
    r"(?:tarde|noche|mediodia|morning|afternoon|evening|noon|night|noite|madrugada)$"
    r"|(?<=.) (?:temprano|a primera hora|cedo|early)$"
    r"|(?<=.) (?:en|por|de) la manana$|(?<=.) (?:de|da|pela) manha$"
)
_AT = re.compile(
    r"(?<=.),? (?:a las?|a eso de las?|at|as) [0-9]{1,2}(?:[:.h][0-9]{2})?(?: ?[ap]\.? ?m\.?| ?h(?:rs|oras?)?)?$"
    r"|(?<=[a-z]) [0-9]{1,2}(?::[0-9]{2})? ?[ap]m$"
)
_BEFORE = {
    "es": re.compile(r"^(?:(?:para|hasta|seria|sera|es|en|el|la|los|a|al|dia|fecha|pagare|pago|este dia) )+"),
    "en": re.compile(r"^(?:(?:on|by|the|for|at|until|in|it's) )+"),
    "pt": re.compile(r"^(?:(?:para|ate|seria|sera|em|no|na|o|a|dia|este dia|esse dia|essa dia) )+"),
}
_DAYS_OF_A_MONTH = re.compile(r"(?<=[a-z]) [0-9]{1,2} ?[-–] ?[0-9]{1,2}$")  # July 13-15
_FEIRA = re.compile(r"(?<=[a-z])[ -]feira\b")
_SKIPPED = frozenset({"de", "del", "do", "da", "dia", "day", "of", "the", "el", "o", "ano", "al", "mes", "a", "on"})


def read_date(
    text: str, here: Here, order: str = "", least: date | None = None, most: date | None = None
) -> Fits | Unfit:
    """The day that all of `text` means, as ISO text. `order`: the mask's, such as `dmy`; "" for the locale's."""
    plain = _AROUND.sub("", cleaned(text))
    if not plain:
        return Unfit("not_a_date")
    days = _days(plain, here, order, least, most)
    if days is None:
        return Unfit("not_a_date")
    found = sorted(set(days))
    if len(found) > 1:
        within = [day for day in found if (least is None or day >= least) and (most is None or day <= most)]
        if len(within) != 1:
            return Unfit("ambiguous", tuple(day.isoformat() for day in found))
        found = within
    if not found or not _FIRST <= found[0] <= _LAST:
        return Unfit("impossible_date")
    if least is not None and found[0] < least:
        return Unfit("too_early")
    if most is not None and found[0] > most:
        return Unfit("too_late")
    return Fits(found[0].isoformat())


def _days(plain: str, here: Here, order: str, least: date | None, most: date | None) -> Days:
    today = here.now.date()
    language = here.language if here.language in DAYS_AWAY else "en"
    bare = _BEFORE[language].sub("", plain)
    if numeric := _NUMERIC.fullmatch(bare):
        return _numeric(numeric, here, order, least, most)
    if order and _RUN_TOGETHER.fullmatch(bare):
        return _run_together(bare, today, order)
    worded = _PUNCTUATION.sub(" ", _AT.sub("", plain))
    worded = " ".join(_FEIRA.sub("", worded).split())
    near = DAYS_AWAY[language]
    bared = _BEFORE[language].sub("", worded)
    for written in (worded, bared, cut := _TIME_OF_DAY.sub("", bared)):
        if written in near:
            return {moved(today, near[written], "day")}
    worded = _TIME_OF_DAY.sub("", worded) if cut else worded
    if (feast := FEASTS.get(cut)) is not None:
        return _next_of(*feast, today, least, most)
    if cut in MONTH_ENDS:
        return {today.replace(day=gregorian.monthrange(today.year, today.month)[1])}
    return (
        nth_weekday(worded, today)
        or by_weekday(cut, today, language)
        or counted(worded, cut, today, language)
        or _spelt(worded, cut, today, language, least, most)
    )


def _numeric(found: re.Match[str], here: Here, order: str, least: date | None, most: date | None) -> Days:
    first, separator, second, third = found.groups()
    today = here.now.date()
    if len(first) == 3 or (len(first) == 4 and third is None) or (third is not None and len(third) == 3):
        return None
    if third is not None and len(third) == 1 and len(first) != 4:
        return None
    if len(first) == 4:
        return real(int(first), int(second), int(third)) if len(third) <= 2 else None
    if third is None and separator == " " and not order:
        return None  # "10 12": two numbers
    if order.startswith("y") and third is not None and len(third) == 2:
        return real(_century(int(first), today), int(second), int(third))
    habits = [order.replace("y", "")] if order else orders(here)
    if not order and int(second) > 12:  # the only order in which there is such a day
        habits = ["md"]
    elif not order and int(first) > 12:
        habits = ["dm"]
    days: set[date] = set()
    for each in habits:
        day, month = (int(first), int(second)) if each == "dm" else (int(second), int(first))
        if third is None:
            days |= _next_of(month, day, today, least, most)
        else:
            year = int(third) if len(third) == 4 else _century(int(third), today)
            days |= real(year, month, day)
    return days


def _run_together(digits: str, today: date, order: str) -> Days:
    """`25112026` and `251126` by the mask."""
    long = len(digits) == 8
    facts: dict[str, int] = {}
    for part in order:
        width = 4 if part == "y" and long else 2
        facts[part], digits = int(digits[:width]), digits[width:]
    if digits or "y" not in facts:
        return None
    return real(facts["y"] if long else _century(facts["y"], today), facts["m"], facts["d"])


def _century(two_digits: int, today: date) -> int:
    """At most twenty years ahead; the rest is past."""
    year = today.year - today.year % 100 + two_digits
    return year - 100 if year > today.year + 20 else year


def _next_of(month: int, day: int, today: date, least: date | None, most: date | None) -> set[date]:
    """The next such day, or the last one where only that is within the limits."""
    ahead = [each for year in (today.year, today.year + 1) for each in real(year, month, day) if each >= today]
    behind = [each for year in (today.year - 1, today.year) for each in real(year, month, day) if each < today]
    if most is not None and behind and (not ahead or ahead[0] > most) and (least is None or behind[-1] >= least):
        return {behind[-1]}
    return {ahead[0]} if ahead else set()


def _spelt(worded: str, bare: str, today: date, language: str, least: date | None, most: date | None) -> Days:
    """`viernes 27 de noviembre de 2026`, `Nov 27th`, `el 27`, `sábado 28`."""
    if _DAYS_OF_A_MONTH.search(bare):
        return None
    is_ordinal = ORDINAL.search(bare) is not None
    bare = _JOINED.sub(" ", ORDINAL.sub(r"\1", bare))
    tokens = _day_in_digits(bare, language).replace("/", " ").replace("-", " ").split()
    tokens = [token for token in tokens if token not in _SKIPPED]
    weekday = None
    if len(tokens) > 1 and tokens[0] in WEEKDAYS:
        weekday = WEEKDAYS[tokens.pop(0)]
    elif len(tokens) > 2 and tokens[-1] in WEEKDAYS and tokens[-1] not in MONTHS:
        weekday = WEEKDAYS[tokens.pop()]
    numbers = [token for token in tokens if token.isdecimal()]
    months = [MONTHS[token] for token in tokens if token in MONTHS]
    if len(numbers) + len(months) != len(tokens) or len(months) > 1 or not 1 <= len(numbers) <= 2:
        return None
    if months:
        days = _of_month(tokens, numbers, months[0], today, least, most)
    elif len(numbers) == 1 and len(numbers[0]) <= 2 and (weekday is not None or is_ordinal or worded != bare):
        days = _of_this_or_next(int(numbers[0]), today, least, most)
    else:
        return None
    if days is None or weekday is None:
        return days
    return {day for day in days if day.weekday() == weekday}


_SMALL = re.compile(r"\b[0-9]{1,2}\b")


def _day_in_digits(worded: str, language: str) -> str:
    if _SMALL.search(worded):
        return worded
    words = DAY_WORDS[language]
    tokens = worded.replace("-", " ").split()
    for length in (3, 2, 1):
        for start in range(min(len(tokens) - length + 1, 8)):
            phrase = " ".join(tokens[start : start + length])
            if phrase in words and not (phrase in WEEKDAYS and start == 0):
                return " ".join([*tokens[:start], str(words[phrase]), *tokens[start + length :]])
    return worded


def _of_month(
    tokens: list[str], numbers: list[str], month: int, today: date, least: date | None, most: date | None
) -> Days:
    if any(len(number) not in (1, 2, 4) for number in numbers):
        return None
    if len(numbers) == 1:
        return _next_of(month, int(numbers[0]), today, least, most) if len(numbers[0]) <= 2 else None
    first, second = numbers
    if tokens[-1] in MONTHS:  # 2026 27 noviembre
        return None
    if len(first) == 4:
        return real(int(first), month, int(second)) if len(second) <= 2 and tokens[0] == first else None
    if len(second) == 1:
        return None
    return real(int(second) if len(second) == 4 else _century(int(second), today), month, int(first))


def _of_this_or_next(day: int, today: date, least: date | None, most: date | None) -> set[date]:
    """The next 27th. `least` and `most` are looked at by the caller: a past one has a month with it."""
    month = today.replace(day=1)
    for _ in range(3):
        if (found := real(month.year, month.month, day)) and min(found) >= today:
            return found
        month = moved(month, 1, "month")
    return set()
