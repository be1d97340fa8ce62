"""F010: a dialog calls another with arguments, gets its results and goes on after the call."""

from datetime import timedelta

import pytest

from bot_runtime.dialogs.effects import CloseTicket, Flag, OpenTicket, StartTimer
from bot_runtime.dialogs.engine import give_back
from tests.dialogs.talking import Contact

ORDER = """\
dialog: order
language: en
retry: { goto: person }
states:
  what: { ask: What shall we bring?, answer: text, save: what, goto: where }
  where:
    call: { dialog: address, with: { country: "'MX'", greeting: what }, save: { street: line, lives_in: country } }
    when:
      - { if: call_ended == 'finished', goto: sure }
      - { if: call_ended == 'exhausted', goto: person }
      - { else: silent }
  sure: { ask: "{{ what }} to {{ street }} ({{ lives_in }})?", answer: yes_no, save: sure, goto: done }
  done: { say: Coming., close: ordered }
  silent: { say: "It ended {{ call_ended }}.", close: no_answer }
  person: { say: A person helps., handoff: sales }
anywhere:
  - { words: [stop it, start over], goto: what }
"""
ADDRESS = """\
dialog: address
language: en
needs: { country: text, greeting: { type: text, default: food } }
retry: { attempts: 2, goto: lost }
states:
  line: { ask: "Street for the {{ greeting }}?", answer: text, check: len(answer) > 3, save: line, goto: number }
  number: { ask: Which number?, answer: number, save: number, response_timeout: 1h, goto: done }
  done: { say: Thanks for the address., close: written }
  lost: { say: I cannot read that. }
  help: { handoff: support }
anywhere:
  - { words: help, goto: help }
  - { words: again, goto: line }
"""


@pytest.fixture
def contact() -> Contact:
    return Contact(ORDER, ADDRESS).says("hello", "Pizza")


def test_f010_a_call_brings_arguments_in_and_results_out(contact: Contact):
    assert contact.texts == ["Street for the Pizza?"]
    assert (contact.session.dialog, contact.session.state) == ("address", "line")
    contact.says("Roma", "12")
    assert contact.texts == ["Thanks for the address.", "Pizza to Roma (MX)?"]
    assert (contact.session.dialog, contact.session.state) == ("order", "sure")
    assert contact.session.answers == {"what": "Pizza", "street": "Roma", "lives_in": "MX", "call_ended": "finished"}


def test_a_called_dialogs_close_ends_the_call_and_not_the_conversation(contact: Contact):
    contact.says("Roma", "12")
    assert contact.of(CloseTicket) == []
    contact.says("yes")
    assert contact.of(CloseTicket) == [CloseTicket("ordered")]
    assert (contact.session.cause, contact.session.callers) == ("closed", ())


def test_silence_in_a_call_takes_the_called_dialogs_time_and_is_told_to_the_caller(contact: Contact):
    contact.says("Roma")
    assert contact.of(StartTimer) == [StartTimer(contact.session.wait, 3600)]
    contact.waits_in_vain()
    assert contact.texts == ["It ended timed_out."]
    assert contact.session.cause == "timed_out"


def test_attempts_used_up_in_a_call_are_told_to_the_caller(contact: Contact):
    contact.says("x", "y")
    assert contact.texts == ["I cannot read that.", "A person helps."]
    assert contact.of(OpenTicket) == [OpenTicket("sales")]
    assert contact.session.phase == "quiet"


def test_a_called_dialog_hands_off_and_the_caller_goes_on_once_it_is_given_back(contact: Contact):
    contact.says("help")
    assert contact.of(OpenTicket) == [OpenTicket("support")]
    assert (contact.session.phase, contact.session.dialog) == ("quiet", "address")
    step = give_back(
        contact.book.dialogs["address"], contact.session, contact.about, contact.at, shelf=contact.book.shelf({})
    )
    assert step.session is not None
    assert step.session.answers["call_ended"] == "handed_off"
    assert next(iter(getattr(one, "text", "") for one in step.effects)) == "It ended handed_off."


def test_words_of_the_called_dialog_come_before_those_of_its_caller(contact: Contact):
    contact.says("Roma", "again")
    assert contact.texts == ["Street for the Pizza?"]
    contact.says("start over")
    assert contact.texts == ["What shall we bring?"]
    assert (contact.session.dialog, contact.session.callers) == ("order", ())


def test_a_caller_goes_on_in_the_version_it_began_in(contact: Contact):
    contact.publishes(ORDER.replace("Coming.", "On its way."))
    contact.says("Roma", "12", "yes")
    assert contact.texts == ["Coming."]


def test_a_call_takes_the_newest_version_of_what_it_calls():
    contact = Contact(ORDER, ADDRESS).says("hello")
    contact.publishes(ADDRESS.replace("Street for", "Which street for"))
    assert contact.says("Pizza").texts == ["Which street for the Pizza?"]
    contact.publishes(ADDRESS)
    assert contact.says("x").session.version == contact.session.version
    assert contact.says("Roma").texts == ["Which number?"]


def test_a_session_whose_caller_nobody_has_any_more_has_ended(contact: Contact):
    del contact.versions[contact.book.dialogs["order"].version]
    contact.publishes(ORDER.replace("Coming.", "On its way."))
    contact.says("Roma")
    assert contact.texts == ["What shall we bring?"]  # begun anew, with the version there is


def test_a_call_of_a_dialog_that_is_gone_ends_in_order():
    contact = Contact(ORDER).says("hello", "Pizza")
    assert contact.of(Flag) == [Flag("dialog_gone")]
    assert contact.session.cause == "failed"


def test_calls_that_never_ask_end_after_fifty_steps():
    contact = Contact("dialog: a\nstates:\n  one: { call: b, goto: one }\n", "dialog: b\nstates:\n  two: { say: hi }\n")
    contact.says("hello")
    assert contact.of(Flag) == [Flag("loop")]
    assert len(contact.texts) == 1


def test_calls_go_ten_deep_and_no_deeper():
    chain = [f"dialog: d{n}\nstates:\n  call: {{ call: d{n + 1} }}\n" for n in range(12)]
    last = "dialog: d12\nstates:\n  ask: { ask: Deep?, answer: text, retry: { goto: ask } }\n"
    assert Contact(*chain, last).says("hello").of(Flag) == [Flag("loop")]
    fine = Contact(*chain[2:], last).says("hello")
    assert fine.texts == ["Deep?"]
    assert len(fine.session.callers) == 10
    fine.says("yes")
    assert fine.session.cause == "finished"


def test_opting_out_ends_the_callers_too(contact: Contact):
    contact.says("STOP")
    assert contact.session.cause == "opted_out"
    contact.at += timedelta(hours=1)
    assert contact.waits_in_vain().texts == []
