"""The words and symbols of an expression, and the error that says where one cannot be read."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_SOURCE = 1_000


class ExpressionError(ValueError):
    """An expression or text that cannot be read; `column` counts from 0 inside its source.

    `code`, with its `facts`, is one of:

    - `too_long` (max), `too_deep` (max), `number_too_large`
    - `nothing_written`: an expression or `{{ }}` with nothing inside
    - `unexpected` (found): a word or symbol that cannot stand there
    - `unexpected_end`: something is missing after the last word
    - `unclosed` (opened): a bracket, quote or `{{` that is never closed
    - `stray_close` (found): `}}` without `{{`
    - `use_instead` (found, use): `=` for `==`, `&&` for `and`, `y` for `and`, “ for ", …
    - `no_attributes` (found): `x.y` or `x[0]`
    - `chained_comparison`: `1 < x < 5`
    - `unknown_function` / `unknown_filter` (name, close, known): `close` is the nearest known name or ""
    - `wrong_arguments` (name, expected, found): how many a function or filter takes, and was given
    - `positional` (found): `{{1}}`, which only a template has

    In a text, `more` are the errors after this one and `uses` the names that could be read nevertheless.
    """

    def __init__(self, code: str, facts: Mapping[str, Any], column: int) -> None:
        told = ", ".join(f"{name}={fact!r}" for name, fact in facts.items())
        super().__init__(f"{code}({told}) at column {column}")
        self.code = code
        self.facts = dict(facts)
        self.column = column
        self.more: tuple[ExpressionError, ...] = ()
        self.uses: tuple[tuple[str, int], ...] = ()


class Token(NamedTuple):
    kind: str  # number, text, name, symbol or end
    text: str
    column: int


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol>==|!=|<=(?!>)|>=|[<>](?![=>])|[-+*/()\[\],]|\|(?!\|))
    | (?P<odd><>|=<|=>|<=>|=|&&|&|\|\||!|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS = {"=": "==", "<>": "!=", "=<": "<=", "=>": ">=", "<=>": "==", "&&": "and", "&": "and", "||": "or", "!": "not"}
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/"}
_QUOTES = {**dict.fromkeys("“”«»", '"'), **dict.fromkeys("‘’", "'")}  # word processors type these
_SPANISH = {"y": "and", "e": "and", "o": "or", "u": "or", "no": "not", "es": "==", "is": "==", "en": "in"}
INSTEAD = _SYMBOLS | _SIGNS | _QUOTES | _SPANISH


def tokenize(source: str) -> list[Token]:
    """Every word and symbol of `source`, closed by an `end`."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError("too_long", {"max": MAX_SOURCE}, MAX_SOURCE)
    tokens: list[Token] = []
    end = len(source.rstrip())
    at = 0
    while at < end:
        found = _TOKEN.match(source, at)
        assert found is not None  # "odd" takes any character
        kind = str(found.lastgroup)
        text, column = found[kind], found.start(kind)
        if kind == "odd":
            raise _odd(text, column)
        tokens.append(Token(kind, text, column))
        at = found.end()
    tokens.append(Token("end", "", end))
    return tokens


def _odd(text: str, column: int) -> ExpressionError:
    if text in INSTEAD:
        return ExpressionError("use_instead", {"found": text, "use": INSTEAD[text]}, column)
    if text in "\"'":
        return ExpressionError("unclosed", {"opened": text}, column)
    if text == ".":
        return ExpressionError("no_attributes", {"found": text}, column)
    return ExpressionError("unexpected", {"found": text}, column)
