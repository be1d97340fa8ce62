"""`bot-runtime graph`: a dialog drawn from its machine."""

import json

import pytest

from tests.cli.authors import make_workspace, run


def test_mermaid_is_printed_for_the_default_dialog(tmp_path):
    result = run("graph", make_workspace(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.startswith("flowchart TD\n")
    assert '    s_first -->|"Buy"| s_amount\n' in result.stdout


def test_a_file_ending_in_svg_is_one(tmp_path):
    root = make_workspace(tmp_path)
    assert run("graph", root, "order", "-o", tmp_path / "order.svg").exit_code == 0
    assert (tmp_path / "order.svg").read_text("utf-8").startswith("<svg ")
    assert run("graph", root, "order", "--format", "svg").stdout == (tmp_path / "order.svg").read_text("utf-8")


def test_labels_come_in_the_language_asked_for(tmp_path):
    assert "sin respuesta: 4h" in run("graph", make_workspace(tmp_path), "--language", "es").stdout


def test_json_has_nodes_and_arrows(tmp_path):
    drawing = json.loads(run("graph", make_workspace(tmp_path), "--json").stdout)
    assert {"source": "first", "target": "amount", "label": "Buy", "usual": True} in drawing["arrows"]
    assert {"name": "person", "kind": "handoff", "text": "One moment.", "note": "hands off to: care"} in drawing[
        "nodes"
    ]


def test_an_unknown_dialog_or_folder_is_misuse(tmp_path):
    root = make_workspace(tmp_path)
    assert run("graph", root, "nothing").stderr == "there is no dialog 'nothing'; the dialogs are: order\n"
    assert run("graph", tmp_path / "nowhere", "order").exit_code == 2


def test_what_the_transcripts_exercise_is_coloured(tmp_path):
    root = make_workspace(tmp_path)
    drawn = run("graph", root, "--format", "svg", "--coverage").stdout
    assert '<g data-state="amount" data-mark="taken">' in drawn
    assert '<g data-state="person" data-mark="missed">' in drawn
    assert "✓ exercised: 5" in drawn
    assert "class s_person,s_timeout missed" in run("graph", root, "--coverage").stdout
    assert 'style="filled,dashed"' in run("graph", root, "--format", "dot", "--coverage").stdout
    assert "not exercised" not in run("graph", root, "--format", "svg").stdout


def test_a_picture_follows_the_screen_unless_it_is_told(tmp_path):
    root = make_workspace(tmp_path)
    assert "@media (prefers-color-scheme:dark)" in run("graph", root, "--format", "svg").stdout
    assert "<style>" not in run("graph", root, "--format", "svg", "--theme", "light").stdout
    assert "<style>.dialog .paper{fill:#1c1c1a}" in run("graph", root, "--format", "svg", "--theme", "dark").stdout
    assert run("graph", root, "-o", tmp_path / "a.dot").exit_code == 0
    assert (tmp_path / "a.dot").read_text("utf-8").startswith("digraph {\n")


@pytest.mark.parametrize("words", [("graph",), ("export",), ("play",)])
def test_a_dialog_and_its_folder_are_named_in_either_order_or_from_within(tmp_path, monkeypatch, words):
    root = make_workspace(tmp_path / "bot")
    shown = run(*words, root, "order").output
    assert "what now" in shown or "Orders" in shown
    assert run(*words, "order", root).output == shown
    monkeypatch.chdir(root)
    assert run(*words, "order").output == run(*words).output == shown
    assert "there is no dialog 'nope'" in run(*words, "nope").output
    assert {run(*words, *wrong).exit_code for wrong in (("./nope",), ("a", "b"), ("a", "b", "c"))} == {2}


def test_a_drawing_is_not_written_as_a_picture_it_is_not(tmp_path):
    root = make_workspace(tmp_path / "bot")
    refused = run("graph", root, "-o", tmp_path / "order.png")
    assert (refused.exit_code, "order.png: a drawing is written as .svg" in refused.output) == (2, True)
    assert not (tmp_path / "order.png").exists()
