"""Loading the words that lead beyond a question and its answer: call, split, remind, burst, then."""

from typing import Any

from bot_runtime.dialogs.durations import duration
from bot_runtime.dialogs.expressions import Expression, expression_source
from bot_runtime.dialogs.languages import text
from bot_runtime.dialogs.model import Arm, Burst, Call, Chained, Reminder

DEFAULT_WITHIN_S = 5


def call_of(data: Any) -> Call:
    if isinstance(data, str):
        return Call(data)
    return Call(data["dialog"], _given(data), tuple((data.get("save") or {}).items()))


def then_of(data: Any) -> Chained:
    if isinstance(data, str):
        return Chained(data)
    return Chained(data["dialog"], _given(data), seconds(data.get("after", 0)))


def arm_of(data: dict[str, Any]) -> Arm:
    return Arm(data["share"], data["goto"], str(data.get("name", data["goto"])))


def reminder_of(data: dict[str, Any], language: str) -> Reminder:
    say = text(data["say"], language) if "say" in data else None
    return Reminder(seconds(data["after"]), say, data.get("template"))


def burst_of(data: dict[str, Any]) -> Burst:
    return Burst(data["take"], seconds(data.get("within", f"{DEFAULT_WITHIN_S}s")))


def seconds(value: Any) -> int:
    """Seconds of `5s` or `2h`; 0 for anything that is no time."""
    found = duration(value)
    return int(found.total_seconds()) if found else 0


def _given(data: dict[str, Any]) -> tuple[tuple[str, Expression], ...]:
    return tuple((name, Expression.parse(expression_source(value))) for name, value in (data.get("with") or {}).items())
