"""A transcript is a conversation written down; running it shows the first place where it went otherwise."""

from datetime import timedelta

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.durations import duration_written
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.rehearsing.coverage import Watch, share
from bot_runtime.dialogs.rehearsing.rewriting import document, turn_yaml, updated
from bot_runtime.dialogs.rehearsing.transcripts import Difference, Outcome
from tests.dialogs.talking import dialog_of
from tests.dialogs.test_conversation import DUE

SOURCE = """
dialog: survey
language: en
response_timeout: 4h
retry: { attempts: 2, goto: person }
starts: { template: due }
needs: { name: text, amount: { type: number, default: 10 } }
states:
  first: { ask: "Hello {{ name }}?", menu: [{ label: Fine, goto: rate }, { label: Bad, button: P2, goto: person }] }
  rate: { ask: How much?, answer: rating, save: rating, goto: thanks }
  person: { say: "One moment, {{ contact_name }}.", handoff: { department: care, tags: [angry] } }
  thanks: { say: Thanks., close: done }
  timeout: { close: silence }
"""
DIALOG = dialog_of(SOURCE)
BOOK = Book([DIALOG], [DUE], "en")


def outcome(text: str, to_end: bool = False) -> Outcome:
    read = transcripts.read(tree.read("tests/t.yaml", text.encode()), BOOK.dialogs)
    assert not isinstance(read, Difference), read
    return transcripts.run(read, BOOK, to_end)


def difference(text: str) -> Difference:
    read = transcripts.read(tree.read("tests/t.yaml", text.encode()), BOOK.dialogs)
    found = read if isinstance(read, Difference) else transcripts.run(read, BOOK).difference
    assert found is not None
    return found


GOOD = """\
# A contact who answers.
dialog: survey
given: { name: Ana }
contact: { name: Ana Pérez }
turns:
  - { contact: hi, bot: ["Hello Ana?\\n1) Fine\\n2) Bad"], state: first, effects: [] }
  - { contact: 1, bot: How much?, state: rate }
  - { contact: lots, answers: {} }
  - { contact: 4, bot: [Thanks.], answers: { rating: 4 }, ended: closed, effects: [{ close_ticket: { reason: done } }] }
"""


def test_a_true_transcript_has_no_difference():
    assert outcome(GOOD).difference is None


def test_a_template_taps_and_time():
    assert (
        outcome("""\
dialog: survey
given: { name: Ana, amount: 300 }
turns:
  - { start: template, bot: ["Ana, you owe 300.\\n[I will]\\n[Pay]\\n[Done]"], state: first }
  - { after: 3h, bot: [], state: first }
  - { tap: Done, bot: ["One moment, ."], effects: [{ open_ticket: { department: care } }] }
  - { after: 30d, bot: [], state: person }
""").difference
        is None
    )
    assert (
        outcome("""\
dialog: survey
turns:
  - { start: template }
  - { after: 4h, bot: [], ended: timed_out, effects: [{ close_ticket: { reason: silence } }] }
""").difference
        is None
    )


def test_a_tap_on_sms_is_the_text_written():
    assert (
        outcome("dialog: survey\nchannel: sms\nturns: [{ contact: hi }, { tap: Fine, state: rate }]").difference is None
    )


@pytest.mark.parametrize(
    ("turn", "key", "got", "place"),
    [
        ("{ contact: hi, bot: [Hello] }", "bot", ["Hello ?\n1) Fine\n2) Bad"], "Hello]"),
        ("{ contact: hi, bot: [] }", "bot", ["Hello ?\n1) Fine\n2) Bad"], "[]"),
        ("{ contact: hi, state: rate }", "state", "first", "rate"),
        ("{ contact: hi, answers: { rating: 4 } }", "answers", {"rating": None}, "4"),
        ("{ contact: hi, ended: closed }", "ended", None, "closed"),
        ("{ contact: hi, effects: [{ close_ticket: { reason: done } }] }", "effects", [], "[{"),
    ],
)
def test_what_is_expected_and_did_not_happen_is_shown_where_it_is_written(turn, key, got, place):
    found = difference(f"dialog: survey\nturns:\n  - {turn}\n")
    assert (found.turn, found.key, found.got) == (1, key, got)
    assert str(found.where) == f"tests/t.yaml:3:{turn.index(place) + 5}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dialog: survy\nturns: [{ contact: hi }]", "unknown_dialog"),
        ("dialog: survey\nturns: [{ bot: [] }]", "one_thing"),
        ("dialog: survey\nturns: [{ contact: a, after: 1h }]", "one_thing"),
        ("dialog: survey\nturns: [{ after: soon }]", "no_duration"),
        ("dialog: survey\nturns: [{ contact: hi }, { tap: Fien }]", "nothing_to_tap"),
        ("dialog: survey\nat: tomorrow\nturns: [{ contact: hi }]", "no_moment"),
        ("dialog: survey\nat: 9999-12-31\nturns: [{ contact: hi }]", "no_moment"),
        ("dialog: survey\ncontact: { name: A }\ncontacts: { b: {} }\nturns: [{ contact: hi }]", "contact_and_contacts"),
        ("dialog: survey\ncontacts: { ana: {} }\nturns: [{ as: anna, contact: hi }]", "unknown_contact"),
        ("dialog: survey\nturns: [{ as: ana, contact: hi }]", "unknown_contact"),
        ("dialog: survey\nturns: [{ contact: hi }, { given_back: true }]", "not_quiet"),
        ("dialog: survey\nturns: [{ start: template }, { tap: Done }, { given_back: thanks }]", "no_question"),
        # What the schema says of them is said here too.
        ("dialog: survey\nturn: []", "problem"),
        ("dialog: survey\nturns:\n  - { contact: hi, sate: first }", "problem"),
        ("dialog: survey\ngiven: { name: [a] }\nturns: [{ contact: hi }]", "problem"),
        ("dialog: survey\nturns: [{ contact: [hi], effects: [{}], state: 1, answers: [] }]", "problem"),
        ("dialog: survey\nturns: 3", "problem"),
        ("dialog: survey\nturns: [{ media: { caption: no kind } }]", "problem"),
        ("dialog: survey\nturns: [{ location: { latitude: 91 } }]", "problem"),
        ("- dialog", "problem"),
        ("", "problem"),
        ("dialog: [", "problem"),
    ],
)
def test_what_cannot_be_run_says_why(text, code):
    assert difference(text).code == code


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("30m", timedelta(minutes=30)),
        ("3d", timedelta(days=3)),
        ("2d4h", timedelta(days=2, hours=4)),
        (0, timedelta()),
        ("5s", timedelta(seconds=5)),  # bursts, and sessions that were recorded
        ("1h30m5s", timedelta(hours=1, minutes=30, seconds=5)),
        ("", None),
        ("999d24h", None),  # more than any test needs, and a thousand of them must fit a calendar
        ("d", None),
        ("soon", None),
    ],
)
def test_time_is_written_as_in_dialogs_and_in_days(written, becomes):
    assert transcripts.duration(written) == becomes


def test_any_time_is_written_as_it_is_read():
    for wait in (timedelta(), timedelta(days=2, hours=4), timedelta(hours=1, minutes=30), timedelta(seconds=59)):
        assert transcripts.duration(duration_written(wait)) == wait


def test_the_clock_begins_where_the_transcript_says_in_the_workspaces_time_zone():
    visit = dialog_of("""
dialog: visit
language: en
retry: { attempts: 2, goto: bye }
states:
  day: { ask: When?, answer: date, save: day, goto: bye }
  bye: { say: "{{ day }}", close: done }
""")
    book = Book([visit], (), "en", time_zone="America/Mexico_City")
    read = transcripts.read(
        tree.read(
            "t.yaml",
            b"dialog: visit\nat: 2026-03-01 23:30\nturns: [{ contact: hi }, { after: 45m }, "
            b"{ contact: tomorrow, answers: { day: 2026-03-03 } }]",
        ),
        book.dialogs,
    )
    assert not isinstance(read, Difference)
    assert transcripts.run(read, book).difference is None


def test_several_contacts_share_a_clock_and_nothing_else():
    assert (
        outcome("""\
dialog: survey
given: { name: you }
contacts:
  ana: { name: Ana Pérez, given: { name: Ana } }
  luis: { channel: sms }
turns:
  - { as: ana, contact: hi, bot: ["Hello Ana?\\n1) Fine\\n2) Bad"] }
  - { after: 1h, bot: [] }
  - { as: luis, contact: hi, bot: ["Hello you?\\n1) Fine\\n2) Bad"] }
  - { tap: Fine, state: rate }
  - { as: ana, tap: Bad, bot: ["One moment, Ana Pérez."], state: person }
  - { after: 4h, bot: [], state: person }
  - { as: luis, after: 0, bot: [], ended: timed_out, effects: [{ close_ticket: { reason: silence } }] }
""").difference
        is None
    )


def test_a_person_gives_the_conversation_back():
    assert (
        outcome("""\
dialog: survey
turns:
  - { start: template }
  - { tap: Done, state: person }
  - { contact: anybody there?, bot: [], state: person }
  - { given_back: rate, bot: [How much?], state: rate }
  - { contact: "5", ended: closed }
""").difference
        is None
    )


def test_files_and_places_bring_what_the_transcript_says_of_them():
    visit = dialog_of("""
dialog: visit
language: en
retry: { attempts: 2, goto: bye }
states:
  where: { ask: Where?, answer: location, save: place, goto: bye }
  bye: { say: "{{ place_name }}", close: done }
""")
    book = Book([visit], (), "en")
    source = (
        b"dialog: visit\nturns: [{ contact: hi }, { media: { kind: image, caption: here }, state: where },"
        b"{ location: { latitude: 19.4, longitude: -99.1, name: Centro },"
        b" bot: [Centro], answers: { place: '19.4,-99.1' } }]"
    )
    read = transcripts.read(tree.read("t.yaml", source), book.dialogs)
    assert not isinstance(read, Difference)
    assert transcripts.run(read, book).difference is None


class TestUpdate:
    def rewritten(self, text: str) -> str:
        source = tree.read("tests/t.yaml", text.encode())
        read = transcripts.read(source, BOOK.dialogs)
        assert not isinstance(read, Difference)
        ran = transcripts.run(read, BOOK, to_end=True)
        changed = [transcripts.differs(read, number, got) for number, got in enumerate(ran.happened, 1)]
        return updated(source, ran.happened, changed)

    def test_only_turns_that_differ_are_written_anew(self):
        wrong = GOOD.replace("bot: How much?, state: rate }", "bot: What?, state: first }  # a comment")
        assert self.rewritten(wrong) == GOOD.replace(
            "{ contact: 1, bot: How much?, state: rate }",
            '{ contact: "1", bot: [How much?], state: rate }  # a comment',
        )

    def test_comments_and_blank_lines_between_turns_stay(self):
        text = """\
dialog: survey
turns:
  # first
  - contact: hi
    state: rate   # wrong

  # second
  - contact: "1"
    bot:
      - |
        How much?

# the end
"""
        assert (
            self.rewritten(text)
            == """\
dialog: survey
turns:
  # first
  - { contact: hi, state: first }  # wrong

  # second
  - contact: "1"
    bot:
      - |
        How much?

# the end
"""
        )

    @pytest.mark.parametrize("text", [GOOD, GOOD.replace("state: first", "state: x").replace("Thanks.", "Bye.")])
    def test_an_updated_transcript_is_true(self, text):
        assert outcome(self.rewritten(text)).difference is None

    def test_turns_that_share_a_line_are_written_one_below_the_other(self):
        text = self.rewritten("dialog: survey\nturns: [{ contact: hi, state: x }, { contact: 1, state: rate }]\n")
        assert outcome(text).difference is None
        assert text.count("\n  - ") == 2


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "yes",
        "2",
        "4h",
        "a: b",
        '"quoted"',
        "back\\slash",
        "two\nlines",
        "# no comment",
        "- item",
        " space",
        "",
    ],
)
def test_any_text_can_be_written_and_read_back(text):
    written = document({"dialog": "survey"}, [{"contact": text, "bot": [text, "x" * 150]}])
    assert tree.read("t.yaml", written.encode()).data["turns"][0] == {"contact": text, "bot": [text, "x" * 150]}


def test_a_turn_takes_one_line_where_it_fits():
    assert turn_yaml({"contact": "hi", "bot": ["Hello."]}) == ["  - { contact: hi, bot: [Hello.] }"]
    assert len(turn_yaml({"contact": "hi", "bot": ["x" * 100, "y" * 100]})) == 4


def test_coverage_counts_states_transitions_and_answers_and_names_the_missed():
    dialog = dialog_of(SOURCE.replace("dialog: survey", "dialog: other"))
    book = Book([dialog], [DUE], "en")
    watch = Watch([dialog])
    watch.begun("other")
    read = transcripts.read(tree.read("t.yaml", GOOD.replace("survey", "other").encode()), book.dialogs)
    assert not isinstance(read, Difference)
    for question in transcripts.run(read, book).unfit:
        watch.unfit(*question)
    watch.close()
    transcripts.run(read, book)  # nobody watches any more
    (covered,) = watch.covered("en")
    assert covered.missed_states == ("person", "timeout")
    assert covered.missed_transitions == (
        "first → person (Bad)",
        "first → person (2 answers that don't fit)",
        "first → timeout (no answer: 4h)",
        "rate → person (2 answers that don't fit)",
        "rate → timeout (no answer: 4h)",
    )
    assert (covered.states_taken, covered.transitions_taken, covered.transitions) == (3, 2, 7)
    assert covered.missed_answers == ("first: Bad", "first: (unfit)", "first: (silence)", "rate: (silence)")
    assert [(one.state, one.kind, len(one.answers)) for one in covered.questions] == [
        ("first", "menu", 4),
        ("rate", "rating", 3),
    ]
    assert share([covered]) == pytest.approx(100 * 8 / 19)


def test_each_kind_of_answer_is_told_apart():
    dialog = dialog_of("""
dialog: kinds
language: en
retry: { attempts: 3, goto: bye }
states:
  yes: { ask: Sure?, answer: yes_no, save: sure, goto: some }
  some: { ask: Which?, answer: { type: multiple, choices: [red, green, blue] }, save: some, goto: one }
  one: { ask: And one?, answer: { type: choice, choices: [left, right] }, save: one, response_timeout: 0, goto: bye }
  bye: { say: Bye., close: done }
  timeout: { close: silence }
""")
    book = Book([dialog], (), "en")
    watch = Watch([dialog])
    source = b"dialog: kinds\nturns: [{contact: hi}, {contact: 'yes'}, {contact: red and blue}]"
    read = transcripts.read(tree.read("t.yaml", source), book.dialogs)
    assert not isinstance(read, Difference)
    transcripts.run(read, book)
    watch.close()
    (covered,) = watch.covered("en")
    assert [[(each.code, each.taken) for each in one.answers] for one in covered.questions] == [
        [("yes", True), ("no", False), ("(unfit)", False), ("(silence)", False)],
        [("red", True), ("green", False), ("blue", True), ("(unfit)", False), ("(silence)", False)],
        [("left", False), ("right", False), ("(unfit)", False)],  # nobody is waited for
    ]


def test_what_was_not_exercised_is_told_in_the_language_asked_for():
    dialog = dialog_of("""
dialog: words
language: es
retry: { goto: bye }
states:
  sure: { ask: ¿Seguro?, answer: yes_no, save: sure, goto: say }
  say: { ask: ¿Qué?, answer: text, goto: bye }
  bye: { say: Adiós. }
""")
    watch = Watch([dialog])
    watch.close()
    ((spanish,), (english,)) = watch.covered("es"), watch.covered("en")
    assert spanish.missed_answers[:4] == ("sure: sí", "sure: no", "sure: (no sirve)", "sure: (silencio)")
    assert spanish.missed_answers[4] == "say: (sirve)"
    assert "sure → (fin) (sin respuesta: 24h)" in spanish.missed_transitions
    assert english.missed_answers[:4] == ("sure: yes", "sure: no", "sure: (unfit)", "sure: (silence)")
    assert "sure → (end) (no answer: 24h)" in english.missed_transitions
