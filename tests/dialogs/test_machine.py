"""A dialog version is one machine, and the machine alone decides where a session goes."""

from bot_runtime.dialogs.machine import END, Chose, Edge, Holds, Said, Turn, machine_of
from tests.dialogs.talking import dialog_of

DIALOG = dialog_of("""
dialog: d
states:
  ask:
    ask: Which?
    menu: [{ label: A, goto: work }, B]
    save: which
    retry: { attempts: 2, goto: person }
    when: [{ if: which == "b", goto: person }]
    keep: [stop here]
  other: { ask: Other?, menu: [A], else: work, goto: work, timeout: work }
  work: { set: { n: 1 }, when: [{ if: n > 1, goto: ask }, { else: close }] }
  person: { handoff: { department: care }, goto: ask }
  close: { close: done }
anywhere:
  - { words: [stop here, agent], goto: person }
""")


def told(edge: Edge) -> tuple[str, str, str, str]:
    match edge.condition:
        case Chose(option=option):
            why = f"chose {option.label.source}"
        case Holds(guard=guard):
            why = guard.source
        case Said(words=words):
            why = f"said {', '.join(words)}"
        case None:
            why = ""
    return edge.source, edge.trigger, edge.target, why


def test_the_machine_holds_every_way_a_dialog_can_go():
    assert [told(edge) for edge in machine_of(DIALOG).edges()] == [
        ("ask", "answer", "work", "chose A"),
        ("ask", "answer", "person", 'which == "b"'),
        ("ask", "answer", END, ""),
        ("ask", "exhausted", "person", ""),
        ("ask", "timeout", END, ""),
        ("ask", "word", "person", "said agent"),  # the question keeps the other word
        ("other", "answer", "work", ""),
        ("other", "else", "work", ""),
        ("other", "timeout", "work", ""),
        ("other", "word", "person", "said stop here, agent"),
        ("work", "next", "ask", "n > 1"),
        ("work", "next", "close", ""),
        ("person", "given_back", "ask", ""),
    ]


def test_a_turn_moves_by_the_first_condition_that_holds():
    machine = machine_of(DIALOG)
    turn = Turn("work", {"n": 2})
    machine.fire(turn, "next")
    assert turn.state == "ask"
    turn.chosen = "ask:a"
    machine.fire(turn, "answer")
    assert turn.state == "work"
    turn.values = {}
    machine.fire(turn, "next")
    assert turn.state == "close"


def test_a_version_is_built_once_and_keeps_no_turn():
    machine = machine_of(DIALOG)
    machine.fire(Turn("work", {}), "next")
    assert machine_of(DIALOG) is machine
    assert machine.machine.models == []


def test_taken_transitions_can_be_recorded():
    dialog = dialog_of("dialog: once\nstates:\n  a: { goto: b }\n  b: { close: x }\n")
    taken: list[Edge] = []
    stop = machine_of(dialog).record(lambda edge, turn: taken.append(edge))
    machine_of(dialog).fire(Turn("a", {}), "next")
    stop()
    machine_of(dialog).fire(Turn("a", {}), "next")
    assert taken == list(machine_of(dialog).edges())
