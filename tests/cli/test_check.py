"""`bot-runtime check`, `init` and `schema`, as an author or a pipeline runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot_runtime.cli import main
from tests.cli.authors import make_workspace
from tests.repository import ROOT


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


# --- Writing advice (F019)

BADLY_WRITTEN = "dialog: demo\nstates:\n  fin: { say: 'Hola.', close: x }\n  lejos: { say: x }\n"
AURORA = "brand: Aurora\nlanguage: es\nclose_reasons: [x]\n"


@pytest.fixture
def badly_written(folder: Path) -> Path:
    write(folder, BADLY_WRITTEN)
    (folder / "bot" / "bot.yaml").write_text(AURORA, "utf-8")
    return folder


def lines_of(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("bot/") or "consejo" in line]


def test_advice_comes_after_what_is_wrong_and_fails_nothing(badly_written):
    result = run("check", "bot")
    assert result.exit_code == 0
    assert [line.rpartition(" ")[2] for line in lines_of(result.output)] == [
        "[unreachable]",
        "[W01]",
        "[W03]",
        "consejos.",
    ]
    assert "bot/dialogs/demo.yaml:3:16: consejo: el primer mensaje no dice quién escribe" in result.output
    assert "0 errores, 1 aviso, 2 consejos." in result.output


def test_advice_is_left_out_or_alone_as_asked(badly_written):
    assert lines_of(run("check", "bot", "--no-advice").output) == lines_of(run("check", "bot").output)[:1]
    only = run("check", "bot", "--advice-only").output
    assert "[unreachable]" not in only
    assert "[W01]" in only
    assert run("check", "bot", "--no-advice", "--advice-only").exit_code == 2


def test_advice_is_in_the_json_and_no_failure_of_a_strict_check(badly_written):
    write(badly_written, BADLY_WRITTEN.replace("  lejos: { say: x }\n", ""))
    result = run("check", "bot", "--strict", "--json")
    report = json.loads(result.output)
    assert (result.exit_code, report["ok"], report["warnings"], report["advice"]) == (0, True, 0, 2)
    assert [(one["code"], one["severity"], one["line"]) for one in report["problems"]] == [
        ("W01", "advice", 3),
        ("W03", "advice", 3),
    ]


def test_the_operator_makes_errors_of_advice_or_switches_it_off(badly_written):
    (badly_written / "bot" / "bot.yaml").write_text(f"{AURORA}advice: {{ W01: error, W03: off }}\n", "utf-8")
    for arguments in ((), ("--no-advice",)):
        result = run("check", "bot", *arguments)
        assert (result.exit_code, "[W01]" in result.output, "[W03]" in result.output) == (1, True, False)


def test_an_exception_needs_its_reason(badly_written):
    write(badly_written, BADLY_WRITTEN.replace("{ say: 'Hola.'", "{ advice: { silence: { W01: '' } }, say: 'Hola.'"))
    result = run("check", "bot")
    assert result.exit_code == 1
    assert "dialogs/demo.yaml:3:36: una excepción necesita su razón" in result.output


@pytest.mark.parametrize("language", ["es", "en"])
def test_our_starter_is_well_written(tmp_path, language):
    run("init", tmp_path / "bot", "--language", language)
    report = json.loads(run("check", tmp_path / "bot", "--json").output)
    assert (report["problems"], report["advice"]) == ([], 0)


def test_our_examples_are_well_written():
    assert json.loads(run("check", ROOT / "dialogs_examples", "--json").output)["problems"] == []


@pytest.mark.parametrize("words", [("play",), ("test",), ("graph",), ("export",)])
def test_other_commands_tell_errors_in_the_language_of_the_workspace_too(tmp_path, monkeypatch, words):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    root = make_workspace(tmp_path / "bot", language="es")
    dialog = root / "dialogs" / "order.yaml"
    dialog.write_text(dialog.read_text("utf-8").replace("goto: thanks", "goto: thansk"), "utf-8")
    result = CliRunner().invoke(main, [*words, str(root)])
    assert "estado desconocido 'thansk'; ¿quisiste decir 'thanks'?" in result.output
    assert result.exit_code == 1
