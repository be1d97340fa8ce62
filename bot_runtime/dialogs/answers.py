"""Reading a contact's answer to a question, one reader a kind (`docs/architecture.md`, "Answer types")."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot_runtime.dialogs import menus, numerals, values
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.model import Answer, Option
from bot_runtime.dialogs.received import MAX_MB, said_kinds
from bot_runtime.dialogs.recognizers.amounts import read_amount
from bot_runtime.dialogs.recognizers.dates import read_date
from bot_runtime.dialogs.recognizers.identity import read_email, read_location, read_name
from bot_runtime.dialogs.recognizers.masks import order_of, usual_mask, written
from bot_runtime.dialogs.recognizers.patterns import read_pattern
from bot_runtime.dialogs.recognizers.phones import read_phone
from bot_runtime.dialogs.recognizers.ready import read_intent, read_receipt
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.recognizers.several import read_several
from bot_runtime.dialogs.recognizers.times import read_time
from bot_runtime.dialogs.recognizers.validators import read_validated
from bot_runtime.dialogs.recognizers.whole import read_number, read_rating, scale
from bot_runtime.dialogs.recognizers.yes_no import read_yes_no
from bot_runtime.dialogs.texts import say
from bot_runtime.dialogs.within import Window, judged, window_of

__all__ = ["BOUNDED", "KINDS", "MAX_TEXT", "Fits", "Here", "Unfit", "as_limit", "bounded", "hint", "read"]

MAX_TEXT = 1_000  # characters, unless the question says otherwise (F039)

KINDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"max", "validator", "example"}),
    "number": frozenset({"min", "max"}),
    "rating": frozenset({"min", "max"}),
    "yes_no": frozenset(),
    "receipt": frozenset(),
    "intent": frozenset(),
    "choice": frozenset({"choices"}),
    "reason": frozenset({"choices", "other", "ask", "max"}),
    "multiple": frozenset({"choices", "min", "max"}),
    "amount": frozenset({"min", "max", "currency"}),
    "date": frozenset({"mask", "min", "max", "within"}),
    "time": frozenset({"min", "max", "within", "day"}),
    "email": frozenset(),
    "phone": frozenset(),
    "name": frozenset(),
    "location": frozenset({"fallback"}),
    "attachment": frozenset({"kinds", "max_mb"}),
    "form": frozenset({"flow", "button", "screen", "fields"}),
    "pattern": frozenset({"pattern", "example"}),
}
"""Every kind with the limits it takes."""

BOUNDED = frozenset({"number", "amount", "date", "time"})
"""Kinds whose `min` and `max` may be expressions over the contact's data (F034, F035)."""


def read(answer: Answer, text: str, here: Here) -> Fits | Unfit:
    """What `text` means as an answer of this kind. Its limits are values: `bounded` has computed them."""
    if not text.strip():
        return Unfit("empty")
    read = _READERS[answer.kind](answer.limits, text, here)
    window = answer.limits.get("within")
    return judged(answer.kind, read, window) if isinstance(window, Window) else read


_LITERAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}:[0-9]{2}|[-+]?[0-9]+(?:\.[0-9]+)?")


def is_computed(kind: Any, written: Any) -> bool:
    """Whether a `min` or `max` is an expression (`today() + days(30)`, `saldo`) and no value of its own."""
    return kind in BOUNDED and isinstance(written, str) and not _LITERAL.fullmatch(written.strip())


def as_limit(kind: str, written: Any) -> Any:
    """A `min` or `max` as the author wrote it. Raises `ExpressionError`."""
    return Expression.parse(written) if is_computed(kind, written) else written


def bounded(answer: Answer, data: Mapping[str, Any]) -> Answer:
    """`answer` with the limits that depend on `data` computed; one that comes out empty is no limit."""
    within = answer.limits.get("within")
    depends = within is not None or any(isinstance(limit, Expression) for limit in answer.limits.values())
    if answer.kind not in BOUNDED or not depends:
        return answer
    limits = {
        name: limit.evaluate(data) if isinstance(limit, Expression) else limit for name, limit in answer.limits.items()
    }
    if within is not None:
        limits["within"] = window_of(answer.limits, data)
    return Answer(answer.kind, {name: limit for name, limit in limits.items() if not values.is_empty(limit)})


def hint(answer: Answer, here: Here) -> str:
    """What is expected, as a sentence to the contact: "Responde con un número del 1 al 5."; limits are values."""
    limits, language = answer.limits, here.language
    match answer.kind:
        case "text" if "validator" in limits:
            example = limits.get("example")
            return say(language, "hint_pattern" if example is None else "hint_pattern_example", example=example)
        case "attachment":
            kinds, most = said_kinds(limits, here), limits.get("max_mb", MAX_MB)
            return say(language, "hint_attachment", kinds=kinds, most=most)
        case "location" if limits.get("fallback"):
            return say(language, "hint_location_text")
        case "text":
            return say(language, "hint_text", max=limits.get("max", MAX_TEXT))
        case "rating":
            least, most = scale(limits)
            return say(language, "hint_rating", min=least, max=most)
        case "number":
            return say(language, f"hint_number{_bounds(limits)}", **_shown_limits(limits, str))
        case "choice" | "reason":
            return say(language, "hint_choice", choices=_listed(limits, language))
        case "multiple":
            return say(language, "hint_multiple", choices=_listed(limits, language))
        case "amount":
            return _with_limits("hint_amount", limits, here, lambda limit: str(_amount(limit, here)))
        case "date":
            mask = limits.get("mask", "")
            order = order_of(mask) or ""
            shown: dict[str, Any] = {"mask": mask or usual_mask(here), "example": written(here.now.date(), mask, here)}
            return _with_limits(
                "hint_date",
                limits,
                here,
                lambda limit: written(day, mask, here) if (day := _date(limit, here, order)) else "",
                **shown,
            )
        case "time":
            return _with_limits("hint_time", limits, here, lambda limit: _time(limit, here))
        case "pattern":
            example = limits.get("example")
            return say(language, "hint_pattern" if example is None else "hint_pattern_example", example=example)
        case kind:
            return say(language, f"hint_{kind}")


def _bounds(limits: Mapping[str, Any]) -> str:
    """Which limits there are, as the ending of a hint's name."""
    if "min" in limits and "max" in limits:
        return "_between"
    return "_from" if "min" in limits else "_to" if "max" in limits else ""


def _shown_limits(limits: Mapping[str, Any], show: Callable[[Any], str]) -> dict[str, Any]:
    return {name: show(limits[name]) for name in ("min", "max") if name in limits}


def _with_limits(key: str, limits: Mapping[str, Any], here: Here, show: Callable[[Any], str], **facts: Any) -> str:
    said = say(here.language, key, **facts)
    shown = {name: limit for name, limit in _shown_limits(limits, show).items() if limit not in ("", "None")}
    said = f"{said} {say(here.language, f'limits{_bounds(shown)}', **shown)}" if shown else said
    window = limits.get("within")
    return f"{said} {window.said(here)}".rstrip() if isinstance(window, Window) and key == "hint_time" else said


def _read_text(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    """Kept exactly as written, or as a validator gives it back."""
    if "validator" in limits:
        return read_validated(text, limits["validator"])
    return Fits(text) if len(text) <= limits.get("max", MAX_TEXT) else Unfit("too_long")


def _read_choice(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    """The code of the choice named by its label or a synonym, or by its number where no choice is itself a number."""
    names, numbered = _named(limits, here.language)
    found = sorted(menus.fitting(names, text, numbered))
    if len(found) == 1:
        return Fits(_choices(limits)[found[0]].code)
    return Unfit("ambiguous", tuple(names[each][0] for each in found)) if found else Unfit("not_a_choice")


def _read_multiple(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    names, numbered = _named(limits, here.language)
    codes = [choice.code for choice in _choices(limits)]
    return read_several(names, codes, text, numbered, limits.get("min", 1), limits.get("max"))


def _named(limits: Mapping[str, Any], language: str) -> tuple[list[tuple[str, ...]], int]:
    """What each choice is called, and how many of them go by number too."""
    names = [_names(choice.spoken(language)) for choice in _choices(limits)]
    are_numbers = any(numerals.whole(name, language) is not None for called in names for name in called)
    return names, 0 if are_numbers else len(names)


def _names(choice: Option) -> tuple[str, ...]:
    return choice.label.render({}), *choice.synonyms


def _read_amount(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    least, most = (_amount(limits.get(name), here) for name in ("min", "max"))
    return read_amount(text, here, least, most, limits.get("currency", ""))


def _amount(limit: Any, here: Here) -> Decimal | None:
    """A limit as a list may bring it: a number, or an amount in words and digits; None for anything else."""
    if limit is None or isinstance(limit, bool):
        return None
    if values.as_number(limit) is not None:
        return Decimal(str(limit).strip())
    found = read_amount(str(limit), here)
    return Decimal(str(found.value)) if isinstance(found, Fits) else None


def _read_date(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    order = order_of(limits.get("mask", "")) or ""
    least, most = (_date(limits.get(name), here, order) for name in ("min", "max"))
    return read_date(text, here, order, least, most)


def _date(limit: Any, here: Here, order: str) -> date | None:
    found = read_date(str(limit), here, order) if limit is not None else None
    return date.fromisoformat(str(found.value)) if isinstance(found, Fits) else None


def _read_time(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    least, most = (_time(limits.get(name), here) for name in ("min", "max"))
    return read_time(text, here, least, most)


def _time(limit: Any, here: Here) -> str:
    found = read_time(f"{limit:0>5}" if isinstance(limit, str) else str(limit), here) if limit is not None else None
    return str(found.value) if isinstance(found, Fits) else ""


def _choices(limits: Mapping[str, Any]) -> Sequence[Option]:
    """What the question takes, in the shape of a menu's options."""
    choices: Sequence[Option] = limits["choices"]
    return choices


def _read_location(limits: Mapping[str, Any], text: str, here: Here) -> Fits | Unfit:
    """A place in writing; with `fallback: text` an address that is none is kept as it was written, both ways."""
    found = read_location(text, here)
    if isinstance(found, Fits) or not limits.get("fallback"):
        return found
    written = " ".join(text.split())
    return Fits(written, (("address", written),)) if len(written) <= MAX_TEXT else Unfit("too_long")


def _listed(limits: Mapping[str, Any], language: str) -> str:
    """`A, B o C`."""
    labels = [choice.label.render({}, language) for choice in _choices(limits)]
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} {say(language, 'or')} {labels[-1]}"


_READERS: dict[str, Callable[[Mapping[str, Any], str, Here], Fits | Unfit]] = {
    "text": _read_text,
    "number": read_number,
    "rating": read_rating,
    "yes_no": lambda limits, text, here: read_yes_no(text, here),
    "receipt": lambda limits, text, here: read_receipt(text, here),
    "intent": lambda limits, text, here: read_intent(text, here),
    "choice": _read_choice,
    "reason": _read_choice,
    "multiple": _read_multiple,
    "amount": _read_amount,
    "date": _read_date,
    "time": _read_time,
    "email": lambda limits, text, here: read_email(text, here),
    "phone": lambda limits, text, here: read_phone(text, here),
    "name": lambda limits, text, here: read_name(text, here),
    "location": lambda limits, text, here: _read_location(limits, text, here),
    "attachment": lambda limits, text, here: Unfit("not_a_file"),
    "form": lambda limits, text, here: Unfit("not_a_form"),
    "pattern": lambda limits, text, here: read_pattern(text, limits["pattern"]),
}
