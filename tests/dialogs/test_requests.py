"""F059: a dialog asks a web service. What is asked, what an answer means, and what happens in between."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs import expressions, requests, tree
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.effects import CallService, CancelTimer, SendText, StartTimer
from bot_runtime.dialogs.events import ServiceAnswered
from bot_runtime.dialogs.requests import ERRORS, load_request, read_answer, unseal, unseal_tree
from tests.dialogs.talking import Contact

BALANCE = """
dialog: balance
language: en
starts: { default: true }
retry: { goto: sorry }
states:
  account:
    ask: Which account?
    answer: text
    save: account
    goto: look
  look:
    say: Let me see.
    request:
      url: "https://bank.example.com/accounts/{{ account }}?by={{ contact_name }}"
      headers: { X-Key: "${BANK_KEY}" }
      save: { balance: account.balance, owner: account.owner? }
      failure: sorry
    when:
      - { if: balance < 0, goto: debt }
      - { else: told }
  told:
    say: "You have {{ balance }}."
    goto: more
  debt:
    say: "You owe {{ balance }}."
    goto: more
  more:
    ask: Anything else?
    answer: text
    goto: more
  sorry:
    say: "It failed: {{ service_error }}."
    close: failed
  person:
    say: Somebody comes.
    handoff: people
anywhere:
  - { words: [person], goto: person }
"""


def asking() -> Contact:
    return Contact(BALANCE).says("hi", "12/3")


def answer(contact: Contact, **told: Any) -> Contact:
    wait = told.pop("wait", contact.session.wait)
    return contact.take(ServiceAnswered(at=contact.at, channel="wa", wait=wait, **told))


def test_the_session_waits_for_the_service_and_not_for_the_contact():
    contact = asking()
    (call,) = contact.of(CallService)
    assert contact.texts == ["Let me see."]
    assert (contact.session.state, contact.session.phase) == ("look", "waiting")
    assert call == CallService(
        wait=contact.session.wait,
        url="https://bank.example.com/accounts/12%2F3?by=Ana%20P%C3%A9rez",
        method="GET",
        headers={"X-Key": "${BANK_KEY}"},
        save={"balance": "account.balance", "owner": "account.owner?"},
    )
    assert contact.of(StartTimer) == []  # the call itself is what ends the wait


def test_its_answer_is_kept_and_the_dialog_goes_on():
    contact = answer(asking(), values={"balance": 120, "owner": None}, status=200)
    assert contact.texts == ["You have 120.", "Anything else?"]
    assert contact.session.answers["balance"] == 120
    assert contact.session.answers["service_error"] == ""


def test_branches_look_at_what_it_said():
    assert answer(asking(), values={"balance": -3.5}, status=200).texts[0] == "You owe -3.5."


def test_a_failure_takes_its_branch_with_the_reason():
    contact = answer(asking(), error="timeout")
    assert contact.texts == ["It failed: timeout."]
    assert contact.session.answers["service_status"] == 0


def test_an_answer_that_nobody_waits_for_any_more_changes_nothing():
    contact = asking()
    late = contact.session.wait
    contact.says("person")
    assert contact.of(CancelTimer) == [CancelTimer(late)]
    before = contact.session
    assert answer(contact, values={"balance": 1}, wait=late).effects == ()
    assert contact.session == before


def test_a_message_meanwhile_is_no_answer_to_anything():
    contact = asking()
    before = contact.session
    contact.says("hello?")
    assert (contact.texts, contact.session) == ([], before)  # a moment is no reason to talk
    for _ in range(4):
        contact.says("hello??")
    assert contact.texts == ["One moment, please: we are looking it up."]
    assert contact.session == before
    assert answer(contact, values={"balance": 1}).texts[-1] == "Anything else?"


def test_a_picture_meanwhile_is_none_either():
    contact = asking()
    before = contact.session
    assert contact.sends("image").session == before


def test_opting_out_works_meanwhile_and_drops_the_call():
    contact = asking()
    wait = contact.session.wait
    contact.says("stop")
    assert (contact.session.phase, contact.session.cause) == ("ended", "opted_out")
    assert CancelTimer(wait) in contact.effects


def test_a_number_goes_as_a_number_and_words_around_it_make_a_text():
    request = load_request(
        {
            "url": "https://x.example/",
            "failure": "f",
            "body": {"n": "{{ n }}", "text": "n={{ n }}", "all": ["{{ flag }}", "{{ gone }}", "{{codes}}", 3, None]},
        }
    )
    call = request.call(1, {"n": 5, "flag": True, "codes": ["a", "$"]}, "en")
    assert call.body == {"n": 5, "text": "n=5", "all": [True, None, ["a", "$$"], 3, None]}
    assert call.method == "POST"


HOSTILE = ["${BANK_KEY}", "$${BANK_KEY}", "$", "$$", "{{ account }}", "a$b${X", "${", "$${$"]


@pytest.mark.parametrize("written", HOSTILE)
def test_what_a_contact_writes_is_never_a_secret_and_arrives_as_it_was(written):
    request = load_request(
        {
            "url": "https://x.example/?k=${BANK_KEY}&q={{ q }}",
            "headers": {"X": "${BANK_KEY} {{ q }} $"},
            "body": {"q": "{{ q }}", "t": "q={{ q }} ${BANK_KEY}"},
            "failure": "f",
        }
    )
    call = request.call(1, {"q": written}, "en")
    secrets = {"BANK_KEY": "s3cr$t"}
    assert unseal_tree(call.body, secrets) == {"q": written, "t": f"q={written} s3cr$t"}
    assert unseal(call.headers["X"], secrets) == f"s3cr$t {written} $"
    assert unseal(call.url, secrets).startswith("https://x.example/?k=s3cr$t&q=")


@given(st.text())
def test_any_text_survives_the_way_out(written):
    text = expressions.Text.parse("<{{ q }}> ${K}")
    sealed = requests._sealed(text, {"q": written}, "en", str)
    assert unseal(sealed, {"K": "k"}) == f"<{written[:20_000]}> k"


@pytest.mark.parametrize("value", [".", "..", "../x", "a/b", "a?b=c&d", "a#b", "a b", "ñ", "%2e", "x\r\ny", "\0"])
def test_a_value_inside_an_address_is_one_word_of_it(value):
    call = load_request({"url": "https://x.example/a/{{ v }}/z?q={{ v }}", "failure": "f"}).call(1, {"v": value}, "en")
    path, _, query = call.url.removeprefix("https://x.example/a/").partition("?")
    assert path.count("/") == 1
    assert "&" not in query
    assert "#" not in call.url
    assert call.url.isascii()


GOOD = {"Content": "application/json"}


def read(body: Any, save: dict[str, str] | None = None, status: int = 200, kind: str = "application/json") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(status, kind, raw, {"x": "a.b"} if save is None else save)


@pytest.mark.parametrize(
    ("body", "save", "values"),
    [
        ({"a": {"b": 3}}, {"x": "a.b"}, {"x": 3}),
        ({"a": [{"b": "é"}]}, {"x": "a.0.b"}, {"x": "é"}),
        ({"a": 1}, {"x": "a", "y": "b.c?"}, {"x": 1, "y": None}),
        ({"a": None}, {"x": "a?"}, {"x": None}),
        ({"a": [1, "b", True, 2.5]}, {"x": "a"}, {"x": ["1", "b", "true", "2.5"]}),
        ([5], {"x": "0"}, {"x": 5}),
        (False, {"x": "."}, {"x": False}),
        ({"a": "line\nother\u0000\u001b[2J"}, {"x": "a"}, {"x": "line\nother[2J"}),
    ],
)
def test_parts_of_an_answer(body, save, values):
    assert read(body, save) == (values, "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html>no</html>", "not_json"),
        (b'{"a": {"b": NaN}}', "not_json"),
        (b'{"a": {"b": 1}, "a": {"b": 2}}', "not_json"),
        (b'{"a": {"b": 1}', "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 40 + b"]" * 40, "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'"' + b"x" * 300_000 + b'"', "too_big"),
        (b'{"a": 3}', "missing_part"),
        (b'{"a": {"b": null}}', "missing_part"),
        (b'{"a": {"b": {"c": 1}}}', "bad_part"),
        (b'{"a": {"b": [[1]]}}', "bad_part"),
        (b'{"a": {"b": [{"c": 1}]}}', "bad_part"),
        (b'{"a": {"b": 1e400}}', "bad_part"),
        (b'{"a": {"b": 99999999999999999999}}', "bad_part"),
        (b'{"a": {"b": "' + b"x" * 5000 + b'"}}', "bad_part"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_an_answer_that_cannot_be_used_has_a_reason(body, reason):
    assert read(body) == ({}, reason)
    assert reason in ERRORS


@pytest.mark.parametrize(
    ("status", "reason"),
    [(201, ""), (301, "redirected"), (400, "refused"), (404, "refused"), (429, "too_many"), (500, "server_error")],
)
def test_a_status_that_is_no_success_has_a_reason(status, reason):
    assert read({"a": {"b": 1}}, status=status).error == reason


def test_a_step_that_keeps_nothing_reads_nothing():
    assert read(b"<html>", {}, kind="text/html") == ({}, "")


@pytest.mark.parametrize("kind", ["text/html", "", "application/xml", "application/jsonp", "image/png"])
def test_what_does_not_call_itself_json_is_not_read(kind):
    assert read({"a": {"b": 1}}, kind=kind).error == "not_json"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.api+json", "Text/JSON"])
def test_what_calls_itself_json_in_some_way_is(kind):
    assert read({"a": {"b": 1}}, kind=kind).error == ""


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_have_a_reason(body):
    values, error = read(body, {"x": "."})
    assert (error in ERRORS) != (error == "" and "x" in values)


def test_half_a_character_becomes_a_sign_and_no_crash():
    assert read(b'{"a": {"b": "\\ud83d"}}').values == {"x": "\ufffd"}


def test_a_dialog_that_is_called_asks_for_its_caller():
    caller = """
dialog: caller
language: en
starts: { default: true }
states:
  look: { call: { dialog: balance, save: { owes: balance } }, goto: told }
  told: { say: "Your balance is {{ owes }}.", close: done }
"""
    called = BALANCE.replace("starts: { default: true }", "").replace("goto: more", "goto: done")
    called = called.replace("  sorry:", "  done: { say: That is all. }\n  sorry:")
    contact = Contact(caller, called).says("hi", "7")
    assert len(contact.of(CallService)) == 1
    answer(contact, values={"balance": 9}, status=200)
    assert contact.texts == ["You have 9.", "That is all.", "Your balance is 9."]


def test_the_texts_of_a_step_are_said_before_it_is_asked():
    contact = asking()
    assert [type(effect) for effect in contact.effects if isinstance(effect, SendText | CallService)] == [
        SendText,
        CallService,
    ]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ('url: "https://a.example/x?api_key=4f1c&page=2"', [("secret_written", "api_key")]),
        ('url: "https://a.example/x?page=2&Token=4f1c"', [("secret_written", "Token")]),
        ('url: "https://acme:4f1c@a.example/x"', [("log_in_url", None)]),
        ("url: https://a.example/x, headers: { Authorization: Bearer 4f1c }", [("secret_written", "Authorization")]),
        ("url: https://a.example/x, headers: { X-Api-Key: 4f1c }", [("secret_written", "X-Api-Key")]),
        ('url: "https://a.example/x?token=${TOKEN}&key={{ contact_phone }}"', []),
        ('url: https://a.example/x, headers: { Authorization: "Bearer ${TOKEN}", Accept: text/plain }', []),
        ('url: "https://a.example/keys/1?monkey=5&tokens=3"', []),
    ],
)
def test_a_secret_written_in_a_dialog_is_told_and_not_repeated(request_, told):
    written = f"dialog: x\nstates:\n  a: {{ request: {{ {request_}, failure: b }}, goto: b }}\n  b: {{ say: x }}\n"
    problems = list(check_dialog(tree.read("dialogs/x.yaml", written.encode())))
    assert [(one.code, one.facts.get("name")) for one in problems] == told
    assert not any("4f1c" in one.line(language) for one in problems for language in ("es", "en"))
