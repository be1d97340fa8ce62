"""What may follow a name in a text: `{{ nombre | title }}`, `{{ monto | money }}`, `{{ vence | date("long") }}`.

A filter takes a value and gives a value; empty stays empty, so that `default` may stand before or after. Some take one
kind of value only: `Text.wants` tells the check, which knows the kinds of most names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from bot_runtime.dialogs import formats, values
from bot_runtime.dialogs.grammar import Compute, Parser, unknown
from bot_runtime.dialogs.recognizers.masks import order_of
from bot_runtime.dialogs.tokens import ExpressionError

COUNTRY: Final = "country()"
"""Under this name the data have the contact's country; nothing that an author names can be called so."""

Placeholder = Callable[[Mapping[str, Any], str], str]  # data, language
Filter = Callable[[Any, Mapping[str, Any], str], Any]  # value, data, language
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "do", "dos", "of", "and", "the"})


class Want(NamedTuple):
    """The filter at `column` is for the value of `name`, as it is."""

    name: str
    filter: str
    column: int


@dataclass(frozen=True, slots=True)
class FilterKind:
    """`build` gets the name filtered (empty for an expression) and the argument, if any.

    `takes`: the kinds of value it is for, empty for all. `fits` judges a written argument; `None`: it takes none.
    """

    build: Callable[[str, str], Filter]
    takes: frozenset[str] = frozenset()
    fits: Callable[[str], bool] | None = None
    usual: str = ""  # an argument that fits


class Chain:
    """The filters of one placeholder, in order; `name` is what they are for, empty for an expression."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wants: list[Want] = []
        self._filters: list[Filter] = []
        self._changed_by = ""

    def take(self, parser: Parser) -> None:
        """Read `| name` or `| name(argument)`."""
        parser.take()
        token = parser.token
        if token.kind != "name":
            raise parser.unexpected()
        parser.take()
        if token.text == "default":
            self._filters.append(_default(_fallback(parser, token.column)))
            return
        if token.text not in FILTERS:
            raise unknown("unknown_filter", token.text, (*FILTERS, "default"), token.column)
        kind = FILTERS[token.text]
        if kind.takes and self._changed_by:
            raise ExpressionError("filter_order", {"name": token.text, "before": self._changed_by}, token.column)
        if kind.takes and self.name:
            self.wants.append(Want(self.name, token.text, token.column))
        self._filters.append(kind.build(self.name, _argument(parser, token.text, token.column, kind)))
        self._changed_by = token.text

    def printer(self, compute: Compute) -> Placeholder:
        filters = tuple(self._filters)

        def render(data: Mapping[str, Any], language: str) -> str:
            value = compute(data)
            for apply in filters:
                value = apply(value, data, language)
            return value if isinstance(value, str) else values.printed(value, language)

        return render


def _fallback(parser: Parser, column: int) -> Compute:
    """The one argument of `default`: any expression."""
    arguments: list[Compute] = []
    if parser.at_symbol("("):
        opened = parser.take()
        arguments = parser.arguments("(", ")", opened.column)
    if len(arguments) != 1:
        raise ExpressionError("wrong_arguments", {"name": "default", "expected": 1, "found": len(arguments)}, column)
    return arguments[0]


def _argument(parser: Parser, name: str, column: int, kind: FilterKind) -> str:
    """A filter's argument: a text in quotes, so that the check can judge it; empty where there is none."""
    if not parser.at_symbol("("):
        return ""
    opened = parser.take()
    token = parser.token
    parser.arguments("(", ")", opened.column)
    if kind.fits is None:
        raise ExpressionError("wrong_arguments", {"name": name, "expected": 0, "found": 1}, column)
    argument = token.text[1:-1] if token.kind == "text" else ""
    if not argument or not kind.fits(argument):
        usual = token.text if kind.fits(token.text) else kind.usual  # `date(long)`: only the quotes are missing
        raise ExpressionError("bad_argument", {"name": name, "found": token.text, "usual": usual}, token.column)
    return argument


def _default(fallback: Compute) -> Filter:
    return lambda value, data, language: fallback(data) if values.is_empty(value) else value


def _changing(change: Callable[[str], str]) -> FilterKind:
    """A filter that changes the printed text."""
    return FilterKind(lambda name, argument: lambda value, data, language: change(values.printed(value, language)))


def _money(name: str, currency: str) -> Filter:
    beside = f"{name}_currency"

    def apply(value: Any, data: Mapping[str, Any], language: str) -> str:
        return formats.money(value, language, data.get(COUNTRY, ""), currency or str(data.get(beside) or ""))

    return apply


def _number(name: str, argument: str) -> Filter:
    return lambda value, data, language: formats.number(value, language, data.get(COUNTRY, ""))


def _date(name: str, form: str) -> Filter:
    return lambda value, data, language: formats.day(value, language, data.get(COUNTRY, ""), form)


def _time(name: str, argument: str) -> Filter:
    return lambda value, data, language: formats.time(value, language)


def _list(name: str, joint: str) -> Filter:
    def apply(value: Any, data: Mapping[str, Any], language: str) -> str:
        if not isinstance(value, list):
            return values.printed(value, language)
        return formats.listed([values.printed(each, language) for each in value], language, joint or "and")

    return apply


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text.strip() else ""


def _title(text: str) -> str:
    """`MARÍA DE LA LUZ` → `María de la Luz`: lists often bring names in capitals."""
    words = text.lower().split(" ")
    return " ".join(word if at and word in _PARTICLES else word[:1].upper() + word[1:] for at, word in enumerate(words))


FILTERS: Mapping[str, FilterKind] = {
    "upper": _changing(str.upper),
    "lower": _changing(str.lower),
    "title": _changing(_title),
    "first": _changing(_first_word),
    "money": FilterKind(_money, frozenset({"amount", "number"}), formats.is_currency, "MXN"),
    "number": FilterKind(_number, frozenset({"amount", "number"})),
    "date": FilterKind(
        _date, frozenset({"date"}), lambda form: form in formats.FORMS or order_of(form) is not None, "dd/mm/yyyy"
    ),
    "time": FilterKind(_time, frozenset({"time"})),
    "list": FilterKind(_list, frozenset({"multiple"}), lambda joint: joint in ("and", "or"), "or"),
}
"""Every filter but `default`, which takes an expression."""
