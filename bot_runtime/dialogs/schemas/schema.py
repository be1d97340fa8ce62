"""The shape of a workspace's files as JSON Schema (draft 2020-12): what editors complete and `shape.py` checks.

`x-is` names what a value is meant to be, for our own words on what does not fit; a printed schema has none.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bot_runtime.dialogs.schemas.dialog import dialog_schema
from bot_runtime.dialogs.schemas.files import bot_schema, template_schema, test_schema
from bot_runtime.dialogs.schemas.parts import Describe, Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"

KINDS: Mapping[str, Callable[[Describe], Schema]] = {
    "dialog": dialog_schema,
    "bot": bot_schema,
    "template": template_schema,
    "test": test_schema,
}


@cache
def validator_schema(kind: str) -> Schema:
    """The schema of `kind` (dialog, bot, template or test) as the check uses it."""
    return KINDS[kind](Describe())


def schema(kind: str, language: str = "en") -> Schema:
    """The schema of `kind` as an editor gets it."""
    printed: Schema = _without_marks(KINDS[kind](Describe(language)))
    return {"$schema": DRAFT, **printed}


def _without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_marks(inner) for key, inner in value.items() if key != "x-is"}
    return [_without_marks(inner) for inner in value] if isinstance(value, list) else value
