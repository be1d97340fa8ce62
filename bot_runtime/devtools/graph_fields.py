"""Reading the fields of a Graph call, each refused as Graph refuses it."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot_runtime.devtools.graph_errors import GraphError


def mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if value is None:
        raise GraphError(131008, f"Parameter '{name}' is mandatory")
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {name} must be a JSON object")
    return value


def objects(parent: Mapping[str, Any], name: str) -> list[Any]:
    value = parent.get(name)
    if not value:
        raise GraphError(131008, f"Parameter '{name}' is mandatory")
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise GraphError(100, f"Param {name} must be an array of objects")
    return value


def text(parent: Mapping[str, Any], name: str, default: str | None = None) -> str:
    if name not in parent and default is not None:
        return default
    value = parent.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"Parameter '{name}' is mandatory")
    if not isinstance(value, str):
        raise GraphError(100, f"Param {name} must be a string")
    return value


def within(value: str, most: int, what: str, code: int = 131009) -> str:
    if not 1 <= len(value) <= most:
        raise GraphError(code, f"{what} length invalid. Min length: 1, Max length: {most}")
    return value


def only(parent: Mapping[str, Any], names: Collection[str], where: str) -> None:
    for name in parent:
        if name not in names:
            raise GraphError(100, f'Unexpected key "{name}" on param "{where}"')


def check_source(media: Mapping[str, Any], kind: str) -> None:
    if ("id" in media) == ("link" in media):
        raise GraphError(131009, f"{kind} needs either id or link")
    if "link" in media and not re.match(r"https?://[^/\s]+", text(media, "link")):
        raise GraphError(100, f"Param {kind}['link'] is not a valid URI.")
