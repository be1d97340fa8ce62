"""F062: something that happens outside moves a session that waits for it, and no other."""

from typing import Any

import pytest

from bot_runtime.dialogs.effects import CancelTimer, StartTimer
from bot_runtime.dialogs.events import OutsideEvent
from tests.dialogs.talking import Contact

PAYMENT = """
dialog: payment
language: en
starts: { default: true }
retry: { goto: gone }
states:
  pay:
    ask: "Pay here: https://pay.example/1"
    menu: [{ label: I can't, goto: gone }]
    on: [{ event: paid, goto: thanks, save: { amount: total, note: extra.note? } }]
  ship:
    say: We pack it now.
    response_timeout: 2h
    timeout: late
    on:
      - { event: shipped, goto: shipped, save: { guide: guide } }
      - { event: lost, goto: gone }
  thanks:
    say: "Thanks for {{ amount }}."
    goto: ship
  shipped:
    say: "It left: {{ guide }}."
    close: done
  late: { say: It takes a little longer., goto: ship }
  gone: { say: Sorry., close: failed }
anywhere:
  - { words: [cancel it], goto: gone }
"""


def paying() -> Contact:
    return Contact(PAYMENT).says("hi")


def happens(contact: Contact, name: str, **data: Any) -> Contact:
    return contact.take(OutsideEvent(at=contact.at, channel="wa", name=name, data=data))


def test_an_event_moves_a_question_that_waits_for_it_and_its_data_are_kept():
    contact = paying()
    wait = contact.session.wait
    happens(contact, "paid", total=35.5, more={"x": 1})
    assert contact.texts == ["Thanks for 35.5.", "We pack it now."]
    assert (contact.session.answers["amount"], contact.session.answers["note"]) == (35.5, None)
    assert CancelTimer(wait) in contact.effects


@pytest.mark.parametrize("data", [{}, {"total": None}, {"total": {"of": 3}}, {"total": [[1]]}])
def test_an_event_without_the_data_it_should_bring_moves_nothing(data):
    contact = paying()
    before = contact.session
    assert happens(contact, "paid", **data).effects == ()
    assert contact.session == before


@pytest.mark.parametrize("name", ["shipped", "PAID", "", "pay"])
def test_an_event_that_nobody_waits_for_moves_nothing(name):
    contact = paying()
    before = contact.session
    assert happens(contact, name, total=3).effects == ()
    assert contact.session == before


def test_a_state_can_wait_for_events_alone():
    contact = happens(paying(), "paid", total=1)
    assert (contact.session.state, contact.session.phase) == ("ship", "waiting")
    assert contact.of(StartTimer) == [StartTimer(contact.session.wait, 7200)]
    assert happens(contact, "shipped", guide="MX1").texts == ["It left: MX1."]
    assert contact.session.cause == "closed"


def test_its_silence_ends_as_that_of_a_question():
    contact = happens(paying(), "paid", total=1)
    assert contact.waits_in_vain().texts == ["It takes a little longer.", "We pack it now."]


def test_a_contact_who_writes_meanwhile_is_told_and_nothing_moves():
    contact = happens(paying(), "paid", total=1)
    before = contact.session
    assert contact.says("and?").texts == ["We are still waiting; as soon as there is news we will tell you here."]
    assert contact.session == before
    assert happens(contact, "shipped", guide="MX1").texts == ["It left: MX1."]


def test_words_that_work_anywhere_work_there_too():
    contact = happens(paying(), "paid", total=1)
    assert contact.says("cancel it").texts == ["Sorry."]


def test_an_event_after_the_end_moves_nothing():
    contact = paying().taps("I can't", payload="pay:i_can_t")
    assert contact.session.phase == "ended"
    assert happens(contact, "paid", total=1).effects == ()


def test_the_same_event_again_finds_the_session_moved_on():
    contact = happens(paying(), "paid", total=1)
    before = contact.session
    assert happens(contact, "paid", total=1).effects == ()
    assert contact.session == before
