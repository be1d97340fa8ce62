"""Comparing messages with words we know, and the exact words that opt out and in (D82, D92, B17)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs.words import IN, OUT_ALWAYS, OUT_UNLESS_TAKEN, consent, fold


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("menu", "menu"),
        ("  MENÚ  ", "menu"),
        ("¡Menú!", "menu"),
        ("Menú 🙂", "menu"),
        ("habla  con\nalguien", "habla con alguien"),
        ("Peña", "pena"),
        ("2️⃣", "2"),
        ("opt-out.", "opt-out"),  # what is inside stays
        ("👍", ""),
        ("", ""),
    ],
)
def test_case_accents_and_surroundings_do_not_count(written, compared):
    assert fold(written) == compared


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("word", sorted(OUT_ALWAYS))
@pytest.mark.parametrize("taken", [False, True])
def test_always_words_opt_out_whatever_is_asked(word, taken):
    assert consent(word, opted_out=False, taken=taken) == "out"
    assert consent(f" ¡{word.upper()}! 🛑", opted_out=True, taken=taken) == "out"


@pytest.mark.parametrize("word", sorted(OUT_UNLESS_TAKEN))
def test_words_that_may_be_answers_opt_out_only_where_no_question_takes_them(word):
    assert consent(word, opted_out=False, taken=False) == "out"
    assert consent(word, opted_out=False, taken=True) is None


@pytest.mark.parametrize("word", sorted(IN))
def test_opt_in_words_undo_an_opt_out_and_are_ordinary_words_otherwise(word):
    assert consent(word.title(), opted_out=True, taken=False) == "in"
    assert consent(word.title(), opted_out=False, taken=False) is None


@pytest.mark.parametrize(("written", "opted_out", "taken"), [("Sí", True, True), ("yes", False, False)])
def test_yes_opts_in_only_who_left_and_is_asked_nothing(written, opted_out, taken):
    assert consent(written, opted_out=opted_out, taken=taken) is None
    assert consent(written, opted_out=True, taken=False) == "in"


@pytest.mark.parametrize(
    "written",
    [
        "voy a salir ahora",
        "cancelar mi cita",
        "¿doy de baja la pauta?",
        "quero parar de comprar do meu fornecedor",
        "cancelar minha consulta",
        "STOP PLEASE",
        "para mañana",
        "the end",
        "¿cómo me doy de baja?",
        "bajar",
        "",
        "🛑",
        "stop " * 1000,
    ],
)
def test_sentences_are_no_opt_outs(written):
    assert consent(written, opted_out=False, taken=False) is None
    assert consent(written, opted_out=True, taken=False) is None


@given(
    st.sampled_from(sorted(OUT_ALWAYS | OUT_UNLESS_TAKEN)),
    st.text(alphabet="abcdeñú", min_size=1, max_size=8),
    st.booleans(),
)
def test_a_word_among_others_never_opts_out(word, other, before):
    message = f"{other} {word}" if before else f"{word} {other}"
    whole_words = OUT_ALWAYS | OUT_UNLESS_TAKEN
    assert fold(message) in whole_words or consent(message, opted_out=False, taken=False) is None
