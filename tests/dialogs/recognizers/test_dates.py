"""Dates as people write them, on Sunday 22 November 2026 (F035, F047)."""

from datetime import date, datetime

import pytest

from bot_runtime.dialogs.recognizers.dates import read_date
from bot_runtime.dialogs.recognizers.masks import order_of
from bot_runtime.dialogs.recognizers.result import Fits, Here

HOMES = {"es": "MX", "en": "US", "pt": "BR"}


def day(written, language="es", country=None, mask="", now="2026-11-22T10:00", **limits):
    """The day, or the reason for none; an ambiguity with its readings."""
    here = Here(language, HOMES[language] if country is None else country, datetime.fromisoformat(now))
    found = read_date(written, here, order_of(mask) or "", **limits)
    return found.value if isinstance(found, Fits) else " ".join([found.reason, *found.readings])


@pytest.mark.parametrize(
    ("language", "written", "meant"),
    [
        ("es", "hoy", "2026-11-22"),
        ("es", "¡MAÑANA! 😀", "2026-11-23"),
        ("es", "manana por la tarde", "2026-11-23"),
        ("es", "mañana a las 5 pm", "2026-11-23"),
        ("es", "pasado mañana", "2026-11-24"),
        ("es", "el viernes", "2026-11-27"),
        ("es", "el viernes que viene", "2026-11-27"),
        ("es", "el lunes de la próxima semana", "2026-11-23"),
        ("es", "para el viernes 27 de noviembre", "2026-11-27"),
        ("es", "el 27", "2026-11-27"),
        ("es", "el veintisiete", "2026-11-27"),
        ("es", "mañana temprano", "2026-11-23"),
        ("es", "día 15", "2026-12-15"),
        ("es", "15 de este mes", "2026-11-15"),
        ("es", "en tres días", "2026-11-25"),
        ("es", "dentro de una semana", "2026-11-29"),
        ("es", "hace dos meses", "2026-09-22"),
        ("es", "primero de diciembre", "2026-12-01"),
        ("es", "treinta y uno de dic.", "2026-12-31"),
        ("es", "27 de noviembre del 2026", "2026-11-27"),
        ("es", "fin de mes", "2026-11-30"),
        ("es", "Navidad", "2026-12-25"),
        ("en", "tomorrow", "2026-11-23"),
        ("en", "the day after tomorrow", "2026-11-24"),
        ("en", "Friday", "2026-11-27"),
        ("en", "Nov 27th", "2026-11-27"),
        ("en", "the twenty-seventh of November", "2026-11-27"),
        ("en", "November 27, 2026", "2026-11-27"),
        ("en", "in a week", "2026-11-29"),
        ("en", "2 weeks ago", "2026-11-08"),
        ("pt", "amanhã", "2026-11-23"),
        ("pt", "depois de amanhã", "2026-11-24"),
        ("pt", "sexta-feira", "2026-11-27"),
        ("pt", "daqui a três dias", "2026-11-25"),
        ("pt", "primeiro de dezembro", "2026-12-01"),
    ],
)
def test_everyday_speech(language, written, meant):
    assert day(written, language) == meant


@pytest.mark.parametrize(
    ("mask", "written", "meant"),
    [
        ("dd/mm/aaaa", "3/2/2027", "2027-02-03"),
        ("mm/dd/yyyy", "3/2/2027", "2027-03-02"),
        ("dd/mm/aa", "03-02-27", "2027-02-03"),
        ("dd/mm/aaaa", "3.2.27", "2027-02-03"),
        ("dd/mm/aaaa", "3 2 2027", "2027-02-03"),
        ("dd/mm/aaaa", "03022027", "2027-02-03"),
        ("dd/mm/aaaa", "31/12/85", "1985-12-31"),  # at most twenty years ahead
        ("dd/mm/aaaa", "2027-02-03", "2027-02-03"),  # year first is never in doubt
        ("mm/dd/yyyy", "25/12/2026", "impossible_date"),  # the mask is not bent
        ("dd/mm/aaaa", "31/02/2027", "impossible_date"),
        ("dd/mm/aaaa", "29/02/2028", "2028-02-29"),
        ("dd/mm", "3/2", "2027-02-03"),  # the next one
    ],
)
def test_the_mask_decides_the_order(mask, written, meant):
    assert day(written, mask=mask) == meant


def test_without_a_mask_the_place_decides_and_where_it_does_not_both_readings_count():
    assert day("3/2/2027", "es") == "2027-02-03"
    assert day("3/2/2027", "en", "US") == "2027-03-02"
    assert day("3/2/2027", "en", "GB") == "2027-02-03"
    assert day("3/2/2027", "en", "") == "ambiguous 2027-02-03 2027-03-02"
    assert day("25/2/2027", "en", "") == "2027-02-25"


@pytest.mark.parametrize(
    ("language", "written", "meant"),
    [
        ("en", "first Tuesday in December", "2026-12-01"),
        ("en", "the last friday of november", "2026-11-27"),
        ("en", "third Thursday of March 2027", "2027-03-18"),
        ("es", "el primer martes de diciembre", "2026-12-01"),
        ("es", "último viernes de octubre", "2027-10-29"),  # this year's is past
        ("pt", "primeira terça-feira de dezembro", "2026-12-01"),
        ("en", "in a fortnight", "2026-12-06"),
        ("en", "in 3d", "2026-11-25"),
        ("en", "Valentine's Day", "2027-02-14"),
    ],
)
def test_days_by_their_place_in_a_month_and_other_ways(language, written, meant):
    assert day(written, language) == meant


def test_what_can_be_two_days_is_never_guessed():
    assert day("el domingo") == "ambiguous 2026-11-22 2026-11-29"  # said on a Sunday
    tuesday = "2026-11-24T10:00"
    assert day("next friday", "en", now=tuesday) == "ambiguous 2026-11-27 2026-12-04"
    assert day("este lunes", now=tuesday) == "ambiguous 2026-11-23 2026-11-30"
    assert day("este lunes", now=tuesday, least=date(2026, 11, 24)) == "2026-11-30"  # limits may decide


@pytest.mark.parametrize(
    "written",
    [
        "",
        "27",
        "no el viernes",
        "antes del viernes",
        "July 13-15",
        "julio 13 - 15",
        "within three days",
        "el viernes no",
        "la próxima semana",
        "mañana o pasado",
        "entre lunes y martes",
        "no sé",
        "12 13",
        "5",
        "hola",
        "1200",
    ],
)
def test_no_single_day(written):
    assert day(written) == "not_a_date"


def test_a_weekday_has_to_agree_with_its_date():
    assert day("viernes 27 de noviembre") == "2026-11-27"
    assert day("viernes 28 de noviembre") == "impossible_date"


def test_limits():
    month = {"least": date(2026, 11, 22), "most": date(2026, 12, 22)}
    assert day("ayer", **month) == "too_early"
    assert day("22/12", **month) == "2026-12-22"
    assert day("23/12/2026", **month) == "too_late"
    assert day("20/11", most=date(2026, 11, 22)) == "2026-11-20"  # only the last one fits, so it is meant


def test_the_masks_there_are():
    assert [order_of(mask) for mask in ("dd/mm/aa", "mm/dd/yyyy", "aaaa-mm-dd", "d.m.")] == ["dmy", "mdy", "ymd", "dm"]
    assert [order_of(mask) for mask in ("", "dd/dd", "hh:mm", "mm/aaaa")] == [None] * 4
