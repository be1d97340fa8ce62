"""What counts as an answer to each kind of question, and what it is stored as (F029, F030, F032, F033, F039)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs.answers import KINDS, Fits, Here, Unfit, read
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Answer, Option


def choice(label, code=None, *synonyms):
    return Option(Text.parse(label), goto=None, code=code or label, payload="", synonyms=synonyms)


def answered(kind, written, language="es", **limits):
    """The value, or the reason for none."""
    match read(Answer(kind, limits), written, Here(language)):
        case Fits(value):
            return value
        case Unfit(reason):
            return f"unfit: {reason}"


@pytest.mark.parametrize(
    "written",
    [
        *("sí", "si", "SI", "Sí.", "s", "yes", "y", "claro", "ok", "dale", "👍", "👍🏽", "✅", "1", "1️⃣", "1)", "uno"),
        *("siii", "sí, claro", "sí 👍", "claro que sí", "Sí, por favor", "por supuesto 😊", "Yes please"),
    ],
)
def test_yes(written):
    assert answered("yes_no", written) is True


@pytest.mark.parametrize(
    "written",
    ["no", "NO!", "n", "👎", "2", "2️⃣", "nooo", "no gracias", "claro que no", "para nada", "No, thanks", "no no", "❌"],
)
def test_no(written):
    assert answered("yes_no", written) is False


@pytest.mark.parametrize(
    "written",
    [
        *("sí pero no", "si no", "sí 👎", "ok no", "sí y no", "👍👎", "s n"),
        *("tal vez", "3", "12", "creo que sí", "no sé", "sino", "gracias", "🎉", "ya", "sí " * 500),
    ],
)
def test_neither_yes_nor_no(written):
    assert answered("yes_no", written) == "unfit: not_yes_no"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("4", 4),
        (" 4. ", 4),
        ("cuatro", 4),
        ("CUATRO", 4),
        ("un 4", 4),
        ("un", 1),
        ("4/5", 4),
        ("4 de 5", 4),
        ("cuatro de cinco", 4),
        ("⭐⭐⭐⭐", 4),
        ("⭐️⭐️", 2),
        ("★★★★☆", 4),
        ("4 estrellas", 4),
        ("4⭐", 4),
        ("4️⃣", 4),
        ("4.5", "unfit: not_whole"),
        ("4,5", "unfit: not_whole"),
        ("4/10", "unfit: not_a_number"),  # of another scale
        ("0", "unfit: too_small"),
        ("6", "unfit: too_large"),
        ("⭐⭐⭐⭐⭐⭐", "unfit: too_large"),
        ("⭐⭐ 4", "unfit: not_a_number"),
        ("4 o 5", "unfit: not_a_number"),
        ("☆☆", "unfit: not_a_number"),
        ("bien", "unfit: not_a_number"),
    ],
)
def test_a_rating_from_one_to_five(written, stored):
    assert answered("rating", written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("10", 10), ("🔟", 10), ("10/10", 10), ("diez", 10), ("0", 0), ("cero", 0), ("9/5", "unfit: not_a_number")],
)
def test_a_rating_on_another_scale(written, stored):
    assert answered("rating", written, min=0, max=10) == stored


@pytest.mark.parametrize(
    ("language", "written", "stored"),
    [
        ("es", "12", 12),
        ("es", "0012", 12),
        ("es", "12.", 12),
        ("es", "1.200", 1200),
        ("es", "1,200", 1200),
        ("es", "1 200", 1200),
        ("es", "1.200.000", 1_200_000),
        ("es", "1.200,000", "unfit: not_a_number"),
        ("es", "12.5", "unfit: not_whole"),
        ("es", "12,50", "unfit: not_whole"),
        ("en", "1,200", 1200),
        ("en", "1.200", "unfit: not_whole"),  # dots are decimal in English
        ("es", "doce", 12),
        ("es", "veintitrés", 23),
        ("es", "veintitres", 23),
        ("es", "Treinta y uno", 31),
        ("es", "mil doscientos", 1200),
        ("es", "2 mil", 2000),
        ("es", "once", 11),
        ("en", "twenty-one", 21),
        ("en", "a hundred", 100),
        ("en", "o", "unfit: not_a_number"),  # text2num reads it as zero
        ("es", "4️⃣2️⃣", 42),
        ("es", "５", 5),  # full-width
        ("es", "5²", "unfit: not_a_number"),
        ("es", "5 personas", "unfit: not_a_number"),
        ("es", "$5", "unfit: not_a_number"),
        ("es", "uno dos", "unfit: not_a_number"),
        ("es", "-3", "unfit: too_small"),
        ("es", "9223372036854775807", 9223372036854775807),
        ("es", "9223372036854775808", "unfit: too_large"),
        ("es", "9" * 150, "unfit: too_large"),
        ("es", "9" * 5000, "unfit: not_a_number"),
        ("es", "  ", "unfit: empty"),
    ],
)
def test_a_whole_number(language, written, stored):
    assert answered("number", written, language) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("-3", -3), ("−3", -3), ("menos tres", -3), ("-6", "unfit: too_small"), ("6", "unfit: too_large"), ("+5", 5)],
)
def test_a_number_is_negative_only_where_the_minimum_allows(written, stored):
    assert answered("number", written, min=-5, max=5) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Centro", "centro"),
        ("2", "N"),
        ("ARRIBA", "N"),
        ("norte", "N"),
        ("sentro", "centro"),
        ("3", "unfit: not_a_choice"),
        ("el centro o el norte", "unfit: not_a_choice"),
    ],
)
def test_a_choice_stores_its_code(written, stored):
    choices = [choice("Centro", "centro"), choice("Norte", "N", "arriba")]
    assert answered("choice", written, choices=choices) == stored


def test_choices_that_are_numbers_are_not_numbered():
    people = [choice("2"), choice("4"), choice("6")]
    assert answered("choice", "2", choices=people) == "2"
    assert answered("choice", "3", choices=people) == "unfit: not_a_choice"


def test_a_thousand_is_grouped_as_where_the_contact_is():
    assert read(Answer("number"), "1.200", Here("es", "CO")) == Fits(1200)
    assert read(Answer("number"), "1.200", Here("es", "MX")) == Unfit("ambiguous", ("1200", "1.200"))
    assert read(Answer("number"), ",200", Here("es", "CO")) == Unfit("not_whole")


@pytest.mark.parametrize("written", ["Todo bien 🙂", "  con espacios  ", "{{ nombre }}", "a" * 1000])
def test_open_text_is_kept_exactly_as_written(written):
    assert answered("text", written) == written


def test_open_text_has_a_limit():
    assert answered("text", "a" * 1001) == "unfit: too_long"
    assert answered("text", "aaaa", max=3) == "unfit: too_long"
    assert answered("text", " \n ") == "unfit: empty"


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60), st.sampled_from(["es", "en", "pt", "fr"]))
def test_any_text_fits_or_has_a_reason(kind, written, language):
    needed = {"choice": {"choices": [choice("A"), choice("B")]}, "pattern": {"pattern": "[a-z]+"}}
    needed["multiple"] = needed["reason"] = needed["choice"]
    limits = needed.get(kind, {})
    assert isinstance(read(Answer(kind, limits), written, Here(language)), Fits | Unfit)


@given(st.integers(0, 2**63 - 1))
def test_every_number_is_read_back_from_its_digits(number):
    assert answered("number", str(number)) == number
    assert answered("number", f"{number:,}") == number
    assert answered("number", f"{number:,}".replace(",", " "), "en") == number


@pytest.mark.parametrize(
    ("language", "written", "stored"),
    [
        ("es", "veinte y tres", 23),
        ("es", "diez y seis", 16),
        ("es", "diesisiete", 17),
        ("es", "media docena", 6),
        ("es", "un par", 2),
        ("es", "100k", 100_000),
        ("en", "two dozen", 24),
        ("pt", "duas dúzias", 24),
        ("pt", "cincoenta", 50),
        ("pt", "dois mil, cento e catorze", 2114),
        ("es", "dos, tres", "unfit: not_a_number"),
        ("es", "3M", "unfit: not_a_number"),  # thousand to some, a million to others
    ],
)
def test_numbers_as_they_are_also_written(language, written, stored):
    assert answered("number", written, language) == stored
