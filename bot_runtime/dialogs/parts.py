"""Named parts of JSON that somebody else wrote: `save: { saldo: cuenta.saldo }` → answers. Pure; trusts nothing.

A path is made of keys and numbers with dots between (`items.0.name`; `.` is the whole); `?` at its end says that the
part may be missing or null. What is kept is a text, a number, true or false, or a list of texts: never a tree.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot_runtime.dialogs.session import Value

MAX_TEXT = 4_096
MAX_LIST = 100
_PATH = re.compile(r"(?:\.|[^\s.?]+(?:\.[^\s.?]+){0,15})\??")
_MISSING = object()


class BadPart(Exception):
    """A part is not there (`missing_part`) or is nothing an answer can be (`bad_part`)."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(f"{reason}: {name}")
        self.reason, self.name = reason, name


@dataclass(frozen=True, slots=True)
class Part:
    """What of the JSON is kept under `name`; `path` as the author wrote it."""

    name: str
    path: str

    @property
    def may_miss(self) -> bool:
        return self.path.endswith("?")

    @property
    def steps(self) -> list[str]:
        return [step for step in self.path.removesuffix("?").split(".") if step]


def is_path(path: str) -> bool:
    return _PATH.fullmatch(path) is not None


def read_parts(data: Any, parts: Sequence[Part] | Mapping[str, str]) -> dict[str, Value]:
    """The parts of `data` as answers.

    Raises:
        BadPart: one that has to be there is not, or is no text, number, truth value or list of texts.
    """
    listed = [Part(name, path) for name, path in parts.items()] if isinstance(parts, Mapping) else parts
    return {part.name: _read(data, part) for part in listed}


def _read(data: Any, part: Part) -> Value:
    found = data
    for step in part.steps:
        found = _step(found, step)
    if found is _MISSING or found is None:
        if part.may_miss:
            return None
        raise BadPart("missing_part", part.name)
    value = _value(found)
    if value is _MISSING:
        raise BadPart("bad_part", part.name)
    return value  # type: ignore[no-any-return]


def _step(data: Any, step: str) -> Any:
    if isinstance(data, dict):
        return data.get(step, _MISSING)
    if isinstance(data, list) and step.isascii() and step.isdigit() and len(step) < 6 and int(step) < len(data):
        return data[int(step)]
    return _MISSING


def _value(found: Any) -> Any:
    match found:
        case bool():
            return found
        case int():
            return found if abs(found) < 10**15 else _MISSING  # beyond, other languages round it
        case float():
            return found if math.isfinite(found) and abs(found) < 10**15 else _MISSING
        case str():
            text = _clean(found)
            return text if len(text) <= MAX_TEXT else _MISSING
        case list() if len(found) <= MAX_LIST:
            values = [_value(each) for each in found if not isinstance(each, list)]
            plain = all(isinstance(each, str | int | float) for each in values)
            return [_printed(each) for each in values] if plain and len(values) == len(found) else _MISSING
    return _MISSING


def _printed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _clean(text: str) -> str:
    """Half characters and control signs become nothing a channel or a store would choke on."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(letter for letter in whole if letter >= " " or letter in "\n\t")
