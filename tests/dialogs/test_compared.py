"""What an answer is compared with is one of those it can be: its options' codes, true and false."""

import pytest

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.checks.dialog import check_dialog

DIALOG = """\
dialog: x
retry: { goto: fin }
states:
  uno: { ask: ¿Qué pasó?, menu: [Tardaron mucho, { label: Otra, code: otra_cosa }], save: motivo, goto: dos }
  dos: { ask: ¿Vuelves?, answer: yes_no, save: vuelve, goto: tres }
  tres: { ask: ¿Llegó?, answer: receipt, save: llego, goto: cuatro }
  cuatro: { ask: ¿Tu ciudad?, answer: text, save: ciudad, goto: cinco }
  cinco:
    when:
      - { if: %s, goto: fin }
      - { else: fin }
  fin: { close: listo }
"""


def told(condition: str) -> list[tuple[str, object]]:
    found = check_dialog(tree.read("dialogs/x.yaml", (DIALOG % condition).encode()))
    assert all(problem.line(language) for problem in found for language in ("es", "en"))
    return [(problem.code, problem.facts["near"]) for problem in found]


@pytest.mark.parametrize(
    ("condition", "near"),
    [
        ('motivo == "Tardaron mucho"', 'motivo == "tardaron_mucho"'),
        ('motivo != "Otra"', 'motivo != "otra_cosa"'),
        ('vuelve and "tardaron_muho" == motivo', 'motivo == "tardaron_mucho"'),
        ('motivo == "xyz"', None),
        ('vuelve == "sí"', "vuelve == true"),
        ("vuelve == 'No'", "vuelve == false"),
        ('vuelve == "true"', "vuelve == true"),
        ('llego == "notyet"', 'llego == "not_yet"'),
    ],
)
def test_what_it_never_is_is_told_with_what_was_meant(condition, near):
    assert told(condition) == [("never_equal", near)]


@pytest.mark.parametrize(
    "condition",
    [
        'motivo == "tardaron_mucho" or motivo == "otra_cosa"',
        "vuelve == true",
        "not vuelve",
        'llego == "not_yet"',
        'ciudad == "Lima"',
        'contains(motivo, "x")',
        'motivo == ""',
    ],
)
def test_what_it_can_be_is_right(condition):
    assert told(condition) == []


@pytest.mark.parametrize(
    "also", ["set: { motivo: ciudad }", "request: { url: https://a.mx/x, save: { motivo: a }, failure: fin }"]
)
def test_of_what_comes_from_elsewhere_too_nobody_can_tell(also):
    source = (DIALOG % 'motivo == "Lluvia"').replace("cinco:\n", f"seis: {{ {also}, goto: cinco }}\n  cinco:\n")
    source = source.replace("goto: cinco }\n  seis", "goto: seis }\n  seis")
    assert [one.code for one in check_dialog(tree.read("dialogs/x.yaml", source.encode()))] == []
