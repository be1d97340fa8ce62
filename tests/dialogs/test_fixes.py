"""What has one obvious mend is mended where it stands; comments and layout stay (`check --fix`)."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot_runtime.cli import main
from bot_runtime.workspace import load_workspace
from bot_runtime.workspace.findings import findings, problems_of
from bot_runtime.workspace.mending import mended

BOT = "brand: demo\nlanguage: es\ndepartments: [ventas]\nclose_reasons: [listo]\n"
DIALOG = """\
# Una encuesta.
dialog: demo
retry: { goto: fin }   # al final
needs: { nombre: text }

states:
  inicio:
    ask: "Hola, {{ nmobre }}: ¿seguimos?"   # con nombre
    answer: yesno
    sav: sigue

    goto: fni
  persona:
    handoff: { department: vetnas }
    goto: fin
  fin:   # el último
    close: "lsito"
anywhere:
  - { words: [agente], goto: presona }
"""
MENDED = (
    DIALOG.replace("nmobre", "nombre")
    .replace("yesno", "yes_no")
    .replace("sav:", "save:")
    .replace("fni", "fin")
    .replace("vetnas", "ventas")
    .replace("lsito", "listo")
    .replace("presona", "persona")
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "bot", DIALOG)


def workspace(root: Path, dialog: str) -> Path:
    (root / "dialogs").mkdir(parents=True)
    (root / "bot.yaml").write_text(BOT)
    (root / "dialogs" / "demo.yaml").write_text(dialog)
    return root


def after(root: Path) -> str:
    result = mended(root, load_workspace(root, {}))
    return result.files.get("dialogs/demo.yaml", ("", ""))[1]


def test_a_text_that_commas_cut_gets_its_quotes(tmp_path):
    fin = '  fin: { say: Gracias, dijo "Ana", adiós, close: listo }\n'
    root = workspace(tmp_path / "bot", f"dialog: demo\nstates:\n{fin}")
    assert after(root).endswith('  fin: { say: "Gracias, dijo \\"Ana\\", adiós", close: listo }\n')


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments), "--language", "en"])


def test_all_that_is_misspelt_becomes_what_was_meant_and_the_rest_stays_as_it_was(root):
    assert after(root) == MENDED


def test_fix_writes_and_says_what_it_mended(root):
    done = run(root, "--fix", "--no-advice")
    assert done.exit_code == 0, done.output
    assert (root / "dialogs" / "demo.yaml").read_text() == MENDED
    assert f"fixed {root}/dialogs/demo.yaml:12: unknown state 'fni' [unknown_state]" in done.output
    assert "All fine: 1 dialog." in done.output


def test_diff_shows_a_patch_and_writes_nothing(root, tmp_path):
    done = run(root, "--diff")
    assert (root / "dialogs" / "demo.yaml").read_text() == DIALOG
    patch = tmp_path / "mend.patch"
    patch.write_text(done.output)
    subprocess.run(["git", "apply", "-p1", "--unsafe-paths", f"--directory={root}", patch], check=True, cwd=tmp_path)
    assert (root / "dialogs" / "demo.yaml").read_text() == MENDED


def test_what_needs_a_decision_is_left_alone(tmp_path):
    states = 'inicio: { when: [{ if: contact_name == "Ana", goto: fin }] }\n  fin: { close: listo }'
    dialog = f"dialog: demo\nstates:\n  {states}\n"
    root = workspace(tmp_path / "bot", dialog)
    assert after(root) == ""
    assert run(root, "--fix").exit_code == 1
    assert "Nothing that can be mended by itself." in run(root, "--fix").output


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("    ask: Dime: ¿seguimos?\n", '    ask: "Dime: ¿seguimos?"\n'),
        ("    ask: {{ nombre }}, ¿seguimos?  # hola\n", '    ask: "{{ nombre }}, ¿seguimos?"  # hola\n'),
        ("    ask: @ana pregunta si seguimos\n", '    ask: "@ana pregunta si seguimos"\n'),
        ("\task: ¿Seguimos?\n", "    ask: ¿Seguimos?\n"),
        ("    ask: ¿Segui\x1bmos?\n", "    ask: ¿Seguimos?\n"),
        ("    ask: 2026\n", '    ask: "2026"\n'),
    ],
)
def test_a_text_that_yaml_trips_over_gets_what_it_lacks(tmp_path, written, becomes):
    start = "dialog: demo\nretry: { goto: fin }\nneeds: { nombre: text }\nstates:\n  inicio:\n"
    end = "    answer: yes_no\n    goto: fin\n  fin: { close: listo }\n"
    assert after(workspace(tmp_path / "bot", start + written + end)) == start + becomes + end


def test_windows_line_ends_stay(tmp_path):
    root = workspace(tmp_path / "bot", "")
    path = root / "dialogs" / "demo.yaml"
    path.write_bytes(DIALOG.replace("\n", "\r\n").encode())
    run(root, "--fix")
    assert path.read_bytes() == MENDED.replace("\n", "\r\n").encode()


MENDABLE = {
    *("tab", "colon", "reserved_character", "unquoted_braces", "unknown_key", "needs_quotes", "norway"),
    *("unknown_answer_type", "unknown_state", "unknown_department", "unknown_close_reason", "unknown_dialog"),
    *("unknown_template", "unknown_name", "unquoted_text", "expression_unknown_function", "goto_and_when"),
    *("never_taken", "retry_unused", "bad_name", "expression_use_instead"),
}


@pytest.mark.parametrize("code", sorted(findings()))
def test_of_the_explained_examples_those_are_mended_and_none_is_made_worse(code, tmp_path):
    """A mend leaves no problem that was not there; of these codes it leaves none at all."""
    finding = findings()[code]
    if not finding.lines:
        return
    for path, text in finding.bad().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = load_workspace(tmp_path, {"API_KEY": "x", "OTHER_KEY": "x"})
    result = mended(tmp_path, found)
    left = [
        one.code for one in problems_of({**finding.bad(), **{name: new for name, (_, new) in result.files.items()}})
    ]
    if code in MENDABLE:
        assert left == [], result.files
    else:
        assert left in ([], [code] if finding.severity != "advice" else [])
