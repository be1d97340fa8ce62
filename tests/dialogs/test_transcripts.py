"""A transcript is a conversation written down; running it shows the first place where it went otherwise."""

from datetime import timedelta

import pytest

from bot_runtime.dialogs import transcripts, tree
from bot_runtime.dialogs.conversation import Book
from bot_runtime.dialogs.coverage import Watch, share
from bot_runtime.dialogs.rewriting import document, turn_yaml, updated
from bot_runtime.dialogs.transcripts import Difference, Outcome
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
    ("turn", "key", "got"),
    [
        ("{ contact: hi, bot: [Hello] }", "bot", ["Hello ?\n1) Fine\n2) Bad"]),
        ("{ contact: hi, bot: [] }", "bot", ["Hello ?\n1) Fine\n2) Bad"]),
        ("{ contact: hi, state: rate }", "state", "first"),
        ("{ contact: hi, answers: { rating: 4 } }", "answers", {"rating": None}),
        ("{ contact: hi, ended: closed }", "ended", None),
        ("{ contact: hi, effects: [{ close_ticket: { reason: done } }] }", "effects", []),
    ],
)
def test_what_is_expected_and_did_not_happen_is_shown_where_it_is_written(turn, key, got):
    found = difference(f"dialog: survey\nturns:\n  - {turn}\n")
    assert (found.turn, found.key, found.got) == (1, key, got)
    assert str(found.where) == f"tests/t.yaml:3:{turn.index(key + ':') + len(key) + 7}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dialog: survy\nturns: [{ contact: hi }]", "unknown_dialog"),
        ("dialog: survey\nturns: [{ bot: [] }]", "one_thing"),
        ("dialog: survey\nturns: [{ contact: a, after: 1h }]", "one_thing"),
        ("dialog: survey\nturns: [{ after: soon }]", "no_duration"),
        ("dialog: survey\nturns: [{ contact: hi }, { tap: Fien }]", "nothing_to_tap"),
        # What the schema says of them is said here too.
        ("dialog: survey\nturn: []", "problem"),
        ("dialog: survey\nturns:\n  - { contact: hi, sate: first }", "problem"),
        ("dialog: survey\ngiven: { name: [a] }\nturns: [{ contact: hi }]", "problem"),
        ("dialog: survey\nturns: [{ contact: [hi], effects: [{}], state: 1, answers: [] }]", "problem"),
        ("dialog: survey\nturns: 3", "problem"),
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
        ("d", None),
        ("soon", None),
    ],
)
def test_time_is_written_as_in_dialogs_and_in_days(written, becomes):
    assert transcripts.duration(written) == becomes


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


def test_coverage_counts_states_and_transitions_and_names_the_missed():
    dialog = dialog_of(SOURCE.replace("dialog: survey", "dialog: other"))
    book = Book([dialog], [DUE], "en")
    watch = Watch([dialog])
    watch.begun("other")
    read = transcripts.read(tree.read("t.yaml", GOOD.replace("survey", "other").encode()), book.dialogs)
    assert not isinstance(read, Difference)
    transcripts.run(read, book)
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
    assert share([covered]) == pytest.approx(100 * 5 / 12)
