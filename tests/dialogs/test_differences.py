"""Two versions compared as states and texts (F025, B11)."""

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.differences import Detail, StateChange, compare
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog

OLD = """\
dialog: demo
title: Saldos
retry: { goto: fin }
states:
  menu:
    ask: ¿Qué prefieres?
    menu: [Pagar, { label: Mi saldo, goto: fin }]
    goto: monto
  monto: { ask: ¿Cuánto?, answer: amount, save: monto, goto: fin }
  fin: { say: Gracias., close: listo }
"""


def dialog(source: str) -> Dialog:
    return load_dialog(tree.read("dialogs/demo.yaml", source.encode()), "es")


@pytest.mark.parametrize(
    "same",
    [
        OLD + "# a comment\n",
        OLD.replace("answer: amount, save: monto", "save: monto, answer: { type: amount }"),
        OLD.replace("say: Gracias.", 'say: [ "Gracias." ]'),
        OLD.replace("[Pagar,", "[{ label: Pagar },"),
        OLD.replace("title: Saldos\nretry: { goto: fin }", "retry:\n  goto: fin\ntitle: 'Saldos'"),
    ],
)
def test_another_way_of_writing_is_no_difference(same: str):
    assert same != OLD
    assert compare(dialog(OLD), dialog(same)).none


@pytest.mark.parametrize(
    ("changed", "state", "detail"),
    [
        (("¿Cuánto?", "¿Qué monto?"), "monto", Detail("ask", "text", "¿Cuánto?", "¿Qué monto?")),
        (("Gracias.", "Adiós."), "fin", Detail("say[1]", "text", "Gracias.", "Adiós.")),
        (("close: listo", "close: hecho"), "fin", Detail("close", "rule", "listo", "hecho")),
        (("goto: monto", "goto: fin"), "menu", Detail("goto", "way", "monto", "fin")),
        (
            ("{ label: Mi saldo, goto: fin }", "{ label: Mi saldo, goto: monto }"),
            "menu",
            Detail("menu[Mi saldo].goto", "way", "fin", "monto"),
        ),
        (("[Pagar, ", "[Pagar, Prometer, "), "menu", Detail("menu[Prometer].label", "text", None, "Prometer")),
        (("answer: amount", "answer: number"), "monto", Detail("answer.type", "rule", "amount", "number")),
        (("ask: ¿Cuánto?", "ask: { es: ¿Cuánto? }"), "monto", Detail("ask.es", "text", None, "¿Cuánto?")),
    ],
)
def test_what_changed_is_named_with_both_sides(changed: tuple[str, str], state: str, detail: Detail):
    (found,) = compare(dialog(OLD), dialog(OLD.replace(*changed))).states
    assert (found.state, found.what) == (state, "changed")
    assert detail in found.details


def test_states_come_go_and_change_their_name():
    new = OLD.replace("monto:", "cantidad:", 1).replace("goto: monto", "goto: cantidad")
    new = new.replace("  fin:", "  duda: { ask: ¿Algo más?, answer: yes_no, goto: fin }\n  fin:")
    changes = compare(dialog(OLD), dialog(new)).states
    assert [(one.state, one.what, one.was) for one in changes] == [
        ("menu", "changed", ""),
        ("cantidad", "renamed", "monto"),
        ("duda", "added", ""),
    ]
    back = compare(dialog(new), dialog(OLD)).states
    assert StateChange("monto", "renamed", "cantidad", ()) in back
    assert [one.state for one in back if one.what == "removed"] == ["duda"]


def test_what_is_outside_the_states_and_where_it_begins():
    new = OLD.replace("title: Saldos", "title: Pagos\nlanguage: en")
    head = compare(dialog(OLD), dialog(new)).dialog
    assert head == (Detail("title", "text", "Saldos", "Pagos"), Detail("language", "rule", None, "en"))
    lines = OLD.splitlines(keepends=True)
    moved = "".join([*lines[:4], lines[8], *lines[4:8], *lines[9:]])
    assert compare(dialog(OLD), dialog(moved)).dialog == (Detail("first", "way", "menu", "monto"),)
