"""A date or time as a spreadsheet shows it, by the tokens of its format code (`number_formats`)."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

Token = tuple[str, str]
"""Kind and text, as `number_formats` cuts a code."""

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


def show_date(section: list[Token], value: Any, language: str) -> str:
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
