"""Dates as people write them: `27/11`, `27 de nov`, `el viernes`, `pasado mañana`, `in three days`.

The mask decides the order of day and month (F035); without one the language and country do, and where they do not,
both readings count. Every reader gives the *set* of days a text can mean: one is a value, two are ambiguous.
A date without a year is the next one, unless only the last one is within the limits.
"""

import calendar as gregorian
import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot_runtime.dialogs.numerals import cleaned
from bot_runtime.dialogs.recognizers.calendar import DAY_WORDS, DAYS_AWAY, FEASTS, MONTHS, UNITS, WEEKDAYS
from bot_runtime.dialogs.recognizers.counting import in_digits
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH", "GU", "AS"})
_EITHER_FIRST = frozenset({"CA", "PR"})  # people of both habits

_AROUND = re.compile(r"^[^\w]+|[^\w]+$")
_NUMERIC = re.compile(r"([0-9]{1,4}) ?([/.\- ]) ?([0-9]{1,2})(?: ?\2 ?([0-9]{1,4}))?")
_RUN_TOGETHER = re.compile(r"[0-9]{6}|[0-9]{8}")
_PUNCTUATION = re.compile(r"(?<=[a-z0-9])[,.](?=\s|$)|(?<=[a-z])\.(?=[0-9])|,(?=[a-z])|[()]")
_ORDINAL = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th|ro|ero|do|er|[oa](?= de\b))\b")
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
_FEIRA = re.compile(r"(?<=[a-z])[ -]feira\b")
_SKIPPED = frozenset({"de", "del", "do", "da", "dia", "day", "of", "the", "el", "o", "ano", "al", "mes", "a", "on"})
_SOME = r"([0-9]+) ([a-z]+)"
_AHEAD = {
    "es": re.compile(rf"(?:en|dentro de|de aqui a|de aqui en|tras) {_SOME}(?: mas)?|{_SOME} (?:despues|mas tarde|mas)"),
    "en": re.compile(rf"(?:in|within|after) {_SOME}(?:'s)?(?: time)?|{_SOME} (?:from (?:now|today)|later|hence)"),
    "pt": re.compile(rf"(?:em|dentro de|daqui a|daqui) {_SOME}|{_SOME} (?:depois|a partir de hoje|mais tarde)"),
}
_AGO = {
    "es": re.compile(rf"hace {_SOME}|{_SOME} atras"),
    "en": re.compile(rf"()(){_SOME} (?:ago|back|earlier)"),
    "pt": re.compile(rf"(?:ha|faz) {_SOME}(?: atras)?|{_SOME} atras"),
}
_ARTICLE = {
    "es": re.compile(r"\b(?:un|una)\b(?= (?:dia|semana|mes|ano)\b)"),
    "en": re.compile(r"\b(?:an?)\b(?= (?:day|week|month|year)\b)"),
    "pt": re.compile(r"\b(?:um|uma)\b(?= (?:dia|semana|mes|ano)\b)"),
}
_A_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_NEXT = re.compile(
    rf"(?:proximo|proxima|siguiente|next) ({_A_WEEKDAY})|({_A_WEEKDAY}) "
    r"(?:proximo|proxima|siguiente|que viene|que vem|entrante|next)"
)
_THIS = re.compile(rf"(?:este|esta|this|this coming|coming|nesta|neste|essa|esse) ({_A_WEEKDAY})")
_OF_THIS_WEEK = re.compile(rf"({_A_WEEKDAY}) (?:de |of )?(?:esta semana|this week|desta semana|dessa semana)")
_OF_LAST_WEEK = re.compile(rf"({_A_WEEKDAY}) (?:de |da |of |from )?(?:la )?(?:semana pasada|semana passada|last week)")
_LAST_ONE = re.compile(
    rf"(?:pasado|last|ultimo|ultima) ({_A_WEEKDAY})|({_A_WEEKDAY}) (?:pasado|passado|passada|ultimo)"
)
_OF_NEXT_WEEK = re.compile(
    rf"({_A_WEEKDAY}) (?:de )?(?:la |da |of )?"
    r"(?:semana que viene|semana que vem|proxima semana|semana proxima|semana siguiente|next week)"
)
_OF_MONTH = re.compile(
    r"([0-9]{1,2}) (?:de |del |of |do |deste |da )?(?:the )?"
    r"(este mes|this month|mes actual|mes corriente|mes|presente mes|corriente"
    r"|proximo mes|mes que viene|mes proximo|next month|mes que vem|mes siguiente)"
)
_MONTH_ENDS = frozenset(
    {
        "fin de mes",
        "a fin de mes",
        "fin del mes",
        "final de mes",
        "finales de mes",
        "ultimo dia del mes",
        "ultimo dia mes",
    }
    | {"end of month", "end of the month", "last day of the month", "fim do mes", "final do mes", "ultimo dia do mes"}
)


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


Days = Iterable[date] | None  # None: not a date at all; empty: one that no calendar has


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
            return {_moved(today, near[written], "day")}
    worded = _TIME_OF_DAY.sub("", worded) if cut else worded
    if (feast := FEASTS.get(cut)) is not None:
        return _next_of(*feast, today, least, most)
    if cut in _MONTH_ENDS:
        return {today.replace(day=gregorian.monthrange(today.year, today.month)[1])}
    return (
        _by_weekday(cut, today, language)
        or _counted(worded, cut, today, language)
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
        return _real(int(first), int(second), int(third)) if len(third) <= 2 else None
    if third is None and separator == " " and not order:
        return None  # "10 12": two numbers
    if order.startswith("y") and third is not None and len(third) == 2:
        return _real(_century(int(first), today), int(second), int(third))
    orders = [order.replace("y", "")] if order else _orders(here)
    if not order and int(second) > 12:  # the only order in which there is such a day
        orders = ["md"]
    elif not order and int(first) > 12:
        orders = ["dm"]
    days: set[date] = set()
    for each in orders:
        day, month = (int(first), int(second)) if each == "dm" else (int(second), int(first))
        if third is None:
            days |= _next_of(month, day, today, least, most)
        else:
            year = int(third) if len(third) == 4 else _century(int(third), today)
            days |= _real(year, month, day)
    return days


def _orders(here: Here) -> list[str]:
    if here.country in _EITHER_FIRST or (here.country in _MONTH_FIRST and here.language != "en"):
        return ["dm", "md"]
    if here.country in _MONTH_FIRST:
        return ["md"]
    return ["dm", "md"] if here.language == "en" and not here.country else ["dm"]


def _run_together(digits: str, today: date, order: str) -> Days:
    """`25112026` and `251126` by the mask."""
    long = len(digits) == 8
    facts: dict[str, int] = {}
    for part in order:
        width = 4 if part == "y" and long else 2
        facts[part], digits = int(digits[:width]), digits[width:]
    if digits or "y" not in facts:
        return None
    return _real(facts["y"] if long else _century(facts["y"], today), facts["m"], facts["d"])


def _century(two_digits: int, today: date) -> int:
    """At most twenty years ahead; the rest is past."""
    year = today.year - today.year % 100 + two_digits
    return year - 100 if year > today.year + 20 else year


def _real(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _next_of(month: int, day: int, today: date, least: date | None, most: date | None) -> set[date]:
    """The next such day, or the last one where only that is within the limits."""
    ahead = [each for year in (today.year, today.year + 1) for each in _real(year, month, day) if each >= today]
    behind = [each for year in (today.year - 1, today.year) for each in _real(year, month, day) if each < today]
    if most is not None and behind and (not ahead or ahead[0] > most) and (least is None or behind[-1] >= least):
        return {behind[-1]}
    return {ahead[0]} if ahead else set()


def _by_weekday(worded: str, today: date, language: str) -> Days:
    """`viernes` and all that is said around it. Who means which "next Friday" nobody can tell: both count."""
    monday = today - timedelta(days=today.weekday())
    if found := _OF_NEXT_WEEK.fullmatch(worded):
        return _in_week(1, WEEKDAYS[found[1]], today, language)
    if found := _OF_LAST_WEEK.fullmatch(worded):
        return _in_week(-1, WEEKDAYS[found[1]], today, language)
    if found := _OF_THIS_WEEK.fullmatch(worded):
        return _in_week(0, WEEKDAYS[found[1]], today, language)
    if found := _NEXT.fullmatch(worded):
        weekday = WEEKDAYS[found[1] or found[2]]
        return {_coming(weekday, today), monday + timedelta(days=7 + weekday)}
    if found := _LAST_ONE.fullmatch(worded):
        weekday = WEEKDAYS[found[1] or found[2]]
        return {today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1), monday + timedelta(days=weekday - 7)}
    if found := _THIS.fullmatch(worded):
        weekday = WEEKDAYS[found[1]]
        days = {_coming(weekday, today)} | ({today} if weekday == today.weekday() else set())
        return days | {monday + timedelta(days=weekday)} if weekday < today.weekday() < 6 else days
    if worded not in WEEKDAYS or worded in MONTHS:
        return None
    if WEEKDAYS[worded] == today.weekday():
        return {today, _coming(WEEKDAYS[worded], today)}  # said on that very day
    return {_coming(WEEKDAYS[worded], today)}


def _in_week(ahead: int, weekday: int, today: date, language: str) -> set[date]:
    """That day of this week or the next; English weeks begin on Sundays as well as on Mondays."""
    monday = today - timedelta(days=today.weekday())
    days = {monday + timedelta(days=7 * ahead + weekday)}
    if language == "en":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        days.add(sunday + timedelta(days=7 * ahead + (weekday + 1) % 7))
    return days


def _coming(weekday: int, today: date) -> date:
    """The first such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _counted(worded: str, bare: str, today: date, language: str) -> Days:
    """`en 3 días`, `in a week`, `hace dos meses`, `15 de este mes`."""
    for written in {worded, bare}:
        digits = in_digits(_ARTICLE[language].sub("1", written), language)
        for pattern, sign in ((_AHEAD[language], 1), (_AGO[language], -1)):
            found = pattern.fullmatch(digits)
            if found and (unit := UNITS.get(found[2] or found[4])):
                count = found[1] or found[3]
                return {_moved(today, sign * int(count), unit)} if len(count) <= 4 else set()
        if found := _OF_MONTH.fullmatch(_ORDINAL.sub(r"\1", digits)):
            coming = any(word in found[2] for word in ("proxim", "viene", "vem", "next", "siguiente"))
            month = _moved(today.replace(day=1), 1 if coming else 0, "month")
            return _real(month.year, month.month, int(found[1]))
    return None


def _moved(day: date, count: int, unit: str) -> date:
    """`count` units later; the last day of a shorter month, and the edge of the calendar beyond it."""
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return date.max


def _spelt(worded: str, bare: str, today: date, language: str, least: date | None, most: date | None) -> Days:
    """`viernes 27 de noviembre de 2026`, `Nov 27th`, `el 27`, `sábado 28`."""
    is_ordinal = _ORDINAL.search(bare) is not None
    bare = _JOINED.sub(" ", _ORDINAL.sub(r"\1", bare))
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
        return _real(int(first), month, int(second)) if len(second) <= 2 and tokens[0] == first else None
    if len(second) == 1:
        return None
    return _real(int(second) if len(second) == 4 else _century(int(second), today), month, int(first))


def _of_this_or_next(day: int, today: date, least: date | None, most: date | None) -> set[date]:
    """The next 27th. `least` and `most` are looked at by the caller: a past one has a month with it."""
    month = today.replace(day=1)
    for _ in range(3):
        if (found := _real(month.year, month.month, day)) and min(found) >= today:
            return found
        month = _moved(month, 1, "month")
    return set()


_MASK_PARTS = re.compile(r"(d{1,2}|m{1,2}|a{2,4}|y{2,4})")


def order_of(mask: str) -> str | None:
    """`dd/mm/aaaa` → `dmy`; None where the mask has no day and month, or one of them twice."""
    parts = [part[0].replace("a", "y") for part in _MASK_PARTS.findall(mask.lower())]
    left = _MASK_PARTS.sub("", mask.lower())
    order = "".join(parts)
    return order if order in ("dmy", "mdy", "ymd", "dm", "md") and not left.strip("/-. ") else None


def usual_mask(here: Here) -> str:
    """How a date is written where the contact is, in their words; year first where nobody can tell."""
    orders = _orders(here)
    if len(orders) > 1:
        return "yyyy-mm-dd"
    year = "yyyy" if here.language == "en" else "aaaa"
    return f"mm/dd/{year}" if orders == ["md"] else f"dd/mm/{year}"


def written(day: date, mask: str, here: Here) -> str:
    """`day` by the mask, or as is usual where the contact is: `27/11/2026`."""
    parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}"}

    def part(found: re.Match[str]) -> str:
        return parts.get(found[0][0]) or (f"{day.year:04d}" if len(found[0]) > 2 else f"{day.year % 100:02d}")

    return _MASK_PARTS.sub(part, (mask or usual_mask(here)).lower())
