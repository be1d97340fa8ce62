"""Whatever an author gets wrong is told at its place, once, with what was probably meant."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.dialog import Known, check_dialog
from bot_runtime.dialogs.problems import MAX_PROBLEMS, Problem, by_position
from bot_runtime.dialogs.schemas.shape import shape_problems
from tests.dialogs.corpus import CASES, FINE

BRAND = Known(departments=["cobranza"], close_reasons=["listo"])


def problems_of(source: str | bytes) -> list[Problem]:
    read = tree.read("dialogs/x.yaml", source.encode() if isinstance(source, str) else source)
    return by_position([*read.problems, *shape_problems(read, "dialog"), *check_dialog(read, BRAND)])


def told(source: str | bytes, language: str) -> list[str]:
    return [problem.line(language).removeprefix("dialogs/x.yaml:") for problem in problems_of(source)]


def test_the_dialog_that_the_cases_change_is_fine():
    assert told(FINE, "en") == []


@pytest.mark.parametrize("case", CASES, ids=[case.about for case in CASES])
def test_a_mistake_is_told_with_its_place_and_what_was_meant(case):
    assert told(case.source, "en") == case.told
    assert told(case.source, "es") == case.told_in_spanish


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order():
    source = (
        FINE.replace("dialog: demo", "dialog: Demo").replace("goto: fin\n", "goto: fni\n").replace("listo", "lsito")
    )
    assert [problem.code for problem in problems_of(source)] == ["bad_name", "unknown_state", "unknown_close_reason"]


def test_a_misspelt_retry_is_told_once_not_again_at_each_question():
    source = FINE.replace("retry: { goto: fin }", "retry: { gooto: fin }")
    assert [problem.code for problem in problems_of(source)] == ["unknown_key"]


def test_the_caret_covers_what_is_meant():
    (problem,) = problems_of(FINE.replace("    goto: fin\n", "    goto: fni\n"))
    assert problem.width == len("fni")


@pytest.mark.parametrize(
    "question",
    [
        "menu: [Seguir, Baja]",
        "menu: [Seguir, { label: Ya no, synonyms: [cancel] }]",
        "menu: [Seguir, { label: Otra, secondary: true }]\n    more: Stop",
        "answer: { type: choice, choices: [seguir, stop] }",
        "menu: [Seguir, { label: { es: Basta, en: Quit } }]",
    ],
)
def test_no_option_is_a_word_that_always_opts_out(question):
    """D82: no dialog ever sees it, so nobody could choose it in writing."""
    found = problems_of(FINE.replace("answer: yes_no", question))
    assert [problem.code for problem in found if problem.code != "missing_variant"] == ["opt_out_word"]
    assert problems_of(FINE.replace("answer: yes_no", "menu: [Seguir, Cancelar]")) == []  # taken by the question


def test_a_flood_of_problems_is_cut():
    assert len(problems_of(FINE + "".join(f"clave{n}: 1\n" for n in range(5000)))) == MAX_PROBLEMS


# Nothing that a file can hold may raise: a hot reload would take the server with it.

KEYS = ["dialog", "states", "ask", "menu", "answer", "when", "if", "else", "goto", "retry", "starts", "needs", "close"]
words = st.sampled_from([*KEYS, "set", "save", "say", "anywhere", "words", "{{", "}}", "x"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | words
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)


@given(st.binary(max_size=300))
def test_random_bytes_give_problems_and_no_traceback(source):
    for problem in problems_of(source):
        assert problem.line("en")
        assert problem.line("es")


@given(st.text(alphabet=string.printable + "ñé¿{}[]:-&*!|>'\"#%@`\t\n ", max_size=300))
def test_yaml_like_text_gives_problems_and_no_traceback(source):
    for problem in problems_of(source):
        assert problem.line("es")


@given(st.sampled_from(CASES), st.integers(0, 250), st.text(alphabet=" \n\t:[]{}'\"-&*x0", max_size=4))
def test_a_slip_anywhere_in_a_dialog_gives_problems_and_no_traceback(case, at, slip):
    source = case.source if isinstance(case.source, str) else FINE
    for problem in problems_of(source[:at] + slip + source[at:]):
        assert problem.line("es")
        assert problem.where.line <= source.count("\n") + slip.count("\n") + 2


@given(st.dictionaries(words, values, max_size=8))
def test_any_shape_of_data_gives_problems_and_no_traceback(data):
    import json

    source = json.dumps(data, ensure_ascii=False)  # JSON is YAML
    for problem in problems_of(source.encode("utf-8", "replace")):
        assert problem.line("es")


STATE: dict[str, Any] = {"type": ["rating"], "close": ["listo"], "goto": ["fin"], "say": {"image": []}, "save": ["x"]}


@pytest.mark.parametrize("key", sorted(STATE))
def test_a_list_where_a_name_belongs_is_told_and_no_traceback(key):
    assert problems_of(FINE + f"  otro:\n    {key}: {STATE[key]}\n")
