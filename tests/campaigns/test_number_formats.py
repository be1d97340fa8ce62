"""What a spreadsheet shows of a number or a date (D24)."""

from datetime import date, datetime, time, timedelta

import pytest

from bot_runtime.campaigns.number_formats import plain, shown_by


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0", 1250.5, "1251"),
        ("0.00", 1250.5, "1250.50"),
        ("0.00", 1.005, "1.01"),  # rounded as written, not as stored in binary
        ("0.00", -0.001, "0.00"),  # no minus before a zero
        ("#,##0", 1234567.0, "1,234,567"),
        ("#,##0.00", 0.5, "0.50"),
        ("#,###", 0.0, ""),
        ("#.##", 0.5, ".5"),
        ("0.0#", 2.5, "2.5"),
        ("0.0#", 2.0, "2.0"),
        ("$#,##0.00", -12.5, "-$12.50"),
        ("$#,##0.00;[Red]-$#,##0.00", -12.5, "-$12.50"),
        ("#,##0.00;(#,##0.00)", -12.5, "(12.50)"),
        ('0;-0;"nada"', 0.0, "nada"),
        ('"MXN "#,##0.00', 99.9, "MXN 99.90"),
        ("[$$-80A]#,##0.00", 1250.0, "$1,250.00"),
        ("#,##0.00\\ [$€-C0A]", 1250.0, "1,250.00 €"),
        ('_-"$"* #,##0.00_-;-"$"* #,##0.00_-;_-"$"* "-"??_-;_-@_-', 1250.0, "$1,250.00"),  # accounting
        ('_-"$"* #,##0.00_-;-"$"* #,##0.00_-;_-"$"* "-"??_-;_-@_-', 0.0, "$-"),
        ("0%", 0.5, "50%"),
        ("0.0%", 0.1234, "12.3%"),
        ("0,", 12_500.0, "13"),  # in thousands
        ("00000", 6010.0, "06010"),
        ("000-00-0000", 123456789.0, "123-45-6789"),
        ("(##) ####-####", 5512345678.0, "(55) 1234-5678"),
        ("0.00E+00", 56900000000.0, "56900000000"),  # never an exponent
        ("# ?/?", 0.5, "0.5"),  # fractions: the plain number
        ("[>100]0.0;0", 150.0, "150"),  # conditions too
        ("#,##0.00", 1e30, "1000000000000000019884624838656"),  # and numbers beyond all measure
        ("0.00", float("inf"), "inf"),
    ],
)
def test_numbers(code, value, shown):
    shows = shown_by(164, code, "es")

    assert shows is not None
    assert shows(value) == shown


MOMENT = datetime(2026, 3, 5, 16, 7, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("dd/mm/yyyy", MOMENT, "05/03/2026"),
        ("d/m/yy", date(2026, 3, 5), "5/3/26"),
        ("yyyy-mm-dd hh:mm:ss", MOMENT, "2026-03-05 16:07:09"),
        ("h:mm AM/PM", MOMENT, "4:07 PM"),
        ("h:mm AM/PM", time(0, 30), "12:30 AM"),
        ("mm:ss", MOMENT, "07:09"),
        ("[h]:mm", timedelta(hours=30, minutes=5), "30:05"),
        ('dddd d "de" mmmm "de" yyyy', MOMENT, "jueves 5 de marzo de 2026"),
        ("[$-80A]d-mmm-yyyy", MOMENT, "5-mar-2026"),
        ("mmmmm", MOMENT, "m"),
    ],
)
def test_dates(code, value, shown):
    shows = shown_by(164, code, "es")

    assert shows is not None
    assert shows(value) == shown


def test_formats_a_file_only_numbers_have_a_code_too():
    assert [shown_by(number, "", "es")(MOMENT) for number in (14, 22)] == ["05/03/2026", "05/03/2026 16:07"]
    assert [shown_by(number, "", "en")(MOMENT) for number in (14, 18)] == ["3/5/2026", "4:07 PM"]
    assert shown_by(44, "", "es")(1250.0) == "$1,250.00"


def test_general_and_text_show_the_value_itself():
    assert [shown_by(0, "", "es"), shown_by(49, "", "es"), shown_by(170, "General", "es")] == [None, None, None]


def test_a_text_in_a_formatted_cell_is_itself():
    assert shown_by(4, "", "es")("n/d") == "n/d"
    assert shown_by(4, "", "es")(True) == "TRUE"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1e21, "1" + "0" * 21),
        (1.5e-7, "0.00000015"),
        (1 / 3, "0.333333333333333"),
    ],
)
def test_a_plain_number_is_never_in_exponent_form(number, shown):
    assert plain(number) == shown
