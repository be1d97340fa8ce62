"""Opening hours (F027): by weekday, in the department's zone, with holidays, on the days the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.dialog import Known, check_dialog
from bot_runtime.dialogs.expressions import Expression
from bot_runtime.dialogs.hours import BadHours, Opening, faults, hours_of, weekdays
from tests.dialogs.talking import Contact

OFFICE = {
    "hours": {"mon-fri": ["09:00-13:00", "14:00-18:00"], "sáb": "09:00-13:00"},
    "holidays": ["2026-03-16", "12-25"],
    "time_zone": "America/Mexico_City",
}
BAR = {"hours": {"fri, sat": "22:00-02:00", "dom": "20:00-24:00"}, "time_zone": "Europe/Madrid"}


def at(written: str, zone: str = "UTC", fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("when", "is_open", "opens"),
    [
        ("2026-03-13 08:59", False, "2026-03-13 09:00"),  # a Friday
        ("2026-03-13 09:00", True, None),
        ("2026-03-13 13:00", False, "2026-03-13 14:00"),  # closed at the end, not a minute later
        ("2026-03-13 17:59", True, None),
        ("2026-03-13 18:00", False, "2026-03-14 09:00"),
        ("2026-03-14 13:30", False, "2026-03-17 09:00"),  # Sunday, then a holiday on Monday
        ("2026-03-16 10:00", False, "2026-03-17 09:00"),
        ("2026-12-24 18:00", False, "2026-12-26 09:00"),  # a holiday of every year
        ("2027-12-24 18:00", False, "2027-12-27 09:00"),  # and Saturday is one
    ],
)
def test_a_department_is_open_by_the_clock_on_its_wall(when, is_open, opens):
    """F027"""
    hours = hours_of(OFFICE, "UTC")
    moment = at(when, "America/Mexico_City")
    assert hours.is_open(moment) is is_open
    found = hours.opens_at(moment)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == opens


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-03-13 21:59", False),
        ("2026-03-13 22:00", True),
        ("2026-03-14 01:59", True),  # Friday's, past midnight
        ("2026-03-14 02:00", False),
        ("2026-03-15 01:00", True),
        ("2026-03-15 23:59", True),
        ("2026-03-16 00:00", False),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(when, is_open):
    assert hours_of(BAR, "UTC").is_open(at(when, "Europe/Madrid")) is is_open


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "is_open", "opens"),
    [
        # Madrid skips 02:00 to 03:00 on 2026-03-29.
        ("Europe/Madrid", "09:00-18:00", at("2026-03-29 07:00"), True, None),  # 09:00 of the new time
        ("Europe/Madrid", "09:00-18:00", at("2026-03-29 06:59"), False, "2026-03-29 09:00"),
        ("Europe/Madrid", "02:30-04:00", at("2026-03-29 00:59"), False, "2026-03-29 03:00"),  # at the gap's end
        ("Europe/Madrid", "02:30-04:00", at("2026-03-29 01:00"), True, None),  # it is 03:00
        ("Europe/Madrid", "02:15-02:45", at("2026-03-29 00:59"), False, "2026-03-30 02:15"),  # skipped whole
        # Madrid has 02:00 to 03:00 twice on 2026-10-25.
        ("Europe/Madrid", "02:00-03:00", at("2026-10-25 00:30"), True, None),
        ("Europe/Madrid", "02:00-03:00", at("2026-10-25 01:30"), True, None),
        ("Europe/Madrid", "02:00-03:00", at("2026-10-25 02:00"), False, "2026-10-26 02:00"),
        ("Europe/Madrid", "09:00-18:00", at("2026-10-25 07:59"), False, "2026-10-25 09:00"),
        ("Europe/Madrid", "09:00-18:00", at("2026-10-25 08:00"), True, None),
        # Santiago skips midnight itself: Sunday 2026-09-06 begins at 01:00.
        ("America/Santiago", "00:00-08:00", at("2026-09-06 03:59"), False, "2026-09-06 01:00"),
        ("America/Santiago", "00:00-08:00", at("2026-09-06 04:00"), True, None),
        # Half an hour, and a zone that jumps by it.
        ("Australia/Lord_Howe", "02:00-06:00", at("2026-10-03 15:29"), False, "2026-10-04 02:30"),
        ("Asia/Kathmandu", "09:00-18:00", at("2026-03-13 03:15"), True, None),
    ],
)
def test_hours_are_right_on_the_days_the_clocks_change(zone, hours, moment, is_open, opens):
    """F027"""
    department = hours_of({"hours": {"daily": hours}, "time_zone": zone}, "UTC")
    assert department.is_open(moment) is is_open
    found = department.opens_at(moment)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == opens


def test_who_says_no_hours_is_always_open_but_on_holidays_and_who_has_none_never_opens():
    assert hours_of({}, "UTC").is_open(at("2026-03-15 03:00"))
    closed_once = hours_of({"holidays": ["2026-03-15"]}, "UTC")
    assert not closed_once.is_open(at("2026-03-15 03:00"))
    assert closed_once.opens_at(at("2026-03-15 03:00")) == datetime(2026, 3, 16)  # noqa: DTZ001  (a wall clock)
    never = hours_of({"hours": {}}, "UTC")
    assert not never.is_open(at("2026-03-15 03:00"))
    assert never.opens_at(at("2026-03-15 03:00")) is None


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("lun-vie", [0, 1, 2, 3, 4]),
        ("segunda-sexta", [0, 1, 2, 3, 4]),
        ("Sábado", [5]),
        ("fri-mon", [4, 5, 6, 0]),
        ("lun, mié, vie", [0, 2, 4]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
        ("l-v", []),
        ("", []),
        ("mon-xyz", []),
    ],
)
def test_days_are_written_in_any_of_our_languages(written, days):
    assert weekdays(written) == days


@pytest.mark.parametrize(
    ("department", "codes"),
    [
        (OFFICE, []),
        (BAR, []),
        ({"hours": {"lun-vie": "9 a 18"}}, ["bad_interval"]),
        ({"hours": {"lun-vie": "09:00-25:00"}}, ["bad_interval"]),
        ({"hours": {"l-v": "09:00-18:00"}}, ["bad_days"]),
        ({"hours": {"mon-fri": "09:00-18:00", "mié": "17:00-20:00"}}, ["overlapping_hours"]),
        ({"holidays": ["2026-02-30", "25/12", "02-29"]}, ["bad_holiday", "bad_holiday"]),
        ({"hours": ["09:00"], "holidays": {"a": 1}}, ["bad_holiday"]),
    ],
)
def test_what_cannot_be_read_is_told(department, codes):
    assert [fault.code for fault in faults(department)] == codes
    if codes and isinstance(department.get("hours", {}), dict):
        with pytest.raises(BadHours):
            hours_of(department, "UTC")


DIALOG = """
dialog: demo
language: es
states:
  inicio:
    when:
      - { if: 'open("ventas")', goto: pasa }
      - { else: cerrado }
  pasa: { say: Te paso. }
  cerrado:
    say: 'Abrimos el {{ opens_at("ventas") | date("weekday") }} a las {{ opens_at("ventas") | time }}.'
"""


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-03-13 10:00", "Te paso."),
        ("2026-03-13 20:00", "Abrimos el sábado 14 de marzo a las 9:00."),
        ("2026-03-14 20:00", "Abrimos el martes 17 de marzo a las 9:00."),
    ],
)
def test_a_dialog_asks_whether_a_department_is_open_now(when, said):
    """F027"""
    contact = Contact(DIALOG, hours={"ventas": hours_of(OFFICE, "UTC")}, country_by_channel={"wa": "MX"})
    contact.at = at(when, "America/Mexico_City")
    assert contact.says("hola").texts == [said]


def test_a_department_nobody_knows_any_more_is_not_open():
    assert not Expression.parse('open("ventas")').holds({})
    data = {"open()": Opening({}, at("2026-03-13 10:00"))}
    assert not Expression.parse('open("ventas")').holds(data)
    assert Expression.parse('opens_at("ventas")').evaluate(data) is None
    assert Expression.parse('not open("ventas")').holds(data)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (('open("ventas")\'', 'open("vetnas")\''), "7:22: unknown department 'vetnas'; did you mean 'ventas'?"),
        (
            ('opens_at("ventas") | time', 'opens_at("otra") | time'),
            "11:84: unknown department 'otra'; in bot.yaml: ventas; add it there, below `departments`",
        ),
        (('open("ventas")\'', "open(ventas)'"), "7:21: 'ventas' is not used here; write \"ventas\""),
        (('open("ventas")\'', "open()'"), "7:16: 'open' takes 1 values, not 0"),
        (('open("ventas")\'', 'opne("ventas")\''), "7:16: unknown function 'opne'; did you mean 'open'?"),
    ],
)
def test_a_wrong_department_is_told_where_it_stands(change, line):
    """F027"""
    read = tree.read("d.yaml", DIALOG.replace(*change).encode())
    known = Known(departments=["ventas"])
    errors = [one.line("en").removeprefix("d.yaml:") for one in check_dialog(read, known) if one.severity == "error"]
    assert errors == [line]


APPOINTMENT = """
dialog: cita
language: es
retry: { goto: fin }
states:
  dia:
    ask: ¿Qué día?
    answer: { type: date, within: ventas }
    save: fecha
    goto: hora
  hora:
    ask: ¿A qué hora?
    answer: { type: time, within: ventas, day: fecha }
    save: hora
    goto: fin
  fin: { say: "{{ fecha | date('weekday') }} {{ hora | time }}" }
"""


def test_a_day_and_a_time_fall_within_opening_hours():
    """F036"""
    contact = Contact(APPOINTMENT, hours={"ventas": hours_of(OFFICE, "UTC")}, country_by_channel={"wa": "MX"})
    contact.at = at("2026-03-10 10:00")
    assert contact.says("hola", "15/03/2026").texts == ["Ese día no atendemos. " + contact.texts[0].partition(". ")[2]]
    assert contact.says("16/03").texts[0].startswith("Ese día no atendemos.")  # the holiday
    contact.says("viernes")
    assert contact.says("13:30").texts == [
        "A esa hora no atendemos. Escribe la hora, por ejemplo 15:30 o 3:30 pm. "
        "Atendemos de 9:00 a 13:00 y de 14:00 a 18:00."
    ]
    assert contact.says("a las 3").texts == ["viernes 13 de marzo 15:00"]  # closed at 3 in the morning


def test_without_a_day_any_day_of_the_week_counts_and_a_night_goes_on_past_midnight():
    """F036"""
    source = APPOINTMENT.replace(", day: fecha", "").replace("type: date, within: ventas", "type: date")
    contact = Contact(source, hours={"ventas": hours_of(BAR, "UTC")}, country_by_channel={"wa": "ES"})
    contact.says("hola", "05/06/2026")
    assert contact.says("2:00 am").texts[0].startswith("A esa hora no atendemos.")
    assert contact.says("1:30 am").texts == ["viernes 5 de junio 1:30"]


def test_a_department_that_is_gone_bounds_nothing_and_one_that_never_was_is_told():
    assert Contact(APPOINTMENT).says("hola", "15/03/2026").session.answers["fecha"] == "2026-03-15"
    read = tree.read("d.yaml", APPOINTMENT.replace("within: ventas, day: fecha", "within: vetnas, day: fehca").encode())
    assert [one.line("en") for one in check_dialog(read, Known(departments=["ventas"]))] == [
        "d.yaml:13:35: unknown department 'vetnas'; did you mean 'ventas'?",
        "d.yaml:13:48: unknown name 'fehca'; did you mean 'fecha'?",
    ]
