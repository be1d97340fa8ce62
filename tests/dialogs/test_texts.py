"""The built-in texts: complete in every language, and varied where they repeat."""

import pytest
import yaml

from bot_runtime.dialogs import texts
from bot_runtime.dialogs.answers import KINDS, Here, hint
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Answer, Option


def choice(label):
    return Option(Text.parse(label), goto=None, code=label, payload="")


def written(language):
    forms = yaml.load((texts._FOLDER / f"{language}.yaml").read_text("utf-8"), yaml.BaseLoader)
    return {key: value if isinstance(value, list) else [value] for key, value in forms.items()}


def test_every_language_says_the_same_things_with_the_same_facts():
    spanish = written("es")
    assert {"es", "en"} <= texts.languages()
    for language in texts.languages():
        own = written(language)
        assert own.keys() == spanish.keys()
        for key, forms in own.items():
            assert {name for form in forms for name in Text.parse(form).names} == {
                name for form in spanish[key] for name in Text.parse(form).names
            }, key


def test_facts_fill_the_text():
    assert texts.say("es", "hint_rating", min=1, max=5) == "Responde con un número del 1 al 5."
    assert texts.say("en", "hint_rating", min=1, max=5) == "Answer with a number from 1 to 5."


def test_a_second_hint_differs_from_the_first_and_the_last_repeats():
    first, second, third = (texts.say("es", "invalid_answer", attempt=attempt) for attempt in (1, 2, 3))
    assert first != second == third


@pytest.mark.parametrize(
    ("asked", "more"), [("es-MX", "Otros"), ("en_US", "Other"), ("pt-BR", "Outros"), ("fr", "Other")]
)
def test_regions_share_a_file_and_unknown_languages_get_english(asked, more):
    assert texts.say(asked, "more") == more


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_kind_of_answer_can_say_what_it_expects(kind, language):
    limits = {"choices": [choice("A"), choice("B")]} if kind in ("choice", "reason", "multiple") else {}
    assert hint(Answer(kind, limits), Here(language))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, "Responde solo con un número entero, por ejemplo 3."),
        ({"min": 1}, "Responde con un número entero, 1 o mayor."),
        ({"max": 9}, "Responde con un número entero, 9 o menor."),
        ({"min": 1, "max": 9}, "Responde con un número entero del 1 al 9."),
    ],
)
def test_a_numbers_hint_tells_the_limits_it_has(limits, said):
    assert hint(Answer("number", limits), Here("es")) == said


def test_a_choices_hint_lists_them_as_people_do():
    choices = [choice("Centro"), choice("Norte"), choice("Sur")]
    said = hint(Answer("choice", {"choices": choices}), Here("es"))
    assert said == "Responde con una de estas opciones: Centro, Norte o Sur."
    assert hint(Answer("choice", {"choices": choices}), Here("en")).endswith("Centro, Norte or Sur.")
