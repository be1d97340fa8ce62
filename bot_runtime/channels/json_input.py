"""Reading JSON that somebody else wrote, without trusting any of it."""

import json
import re
from typing import Any, Final, NoReturn

import msgspec

from bot_runtime.errors import BadPayload

MAX_DEPTH: Final = 64
_NO_WORD: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`.

    Broken UTF-8 and half surrogate pairs become U+FFFD: a person's odd character must not bring the webhook back for
    a week. NaN, infinities, repeated keys and nesting over 64 are refused.

    Raises:
        BadPayload: 400, it is not such a JSON object.
    """
    try:
        # The standard library's parser: the only one that shows repeated keys. 20 µs for an ordinary webhook.
        read = json.loads(body.decode("utf-8", "replace"), object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadPayload("not JSON") from error
    if not isinstance(read, dict):
        raise BadPayload("not a JSON object")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _too_deep(read):
        raise BadPayload("JSON nested too deeply")
    return read


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("repeated key")
    return read


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _too_deep(tree: object) -> bool:
    level: list[Any] = [tree]
    for _ in range(MAX_DEPTH):
        branches = [list(node.values()) if isinstance(node, dict) else node for node in level]
        level = [child for branch in branches for child in branch if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def text_of(value: object) -> str:
    """A string or whole number as text; anything else is empty."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else ""


def word_of(value: object) -> str:
    """A provider's constant (a type, a status, a code), safe to keep and to log whatever it holds."""
    return _NO_WORD.sub("", text_of(value)[:64])[:40]


def number_of(value: object) -> float | None:
    """A finite number, or a string that holds one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None


def object_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def decode(body: bytes) -> dict[str, Any]:
    """A provider's answer as an object; empty when it is something else."""
    try:
        return object_of(msgspec.json.decode(body))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
