"""What a text costs as SMS: the published vectors, and smsutil as a second opinion."""

import unicodedata

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.channels.sms import count, foreign

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
REMINDER = "Reunión mañana a las 9:00 en el salón. ¿Confirmas tu asistencia? Responde NO o SI"
CONSULTA = "Olá João, sua consulta está confirmada para amanhã às 14h. Responda SAIR para não receber mais"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("a" * 160, "GSM-7", 160, (160,)),
        ("a" * 161, "GSM-7", 161, (153, 8)),
        ("a" * 307, "GSM-7", 307, (153, 153, 1)),
        ("a" * 159 + "€", "GSM-7", 161, (153, 8)),  # 160 characters, one of them of two units
        ("a" * 152 + "€" + "b" * 152, "GSM-7", 306, (152, 153, 1)),  # the € does not straddle two parts
        ("\f^{}\\[~]|€", "GSM-7", 20, (20,)),
        ("line1\r\nline2", "GSM-7", 12, (12,)),
        ("¿Señora Ibañez? ¡Año nuevo: café gratis!", "GSM-7", 40, (40,)),
        (REMINDER, "UCS-2", 81, (67, 14)),
        (CONSULTA, "UCS-2", 94, (67, 27)),
        ("á" * 70, "UCS-2", 70, (70,)),
        ("á" * 71, "UCS-2", 71, (67, 4)),
        ("😀" + "x" * 68, "UCS-2", 70, (70,)),
        ("😀" + "x" * 69, "UCS-2", 71, (67, 4)),
        ("x" * 66 + "😀" + "y" * 10, "UCS-2", 78, (66, 12)),  # nor does the emoji
        ("x" * 57 + FAMILY + "y" * 57, "UCS-2", 125, (66, 59)),
        ("a" * 149, "GSM-7", 149, (149,)),
        ("a" * 148 + "á", "UCS-2", 149, (67, 67, 15)),  # one accent: three parts
        ("a" * 159 + "Ç", "GSM-7", 160, (160,)),
        ("", "GSM-7", 0, ()),
    ],
)
def test_the_published_vectors(text, encoding, units, parts):
    counted = count(text)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


def test_a_decomposed_accent_costs_as_much_as_a_composed_one():
    assert count(unicodedata.normalize("NFD", "á" * 70)) == count("á" * 70)


def test_the_characters_that_make_a_text_expensive_are_named():
    assert foreign("Sí, mañana sí: “acá” 😀") == ("í", "“", "á", "”", "😀")


# Without the escape itself: smsutil takes it for a character of the alphabet.
anything = st.characters(codec="utf-8", exclude_characters="\x1b")
letters = st.text(st.sampled_from("aé€[^ñÑ@\n\rΔ§x") | st.sampled_from("áí😀“ç") | anything, min_size=1, max_size=400)


@given(letters)
def test_smsutil_counts_the_same(text):
    text = unicodedata.normalize("NFC", text)
    oracle = smsutil.split(text)
    counted = count(text)

    unit_bytes = 1 if oracle.encoding == "gsm0338" else 2
    assert counted.encoding == ("GSM-7" if unit_bytes == 1 else "UCS-2")
    assert counted.units == oracle.total_bytes // unit_bytes
    assert counted.parts == tuple(part.bytes // unit_bytes for part in oracle.parts)
