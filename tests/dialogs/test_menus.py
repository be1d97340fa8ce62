"""Which option of a menu a message means (F007), and what a menu shows (F008)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs import menus
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Option


def option(label, *synonyms, payload=None, secondary=False):
    return Option(
        Text.parse(label),
        goto=None,
        code=label,
        payload=payload or f"o:{label}",
        synonyms=synonyms,
        secondary=secondary,
    )


def menu(*options):
    return [(each.label.source, each) for each in options]


SERVICES = menu(
    option("Facturas 🧾", "recibos"),
    option("Hablar con una persona", "agente", payload="PERSONA"),
    option("Sí, quiero el descuento"),
    option("No, gracias"),
    option("I'll think about it"),
)


def meant(written, payload=None, shown=SERVICES, elsewhere=()):
    chosen = menus.match(shown, written, payload, elsewhere)
    return chosen.code if chosen else None


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        *[(number, "Hablar con una persona") for number in ("2", "2)", "2.", " 2 ", "(2)", "2️⃣", "#2", "02")],
        *[
            (number, "Hablar con una persona")
            for number in ("dos", "Two", "opción 2", "Opcion dos", "la 2", "la segunda")
        ],
        ("FACTURAS", "Facturas 🧾"),
        (" facturas! ", "Facturas 🧾"),
        ("Facturas 🧾", "Facturas 🧾"),
        ("recibos", "Facturas 🧾"),
        ("1) Facturas", "Facturas 🧾"),  # copied with its number
        ("si quiero el descuento", "Sí, quiero el descuento"),
        ("Agente.", "Hablar con una persona"),
        ("facturs", "Facturas 🧾"),  # one letter short
        ("fcaturas", "Facturas 🧾"),  # two letters swapped
        ("hablar con una presona", "Hablar con una persona"),
        ("Sí, quiero el descu…", "Sí, quiero el descuento"),  # as a channel cuts a button's title
        ("no gracias", "No, gracias"),
        ("ill think about it", "I'll think about it"),
        ("I’ll think about it", "I'll think about it"),  # the apostrophe that phones write
    ],
)
def test_number_label_synonym_and_small_typos_fit(written, chosen):
    assert meant(written) == chosen


@pytest.mark.parametrize(
    "written",
    [
        *("0", "6", "-1", "2.5", "1 y 2", "12", ""),
        "quiero mis facturas",  # a sentence is not a label
        "2) Facturas",  # the number and the label disagree
        "si gracias",  # "si" is no typo of "no"
        "fctrs",
        "🧾",
        "x" * 5000,
    ],
)
def test_anything_else_fits_nothing(written):
    assert meant(written) is None


def test_a_payload_comes_before_the_text():
    assert meant("lo que sea", payload="PERSONA") == "Hablar con una persona"
    assert meant("Facturas", payload="otro") == "Facturas 🧾"  # an unknown payload: what was read decides


def test_two_fits_are_no_fit():
    twins = menu(option("Lunes"), option("Lunes"))
    assert meant("lunes", shown=twins) is None
    assert meant("2", shown=twins) == "Lunes"
    halls = menu(option("Sala Norta"), option("Sala Norte"))
    assert meant("sala nort", shown=halls) is None  # a typo of both
    assert meant("sala norte", shown=halls) == "Sala Norte"  # exact before typo


def test_a_label_that_is_anothers_number_fits_two():
    people = menu(option("2"), option("4"), option("6"))
    assert meant("2", shown=people) is None
    assert meant("4", shown=people) == "4"


def test_emoji_alone_are_options_in_any_skin_tone():
    moods = menu(option("👍"), option("👎"), option("❤️"))
    assert meant("👍🏽", shown=moods) == "👍"
    assert meant("❤", shown=moods) == "❤️"
    assert meant("🎉", shown=moods) is None


def test_labels_that_differ_by_a_sign_are_told_apart():
    blood = menu(option("A+"), option("A-"))
    assert meant("A-", shown=blood) == "A-"
    assert meant("a", shown=blood) is None


@given(st.integers(1, 40), st.data())
def test_every_option_of_a_menu_of_any_size_is_reached_by_number_label_and_payload(size, data):
    shown = menu(*[option(f"Sucursal {chr(64 + number % 26)}{number}x") for number in range(1, size + 1)])
    index = data.draw(st.integers(0, size - 1))
    label, wanted = shown[index]
    assert menus.match(shown, str(index + 1)) is wanted
    assert menus.match(shown, label.upper()) is wanted
    assert menus.match(shown, "", payload=wanted.payload) is wanted


@given(st.text(max_size=100))
def test_any_message_fits_or_does_not(written):
    assert menus.match(SERVICES, written) in [None, *(each for _, each in SERVICES)]


def test_secondary_options_move_to_a_second_page_numbered_from_one_again():
    options = [
        option("Comer aquí"),
        option("Reservar"),
        option("Quejas", secondary=True),
        option("Empleo", secondary=True),
    ]
    first = menus.page(options, lambda label: label.source, more=False, opener="Otros")
    second = menus.page(options, lambda label: label.source, more=True, opener="Otros")
    assert [label for label, _ in first] == ["Comer aquí", "Reservar", "Otros"]
    assert [label for label, _ in second] == ["Quejas", "Empleo"]
    assert menus.match(first, "3") is menus.MORE
    assert menus.match(first, "otros") is menus.MORE
    assert menus.match(second, "2").code == "Empleo"
    assert menus.match(second, "reservar", elsewhere=first).code == "Reservar"  # named from the other page
    assert menus.match(second, "3", elsewhere=first) is None  # but not by its number there


def test_a_menu_without_secondary_options_has_no_opener():
    assert len(menus.page([option("Sí"), option("No")], lambda label: label.source, more=False, opener="Otros")) == 2
