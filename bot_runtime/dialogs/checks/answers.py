"""What an answer's type takes: its limits, mask, pattern (F028 to F048)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs import values
from bot_runtime.dialogs.answers import BOUNDED, KINDS, is_computed
from bot_runtime.dialogs.expressions import Expression, ExpressionError
from bot_runtime.dialogs.problems import Problem, Term, nearest
from bot_runtime.dialogs.reasons import OTHER
from bot_runtime.dialogs.recognizers import validators
from bot_runtime.dialogs.recognizers.masks import order_of
from bot_runtime.dialogs.recognizers.patterns import BadPattern, compiled
from bot_runtime.dialogs.schemas.shape import wrong_type
from bot_runtime.dialogs.tree import Path, Tree, items, plain

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


def answer_problems(tree: Tree, path: Path, answer: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of a long form, whose `type` there is."""
    kind = answer["type"]
    for key in answer:
        if key != "type" and key not in KINDS[kind] and any(key in limits for limits in KINDS.values()):
            yield tree.problem(
                (*path, key), "limit_not_taken", key=True, name=key, kind=kind, known=sorted(KINDS[kind])
            )
    if kind in ("choice", "multiple", "reason") and "choices" not in answer:
        yield tree.problem(path, "choice_without_choices", kind=kind)
    if kind == "reason":
        for place, one in items(answer.get("choices"), (*path, "choices")):
            if plain(one).get("code") == OTHER:
                yield tree.problem((*place, "code"), "other_is_kept", name=OTHER)
    if "day" in answer and "day" in KINDS[kind] and "within" not in answer:
        yield tree.problem((*path, "day"), "day_without_within", key=True)
    if isinstance(answer.get("mask"), str) and kind == "date" and order_of(answer["mask"]) is None:
        yield tree.problem((*path, "mask"), "bad_mask", got=answer["mask"])
    if isinstance(answer.get("validator"), str) and kind == "text" and answer["validator"] not in validators.names():
        known = validators.names()
        facts = {"name": answer["validator"], "near": nearest(answer["validator"], known), "known": list(known)}
        yield tree.problem((*path, "validator"), "unknown_validator", **facts)
    if kind == "form" and "flow" not in answer and (unused := answer.keys() & {"button", "screen"}):
        yield tree.problem((*path, min(unused)), "form_without_flow", key=True, name=min(unused))
    if kind == "pattern":
        yield from _pattern(tree, path, answer.get("pattern"))
    yield from _bounds(tree, path, kind, answer)


def _pattern(tree: Tree, path: Path, pattern: Any) -> Iterator[Problem]:
    if pattern is None:
        yield tree.problem(path, "pattern_without_pattern")
    elif isinstance(pattern, str) and pattern:
        try:
            compiled(pattern)
        except BadPattern as error:
            yield tree.problem((*path, "pattern"), "bad_pattern", why=str(error))


def _bounds(tree: Tree, path: Path, kind: str, answer: Mapping[str, Any]) -> Iterator[Problem]:
    for key in KINDS[kind] & {"min", "max"}:
        limit = answer.get(key)
        if limit is None or isinstance(limit, bool):
            continue
        if (kind not in BOUNDED and not isinstance(limit, int)) or (kind == "number" and isinstance(limit, float)):
            yield wrong_type(tree, (*path, key), limit, "integer")
        elif kind == "rating" and not 0 <= limit <= 10:
            yield tree.problem((*path, key), "rating_range", got=limit)
        elif kind == "text" and limit < 1:
            yield tree.problem((*path, key), "too_small", name=key, got=limit, least=1)
        elif kind in BOUNDED and not _can_be(kind, limit):
            yield tree.problem((*path, key), "bad_limit", name=key, got=limit, expected=Term(f"kind_{kind}"))
    lowest, highest = (1, 5) if kind == "rating" else (None, None)
    if kind == "multiple" and isinstance(answer.get("choices"), list):
        highest = len(answer["choices"])
    least, most = answer.get("min", lowest), answer.get("max", highest)
    if _is_above(kind, least, most):
        yield tree.problem((*path, "min" if "min" in answer else "max"), "min_above_max", least=least, most=most)


def _can_be(kind: str, limit: Any) -> bool:
    """Whether a limit may come out as a value of its kind; of one that reads data nobody knows before."""
    if is_computed(kind, limit):
        try:
            computed = Expression.parse(limit)
        except ExpressionError:
            return True  # said where expressions are
        if computed.names or computed.departments or "(" in limit:
            return True
        limit = computed.evaluate({})  # 31/12/2026 is a sum
    if values.is_empty(limit):
        return False
    match kind:
        case "date":
            return values.as_date(limit) is not None
        case "time":
            return isinstance(limit, str) and _TIME.fullmatch(limit.strip()) is not None
        case _:
            return values.as_number(limit) is not None


def _is_above(kind: str, least: Any, most: Any) -> bool:
    """Of limits that are written out; times of one day, as they are compared."""
    if isinstance(least, int | float) and isinstance(most, int | float):
        return least > most
    if not (isinstance(least, str) and isinstance(most, str)):
        return False
    written = not is_computed(kind, least) and not is_computed(kind, most) and kind in ("date", "time")
    return written and f"{least.strip():0>5}" > f"{most.strip():0>5}"
