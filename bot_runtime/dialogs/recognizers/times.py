"""Times of day: `15:30`, `3:30 pm`, `15h`, `tres y media de la tarde`, `half past three`, `noon`.

A time as `HH:MM`. Without am, pm or a part of the day, an hour up to eleven can be two times: the question's limits
decide, else it is ambiguous. `03:30` is written by whoever counts to 24.
"""

import re
from collections.abc import Callable

from bot_runtime.dialogs.numerals import cleaned
from bot_runtime.dialogs.recognizers.counting import in_digits
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit

_NOON = frozenset(
    {"mediodia", "medio dia", "al mediodia", "a mediodia", "noon", "midday", "meio dia", "meio-dia", "meiodia"}
)
_MIDNIGHT = frozenset(
    {"medianoche", "media noche", "a medianoche", "midnight", "meia noite", "meia-noite", "meianoite"}
)
_BEFORE = re.compile(
    r"^(?:(?:a|alas|al|a eso de|son|es|la|las|los|at|it's|it is|as|ao|a|o|the|hora|para|por|desde) )+(?=\w)"
)
_AROUND = re.compile(r"^[^\w]+|[^\w]+$")
_DOTTED = re.compile(r"\b([ap])\.? ?m\b\.?")
_PARTS = {
    "am": "am",
    "pm": "pm",
    **dict.fromkeys(
        ("de la manana", "por la manana", "en la manana", "in the morning", "da manha", "de manha"), "morning"
    ),
    **dict.fromkeys(("de la madrugada", "da madrugada"), "small"),
    **dict.fromkeys(("de la tarde", "por la tarde", "en la tarde", "in the afternoon", "da tarde", "de tarde"), "pm"),
    **dict.fromkeys(("da manha", "de manha", "pela manha"), "morning"),
    **dict.fromkeys(("a la tarde", "pela tarde", "esta tarde", "in afternoon", "this afternoon"), "pm"),
    **dict.fromkeys(("esta noche", "a la noche", "en la noche", "pela noite", "this evening"), "night"),
    **dict.fromkeys(("in the am", "this morning", "esta manana"), "am"),
    **dict.fromkeys(("de la noche", "por la noche", "at night", "da noite", "in the evening", "tonight"), "night"),
    **dict.fromkeys(("del mediodia", "de mediodia", "al mediodia"), "noon"),
}
_PART = re.compile(rf"(?<![a-z]) ?({'|'.join(sorted(_PARTS, key=len, reverse=True))})$")
_PART_FIRST = re.compile(rf"({'|'.join(sorted(_PARTS, key=len, reverse=True))}),? (?:a las?|at|as) (.+)")
_NOON_INSIDE = re.compile(r"\b(?:el |o |la )?(?:noon|midday|medio ?dia|meio[ -]?dia)\b")
_HALF_OF_DAY_INSIDE = re.compile(r"([0-9]{1,2}) ?([ap]m) ((?:y|e|menos) .+)")
_LETTER = re.compile(r"(?<=[0-9]) ?([ap])$")
_COMPACT = re.compile(r"([0-9]{1,2})([0-5][0-9]) ?([ap]m)")
_HOURS = r"h|hs|hrs?|horas?|o'clock|oclock|en punto|em ponto|sharp"
_CLOCK = re.compile(rf"([0-9]{{1,2}})(?: ?[:.h] ?([0-9]{{2}})(?::[0-9]{{2}})?)?(?: ?(?:{_HOURS})){{0,2}}")
_PAST = {
    "es": re.compile(
        r"([0-9]{1,2}) (?:horas )?(?:y|con) (media|cuarto|[0-9]{1,2})(?: minutos)?(?: en punto)?"
        r"|(cuarto|[0-9]{1,2})(?: min(?:s|utos)?)? pasadas (?:de )?las ([0-9]{1,2})"
    ),
    "en": re.compile(r"(half|a quarter|quarter|[0-9]{1,2})(?: minutes)? (?:past|after) ([0-9]{1,2})(?: o'clock)?"),
    "pt": re.compile(r"([0-9]{1,2}) (?:horas )?e (meia|(?:um |1 )?quarto|[0-9]{1,2})(?: minutos)?"),
}
_PAST_ORDER: dict[str, Callable[[re.Match[str]], tuple[str, str]]] = {
    "es": lambda found: (found[1] or found[4], found[2] or found[3]),
    "en": lambda found: (found[2], found[1]),
    "pt": lambda found: (found[1], found[2]),
}
_TO = {
    "es": re.compile(
        r"([0-9]{1,2}) menos (cuarto|[0-9]{1,2})"
        r"|(?:un )?(cuarto|[0-9]{1,2})(?: min(?:s|utos)?)? (?:para|pa) (?:las|la) ([0-9]{1,2})"
    ),
    "en": re.compile(
        r"()()(a quarter|quarter|[0-9]{1,2})(?: minutes)? (?:to|before|till|til) ([0-9]{1,2})(?: o'clock)?"
    ),
    "pt": re.compile(r"([0-9]{1,2}) menos ([0-9]{1,2})|([0-9]{1,2})(?: minutos)? para (?:as |a |o )?([0-9]{1,2})"),
}
_OH = re.compile(r"\b(?:oh|o) (?=[1-9]\b)")  # twelve oh two
_SPOKEN_PAIR = re.compile(r"([0-9]{1,2}) ([0-5][0-9])")  # three thirty
_MINUTES = {"media": 30, "meia": 30, "half": 30, "cuarto": 15, "quarter": 15, "a quarter": 15}
_MINUTES |= {"um quarto": 15, "1 quarto": 15, "quarto": 15}


def read_time(text: str, here: Here, least: str = "", most: str = "") -> Fits | Unfit:
    """The time that all of `text` means, within `least` and `most` (`HH:MM`)."""
    plain = _AROUND.sub("", cleaned(text))
    if not plain:
        return Unfit("not_a_time")
    plain = _LETTER.sub(r" \1m", _DOTTED.sub(r"\1m", plain))
    plain = _COMPACT.sub(r"\1:\2 \3", _HALF_OF_DAY_INSIDE.sub(r"\1 \3 \2", plain))
    plain = _PART_FIRST.sub(r"\2 \1", plain)
    bare = _BEFORE.sub("", plain)
    if plain in _NOON or bare in _NOON:
        times = {(12, 0)}
    elif plain in _MIDNIGHT or bare in _MIDNIGHT:
        times = {(0, 0)}
    else:
        read = _times(bare, here.language if here.language in _PAST else "en")
        if read is None:
            return Unfit("not_a_time")
        times = read
    found = sorted(f"{hour:02d}:{minute:02d}" for hour, minute in times)
    if not found:
        return Unfit("impossible_time")
    within = [time for time in found if (not least or time >= least) and (not most or time <= most)]
    if len(within) == 1:
        return Fits(within[0])
    if len(within) > 1:
        return Unfit("ambiguous", tuple(within))
    return Unfit(
        "too_early" if least and found[-1] < least else "too_late" if most and found[0] > most else "too_early"
    )


Times = set[tuple[int, int]] | None  # None: not a time; empty: one that no clock shows


def _times(plain: str, language: str) -> Times:
    part = ""
    if found := _PART.search(plain):
        part, plain = _PARTS[found[1]], plain[: found.start()].strip(" ,")
    elif _NOON_INSIDE.search(plain):
        part, plain = "noon", _NOON_INSIDE.sub("12", plain, count=1)
    digits = in_digits(plain, language)
    marked = digits != plain
    if found := _PAST[language].fullmatch(digits):
        hour, past = _PAST_ORDER[language](found)
        return _halves(int(hour), _minutes(past), part)
    if found := _TO[language].fullmatch(digits):
        hour, before = (found[1], found[2]) if found[1] else (found[4], found[3])
        minutes = _minutes(before)
        if language == "en" and _is_range(plain, minutes):
            return None
        return (
            _halves((int(hour) - 1) % 12 or 12, 60 - minutes, part)
            if 0 < minutes < 60 and 1 <= int(hour) <= 12
            else set()
        )
    if marked and language == "en":
        digits = _OH.sub("0", digits)
    if marked and (found := _SPOKEN_PAIR.fullmatch(digits)):
        return _halves(int(found[1]), int(found[2]), part)
    found = _CLOCK.fullmatch(digits)
    if found is None:
        return None
    exact = not part and not marked and ((found[1][0] == "0" and found[2] is not None) or found[1] == "00")
    shown = int(found[1]), int(found[2] or 0)
    if exact:
        return {shown} if shown[1] < 60 else set()
    return _halves(*shown, part)


def _is_range(plain: str, minutes: int) -> bool:
    """`3 to 4 pm` is no 15:57; `five to six pm`, `15 to noon` and `3 minutes to 4` are times."""
    if "minute" in plain or "quarter" in plain:
        return False
    return minutes <= 12 if plain[:1].isdigit() else minutes % 5 != 0


def _minutes(said: str) -> int:
    return _MINUTES[said] if said in _MINUTES else int(said)


def _halves(hour: int, minute: int, part: str) -> set[tuple[int, int]]:
    """The times of the day that an hour of the clock can be, in this part of it."""
    if hour > 24 or minute > 59 or (hour == 24 and (minute or part)):
        return set()
    if hour == 24:
        return {(0, 0)}
    if hour > 12 or hour == 0:
        fits = (
            not part or (part in ("pm", "night") and hour >= 12) or (part in ("am", "small", "morning") and hour == 0)
        )
        return {(hour, minute)} if fits else set()
    first, second = (hour % 12, minute), (hour % 12 + 12, minute)
    match part:
        case "am" | "small":
            return {first}
        case "morning":
            return {first} if hour != 12 else {first, second}  # 12 de la mañana: noon to some
        case "pm":
            return {second}
        case "noon":
            return {first} if hour == 11 else {second} if hour == 12 or hour < 5 else set()
        case "night":
            return {first} if hour == 12 else {second} if hour >= 5 else {first, second}
        case _:
            return {second} if hour == 12 else {first, second}
