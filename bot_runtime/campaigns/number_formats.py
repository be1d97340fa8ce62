"""A number or date as a spreadsheet shows it, from its format code (ECMA-376 18.8.30).

The formats that lists hold: decimals, thousands, currencies, percents, leading zeros, dates, times. Where a code asks
for more (fractions, exponents, conditions) the plain number is given: nothing is invented, and no long number is put
in exponent form. Separators are those of the code itself, `1,250.00`; months are named in the reader's language.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

Shown = Callable[[Any], str]

_BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "$#,##0;-$#,##0", 6: "$#,##0;-$#,##0", 7: "$#,##0.00;-$#,##0.00", 8: "$#,##0.00;-$#,##0.00",
    9: "0%", 10: "0.00%", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: "$#,##0", 43: "#,##0.00", 44: "$#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
}  # fmt: skip
_LOCAL: Final = {"es": {14: "dd/mm/yyyy", 22: "dd/mm/yyyy h:mm"}, "en": {14: "m/d/yyyy", 22: "m/d/yyyy h:mm"}}
_MONTHS: Final = {
    "es": ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
}  # fmt: skip
_DAYS: Final = {
    "es": ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<elapsed>h+|m+|s+)\]'
    r"|(?P<condition>\[[<>=][^\]]*\])|(?P<colour>\[[^\]]*\])|(?P<pad>_.)|(?P<fill>\*.)|(?P<half>AM/PM|A/P)"
    r"|(?P<general>General)|(?P<exponent>[Ee][+-])|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)

Token = tuple[str, str]


def plain(number: float) -> str:
    """A number with no format: whole ones without `.0`, none in exponent form, 15 digits as a spreadsheet keeps."""
    if number == int(number):
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def shown_by(number: int, code: str, language: str) -> Shown | None:
    """What shows cells of this format; None for General and text, which show the value itself."""
    spoken = "es" if language.startswith("es") else "en"
    code = code or _LOCAL[spoken].get(number) or _BUILT_IN.get(number, "")
    if not code or code == "@" or code.lower() == "general":
        return None
    sections = _sections(code)
    return lambda value: _show(sections, value, spoken)


def show_plain(value: Any) -> str:
    """A value as calamine gives it, without a format."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _sections(code: str) -> list[list[Token]]:
    """The code's parts for positive, negative and zero, as tokens."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match[0]
        if kind == "other" and text == ";":
            sections.append([])
        elif kind in ("quoted", "escaped", "currency"):
            sections[-1].append(("literal", match[kind]))
        elif kind == "pad":
            sections[-1].append(("literal", " "))
        elif kind not in ("colour", "fill"):
            sections[-1].append((kind, match[kind].lower() if kind != "other" else text))
    return sections[:3]


def _show(sections: list[list[Token]], value: Any, language: str) -> str:
    if isinstance(value, datetime | date | time | timedelta):
        return _show_date(sections[0], value, language)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return show_plain(value)
    section, negative = sections[0], value < 0
    if len(sections) > 2 and value == 0:
        section, negative = sections[2], False
    elif len(sections) > 1 and value < 0:
        section, negative = sections[1], False
    kinds = {kind for kind, _ in section}
    if kinds & {"condition", "exponent", "date", "elapsed"} or ("other", "/") in section:
        return plain(float(value))
    return (_show_number(section, Decimal(f"{abs(value):.15g}"), negative)).strip()


def _show_number(section: list[Token], number: Decimal, negative: bool) -> str:
    point = next((at for at, token in enumerate(section) if token == ("other", ".")), len(section))
    before, after = section[:point], section[point + 1 :]
    digits_at = [at for at, (kind, _) in enumerate(before) if kind == "digit"]
    commas = [at for at, token in enumerate(before) if token == ("other", ",")]
    grouped = any(digits_at and digits_at[0] < at < digits_at[-1] for at in commas)
    number *= Decimal(100) ** sum(token == ("other", "%") for token in section)
    number /= Decimal(1000) ** sum(bool(digits_at) and at > digits_at[-1] for at in commas)
    places = [text for kind, text in after if kind == "digit"]
    rounded = number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    whole, _, decimals = format(rounded, "f").partition(".")
    sign = "-" if negative and rounded else ""
    left = _filled(before, "" if whole == "0" else whole, grouped)
    kept = len(decimals)
    while kept and places[kept - 1] == "#" and decimals[kept - 1] == "0":
        kept -= 1
    right, used = [], 0
    for kind, text in after:
        if kind == "digit":
            right.append(decimals[used] if used < kept else "")
            used += 1
        elif (kind, text) != ("other", ","):
            right.append(text)
    dot = "." if point < len(section) and kept else ""
    return f"{sign}{left}{dot}{''.join(right)}"


def _filled(before: list[Token], whole: str, grouped: bool) -> str:
    """The digits put into their places from the right; the first place takes all that are left."""
    first = next((at for at, (kind, _) in enumerate(before) if kind == "digit"), -1)
    out: list[str] = []
    written = 0

    def put(digit: str) -> None:
        nonlocal written
        if grouped and written and written % 3 == 0:
            out.append(",")
        out.append(digit)
        written += 1

    for at in range(len(before) - 1, -1, -1):
        kind, text = before[at]
        if kind == "digit":
            if whole:
                put(whole[-1])
                whole = whole[:-1]
            elif text == "0":
                put("0")
            while at == first and whole:
                put(whole[-1])
                whole = whole[:-1]
        elif (kind, text) != ("other", ","):
            out.append(text[::-1])
    return "".join(out)[::-1]


def _show_date(section: list[Token], value: Any, language: str) -> str:
    moment, elapsed = _moment(value)
    halves = any(kind == "half" for kind, _ in section)
    out = []
    for at, (kind, text) in enumerate(section):
        if kind == "elapsed":
            divisor = {"h": 3600, "m": 60, "s": 1}[text[0]]
            out.append(str(int(elapsed.total_seconds()) // divisor).zfill(len(text)))
        elif kind == "half":
            out.append("AM" if moment.hour < 12 else "PM")
        elif kind == "date":
            out.append(_date_part(text, moment, halves, _is_minutes(section, at), language))
        elif kind in ("literal", "other"):
            out.append(text)
    return "".join(out).strip()


def _moment(value: Any) -> tuple[datetime, timedelta]:
    if isinstance(value, timedelta):
        return datetime(1900, 1, 1) + value, value  # noqa: DTZ001  (a spreadsheet's dates have no zone)
    if isinstance(value, time):
        moment = datetime.combine(date(1900, 1, 1), value)
    else:
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment, timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _is_minutes(section: list[Token], at: int) -> bool:
    """`m` stands for minutes right after hours or right before seconds."""
    before = next((text for kind, text in reversed(section[:at]) if kind in ("date", "elapsed")), "")
    after = next((text for kind, text in section[at + 1 :] if kind in ("date", "elapsed")), "")
    return before[:1] == "h" or after[:1] == "s"


def _date_part(text: str, moment: datetime, halves: bool, minutes: bool, language: str) -> str:
    unit, width = text[0], len(text)
    if unit in "ye":
        return f"{moment.year % 100:02}" if width <= 2 and unit == "y" else f"{moment.year:04}"
    if unit == "m" and not minutes:
        name = _MONTHS[language][moment.month - 1]
        return str(moment.month).zfill(min(width, 2)) if width < 3 else name[: (3, 99, 1)[min(width, 5) - 3]]
    if unit == "d" and width > 2:
        name = _DAYS[language][moment.weekday()]
        return name if width > 3 else name[:3]
    if unit == "s":
        return str(moment.second).zfill(min(len(text.partition(".")[0]), 2))
    number = {"m": moment.minute, "d": moment.day, "h": moment.hour % 12 or 12 if halves else moment.hour}[unit]
    return str(number).zfill(min(width, 2))
