"""B16: `back` leads to the question before, with the answers as they were before it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs.events import TimedOut
from bot_runtime.dialogs.trail import MOST_BACK
from tests.dialogs.talking import Contact

SURVEY = """\
dialog: survey
language: en
retry: { goto: person }
states:
  name: { ask: Your name?, answer: text, save: name, keep: [undo], goto: count }
  count: { set: { seen: "1" }, goto: age }
  age: { ask: "How old, {{ name }}?", answer: number, save: age, goto: city }
  city:
    ask: Which city?
    menu:
      - Roma
      - { label: Paris, goto: call }
      - { label: Oslo, secondary: true }
    more: elsewhere
    save: city
    goto: sure
  call: { call: { dialog: street, save: { street: street } }, goto: sure }
  sure: { ask: "{{ name }}, {{ age }}, {{ city }}, {{ street }}?", answer: yes_no, save: sure, goto: done }
  done: { close: thanks }
  person: { handoff: sales }
anywhere:
  - { words: [back, undo], back: true }
  - { words: restart, goto: name }
"""
STREET = """\
dialog: street
language: en
retry: { goto: street }
states:
  street: { ask: Which street?, answer: text, save: street, goto: number }
  number: { ask: "Which number of {{ street }}?", answer: number, save: number }
"""


@pytest.fixture
def contact() -> Contact:
    return Contact(SURVEY, STREET).says("hello")


def test_back_asks_the_question_before_and_takes_its_answer_away(contact: Contact):
    contact.says("Ana", "40").says("back")
    assert contact.texts == ["How old, Ana?"]
    assert contact.session.answers == {"name": "Ana", "seen": 1}
    contact.says("back")
    assert contact.texts == ["Your name?"]
    assert contact.session.answers == {}


def test_an_answer_given_before_is_what_it_was(contact: Contact):
    contact.says("Ana", "40", "restart", "Eva").says("back")
    assert contact.texts == ["Your name?"]
    assert contact.session.answers == {"name": "Ana", "seen": 1, "age": 40}
    contact.says("back")  # before `restart` they stood at the city
    assert contact.texts == ["Which city?"]


def test_back_at_the_first_question_asks_it_again(contact: Contact):
    contact.says("back")
    assert (contact.texts, contact.session.attempts) == (["Your name?"], 0)


def test_back_on_a_menus_second_page_leads_to_its_first(contact: Contact):
    contact.says("Ana", "40", "elsewhere")
    assert contact.menu[0] == "Oslo"
    contact.says("undo")
    assert contact.menu[0] == "Roma"
    assert contact.says("undo").texts == ["How old, Ana?"]


def test_a_question_may_keep_the_word_for_itself(contact: Contact):
    contact.says("undo")
    assert contact.session.answers["name"] == "undo"


def test_back_out_of_a_call(contact: Contact):
    contact.says("Ana", "40", "Paris")
    assert (contact.texts, contact.session.dialog) == (["Which street?"], "street")
    contact.says("back")  # the caller's word
    assert (contact.texts, contact.session.dialog) == (["Which city?"], "survey")
    assert contact.session.answers == {"name": "Ana", "seen": 1, "age": 40}


def test_back_into_a_call_that_had_ended(contact: Contact):
    contact.says("Ana", "40", "Paris", "Via", "7")
    assert contact.texts == ["Ana, 40, paris, Via?"]
    contact.says("back")
    assert contact.texts == ["Which number of Via?"]
    assert contact.session.answers == {"street": "Via"}
    contact.says("8").says("yes")
    assert contact.session.answers["street"] == "Via"
    assert contact.session.cause == "closed"


def test_what_a_person_took_over_is_not_gone_back_to(contact: Contact):
    contact.says("Ana", "x", "y", "z")
    assert contact.session.phase == "quiet"
    assert contact.session.trail == ()


def test_a_way_back_into_a_dialog_that_is_gone_is_none(contact: Contact):
    contact.says("Ana", "40", "Paris", "Via", "7")
    version = contact.book.dialogs.pop("street").version
    del contact.versions[version]
    assert contact.says("back").texts == ["Ana, 40, paris, Via?"]


@given(st.lists(st.sampled_from(["Ana", "40", "Roma", "Paris", "Via", "restart", "silence"]), max_size=12))
def test_back_undoes_every_step_as_it_was_taken(said: list[str]):
    """Whatever path led here, going back leads through the same questions, with the same answers."""
    contact = Contact(SURVEY, STREET).says("hello")
    stood = []
    for text in said:
        session = contact.session
        before = (session.dialog, session.state, session.answers, session.callers)
        contact.says(text)
        now = contact.session
        if now.phase != "waiting":
            break
        if now.attempts == 0:
            stood.append(before)
    if contact.session.phase != "waiting":
        return
    for expected in reversed(stood[-MOST_BACK:]):
        if contact.session.attempts or not contact.session.trail:
            return
        contact.says("back")
        session = contact.session
        assert (session.dialog, session.state, session.answers, session.callers) == expected


def test_the_way_back_is_short_and_small(contact: Contact):
    for _ in range(8):
        contact.says("Ana" * 20, "40", "Paris", "Via" * 300, "7", "restart")
    assert len(contact.session.trail) <= MOST_BACK
    assert len(msgspec.json.encode(contact.session.trail)) <= 1_000


def test_back_leaves_the_old_wait_without_effect(contact: Contact):
    contact.says("Ana")
    old = contact.session.wait
    contact.says("back")
    contact.take(TimedOut(at=contact.at, channel="wa", wait=old))
    assert contact.session.phase == "waiting"
