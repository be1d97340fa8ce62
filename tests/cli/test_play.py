"""`bot-runtime play`: a contact's side of a conversation, typed."""

import random

import pytest
from rich.console import Console

from bot_runtime.cli.bubbles import Bubbles
from tests.cli.authors import make_workspace, run
from tests.repository import ROOT


def test_what_the_bot_says_and_where_the_session_stands_follow_each_line(tmp_path):
    result = run("play", make_workspace(tmp_path), typed="hi\nbuy\n")
    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
  · Orders · write as the contact; /help says what else there is, /quit ends.
> hi
bot: Hello Ana, what now?
     1) Buy
     2) Talk to us
  · state first
> buy
bot: How many?
  · state amount
"""
    )


def test_time_goes_by_buttons_are_tapped_and_effects_are_shown(tmp_path):
    root = make_workspace(tmp_path)
    said = run("play", root, typed="hi\n/tap talk to us\n/state\n").stdout
    assert "> Talk to us" in said
    assert "  · open_ticket department: care" in said
    assert "  · state person · quiet: a person has it" in said
    said = run("play", root, typed="hi\n/after 3h\n/state\n/after 1h\n").stdout
    assert "  · waits: 1h left" in said
    assert "  · close_ticket reason: silence\n  · state timeout · ended: timed_out" in said


def test_the_template_can_begin(tmp_path):
    said = run("play", make_workspace(tmp_path), "--start", "template", typed="/tap Buy\n").stdout
    assert "bot: Hi Ana!\n     [Buy]\n" in said
    assert "bot: How many?" in said


def test_the_last_thing_can_be_taken_back_and_everything_begun_again(tmp_path):
    said = run("play", make_workspace(tmp_path), typed="hi\n1\n/undo\n2\n/restart\n/state\n/undo\n").stdout
    assert "  · taken back\n  · state first\n> 2\nbot: One moment." in said
    assert said.endswith(
        "  · from the beginning\n"
        "  · no session: what you write begins one\n"
        "  · name: Ana\n"
        "  · there is nothing to take back\n"
    )


def test_mistaken_commands_are_answered_and_a_double_slash_is_text(tmp_path):
    said = run(
        "play", make_workspace(tmp_path), typed="/dance\n/after soon\n/tap Buy\n/help\n//help\n/quit\nhi\n"
    ).stdout
    assert "there is no /dance" in said
    assert "a wait is written like 30m" in said
    assert "no button says that; there are: nothing" in said
    assert "/after 2h     let time go by" in said
    assert "> /help\nbot: Hello Ana" in said
    assert "> hi" not in said


def test_where_nothing_can_be_saved_is_said_before_the_conversation(tmp_path):
    refused = run("play", make_workspace(tmp_path), "--save", tmp_path / "gone" / "mine.yaml", typed="hi")
    assert (refused.exit_code, "Hello" in refused.output) == (2, False)
    assert f"there is no folder '{tmp_path / 'gone'}'" in refused.output


def test_what_is_saved_is_a_transcript_that_holds(tmp_path):
    root = make_workspace(tmp_path)
    saved = root / "tests" / "mine.yaml"
    typed = 'hi\n/media image\n/undo\nwhat: "ever"?\n/tap Buy\nmany\n3\n/after 2d\n'
    assert run("play", root, "--save", saved, "--language", "es", typed=typed).exit_code == 0
    assert saved.read_text("utf-8").startswith("# Grabado con `bot-runtime play`.\ndialog: order\n")
    assert run("test", root, saved).exit_code == 0
    text = saved.read_text("utf-8")
    assert "answers: { amount: 3 }" in text
    assert "ended: closed" in text


def test_sms_has_nothing_to_tap(tmp_path):
    said = run("play", make_workspace(tmp_path), "--channel", "sms", typed="hi\n/tap Talk to us\n").stdout
    assert "bot: One moment." in said


def test_an_unknown_dialog_is_misuse_with_a_hint(tmp_path):
    result = run("play", make_workspace(tmp_path), "--dialog", "oder")
    assert (result.exit_code, result.stderr) == (2, "there is no dialog 'oder'; did you mean 'order'?\n")


def test_in_a_terminal_the_contact_is_on_the_right_and_the_bot_on_the_left():
    console = Console(width=40, record=True, file=None, force_terminal=False)
    with console.capture() as shown:
        screen = Bubbles(console)
        screen.bot("Hello")
        screen.contact("hi")
    lines = shown.get().splitlines()
    assert lines[1].startswith("│ Hello │")
    assert lines[4].rstrip().endswith("│ hi │")
    assert lines[4].startswith(" " * 20)


def test_several_choices_read_as_people_write_them(tmp_path):
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "extras.yaml").write_text(
        "dialog: extras\nlanguage: es\nretry: { goto: fin }\nstates:\n"
        "  que: { ask: ¿Qué?, answer: { type: multiple, choices: [corte, tinte, lavado] }, save: que, goto: fin }\n"
        "  fin: { say: 'Va: {{ que | list }}.' }\n"
    )
    said = run("play", tmp_path, "--language", "es", typed="hola\n1, 2 y 3\n").stdout
    assert "bot: Va: corte, tinte y lavado." in said
    assert "que: corte, tinte y lavado" in said


ASKS = """\
dialog: order
title: Balances
language: en
retry: { attempts: 2, goto: person }
starts: { default: true }
states:
  ask: { ask: Which account?, answer: text, save: account, goto: look }
  look:
    request: { url: "https://api.example/{{ account }}", save: { balance: money.left }, failure: failed }
    goto: pay
  pay:
    ask: "{{ balance }} left. Tell us when you paid."
    answer: text
    on: [{ event: paid, save: { bank: bank }, goto: thanks }]
    goto: person
  failed: { say: "Not now ({{ service_error }}).", goto: ask }
  person: { say: One moment., handoff: care, goto: ask }
  thanks: { say: "Thanks, {{ bank }}.", close: done }
"""


def test_services_events_and_people_are_played_and_saved(tmp_path):
    root = make_workspace(tmp_path)
    (root / "templates" / "news.yaml").unlink()
    (root / "tests" / "buys.yaml").unlink()
    (root / "dialogs" / "order.yaml").write_text(ASKS)
    with (root / "bot.yaml").open("a") as file:
        file.write("services: { allow: [api.example] }\n")
    saved = root / "tests" / "mine.yaml"
    typed = """\
hi
A1
/service nonsense
/service timeout
A2
/after 5s
/service {"money": {"left": 120}}
/undo
/service {"money": {"left": 80}}
/service 404
/event lost
/event paid
/event paid nonsense
/given_back
/taken
/given_back nowhere
/given_back pay
/event paid {"bank": "First"}
/taken
"""
    said = run("play", root, "--save", saved, typed=typed)
    assert said.exit_code == 0, said.output
    for told in (
        "write some JSON, a status such as 404, or an error: refused,",
        "bot: Not now (timeout).",
        "no web service is to answer",
        "'lost' is not waited for; these are: paid",
        "'paid' lacks 'bank'",
        "data is written as JSON",
        "no person has the conversation",
        "no such question; there are: ask, pay",
        "bot: Thanks, First.",
        "the bot is not in the conversation",
    ):
        assert told in said.stdout, told
    text = saved.read_text("utf-8")
    assert "{ error: timeout }" in text
    assert "{ json: { money: { left: 80 } }, after: 5s }" in text
    ran = run("test", root, saved)
    assert ran.exit_code == 0, ran.stdout


def test_a_service_that_has_not_answered_by_the_end_does_not_in_the_transcript(tmp_path):
    root = make_workspace(tmp_path)
    (root / "templates" / "news.yaml").unlink()
    (root / "dialogs" / "order.yaml").write_text(ASKS)
    saved = root / "tests" / "mine.yaml"
    assert run("play", root, "--save", saved, typed="hi\nA1\n").exit_code == 0
    assert run("test", root, saved).exit_code == 0


def test_a_contact_is_spoken_to_in_the_language_they_speak(tmp_path):
    """F023"""
    (tmp_path / "dialogs").mkdir()
    hello = "dialog: hola\nlanguage: es\nstates:\n  uno: { say: { es: Hola, en: Hello, pt: Olá } }\n"
    (tmp_path / "dialogs" / "hola.yaml").write_text(hello)
    assert "bot: Olá" in run("play", tmp_path, "--speaks", "pt", typed="oi\n").stdout
    assert "bot: Hola" in run("play", tmp_path, typed="oi\n").stdout


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_played_is_saved_so_that_it_holds(tmp_path, seed):
    root = make_workspace(tmp_path)
    (root / "templates" / "news.yaml").unlink()
    (root / "tests" / "buys.yaml").unlink()
    (root / "dialogs" / "order.yaml").write_text(ASKS)
    with (root / "bot.yaml").open("a") as file:
        file.write("services: { allow: [api.example] }\n")
    chance = random.Random(seed)
    lines = (
        *(
            "hi",
            "no",
            "007",
            "- a: b # c",
            "{ x }",
            "'quoted' \"twice\"",
            "👍 ñandú",
            "null",
            "2026-03-01",
            "//help",
            "\ttab",
        ),
        *("/after 5s", "/after 3h", "/after 2d", "/media image", "/media location", "/undo", "/taken", "/given_back"),
        *("/given_back ask", '/service {"money": {"left": 1.5}}', "/service 500", '/event paid {"bank": "B: 1"}'),
        *("/form {}", "/tap Nothing", "STOP", "START"),
    )
    typed = "".join(f"{chance.choice(lines)}\n" for _ in range(60))
    saved = root / "tests" / "mine.yaml"
    assert run("play", root, "--save", saved, typed=f"hi\n{typed}/after 1s\n").exit_code == 0
    ran = run("test", root, saved)
    assert ran.exit_code == 0, (ran.stdout, saved.read_text())


def test_which_dialog_one_is_in_is_told_while_another_runs():
    said = run("play", ROOT / "dialogs_examples", "--dialog", "club", typed="club\nAna\n/after 4s\natrás\n").stdout
    assert "  · estado direccion · calle\n> atrás\n" in said
    assert said.rstrip().endswith("· estado nombre · saludo: largo")
