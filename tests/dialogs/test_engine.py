"""One event in, the next session and its effects out."""

import pytest

from bot_runtime.dialogs.effects import (
    CancelTimer,
    CloseTicket,
    Flag,
    OpenTicket,
    RecordUnfit,
    SendMedia,
    SendMenu,
    SendText,
    StartTimer,
)
from bot_runtime.dialogs.session import About
from tests.dialogs.talking import Contact

SURVEY = """
dialog: survey
retry: { attempts: 3, goto: sorry }
states:
  rating: { ask: Rate us from 1 to 5, answer: rating, save: rating, goto: branch }
  branch:
    ask: "{{ rating }}, {{ contact_name | first }}! Which branch?"
    menu:
      - { label: North, synonyms: [uptown], goto: comment }
      - { label: South, code: S }
    save: branch
    when:
      - { if: rating >= 4, goto: comment }
      - { else: sorry }
  comment: { ask: Anything else?, answer: text, save: comment, goto: thanks }
  thanks: { say: "Thanks, {{ contact_name | first }}." }
  sorry: { say: We are sorry., handoff: { department: care, tags: [angry] }, goto: comment }
"""


def test_a_dialog_asks_keeps_the_answers_and_ends_after_its_last_state():
    ana = Contact(SURVEY).says("hi")
    assert ana.texts == ["Rate us from 1 to 5"]
    assert ana.says("four").texts == ["4, Ana! Which branch?"]
    assert ana.says("2").texts == ["Anything else?"]
    assert ana.says("all fine").texts == ["Thanks, Ana."]
    assert (ana.session.phase, ana.session.cause, ana.session.state) == ("ended", "finished", "thanks")
    assert ana.session.answers == {"rating": 4, "branch": "S", "branch_text": "2", "comment": "all fine"}


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        ("1", "comment"),
        ("NORTH", "comment"),
        ("uptown", "comment"),  # a synonym
        ("Nort", "comment"),  # a slip
        ("south", "sorry"),  # no way of its own: the state's `when`, and rating is 1
    ],
)
def test_an_option_goes_its_own_way_and_others_the_states_way(written, leads_to):
    assert Contact(SURVEY).says("hi", "1", written).session.state == leads_to


def test_a_tap_is_read_by_its_payload_and_else_by_its_text():
    ana = Contact(SURVEY).says("hi", "5")
    assert ana.taps("whatever the button said", "branch:north").session.answers["branch"] == "north"
    ana = Contact(SURVEY).says("hi", "5")
    assert ana.taps("South", "a button of another question").session.answers["branch"] == "S"
    ana = Contact(SURVEY).says("hi", "5")
    assert ana.taps("Yes", "another:yes").of(RecordUnfit) == [RecordUnfit("branch", "Yes", 1)]


class TestWaits:
    def test_every_question_has_a_wait_of_its_own_which_an_answer_ends(self):
        ana = Contact(SURVEY).says("hi")
        assert ana.of(StartTimer, CancelTimer) == [StartTimer(1, 86_400)]
        assert ana.says("4").of(StartTimer, CancelTimer) == [CancelTimer(1), StartTimer(2, 86_400)]

    def test_an_unfit_answer_renews_the_wait_in_full(self):  # D08
        ana = Contact(SURVEY).says("hi", "no idea")
        assert ana.of(StartTimer, CancelTimer) == [CancelTimer(1), StartTimer(2, 86_400)]

    def test_only_the_newest_wait_can_run_out(self):
        ana = Contact(SURVEY).says("hi", "4")
        before = ana.stored
        assert ana.waits_in_vain(wait=1).effects == ()
        assert ana.stored == before

    def test_silence_without_a_way_of_its_own_ends_the_session(self):
        ana = Contact(SURVEY).says("hi").waits_in_vain()
        assert (ana.session.cause, ana.effects) == ("timed_out", ())

    def test_silence_takes_the_timeout_way_and_still_counts_as_timed_out_when_it_ends_there(self):
        ana = Contact("""
dialog: d
retry: { goto: bye }
states:
  q: { ask: Hello?, answer: text, response_timeout: 1h30m, goto: bye }
  bye: { say: Bye. }
  timeout: { say: Until next time., close: silence }
""").says("hi")
        assert ana.of(StartTimer) == [StartTimer(1, 5400)]
        ana.waits_in_vain()
        assert ana.effects == (SendText("Until next time."), CloseTicket("silence"))
        assert (ana.session.state, ana.session.cause) == ("timeout", "timed_out")

    def test_silence_can_lead_to_another_question(self):
        ana = (
            Contact("""
dialog: d
retry: { goto: a }
states:
  a: { ask: A?, answer: text, timeout: b }
  b: { ask: Still there?, answer: text }
""")
            .says("hi")
            .waits_in_vain()
        )
        assert ana.effects == (SendText("Still there?"), StartTimer(2, 86_400))
        assert ana.says("yes").session.cause == "finished"

    def test_a_wait_of_0_takes_the_timeout_way_right_after_the_message(self):  # D03
        ana = Contact("""
dialog: d
retry: { goto: bye }
states:
  q: { ask: No need to answer., answer: text, response_timeout: 0, timeout: bye }
  bye: { say: Bye. }
""").says("hi")
        assert ana.effects == (SendText("No need to answer."), SendText("Bye."))
        assert ana.session.cause == "timed_out"


class TestAnswersThatDoNotFit:
    def test_the_built_in_hint_differs_each_time_and_says_what_is_expected(self):
        ana = Contact(SURVEY).says("hi")
        first, second = ana.says("x").texts, ana.says("x").texts
        assert first != second
        assert all("from 1 to 5" in text for text in first + second)

    def test_the_last_attempt_leads_out(self):  # F045
        ana = Contact(SURVEY).says("hi", "x", "y", "z")
        assert ana.effects == (
            CancelTimer(3),
            RecordUnfit("rating", "z", 3),
            SendText("We are sorry."),
            OpenTicket("care", ("angry",)),
        )

    def test_the_authors_hints_are_said_in_turn_and_the_last_repeats(self):
        ana = Contact("""
dialog: d
states:
  q: { ask: Q?, answer: number, retry: { say: [one, two], attempts: 4, goto: bye } }
  bye: { say: bye }
""").says("hi")
        assert [ana.says("x").texts for _ in range(4)] == [["one"], ["two"], ["two"], ["bye"]]

    def test_what_an_answer_could_mean_is_asked_back_whatever_the_author_says_to_what_was_not_understood(self):
        ana = Contact("""
dialog: d
language: en
states:
  q: { ask: When?, answer: time, retry: { say: [Sorry?], attempts: 4, goto: bye } }
  bye: { say: bye }
""").says("hi")
        assert "03:30 or 15:30" in ana.says("half past three").texts[0]
        assert ana.says("soon").texts == ["Sorry?"]

    def test_a_menu_shows_its_options_again_under_the_hint(self):
        ana = Contact(SURVEY).says("hi", "5", "east")
        assert ana.menu == ["North", "South"]
        assert "options" in ana.texts[0]

    def test_the_count_starts_again_with_the_next_question(self):
        ana = Contact(SURVEY).says("hi", "x", "x", "5", "east")
        assert ana.of(RecordUnfit) == [RecordUnfit("branch", "east", 1)]

    @pytest.mark.parametrize("kind", ["image", "sticker"])
    def test_a_picture_is_no_answer_to_a_question_for_text(self, kind):
        ana = Contact(SURVEY).says("hi", "5", "1").sends(kind)
        assert ana.of(RecordUnfit) == [RecordUnfit("comment", f"[{kind}]", 1)]

    def test_a_menus_else_is_taken_at_once(self):
        ana = Contact("""
dialog: d
states:
  q: { ask: Q?, menu: [A, B], else: other, goto: bye }
  other: { ask: Tell us more., answer: text, retry: { goto: bye } }
  bye: { say: bye }
""").says("hi", "something else")
        assert ana.texts == ["Tell us more."]

    def test_an_answer_must_pass_the_check(self):
        ana = Contact("""
dialog: d
retry: { goto: bye }
states:
  q: { ask: How many?, answer: number, check: answer > 2 and answer <= limit, save: n, goto: bye }
  bye: { say: "{{ n }}" }
needs: { limit: { type: number, default: 5 } }
""").says("hi", "6", "2")
        assert ana.session.attempts == 2
        assert ana.says("5").texts == ["5"]


class TestActions:
    def test_an_action_says_then_sets_then_goes_where_its_guards_lead(self):
        ana = Contact("""
dialog: d
states:
  one:
    say: ["n is {{ n }}", { image: "https://x.test/{{ contact_name | first }}.png", caption: you }]
    set: { n: 1, m: n + 1 }
    goto: two
  two: { say: "m is {{ m }}", when: [{ if: m > 2, goto: one }, { if: m == 2, goto: three }, { else: one }] }
  three: { close: done }
""").says("hi")
        assert ana.effects == (
            SendText("n is"),
            SendMedia("image", "https://x.test/Ana.png", "you"),
            SendText("m is 2"),
            CloseTicket("done"),
        )
        assert (ana.session.phase, ana.session.cause, ana.session.answers) == ("ended", "closed", {"n": 1, "m": 2})

    def test_instructions_run_in_the_order_they_are_written(self):
        ana = Contact("""
dialog: d
states:
  one: { set: { n: 1 }, say: "n is {{ n }}", goto: two }
  two: { say: "n is {{ n }}", set: { n: n + 1 }, goto: three }
  three: { say: "n is {{ n }}", close: done }
""").says("hi")
        assert ana.effects[:3] == (SendText("n is 1"), SendText("n is 1"), SendText("n is 2"))

    def test_nothing_is_sent_where_a_text_or_link_comes_out_empty(self):
        ana = Contact("""
dialog: d
states:
  one: { say: ["{{ nothing }}", { image: "{{ nothing }}" }], goto: two }
  two: { ask: "{{ nothing }}", answer: text, retry: { goto: three }, goto: three }
  three: { ask: "{{ nothing }}", menu: [A], else: two, goto: two }
""").says("hi")
        assert ana.effects == (StartTimer(1, 86_400),)
        assert ana.says("x").texts == ["Choose an option"]

    def test_a_handoff_opens_a_ticket_and_the_bot_is_quiet_from_then_on(self):
        ana = Contact(SURVEY).says("hi", "1", "2")
        assert ana.of(OpenTicket) == [OpenTicket("care", ("angry",))]
        assert (ana.session.phase, ana.session.state) == ("quiet", "sorry")
        assert ana.says("are you there?").effects == ()
        assert ana.waits_in_vain().effects == ()

    def test_a_turn_that_never_waits_ends_the_session_and_says_so_once(self):  # F058
        ana = Contact("""
dialog: d
states:
  q: { ask: Q?, answer: text, retry: { goto: a }, goto: a }
  a: { say: a, goto: b }
  b: { say: b, goto: a }
""").says("hi", "go")
        assert [type(effect) for effect in ana.effects] == [CancelTimer, SendText, Flag]
        assert ana.of(Flag) == [Flag("loop")]
        assert (ana.session.phase, ana.session.cause) == ("ended", "failed")

    def test_fifty_steps_are_fine(self):
        states = "".join(f"  s{n}: {{ set: {{ n: {n} }}, goto: s{n + 1} }}\n" for n in range(1, 50))
        ana = Contact(f"dialog: d\nstates:\n{states}  s50: {{ close: x }}\n").says("hi")
        assert ana.session.cause == "closed"


class TestWordsThatWorkAnywhere:
    DIALOG = """
dialog: d
retry: { goto: bye }
states:
  first: { ask: First?, answer: text, save: first, goto: second }
  second: { ask: Second?, menu: [Agent, Other], save: second, goto: third }
  third: { ask: Third?, answer: text, save: third, keep: [menú], goto: bye }
  bye: { say: bye }
anywhere:
  - { words: [menú, start over], goto: first }
  - { words: [agent], goto: bye }
"""

    @pytest.mark.parametrize("written", ["menu", "MENÚ!", "Start over."])
    def test_they_leave_any_question_and_answers_stay(self, written):
        ana = Contact(self.DIALOG).says("hi", "one", written)
        assert (ana.texts, ana.session.answers) == (["First?"], {"first": "one"})
        assert ana.of(RecordUnfit) == []

    def test_a_word_inside_a_sentence_is_an_answer(self):
        assert Contact(self.DIALOG).says("hi", "the menu please").session.answers == {"first": "the menu please"}

    def test_a_question_that_offers_the_word_takes_it(self):
        assert Contact(self.DIALOG).says("hi", "one", "agent").session.answers["second"] == "agent"
        assert Contact(self.DIALOG).says("hi", "agent").session.state == "bye"

    def test_a_question_can_keep_a_word_for_itself(self):
        ana = Contact(self.DIALOG).says("hi", "one", "2", "menú")
        assert ana.session.answers["third"] == "menú"


class TestSecondaryOptions:
    DIALOG = """
dialog: d
states:
  q:
    ask: Which?
    menu: [A, B, { label: C, secondary: true }, { label: Dozen, secondary: true }]
    save: q
    retry: { goto: bye }
    goto: bye
  bye: { say: bye }
"""

    def test_they_wait_behind_the_last_option_numbered_from_1(self):  # F008
        ana = Contact(self.DIALOG).says("hi")
        assert ana.menu == ["A", "B", "Other"]
        assert ana.says("3").menu == ["C", "Dozen", "Back"]
        assert ana.says("2").session.answers["q"] == "dozen"

    def test_the_second_page_leads_back(self):
        ana = Contact(self.DIALOG).says("hi", "other").taps("Back", "menu:back")
        assert ana.menu == ["A", "B", "Other"]
        assert ana.says("1").session.answers["q"] == "a"

    def test_turning_the_page_is_neither_an_answer_nor_an_unfit_one(self):
        ana = Contact(self.DIALOG).says("hi", "3")
        assert (ana.session.attempts, ana.session.answers, ana.session.more) == (0, {}, True)
        assert ana.of(StartTimer) == [StartTimer(2, 86_400)]

    def test_an_option_of_the_other_page_can_be_named_but_has_no_number(self):
        assert Contact(self.DIALOG).says("hi", "dozen").session.answers["q"] == "dozen"
        assert Contact(self.DIALOG).says("hi", "4").session.attempts == 1


@pytest.mark.parametrize("count", [2, 3, 10, 11, 40])
@pytest.mark.parametrize("channel_kind", ["whatsapp", "sms"])
def test_a_menu_of_any_size_is_answered_by_number_label_synonym_slip_or_tap(count, channel_kind):  # B15
    names = ["Aguascalientes", "Guadalajara", "Monterrey", "Tlaquepaque", "Querétaro", "Hermosillo", "León"]
    labels = [f"{names[number % 7]} {'ABCDEF'[number // 7]}" for number in range(count)]
    options = "".join(f"      - {{ label: {label}, synonyms: [town {n}] }}\n" for n, label in enumerate(labels, 1))
    question = f"  q:\n    ask: Q?\n    menu:\n{options}    save: q\n    goto: fits\n    else: unfit\n"
    dialog = f"dialog: d\nstates:\n{question}  fits: {{ close: x }}\n  unfit: {{ close: x }}\n"
    reached = set()
    for written in (str(count), labels[-1].upper(), f"town {count}", labels[-1].replace("a", "e", 1), None):
        ana = Contact(dialog)
        ana.about = About(channel="wa", channel_kind=channel_kind)
        ana.says("hi")
        payload = ana.of(SendMenu)[0].choices[-1].payload
        ana.says(written) if written is not None else ana.taps("", payload)
        reached.add((ana.session.state, ana.session.answers.get("q")))
    assert len(reached) == 1
    assert reached.pop()[0] == "fits"
