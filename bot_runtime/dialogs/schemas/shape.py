"""A tree against its schema; what does not fit is said in our words, not the validator's."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from bot_runtime.dialogs.languages import tag_of
from bot_runtime.dialogs.load import slug
from bot_runtime.dialogs.problems import MAX_PROBLEMS, Problem, Term, nearest
from bot_runtime.dialogs.schemas import fits as schema_fits
from bot_runtime.dialogs.schemas import schema
from bot_runtime.dialogs.schemas.commas import comma_problems
from bot_runtime.dialogs.schemas.parts import LANGUAGES, STATE_NAME
from bot_runtime.dialogs.schemas.vocabulary import meant_key
from bot_runtime.dialogs.tree import Path, Tree

_TYPES = {
    "string": "text",
    "integer": "whole_number",
    "number": "number",
    "boolean": "true_or_false",
    "object": "mapping",
    "array": "list",
    "null": "nothing",
}
_YES = {"yes", "y", "on", "si", "sí", "s", "verdadero"}
_NO = {"no", "n", "off", "falso"}


def shape_problems(tree: Tree, kind: str) -> list[Problem]:
    """Every place where the file of `kind` is not shaped as it should be."""
    if not tree.complete:
        return []
    if not isinstance(tree.data, dict):
        return [tree.problem((), "not_a_mapping", expected=Term(f"a_{kind}"))] if () not in tree.broken else []
    if _fits(kind)(tree.data):
        return []
    cut = list(islice(comma_problems(tree, _keys(kind)), MAX_PROBLEMS))
    if cut and _fits(kind)(tree.data):
        return cut
    errors = _validator(kind).iter_errors(tree.data)
    told = (problem for error in errors for problem in _problems(tree, error, ()))
    problems = [*cut, *islice(told, MAX_PROBLEMS - len(cut))]
    misspelt = {
        (problem.facts["inside"], problem.facts["near"]) for problem in problems if problem.code == "unknown_key"
    } | {(problem.facts["inside"], "label") for problem in problems if problem.code == "option_shorthand"}
    return [problem for problem in problems if not _is_misspelt(problem, misspelt)]


def _is_misspelt(problem: Problem, misspelt: set[tuple[Path, str | None]]) -> bool:
    """A missing key that stands there under a wrong name: one mistake, one problem."""
    if problem.code in ("bad_branch", "bad_anywhere"):
        return any(problem.facts["inside"] == inside and near is not None for inside, near in misspelt)
    return problem.code == "missing_key" and (problem.facts["inside"], problem.facts["name"]) in misspelt


@cache
def _fits(kind: str) -> schema_fits.Fits:
    return schema_fits.compiled(schema.validator_schema(kind))


@cache
def _keys(kind: str) -> frozenset[str]:
    """Every key of our own that such a file may have somewhere."""
    found: set[str] = set()
    pending: list[Any] = [schema.validator_schema(kind)]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            found |= part.get("properties", {}).keys()
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    return frozenset(found)


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator  # 60 ms to import, for files with mistakes
    from referencing import Registry

    return Draft202012Validator(schema.validator_schema(kind), registry=Registry())


def _problems(tree: Tree, error: Any, base: Path) -> Iterator[Problem]:
    path = (*base, *error.relative_path)
    if path in tree.broken:
        return
    meant = error.schema.get("x-is") if isinstance(error.schema, dict) else None
    if error.validator == "anyOf" and meant is None:
        yield from _of_branches(tree, error, base)
    else:
        yield from _one(tree, path, error, meant)


def _one(tree: Tree, path: Path, error: Any, meant: str | None) -> Iterator[Problem]:
    got = error.instance
    name = _name(path)
    if "propertyNames" in error.absolute_schema_path:
        yield from _bad_key(tree, path, error, meant)
        return
    match error.validator:
        case "additionalProperties" if meant == "by_language":
            known = error.schema["properties"]
            for tag in [tag for tag in got if tag not in known]:
                near = tag_of(tag) if tag_of(tag) in known else nearest(tag, known)
                yield tree.problem((*path, tag), "unknown_language", key=True, name=tag, near=near, known=list(known))
        case "additionalProperties":
            known = error.schema["properties"]
            if option := _as_option(got, known):
                facts = {"name": next(iter(got)), "meant": option, "inside": path, "near": None}
                yield tree.problem((*path, next(iter(got))), "option_shorthand", key=True, **facts)
                return
            for key in [key for key in got if key not in known and key != "<<"]:
                if group := _group_of(key, known, got):
                    facts = {"name": key, "group": group, "meant": _moved_into(group, key, got)}
                    yield tree.problem((*path, key), "key_inside", key=True, **facts)
                    continue
                yield tree.problem(
                    (*path, key),
                    "unknown_key",
                    key=True,
                    name=key,
                    near=meant_key(key, known),
                    known=list(known),
                    inside=path,
                )
        case "required":
            missing = next(key for key in error.validator_value if key not in got and f"'{key}'" in error.message)
            yield tree.problem(path, "missing_key", key=True, name=missing, inside=path)
        case "minLength" | "minItems" | "minProperties" if meant is None:
            yield tree.problem(path, "nothing_inside", key=True, name=name)
        case "maxLength" | "maxItems" | "maxProperties":
            yield tree.problem(path, "too_long", name=name, length=len(got), limit=error.validator_value)
        case "minimum" | "maximum":
            least, most = error.schema.get("minimum"), error.schema.get("maximum")
            if most is None:
                yield tree.problem(path, "too_small", name=name, got=got, least=least)
            else:
                yield tree.problem(path, "out_of_range", name=name, got=got, least=least, most=most)
        case "enum":
            yield _not_one_of(tree, path, got, error.validator_value, meant)
        case "const" if isinstance(error.validator_value, str):
            yield _not_one_of(tree, path, got, [error.validator_value], meant)
        case "type" if meant != "duration":
            yield wrong_type(tree, path, got, error.validator_value)
        case _:
            expected = error.schema.get("type", "string")
            yield _not_meant(tree, path, got, meant) if meant else wrong_type(tree, path, got, expected)


def _as_option(got: dict[str, Any], known: dict[str, Any]) -> str | None:
    """`Pick up: pick_day` as an option is written, where nothing but that stands for one."""
    label, goto = next(iter(got.items()), ("", None))
    is_option = "label" in known and "goto" in known
    near = meant_key(label, known)
    return (
        f"{{ label: {label}, goto: {goto} }}"
        if is_option and len(got) == 1 and isinstance(goto, str) and not near
        else None
    )


def _group_of(key: str, known: dict[str, Any], got: dict[str, Any]) -> str | None:
    """The key here whose group takes `key`: `answer` of a `max` that stands beside it."""
    groups = [name for name, schema in known.items() if any(key in form for form in _groups(schema))]
    written = [name for name in groups if name in got]
    return written[0] if len(written) == 1 else None


def _groups(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for form in schema.get("anyOf", [schema]):
        if not _is_by_language(form):
            yield form.get("properties", {})


_SHORT = {"answer": "type", "handoff": "department", "call": "dialog"}  # `answer: number` is `answer: { type: number }`


def _moved_into(group: str, key: str, got: dict[str, Any]) -> str:
    short = got[group] if isinstance(got[group], str) else None
    before = f"{_SHORT[group]}: {short}, " if short and group in _SHORT else ""
    value = got[key] if isinstance(got[key], str | int | float) else "…"
    return f"{group}: {{ {before}{key}: {value} }}"


def _of_branches(tree: Tree, error: Any, base: Path) -> Iterator[Problem]:
    """Of several forms, the one whose kind of value was written; if none was, what could have been."""
    forms: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        forms.setdefault(inner.relative_schema_path[0], []).append(inner)
    possible = {
        at: errors
        for at, errors in forms.items()
        if not any(one.validator == "type" and not one.relative_path for one in errors)
    }
    path = (*base, *error.relative_path)
    fitting = list(possible.values())
    if isinstance(error.instance, dict) and len(fitting) > 1:
        tags = _has_tags(error.instance)
        fitting = [possible[at] for at in possible if _is_by_language(error.validator_value[at]) == tags]
    if not fitting:
        yield wrong_type(tree, path, error.instance, _types(error.validator_value))
        return
    for inner in min(fitting, key=len):
        yield from _problems(tree, inner, path)


_TAG = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,4})?")


def _is_by_language(form: Any) -> bool:
    return bool(form.get("x-is") == "by_language")


def _has_tags(written: dict[str, Any]) -> bool:
    """Whether a mapping is meant as a text by language: it has one of our tags, or all its keys look like one."""
    return any(key in LANGUAGES for key in written) or all(map(_TAG.fullmatch, written))


def _types(forms: Any) -> list[str]:
    found: list[str] = []
    for form in forms:
        if _is_by_language(form):
            continue  # always possible; to mention it each time would hide the rest
        kinds = form.get("type", [])
        found += [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind not in found]
        found += [kind for kind in _types(form.get("anyOf", ())) if kind not in found]
    return found


def wrong_type(tree: Tree, path: Path, got: Any, expected: Any) -> Problem:
    """`got` stands where one of the JSON Schema types `expected` belongs."""
    kinds = [expected] if isinstance(expected, str) else [kind for kind in expected if kind != "null"]
    name = _name(path)
    if got is None:
        return tree.problem(path, "nothing_written", key=True, name=name, expected=_terms(kinds))
    if kinds == ["boolean"] and isinstance(got, str) and (near := yes_or_no(got)):
        return tree.problem(path, "norway", name=name, got=got, near=near)
    if "string" in kinds and isinstance(got, (bool, int, float)):
        raw = tree.raw(path)
        return tree.problem(path, "needs_quotes", name=name, got=raw, near=f'"{raw}"')
    if "number" in kinds and "boolean" not in kinds and isinstance(got, str):
        return tree.problem(path, "wrong_type", name=name, expected=_terms(kinds), got=_shown(got))
    return tree.problem(path, "wrong_type", name=name, expected=_terms(kinds), got=_shown(got))


def yes_or_no(word: str) -> str | None:
    """`true` or `false` for the words that people write in place of them."""
    lower = word.lower()
    return "true" if lower in _YES else "false" if lower in _NO else None


def _terms(kinds: list[str]) -> Term:
    if "integer" in kinds and "string" in kinds:
        kinds = [kind for kind in kinds if kind != "integer"]
    return Term(*(_TYPES[kind] for kind in kinds))


def _shown(got: Any) -> Any:
    if isinstance(got, dict):
        return Term("mapping")
    if isinstance(got, list):
        return Term("list")
    return f"'{got}'" if isinstance(got, str) else got


def _not_one_of(tree: Tree, path: Path, got: Any, known: list[str], meant: str | None) -> Problem:
    if isinstance(got, (dict, list)) or got is None:
        return wrong_type(tree, path, got, "string")
    code = "unknown_answer_type" if meant == "answer_type" else "not_one_of"
    near = tag_of(str(got)) if meant == "language" else None
    near = near if near in known else nearest(str(got), known)
    return tree.problem(path, code, name=_name(path), got=got, near=near, known=list(known))


def _not_meant(tree: Tree, path: Path, got: Any, meant: str) -> Problem:
    if meant == "duration":
        near = f"{got}m" if isinstance(got, int) and not isinstance(got, bool) and 0 < got <= 1440 else _as_time(got)
        return tree.problem(path, "bad_duration", name=_name(path), got=_shown(got), near=near)
    facts: dict[str, Any] = {"name": _name(path), "got": _shown(got), "inside": path}
    if meant in ("name", "variable", "template_name") and isinstance(got, str):
        facts["near"] = _as_name(got)
    return tree.problem(path, f"bad_{meant}", **facts)


_SPELT = re.compile(r"([0-9]{1,4}) ?([mhd])(?:in|inutos?|inutes?|rs?|oras?|ours?|ías?|ias?|ays?)?\.?", re.IGNORECASE)


def _as_time(got: Any) -> str | None:
    """`2 horas`, `30 min` or `1d`, as times are written here."""
    found = _SPELT.fullmatch(got.strip()) if isinstance(got, str) else None
    if found is None:
        return None
    count, unit = int(found[1]), found[2].lower()
    return f"{count * 24}h" if unit == "d" else f"{count}{unit}"


def _bad_key(tree: Tree, path: Path, error: Any, meant: str | None) -> Iterator[Problem]:
    key = str(error.instance)
    near = slug(key) if meant == "channel_name" else _as_state(key) if meant == "state_name" else _as_name(key)
    yield tree.problem((*path, key), f"bad_{meant or 'name'}", key=True, name=key, got=f"'{key}'", near=near)


def _as_name(text: str) -> str | None:
    near = slug(text)
    return near if near and near[0].isalpha() else None


def _as_state(text: str) -> str | None:
    """States keep the letters of Spanish: `Año` is `año`, not what is left without its tilde."""
    near = re.sub("[^a-z0-9ñáéíóúü]+", "_", text.lower()).strip("_")
    return near if re.fullmatch(STATE_NAME, near) else None


def _name(path: Path) -> str:
    """The nearest key around a place."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")
