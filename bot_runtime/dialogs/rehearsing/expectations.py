"""What a turn of a transcript came to, and the first thing in it that is otherwise than written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot_runtime.dialogs.effects import AnyEffect, CancelTimer, RecordUnfit, Send, StartTimer
from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.rehearsing.rehearsal import Rehearsal
from bot_runtime.dialogs.session import Session
from bot_runtime.dialogs.tree import Path, Tree

EXPECTS = ("bot", "dialog", "state", "answers", "ended", "effects")
_NOT_TOLD = (Send, StartTimer, CancelTimer, RecordUnfit)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a transcript stops being true. `key` is what differs; `code` tells when it could not even be run."""

    where: Where
    turn: int  # from 1; 0: before the first
    key: str
    expected: Any = None
    got: Any = None
    code: str = "differs"
    facts: Mapping[str, Any] = field(default_factory=dict)


def happened(rehearsal: Rehearsal, effects: Sequence[AnyEffect]) -> dict[str, Any]:
    """What a turn came to, under the keys a transcript uses."""
    session = rehearsal.scene.session
    result: dict[str, Any] = {"bot": [rehearsal.text_of(effect) for effect in effects if isinstance(effect, Send)]}
    if session is not None:
        if session.dialog != rehearsal.dialog.name:
            result["dialog"] = session.dialog  # one that was called, or that followed
        result["state"] = session.state
        result["answers"] = dict(session.answers)
    result["ended"] = session.cause if session is not None and session.phase == "ended" else None
    result["effects"] = [written(effect) for effect in effects if not isinstance(effect, _NOT_TOLD)]
    return result


def written(effect: AnyEffect) -> dict[str, Any]:
    """`{close_ticket: {reason: …}}`."""
    data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(effect))  # tuples as the lists that a file has
    return {data.pop("do"): data}


def worth_checking(got: Mapping[str, Any], before: Session | None) -> dict[str, Any]:
    """Of all that a turn came to, what its transcript should hold it to; `before`: the session until then."""
    known = before.answers if before is not None else {}
    answers = {name: value for name, value in got.get("answers", {}).items() if known.get(name, ...) != value}
    kept = {"bot": got["bot"]}
    if "dialog" in got:
        kept["dialog"] = got["dialog"]
    if "state" in got:
        kept["state"] = got["state"]
    return {
        **kept,
        **({"answers": answers} if answers else {}),
        **({"ended": got["ended"]} if got["ended"] else {}),
        **({"effects": got["effects"]} if got["effects"] else {}),
    }


_OPTIONS = re.compile(r"(\n\d+\) [^\n]*)+\Z")


def without_options(got: Mapping[str, Any]) -> dict[str, Any]:
    """The same turn, its texts without the numbered options below them."""
    return {**got, "bot": [_OPTIONS.sub("", text) for text in got["bot"]]}


def compare(tree: Tree, number: int, turn: Mapping[str, Any], got: Mapping[str, Any]) -> Difference | None:
    """The first key of turn `number` (from 1) that says something else than what happened."""
    for key in EXPECTS:
        if key in turn and not _agrees(key, turn[key], got.get(key)):
            shown = got.get(key)
            if key == "answers" and isinstance(shown, dict) and isinstance(turn[key], dict):
                shown = {name: shown.get(name) for name in turn[key]}
            where = tree.where(("turns", number - 1, key, *_part(key, turn[key], got.get(key))))
            return Difference(where, number, key, turn[key], shown)
    return None


def _part(key: str, expected: Any, got: Any) -> Path:
    """Which item of a list or mapping is the one that differs; nothing where the whole does."""
    if key == "bot" and isinstance(expected, list):
        for number, (text, came) in enumerate(zip(_texts(expected), got, strict=False)):
            if text != came.rstrip():
                return (number,)
    if key == "effects" and isinstance(expected, list):
        for number, (one, other) in enumerate(zip(expected, got, strict=False)):
            if not _same_effect(one, other):
                return (number,)
    if key == "answers" and isinstance(expected, dict):
        got = got or {}
        return next(((name,) for name, value in expected.items() if name not in got or not _same(value, got[name])), ())
    return ()


def _agrees(key: str, expected: Any, got: Any) -> bool:
    match key:
        case "bot":
            return _texts(expected) == [text.rstrip() for text in got]
        case "state" | "dialog":
            return bool(str(expected) == got)
        case "ended":
            return bool((expected or None) == got) or (expected is True and got is not None)
        case "answers":
            got = got or {}
            return isinstance(expected, dict) and all(
                name in got and _same(value, got[name]) for name, value in expected.items()
            )
        case _:
            return _same_effects(expected, got)


def _texts(expected: Any) -> list[str]:
    listed = expected if isinstance(expected, list) else [] if expected is None else [expected]
    return [str(text).rstrip() for text in listed]


def _same(expected: Any, got: Any) -> bool:
    return type(expected) is type(got) and bool(expected == got)


def _same_effects(expected: Any, got: Sequence[Mapping[str, Any]]) -> bool:
    """Each effect listed, in order, with at least the facts mentioned; none beside them."""
    if not isinstance(expected, list) or len(expected) != len(got):
        return expected is None and not got
    return all(_same_effect(one, other) for one, other in zip(expected, got, strict=True))


def _same_effect(expected: Any, got: Mapping[str, Any]) -> bool:
    name, facts = next(iter(got.items()))
    if not isinstance(expected, dict):
        return bool(expected == name)
    return list(expected) == [name] and all(
        facts.get(key) == value or str(facts.get(key)) == value for key, value in (expected[name] or {}).items()
    )
