"""A campaign's name is best when it tells topic and aim (F118)."""

import pytest

from bot_runtime.campaigns.names import advice, is_vague


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "Marzo",
        "15/03/2026",
        "15 de marzo de 2026",
        "test",
        "Prueba 2",
        "TEST marzo",
        "Campaña",
        "March 3rd",
        "💸",
    ],
)
def test_these_get_the_hint(name):
    assert is_vague(name)


@pytest.mark.parametrize(
    "name", ["Cobranza marzo: promesas de pago", "Encuesta de visita", "Spring promo, regulars", "Recordatorio 15/03"]
)
def test_these_do_not(name):
    assert not is_vague(name)


def test_the_hint_shows_a_better_one_in_the_readers_language():
    assert "Cobranza de marzo" in advice("test", "es")
    assert "March collections" in advice("test", "en")
    assert advice("Encuesta de visita", "es") == ""
