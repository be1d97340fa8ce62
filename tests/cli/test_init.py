"""A newcomer's first command leaves something that works."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot_runtime.cli import main
from bot_runtime.workspace import load_workspace


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(("language", "dialog"), [("es", "bienvenida"), ("en", "welcome")])
def test_a_new_workspace_checks_and_its_transcripts_pass(tmp_path, language, dialog):
    bot = tmp_path / "bot"
    made = run("init", bot, "--language", language)
    assert made.exit_code == 0
    assert f"bot-runtime dev {bot}" in made.output
    assert run("check", bot).exit_code == 0
    assert run("test", bot).exit_code == 0
    loaded = load_workspace(bot, {}, missing_ok=True)
    assert {problem.code for problem in loaded.problems} == {"unset_variable"}  # its secrets, and nothing else
    assert loaded.workspace is not None
    assert loaded.workspace.default_dialog == dialog


def test_every_file_names_a_schema_that_is_there(tmp_path):
    bot = tmp_path / "bot"
    run("init", bot, "--language", "es")
    for path in bot.rglob("*.yaml"):
        modeline = path.read_text("utf-8").splitlines()[0]
        schema = path.parent / modeline.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(schema.read_text("utf-8"))["type"] == "object"


def test_its_env_example_has_what_its_channels_need(tmp_path):
    bot = tmp_path / "bot"
    run("init", bot, "--language", "en")
    example = (bot / ".env.example").read_text("utf-8")
    (bot / ".env").write_text(example.replace("=\n", "=x\n"), "utf-8")
    assert load_workspace(bot, {}).problems == []
    assert ".env" in (bot / ".gitignore").read_text("utf-8").splitlines()


def test_it_never_writes_into_a_folder_with_something_in_it(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("x")
    refused = run("init", tmp_path, "--language", "es")
    assert refused.exit_code == 2
    assert "no es una carpeta vacía" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run("init", tmp_path / "mine.txt").exit_code == 2


def test_an_empty_folder_will_do(tmp_path):
    assert run("init", tmp_path).exit_code == 0
