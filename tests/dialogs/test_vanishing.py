"""Who would lose their place when a new version of a dialog takes over (B11, B25)."""

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.vanishing import Vanished, vanishing
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog


def dialog(*states: str) -> Dialog:
    """States written as `name: {…}`, then one that closes."""
    source = "dialog: demo\nretry: { goto: fin }\nstates:\n" + "".join(f"  {state}\n" for state in states)
    return load_dialog(tree.read("dialogs/demo.yaml", (source + "  fin: { close: listo }\n").encode()))


OLD = dialog(
    "uno: { ask: ¿Seguimos?, answer: yes_no, goto: dos }",
    "dos: { ask: ¿Cuántos?, answer: number, goto: persona }",
    "persona: { handoff: ventas }",
)


def test_nobody_loses_a_place_that_is_still_there():
    assert vanishing(OLD, OLD, {"uno": 3, "dos": 5, "persona": 1}) == ()


def test_a_question_under_a_new_name_is_known_by_what_it_asks():
    new = dialog("uno: { ask: ¿Seguimos?, answer: yes_no, goto: fin }", "cantidad: { ask: ¿Cuántos?, answer: number }")
    assert vanishing(OLD, new, {"dos": 5}) == (Vanished("dos", 5, "gone", "cantidad"),)


def test_else_by_a_name_like_it():
    new = dialog("uno: { ask: ¿Seguimos?, answer: yes_no }", "doss: { ask: ¿Qué tantos?, answer: number }")
    assert vanishing(OLD, new, {"dos": 5}) == (Vanished("dos", 5, "gone", "doss"),)
    assert vanishing(None, new, {"dos": 5}) == (Vanished("dos", 5, "gone", "doss"),)


def test_where_nobody_stands_nothing_vanishes():
    assert vanishing(OLD, dialog(), {"uno": 0, "fin": 2}) == ()


def test_a_question_that_became_an_action_keeps_nobody():
    new = dialog(
        "uno: { say: Seguimos, goto: dos }",
        "dos: { ask: ¿Cuántos?, answer: number }",
        "persona: { handoff: ventas }",
    )
    lost = vanishing(OLD, new, {"persona": 4, "uno": 2, "dos": 1})
    assert lost == (Vanished("uno", 2, "no_question", None),)


def test_they_come_in_the_order_of_the_old_version():
    lost = vanishing(OLD, dialog(), {"persona": 1, "dos": 1, "uno": 1})
    assert [each.state for each in lost] == ["uno", "dos", "persona"]
