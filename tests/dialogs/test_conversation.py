"""What an event means before any dialog sees it, and laws that hold for every conversation."""

from collections import Counter
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.effects import CancelTimer, SendTemplate, SendText, SetConsent, StartTimer
from bot_runtime.dialogs.events import (
    ConsentChanged,
    LocationReceived,
    MessageEdited,
    MessageRevoked,
    OptionTapped,
    ReactionReceived,
    TextReceived,
    TimedOut,
)
from bot_runtime.dialogs.session import About, Session
from tests.dialogs.talking import NOON, Contact, dialog_of

MAIN = """
dialog: main
language: en
retry: { goto: person }
needs: { city: { type: text, default: Lima } }
states:
  start:
    ask: "Hello from {{ city }}. What now?"
    menu: [{ label: Cancelar, goto: bye }, { label: Go on, goto: age }]
  age: { ask: How old?, answer: number, save: age, goto: bye }
  person: { say: One moment., handoff: { department: care } }
  bye: { say: Bye. }
"""
PAY = """
dialog: pay
retry: { attempts: 2, goto: bye }
starts: { keywords: [pagar, "¿cuánto debo?"], template: due }
needs: { name: text, amount: { type: number, default: 10 } }
states:
  first:
    ask: "{{ name }}, {{ amount }}?"
    menu: [{ label: Promise, button: P1, goto: when }, { label: Paid already, button: P2, goto: bye }]
  when: { ask: When?, answer: text, goto: bye }
  bye: { say: "Bye {{ name }}." }
"""
DUE = SimpleNamespace(
    name="due",
    language="en",
    header=None,
    body="{{1}}, you owe {{2}}.",
    footer="",
    parameters=("name", "amount"),
    buttons=(
        SimpleNamespace(kind="reply", text="I will", payload="P1"),
        SimpleNamespace(kind="url", text="Pay", payload=""),
        SimpleNamespace(kind="reply", text="Done", payload="P2"),
    ),
)


def contact() -> Contact:
    return Contact(MAIN, PAY, templates=[DUE])


class TestWhichDialogBegins:
    @pytest.mark.parametrize(
        ("written", "begins"),
        [
            ("hi", "main"),
            ("Pagar!", "pay"),
            ("cuanto debo", "pay"),
            ("quiero pagar", "main"),  # a keyword is the whole message
        ],
    )
    def test_a_keyword_begins_its_dialog_and_anything_else_the_default(self, written, begins):
        assert contact().says(written).session.dialog == begins

    def test_the_first_message_is_not_an_answer(self):
        assert contact().says("2").texts == ["Hello from Lima. What now?"]

    def test_a_picture_begins_the_default_dialog_too(self):
        assert contact().sends("image").session.dialog == "main"

    def test_a_channel_may_have_a_default_of_its_own(self):
        assert Contact(MAIN, PAY, default_by_channel={"wa": "pay"}).says("hi").session.dialog == "pay"

    def test_where_nothing_begins_by_itself_nothing_happens(self):
        book = Book([dialog_of(PAY)])
        event = TextReceived(at=NOON, channel="wa", message_id="1", text="hi")
        assert converse(book, None, None, event, About(), False) == (None, ())

    def test_an_ended_session_gives_way_to_a_new_one(self):
        ana = contact().says("hi", "2", "30")
        assert ana.session.phase == "ended"
        ana.says("hi")
        assert (ana.session.phase, ana.session.answers) == ("waiting", {})

    def test_a_wait_of_the_session_before_finds_nobody(self):
        ana = contact().says("hi", "1", "hi again")
        assert ana.session.wait == 2
        assert ana.waits_in_vain(wait=1).effects == ()

    def test_a_session_whose_version_nobody_has_counts_as_ended(self):
        ana = contact().says("hi")
        event = TextReceived(at=NOON, channel="wa", message_id="1", text="2")
        moved, effects = converse(ana.book, ana.session, None, event, ana.about, False)
        assert moved is not None
        assert moved.state == "start"
        assert StartTimer(2, 86_400) in effects


class TestDialogsWeStart:
    def test_the_template_goes_out_in_place_of_the_first_question(self):
        ana = contact().is_called("pay", template="due", given={"name": "Ana", "amount": 300})
        assert ana.effects == (SendTemplate("due", "en", ("Ana", "300"), ("P1", "P2")), StartTimer(1, 86_400))
        assert ana.session.asked_by_template

    @pytest.mark.parametrize("written", ["Promise", "i will", "promise!"])
    def test_typing_a_button_or_a_label_is_a_tap(self, written):  # F009
        ana = contact().is_called("pay", template="due", given={"name": "Ana"}).says(written)
        assert ana.texts == ["When?"]

    def test_a_tap_finds_its_branch_by_payload(self):
        ana = contact().is_called("pay", template="due", given={"name": "Ana"}).taps("Done", "P2")
        assert ana.texts == ["Bye Ana."]

    @pytest.mark.parametrize(("written", "said"), [("1", "When?"), ("2)", "Bye Ana.")])
    def test_sms_shows_a_template_s_buttons_with_numbers_and_takes_them(self, written, said):
        ana = contact()
        ana.about = msgspec.structs.replace(ana.about, channel_kind="sms")
        assert ana.is_called("pay", template="due", given={"name": "Ana"}).says(written).texts == [said]

    def test_a_number_means_nothing_until_the_menu_was_shown(self):
        ana = contact().is_called("pay", template="due", given={"name": "Ana"}).says("1")
        assert (ana.session.attempts, ana.menu) == (1, ["Promise", "Paid already"])
        assert ana.says("1").texts == ["When?"]

    def test_without_a_template_the_first_question_is_asked(self):
        assert contact().is_called("pay", given={"name": "Ana"}).texts == ["Ana, 10?"]

    def test_it_takes_the_place_of_a_dialog_that_waits(self):
        ana = contact().says("hi").is_called("pay", given={"name": "Ana"})
        assert (ana.effects[0], ana.session.dialog) == (CancelTimer(1), "pay")
        assert ana.session.wait == 2

    def test_it_leaves_a_conversation_with_a_person_alone(self):
        ana = contact().says("hi", "x", "x", "x")
        assert ana.session.phase == "quiet"
        before = ana.stored
        assert ana.is_called("pay").effects == ()
        assert ana.stored == before

    def test_it_does_not_begin_for_who_opted_out_nor_an_unknown_dialog(self):
        ana = contact()
        assert ana.is_called("nothing").stored is None
        ana.opted_out = True
        assert ana.is_called("pay").stored is None


class TestConsent:
    @pytest.mark.parametrize("word", ["STOP", "baja.", "Salir", "darme de baja"])
    def test_an_opt_out_word_ends_the_session_with_one_confirmation(self, word):  # D82
        ana = contact().says("hi", "2", word)
        assert ana.of(SetConsent) == [SetConsent(True, word)]
        assert ana.of(CancelTimer) == [CancelTimer(2)]
        assert len(ana.of(SendText)) == 1
        assert (ana.session.phase, ana.session.cause) == ("ended", "opted_out")

    def test_a_question_that_takes_the_word_keeps_it_except_for_the_words_that_always_opt_out(self):
        assert contact().says("hi", "cancelar").texts == ["Bye."]
        assert contact().says("hi", "cancel").session.cause == "opted_out"
        assert contact().says("cancelar").of(SetConsent) == [SetConsent(True, "cancelar")]

    def test_an_opt_out_without_a_session_is_remembered(self):
        ana = contact().says("stop")
        assert (ana.stored, len(ana.of(SetConsent)), len(ana.texts)) == (None, 1, 1)

    def test_a_second_stop_is_not_confirmed_again(self):
        ana = contact()
        ana.opted_out = True
        assert ana.says("stop").effects == (SetConsent(True, "stop"),)

    def test_only_who_opted_out_can_opt_in(self):
        ana = contact()
        assert ana.says("start").session.dialog == "main"
        ana = contact()
        ana.opted_out = True
        ana.says("start")
        assert (ana.of(SetConsent), len(ana.texts), ana.stored) == ([SetConsent(False, "start")], 1, None)

    def test_who_comes_back_is_welcomed_in_the_language_of_their_last_dialog(self):
        ana = Contact(MAIN.replace("language: en", "language: es")).says("hi", "baja")
        ana.opted_out = True
        assert "tenerte de vuelta" in ana.says("alta").texts[0]
        bea = contact()  # never talked with us: the brand's language
        bea.opted_out = True
        assert "Good to have you back" in bea.says("start").texts[0]

    def test_yes_opts_in_only_while_no_question_waits(self):
        ana = contact()
        ana.opted_out = True
        assert ana.says("sí").of(SetConsent) == [SetConsent(False, "sí")]
        assert ana.says("hi", "sí").of(SetConsent) == []

    def test_on_sms_nothing_starts_until_the_opt_in_but_elsewhere_who_writes_is_answered(self):  # D83
        ana = contact()
        ana.opted_out = True
        assert ana.says("hi").texts == ["Hello from Lima. What now?"]
        bea = contact()
        bea.opted_out = True
        bea.about = About(channel="wa", channel_kind="sms")
        assert bea.says("hi").effects == ()

    def test_the_providers_word_counts_without_a_text(self):
        change = ConsentChanged(at=NOON, channel="wa", message_id="1", opted_out=True, evidence="button")
        ana = contact().says("hi").take(change)
        assert ana.effects == (CancelTimer(1), SetConsent(True, "button"))
        assert ana.session.cause == "opted_out"


@pytest.mark.parametrize(
    "event",
    [
        ReactionReceived(at=NOON, channel="wa", message_id="1", emoji="👍", target="m"),
        MessageEdited(at=NOON, channel="wa", message_id="1", text="2", target="m"),
        MessageRevoked(at=NOON, channel="wa", message_id="1", target="m"),
    ],
)
def test_reactions_edits_and_deletions_are_never_answers(event):  # D06
    ana = contact().says("hi")
    before = ana.stored
    assert ana.take(event).effects == ()
    assert ana.stored == before


EVERYTHING = """
dialog: everything
retry: { attempts: 2, goto: person }
states:
  a:
    ask: "A {{ n }}?"
    menu: [One, { label: Two, goto: b }, { label: Three, secondary: true, goto: loop }]
    save: a
    when: [{ if: n > 3, goto: person }, { else: b }]
  b: { ask: B?, answer: rating, save: n, check: answer != 2, goto: c, timeout: a, response_timeout: 5m }
  c: { ask: C?, answer: yes_no, save: yes, when: [{ if: yes, goto: a }, { if: n == 1, goto: loop }, { else: bye }] }
  loop: { say: again, set: { k: k + 1 }, when: [{ if: n == 1, goto: loop }, { else: a }] }
  person: { say: One moment., handoff: care }
  bye: { say: Bye., close: done }
anywhere: [{ words: [menu], goto: a }]
"""
SAID = st.sampled_from(
    ["hi", "1", "2", "3", "4", "one", "three", "other", "back", "yes", "no", "menu", "stop", "start", "cancelar", ""]
) | st.text(max_size=20)
EVENTS = st.lists(
    st.one_of(
        SAID.map(lambda text: TextReceived(at=NOON, channel="wa", message_id="m", text=text)),
        SAID.map(lambda text: OptionTapped(at=NOON, channel="wa", message_id="m", payload=f"a:{text}", text=text)),
        st.integers(0, 12).map(lambda wait: TimedOut(at=NOON, channel="wa", wait=wait)),
        st.just(LocationReceived(at=NOON, channel="wa", message_id="m", latitude=1.0, longitude=1.0)),
    ),
    max_size=25,
)
DIALOG = dialog_of(EVERYTHING)


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_replaying_a_contacts_events_rebuilds_its_session_and_effects(events):
    first, second = Contact(DIALOG), Contact(DIALOG)
    for event in events:
        first.take(event)
    steps = [second.take(event).effects for event in events]
    assert second.stored == first.stored
    assert not events or steps[-1] == first.effects


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_every_wait_ends_once_and_a_session_waits_exactly_while_one_runs(events):
    ana = Contact(DIALOG)
    running: set[int] = set()
    seen = Counter[int]()
    for event in events:
        if isinstance(event, TimedOut):
            if event.wait not in running:
                continue  # only a wait that runs can run out
            running.remove(event.wait)
        ana.take(event)
        for effect in ana.effects:
            if isinstance(effect, CancelTimer):
                running.remove(effect.wait)
            elif isinstance(effect, StartTimer):
                running.add(effect.wait)
                seen[effect.wait] += 1
        waiting = ana.stored is not None and ana.session.phase == "waiting"
        assert running == ({ana.session.wait} if waiting else set())
        assert len(ana.effects) < 120
    assert all(times == 1 for times in seen.values())


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_a_session_is_the_same_after_being_stored(events):
    ana = Contact(DIALOG)
    for event in events:
        ana.take(event)
        if ana.stored is not None:
            assert msgspec.json.encode(msgspec.json.decode(ana.stored, type=Session)) == ana.stored


def test_a_template_stands_for_the_first_question_also_behind_a_split():
    source = """\
dialog: parted
language: en
starts: { template: due }
retry: { goto: end }
states:
  part: { split: [{ share: 1, goto: short }, { share: 99, goto: long }] }
  short: { ask: Pay?, answer: yes_no, goto: end }
  long: { ask: Will you pay?, answer: yes_no, goto: end }
  end: { close: done }
"""
    contact = Contact(source).is_called("parted", template="due")
    assert [type(effect).__name__ for effect in contact.effects] == ["SendTemplate", "TakeArm", "StartTimer"]
    assert contact.session.asked_by_template
    assert contact.says("yes").session.cause == "closed"
