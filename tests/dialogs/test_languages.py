"""Texts by language (F023): what a contact reads and how answers are understood in the language of the session."""

import pytest
from msgspec import structs

from bot_runtime.dialogs import texts, tree
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.drawing.graph import draw
from bot_runtime.dialogs.effects import SendMedia, SendMenu
from bot_runtime.dialogs.languages import ByLanguage, tag_of, text
from bot_runtime.dialogs.problems import by_position
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.dialogs.schemas.shape import shape_problems
from bot_runtime.dialogs.texts import own_texts
from bot_runtime.workspace import load_workspace
from tests.dialogs.talking import Contact, dialog_of

BILINGUAL = """
dialog: cita
language: es
retry: { goto: fin, say: { es: No te entendí., en: I did not get that. } }
states:
  cita:
    ask: { es: "Hola {{ contact_name }}, ¿qué prefieres?", en: "Hi {{ contact_name }}, what would you like?" }
    menu:
      - { label: { es: Mover la cita, en: Move it }, code: mover, synonyms: { es: [cambiar], en: [change] } }
      - { label: { es: Cancelar, en: Call it off }, description: { es: Gratis, en: Free }, goto: fin, secondary: true }
    more: { es: Ver más, en: See more }
    save: que
    goto: dia
  dia:
    ask: { es: ¿Qué día?, en: Which day? }
    answer: date
    save: dia
    goto: fin
  fin:
    say:
      - { es: "Hasta luego.", en: "Bye." }
      - { image: { es: https://example.com/es.png, en: https://example.com/en.png }, caption: { es: Mapa, en: Map } }
"""


def speaking(language: str, source: str = BILINGUAL) -> Contact:
    contact = Contact(source)
    contact.about = structs.replace(contact.about, language=language)
    return contact


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("en", "Hi Ana Pérez, what would you like?"),
        ("es", "Hola Ana Pérez, ¿qué prefieres?"),
        ("", "Hola Ana Pérez, ¿qué prefieres?"),  # nobody knows: the dialog's own
        ("pt", "Hola Ana Pérez, ¿qué prefieres?"),  # the dialog has none: all of it stays in one language
    ],
)
def test_a_contact_reads_the_dialog_in_their_language(language, read):
    """F023"""
    assert speaking(language).says("hola").texts == [read]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "move it"), ("en", "change"), ("en", "1"), ("es", "Mover la cita"), ("es", "cambiar"), ("es", "1")],
)
def test_an_answer_is_understood_in_the_language_shown_and_its_code_stays_the_same(language, written):
    """F023"""
    contact = speaking(language).says("hola", written)
    assert contact.session.answers["que"] == "mover"
    assert contact.session.state == "dia"


def test_labels_descriptions_and_the_opener_are_shown_in_the_language():
    contact = speaking("en").says("hola")
    assert contact.menu == ["Move it", "See more"]
    contact.says("see more")
    (menu,) = contact.of(SendMenu)
    assert isinstance(menu, SendMenu)
    assert [(choice.label, choice.description) for choice in menu.choices] == [("Call it off", "Free"), ("Back", "")]


def test_media_and_retries_have_their_languages_and_dates_are_read_in_them():
    contact = speaking("en").says("hola", "nonsense")
    assert contact.texts == ["I did not get that."]
    contact.says("1", "June 5th")
    assert contact.session.answers["dia"] == "2026-06-05"
    assert contact.texts[0] == "Bye."
    assert contact.of(SendMedia) == [SendMedia("image", "https://example.com/en.png", "Map")]


ASKS_LANGUAGE = """
dialog: bienvenida
language: es
retry: { goto: saludo }
states:
  idioma:
    ask: Elige tu idioma / Choose your language
    menu: [{ label: Español, code: es }, { label: English, code: en }, { label: Português, code: pt }]
    save: language
    goto: saludo
  saludo:
    ask: { es: ¿Vienes?, en: Are you coming?, pt: Você vem? }
    answer: yes_no
    save: viene
    goto: fin
  fin:
    say: { es: "Viene: {{ viene }}", en: "Coming: {{ viene }}", pt: "Vem: {{ viene }}" }
"""


@pytest.mark.parametrize(
    ("chosen", "asked", "unfit", "yes", "said"),
    [
        ("English", "Are you coming?", "Answer yes or no.", "yes", "Coming: yes"),
        ("Português", "Você vem?", "Responda sim ou não.", "sim", "Vem: sim"),
        ("Español", "¿Vienes?", "Responde sí o no.", "sí", "Viene: sí"),
    ],
)
def test_the_language_chosen_holds_from_the_next_text_on(chosen, asked, unfit, yes, said):
    """F023: built-in texts, readers and values follow the session's language, pt too."""
    contact = speaking("en", ASKS_LANGUAGE).says("hola", chosen)
    assert contact.texts == [asked]
    assert unfit in contact.says("quizá maybe").texts[0]
    assert contact.says(yes).texts == [said]


def test_a_language_that_a_list_brings_or_an_expression_sets_counts_before_the_contacts():
    source = """
dialog: aviso
language: es
needs: { language: text }
states:
  uno: { say: { es: Hola, en: Hello, pt: Olá }, set: { language: '"pt"' }, goto: dos }
  dos: { say: { es: Adiós, en: Bye, pt: Tchau } }
"""
    contact = speaking("es", source)
    contact.is_called("aviso", given={"language": "Inglés"})
    assert contact.texts == ["Hello", "Tchau"]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("es", "es"),
        ("ES-mx", "es"),
        ("en_US", "en"),
        ("Inglés", "en"),
        ("ENGLISH", "en"),
        ("português", "pt"),
        ("pt-BR", "pt"),
        ("español (México)", "es"),
        ("fr", "fr"),  # no texts of ours, but perhaps a template
        ("", ""),
        ("klingon", ""),
        ("{{ es }}" * 9_000, ""),
    ],
)
def test_languages_are_known_by_tag_and_by_name(written, tag):
    assert tag_of(written) == tag


def test_a_text_without_the_variant_asked_for_says_the_dialogs_own():
    greeting = text({"en": "Hello {{ x }}", "es": "Hola {{ x }}"}, "es")
    assert isinstance(greeting, ByLanguage)
    assert [greeting.render({"x": "Ana"}, tag) for tag in ("en", "es", "pt")] == ["Hello Ana", "Hola Ana", "Hola Ana"]
    assert greeting.source == "Hola {{ x }}"
    assert greeting.names == {"x"}


def test_every_tag_the_schema_takes_has_its_file_with_all_texts():
    """D12: a language is one file."""
    assert set(LANGUAGES) == texts.languages()
    keys = {language: set(texts._catalog(language)) for language in LANGUAGES}
    assert all(mine == keys["es"] for mine in keys.values())


def told(source: str, language: str = "en") -> list[str]:
    read = tree.read("dialogs/d.yaml", source.encode())
    problems = by_position([*shape_problems(read, "dialog"), *check_dialog(read)])
    return [problem.line(language).removeprefix("dialogs/d.yaml:") for problem in problems]


def test_a_dialog_with_all_its_texts_in_all_languages_has_nothing_to_mend():
    assert told(BILINGUAL) == []
    assert told(ASKS_LANGUAGE) == []  # the question that asks for the language is for everybody
    assert dialog_of(BILINGUAL).languages == ("es", "en")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            ("{ es: ¿Qué día?, en: Which day? }", "{ es: ¿Qué día? }"),
            "15:10: warning: this text is missing in en; until then whoever speaks that reads '¿Qué día?'",
        ),
        (
            ("{ es: ¿Qué día?, en: Which day? }", "¿Qué día?"),
            "15:10: warning: this text is missing in en; until then whoever speaks that reads '¿Qué día?'",
        ),
        (
            ("{ es: Ver más, en: See more }", "{ es: Ver más, ingles: See more }"),
            "11:26: 'ingles' is no language there are texts for; did you mean 'en'?",
        ),
        (
            ("{ es: Ver más, en: See more }", "{ es: Ver más, fr: Plus }"),
            "11:26: 'fr' is no language there are texts for; the languages are es, en, pt",
        ),
        (("{{ contact_name }}, what", "{{ contact_nam }}, what"), None),
        (
            ("en: Move it", "en: Call it off"),
            "10:38: 'Call it off' reads the same as 'Call it off'",
        ),
        (("en: [change]", "en: [stop]"), None),
    ],
)
def test_mistakes_of_one_language_are_told_where_they_stand(change, line):
    """F023"""
    lines = told(BILINGUAL.replace(*change))
    if line is None:
        assert len(lines) == 1
        assert lines[0].startswith(("7:", "9:"))
    else:
        assert any(one.startswith(line) for one in lines), lines


def test_only_words_need_a_translation():
    source = BILINGUAL + '      - "{{ que }} 👍 https://example.com/a"\n      - 100 %\n'
    assert told(source) == []


OWN = own_texts(
    {
        "opted_out": {"es": "Adiós de parte de ACME.", "en": "ACME says goodbye."},
        "invalid_answer": ["Uy, no te entendí.", "Perdona, sigo sin entender."],
        "hint_rating": "Del {{ min }} al {{ max }}, porfa.",
    },
    "es",
)
RATED = """
dialog: nota
language: es
retry: { goto: fin }
states:
  nota: { ask: { es: ¿Nota?, en: Rating? }, answer: rating, save: nota, goto: fin }
  fin: { say: { es: Adiós, en: Bye } }
"""


def test_a_brands_own_texts_win_in_the_languages_they_are_in():
    """D12"""
    contact = Contact(RATED, own_texts=OWN)
    assert contact.says("hola", "no sé").texts == ["Uy, no te entendí. Del 1 al 5, porfa."]
    assert contact.says("ni idea").texts == ["Perdona, sigo sin entender. Del 1 al 5, porfa."]
    assert contact.says("baja").texts == ["Adiós de parte de ACME."]
    english = Contact(RATED, own_texts=OWN)
    english.about = structs.replace(english.about, language="en")
    assert english.says("hi", "dunno").texts == ["Sorry, I didn't understand that. Answer with a number from 1 to 5."]
    assert english.says("stop").texts == ["ACME says goodbye."]


def test_an_own_text_is_checked_like_any_other(tmp_path):
    """D12"""
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "nota.yaml").write_text(RATED)
    lines = {
        "opted_uot: Adiós": "unknown key 'opted_uot'; did you mean 'opted_out'?",
        "hint_rating: 'Del {{ min }} al {{ maximo }}'": "unknown name 'maximo'; did you mean 'max'?",
        "opted_out: { fr: Adieu }": "'fr' is no language there are texts for; the languages are es, en, pt",
        "opted_out: 'Adiós {{'": "this {{ is never closed",
    }
    for line, told in lines.items():
        (tmp_path / "bot.yaml").write_text(f"brand: acme\ntexts:\n  {line}\n")
        (problem,) = load_workspace(tmp_path, {}).problems
        assert problem.line("en").endswith(told)
    (tmp_path / "bot.yaml").write_text("texts: { opted_out: Adiós, opted_in: [Hola, { en: Hi }] }\n")
    loaded = load_workspace(tmp_path, {})
    assert loaded.problems == []
    assert loaded.workspace is not None
    assert texts.say(texts.voice("en", loaded.workspace.texts), "opted_in") == "Hi"


def test_a_dialog_is_drawn_in_the_language_asked_for():
    drawn = {language: draw(dialog_of(BILINGUAL), language) for language in ("es", "en")}
    labels = {language: {arrow.label for arrow in drawing.arrows} for language, drawing in drawn.items()}
    assert {"Cancelar", "Mover la cita"} <= labels["es"]
    assert {"Call it off", "Move it"} <= labels["en"]
    assert any("what would you like?" in node.text for node in drawn["en"].nodes)
