"""Guards (`nota >= 4 and not empty(motivo)`) and texts (`Hola {{ nombre | first }}`), compiled when a dialog loads.

What a contact wrote is data: it is printed as it came and never read as an expression or a text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from bot_runtime.dialogs import values
from bot_runtime.dialogs.events import Value
from bot_runtime.dialogs.filters import Chain, Placeholder, Want
from bot_runtime.dialogs.grammar import Compute, Parser
from bot_runtime.dialogs.tokens import ExpressionError, tokenize

__all__ = ["Expression", "ExpressionError", "Text", "expression_source"]

_CACHED = 20_000


def expression_source(value: Any) -> str:
    """What the author wrote as an expression, from a scalar that YAML may have read as a number or boolean."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Expression:
    """A compiled guard or value. `uses` has every name with its column; `names` the names alone.

    `departments`: those whose hours it asks for, with their columns.
    """

    __slots__ = ("_compute", "departments", "names", "source", "uses")

    def __init__(
        self,
        source: str,
        compute: Compute,
        uses: tuple[tuple[str, int], ...],
        departments: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self.source = source
        self.uses = uses
        self.departments = departments
        self.names = frozenset(name for name, _ in uses)
        self._compute = compute

    @classmethod
    def parse(cls, source: str) -> "Expression":
        """Compile `source`. Raises `ExpressionError`."""
        return _compiled_expression(unicodedata.normalize("NFC", source))

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
    """A compiled text. Most are plain and cost nothing to render. `wants`: which names its filters want as what."""

    __slots__ = ("_parts", "_plain", "departments", "names", "source", "uses", "wants")

    def __init__(
        self,
        source: str,
        parts: tuple[str | Placeholder, ...],
        uses: tuple[tuple[str, int], ...],
        wants: tuple[Want, ...] = (),
        departments: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self.source = source
        self.departments = departments
        self.uses = uses
        self.wants = wants
        self.names = frozenset(name for name, _ in uses)
        self._parts = parts
        self._plain = None if any(callable(part) for part in parts) else "".join(map(str, parts))

    @classmethod
    def parse(cls, source: str) -> "Text":
        """Compile `source`. Raises `ExpressionError` for braces that lead nowhere (D11); its `more` has the others."""
        if "{{" not in source and "}}" not in source:
            return cls(source, (source,), ())
        return _compiled_text(unicodedata.normalize("NFC", source))

    def render(self, data: Mapping[str, Any], language: str = "es") -> str:
        """The text over `data`: an unset name prints nothing. At most 20,000 characters. Never raises."""
        if self._plain is not None:
            return self._plain
        rendered = "".join([part if isinstance(part, str) else part(data, language) for part in self._parts])
        return rendered[: values.MAX_RESULT]

    def source_in(self, language: str) -> str:
        """As it is written in `language`."""
        return self.source

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


# A check reads each source three times: to find mistakes, to load, to see what is set where. Both are immutable.


@lru_cache(maxsize=_CACHED)
def _compiled_expression(source: str) -> Expression:
    parser = Parser(tokenize(source))
    if parser.token.kind == "end":
        raise ExpressionError("nothing_written", {}, 0)
    compute = parser.expression()
    parser.finish()
    return Expression(source, compute, tuple(parser.uses), tuple(parser.departments))


@lru_cache(maxsize=_CACHED)
def _compiled_text(source: str) -> Text:
    reader = _TextReader(source)
    reader.read()
    if reader.errors:
        first = reader.errors[0]
        first.more, first.uses = tuple(reader.errors[1:]), tuple(reader.uses)
        raise first
    return Text(source, tuple(reader.parts), tuple(reader.uses), tuple(reader.wants), tuple(reader.departments))


_MAX_ERRORS = 20  # of one text; a file of braces must not take the day
_UP_TO_CLOSE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^"'{}]|\{(?!\{)|\}(?!\}))*+\}\}""")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")


class _TextReader:
    """Takes a text apart, going on after an error so that an author sees all of them at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str | Placeholder] = []
        self.uses: list[tuple[str, int]] = []
        self.errors: list[ExpressionError] = []
        self.wants: list[Want] = []
        self.departments: list[tuple[str, int]] = []

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

    def _placeholder(self, content: str, column: int) -> str | Placeholder:
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
            is_name = parser.uses and content[: parser.token.column].strip() == parser.uses[0][0]
            chain = Chain(parser.uses[0][0] if is_name else "")
            while parser.at_symbol("|"):
                chain.take(parser)
            parser.finish()
            self.wants += [Want(want.name, want.filter, column + want.column) for want in chain.wants]
        finally:
            self.uses.extend((name, column + at) for name, at in parser.uses)
            self.departments.extend((name, column + at) for name, at in parser.departments)
        return chain.printer(compute)
