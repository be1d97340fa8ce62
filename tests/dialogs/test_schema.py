"""The schemas that editors get say what the code reads."""

import re
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from bot_runtime.channels.base import Limits
from bot_runtime.dialogs import answers, model, tree
from bot_runtime.dialogs.checks import dialog as check
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.schemas import dialog as schema_dialog
from bot_runtime.dialogs.schemas import reference, schema
from bot_runtime.dialogs.schemas.dialog import state_schema
from bot_runtime.dialogs.schemas.files import limits as limits_schema
from bot_runtime.dialogs.schemas.parts import ANSWER_TYPES, LANGUAGES, Describe, Schema
from bot_runtime.dialogs.schemas.vocabulary import KEYS_BY_WORD
from tests.repository import ROOT


def properties_of(shape: Any) -> set[str]:
    """Every key a schema knows, at any depth."""
    if isinstance(shape, list):
        return set().union(*map(properties_of, shape)) if shape else set()
    if not isinstance(shape, dict):
        return set()
    return set(shape.get("properties", {})).union(*map(properties_of, shape.values()))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", schema.KINDS)
def test_a_printed_schema_is_valid_and_holds_nothing_of_ours(kind, language):
    printed = schema.schema(kind, language)
    Draft202012Validator.check_schema(printed)
    assert "x-is" not in str(printed)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_key_has_a_title_and_a_description_in_both_languages(language):
    described: set[str] = set()

    class Recording(Describe):
        def __call__(self, key: str, shape: Schema) -> Schema:
            described.add(key)
            assert key in self.texts, f"nothing is said of {key}"
            assert self.titles.get(key), f"{key} has no title in schema_titles.yaml"
            return super().__call__(key, shape)

    for build in schema.KINDS.values():
        build(Recording(language))
    assert set(Recording(language).texts) == set(Recording(language).titles) == described


def undescribed(shape: Any, path: str) -> list[str]:
    """The keys, at any depth, that say nothing of themselves."""
    if isinstance(shape, list):
        return [one for inner in shape for one in undescribed(inner, path)]
    if not isinstance(shape, dict) or set(shape.get("properties", ())) == set(LANGUAGES):
        return []  # a text in several languages
    silent = [
        f"{path}.{key}"
        for key, inner in shape.get("properties", {}).items()
        if "description" not in inner and "const" not in inner  # a channel's form names its provider
    ]
    return silent + [one for key, inner in shape.items() for one in undescribed(inner, f"{path}.{key}")]


@pytest.mark.parametrize("kind", schema.KINDS)
def test_no_key_at_any_depth_is_left_unexplained(kind):
    assert undescribed(schema.schema(kind, "en"), kind) == []


@pytest.mark.parametrize(("language", "page"), [("en", "reference.md"), ("es", "referencia.md")])
def test_the_reference_is_up_to_date(language, page):
    written = (ROOT / "docs" / page).read_text("utf-8")
    assert written == "\n".join(reference.reference(language)) + "\n", "run `make docs`"


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_reference_has_a_row_for_every_key_and_no_dead_link(language):
    lines = list(reference.reference(language))
    rows = {line.split("`")[1] for line in lines if line.startswith("| `")}
    keys = set().union(*(properties_of(schema.schema(kind)) for kind in schema.KINDS))
    assert rows == keys - set(LANGUAGES)
    text = "\n".join(lines)
    assert set(re.findall(r"\(#([^)]+)\)", text)) <= set(re.findall(r'name="([^"]+)"', text))


def test_both_catalogs_of_problems_say_the_same_things():
    def said(language: str) -> dict[str, Any]:
        source = f"bot_runtime/dialogs/messages/{language}.yaml"
        with open(source, "rb") as file:
            read = tree.read(source, file.read())
        assert read.problems == []
        return read.data

    spanish, english = said("es"), said("en")
    assert {code: sorted(parts) for code, parts in spanish.items()} == {
        code: sorted(parts) for code, parts in english.items()
    }


def test_a_states_keys_are_those_the_model_has_fields_for():
    renamed = {"otherwise": "else", "response_timeout_s": "response_timeout"}
    fields = {renamed.get(name, name) for name in model.State.__dataclass_fields__} - {"name", "where", "sets_first"}
    for_the_adviser = {"advice"}  # says nothing to whoever runs the dialog
    assert set(state_schema(Describe())["properties"]) == fields | for_the_adviser == check.STATE_KEYS


def test_answer_types_and_their_limits_are_those_that_are_read():
    assert set(ANSWER_TYPES) == set(answers.KINDS)
    written = set(schema_dialog.answer(Describe())["anyOf"][1]["properties"])
    assert written == {"type"}.union(*answers.KINDS.values())


def test_a_channels_limits_are_those_of_the_channel():
    limits = {field.name for field in msgspec.structs.fields(Limits)}
    assert set(limits_schema(Describe())["properties"]) == limits


def test_a_transcripts_keys_are_those_the_runner_knows():
    shape = schema.test_schema(Describe())
    turn = shape["properties"]["turns"]["items"]
    assert set(turn["properties"]) == {*transcripts.DOES, *transcripts.EXPECTS, "as", "data"}


def test_other_words_lead_to_keys_there_are():
    known = set().union(*(properties_of(schema.schema(kind)) for kind in schema.KINDS))
    assert set(KEYS_BY_WORD.values()) <= known
