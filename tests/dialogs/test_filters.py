"""Filters of texts: what `money`, `number`, `date`, `time` and `list` make of a value, and how misuse is told."""

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.expressions import ExpressionError, Text
from bot_runtime.dialogs.filters import COUNTRY, FILTERS


def printed(source, language="es", country="", **data):
    return Text.parse(source).render({**data, COUNTRY: country}, language)


@pytest.mark.parametrize(
    ("value", "language", "country", "shown"),
    [
        ("1200.5", "es", "MX", "$1,200.50"),
        ("1200.5", "en", "MX", "$1,200.50"),
        ("1200.5", "es", "AR", "$1.200,50"),
        ("1200.5", "es", "ES", "1.200,50 €"),
        ("1200.5", "en", "ES", "€1,200.50"),
        ("1200.5", "pt", "BR", "R$ 1.200,50"),
        ("1200.5", "es", "PE", "S/ 1,200.50"),
        ("1200000", "es", "CL", "$1.200.000"),  # no cents there
        ("1200000.25", "es", "CO", "$1.200.000,25"),  # but none is lost
        ("0.1", "es", "MX", "$0.10"),
        ("0", "es", "MX", "$0.00"),
        ("-50", "es", "MX", "-$50.00"),
        ("1200.505", "es", "MX", "$1,200.505"),  # exact: nothing is rounded away
        ("99999999999999999999.99", "es", "MX", "$99,999,999,999,999,999,999.99"),
        (1200, "es", "MX", "$1,200.00"),
        (0.1 + 0.2, "es", "MX", "$0.30"),
        ("1200.5", "es", "", "1,200.50"),  # nobody knows the currency
        ("por confirmar", "es", "MX", "por confirmar"),
        ("", "es", "MX", ""),
        (None, "es", "MX", ""),
        (True, "es", "MX", "sí"),
        (["1", "2"], "es", "MX", "1, 2"),
        ("9" * 65_536, "es", "MX", ("9" * 65_536)[:20_000]),
        ("١٢٣", "es", "MX", "١٢٣"),
    ],
)
def test_money_is_written_by_language_and_country(value, language, country, shown):
    """F004"""
    assert printed("{{ monto | money }}", language, country, monto=value) == shown


@pytest.mark.parametrize(
    ("source", "country", "shown"),
    [
        ("{{ monto | money }}", "MX", "US$1,200.50"),  # the currency the answer named
        ("{{ monto | money }}", "US", "$1,200.50"),
        ('{{ monto | money("EUR") }}', "MX", "1,200.50 €"),
        ('{{ monto | money("MXN") }}', "US", "MXN 1,200.50"),
        ('{{ monto | money("MXN") }}', "", "MXN 1,200.50"),
        ("{{ monto + 0 | money }}", "MX", "$1,200.50"),  # an expression has no currency beside it
    ],
)
def test_money_keeps_its_currency(source, country, shown):
    assert printed(source, "es", country, monto="1200.50", monto_currency="USD") == shown


@pytest.mark.parametrize(
    ("filter", "language", "country", "shown"),
    [
        ("date", "es", "MX", "15/03/2026"),
        ("date", "en", "US", "03/15/2026"),
        ("date", "en", "", "2026-03-15"),  # nobody can tell which comes first
        ('date("dd-mm-yy")', "es", "MX", "15-03-26"),
        ('date("long")', "es", "MX", "15 de marzo de 2026"),
        ('date("long")', "en", "US", "March 15, 2026"),
        ('date("long")', "pt", "BR", "15 de março de 2026"),
        ('date("weekday")', "es", "MX", "domingo 15 de marzo"),
        ('date("weekday")', "en", "US", "Sunday, March 15"),
        ('date("weekday")', "pt", "BR", "domingo 15 de março"),
    ],
)
def test_dates_are_written_by_language_country_or_mask(filter, language, country, shown):
    assert printed(f"{{{{ d | {filter} }}}}", language, country, d="2026-03-15") == shown
    assert printed(f"{{{{ d | {filter} }}}}", language, country, d="2026-03-15 09:30") == shown
    assert printed(f"{{{{ d | {filter} }}}}", language, country, d="mañana") == "mañana"
    assert printed(f"{{{{ d | {filter} }}}}", language, country, d="2026-02-30") == "2026-02-30"


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        ("15:30", "es", "15:30"),
        ("09:05", "es", "9:05"),
        ("15:30", "en", "3:30 pm"),
        ("00:05", "en", "12:05 am"),
        ("12:00", "en", "12:00 pm"),
        ("2026-03-15 09:00", "pt", "9:00"),
        ("25:00", "es", "25:00"),
    ],
)
def test_times_are_written_by_language(value, language, shown):
    assert printed("{{ t | time }}", language, t=value) == shown


@pytest.mark.parametrize(
    ("items", "filter", "language", "shown"),
    [
        (["corte", "tinte", "uñas"], "list", "es", "corte, tinte y uñas"),
        (["Ana", "Inés"], "list", "es", "Ana e Inés"),
        (["agua", "hielo"], "list", "es", "agua y hielo"),
        (["siete", "ocho"], 'list("or")', "es", "siete u ocho"),
        (["a", "b", "c"], "list", "en", "a, b and c"),
        (["a", "b", "c"], 'list("or")', "pt", "a, b ou c"),
        (["a"], "list", "es", "a"),
        ([], "list", "es", ""),
        ("suelto", "list", "es", "suelto"),
    ],
)
def test_lists_read_as_people_write_them(items, filter, language, shown):
    assert printed(f"{{{{ x | {filter} }}}}", language, x=items) == shown


def test_what_is_no_name_can_be_filtered_too():
    assert [printed(f"{{{{ {what} | money }}}}", "es", "MX") for what in ("empty", "true", "2 * 3")] == [
        "",
        "sí",
        "$6.00",
    ]


def test_numbers_are_grouped_and_defaults_stand_anywhere():
    assert printed("{{ n | number }}", "es", "CO", n=1234567) == "1.234.567"
    assert printed("{{ n | number }}", "en", "CO", n="1234567.5") == "1,234,567.5"
    assert printed('{{ n | default("nada") | money }}', "es", "MX") == "nada"
    assert printed('{{ n | money | default("nada") }}', "es", "MX") == "nada"


HOSTILE = [
    "{{ nombre }} {{ 1 + 1 }}",
    "{% for x in y %}{{ x }}{% endfor %}",
    "x" * 65_536,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 4_000,
    "\u202eolleh\u202c \u200f\u2067abc\u2069",
    "${jndi:ldap://x}\x00\x1b[31m",
    "'; DROP TABLE contacts; --",
    "{{" * 20_000,
    "9" * 400 + ".5",
    "2026-03-15" * 5_000,
    "\ud800",
]


@pytest.mark.parametrize("filter", ["", "default('x')", *(name for name in FILTERS)])
@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_what_a_contact_wrote_stays_literal_and_bounded_in_every_filter(filter, language):
    """F004: a contact's text is data, whatever it looks like."""
    source = f"{{{{ x | {filter} }}}}" if filter else "{{ x }}"
    text = Text.parse(source)
    change = {"upper": str.upper, "lower": str.lower}.get(filter)
    for hostile in HOSTILE:
        shown = text.render({"x": hostile, COUNTRY: "MX"}, language)
        assert len(shown) <= 20_000
        if change:
            assert shown == change(hostile)[:20_000]
        elif filter == "first":
            assert shown == (hostile.split()[0])[:20_000]
        elif filter != "title":
            assert shown == hostile[:20_000]


DIALOG = """
dialog: demo
retry: {{ goto: fin }}
needs: {{ nombre: text, monto: amount, vence: date, hora: time, visitas: number }}
states:
  servicios:
    ask: "¿Qué servicios?"
    answer: {{ type: multiple, choices: [corte, tinte] }}
    save: servicios
    goto: fin
  fin:
    set: {{ otro: monto }}
    say: "{text}"
"""


def told(text, language="en"):
    read = tree.read("d.yaml", DIALOG.format(text=text).encode())
    return [problem.line(language) for problem in check_dialog(read)]


@pytest.mark.parametrize(
    "text",
    [
        "{{ monto | money }} {{ visitas | money }} {{ vence | date }} {{ hora | time }} {{ servicios | list }}",
        "{{ otro | money }} {{ otro | date }}",  # what `set` makes may be anything
        "{{ monto | default('0') | money | upper }} {{ nombre | title | first }}",
        "{{ today() | date('long') }} {{ vence + days(1) | date('weekday') }}",
    ],
)
def test_filters_of_their_kind_have_nothing_to_mend(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "{{ nombre | money }}",
            "d.yaml:13:23: `money` takes an amount or a number, and 'nombre' is text; "
            "declare what it is in `needs`, or ask for it with that `answer`",
        ),
        ("{{ monto | date }}", "d.yaml:13:22: `date` takes a date, and 'monto' is an amount; declare"),
        ("{{ nombre | list }}", "d.yaml:13:23: `list` takes several choices, and 'nombre' is text; declare"),
        ("{{ monto | monye }}", "d.yaml:13:22: unknown filter 'monye'; did you mean 'money'?"),
        ("{{ vence | date('ddmm') }}", None),
        (
            "{{ vence | date('largo') }}",
            "d.yaml:13:27: 'date' does not take 'largo'; write it as `date(\"dd/mm/yyyy\")`",
        ),
        ("{{ vence | date(nombre) }}", "d.yaml:13:27: 'date' does not take nombre; write it as"),
        ("{{ monto | money('pesos') }}", "d.yaml:13:28: 'money' does not take 'pesos'; write it as `money(\"MXN\")`"),
        ("{{ monto | upper('x') }}", "d.yaml:13:22: 'upper' takes 0 values, not 1"),
        (
            "{{ monto | money | money }}",
            "d.yaml:13:30: 'money' comes after 'money', which made a text of the value; put",
        ),
    ],
)
def test_misuse_of_a_filter_is_told_where_it_stands(text, line):
    lines = told(text)
    if line is None:
        assert lines == []  # day and month without a year are a mask
    else:
        assert len(lines) == 1
        assert lines[0].startswith(line)


def test_a_filter_needs_its_argument_whole():
    with pytest.raises(ExpressionError):
        Text.parse("{{ x | date('long' }}")


@pytest.mark.parametrize(
    ("written", "usual"), [("date(long)", "long"), ("money(MXN)", "MXN"), ("date('pesos')", "dd/mm/yyyy")]
)
def test_an_argument_that_lacks_only_its_quotes_is_told_with_them(written: str, usual: str):
    with pytest.raises(ExpressionError) as refused:
        Text.parse(f"{{{{ due | {written} }}}}")
    assert (refused.value.code, refused.value.facts["usual"]) == ("bad_argument", usual)
