"""Guards (`nota >= 4 and not empty(motivo)`) and texts (`Hola {{ nombre | first }}`), compiled when a dialog loads.

What a contact wrote is data: it is printed as it came and never read as an expression or a text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot_runtime.dialogs import values
from bot_runtime.dialogs.grammar import Compute, Parser, unknown
from bot_runtime.dialogs.session import Value
from bot_runtime.dialogs.tokens import ExpressionError, tokenize

__all__ = ["Expression", "ExpressionError", "Text", "expression_source"]


def expression_source(value: Any) -> str:
    """What the author wrote as an expression, from a scalar that YAML may have read as a number or boolean."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Expression:
    """A compiled guard or value. `uses` has every name with its column; `names` the names alone."""

    __slots__ = ("_compute", "names", "source", "uses")

    def __init__(self, source: str, compute: Compute, uses: tuple[tuple[str, int], ...]) -> None:
        self.source = source
        self.uses = uses
        self.names = frozenset(name for name, _ in uses)
        self._compute = compute

    @classmethod
    def parse(cls, source: str) -> "Expression":
        """Compile `source`. Raises `ExpressionError`."""
        source = unicodedata.normalize("NFC", source)
        parser = Parser(tokenize(source))
        if parser.token.kind == "end":
            raise ExpressionError("nothing_written", {}, 0)
        compute = parser.expression()
        parser.finish()
        return cls(source, compute, tuple(parser.uses))

    def evaluate(self, data: Mapping[str, Any]) -> Value:
        """The value over `data`; unset names are empty. Never raises; a list comes out as its text."""
        result: Value = self._compute(data)
        return values.printed(result) if isinstance(result, list | timedelta) else result

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Whether the guard is true of `data`."""
        return values.is_true(self._compute(data))

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)


class Text:
    """A compiled text. Most are plain and cost nothing to render."""

    __slots__ = ("_parts", "_plain", "names", "source", "uses")

    def __init__(self, source: str, parts: "tuple[str | _Placeholder, ...]", uses: tuple[tuple[str, int], ...]) -> None:
        self.source = source
        self.uses = uses
        self.names = frozenset(name for name, _ in uses)
        self._parts = parts
        self._plain = None if any(callable(part) for part in parts) else "".join(map(str, parts))

    @classmethod
    def parse(cls, source: str) -> "Text":
        """Compile `source`. Raises `ExpressionError` for braces that lead nowhere (D11); its `more` has the others."""
        if "{{" not in source and "}}" not in source:
            return cls(source, (source,), ())
        source = unicodedata.normalize("NFC", source)
        reader = _TextReader(source)
        reader.read()
        if reader.errors:
            first = reader.errors[0]
            first.more, first.uses = tuple(reader.errors[1:]), tuple(reader.uses)
            raise first
        return cls(source, tuple(reader.parts), tuple(reader.uses))

    def render(self, data: Mapping[str, Any], language: str = "es") -> str:
        """The text over `data`: an unset name prints nothing. At most 20,000 characters. Never raises."""
        if self._plain is not None:
            return self._plain
        rendered = "".join([part if isinstance(part, str) else part(data, language) for part in self._parts])
        return rendered[: values.MAX_RESULT]

    def render_parts(
        self, data: Mapping[str, Any], language: str, literal: Callable[[str], str], filled: Callable[[str], str]
    ) -> str:
        """As `render`; what the author wrote passes through `literal`, what is filled in through `filled`."""
        parts = [literal(part) if isinstance(part, str) else filled(part(data, language)) for part in self._parts]
        return "".join(parts)[: values.MAX_RESULT]

    def __repr__(self) -> str:
        return f"Text({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)


_Placeholder = Callable[[Mapping[str, Any], str], str]
_Filter = Callable[[Any, Mapping[str, Any], str], Any]  # value, data, language

_MAX_ERRORS = 20  # of one text; a file of braces must not take the day
_UP_TO_CLOSE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^"'{}]|\{(?!\{)|\}(?!\}))*+\}\}""")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "do", "dos", "of", "and", "the"})


class _TextReader:
    """Takes a text apart, going on after an error so that an author sees all of them at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str | _Placeholder] = []
        self.uses: list[tuple[str, int]] = []
        self.errors: list[ExpressionError] = []

    def read(self) -> None:
        at = 0
        while (opened := self.source.find("{{", at)) >= 0 and len(self.errors) < _MAX_ERRORS:
            self._literal(at, opened)
            start = opened + 2
            closed = self._closing(start)
            if closed is None:
                self.errors.append(ExpressionError("unclosed", {"opened": "{{"}, opened))
                at = start
                continue
            try:
                self.parts.append(self._placeholder(self.source[start:closed], start))
            except ExpressionError as error:
                self.errors.append(ExpressionError(error.code, error.facts, start + error.column))
            at = closed + 2
        self._literal(at, len(self.source))

    def _literal(self, start: int, end: int) -> None:
        stray = self.source.find("}}", start, end)
        if stray >= 0:
            self.errors.append(ExpressionError("stray_close", {"found": "}}"}, stray))
        self.parts.append(self.source[start:end])

    def _closing(self, start: int) -> int | None:
        """Where the `}}` of a placeholder stands; one inside quotes is text. None: the next `{{` comes first."""
        found = _UP_TO_CLOSE.match(self.source, start)
        if found:
            return found.end() - 2
        closed = self.source.find("}}", start)  # quotes that don't close are the expression's to report
        return None if closed < 0 or self.source.find("{{", start, closed) >= 0 else closed

    def _placeholder(self, content: str, column: int) -> "str | _Placeholder":
        """What stands between braces: symbols and emoji to print as they are, or an expression with filters."""
        inside = content.strip()
        if not inside:
            raise ExpressionError("nothing_written", {}, 0)
        if not re.search(r"\w", _KEYCAP.sub("", inside)):
            return inside
        if inside.isdecimal():
            raise ExpressionError("positional", {"found": inside}, content.index(inside))
        parser = Parser(tokenize(content))
        try:
            compute = parser.expression()
            filters: list[_Filter] = []
            while parser.at_symbol("|"):
                parser.take()
                filters.append(_filter(parser))
            parser.finish()
        finally:
            self.uses.extend((name, column + at) for name, at in parser.uses)
        return _printer(compute, tuple(filters))


def _printer(compute: Compute, filters: tuple[_Filter, ...]) -> _Placeholder:
    def render(data: Mapping[str, Any], language: str) -> str:
        value = compute(data)
        for apply in filters:
            value = apply(value, data, language)
        return value if isinstance(value, str) else values.printed(value, language)

    return render


def _filter(parser: Parser) -> _Filter:
    """`name` or `name(argument)`, the `|` already taken."""
    token = parser.token
    if token.kind != "name":
        raise parser.unexpected()
    parser.take()
    if token.text not in _FILTERS:
        raise unknown("unknown_filter", token.text, _FILTERS, token.column)
    arguments: list[Compute] = []
    if parser.at_symbol("("):
        opened = parser.take()
        arguments = parser.arguments("(", ")", opened.column)
    expected, build = _FILTERS[token.text]
    if len(arguments) != expected:
        facts = {"name": token.text, "expected": expected, "found": len(arguments)}
        raise ExpressionError("wrong_arguments", facts, token.column)
    return build(*arguments)


def _default(fallback: Compute) -> _Filter:
    return lambda value, data, language: fallback(data) if values.is_empty(value) else value


def _changing(change: Callable[[str], str]) -> Callable[[], _Filter]:
    """A filter that changes the printed text."""
    return lambda: lambda value, data, language: change(values.printed(value, language))


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text.strip() else ""


def _title(text: str) -> str:
    """`MARÍA DE LA LUZ` → `María de la Luz`: lists often bring names in capitals."""
    words = text.lower().split(" ")
    return " ".join(word if at and word in _PARTICLES else word[:1].upper() + word[1:] for at, word in enumerate(words))


_FILTERS: dict[str, tuple[int, Callable[..., _Filter]]] = {
    "default": (1, _default),
    "upper": (0, _changing(str.upper)),
    "lower": (0, _changing(str.lower)),
    "title": (0, _changing(_title)),
    "first": (0, _changing(_first_word)),
}
