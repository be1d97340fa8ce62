"""A number or date as a spreadsheet shows it, from its format code (ECMA-376 18.8.30).

The formats that lists hold: decimals, thousands, currencies, percents, leading zeros, dates, times. Where a code asks
for more (fractions, exponents, conditions) the plain number is given: nothing is invented, and no long number is put
in exponent form. Separators are those of the code itself, `1,250.00`; months are named in the reader's language.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from bot_runtime.campaigns.date_formats import Token, show_date

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
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<elapsed>h+|m+|s+)\]'
    r"|(?P<condition>\[[<>=][^\]]*\])|(?P<colour>\[[^\]]*\])|(?P<pad>_.)|(?P<fill>\*.)|(?P<half>AM/PM|A/P)"
    r"|(?P<general>General)|(?P<exponent>[Ee][+-])|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)


def plain(number: float) -> str:
    """A number with no format: whole ones without `.0`, none in exponent form, 15 digits as a spreadsheet keeps."""
    if not isfinite(number):
        return str(number)
    if number.is_integer():
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def shown_by(number: int, code: str, language: str) -> Shown | None:
    """What shows cells of this format; None for General and text, which show the value itself."""
    spoken = "es" if language.startswith("es") else "en"
    code = code or _LOCAL[spoken].get(number) or _BUILT_IN.get(number, "")
    if not code or code == "@" or code.lower() == "general":
        return None
    # Typed: 1.0 and True are one key otherwise. Lists repeat their dates and many of their amounts.
    return lru_cache(maxsize=8192, typed=True)(_Format(_sections(code), spoken).show)


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


class _Format:
    """A code's sections, made ready to show many values."""

    def __init__(self, sections: list[list[Token]], language: str) -> None:
        self.dates = sections[0]
        self.numbers = [_number(section) for section in sections]
        self.language = language

    def show(self, value: Any) -> str:
        if isinstance(value, datetime | date | time | timedelta):
            return show_date(self.dates, value, self.language)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return show_plain(value)
        shows, negative = self.numbers[0], value < 0
        if len(self.numbers) > 2 and value == 0:
            shows, negative = self.numbers[2], False
        elif len(self.numbers) > 1 and value < 0:
            shows, negative = self.numbers[1], False
        if shows is None:
            return plain(float(value))
        try:
            return shows(Decimal(f"{abs(value):.15g}"), negative).strip()
        except ArithmeticError:  # more digits than a sum of money ever has
            return plain(float(value))


def _number(section: list[Token]) -> Callable[[Decimal, bool], str] | None:
    """What shows a number by this section; None where the section asks for more than we do."""
    kinds = {kind for kind, _ in section}
    if kinds & {"condition", "exponent", "date", "elapsed", "general"} or ("other", "/") in section:
        return None
    point = next((at for at, token in enumerate(section) if token == ("other", ".")), len(section))
    before, after = section[:point], section[point + 1 :]
    digits_at = [at for at, (kind, _) in enumerate(before) if kind == "digit"]
    commas = [at for at, token in enumerate(before) if token == ("other", ",")]
    grouped = any(digits_at[0] < at < digits_at[-1] for at in commas) if digits_at else False
    scale = 2 * sum(token == ("other", "%") for token in section)
    scale -= 3 * sum(bool(digits_at) and at > digits_at[-1] for at in commas)
    places = "".join(text for kind, text in after if kind == "digit")
    unit = Decimal(1).scaleb(-len(places))
    dot = "." if point < len(section) else ""

    def show(number: Decimal, negative: bool) -> str:
        rounded = number.scaleb(scale).quantize(unit, ROUND_HALF_UP)
        whole, _, decimals = format(rounded, "f").partition(".")
        left = _filled(before, "" if whole == "0" else whole, grouped)
        kept = len(decimals)
        while kept and places[kept - 1] == "#" and decimals[kept - 1] == "0":
            kept -= 1
        sign = "-" if negative and rounded else ""
        return f"{sign}{left}{dot if kept else ''}{_decimals(after, decimals[:kept])}"

    simple = _simple(before, after, digits_at)
    if simple is None or "#" in places or "?" in places:
        return show
    prefix, least, suffix = simple
    # One call of format() where digits stand together: `$#,##0.00`, `000`, `0%`.
    comma = "," if grouped else ""
    width = "" if least < 2 or grouped else f"0{least + (len(places) + 1 if places else 0)}"
    if least < 1 or (grouped and least > 1):
        return show

    def show_simple(number: Decimal, negative: bool) -> str:
        rounded = number.scaleb(scale).quantize(unit, ROUND_HALF_UP)
        return f"{'-' if negative and rounded else ''}{prefix}{rounded:{width}{comma}f}{suffix}"

    return show_simple


def _simple(before: list[Token], after: list[Token], digits_at: list[int]) -> tuple[str, int, str] | None:
    """Text in front, zeros at least, text behind; None where text stands between the digits."""
    if not digits_at:
        return None
    inner = before[digits_at[0] : digits_at[-1] + 1]
    behind = [*before[digits_at[-1] + 1 :], *after]
    last_digit = max((at for at, (kind, _) in enumerate(behind) if kind == "digit"), default=-1)
    if any(kind != "digit" and text != "," for kind, text in [*inner, *behind[: last_digit + 1]]):
        return None
    shape = "".join(text for kind, text in inner if kind == "digit")
    if "?" in shape:
        return None
    prefix = "".join(text for _, text in before[: digits_at[0]])
    return prefix, shape.count("0"), "".join(text for kind, text in behind if kind != "digit" and text != ",")


def _decimals(after: list[Token], decimals: str) -> str:
    shown, used = [], 0
    for kind, text in after:
        if kind == "digit":
            shown.append(decimals[used : used + 1])
            used += 1
        elif (kind, text) != ("other", ","):
            shown.append(text)
    return "".join(shown)


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
