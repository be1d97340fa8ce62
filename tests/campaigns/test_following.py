"""F018: the review says what every survey that follows adds, for a contact and for all."""

from bot_runtime.campaigns.following import Added, added, followed
from tests.dialogs.talking import dialog_of

FIRST = "dialog: a\nlanguage: en\nstates:\n  x: { say: Hi, then: b }\n"
NEXT = """\
dialog: b
title: Next
language: en
needs: { name: { type: text, example: Ana } }
retry: { goto: fin }
states:
  q: { ask: "Happy, {{ name }}?", menu: [{ label: Yes, goto: fin }, { label: No, goto: why }] }
  why: { ask: LONG, answer: text, goto: fin }
  fin: { say: Thanks., then: { dialog: c, after: 2h } }
""".replace("LONG", "Why" + "?" * 160)
LAST = "dialog: c\nlanguage: en\nstates:\n  x: { say: Bye, close: done }\n"
DIALOGS = {dialog.name: dialog for dialog in map(dialog_of, (FIRST, NEXT, LAST))}


def test_each_added_survey_is_told_by_its_longest_way():
    assert added(DIALOGS, "a", 1_000, by_sms=True) == [
        Added("b", "Next", 3, 4, 3_000, 4_000),  # the second question takes two parts
        Added("c", "c", 1, 1, 1_000, 1_000),
    ]


def test_elsewhere_there_are_no_parts():
    assert [(one.messages, one.parts, one.all_parts) for one in added(DIALOGS, "a", 10, by_sms=False)] == [
        (3, None, None),
        (1, None, None),
    ]


def test_what_is_not_there_adds_nothing():
    assert followed(DIALOGS, "nope") == []
    assert added({"a": DIALOGS["a"]}, "a", 10, by_sms=True) == []
