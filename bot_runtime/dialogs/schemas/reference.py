"""The reference of the language as a page, made from the schemas: every key, what it takes and what it is for."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bot_runtime.dialogs.schemas.parts import Describe, Schema
from bot_runtime.dialogs.schemas.schema import KINDS

_WORDS = {
    "es": {
        "title": "Referencia del lenguaje",
        "intro": (
            "Todas las claves de los archivos, como las revisa `bot-runtime check` y las completa tu editor. Un texto "
            "puede ser uno por idioma: `{ es: Hola, en: Hello }`. Para empezar, la [guía](dialogos.md). "
            "[In English](reference.md). Esta página se genera con `make docs`: no la edites."
        ),
        "columns": "| clave | lleva | para qué |",
        "dialog": "Un diálogo: `dialogs/*.yaml`",
        "bot": "El negocio: `bot.yaml`",
        "template": "Una plantilla: `templates/*.yaml`",
        "test": "Una conversación de prueba: `tests/*.yaml`",
        "required": "obligatoria",
        "or": " o ",
        "list": "lista de {inner}",
        "list_of_groups": "lista de [grupos](#{anchor})",
        "group": "[un grupo](#{anchor})",
        "names": "nombres con {inner}",
        "default": "sin ella: `{value}`",
        "string": "texto",
        "integer": "número entero",
        "number": "número",
        "boolean": "true o false",
        "null": "nada",
        "object": "un grupo",
        "array": "una lista",
        "duration": "un tiempo: `90m`, `4h`, `0`",
        "expression": "una expresión",
        "name": "un nombre",
        "variable": "un nombre de dato",
        "from_to": "de {least} a {most}",
        "at_least": "desde {least}",
        "at_most": "hasta {most}",
    },
    "en": {
        "title": "Reference of the language",
        "intro": (
            "Every key of the files, as `bot-runtime check` checks them and your editor completes them. A text may be "
            "one a language: `{ es: Hola, en: Hello }`. To begin, the [guide](dialogs.md). "
            "[En español](referencia.md). This page is made by `make docs`: do not edit it."
        ),
        "columns": "| key | takes | what for |",
        "dialog": "A dialog: `dialogs/*.yaml`",
        "bot": "The business: `bot.yaml`",
        "template": "A template: `templates/*.yaml`",
        "test": "A test conversation: `tests/*.yaml`",
        "required": "required",
        "or": " or ",
        "list": "list of {inner}",
        "list_of_groups": "list of [groups](#{anchor})",
        "group": "[a group](#{anchor})",
        "names": "names with {inner}",
        "default": "without it: `{value}`",
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "null": "nothing",
        "object": "a group",
        "array": "a list",
        "duration": "a time: `90m`, `4h`, `0`",
        "expression": "an expression",
        "name": "a name",
        "variable": "a datum's name",
        "from_to": "from {least} to {most}",
        "at_least": "from {least}",
        "at_most": "to {most}",
    },
}
_MARKED = {"duration", "name", "variable"}
_EXPRESSION = ["string", "boolean", "number"]  # the types of `schema_parts.expression`


class _Group(NamedTuple):
    """A mapping of the schema and the key it stands under (`states.….menu`)."""

    path: tuple[str, ...]
    shape: Schema

    @property
    def anchor(self) -> str:
        return "".join(char for char in "-".join(self.path) if char.isalnum() or char in "-_").lower()


def reference(language: str) -> Iterator[str]:
    """The page as Markdown, line by line."""
    return _Page("es" if language.startswith("es") else "en").lines()


class _Page:
    def __init__(self, language: str) -> None:
        self.language = language
        self.words = _WORDS[language]
        self.anchors: dict[str, str] = {}  # a group's keys → where they are explained

    def lines(self) -> Iterator[str]:
        yield from (f"# {self.words['title']}", "", self.words["intro"])
        for kind, build in KINDS.items():
            yield from ("", f"## {self.words[kind]}")
            yield from self.kind(kind, build(Describe(self.language)))

    def kind(self, kind: str, shape: Schema) -> Iterator[str]:
        groups = [_Group((kind,), shape), *_groups((kind,), shape)]
        shown = []
        for group in groups:
            key = str(sorted(group.shape.get("properties", {}).items(), key=lambda item: item[0]))
            if key not in self.anchors:
                self.anchors[key] = group.anchor
                shown.append(group)
        for group in shown:
            if len(group.path) > 1:
                yield from (
                    "",
                    f'### <a name="{group.anchor}"></a>{" › ".join(f"`{part}`" for part in group.path[1:])}',
                )
            yield from ("", self.words["columns"], "| --- | --- | --- |")
            for key, inner in group.shape["properties"].items():
                required = f" ({self.words['required']})" if key in group.shape.get("required", ()) else ""
                about = inner.get("description", "")
                if "default" in inner:
                    about = f"{about} ({self.words['default'].format(value=_written(inner['default']))})".strip()
                takes = self.takes((*group.path, key), inner)
                yield f"| `{key}`{required} | {_cell(takes)} | {_cell(about)} |"

    def takes(self, path: tuple[str, ...], shape: Mapping[str, Any]) -> str:
        """What stands there, in words."""
        meant = shape.get("x-is")
        if meant in _MARKED:
            return self.words[meant]
        if "enum" in shape:
            return ", ".join(f"`{value}`" for value in shape["enum"])
        if "const" in shape:
            return f"`{_written(shape['const'])}`"
        if "allOf" in shape:  # a channel: one form a provider
            places = [(*path, _provider(form)) for form in shape["allOf"]]
            return self.words["or"].join(f"[`{place[-1]}`](#{_Group(place, {}).anchor})" for place in places)
        if "properties" in shape:
            return self.words["group"].format(anchor=self.anchor(path, shape))
        if "anyOf" in shape:
            forms = [form for form in shape["anyOf"] if form.get("x-is") != "by_language"]
            return self.words["or"].join(dict.fromkeys(self.takes(path, form) for form in forms))
        if shape.get("type") == "array" and "items" in shape:
            inner = shape["items"]
            if "properties" in inner:
                return self.words["list_of_groups"].format(anchor=self.anchor(path, inner))
            return self.words["list"].format(inner=self.takes(path, inner))
        if isinstance(shape.get("additionalProperties"), dict):
            return self.words["names"].format(inner=self.takes((*path, "…"), shape["additionalProperties"]))
        return self.scalar(shape)

    def scalar(self, shape: Mapping[str, Any]) -> str:
        kinds = shape.get("type", "string")
        if kinds == _EXPRESSION:
            return self.words["expression"]
        kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "integer" or len(kinds) == 1]
        if set(kinds) == {"string", "integer"}:
            kinds = ["string"]
        said = self.words["or"].join(self.words[kind] for kind in kinds)
        least, most = shape.get("minimum"), shape.get("maximum")
        if least is not None and most is not None:
            return f"{said}, {self.words['from_to'].format(least=least, most=most)}"
        if least is not None or most is not None:
            word = "at_least" if most is None else "at_most"
            return f"{said}, {self.words[word].format(least=least, most=most)}"
        return said

    def anchor(self, path: tuple[str, ...], shape: Mapping[str, Any]) -> str:
        key = str(sorted(shape.get("properties", {}).items(), key=lambda item: item[0]))
        return self.anchors.get(key, _Group(path, dict(shape)).anchor)


def _groups(path: tuple[str, ...], shape: Mapping[str, Any]) -> Iterator[_Group]:
    """Every mapping below `shape`, from the outside in."""
    for key, inner in shape.get("properties", {}).items():
        yield from _within((*path, key), inner)


def _within(path: tuple[str, ...], shape: Mapping[str, Any]) -> Iterator[_Group]:
    if "allOf" in shape:
        for form in shape["allOf"]:
            yield from _within((*path, _provider(form)), form["then"])
    elif "properties" in shape and shape.get("x-is") != "by_language":
        yield _Group(path, dict(shape))
        yield from _groups(path, shape)
    for form in shape.get("anyOf", ()):
        yield from _within(path, form)
    if isinstance(shape.get("items"), dict):
        yield from _within(path, shape["items"])
    if isinstance(shape.get("additionalProperties"), dict):
        yield from _within((*path, "…"), shape["additionalProperties"])


def _provider(form: Mapping[str, Any]) -> str:
    return str(form["if"]["properties"]["provider"]["const"])


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
