"""Everything that keeps a row from being sent to is found before anything is sent (D18–D27, F081, F096–F104)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_runtime.campaigns.lists import LISTED
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.workspace import TemplateButton
from tests.campaigns.lists import METADATA, check, good, phone, template, told

PLACES = pytest.mark.parametrize("at", [0, 50, 99], ids=["first row", "middle", "last row"])


def with_fault(at: int, **cells: str) -> list[list[str]]:
    """A hundred good rows, one of them changed: `A="…"` sets that row's first cell."""
    rows = [good(number) for number in range(100)]
    for letter, cell in cells.items():
        rows[at][ord(letter) - 65] = cell
    return rows


def test_a_good_list_gives_its_recipients_as_they_will_be_sent():
    report = check(
        ["(55) 1234-5678", "Ana\n  Peña ", " $80 ", "15/03/2026"], ["0052 1 55 1234 5679", "Bo", "$1", "hoy"]
    )

    first, second = report.recipients
    assert report.stage == "ready"
    assert (first.row, first.phone, first.spelling) == (2, "tel:+525512345678", "+525512345678")
    assert first.parameters == ("Ana Peña", "$80", "15/03/2026")  # no line break reaches WhatsApp
    assert (second.phone, second.spelling) == ("tel:+525512345679", "+5215512345679")


def test_marks_nobody_sees_around_a_copied_phone_do_no_harm():
    report = check(["\u202a+52 55 1234 5678\u202c", "Ana", "$1", "hoy"], ["\u200e 5512345679\u00a0", "Bo", "$1", "hoy"])

    assert [one.spelling for one in report.recipients] == ["+525512345678", "+525512345679"]


@PLACES
@pytest.mark.parametrize(
    ("cells", "letter", "code"),
    [
        ({"A": ""}, "A", "missing"),
        ({"B": ""}, "B", "missing"),
        ({"D": "  "}, "D", "missing"),
        ({"C": "\u00a0\u2003"}, "C", "missing"),  # spaces of any kind
        ({"C": "\u200b"}, "C", "missing"),
        ({"A": "\u3000"}, "A", "missing"),
        ({"A": "casa"}, "A", "phone_characters"),
        ({"A": "5.69E+10"}, "A", "phone_characters"),
        ({"A": "5512345678 / 5587654321"}, "A", "phone_characters"),
        ({"A": "55 1234"}, "A", "phone_length"),
        ({"A": "+52 55 1234 5678 9012"}, "A", "phone_length"),
        ({"A": "+999 1234567"}, "A", "phone_country"),
        ({"B": "x" * 1_025}, "B", "too_long_body"),
    ],
)
def test_each_fault_is_found_with_its_row_and_column(at, cells, letter, code):
    report = check(*with_fault(at, **cells))

    assert told(report) == [(at + 2, letter, code)]
    assert len(report.recipients) == 99
    assert at + 2 not in {recipient.row for recipient in report.recipients}


@PLACES
@pytest.mark.parametrize(
    "again", ["+525512340020", "55 1234 0020", "0052 (55) 1234.0020", "+52 1 55 1234 0020", "5215512340020"]
)
def test_a_phone_that_comes_twice_is_found_in_whatever_spelling(at, again):
    rows = with_fault(at, A=again)
    rows[20] = good(20)
    report = check(*rows)

    first, second = sorted([22, at + 2])
    assert told(report) == [(second, "A", "phone_repeated")]
    assert report.stage == "refused"
    assert f"fila {first}" in report.faults[0].message("es")


def test_repeated_phones_are_kept_in_order_when_allowed():
    report = check(good(1), good(2), good(1), allow_repeats=True)

    assert report.stage == "ready"
    assert [(one.row, one.phone[-4:]) for one in report.recipients] == [(2, "0001"), (3, "0002"), (4, "0001")]


def test_a_short_row_lacks_what_is_not_there():
    assert told(check([phone(1), "Ana"])) == [(2, "C", "missing"), (2, "D", "missing")]


def test_an_empty_cell_of_a_parameter_with_a_default_is_filled_with_it():
    report = check([phone(1), " ", "$1", "hoy"], [phone(2), "Bo", "", "hoy"], defaults={"nombre": "cliente"})

    assert told(report) == [(3, "C", "missing")]  # that one has none
    assert report.recipients[0].parameters == ("cliente", "$1", "hoy")


def test_faults_come_top_row_first_then_left_to_right():
    report = check(
        ["Ana", "casa", "", "hoy"], good(1), ["", "12", "$1", "hoy"], header=["nombre", "Teléfono", "monto", "vencio"],
        allow_repeats=True,
    )  # fmt: skip

    assert told(report)[:2] == [(2, "B", "phone_characters"), (2, "C", "missing")]
    assert told(report)[-2:] == [(4, "A", "missing"), (4, "B", "phone_length")]


def test_all_faults_are_counted_and_a_thousand_listed():
    report = check(*[["x", "", "", ""] for _ in range(400)])

    assert len(report.faults) == 1_600
    assert len(report.listed) == LISTED == 1_000
    assert (report.rows, report.wrong, report.recipients) == (400, 400, ())


def test_without_a_default_country_each_number_brings_its_code():
    report = check(["5512345678", "Ana", "$1", "hoy"], ["+56 9 1234 5678", "Bo", "$1", "hoy"], country="")

    assert told(report) == [(2, "A", "phone_country")]


@pytest.mark.parametrize(
    "header", [["5512345678", "Ana", "$1", "hoy"], ["Ana", "+52 55 1234 5678", "a", "b"], ["", " "], []]
)
def test_a_first_row_that_is_no_header_is_refused(header):
    with pytest.raises(ListRefused) as refused:
        check(good(1), header=header)
    assert refused.value.faults[0].code == "header_missing"


def test_a_list_without_rows_is_empty():
    for header in (["Teléfono", "nombre", "monto", "vencio"], []):
        with pytest.raises(ListRefused) as refused:
            check(header=header)
        assert refused.value.faults[0].code == "empty"


# Lengths, against the template


def test_the_whole_text_is_measured_not_each_value():
    text = template(body="Hola {{1}}, {{2}} {{1}} {{3}}")
    fits, over = "x" * ((1024 - len("Hola ,   ") - 2) // 2), "x" * 512

    assert check([phone(1), fits, "1", "2"], template=text).stage == "ready"
    fault = check([phone(1), over, "1", "2"], template=text).faults[0]
    assert (fault.code, fault.letter, fault.facts["length"]) == ("too_long_body", "B", 1024 + 11)


def test_header_and_link_have_limits_of_their_own():
    text = template(
        header={"text": "Aviso {{1}}"}, body="Hola {{1}}",
        buttons=(TemplateButton("url", "Pagar", url="https://example.com/p/{{1}}"),),
        parameters=("aviso", "nombre", "liga"),
    )  # fmt: skip
    header = ["Teléfono", "aviso", "nombre", "liga"]
    report = check(
        [phone(1), "x" * 55, "Ana", "1"], [phone(2), "x", "Ana", "l" * 1_980], header=header, template=text
    )  # fmt: skip

    assert told(report) == [(2, "B", "too_long_header"), (3, "D", "too_long_url")]


def test_an_sms_of_more_than_ten_parts_is_found():
    report = check([phone(1), "a" * 1_400, "1", "2"], [phone(2), "a" * 1_700, "1", "2"], channel_kind="sms")

    assert told(report) == [(3, "B", "too_many_parts")]


@pytest.mark.parametrize("status", ["pending", "rejected", "paused", "disabled"])
def test_a_template_that_is_not_approved_cannot_be_used(status):
    report = check(good(1), template=template(status=status))

    assert [(fault.row, fault.code, fault.stage) for fault in report.faults] == [(None, "template_status", "invalid")]
    assert report.stage == "invalid"


# Metadata


HEADER = ["Teléfono", "nombre", "monto", "vencio", "sucursal", "Notas", "¿es vip?"]


def test_linked_columns_become_the_tickets_metadata():
    report = check(
        [*good(1), "Centro", "dos\nlíneas", "1"], [*good(2), "", "", "0"], header=HEADER, metadata=METADATA
    )  # fmt: skip

    assert [one.metadata for one in report.recipients] == [
        {"sucursal": "Centro", "notas": "dos\nlíneas", "vip": True},
        {"vip": False},  # an empty text stores nothing
    ]


@PLACES
@pytest.mark.parametrize(
    ("letter", "cell", "code"),
    [
        ("E", "dos\nlíneas", "line_break"),
        ("E", "x" * 256, "text_too_long"),
        ("F", "x" * 5_001, "text_too_long"),
        *(("G", cell, "not_yes_no") for cell in ["", "TRUE", "sí", "x", "2", "1.0"]),
    ],
)
def test_a_cell_that_does_not_fit_its_metadata_is_a_conflict(at, letter, cell, code):
    rows = [[*row, "Centro", "", "1"] for row in with_fault(0)]
    rows[at][ord(letter) - 65] = cell
    report = check(*rows, header=HEADER, metadata=METADATA)

    assert told(report) == [(at + 2, letter, code)]
    assert report.stage == "conflict"
    assert report.first_conflict is report.faults[0]


def test_columns_nobody_uses_are_ignored():
    report = check([*good(1), "1", "=x"], header=["Teléfono", "nombre", "monto", "vencio", "otra", "más"])

    assert report.stage == "ready"
    assert report.recipients[0].variables == ("1", "=x")


# What is said


def test_a_fault_says_place_reason_and_remedy_in_both_languages():
    (fault,) = check(["casa", "Ana", "$1", "hoy"]).faults

    assert fault.line("es") == (
        "fila 2, columna A (Teléfono): 'casa' no es un teléfono; "
        "un solo número por celda, con dígitos: +52 55 1234 5678"
    )
    assert fault.line("en") == (
        "row 2, column A (Teléfono): 'casa' is no phone number; one number a cell, in digits: +52 55 1234 5678"
    )


def test_what_a_cell_holds_is_quoted_in_short_and_on_one_line():
    (fault,) = check(["\x1b[31mno\n" + "x" * 500, "Ana", "$1", "hoy"]).faults

    assert "\x1b" not in fault.value
    assert "\n" not in fault.value
    assert len(fault.value) == 60


def test_braces_in_a_cell_are_only_text():
    (fault,) = check(["{name} {0}", "Ana", "$1", "hoy"]).faults

    assert "'{name} {0}'" in fault.message("es")


# Laws


FAULTS = {
    "missing phone": ("A", "", "missing"),
    "missing name": ("B", " ", "missing"),
    "missing date": ("D", "", "missing"),
    "letters": ("A", "no tiene", "phone_characters"),
    "two numbers": ("A", "5512345678, 5512345679", "phone_characters"),
    "too short": ("A", "55123", "phone_length"),
    "too long": ("C", "9" * 1_100, "too_long_body"),
}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.sampled_from(sorted(FAULTS))), min_size=1, max_size=40), st.data())
def test_counts_and_reasons_equal_the_faults_planted(seeds, data):
    """B21, B22: figures add up and no row with an empty parameter becomes a recipient."""
    rows, expected = [], []
    for number, seed in enumerate(seeds):
        row = good(number)
        if seed is not None:
            letter, cell, code = FAULTS[seed]
            row[ord(letter) - 65] = cell
            expected.append((number + 2, letter, code))
        rows.append(row)
    clean = [number for number, seed in enumerate(seeds) if seed is None]
    if clean and data.draw(st.booleans()):
        rows.append(good(data.draw(st.sampled_from(clean))))
        expected.append((len(rows) + 1, "A", "phone_repeated"))

    report = check(*rows)

    assert told(report) == expected
    assert report.rows == len(rows) == len(report.recipients) + report.wrong
    assert report.wrong == len({row for row, _, _ in expected})
    assert all(all(value.strip() for value in one.parameters) for one in report.recipients)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(st.text(max_size=30), max_size=8), max_size=8), st.lists(st.text(max_size=12), max_size=8))
def test_any_sheet_gives_a_report_that_adds_up_or_is_refused(rows, header):
    try:
        report = check(*rows, header=header, metadata=METADATA)
    except ListRefused as refused:
        whole = [line for fault in refused.faults for line in (fault.line("es"), fault.line("en"))]
        report = None
    if report is None:
        assert whole
        assert all(whole)
        return
    assert report.rows == len(report.recipients) + report.wrong == len(rows)
    assert {fault.row for fault in report.faults if fault.row} == set(range(2, 2 + len(rows))) - {
        one.row for one in report.recipients
    }
    assert all(fault.line("es") and fault.line("en") for fault in report.faults)
