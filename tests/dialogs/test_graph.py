"""A drawing shows everything its machine holds, in Mermaid and in SVG."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot_runtime.dialogs.drawing.diagrams import dot, mermaid
from bot_runtime.dialogs.drawing.graph import ANYWHERE, draw, duration_text, overlay
from bot_runtime.dialogs.drawing.layout import Link, Size, place
from bot_runtime.dialogs.drawing.measure import width
from bot_runtime.dialogs.drawing.svg import svg
from bot_runtime.dialogs.machine import END, machine_of
from tests.dialogs.talking import dialog_of

SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = Path(__file__).parents[2] / "dialogs_examples"
DIALOG = dialog_of("""
dialog: d
title: A "quoted" <title>
language: en
retry: { attempts: 2, goto: person }
response_timeout: 1h30m
states:
  ask:
    ask: 'Hello {{ contact_name | first }}, <which> "one"?'
    menu: [{ label: A & B, goto: work }, C, D]
    timeout: end
    goto: rate
  rate: { ask: 1. Rate, answer: rating, save: n, when: [{ if: n > 3, goto: end }, { else: rate }] }
  work: { say: Working., goto: ask }
  person: { handoff: { department: care }, goto: ask }
  lonely: { ask: Anyone?, menu: [Me], else: person }
  end: { close: done }
anywhere:
  - { words: [menu, start over], goto: ask }
""")


def test_every_state_and_transition_of_the_machine_is_drawn():
    drawing = draw(DIALOG)
    machine = machine_of(DIALOG)
    assert {node.name for node in drawing.nodes} == {*DIALOG.states, ANYWHERE, END}
    drawn = {(arrow.source, arrow.target) for arrow in drawing.arrows}
    held = {(ANYWHERE if edge.trigger == "word" else edge.source, edge.target) for edge in machine.edges()}
    assert drawn == held


def test_arrows_say_what_leads_along_them():
    labels = {(arrow.source, arrow.target): arrow.label for arrow in draw(DIALOG).arrows}
    assert labels["ask", "work"] == "A & B"
    assert labels["ask", "rate"] == "C / D"
    assert labels["ask", "end"] == "no answer: 1h30m"
    assert labels["rate", "end"] == "n > 3"
    assert labels["rate", "person"] == "2 answers that don't fit"
    assert labels["lonely", "person"] == "anything else"
    assert labels[ANYWHERE, "ask"] == "menu, start over"
    assert {arrow.label for arrow in draw(DIALOG, "es").arrows} >= {"sin respuesta: 1h30m", "otra cosa"}


def test_mermaid_has_a_line_for_each_node_and_arrow_and_only_harmless_signs_in_texts():
    drawing = draw(DIALOG)
    lines = mermaid(drawing).splitlines()
    assert lines[0] == "flowchart TD"
    arrows = [line.strip() for line in lines if re.match(r"\s+\w+ (-->|-\.->)", line)]
    assert len(arrows) == len(drawing.arrows)
    assert '    s_ask("ask<br/>Hello ‹contact_name›, #60;which#62; #34;one#34;?")' in lines
    assert '    s_ask -->|"A #38; B"| s_work'.strip() in arrows
    assert '    s_rate("rate<br/>1#46; Rate")' in lines  # "1." would begin a list
    assert '    s_end(["end<br/>closes: done"])' in lines  # `end` alone is Mermaid's own word


def test_svg_is_well_formed_and_has_every_state_and_transition():
    drawing = draw(DIALOG)
    root = ElementTree.fromstring(svg(drawing))
    assert root.get("role") == "img"
    assert root.find("{*}title").text == DIALOG.title
    assert "ask → work: A & B" in root.find("{*}desc").text
    groups = list(root.iter(f"{SVG}g"))
    assert {each.get("data-state") for each in groups} - {None} == {node.name for node in drawing.nodes}
    drawn = {(each.get("data-from"), each.get("data-to")) for each in groups} - {(None, None)}
    assert drawn == {(arrow.source, arrow.target) for arrow in drawing.arrows}
    words = "".join(root.itertext())
    assert all(part in words for arrow in drawing.arrows for part in arrow.label.split())


@pytest.mark.parametrize(("seconds", "text"), [(0, "0"), (1800, "30m"), (5400, "1h30m"), (86_400, "24h")])
def test_waits_are_written_as_authors_write_them(seconds, text):
    assert duration_text(seconds) == text


def test_no_two_boxes_overlap_and_arrows_go_down_unless_they_close_a_cycle():
    box = Size(80, 30)
    names = [f"n{number}" for number in range(12)]
    links = [Link(a, b, Size(40, 12)) for n, (a, b) in enumerate(combinations(names, 2)) if n % 3 == 0]
    placed = place(dict.fromkeys(names, box), [*links, Link("n1", "n0", Size(0, 0))])
    boxes = list(placed.nodes.values())
    for one, other in combinations(boxes, 2):
        assert abs(one.x - other.x) >= box.width or abs(one.y - other.y) >= box.height
    assert all(0 <= each.x <= placed.size.width and 0 <= each.y <= placed.size.height for each in boxes)
    assert all(line[0].y < line[-1].y for line in placed.lines[:-1])
    assert placed.lines[-1][0].y > placed.lines[-1][-1].y


def test_calls_splits_reminders_back_and_what_follows_are_drawn():
    source = """\
dialog: demo
language: en
retry: { goto: fin }
states:
  part: { split: [{ share: 30, goto: address }, { share: 70, goto: pay, name: short }] }
  address: { call: direccion, when: [{ if: call_ended == 'finished', goto: pay }, { else: fin }] }
  pay: { ask: Will you pay?, answer: yes_no, remind: [{ after: 1h, say: Hello? }], goto: fin }
  fin: { close: done, then: { dialog: survey, after: 2h } }
anywhere:
  - { words: [back], back: true }
"""
    drawing = draw(dialog_of(source))
    notes = {node.name: (node.kind, node.note or node.text) for node in drawing.nodes}
    assert notes["address"] == ("call", "calls: direccion")
    assert notes["pay"] == ("question", "reminds: 1h")
    assert notes["fin"] == ("close", "closes: done · then, 2h later: survey")
    assert notes[ANYWHERE] == ("anywhere", "At any time · back: the question before")
    arrows = {(arrow.source, arrow.target): (arrow.label, arrow.usual) for arrow in drawing.arrows}
    assert arrows["part", "address"] == ("30 %", True)
    assert arrows["part", "pay"] == ("70 % short", True)
    assert arrows["address", "pay"][1]
    assert 's_address[["address<br/>calls: direccion"]]' in mermaid(drawing)


def test_long_texts_are_whole_and_wrapped_and_states_that_say_nothing_show_what_they_set():
    dialog = dialog_of("""
dialog: d
language: en
states:
  long: { say: "This is a sentence that goes on and on for rather longer than one line of a box has room", goto: sum }
  sum: { set: { total: 3 + 4 }, goto: end }
  end: { say: Bye., close: done }
""")
    drawing = draw(dialog)
    assert [(node.text, node.note) for node in drawing.nodes] == [
        ("This is a sentence that goes on and on for rather longer than one line of a box has room", ""),
        ("total = 3 + 4", ""),
        ("Bye.", "closes: done"),
    ]
    lines = [line.text or "" for line in ElementTree.fromstring(svg(drawing)).iter(f"{SVG}tspan")]
    assert " ".join(lines).startswith("long This is a sentence that goes on and on")
    assert max(map(width, lines)) <= 250


def test_an_overlay_marks_what_was_taken_and_counts_who_is_where():
    machine = machine_of(DIALOG)
    edges = [edge for edge in machine.edges() if (edge.source, edge.target) in {("ask", "work"), ("work", "ask")}]
    shown = overlay(DIALOG, exercised=({"ask", "work"}, edges), live={"ask": 12, "gone": 3})
    root = ElementTree.fromstring(svg(draw(DIALOG), shown))
    marks = {each.get("data-state"): each.get("data-mark") for each in root.iter(f"{SVG}g") if each.get("data-state")}
    assert (marks["ask"], marks["work"], marks["rate"], marks[ANYWHERE]) == ("taken", "taken", "missed", None)
    assert [each.get("data-live") for each in root.iter(f"{SVG}g") if each.get("data-live")] == ["12"]
    words = "".join(root.itertext())
    assert "15 conversations now" in words  # three of them in a state of another version
    assert "✗ no answer: 1h30m" in words  # colours alone tell not everybody
    assert "ask (12)" in mermaid(draw(DIALOG), shown)
    assert '"ask" [label="ask (12)' in dot(draw(DIALOG), shown)


def test_dot_has_a_line_for_each_node_and_arrow():
    drawing = draw(DIALOG)
    lines = dot(drawing).splitlines()
    assert sum(" -> " in line for line in lines) == len(drawing.arrows)
    assert sum(" [label=" in line and " -> " not in line for line in lines) == len(drawing.nodes)
    assert r'    label="A \"quoted\" <title>" labelloc=t fontname=sans' in lines


@pytest.mark.parametrize("name", sorted(path.stem for path in (EXAMPLES / "dialogs").glob("*.yaml")))
def test_in_the_examples_no_box_covers_another_and_lines_go_round_boxes(name):
    """The drawing as it is placed: boxes apart from each other, and no line through a box it doesn't belong to."""
    source = (EXAMPLES / "dialogs" / f"{name}.yaml").read_text("utf-8")
    root = ElementTree.fromstring(svg(draw(dialog_of(source))))
    boxes = {
        group.get("data-state"): [float(group.find("{*}rect").get(key)) for key in ("x", "y", "width", "height")]
        for group in root.iter(f"{SVG}g")
        if group.get("data-state")
    }
    assert len(boxes) > 2
    for (_, one), (_, other) in combinations(boxes.items(), 2):
        assert (
            one[0] + one[2] <= other[0]
            or other[0] + other[2] <= one[0]
            or one[1] + one[3] <= other[1]
            or other[1] + other[3] <= one[1]
        )
    for group in root.iter(f"{SVG}g"):
        path = group.find("{*}path")
        if path is None or group.get("data-from") is None:
            continue
        for x, y in points(path.get("d")):
            for state, (left, top, wide, high) in boxes.items():
                if state not in (group.get("data-from"), group.get("data-to")):
                    assert not (left < x < left + wide and top < y < top + high), (name, group.attrib, state)


def points(drawn: str) -> list[tuple[float, float]]:
    """Where a line goes through, without the handles of its curves."""
    found: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MCV])([^MCV]*)", drawn):
        values = [float(number) for number in numbers.split()]
        found.append((found[-1][0], values[0]) if command == "V" else (values[-2], values[-1]))
    return found
