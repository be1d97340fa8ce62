"""The quick verdict on a file's shape is the same as the thorough one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.schemas import schema
from bot_runtime.dialogs.schemas.fits import compiled
from tests.dialogs.corpus import CASES, FINE
from tests.dialogs.test_check_corpus import values, words
from tests.repository import ROOT

FITS = {kind: compiled(schema.validator_schema(kind)) for kind in schema.KINDS}
THOROUGH = {kind: Draft202012Validator(schema.validator_schema(kind)) for kind in schema.KINDS}
FILES = sorted((ROOT / "dialogs_examples").rglob("*.yaml"))


def data_of(source: str | bytes) -> object:
    return tree.read("x.yaml", source.encode() if isinstance(source, str) else source).data


@pytest.mark.parametrize("kind", schema.KINDS)
def test_of_every_broken_dialog_and_of_the_fine_one(kind):
    for source in [FINE, *(case.source for case in CASES)]:
        data = data_of(source)
        assert FITS[kind](data) == THOROUGH[kind].is_valid(data)


@pytest.mark.parametrize("kind", schema.KINDS)
def test_of_every_example_as_every_kind_of_file(kind):
    for path in FILES:
        data = data_of(path.read_bytes())
        assert FITS[kind](data) == THOROUGH[kind].is_valid(data), path


@given(st.sampled_from(sorted(schema.KINDS)), st.dictionaries(words | st.text(max_size=4), values, max_size=8))
def test_of_any_data(kind, data):
    json.dumps(data)
    assert FITS[kind](data) == THOROUGH[kind].is_valid(data)


@given(
    st.sampled_from([case.source for case in CASES]), st.integers(0, 250), st.sampled_from(["1", "true", "[]", "x: 1"])
)
def test_of_dialogs_with_a_slip(source, at, slip):
    text = source if isinstance(source, str) else FINE
    data = data_of(text[:at] + slip + text[at:])
    assert FITS["dialog"](data) == THOROUGH["dialog"].is_valid(data)
