"""Days as people speak of them: `el viernes`, `next Monday`, `en tres días`, `15 del próximo mes`.

What can be two days is both of them: who means which "next Friday" nobody can tell.
"""

import calendar as gregorian
import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot_runtime.dialogs.recognizers.calendar import MONTHS, UNITS, WEEKDAYS
from bot_runtime.dialogs.recognizers.counting import in_digits

ORDINAL = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th|ro|ero|do|er|[oa](?= de\b))\b")

Days = Iterable[date] | None  # None: not a date at all; empty: one that no calendar has

_SOME = r"([0-9]+) ?([a-z]+)"
_AHEAD = {
    "es": re.compile(rf"(?:en|dentro de|de aqui a|de aqui en|tras) {_SOME}(?: mas)?|{_SOME} (?:despues|mas tarde|mas)"),
    "en": re.compile(rf"(?:in|after) {_SOME}(?:'s?)?(?: time)?|{_SOME} (?:from (?:now|today)|later|hence)"),
    "pt": re.compile(rf"(?:em|dentro de|daqui a|daqui) {_SOME}|{_SOME} (?:depois|a partir de hoje|mais tarde)"),
}
_AGO = {
    "es": re.compile(rf"hace {_SOME}|{_SOME} atras"),
    "en": re.compile(rf"()(){_SOME} (?:ago|back|earlier)"),
    "pt": re.compile(rf"(?:ha|faz) {_SOME}(?: atras)?|{_SOME} atras"),
}
_ARTICLE = {
    "es": re.compile(r"\b(?:un|una)\b(?= (?:dia|semana|mes|ano)\b)"),
    "en": re.compile(r"\b(?:an?)\b(?= (?:day|week|fortnight|month|year)\b)"),
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
MONTH_ENDS = frozenset(
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


_NTH = "first|second|third|fourth|last|1st|2nd|3rd|4th|1 st|2 nd|3 rd|4 th"
_NTH += "|primer|segundo|tercer|cuarto|ultimo|primero|tercero|primeira|primeiro|segunda|terceira|terceiro|quarta|quarto"
_NTH += "|ultima"
_PLACES = {
    **dict.fromkeys(("first", "1st", "1 st", "primer", "primero", "primeira", "primeiro"), 0),
    **dict.fromkeys(("second", "2nd", "2 nd", "segundo", "segunda"), 1),
    **dict.fromkeys(("third", "3rd", "3 rd", "tercer", "tercero", "terceira", "terceiro"), 2),
    **dict.fromkeys(("fourth", "4th", "4 th", "cuarto", "quarta", "quarto"), 3),
    **dict.fromkeys(("last", "ultimo", "ultima"), -1),
}
_A_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NTH_OF_MONTH = re.compile(
    rf"(?:the |el |o |a )?({_NTH}) ({_A_WEEKDAY}) (?:of|in|de|del|do|da|em) ({_A_MONTH})"
    r"(?: (?:of |de |del )?([0-9]{4}))?"
)


def nth_weekday(worded: str, today: date) -> Days:
    """`first Tuesday in October`, `el último viernes de marzo`; without a year the next one."""
    found = _NTH_OF_MONTH.fullmatch(worded)
    if found is None:
        return None
    place, weekday, month = _PLACES[found[1]], WEEKDAYS[found[2]], MONTHS[found[3]]
    years = [int(found[4])] if found[4] else [today.year, today.year + 1]
    for year in years:
        length = gregorian.monthrange(year, month)[1]
        days = [day for day in (date(year, month, 1 + at) for at in range(length)) if day.weekday() == weekday]
        if found[4] or days[place] >= today:
            return {days[place]}
    return set()


def by_weekday(worded: str, today: date, language: str) -> Days:
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


def counted(worded: str, bare: str, today: date, language: str) -> Days:
    """`en 3 días`, `in a week`, `hace dos meses`, `15 de este mes`."""
    for written in {worded, bare}:
        digits = in_digits(_ARTICLE[language].sub("1", written), language)
        for pattern, sign in ((_AHEAD[language], 1), (_AGO[language], -1)):
            found = pattern.fullmatch(digits)
            if found and (unit := UNITS.get(found[2] or found[4])):
                count = found[1] or found[3]
                return {moved(today, sign * int(count), unit)} if len(count) <= 4 else set()
        if found := _OF_MONTH.fullmatch(ORDINAL.sub(r"\1", digits)):
            coming = any(word in found[2] for word in ("proxim", "viene", "vem", "next", "siguiente"))
            month = moved(today.replace(day=1), 1 if coming else 0, "month")
            return real(month.year, month.month, int(found[1]))
    return None


_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}


def moved(day: date, count: int, unit: str) -> date:
    """`count` units later; the last day of a shorter month, and the edge of the calendar beyond it."""
    try:
        if days := _DAYS_IN.get(unit):
            return day + timedelta(days=count * days)
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return date.max


def real(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()
