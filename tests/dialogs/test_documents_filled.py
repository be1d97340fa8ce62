"""F060: a dialog fills a document; what a missing field leads to, and that what is filled in stays text."""

import pytest

from bot_runtime.dialogs import documents, tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.documents import Document, MissingField
from bot_runtime.dialogs.effects import MakeDocument, SendMedia
from bot_runtime.dialogs.events import ServiceAnswered
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.rehearsing import transcripts
from tests.dialogs.talking import Contact, dialog_of

RECEIPT = Document("receipt", Text.parse('# Receipt\n\n{{ name }} paid **{{ amount }}**{{ note | default(".") }}\n'))
DIALOG = """
dialog: receipt
language: en
starts: { default: true }
retry: { goto: sorry }
states:
  name:
    ask: Your name?
    answer: text
    save: name
    goto: price
  price: { set: { amount: "3 * 40" }, goto: paper }
  paper:
    pdf: { from: receipt, save: link, failure: sorry }
    goto: given
  given:
    say: [{ document: "{{ link }}", caption: Your receipt }]
    close: done
  sorry: { say: "No receipt: {{ service_error }}.", close: failed }
"""


def test_a_step_makes_a_pdf_and_the_next_sends_it():
    contact = Contact(DIALOG).says("hi", "Ana")
    (made,) = contact.of(MakeDocument)
    assert isinstance(made, MakeDocument)
    assert (made.document, made.save, made.data["name"], made.data["amount"]) == ("receipt", "link", "Ana", 120)
    contact.take(ServiceAnswered(at=contact.at, channel="wa", wait=made.wait, values={"link": "https://x/r.pdf"}))
    assert contact.effects[0] == SendMedia("document", "https://x/r.pdf", "Your receipt", "r.pdf")


def test_a_failure_takes_its_branch():
    contact = Contact(DIALOG).says("hi", "Ana")
    contact.take(ServiceAnswered(at=contact.at, channel="wa", wait=contact.session.wait, error="missing_field"))
    assert contact.texts == ["No receipt: missing_field."]


def test_a_field_without_a_default_must_be_there():
    assert RECEIPT.filled({"name": "Ana", "amount": 3, "note": None}, "en") == ["Ana", "3", "."]
    with pytest.raises(MissingField):
        RECEIPT.filled({"name": "", "amount": 3}, "en")
    with pytest.raises(MissingField):
        RECEIPT.filled({"name": "Ana"}, "en")


def test_marks_stand_where_values_go_and_no_text_can_forge_one():
    assert RECEIPT.marked == "# Receipt\n\n\ue0000\ue001 paid **\ue0001\ue001**\ue0002\ue001\n"
    forged = documents.Document("x", Text.parse("{{ a }} \ue0007\ue001"))
    assert forged.marked == "\ue0000\ue001 7"
    assert forged.filled({"a": "\ue0000\ue001"}, "en") == ["0"]


@pytest.mark.parametrize(
    ("services", "turn"),
    [
        ("", "bot: ['[document: https://files.example.com/receipt.pdf]\nYour receipt'], ended: closed"),
        ("services: { paper: { error: pdf_failed } }", "bot: ['No receipt: pdf_failed.'], state: sorry"),
    ],
)
def test_a_transcript_makes_it_unless_it_says_otherwise(services, turn):
    turn = turn.replace("\n", "\\n").replace("['[", '["[').replace("receipt']", 'receipt"]')
    source = f"dialog: receipt\n{services}\nturns:\n  - {{ contact: hi }}\n  - {{ contact: Ana, {turn} }}\n"
    dialog = dialog_of(DIALOG)
    read = transcripts.read(tree.read("tests/x.yaml", source.encode()), {"receipt": dialog})
    assert isinstance(read, transcripts.Transcript), read
    assert transcripts.run(read, Book([dialog], language="en", documents={"receipt": RECEIPT})).difference is None


def test_a_transcript_finds_the_missing_field():
    dialog = dialog_of(DIALOG.replace('"3 * 40"', "empty"))
    source = "dialog: receipt\nturns:\n  - { contact: hi }\n  - { contact: Ana, bot: ['No receipt: missing_field.'] }\n"
    read = transcripts.read(tree.read("tests/x.yaml", source.encode()), {"receipt": dialog})
    assert isinstance(read, transcripts.Transcript), read
    assert transcripts.run(read, Book([dialog], language="en", documents={"receipt": RECEIPT})).difference is None
