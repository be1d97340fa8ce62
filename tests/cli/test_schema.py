"""`bot-runtime schema` prints what editors need."""

import json

import pytest
from click.testing import CliRunner

from bot_runtime.cli import main


@pytest.mark.parametrize("kind", ["dialog", "bot", "template", "test"])
def test_a_schema_is_printed_as_json(kind):
    result = CliRunner().invoke(main, ["schema", kind, "--language", "es"])
    schema = json.loads(result.output)
    assert result.exit_code == 0
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False


def test_a_dialogs_is_the_default_and_describes_its_keys():
    schema = json.loads(CliRunner().invoke(main, ["schema", "--language", "en"]).output)
    assert schema["properties"]["title"]["description"] == "What people see in place of the name."


def test_another_word_is_misuse():
    assert CliRunner().invoke(main, ["schema", "dialogo"]).exit_code == 2
