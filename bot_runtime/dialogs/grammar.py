"""The language of guards and `{{ }}`: words and symbols in, one function over the dialog's data out.

    or:     and ("or" and)*
    and:    not ("and" not)*
    not:    "not" not | compare
    compare: sum (("==" | "!=" | "<" | "<=" | ">" | ">=" | ["not"] "in") sum)?
    sum:    term (("+" | "-") term)*
    term:   minus (("*" | "/") minus)*
    minus:  "-" minus | atom
    atom:   number | "text" | 'text' | true | false | empty | name | function(…) | (or) | [or, …]

There are no attributes, methods or loops, so an expression ends quickly and touches nothing but the data.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot_runtime.dialogs import values
from bot_runtime.dialogs.tokens import INSTEAD, ExpressionError, Token

MAX_DEPTH = 30

Data = Mapping[str, Any]
Compute = Callable[[Data], Any]


NOW = "today()"
"""Under this name the data have who answers, where and when (`Here`); nothing an author names can be called so."""
HOURS = "open()"
"""Under this name they have who is open (`hours.Opening`)."""

_CONSTANTS = {"true": True, "false": False, "empty": None}
_MISSPELT_CONSTANTS = {"none": "empty", "null": "empty", "nil": "empty", "verdadero": "true", "falso": "false"}
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "in"}
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "contains": (2, values.contains),
    "days": (1, values.days),
    "empty": (1, values.is_empty),
    "len": (1, values.length),
    "lower": (1, lambda value: values.printed(value).lower()),
}
_OF_DEPARTMENTS: dict[str, Callable[[Any, str], Any]] = {
    "open": lambda opening, department: opening.is_open(department),
    "opens_at": lambda opening, department: opening.opens_at(department),
}


class Parser:
    """Reads one expression from `tokens`, collecting the names it uses with their columns."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self.uses: list[tuple[str, int]] = []
        self.departments: list[tuple[str, int]] = []

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def at_symbol(self, *symbols: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in symbols

    def at_word(self, word: str) -> bool:
        return self.token.kind == "name" and self.token.text == word

    def finish(self) -> None:
        """Nothing may be left over."""
        if self.token.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> ExpressionError:
        """Why the present token cannot stand here."""
        kind, text, column = self.token
        if kind == "end":
            return ExpressionError("unexpected_end", {}, column)
        if kind == "name" and text.lower() in {"and", "or", "not", "in"} and text != text.lower():
            return ExpressionError("use_instead", {"found": text, "use": text.lower()}, column)
        if kind == "name" and text.lower() in INSTEAD:
            return ExpressionError("use_instead", {"found": text, "use": INSTEAD[text.lower()]}, column)
        if self.at_symbol(*_COMPARISONS):
            return ExpressionError("chained_comparison", {}, column)
        if self.at_symbol("["):
            return ExpressionError("no_attributes", {"found": text}, column)
        if self.at_symbol("|"):
            return ExpressionError("use_instead", {"found": text, "use": "or"}, column)
        return ExpressionError("unexpected", {"found": text}, column)

    def expression(self) -> Compute:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("too_deep", {"max": MAX_DEPTH}, self.token.column)
        alternatives = [self._all_of()]
        while self.at_word("or"):
            self.take()
            alternatives.append(self._all_of())
        self._depth -= 1
        return alternatives[0] if len(alternatives) == 1 else _any_of(alternatives)

    def _all_of(self) -> Compute:
        conditions = [self._negation()]
        while self.at_word("and"):
            self.take()
            conditions.append(self._negation())
        return conditions[0] if len(conditions) == 1 else _every_of(conditions)

    def _negation(self) -> Compute:
        negations = 0
        while self.at_word("not"):
            self.take()
            negations += 1
        condition = self._comparison()
        if not negations:
            return condition
        if negations % 2:
            return lambda data: not values.is_true(condition(data))
        return lambda data: values.is_true(condition(data))

    def _comparison(self) -> Compute:
        left_is_empty = self._at_empty()
        left = self._sum()
        negated = self.at_word("not")
        if negated:
            self.take()
            if not self.at_word("in"):
                raise self.unexpected()
        if not (self.at_symbol(*_COMPARISONS) or self.at_word("in")):
            return left
        operator = self.take().text
        right_is_empty = self._at_empty()
        right = self._sum()
        if self.at_symbol(*_COMPARISONS) or self.at_word("in"):
            raise ExpressionError("chained_comparison", {}, self.token.column)
        if operator in ("==", "!=") and (left_is_empty or right_is_empty):
            return _emptiness(right if left_is_empty else left, operator == "==")
        return _compared("not in" if negated else operator, left, right)

    def _at_empty(self) -> bool:
        """Whether the operand is `empty` or `""` alone, which compare with what is unset."""
        kind, text, _ = self.token
        following = self._tokens[min(self._next + 1, len(self._tokens) - 1)]
        if kind == "name" and text == "empty":
            return following.text != "("
        return kind == "text" and len(text) == 2

    def _sum(self) -> Compute:
        left = self._term()
        rest: list[tuple[Callable[..., Any], Compute]] = []
        while self.at_symbol("+", "-"):
            operation = values.add if self.take().text == "+" else values.subtract
            rest.append((operation, self._term()))
        return _in_turn(left, rest)

    def _term(self) -> Compute:
        left = self._minus()
        rest: list[tuple[Callable[..., Any], Compute]] = []
        while self.at_symbol("*", "/"):
            operation = values.multiply if self.take().text == "*" else values.divide
            rest.append((operation, self._minus()))
        return _in_turn(left, rest)

    def _minus(self) -> Compute:
        signs = 0
        while self.at_symbol("-"):
            self.take()
            signs += 1
        operand = self._atom()
        if not signs:
            return operand
        sign = -1 if signs % 2 else 1
        return lambda data: values.multiply(sign, operand(data))

    def _atom(self) -> Compute:
        kind, text, column = self.token
        if kind == "number":
            self.take()
            return _constant(_number(text, column))
        if kind == "text":
            self.take()
            return _constant(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
        if kind == "name":
            return self._named()
        if self.at_symbol("("):
            self.take()
            inner = self.expression()
            self._close("(", ")", column)
            return inner
        if self.at_symbol("["):
            self.take()
            return _list_of(self.arguments("[", "]", column))
        if self.at_symbol("=="):
            raise ExpressionError("unexpected", {"found": text}, column)
        raise self.unexpected()

    def _named(self) -> Compute:
        _, name, column = self.token
        if name in ("and", "or", "in"):
            raise ExpressionError("unexpected", {"found": name}, column)
        following = self._tokens[self._next + 1]
        if following == ("symbol", "(", following.column):
            return self._call()
        if name in _CONSTANTS:
            self.take()
            return _constant(_CONSTANTS[name])
        known = _MISSPELT_CONSTANTS.get(name.lower(), name.lower() if name.lower() in _CONSTANTS else "")
        if known:
            raise ExpressionError("use_instead", {"found": name, "use": known}, column)
        self.take()
        self.uses.append((name, column))
        return lambda data: data.get(name)

    def _call(self) -> Compute:
        _, name, column = self.take()
        opened = self.take()
        if name == "today" and self.at_symbol(")"):
            self.take()
            return _today
        if name in _OF_DEPARTMENTS:
            return self._of_department(name, column)
        if name not in _FUNCTIONS:
            raise unknown("unknown_function", name, (*_FUNCTIONS, *_OF_DEPARTMENTS, "today"), column)
        expected, function = _FUNCTIONS[name]
        arguments = self.arguments("(", ")", opened.column)
        if len(arguments) != expected:
            facts = {"name": name, "expected": expected, "found": len(arguments)}
            raise ExpressionError("wrong_arguments", facts, column)
        if expected == 1:
            (only,) = arguments
            return lambda data: function(only(data))
        first, second = arguments
        return lambda data: function(first(data), second(data))

    def _of_department(self, name: str, column: int) -> Compute:
        """`open("ventas")`: the name in quotes, so that the check knows it."""
        kind, text, at = self.take()
        if kind == "name":
            raise ExpressionError("use_instead", {"found": text, "use": f'"{text}"'}, at)
        if kind != "text" or not self.at_symbol(")"):
            raise ExpressionError("wrong_arguments", {"name": name, "expected": 1, "found": 0}, column)
        self.take()
        department = text[1:-1]
        self.departments.append((department, at + 1))
        ask = _OF_DEPARTMENTS[name]

        def compute(data: Data) -> Any:
            opening = data.get(HOURS)
            return None if opening is None else ask(opening, department)

        return compute

    def arguments(self, opened: str, closing: str, column: int) -> list[Compute]:
        """What stands between brackets, the opening one already taken."""
        given: list[Compute] = []
        while not self.at_symbol(closing):
            given.append(self.expression())
            if not self.at_symbol(","):
                break
            self.take()
        self._close(opened, closing, column)
        return given

    def _close(self, opened: str, closing: str, column: int) -> None:
        if self.at_symbol(closing):
            self.take()
        elif self.token.kind == "end":
            raise ExpressionError("unclosed", {"opened": opened}, column)
        else:
            raise self.unexpected()


def unknown(code: str, name: str, known: Collection[str], column: int) -> ExpressionError:
    """A name that is none of `known`, with the nearest one."""
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return ExpressionError(code, {"name": name, "close": close[0] if close else "", "known": tuple(known)}, column)


def _number(text: str, column: int) -> int | float:
    number = values.as_number(text)
    if number is None:
        raise ExpressionError("number_too_large", {}, column)
    return number


def _today(data: Data) -> str | None:
    here = data.get(NOW)
    return None if here is None else str(here.now.date())


def _constant(value: Any) -> Compute:
    return lambda data: value


def _list_of(items: list[Compute]) -> Compute:
    return lambda data: [item(data) for item in items]


def _any_of(alternatives: list[Compute]) -> Compute:
    def compute(data: Data) -> bool:
        for alternative in alternatives:  # noqa: SIM110  (half the time of any() with a generator)
            if values.is_true(alternative(data)):
                return True
        return False

    return compute


def _every_of(conditions: list[Compute]) -> Compute:
    def compute(data: Data) -> bool:
        for condition in conditions:  # noqa: SIM110
            if not values.is_true(condition(data)):
                return False
        return True

    return compute


def _in_turn(left: Compute, rest: list[tuple[Callable[..., Any], Compute]]) -> Compute:
    """From left to right, in a loop: a long chain must not become a deep recursion."""
    if not rest:
        return left

    def compute(data: Data) -> Any:
        result = left(data)
        for operation, operand in rest:
            result = operation(result, operand(data))
        return result

    return compute


def _emptiness(operand: Compute, wanted: bool) -> Compute:
    return lambda data: values.is_empty(operand(data)) is wanted


def _compared(operator: str, left: Compute, right: Compute) -> Compute:
    if operator == "==":
        return lambda data: values.is_equal(left(data), right(data))
    if operator == "!=":
        return lambda data: values.is_unequal(left(data), right(data))
    if operator == "in":
        return lambda data: values.is_in(left(data), right(data))
    if operator == "not in":
        return lambda data: not values.is_empty(one := left(data)) and not values.is_in(one, right(data))
    holds = values.ORDERINGS[operator]
    return lambda data: values.is_ordered(holds, left(data), right(data))
