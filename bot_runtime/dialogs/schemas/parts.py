"""The small shapes that schemas are made of, and what is said of each key."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

Schema = dict[str, Any]

NAME = "^[a-z][a-z0-9_]{0,63}$"
STATE_NAME = "^[a-zñáéíóúü][a-z0-9_ñáéíóúü]{0,63}$"
_LETTERS = "A-Za-zÁÉÍÓÚÜÑáéíóúüñ_"  # spelt out: editors read \w as ASCII
VARIABLE = f"^[{_LETTERS}][{_LETTERS}0-9]{{0,63}}$"
DURATION = "^([0-9]+h)?([0-9]+m)?$"
LANGUAGES = ["es", "en", "pt"]  # those with a file in `builtin/`
OUR_LANGUAGES = ["es", "en"]  # what those who work with it read
NEED_TYPES = ["text", "number", "yes_no", "amount", "date", "time", "email", "phone"]
ANSWER_TYPES = [
    *("text", "number", "rating", "yes_no", "receipt", "intent", "choice", "reason", "multiple", "amount"),
    *("date", "time", "email", "phone", "name", "location", "attachment", "form", "pattern"),
]
ENDED = ["finished", "timed_out", "closed", "opted_out", "interrupted", "failed"]
METADATA_TYPES = ["text", "paragraph", "yes_no"]
MEDIA = ["image", "audio", "video", "document"]
TEXT_MAX = 4096


class Describe:
    """Titles and descriptions by key, in a language; with none, for checking, where nobody reads them."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language
        self.texts = _descriptions(language) if language else {}
        self.titles = _titles(language) if language else {}

    def __call__(self, key: str, schema: Schema) -> Schema:
        titled = {"title": self.titles[key], **schema} if key in self.titles else schema
        return {"description": self.texts[key], **titled} if key in self.texts else titled


def text(limit: int = TEXT_MAX) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def spoken(form: Schema) -> Schema:
    """`form`, or one for each of some languages."""
    by_language = {
        "type": "object",
        "properties": dict.fromkeys(LANGUAGES, form),
        "additionalProperties": False,
        "minProperties": 1,
        "x-is": "by_language",
    }
    return {"anyOf": [*form.get("anyOf", [form]), by_language]}


def said(limit: int = TEXT_MAX) -> Schema:
    """A text that contacts read, in one language or in several."""
    return spoken(text(limit))


def one_or_many(one: Schema) -> Schema:
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1, "maxItems": 20}]}


def word() -> Schema:
    """A text that is often written as a bare number: a code, a synonym, an account."""
    return {"type": ["string", "integer"], "minLength": 1, "maxLength": 200}


def words() -> Schema:
    return {"anyOf": [word(), {"type": "array", "items": word(), "minItems": 1, "maxItems": 100}]}


def name(pattern: str = NAME, kind: str = "name") -> Schema:
    return {"type": "string", "pattern": pattern, "x-is": kind}


def state() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 100}


def duration() -> Schema:
    shapes = [{"const": 0}, {"type": "string", "minLength": 1, "pattern": DURATION}]
    return {"anyOf": shapes, "x-is": "duration", "examples": ["4h", "90m", "1h30m"]}


def expression() -> Schema:
    return {"type": ["string", "boolean", "number"], "minLength": 1}


def value() -> Schema:
    return {"type": ["string", "number", "boolean", "null"]}


def mapping(properties: Mapping[str, Schema], required: tuple[str, ...] = (), **more: Any) -> Schema:
    shape: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**shape, "required": list(required)} if required else shape


def named(values: Schema, pattern: str = NAME, kind: str = "name", **more: Any) -> Schema:
    return {"type": "object", "propertyNames": name(pattern, kind), "additionalProperties": values, **more}


@cache
def _descriptions(language: str) -> Mapping[str, str]:
    return _read(f"schema_{'es' if language.startswith('es') else 'en'}.yaml")


@cache
def _titles(language: str) -> Mapping[str, str]:
    both = {key: titles.split(" | ") for key, titles in _read("schema_titles.yaml").items()}
    return {key: titles[not language.startswith("es")] for key, titles in both.items()}


def _read(file: str) -> dict[str, str]:
    from bot_runtime.dialogs import tree

    source = (resources.files("bot_runtime.dialogs") / "messages" / file).read_bytes()
    texts: dict[str, str] = tree.read(file, source).data
    return texts
