"""B02: what several messages in a row mean as an answer: the first, the last, or all of them."""

import pytest
from msgspec import structs

from bot_runtime.dialogs.bursts import MOST_CHARS
from bot_runtime.dialogs.effects import CancelTimer, Ignore, StartTimer
from bot_runtime.dialogs.engine import give_back
from tests.dialogs.talking import Contact

SURVEY = """\
dialog: survey
language: en
retry: { attempts: 2, goto: done }
states:
  name: { ask: Your name?, answer: text, burst: { take: TAKE, within: 3s }, save: name, goto: place }
  place: { ask: "Where, {{ name }}?", menu: [Roma, Paris], save: place, goto: done }
  done: { close: thanks }
anywhere:
  - { words: agent, goto: done }
"""


def talk(take: str) -> Contact:
    return Contact(SURVEY.replace("TAKE", take)).says("hello")


@pytest.mark.parametrize(("take", "name"), [("last", "Eva"), ("join", "Ana\nEva")])
def test_b02_the_answer_is_taken_once_nothing_more_came(take: str, name: str):
    contact = talk(take).says("Ana")
    assert contact.texts == []
    assert contact.of(StartTimer) == [StartTimer(contact.session.wait, 3)]
    first = contact.session.wait
    contact.says("Eva")
    assert contact.of(CancelTimer) == [CancelTimer(first)]
    contact.waits_in_vain(first)  # the wait that the second message put off
    assert contact.texts == []
    contact.waits_in_vain()
    assert contact.texts == [f"Where, {name}?"]
    assert contact.session.answers == {"name": name}
    assert contact.session.burst is None


def test_b02_of_first_the_rest_is_not_read():
    contact = talk("first").says("Ana")
    assert contact.texts == ["Where, Ana?"]
    contact.says("Eva")
    assert contact.effects == (Ignore("burst"),)
    assert (contact.session.answers, contact.session.attempts) == ({"name": "Ana"}, 0)


def test_a_tap_on_what_is_shown_now_is_an_answer_all_the_same():
    contact = talk("first").says("Ana").taps("Paris", "place:paris")
    assert contact.session.answers["place"] == "paris"


def test_after_the_burst_messages_are_answers_again():
    contact = talk("first").says("Ana", "x", "y").says("Roma")  # four seconds later
    assert contact.session.answers["place"] == "roma"


def test_of_first_the_rest_begins_no_new_session_either():
    source = SURVEY.replace("TAKE", "first").replace("goto: place", "goto: done")
    contact = Contact(source).says("hello", "Ana")
    assert contact.session.cause == "closed"
    assert contact.says("Eva").effects == (Ignore("burst"),)


@pytest.mark.parametrize("take", ["first", "last", "join"])
def test_words_that_work_anywhere_never_wait(take: str):
    assert talk(take).says("agent").session.cause == "closed"
    assert talk(take).says("Ana", "agent").session.cause == "closed"


def test_opting_out_never_waits():
    assert talk("join").says("Ana", "STOP").session.cause == "opted_out"


def test_a_picture_among_texts_is_the_answer_by_itself():
    contact = talk("join").says("Ana").sends("image").says("Eva").waits_in_vain()
    assert contact.session.attempts == 1  # no picture fits here
    assert contact.texts[0]


def test_very_much_is_taken_without_waiting_for_more():
    contact = talk("join").says("a" * (MOST_CHARS // 2)).says("b" * MOST_CHARS)
    assert contact.session.state != "name" or contact.session.attempts == 1
    assert contact.session.burst is None


def test_without_the_word_each_message_is_a_turn_of_its_own():
    contact = Contact(SURVEY.replace(" burst: { take: TAKE, within: 3s },", "")).says("hello", "Ana", "Paris")
    assert contact.session.answers == {"name": "Ana", "place": "paris", "place_text": "Paris"}


def test_joined_texts_are_read_like_one():
    source = "dialog: d\nlanguage: en\nretry: { goto: q }\nstates:\n  q: { ask: How much?, answer: amount, save: q, " \
        "burst: { take: join } }\n"  # fmt: skip
    contact = Contact(source).says("hello", "12.50", "dollars").waits_in_vain()
    assert contact.session.answers["q"] == "12.50"


def test_what_was_said_before_a_person_took_over_is_no_part_of_a_later_answer():
    contact = talk("join").says("Ana")
    step = give_back(contact.dialogs[0], structs.replace(contact.session, phase="quiet"), contact.about, contact.at)
    assert step.session is not None
    assert (step.session.state, step.session.burst) == ("name", None)
