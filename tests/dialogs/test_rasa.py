"""Test cases in Rasa's form run here, and what they cannot mean here is told."""

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing import rasa, transcripts
from bot_runtime.dialogs.rehearsing.transcripts import Difference
from tests.dialogs.talking import dialog_of

ORDER = dialog_of("""
dialog: order
language: en
retry: { attempts: 2, goto: person }
starts: { keywords: [order] }
needs: { city: { type: text, default: nowhere } }
states:
  size: { ask: "Which size for {{ city }}?", answer: { type: choice, choices: [small, large] }, save: size, goto: pay }
  pay: { ask: How will you pay?, menu: [Cash, Card], save: pay, goto: bye }
  person: { say: One moment., handoff: { department: care } }
  bye: { say: "One {{ size }} it is.", close: done }
""")
OTHER = dialog_of("dialog: other\nlanguage: en\nstates: { hi: { say: Hi., close: done } }")
BOOK = Book([ORDER, OTHER], (), "en")

FILE = """\
fixtures:
  - in_madrid:
      - city: Madrid
      - vip: true
metadata:
  - device:
      os: linux
test_cases:
  - test_case: somebody orders
    fixtures: [in_madrid]
    steps:
      - user: order
      - bot: Which size for Madrid?
      - user: large
        metadata: device
      - slot_was_set:
          - size: large
          - mood
      - utter: utter_ask_pay
      - bot: How will you pay?
      - user: cash
        assertions:
          - bot_uttered: { text_matches: it is }
      - bot: One large it is.
  - test_case: wrong size
    steps:
      - user: order
      - user: small
      - bot: Anything else?
      - utter: utter_goodbye
  - test_case: silent
    steps:
      - bot: Hello
  - test_case: nobody is called
    steps:
      - user: /greet
"""


def cases(text: str = FILE, dialog: str = "") -> rasa.Cases:
    source = tree.read("e2e_test_cases.yml", text.encode())
    assert rasa.is_rasa(source)
    return rasa.read(source, BOOK, dialog)


def test_what_is_said_and_answered_carries_over_menus_without_their_options():
    read, *_ = cases().read
    assert not isinstance(read, Difference)
    assert read.file == "e2e_test_cases.yml#somebody orders"
    outcome = transcripts.run(read, BOOK)
    assert outcome.difference is None
    assert [turn["contact"] for turn in read.turns] == ["order", "large", "cash"]
    assert read.turns[1] == {
        "contact": "large",
        "answers": {"size": "large"},
        "state": "pay",
        "bot": ["How will you pay?"],
    }


def test_a_difference_is_shown_where_the_file_has_it():
    read = cases().read[1]
    assert not isinstance(read, Difference)
    found = transcripts.run(read, BOOK).difference
    assert found is not None
    assert (str(found.where), found.key, found.got) == ("e2e_test_cases.yml:29:14", "bot", ["How will you pay?"])


def test_what_cannot_be_mapped_is_told_with_its_place():
    assert [(one.where.line, one.case, one.key, one.held) for one in cases().unmapped] == [
        (5, "", "metadata", ""),
        (15, "somebody orders", "metadata", "device"),
        (18, "somebody orders", "slot_was_set", "mood"),
        (23, "somebody orders", "assertions", ""),
        (10, "somebody orders", "fixtures", "vip"),
        (30, "wrong size", "utter", "utter_goodbye"),
    ]
    assert [(one.key, one.held) for one in cases(dialog="order").unmapped][-1] == ("intent", "/greet")


def test_a_case_that_cannot_be_run_says_why():
    silent, nobody = cases().read[2:]
    assert isinstance(silent, Difference)
    assert isinstance(nobody, Difference)
    assert (silent.code, nobody.code) == ("no_user", "which_dialog")
    (unknown, *_) = cases(dialog="ordr").read
    assert isinstance(unknown, Difference)
    assert (unknown.code, unknown.facts["near"]) == ("unknown_dialog", "order")


def test_files_of_any_shape_are_read_or_refused():
    for text in ("test_cases: []", "test_cases: [3, {}, { steps: 3 }, { test_case: x, steps: [1, {}] }]"):
        assert all(isinstance(each, Difference) for each in cases(text).read)
    assert not rasa.is_rasa(tree.read("t.yaml", b"- test_cases"))
    broken = cases("test_cases: []\ntest_cases: []").read
    assert [each.code for each in broken if isinstance(each, Difference)] == ["problem"]
