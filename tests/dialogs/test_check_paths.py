# ruff: noqa: E501 (a dialog in a row)
"""What is proved by walking every way through a dialog: exits, data set before it is read, texts inside the window.

Each row that hears something stands beside its like that is right: a check that cries wolf is soon switched off.
"""

import time

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.paths import path_problems
from bot_runtime.dialogs.load import load_dialog

ASK = "ask: ¿Seguimos?, answer: yes_no"


def told(states: str, head: str = "retry: { goto: fin }\n", *, has_window: bool = True) -> list[tuple[str, str]]:
    """Codes and the names they are about, of a dialog with these states before `fin`."""
    source = f"dialog: demo\n{head}states:\n{states}  fin: {{ close: listo }}\n"
    read = tree.read("dialogs/demo.yaml", source.encode())
    assert read.problems == []
    found = path_problems(read, load_dialog(read), has_window=has_window)
    return [(problem.code, str(problem.facts["name"])) for problem in found]


RIGHT_EXITS = [
    # two questions that lead to each other, and a way out of one
    f"  a: {{ {ASK}, goto: b }}\n  b: {{ ask: ¿Cuál?, menu: [{{ label: Otra vez, goto: a }}, {{ label: Ya, goto: fin }}] }}\n",
    # a menu that always comes back, with a person for who is not understood
    "  a: { ask: ¿Qué?, menu: [Precios], goto: b, retry: { goto: p } }\n  b: { say: Cien, goto: a }\n  p: { handoff: x }\n",
    # a free text takes nonsense and goes on
    "  a: { ask: ¿Qué pasó?, answer: text, retry: { goto: a }, goto: fin }\n",
    # nobody is waited for: the question says its text and goes on
    f"  a: {{ {ASK}, response_timeout: 0, timeout: fin, retry: {{ goto: a }}, goto: a }}\n",
    # what does not fit goes elsewhere at once
    "  a: { ask: ¿Qué?, menu: [{ label: Otra vez, goto: a }], else: fin }\n",
]
WRONG_EXITS = [
    (
        f"  a: {{ {ASK}, retry: {{ goto: b }}, goto: b }}\n  b: {{ {ASK}, retry: {{ goto: a }}, goto: a }}\n",
        [("no_way_out", "a")],
    ),
    (f"  a: {{ {ASK}, retry: {{ goto: a }}, goto: fin }}\n", [("retry_circle", "a")]),
    # over an action, and told once for both questions of the circle
    (
        f"  a: {{ {ASK}, retry: {{ goto: x }}, goto: fin }}\n  x: {{ say: Otra vez, goto: b }}\n"
        f"  b: {{ {ASK}, retry: {{ goto: a }}, goto: fin }}\n",
        [("retry_circle", "a")],
    ),
    ("  a: { ask: ¿Qué?, menu: [{ label: Ya, goto: fin }], else: a }\n", [("retry_circle", "a")]),
]


WRONG_EXITS += [  # what leads into a circle is not told besides
    (
        f"  a: {{ {ASK}, retry: {{ goto: b }}, goto: b }}\n  b: {{ {ASK}, retry: {{ goto: c }}, goto: c }}\n"
        f"  c: {{ {ASK}, retry: {{ goto: b }}, goto: b }}\n",
        [("no_way_out", "b")],
    )
]


@pytest.mark.parametrize("states", RIGHT_EXITS)
def test_who_can_get_out_hears_nothing(states):
    assert told(states) == []


@pytest.mark.parametrize(("states", "expected"), WRONG_EXITS)
def test_a_question_that_keeps_people_is_told_once_a_circle(states, expected):
    assert told(states) == expected


def test_a_word_of_anywhere_is_a_way_out_but_not_for_who_is_not_understood():
    head = "retry: { goto: a }\nanywhere: [{ words: [adiós], goto: fin }]\n"
    assert told(f"  a: {{ {ASK}, goto: a }}\n", head) == [("retry_circle", "a")]


NUMBER = "answer: number, save: n"
RIGHT_DATA = [
    f"  a: {{ ask: ¿Cuántos?, {NUMBER}, goto: b }}\n  b: {{ say: 'Son {{{{ n }}}}', goto: fin }}\n",
    # what stands beside an answer is set with it
    "  a: { ask: ¿Cuál?, menu: [Uno, Dos], save: n, goto: b }\n  b: { say: 'Eso: {{ n_text }}', goto: fin }\n",
    # set and said in the same state, in this order
    "  a: { set: { n: 1 }, say: 'Son {{ n }}', goto: fin }\n",
    # a counter that begins somewhere
    f"  a: {{ set: {{ n: 0 }}, goto: b }}\n  b: {{ set: {{ n: n + 1 }}, goto: c }}\n  c: {{ {ASK}, when: [{{ if: n > 3, goto: fin }}, {{ else: b }}] }}\n",
    # who says "no" has no number: the text reckons with it in each of the ways there are
    *(
        f"  a: {{ ask: ¿Más?, menu: [{{ label: Sí, goto: b }}, {{ label: No, goto: c }}] }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n"
        f"  c: {{ say: 'Son {text}', goto: fin }}\n"
        for text in ('{{ n | default("cero") }}', "{{ n | default(0) | upper }}", '{{ " unos " + n }}')
    ),
    # a condition finds out; beyond it the name is set
    f"  a: {{ ask: ¿Más?, menu: [{{ label: Sí, goto: b }}, {{ label: No, goto: c }}] }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n"
    "  c: { when: [{ if: not empty(n), goto: d }, { else: fin }] }\n  d: { say: 'Son {{ n }}', goto: fin }\n",
    f"  a: {{ ask: ¿Más?, menu: [{{ label: Sí, goto: b }}, {{ label: No, goto: c }}] }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n"
    "  c: { when: [{ if: empty(n), goto: fin }, { if: n > 3, goto: d }, { else: d }] }\n  d: { say: 'Son {{ n }}', goto: fin }\n",
    f"  a: {{ ask: ¿Más?, menu: [{{ label: Sí, goto: b }}, {{ label: No, goto: c }}] }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n"
    "  c: { when: [{ if: n > 3, goto: d }, { else: fin }] }\n  d: { say: 'Son {{ n }}', goto: fin }\n",
]
WRONG_DATA = [
    (
        f"  a: {{ say: 'Son {{{{ n }}}}', goto: b }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: fin }}\n",
        [("never_set", "n")],
    ),
    (
        f"  a: {{ ask: ¿Más?, menu: [{{ label: Sí, goto: b }}, {{ label: No, goto: c }}] }}\n  b: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n"
        "  c: { say: 'Son {{ n }}', goto: fin }\n",
        [("maybe_unset", "n")],
    ),
    # said before it is set, in the same state
    ("  a: { say: 'Son {{ n }}', set: { n: 1 }, goto: fin }\n", [("never_set", "n")]),
    # a sum over nothing is nothing: this counter never counts
    (
        f"  a: {{ set: {{ n: n + 1 }}, goto: b }}\n  b: {{ {ASK}, when: [{{ if: n > 3, goto: fin }}, {{ else: a }}] }}\n",
        [("maybe_unset", "n")],
    ),
    # what stands beside an answer is missing with it: one mistake, one finding
    (
        "  a: { ask: ¿Cuánto?, answer: amount, save: n, retry: { goto: b }, goto: b }\n  b: { say: '{{ n }} {{ n_currency }}', goto: fin }\n",
        [("maybe_unset", "n")],
    ),
    # who is not understood goes on without an answer
    (
        f"  a: {{ ask: ¿Cuántos?, {NUMBER}, retry: {{ goto: b }}, goto: b }}\n  b: {{ say: 'Son {{{{ n }}}}', goto: fin }}\n",
        [("maybe_unset", "n")],
    ),
]


@pytest.mark.parametrize("states", RIGHT_DATA)
def test_data_that_is_set_on_every_way_or_reckoned_with_hears_nothing(states):
    assert told(states) == []


@pytest.mark.parametrize(("states", "expected"), WRONG_DATA)
def test_data_read_before_it_is_set_is_told(states, expected):
    assert told(states) == expected


def test_a_need_is_brought_by_whoever_begins():
    assert told("  a: { say: 'Hola {{ nombre }}', goto: fin }\n", "needs: { nombre: text }\n") == []


def test_a_word_said_early_skips_the_questions_between():
    states = f"  a: {{ ask: ¿Cuántos?, {NUMBER}, goto: c }}\n  c: {{ say: 'Son {{{{ n }}}}', goto: fin }}\n"
    head = "retry: { goto: fin }\nanywhere: [{ words: [listo], goto: c }]\n"
    assert told(states, head) == [("maybe_unset", "n")]


def waiting(first: str, second: str = "1h", head: str = "") -> str:
    return (
        f"  a: {{ {ASK}, response_timeout: {first}, timeout: b, goto: fin }}\n"
        f"  b: {{ ask: ¿Sigues ahí?, answer: yes_no, response_timeout: {second}, timeout: c, goto: fin }}\n"
        "  c: { say: Adiós, goto: fin }\n"
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("20h", "1h", []),
        ("23h50m", "0", []),
        ("23h51m", "1h", [("late_text", "a")]),  # what follows a late question is no news
        ("20h", "4h", [("late_text", "b")]),  # waits add up while nobody writes
    ],
)
def test_a_text_after_more_than_23_hours_50_of_silence_is_late(first, second, expected):
    assert told(waiting(first, second)) == expected


def test_sms_knows_no_window():
    assert told(waiting("24h", "24h"), has_window=False) == []


def test_who_only_got_a_template_may_never_have_written():
    head = "starts: { template: saldo }\nretry: { goto: fin }\n"
    assert told(waiting("1h"), head) == [("late_start", "a")]
    silent = f"  a: {{ {ASK}, timeout: fin, goto: b }}\n  b: {{ {ASK}, response_timeout: 1h, timeout: c, goto: fin }}\n"
    assert told(silent + "  c: { say: Adiós, goto: fin }\n", head) == []  # whoever gets to b has written


def test_an_event_may_come_at_the_end_of_the_wait_for_it():
    paid = (
        "  a: { say: Paga., response_timeout: {}, timeout: fin, on: [{ event: paid, goto: b }] }\n"
        "  b: { say: Gracias, goto: fin }\n"
    )
    assert told(paid.replace("{}", "23h50m")) == []
    assert told(paid.replace("{}", "24h")) == [("late_text", "a")]


def test_a_reminder_comes_inside_the_window():
    remind = f"  a: {{ {ASK}, goto: fin, timeout: fin, remind: [{{ after: {{}}, say: ¿Sigues ahí? }}] }}\n"
    assert told(remind.replace("{}", "20h")) == []
    assert told(remind.replace("{}", "23h55m")) == [("late_text", "a")]


def test_a_dialog_that_follows_a_day_later_begins_outside_the_window():
    follows = (
        f"  a: {{ {ASK}, timeout: fin, goto: b }}\n  b: {{ close: listo, then: {{ dialog: otra, after: {{}} }} }}\n"
    )
    assert told(follows.replace("{}", "23h")) == []
    assert told(follows.replace("{}", "24h")) == [("late_text", "b")]


def test_silence_over_an_action_that_says_nothing_is_told_where_words_begin():
    states = f"  a: {{ {ASK}, timeout: b, goto: fin }}\n  b: {{ set: {{ n: 1 }}, goto: c }}\n  c: {{ say: Adiós, goto: fin }}\n"
    assert told(states) == [("late_text", "a")]


LARGE = 1_900
LARGEST = {
    "a name that is never set at any of them": "  e{at}: {{ ask: 'a {{{{ v{to} }}}}', answer: text, goto: e{to}, save: v{at} }}\n",
    "circles of silence": "  e{at}: {{ ask: a, answer: text, timeout: e{to}, goto: e{far}, save: v{at} }}\n",
    "one great circle": "  e{at}: {{ ask: a, answer: yes_no, retry: {{ goto: e{to} }}, goto: e{far} }}\n",
}


@pytest.mark.parametrize("about", LARGEST)
def test_the_largest_dialogs_are_walked_in_seconds_and_told_in_a_hundred_lines(about):
    states = "".join(LARGEST[about].format(at=at, to=(at + 1) % LARGE, far=at * 31 % LARGE) for at in range(LARGE))
    began = time.process_time()
    assert 1 <= len(told(states)) <= 100
    assert time.process_time() - began < 10
