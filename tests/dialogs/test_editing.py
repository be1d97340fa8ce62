"""A dialog's YAML is changed in one place; every other character stays."""

import pytest
import yaml

from bot_runtime.dialogs.rehearsing.editing import CannotEdit, with_option, with_synonyms

OPTION = ("menu", 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("menu: [Sí, No]  # short", "menu: [{ label: Sí, synonyms: [claro, por supuesto] }, No]  # short"),
        (
            "menu:\n  - Sí  # short\n  - No\n",
            "menu:\n  - { label: Sí, synonyms: [claro, por supuesto] }  # short\n  - No\n",
        ),
        (
            "menu: [{ label: Sí, goto: a }]",
            "menu: [{ label: Sí, synonyms: [claro, por supuesto], goto: a }]",
        ),
        (
            'menu:\n  - { label: Sí, synonyms: ["si", va], goto: a }   # kept\n',
            'menu:\n  - { label: Sí, synonyms: ["si", va, claro, por supuesto], goto: a }   # kept\n',
        ),
        ("menu: [{ label: Sí, synonyms: va }]", "menu: [{ label: Sí, synonyms: [va, claro, por supuesto] }]"),
        ("menu: [{ label: Sí, synonyms: [] }]", "menu: [{ label: Sí, synonyms: [claro, por supuesto] }]"),
        (
            "menu:\n  - label: Sí   # yes\n    goto: a\n",
            "menu:\n  - label: Sí   # yes\n    synonyms: [claro, por supuesto]\n    goto: a\n",
        ),
        (
            "menu:\n  - label: Sí\n    synonyms:\n      - va # one\n\n    # then\n    goto: a\n",
            "menu:\n  - label: Sí\n    synonyms:\n      - va # one\n      - claro\n      - por supuesto\n\n"
            "    # then\n    goto: a\n",
        ),
        ("menu:\n- 'Sí'\n- No", "menu:\n- { label: 'Sí', synonyms: [claro, por supuesto] }\n- No"),
    ],
)
def test_synonyms_are_added_whatever_way_the_option_is_written(before: str, after: str):
    assert with_synonyms(before, OPTION, ["claro", "por supuesto"]) == after
    option = yaml.safe_load(after)["menu"][0]
    assert option["synonyms"][-2:] == ["claro", "por supuesto"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("menu: [Sí, No]", "menu: [Sí, No, { label: Quizá, goto: b }]"),
        (
            "menu:\n  - Sí\n  - No # no\n# end\nother: 1\n",
            "menu:\n  - Sí\n  - No # no\n  - { label: Quizá, goto: b }\n# end\nother: 1\n",
        ),
        (
            "menu:\n  - label: Sí\n    goto: a\nx: 1",
            "menu:\n  - label: Sí\n    goto: a\n  - { label: Quizá, goto: b }\nx: 1",
        ),
        ("menu:\n- Sí", "menu:\n- Sí\n- { label: Quizá, goto: b }"),
    ],
)
def test_an_option_is_added_at_the_end(before: str, after: str):
    assert with_option(before, ("menu",), "Quizá", (), "b") == after


def test_what_would_be_another_value_to_yaml_is_quoted():
    assert with_synonyms("menu: [Sí]", OPTION, ["no", "a: b", "5"]) == (
        'menu: [{ label: Sí, synonyms: ["no", "a: b", "5"] }]'
    )
    assert with_option("menu: [Sí]", ("menu",), "yes", (), None) == 'menu: [Sí, "yes"]'


def test_a_place_that_is_not_there_is_refused():
    for path in (("menu", 4), ("choices", 0), ("menu", 0, "label")):
        with pytest.raises(CannotEdit):
            with_synonyms("menu: [Sí]", path, ["x"])
