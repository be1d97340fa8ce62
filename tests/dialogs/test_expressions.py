"""Guards and texts: what they come to, and what is said of those that cannot be read."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs.expressions import Expression, ExpressionError, Text

ANSWERS = {"nota": 4, "monto": "1200.50", "visitas": "3", "nombre": "ANA MARÍA DE LA LUZ", "vip": True, "año": 2026}


@pytest.mark.parametrize(
    ("guard", "holds"),
    [
        ("nota >= 4", True),
        ("nota == 4 and vip", True),
        ("nota < 4 or not vip", False),
        ("not (nota > 4)", True),
        ("nota in [1, 4]", True),
        ("nota not in [1, 2]", True),
        ("año == 2026", True),
        ("nombre == 'ANA MARÍA DE LA LUZ'", True),
        ('nombre == "Ana María de la Luz"', False),  # equality is exact
        ('contains(nombre, "maria de la luz")', True),  # contains folds case and accents
        ('"maria" in nombre', True),
        ("len(nombre) > 10", True),
        ("lower(nombre) == 'ana maría de la luz'", True),
        ("nota + 1 == 5 and nota - 1 == 3 and nota * 2 == 8 and nota / 8 == 0.5", True),
        ("nota - 1 - 1 == 2", True),  # from left to right
        ("2 + 2 * 3 == 8", True),
        ("-nota == -4", True),
        ("vip == true", True),
        ("vip == 1", False),  # a yes is no number
    ],
)
def test_guards_read_as_they_are_written(guard, holds):
    assert Expression.parse(guard).holds(ANSWERS) is holds


@pytest.mark.parametrize(
    ("guard", "holds"),
    [
        ("visitas == 3", True),  # a list's columns are text
        ("visitas > 10", False),  # as numbers: "3" > "10" would hold as text
        ("visitas < monto", True),
        ("monto >= 1200.5", True),
        ('visitas == "3.0"', False),  # two texts are compared to the letter
        ("nombre > 3", False),  # a name is neither more nor less than a number
        ("nombre != 3", True),
        ("visitas + nota == 7", True),
    ],
)
def test_numbers_compare_as_numbers_even_where_one_is_text(guard, holds):
    assert Expression.parse(guard).holds(ANSWERS) is holds


@pytest.mark.parametrize("unset", [{}, {"x": None}, {"x": ""}])
@pytest.mark.parametrize(
    ("guard", "holds"),
    [
        ("empty(x)", True),
        ("x == empty", True),
        ('x == ""', True),
        ("x != empty", False),
        ("not empty(x)", False),
        ("x", False),
        ("x == 3", False),
        ("x != 3", False),  # what is not known is not known to differ
        ("x < 3", False),
        ("x >= 0", False),
        ("x == y", False),
        ("x in [1, 2]", False),
        ("x not in [1, 2]", False),
        ('contains(x, "a")', False),
        ('contains("abc", x)', False),
        ("len(x) == 0", True),
        ("empty(x + 1)", True),
    ],
)
def test_what_is_unset_is_empty_and_otherwise_compares_false(guard, holds, unset):
    assert Expression.parse(guard).holds(unset) is holds


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("nota / 0", None),
        ("nota / 2", 2),  # whole results are whole numbers
        ("nota / 8", 0.5),
        ("9223372036854775807 + 1", None),  # past 64 bits
        ("nombre * 3", None),
        ('"a" + "b"', "ab"),
        ('"nota: " + nota', "nota: 4"),
        ("[nota, 'x']", "4, x"),  # stored as text
        ("empty", None),
        (r'"di \"hola\""', 'di "hola"'),
    ],
)
def test_values_that_a_set_stores(source, value):
    assert Expression.parse(source).evaluate(ANSWERS) == value


def test_joining_texts_cannot_grow_without_end():
    assert Expression.parse("x + x").evaluate({"x": "a" * 15_000}) is None


@pytest.mark.parametrize(
    ("source", "code", "column", "facts"),
    [
        ("", "nothing_written", 0, {}),
        ("nota = 4", "use_instead", 5, {"found": "=", "use": "=="}),
        ("nota => 4", "use_instead", 5, {"found": "=>", "use": ">="}),
        ("nota && vip", "use_instead", 5, {"found": "&&", "use": "and"}),
        ("nota || vip", "use_instead", 5, {"found": "||", "use": "or"}),
        ("nota AND vip", "use_instead", 5, {"found": "AND", "use": "and"}),
        ("nota > 1 y vip", "use_instead", 9, {"found": "y", "use": "and"}),
        ("nota > 1 o vip", "use_instead", 9, {"found": "o", "use": "or"}),
        ("no vip", "unexpected", 3, {"found": "vip"}),  # `no` may be a name
        ("vip == True", "use_instead", 7, {"found": "True", "use": "true"}),
        ("vip == verdadero", "use_instead", 7, {"found": "verdadero", "use": "true"}),
        ("x == null", "use_instead", 5, {"found": "null", "use": "empty"}),
        ("nombre == “Ana”", "use_instead", 10, {"found": "“", "use": '"'}),
        ("contians(x, 'a')", "unknown_function", 0, {"name": "contians", "close": "contains"}),
        ("contains(x)", "wrong_arguments", 0, {"name": "contains", "expected": 2, "found": 1}),
        ("1 < nota < 5", "chained_comparison", 9, {}),
        ("contact.name", "no_attributes", 7, {"found": "."}),
        ("nombre[0]", "no_attributes", 6, {"found": "["}),
        ("(nota + 1", "unclosed", 0, {"opened": "("}),
        ("nombre == 'Ana", "unclosed", 10, {"opened": "'"}),
        ("nota >=", "unexpected_end", 7, {}),
        ("nota vip", "unexpected", 5, {"found": "vip"}),
        ("nota @ 3", "unexpected", 5, {"found": "@"}),
        ("99999999999999999999 > nota", "number_too_large", 0, {}),
        ("(" * 31 + "1" + ")" * 31, "too_deep", 30, {"max": 30}),
        ("x" * 1001, "too_long", 1000, {"max": 1000}),
    ],
)
def test_an_expression_that_cannot_be_read_says_where_and_what_was_meant(source, code, column, facts):
    with pytest.raises(ExpressionError) as raised:
        Expression.parse(source)
    assert (raised.value.code, raised.value.column) == (code, column)
    assert facts.items() <= raised.value.facts.items()


def test_the_names_used_are_known_with_their_columns():
    guard = Expression.parse("nota > 3 and contains(nombre, nota)")
    assert guard.names == {"nota", "nombre"}
    assert guard.uses == (("nota", 0), ("nombre", 22), ("nota", 30))
    assert Text.parse("Hola {{ nombre }}").uses == (("nombre", 8),)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("¿Cómo estás?", "¿Cómo estás?"),
        ("Hola {{ nombre }}", "Hola ANA MARÍA DE LA LUZ"),
        ("Hola {{nombre | title | first}}", "Hola Ana"),
        ("{{ nombre | title }}", "Ana María de la Luz"),
        ("{{ nombre | lower }}/{{ vip | upper }}", "ana maría de la luz/SÍ"),
        ("Hola {{ apodo }}!", "Hola !"),  # unset prints nothing
        ('Hola {{ apodo | default("amigo") }}', "Hola amigo"),
        ("Hola {{ apodo | default(nombre) | first }}", "Hola ANA"),
        ("{{ nota * 1.5 }} {{ nota / 8 }}", "6 0.5"),  # no `.0`
        ("{{ nota > 3 }}", "sí"),
        ("{single} braces are text", "{single} braces are text"),
        ("{{ 🎉 }} {{***}} {{1️⃣}}", "🎉 *** 1️⃣"),  # D11: around symbols alone, braces vanish
        ('{{ apodo | default("}}") }}', "}}"),
        ("{{ apodo | default('{{ nombre }}') }}", "{{ nombre }}"),
    ],
)
def test_texts_fill_their_braces(source, rendered):
    assert Text.parse(source).render(ANSWERS) == rendered


def test_yes_and_no_are_said_in_the_language():
    text = Text.parse("{{ vip }} {{ not vip }}")
    assert text.render(ANSWERS, "es") == "sí no"
    assert text.render(ANSWERS, "en") == "yes no"


def test_what_a_contact_wrote_is_never_a_template():
    assert Text.parse("Dijiste: {{ x }}").render({"x": "{{ nombre }}", **ANSWERS}) == "Dijiste: {{ nombre }}"


def test_a_rendered_text_is_bounded():
    assert len(Text.parse("{{ x }}{{ x }}").render({"x": "a" * 15_000})) == 20_000


@pytest.mark.parametrize(
    ("source", "code", "column", "facts"),
    [
        ("Hola {{ nombre", "unclosed", 5, {"opened": "{{"}),
        ("Hola nombre }}", "stray_close", 12, {"found": "}}"}),
        ("Hola {{ }}", "nothing_written", 7, {}),
        ("Hola {{1}}", "positional", 7, {"found": "1"}),
        ("Hola {{ nombre | uper }}", "unknown_filter", 17, {"name": "uper", "close": "upper"}),
        ("Hola {{ nombre | default }}", "wrong_arguments", 17, {"expected": 1, "found": 0}),
        ("Hola {{ nombre | upper(1) }}", "wrong_arguments", 17, {"expected": 0, "found": 1}),
        ("Hola {{ nombre apellido }}", "unexpected", 15, {"found": "apellido"}),
        ("Hola {{ nombre || x }}", "use_instead", 15, {"found": "||"}),
    ],
)
def test_a_text_that_cannot_be_read_says_where(source, code, column, facts):
    with pytest.raises(ExpressionError) as raised:
        Text.parse(source)
    assert (raised.value.code, raised.value.column) == (code, column)
    assert facts.items() <= raised.value.facts.items()


def parsed(kind, source):
    """What `source` compiles to, or the column of its error."""
    try:
        return kind.parse(source)
    except ExpressionError as error:
        return error.column


def test_a_text_tells_all_its_errors_and_the_names_it_uses():
    with pytest.raises(ExpressionError) as raised:
        Text.parse("{{ nombre | uper }}, {{ apodo }}: {{1}} }} {{ x {{ nota = 3 }} {{")
    errors = (raised.value, *raised.value.more)
    assert [(error.code, error.column) for error in errors] == [
        ("unknown_filter", 12),
        ("positional", 36),
        ("stray_close", 40),
        ("unclosed", 43),
        ("use_instead", 56),
        ("unclosed", 63),
    ]
    assert raised.value.uses == (("nombre", 3), ("apodo", 24))


WORDS = """nota x y 1 2.5 'a' "b" + - * / ( ) [ ] , == != < <= > >= = | . and or not in empty true
contains( empty( len( {{ }} default("""
VALUES = [None, True, 0, -1, 2**63, 0.1, float("nan"), float("inf"), "", " ", "Ana", "12", "9" * 5000]


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join),
    st.tuples(*[st.sampled_from(VALUES)] * 3),
)
def test_anything_either_is_an_error_with_a_column_or_computes(source, values):
    data = dict(zip(("nota", "x", "y"), values, strict=True))
    match parsed(Expression, source), parsed(Text, source):
        case Expression() as guard, _:
            guard.holds(data)
            guard.evaluate(data)
        case _, Text() as text:
            text.render(data)
        case column, other_column:
            assert 0 <= column <= len(source)
            assert 0 <= other_column <= len(source)


@given(st.text(max_size=200))
def test_any_characters_are_read_or_refused(source):
    assert parsed(Expression, source) is not None
    assert parsed(Text, source) is not None


@pytest.mark.parametrize(
    "hostile",
    [
        " or ".join(["x"] * 200),
        "+".join(["1"] * 500),
        "not " * 240 + "x",
        "-" * 990 + "1",
        "[" * 900,
        '"' * 999,
    ],
)
def test_hostile_sources_end_at_once(hostile):
    def read_and_run():
        try:
            Expression.parse(hostile).evaluate({"x": None})
        except ExpressionError:
            pass

    assert timeit.timeit(read_and_run, number=1) < 0.5


def test_a_long_text_of_quotes_and_braces_is_refused_in_linear_time():
    def read():
        with pytest.raises(ExpressionError):
            Text.parse("{{" + "\"'" * 100_000)
        with pytest.raises(ExpressionError):
            Text.parse("{{" * 300_000)

    assert timeit.timeit(read, number=1) < 1
