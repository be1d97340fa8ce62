"""Every code that `check` prints is explained: with an example that has it and no other, and one that is mended."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot_runtime.cli import main
from bot_runtime.cli.explaining import page
from bot_runtime.dialogs.problems import Problem, catalog
from bot_runtime.workspace import load_workspace
from bot_runtime.workspace.findings import findings, problems_of, sections
from tests.repository import ROOT

PAGES = {"en": "findings.md", "es": "hallazgos.md"}
SHOWN = [code for code, finding in findings().items() if finding.lines]
DIALOG = "dialog: demo\nstates:\n  fin: { close: listo }\n"
BOT = "brand: demo\nclose_reasons: [listo]\n"


def test_there_is_one_for_every_problem_that_has_words():
    assert set(findings()) == set(catalog("en")) - {"terms"} == set(catalog("es")) - {"terms"}


@pytest.mark.parametrize("code", SHOWN)
def test_a_bad_example_has_its_finding_alone_and_a_good_one_none(code):
    finding = findings()[code]
    advised = finding.severity == "advice"  # the examples of the other codes are not written to be well written
    found = problems_of(finding.bad(), with_advice=advised)
    assert [(problem.code, problem.severity) for problem in found] == [(code, finding.severity)]
    assert [problem.line() for problem in problems_of(finding.good(), with_advice=advised)] == []


# What no ten lines of text can show, made here: the workspace, given an empty folder.


def dialogs(root: Path, **files: bytes | str) -> None:
    (root / "bot.yaml").write_text(BOT)
    (root / "dialogs").mkdir()
    for name, source in {"demo": DIALOG, **files}.items():
        (root / "dialogs" / f"{name}.yaml").write_bytes(source if isinstance(source, bytes) else source.encode())


def state(lines: str) -> str:
    return f"dialog: otro\nstates:\n  inicio: {lines}\n"


def no_dialogs(root: Path) -> None:
    (root / "bot.yaml").write_text(BOT)


def outside(root: Path) -> None:
    dialogs(root)
    (root.parent / "far.yaml").write_text(DIALOG)
    (root / "dialogs" / "far.yaml").symlink_to(root.parent / "far.yaml")


def dangling(root: Path) -> None:
    dialogs(root)
    (root / "dialogs" / "gone.yaml").symlink_to(root / "nowhere.yaml")


def not_a_file(root: Path) -> None:
    dialogs(root)
    (root / "dialogs" / "folder.yaml").mkdir()


def unreadable(root: Path) -> None:
    dialogs(root)
    (root / "templates").write_text("a file where a folder belongs")


def unreadable_env(root: Path) -> None:
    dialogs(root)
    (root / "bot.yaml").write_text(BOT + "public_url: ${URL}\n")
    (root / ".env").write_bytes(b"URL=https://\xff\n")


def too_many_files(root: Path) -> None:
    dialogs(
        root, **{f"d{number}": f"dialog: d{number}\nstates: {{ fin: {{ close: listo }} }}\n" for number in range(2_000)}
    )


def filling(root: Path, document: str, name: str = "recibo.md") -> None:
    """A dialog that makes a PDF of `recibo`, and a document."""
    step = "    pdf: { from: recibo, save: enlace, failure: fin }\n    goto: fin\n  fin: { close: listo }\n"
    dialogs(root, otro=f"dialog: otro\nstates:\n  inicio:\n{step}")
    (root / "documents").mkdir()
    (root / "documents" / name).write_text(document)
    if name != "recibo.md":
        (root / "documents" / "recibo.md").write_text("Gracias")


def calling(number: int) -> str:
    call = f"call: d{number + 1}, goto: fin" if number < 11 else "close: listo"
    return f"dialog: d{number}\nstates:\n  inicio: {{ {call} }}\n" + "  fin: { close: listo }\n" * (number < 11)


IN_A_STORE = {"vanishing_state"}  # tests/cli/test_versions.py has people in one

MADE: dict[str, Callable[[Path], object]] = {
    "no_folder": lambda root: root.rmdir(),
    "no_workspace": lambda root: None,
    "no_dialogs": no_dialogs,
    "file_too_big": lambda root: dialogs(root, otro=b"#" * 1_100_000),
    "binary_file": lambda root: dialogs(root, otro=b"\x89PNG\0"),
    "not_utf8": lambda root: dialogs(root, otro="title: visitó".encode("latin-1")),
    "control_character": lambda root: dialogs(root, otro="title: visi\x1btó"),
    "outside": outside,
    "dangling": dangling,
    "not_a_file": not_a_file,
    "unreadable": unreadable,
    "unreadable_env": unreadable_env,
    "too_many_files": too_many_files,
    "too_many_nodes": lambda root: dialogs(root, otro="x:\n" + f" - [{'a, ' * 900}]\n" * 120),
    "too_many_items": lambda root: dialogs(root, otro="x: [" + "a, " * 1_001 + "]"),
    "too_deep": lambda root: dialogs(root, otro="x: " + "[" * 100 + "]" * 100),
    "call_depth": lambda root: dialogs(root, **{f"d{n}": calling(n) for n in range(12)}),
    "unknown_document": lambda root: (filling(root, "x"), (root / "documents" / "recibo.md").unlink()),
    "document_name": lambda root: filling(root, "Gracias, {{ nombre }}"),
    "bad_document_name": lambda root: filling(root, "x", "Mi recibo.md"),
    "expression_too_long": lambda root: dialogs(root, otro=state("{ set: { x: '" + "1 + " * 2_000 + "1' } }")),
    "expression_too_deep": lambda root: dialogs(root, otro=state("{ set: { x: " + "(" * 40 + "1" + ")" * 40 + " } }")),
}


@pytest.mark.parametrize("code", [code for code in findings() if code not in SHOWN and code not in IN_A_STORE])
def test_what_no_example_can_show_is_found_too(code: str, tmp_path: Path):
    root = tmp_path / "bot"
    root.mkdir()
    MADE[code](root)
    found = load_workspace(root, {}).problems
    assert [(problem.code, problem.severity) for problem in found if problem.code != "unset_variable"] == [
        (code, findings()[code].severity)
    ]


def test_each_stands_under_one_title_in_both_languages():
    for language in PAGES:
        listed = [finding.code for _, codes in sections(language) for finding in codes]
        assert listed == list(findings())
    assert [len(codes) for _, codes in sections("en")] == [len(codes) for _, codes in sections("es")]


def test_a_reason_is_of_a_code_there_is_and_given_in_both_languages():
    for finding in findings().values():
        assert bool(finding.about("en")) == bool(finding.about("es")), finding.code


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_up_to_date(language):
    written = (ROOT / "docs" / PAGES[language]).read_text("utf-8")
    assert written == "\n".join(page(language)) + "\n", "run `make docs`"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["check", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_codes_are_listed_and_explained():
    assert "unknown_state" in run("--codes", "--language", "en")
    explained = run("--explain", "unknown_state", "--language", "es")
    assert "estado desconocido 'fni'; ¿quisiste decir 'fin'?" in explained
    assert "- goto: fni\n+ goto: fin\n" in explained


def test_other_programs_get_them_as_json():
    listed = {one["code"]: one for one in json.loads(run("--codes", "--json", "--language", "en"))}
    assert set(listed) == set(findings())
    assert json.loads(run("--explain", "unknown_state", "--json", "--language", "en")) == listed["unknown_state"]
    assert listed["unknown_state"]["mends_itself"]
    assert not listed["missing_exit"]["mends_itself"]


def test_a_code_that_is_none_is_misuse():
    done = CliRunner().invoke(main, ["check", "--explain", "unknown_stat", "--language", "en"])
    assert (done.exit_code, done.output) == (2, "there is no code 'unknown_stat'; did you mean 'unknown_state'?\n")


def test_a_severity_has_a_word_of_its_own():
    where = problems_of(findings()["unreachable"].bad())[0].where
    told = [
        Problem(where, "unreachable", {"name": "x"}, severity).line() for severity in ("error", "warning", "advice")
    ]
    assert len(set(told)) == 3
