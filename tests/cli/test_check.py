"""`bot-runtime check`, `init` and `schema`, as an author or a pipeline runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot_runtime.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    (tmp_path / "bot" / "dialogs").mkdir(parents=True)
    write(tmp_path, "dialog: demo\nstates:\n  inicio:\n    goto: fni\n  fin:\n    close: x\n")
    return tmp_path


def write(folder: Path, dialog: str) -> None:
    (folder / "bot" / "dialogs" / "demo.yaml").write_text(dialog, "utf-8")


def test_a_mistake_is_printed_with_its_line_and_a_caret(folder):
    result = run("check", "bot")
    assert result.exit_code == 1
    assert result.output == (
        "bot/dialogs/demo.yaml:4:11: unknown state 'fni'; did you mean 'fin'? [unknown_state]\n"
        "  4 |     goto: fni\n"
        "    |           ^^^\n"
        "1 error, 0 warnings.\n"
    )


def test_the_author_chooses_the_language(folder):
    assert "estado desconocido 'fni'; ¿quisiste decir 'fin'?" in run("check", "bot", "--language", "es").output


def test_without_a_choice_it_is_the_workspaces(folder):
    (folder / "bot" / "bot.yaml").write_text("language: es\nclose_reasons: [x]\n", "utf-8")
    assert "1 error, 0 avisos." in run("check", "bot").output


def test_a_good_workspace_exits_0(folder):
    write(folder, "dialog: demo\nstates: { fin: { close: x } }\n")
    result = run("check", "bot")
    assert (result.exit_code, result.output) == (0, "All fine: 1 dialog.\n")


def test_warnings_fail_only_when_asked_to(folder):
    write(folder, "dialog: demo\nstates: { fin: { close: x }, lejos: { say: x } }\n")
    assert run("check", "bot").exit_code == 0
    assert run("check", "bot", "--strict").exit_code == 1


def test_misuse_exits_2(folder):
    assert run("check", "gone").exit_code == 2
    assert run("check", "bot", "--colour").exit_code == 2


def test_json_for_other_programs(folder):
    report = json.loads(run("check", "bot", "--json").output)
    assert (report["ok"], report["errors"], report["warnings"]) == (False, 1, 0)
    assert report["problems"] == [
        {
            "file": "bot/dialogs/demo.yaml",
            "line": 4,
            "column": 11,
            "width": 3,
            "severity": "error",
            "code": "unknown_state",
            "message": "unknown state 'fni'",
            "hint": "did you mean 'fin'?",
        }
    ]


def test_annotations_for_github(folder):
    assert run("check", "bot", "--github").output == (
        "::error file=bot/dialogs/demo.yaml,line=4,col=11::unknown state 'fni'; did you mean 'fin'?\n"
    )


def test_a_long_line_is_shown_around_the_place(folder):
    padding = "x" * 300
    write(folder, f'dialog: demo\nstates: {{ fin: {{ say: "{padding} {{{{ nada }}}} {padding}", close: x }} }}\n')
    lines = run("check", "bot").output.splitlines()
    assert lines[1].index("nada") == lines[2].index("^")
    assert len(lines[1]) < 120


def test_nothing_of_a_hostile_file_breaks_the_report(folder):
    (folder / "bot" / "dialogs" / "raro.yaml").write_bytes(b"\x89PNG\0\xff")
    (folder / "bot" / "dialogs" / "otro\n::error::.yaml").write_text("- x\n")
    for form in ("--json", "--github", "--strict"):
        result = run("check", "bot", form)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
    annotations = run("check", "bot", "--github").output.splitlines()
    assert all(line.startswith(("::error file=", "::warning file=")) for line in annotations)


def test_checking_loads_no_server():
    code = "import sys, bot_runtime.cli.check; print(*{'redis', 'aiohttp', 'transitions'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
