"""F018: one survey after another, each with results of its own. D05: what a late answer does."""

from datetime import timedelta

from bot_runtime.dialogs.effects import BeginLater, CloseTicket, EndDialog, Flag
from tests.dialogs.talking import Contact

FIRST = """\
dialog: first
language: en
late: resume
retry: { goto: fin }
states:
  one: { ask: One?, answer: yes_no, save: one, goto: two }
  two: { ask: Two?, answer: yes_no, save: two, goto: fin, timeout: silent }
  fin: { say: Done., close: done, then: { dialog: second, with: { knows: one } } }
  silent: { set: { gone: "true" }, close: no_answer }
"""
SECOND = """\
dialog: second
language: en
needs: { knows: yes_no }
retry: { goto: fin }
states:
  three: { ask: "Three, {{ knows }}?", answer: yes_no, save: three, goto: fin }
  fin: { close: done }
"""


def test_f018_the_next_survey_begins_at_once_and_each_has_its_results():
    contact = Contact(FIRST, SECOND).says("hello", "yes", "no")
    assert contact.texts == ["Done.", "Three, yes?"]
    assert contact.of(CloseTicket) == [CloseTicket("done")]
    assert contact.of(EndDialog) == [EndDialog("first", "closed", {"one": True, "two": False})]
    assert (contact.session.dialog, contact.session.answers) == ("second", {})
    assert contact.says("yes").session.answers == {"three": True}


def test_f018_or_after_a_while():
    later = FIRST.replace("with: { knows: one }", "with: { knows: one }, after: 2h")
    contact = Contact(later, SECOND).says("hello", "yes", "no")
    assert contact.of(BeginLater) == [BeginLater("second", 7_200, {"knows": True})]
    assert contact.session.cause == "closed"


def test_a_survey_that_is_gone_is_flagged_and_nothing_is_said():
    contact = Contact(FIRST).says("hello", "yes", "no")
    assert contact.of(Flag) == [Flag("dialog_gone")]
    assert (contact.texts, contact.session.cause) == (["Done."], "closed")


def test_surveys_that_follow_each_other_for_ever_stop():
    circle = "dialog: a\nstates:\n  x: { say: hi, then: a }\n"
    contact = Contact(circle).says("hello")
    assert contact.of(Flag) == [Flag("loop")]


def test_a_dialog_that_was_called_leaves_what_follows_to_its_caller():
    caller = "dialog: caller\nlanguage: en\nretry: { goto: q }\nstates:\n  c: { call: a, goto: q }\n" \
        "  q: { ask: Back?, answer: text }\n"  # fmt: skip
    contact = Contact(caller, "dialog: a\nstates:\n  x: { say: hi, then: second }\n", SECOND).says("hello")
    assert contact.texts == ["hi", "Back?"]


def test_d05_a_late_answer_goes_on_at_the_question_that_timed_out():
    contact = Contact(FIRST, SECOND).says("hello", "yes").waits_in_vain()
    assert contact.session.cause == "timed_out"
    contact.at += timedelta(hours=5)
    contact.says("no")
    assert contact.texts == ["Done.", "Three, yes?"]
    assert contact.of(EndDialog) == [EndDialog("first", "closed", {"one": True, "two": False})]


def test_d05_what_does_not_fit_is_helped_there():
    contact = Contact(FIRST, SECOND).says("hello", "yes").waits_in_vain().says("maybe")
    assert (contact.session.state, contact.session.attempts) == ("two", 1)


def test_d05_a_dialogs_keyword_begins_it_unless_the_question_takes_it():
    other = SECOND.replace("needs:", "starts: { keywords: [other, si] }\nneeds:")
    contact = Contact(FIRST, other).says("hello", "yes").waits_in_vain().says("other")
    assert contact.session.dialog == "second"


def test_d05_after_a_day_a_late_answer_begins_anew():
    contact = Contact(FIRST, SECOND).says("hello", "yes").waits_in_vain()
    contact.at += timedelta(hours=24)
    assert contact.says("no").texts == ["One?"]


def test_d05_new_is_the_default():
    contact = Contact(FIRST.replace("late: resume\n", ""), SECOND).says("hello", "yes").waits_in_vain().says("no")
    assert contact.texts == ["One?"]
    assert contact.session.trail == ()


def test_d05_a_question_of_a_called_dialog_is_gone_on_at_too():
    caller = "dialog: caller\nlanguage: en\nlate: resume\nstates:\n  c: { call: second, goto: e }\n  e: { close: x }\n"
    contact = Contact(caller, SECOND).says("hello").waits_in_vain()
    assert (contact.session.dialog, contact.session.cause) == ("caller", "timed_out")
    contact.says("yes")
    assert (contact.session.cause, contact.session.answers) == ("closed", {"call_ended": "finished"})
