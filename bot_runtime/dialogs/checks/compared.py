"""Conditions that compare an answer with what it never is: an option's label instead of its code, `"sí"` with true."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.expressions import expression_source
from bot_runtime.dialogs.languages import VARIABLE, variants
from bot_runtime.dialogs.load import option_code
from bot_runtime.dialogs.places import is_long_option
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.reasons import OTHER
from bot_runtime.dialogs.tokens import ExpressionError, Token, tokenize
from bot_runtime.dialogs.tree import Path, Tree, items, plain
from bot_runtime.dialogs.words import fold

_FIXED = {"receipt": ("yes", "no", "not_yet"), "intent": ("yes", "no", "maybe")}
Values = dict[str, str]
"""Each code that an answer can be, with its label."""
_YES_NO: Values = {"true": "si s sim yes y true claro ok 1", "false": "no n nao false 0 2"}  # values, no texts


def comparison_problems(tree: Tree) -> Iterator[Problem]:
    """Every `name == "text"` of a condition that no answer ever fulfils (or of `!=`, that every one does)."""
    known = _possible(tree.data)
    for state, written in plain(tree.data.get("states")).items() if known else ():
        for place, branch in items(plain(written).get("when"), ("states", state, "when")):
            condition = plain(branch).get("if")
            if isinstance(condition, str):
                yield from _of(tree, (*place, "if"), expression_source(condition), known)


def _of(tree: Tree, path: Path, source: str, known: Mapping[str, Values | None]) -> Iterator[Problem]:
    try:
        tokens = tokenize(source)
    except ExpressionError:
        return  # said where expressions are
    for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        name, text = (left, right) if left.kind == "name" else (right, left)
        if sign.text not in ("==", "!=") or name.kind != "name" or text.kind != "text":
            continue
        values, said = known.get(name.text), _unquoted(text)
        if values is None or not said or (said in values and values is not _YES_NO):
            continue
        got = source[left.column : right.column + len(right.text)]
        facts = {
            "name": name.text,
            "got": got,
            "near": _meant(name.text, sign.text, said, values),
            "known": list(values),
        }
        yield Problem(tree.inside(path, left.column), "never_equal", facts, "warning", len(got))


def _meant(name: str, sign: str, said: str, values: Values) -> str | None:
    """The comparison as it would hold: with the code of that label, or the nearest one."""
    if values is _YES_NO:
        code = next((code for code, words in _YES_NO.items() if fold(said) in words.split()), None)
        return None if code is None else f"{name} {sign} {code}"
    code = next((code for code, label in values.items() if fold(label) == fold(said)), None) or nearest(said, values)
    return f'{name} {sign} "{code}"' if code else None


def _unquoted(text: Token) -> str:
    return text.text[1:-1] if text.text[:1] in "\"'" and text.text[:1] == text.text[-1:] else text.text


def _possible(data: Mapping[str, Any]) -> dict[str, Values | None]:
    """What each answer can be that only questions with options bring; None where something else may bring it."""
    found: dict[str, Values | None] = {}
    for state in plain(data.get("states")).values():
        state = plain(state)
        if isinstance(name := state.get("save"), str):
            values = _values(state)
            before = found.get(name, {})
            found[name] = None if values is None or before is None else _together(before, values)
        else_where = [
            plain(state.get("set")),
            *(plain(plain(state.get(key)).get("save")) for key in ("call", "request")),
        ]
        else_where += [plain(plain(entry).get("save")) for _, entry in items(state.get("on"), ())]
        for names in else_where:
            found.update(dict.fromkeys(map(str, names)))
    elsewhere = {VARIABLE, *plain(data.get("needs"))}  # a contact's language is known from before, too
    return {name: values for name, values in found.items() if name not in elsewhere}


def _together(before: Values, values: Values) -> Values | None:
    """What either brings; of a question with options and one of yes and no, nobody can tell."""
    if values is _YES_NO or before is _YES_NO:
        return _YES_NO if before in ({}, _YES_NO) and values is _YES_NO else None
    return {**before, **values}


def _values(state: Mapping[str, Any]) -> Values | None:
    answer = state.get("answer")
    kind = plain(answer).get("type") if isinstance(answer, dict) else answer
    if isinstance(state.get("menu"), list):
        return _codes(state["menu"])
    if kind == "choice" and plain(answer).keys() & {"other", "ask"}:
        return None  # meant as a list of reasons, and told as that
    if kind in ("choice", "reason") and isinstance(plain(answer).get("choices"), list):
        return _codes(plain(answer)["choices"]) | ({OTHER: OTHER} if kind == "reason" else {})
    return _YES_NO if kind == "yes_no" else {code: code for code in _FIXED[kind]} if kind in _FIXED else None


def _codes(options: list[Any]) -> Values:
    codes: Values = {}
    for number, option in enumerate(options, 1):
        label = option.get("label") if is_long_option(option) else option
        codes[option_code(option, number)] = str(next((text for _, text in variants(label)), "") if label else "")
    return codes
