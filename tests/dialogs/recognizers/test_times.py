"""Times of day (F036, F047)."""

import pytest

from bot_runtime.dialogs.recognizers.result import Fits, Here
from bot_runtime.dialogs.recognizers.times import read_time


def clock(written, language="es", **limits):
    found = read_time(written, Here(language), **limits)
    return found.value if isinstance(found, Fits) else " ".join([found.reason, *found.readings])


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("es", "15:30", "15:30"),
        ("es", "3:30 pm", "15:30"),
        ("es", "3:30 p. m.", "15:30"),
        ("es", "15h", "15:00"),
        ("es", "15h30", "15:30"),
        ("es", "a las 20 horas", "20:00"),
        ("es", "tres y media de la tarde", "15:30"),
        ("es", "cuarto para las tres de la tarde", "14:45"),
        ("es", "cinco menos cuarto de la tarde", "16:45"),
        ("es", "mediodía", "12:00"),
        ("es", "medianoche", "00:00"),
        ("es", "12 am", "00:00"),
        ("es", "08:15", "08:15"),  # who writes the zero counts to 24
        ("es", "3:30", "ambiguous 03:30 15:30"),
        ("es", "las ocho", "ambiguous 08:00 20:00"),
        ("es", "25:00", "impossible_time"),
        ("es", "10:75", "impossible_time"),
        ("es", "15 pm", "15:00"),
        ("es", "15 am", "impossible_time"),
        ("es", "mañana", "not_a_time"),
        ("es", "entre 3 y 5", "not_a_time"),
        ("en", "half past three", "ambiguous 03:30 15:30"),
        ("en", "half past three in the afternoon", "15:30"),
        ("en", "quarter to five pm", "16:45"),
        ("en", "five to six pm", "17:55"),
        ("en", "3 to 4 pm", "not_a_time"),  # a range
        ("en", "noon", "12:00"),
        ("en", "at 7 o'clock in the evening", "19:00"),
        ("pt", "meio-dia", "12:00"),
        ("pt", "três e meia da tarde", "15:30"),
        ("pt", "às 15h30", "15:30"),
    ],
)
def test_a_time(language, written, shown):
    assert clock(written, language) == shown


def test_opening_hours_bound_it_and_settle_which_half_of_the_day_is_meant():
    assert clock("tres y media", least="09:00", most="18:00") == "15:30"
    assert clock("half past three", "en", least="09:00", most="18:00") == "15:30"
    assert clock("20:00", least="09:00", most="18:00") == "too_late"
    assert clock("7:00 am", least="09:00", most="18:00") == "too_early"
