"""`bot-runtime test`: exit 0 when every transcript holds, 1 when one differs, 2 on misuse."""

import json
from xml.etree import ElementTree

import pytest

from tests.cli.authors import BUYS, make_workspace, run

WRONG = BUYS.replace("[How many?]", "[How much?]")


def test_transcripts_that_hold(tmp_path):
    result = run("test", make_workspace(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "1 passed, coverage: 37%\n")


def test_the_first_difference_is_shown_where_it_is_written(tmp_path):
    result = run("test", make_workspace(tmp_path, buys=WRONG))
    assert result.exit_code == 1
    assert result.stdout == (
        "tests/buys.yaml:6:23: turn 2: bot is not as it says\n"
        "    - expected\n"
        "    + got\n"
        "    - • How much?\n"
        "    + • How many?\n"
        "0 passed, 1 failed, coverage: 21%\n"
    )


def test_authors_are_answered_in_the_workspaces_language_or_the_one_asked_for(tmp_path):
    root = make_workspace(tmp_path, language="es", buys=WRONG)
    assert "turno 2: bot no es como dice" in run("test", root).stdout
    assert "turn 2: bot is not as it says" in run("test", root, "--language", "en").stdout


def test_files_can_be_picked(tmp_path):
    root = make_workspace(tmp_path, buys=BUYS, wrong=WRONG)
    assert run("test", root, root / "tests/buys.yaml").exit_code == 0
    assert run("test", root / "tests/wrong.yaml").exit_code == 1
    assert run("test", root).exit_code == 1


def test_a_mistake_in_one_transcript_does_not_stop_the_others(tmp_path):
    root = make_workspace(tmp_path, buys=BUYS, odd=BUYS.replace("state: amount", "sate: amount"))
    result = run("test", root)
    assert result.exit_code == 1
    assert "tests/odd.yaml:6:35: unknown key 'sate'; did you mean 'state'?" in result.stdout
    assert "1 passed, 1 failed" in result.stdout


def test_update_writes_what_happened_and_leaves_the_rest_alone(tmp_path):
    root = make_workspace(tmp_path, buys=WRONG)
    result = run("test", root, "--update")
    assert (result.exit_code, result.stdout) == (0, "1 passed, 1 updated, coverage: 37%\n")
    assert (root / "tests/buys.yaml").read_text("utf-8") == BUYS


def test_update_fills_in_a_transcript_that_says_only_what_the_contact_does(tmp_path):
    turns = "  - { contact: hi }\n  - { tap: Buy }  # one\n  - { contact: '3' }\n"
    blank = f"dialog: order\ngiven: {{ name: Ana }}\nturns:\n{turns}"
    root = make_workspace(tmp_path, buys=blank)
    assert run("test", root, "--update").stdout.startswith("1 passed, 1 updated")
    assert (root / "tests" / "buys.yaml").read_text("utf-8").splitlines()[3:] == [
        '  - { contact: hi, bot: ["Hello Ana, what now?\\n1) Buy\\n2) Talk to us"], state: first }',
        "  - { tap: Buy, bot: [How many?], state: amount }  # one",
        '  - { contact: "3", bot: ["3 it is."], state: thanks, ended: closed }',
    ]
    assert run("test", root, "--update").stdout.startswith("1 passed, coverage")


def test_update_leaves_a_transcript_that_cannot_go_on(tmp_path):
    lost = BUYS.replace("tap: Buy", "tap: Sell")
    root = make_workspace(tmp_path, buys=lost)
    result = run("test", root, "--update")
    assert result.exit_code == 1
    assert "turn 2: no button says 'Sell'; there are: Buy, Talk to us" in result.stdout
    assert (root / "tests/buys.yaml").read_text("utf-8") == lost


def test_coverage_names_what_nobody_exercised_and_can_fail_a_run(tmp_path):
    root = make_workspace(tmp_path)
    result = run("test", root, "--coverage")
    assert result.stdout.splitlines()[1].split() == ["order", "3/5", "2/7", "2/7", "37"]
    assert "order: not exercised: first → person (Talk to us)" in result.stdout
    assert "order: not exercised: amount: (unfit)" in result.stdout
    assert run("test", root, "--fail-under", 36).exit_code == 0
    low = run("test", root, "--fail-under", 60)
    assert (low.exit_code, low.stderr) == (1, "coverage 37% is under 60%\n")


def test_json_tells_machines_the_same(tmp_path):
    report = json.loads(run("test", make_workspace(tmp_path, buys=BUYS, wrong=WRONG), "--json").stdout)
    assert (report["passed"], report["failed"]) == (1, 1)
    (found,) = [each["difference"] for each in report["transcripts"] if not each["passed"]]
    assert (found["line"], found["column"], found["turn"], found["key"]) == (6, 23, 2, "bot")
    assert (found["expected"], found["got"]) == (["How much?"], ["How many?"])
    assert report["coverage"]["dialogs"][0]["missed_states"] == ["person", "timeout"]


def test_junit_has_a_case_for_each_transcript(tmp_path):
    root = make_workspace(tmp_path, buys=BUYS, wrong=WRONG)
    run("test", root, "--junit", tmp_path / "report.xml")
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["tests/buys.yaml", "tests/wrong.yaml"]
    assert "How much?" in suite[1][0].text


@pytest.mark.parametrize("words", [["nowhere"], ["--fail-under", "101"]])
def test_misuse(tmp_path, words):
    assert run("test", *words).exit_code == 2


def test_a_workspace_without_transcripts_is_misuse_and_one_with_errors_a_problem(tmp_path):
    root = make_workspace(tmp_path)
    (root / "tests/buys.yaml").unlink()
    assert run("test", root).exit_code == 2
    (root / "dialogs/order.yaml").write_text("dialog: order\nstates: { a: { goto: b } }\n", "utf-8")
    result = run("test", root)
    assert result.exit_code == 1
    assert "dialogs/order.yaml:2:" in result.stderr


def test_a_report_that_cannot_be_written_is_said(tmp_path):
    result = run("test", make_workspace(tmp_path), "--junit", tmp_path / "nowhere" / "report.xml")
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}/nowhere/report.xml: No such file or directory\n"
