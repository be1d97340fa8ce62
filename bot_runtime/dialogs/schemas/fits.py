"""Whether data fits one of our schemas, said quickly and without reasons: nearly every file does.

`jsonschema` says why something does not fit, but takes a millisecond a state to find that nothing is wrong; a thousand
dialogs would wait seconds for it. Here a schema becomes one function. A test holds both to the same verdicts.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Fits = Callable[[Any], bool]

_TYPES: Mapping[str, Fits] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: (isinstance(value, int) and not isinstance(value, bool)) or _is_whole_float(value),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}
_SAYS_NOTHING = frozenset({"description", "title", "default", "examples", "x-is"})


def compiled(schema: Mapping[str, Any]) -> Fits:
    """Raises KeyError for a keyword that our schemas do not use."""
    checks = [_KEYWORDS[word](value, schema) for word, value in schema.items() if word not in _SAYS_NOTHING]
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _type(kinds: Any, _: Any) -> Fits:
    if isinstance(kinds, str):
        return _TYPES[kinds]
    tests = [_TYPES[kind] for kind in kinds]
    return lambda value: any(test(value) for test in tests)


def _enum(allowed: Any, _: Any) -> Fits:
    return lambda value: any(_same(value, one) for one in allowed)


def _const(only: Any, _: Any) -> Fits:
    return lambda value: _same(value, only)


def _pattern(source: str, _: Any) -> Fits:
    search = re.compile(source).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _length(
    kind: type[str | list[Any] | dict[str, Any]], holds: Callable[[int, int], bool]
) -> Callable[[int, Any], Fits]:
    return lambda limit, _: lambda value: not isinstance(value, kind) or holds(len(value), limit)


def _bound(holds: Callable[[float, float], bool]) -> Callable[[float, Any], Fits]:
    return lambda limit, _: lambda value: not _TYPES["number"](value) or holds(value, limit)


def _items(schema: Mapping[str, Any], _: Any) -> Fits:
    fits = compiled(schema)
    return lambda value: not isinstance(value, list) or all(map(fits, value))


def _properties(shapes: Mapping[str, Any], _: Any) -> Fits:
    fits = {key: compiled(shape) for key, shape in shapes.items()}
    return lambda value: (
        not isinstance(value, dict) or all(fits[key](inner) for key, inner in value.items() if key in fits)
    )


def _additional(shape: Any, schema: Mapping[str, Any]) -> Fits:
    known = frozenset(schema.get("properties", ()))
    if shape is False:
        return lambda value: not isinstance(value, dict) or known.issuperset(value)
    fits = compiled(shape)
    return lambda value: (
        not isinstance(value, dict) or all(fits(inner) for key, inner in value.items() if key not in known)
    )


def _names(schema: Mapping[str, Any], _: Any) -> Fits:
    fits = compiled(schema)
    return lambda value: not isinstance(value, dict) or all(map(fits, value))


def _required(keys: Any, _: Any) -> Fits:
    return lambda value: not isinstance(value, dict) or all(key in value for key in keys)


def _any_of(forms: Any, _: Any) -> Fits:
    fits = [compiled(form) for form in forms]
    return lambda value: any(one(value) for one in fits)


def _all_of(forms: Any, _: Any) -> Fits:
    fits = [compiled(form) for form in forms]
    return lambda value: all(one(value) for one in fits)


def _if(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Fits:
    asked, then = compiled(schema), compiled(whole["then"])
    return lambda value: not asked(value) or then(value)


def _is_whole_float(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON is: 1 is not true."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


_KEYWORDS: Mapping[str, Callable[[Any, Mapping[str, Any]], Fits]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _length(str, int.__ge__),
    "maxLength": _length(str, int.__le__),
    "minItems": _length(list, int.__ge__),
    "maxItems": _length(list, int.__le__),
    "minProperties": _length(dict, int.__ge__),
    "maxProperties": _length(dict, int.__le__),
    "minimum": _bound(lambda value, limit: value >= limit),
    "maximum": _bound(lambda value, limit: value <= limit),
    "items": _items,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "required": _required,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
    "then": lambda shape, _: lambda value: True,  # belongs to its `if`
}
