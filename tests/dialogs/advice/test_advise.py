"""Where advice is given, who can switch it off, and what it makes of the ways through a dialog (F019, F020)."""

import time
from typing import Any

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.advice import About, advise
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.problems import Problem

NOT_FIRST = About(names=("Aurora",), opens=False)


def advice(states: str, about: About = NOT_FIRST, head: str = "", **more: Any) -> list[Problem]:
    source = f"dialog: x\nretry: {{ goto: fin }}\n{head}states:\n{states}  fin: {{ close: listo }}\n"
    read = tree.read("dialogs/x.yaml", source.encode())
    return advise(read, load_dialog(read), about, **more)


def codes(states: str, about: About = NOT_FIRST, head: str = "") -> list[str]:
    return [problem.code for problem in advice(states, about, head)]


DOUBLE = "  uno: { ask: ¿Fue rápido y amable?, answer: yes_no, goto: fin%s }\n"


def test_advice_has_the_place_of_the_words_it_is_about():
    (found,) = advice(DOUBLE % "")
    assert found.line("es") == ("dialogs/x.yaml:4:27: consejo: dos preguntas en una: «y»; haz una pregunta de cada una")
    assert found.line("en").startswith("dialogs/x.yaml:4:27: advice: two questions in one: 'y'")
    assert (found.severity, found.width) == ("advice", 1)


def test_a_state_silences_a_rule_with_a_reason():
    assert codes(DOUBLE % ", advice: { silence: { W05: Así lo pide el regulador. } }") == []


def test_a_dialog_silences_a_rule_in_all_its_states():
    assert codes(DOUBLE % "", head="advice: { silence: { W05: Así lo pide el regulador. } }\n") == []


def test_silencing_what_is_not_there_is_told():
    (found,) = advice(
        "  uno: { ask: ¿Vienes?, answer: yes_no, goto: fin }\n", head="advice: { silence: { W05: Por si acaso. } }\n"
    )
    assert (found.code, found.where.line) == ("unused_silence", 3)


@pytest.mark.parametrize(("level", "severities"), [("error", ["error"]), ("off", []), ("advice", ["advice"])])
def test_the_operator_says_how_serious_a_rule_is(level, severities):
    found = advice(DOUBLE % "", About(opens=False, levels={"W05": level}))
    assert [problem.severity for problem in found] == severities


def test_who_is_asked_for_their_language_first_has_read_who_writes_by_then():
    states = (
        "  cual:\n    ask: Aurora. Español / English?\n"
        "    menu: [{ label: Español, code: es }, { label: English, code: en }]\n    save: language\n    goto: uno\n"
        '  uno: { ask: { es: "¿Para cuántos?", en: "For how many?" }, answer: number, goto: fin }\n'
    )
    assert [one.code for one in advice(states, About(names=("Aurora",))) if one.code == "W01"] == []
    unnamed = advice(states.replace("Aurora. ", ""), About(names=("Aurora",)))
    assert [(one.code, one.where.line) for one in unnamed if one.code == "W01"] == [("W01", 5)]


def test_a_text_by_language_is_judged_in_each_language():
    states = "  uno: { ask: { es: ¿Lees mucho?, en: Do you read a lot? }, answer: yes_no, goto: fin }\n"
    found = advice(states)
    assert [(problem.code, problem.facts["found"]) for problem in found] == [("W08", "mucho"), ("W08", "a lot")]


def test_a_language_the_adviser_does_not_speak_gets_none():
    assert (
        codes("  uno: { ask: { pt: Você lê muito e rápido? }, answer: yes_no, goto: fin }\n", head="language: pt\n")
        == []
    )


def test_questions_are_counted_along_one_way_not_over_all_branches():
    """W17: two branches of six questions each are a survey of seven."""
    branches = "".join(
        f"  {side}{n}: {{ ask: ¿{side} {n}?, answer: yes_no, goto: {f'{side}{n + 1}' if n < 6 else 'fin'} }}\n"
        for side in "ab"
        for n in range(1, 7)
    )
    start = "  uno: { ask: ¿Cuál?, menu: [{ label: A, goto: a1 }, { label: B, goto: b1 }] }\n"
    assert "W17" not in codes(start + branches)
    assert "W17" in codes(
        start
        + branches.replace("a6: { ask: ¿a 6?, answer: yes_no, goto: fin", "a6: { ask: ¿a 6?, answer: yes_no, goto: b1")
    )


def test_a_menu_that_is_come_back_to_makes_no_endless_survey():
    states = (
        "  uno: { ask: ¿Qué necesitas?, menu: [{ label: Horario, goto: dos }, { label: Nada, goto: fin }] }\n"
        "  dos: { ask: ¿Otra cosa?, answer: yes_no, goto: uno }\n"
    )
    assert codes(states) == []


def test_what_a_word_or_silence_leads_to_is_no_order_of_questions():
    """W14: "help" is asked for, it does not come before the rating."""
    states = (
        "  ayuda: { ask: ¿Qué pasó?, answer: text, goto: fin }\n"
        "  nota: { ask: '¿Volverías?', answer: yes_no, timeout: ayuda, goto: fin }\n"
    )
    head = "anywhere: [{ words: ayuda, goto: ayuda }]\n"
    assert codes(states, head=head) == []


def test_confirming_a_hard_answer_may_follow_it():
    """W14."""
    states = (
        "  dia: { ask: ¿Qué día vienes?, answer: date, save: dia, goto: ok }\n"
        "  ok: { ask: 'El {{ dia }}, ¿verdad que sí?', menu: [Sí, No], goto: fin }\n"
    )
    assert "W14" not in codes(states)
    assert "W14" in codes(states.replace("{{ dia }}", "lunes"))


OPENING = "  uno: { ask: %s, answer: yes_no, goto: fin }\n"


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("'Clínica Aurora: ¿vienes?'", ("Clínica Aurora, S.A. de C.V.",), []),  # nobody writes the legal form
        ("'¿Vienes hoy a AURORA?'", ("Clínica Aurora",), []),
        ("'Clínica Norte: ¿vienes?'", ("Clínica Aurora",), ["W01"]),  # "clínica" is anybody's
        ("'Tu consultorio te espera: ¿vienes?'", ("Aurora", "Tu Consultorio"), []),  # an alias
        ("'Librería Faro: ¿vienes?'", (), []),  # bot.yaml names nobody, this looks like a name
        ("'¿Vienes hoy?'", (), ["W01"]),
        ("'Aviso importante: ¿vienes hoy?'", (), ["W01"]),
        ("'Hola: ¿vienes hoy?'", (), ["W01"]),
    ],
)
def test_the_first_message_names_the_business(text, names, found):
    assert codes(OPENING % text, About(names=names)) == found


def test_what_is_said_before_the_first_question_belongs_to_the_first_message():
    states = "  uno: { say: Aquí Aurora., goto: dos }\n  dos: { ask: ¿Vienes?, answer: yes_no, goto: fin }\n"
    assert codes(states, About(names=("Aurora",))) == []


def test_a_dialog_that_others_call_has_no_first_message():
    assert codes(OPENING % "¿Vienes?", About(names=("Aurora",), opens=False)) == []


def test_the_template_that_starts_a_dialog_is_its_first_message():
    template = tree.read("templates/t.yaml", b"template: t\nbody: Hola {{1}}, ven.\nbuttons: [{ reply: Voy }]\n")
    found = advice(OPENING % "'Aurora: ¿vienes?'", About(names=("Aurora",)), opener=(template, ("body",)))
    assert [(str(problem.where), problem.code) for problem in found] == [("templates/t.yaml:2:7", "W01")]


def test_a_first_message_is_measured_with_the_examples_of_its_data():
    """W02: 149 characters on SMS, whatever the placeholder's name is."""
    states = "  uno: { ask: 'Aurora: {{ n }} ¿vienes?', answer: yes_no, goto: fin }\n"
    long, short = (f"needs: {{ n: {{ type: text, example: '{'x' * count}' }} }}\n" for count in (140, 100))
    assert codes(states, About(names=("Aurora",), sms=True), long) == ["W02"]
    assert codes(states, About(names=("Aurora",), sms=True), short) == []
    assert codes(states, About(names=("Aurora",)), long) == []


def test_an_expected_datum_is_asked_with_a_fitting_type():
    """F022, F283: W18."""
    states = (
        "  uno: { ask: '¿Cómo te fue?', answer: text, save: nota, goto: dos }\n"
        "  dos: { ask: '¿Vienes?', answer: yes_no, save: viene, goto: fin }\n"
    )
    found = advice(states, head="expects: { nota: rating, viene: intent, correo: email }\n")
    told = [problem.line("en").partition("advice: ")[2].partition(",")[0] for problem in found if problem.code == "W18"]
    assert sorted(told) == ["'correo' calls for email", "'nota' calls for rating"]
    asked = [(problem.where.line, problem.hint("en").split("`")[1]) for problem in found if problem.code == "W18"]
    assert sorted(asked) == [(3, "answer: email"), (5, "answer: rating")]


@pytest.mark.parametrize(
    "piece", ["a", "¿no ", "cuanto gastas ", "muy y no seguido, de 1 a 5 ", "1) a 2) b ", "(", "y "]
)
def test_bad_input_of_any_length_is_judged_quickly(piece):
    """A text of the longest kind takes some hundredths of a second; the bound leaves room for a busy machine."""
    text = (piece * 4_000)[:4_000]
    began = time.process_time()
    advice(f"  uno: {{ ask: '{text}', answer: rating, goto: fin }}\n", About(names=("Aurora",), sms=True))
    assert time.process_time() - began < 0.5
