"""Transcripts of dialogs that ask web services (F059) and wait for outside events (F062)."""

from typing import Any

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing import transcripts
from tests.dialogs.talking import dialog_of
from tests.dialogs.test_outside_events import PAYMENT
from tests.dialogs.test_requests import BALANCE

DIALOGS = {dialog.name: dialog for dialog in map(dialog_of, (BALANCE, PAYMENT))}


def play(source: str) -> Any:
    """The first difference, or what the last turn came to."""
    read = transcripts.read(tree.read("tests/x.yaml", source.encode()), DIALOGS)
    if isinstance(read, transcripts.Difference):
        return read
    outcome = transcripts.run(read, Book(DIALOGS.values(), language="en"))
    return outcome.difference or outcome.happened[-1]


def test_a_service_answers_what_the_transcript_says():
    assert play(
        """
dialog: balance
services: { look: { json: { account: { balance: 120 } } } }
turns:
  - { contact: hi, bot: [Which account?] }
  - contact: "7"
    bot: [Let me see., You have 120., Anything else?]
    answers: { balance: 120, service_status: 200 }
    effects: [{ call_service: { url: "https://bank.example.com/accounts/7?by=", method: GET } }]
"""
    )["state"] == ("more")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("{ error: unreachable }", "unreachable"),
        ("{ status: 404 }", "refused"),
        ("{ text: <html> }", "not_json"),
        ("{ json: { account: 3 } }", "missing_part"),
        ("[{ status: 503 }]", "server_error"),
    ],
)
def test_its_failures_are_played_too(answer, error):
    got = play(
        f"""
dialog: balance
services: {{ look: {answer} }}
turns: [{{ contact: hi }}, {{ contact: "7", state: sorry, ended: closed }}]
"""
    )
    assert got["bot"][-1] == f"It failed: {error}."


def test_a_slow_service_lets_the_contact_write_meanwhile():
    got = play(
        """
dialog: balance
services: { look: { json: { account: { balance: 1 } }, after: 20s } }
turns:
  - { contact: hi }
  - { contact: "7", bot: [Let me see.], state: look }
  - { after: 5s, bot: [] }
  - { contact: hello?, bot: ["One moment, please: we are looking it up."], state: look }
  - { after: 1m, bot: [You have 1., Anything else?], state: more }
"""
    )
    assert got["state"] == "more"


def test_each_call_of_a_state_takes_the_next_answer_and_the_last_repeats():
    dialog = dialog_of(BALANCE.replace("close: failed", "goto: account"))
    read = transcripts.read(
        tree.read(
            "tests/x.yaml",
            b"""
dialog: balance
services: { look: [{ error: timeout }, { json: { account: { balance: -1 } } }] }
turns:
  - { contact: hi }
  - { contact: "7", bot: [Let me see., "It failed: timeout.", Which account?] }
  - { contact: "8", bot: [Let me see., You owe -1., Anything else?] }
""",
        ),
        {"balance": dialog},
    )
    assert isinstance(read, transcripts.Transcript)
    assert transcripts.run(read, Book([dialog], language="en")).difference is None


def test_a_call_without_an_answer_is_told():
    difference = play("{ dialog: balance, turns: [{ contact: hi }, { contact: '7' }] }")
    assert (difference.code, difference.facts) == ("no_stand_in", {"state": "look"})


def test_an_event_happens():
    got = play(
        """
dialog: payment
turns:
  - { contact: hi }
  - { event: paid, data: { total: 35 }, bot: [Thanks for 35., We pack it now.], answers: { amount: 35 } }
  - { after: 2h, bot: [It takes a little longer., We pack it now.] }
  - { event: shipped, data: { guide: MX1 }, bot: ["It left: MX1."], ended: closed }
"""
    )
    assert got["state"] == "shipped"


def test_an_event_that_nobody_waits_for_is_told():
    difference = play("{ dialog: payment, turns: [{ contact: hi }, { event: shipped }] }")
    assert (difference.code, difference.facts["known"]) == ("not_awaited", "paid")


def test_an_event_that_lacks_its_data_is_told():
    difference = play("{ dialog: payment, turns: [{ contact: hi }, { event: paid }] }")
    assert (difference.code, difference.facts["lacks"]) == ("event_lacks", "amount")
