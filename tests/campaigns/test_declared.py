"""What a campaign declares, against its bot and its list (F022, F283): advice, never a refusal."""

from dataclasses import replace
from typing import Any

import pytest

from bot_runtime.campaigns.declared import advised, check_declared, title
from bot_runtime.campaigns.record import Campaign, Content, Placed
from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.advice import About, advise
from bot_runtime.dialogs.advice.proposals import proposal
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.schemas.advice import EXPECTED_TYPES, GOALS
from bot_runtime.dialogs.schemas.shape import shape_problems

SOURCE = """
dialog: visita
retry: { goto: fin }
needs: { nombre: text }
states:
  uno: { ask: ¿Cómo te fue?, answer: text, save: nota, goto: dos }
  dos: { ask: ¿Vienes?, answer: yes_no, save: viene, goto: tres }
  tres: { set: { grupo: "'A'" }, goto: fin }
  fin: { close: listo }
"""
DIALOG = load_dialog(tree.read("dialogs/visita.yaml", SOURCE.encode()))
COLUMNS = [
    Placed("A", "Teléfono", "phone"),
    Placed("B", "Nombre", "parameter", "nombre"),
    Placed("C", "Monto", "variable"),
]


def campaign(**declared: Any) -> Campaign:
    content = Content(name="aviso", language="es", body="Hola {{1}}", parameters=("nombre",))
    facts: dict[str, Any] = {"id": "c", "name": "c", "state": "loaded", "channel": "w", "template": "aviso"}
    return Campaign(
        **facts, language="es", expects_answer=True, content=content, created_at=1, created_by="x", **declared
    )


def told(one: Campaign, dialog: Any = DIALOG) -> list[tuple[str, str]]:
    return [(said.code, said.name) for said in advised(one, dialog, COLUMNS)]


def test_declaring_nothing_is_allowed():
    assert told(campaign()) == []
    assert told(campaign(goal="promotion")) == []


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("correo", "email", "not_asked"),
        ("nota", "rating", "free_text"),
        ("viene", "date", "unfit_type"),
        ("viene", "receipt", None),  # a yes or no tells it as well
        ("nota", "text", None),
        ("grupo", "choice", None),  # the dialog works it out
    ],
)
def test_an_expected_datum_has_a_question_of_a_fitting_type(name, kind, code):
    assert told(campaign(expects={name: kind})) == ([(code, name)] if code else [])


def test_a_campaign_without_a_bot_finds_nothing_out():
    assert told(campaign(expects={"nota": "text"}), None) == [("not_asked", "nota")]


def test_what_the_dialog_declares_holds_where_the_campaign_says_nothing():
    dialog = replace(DIALOG, expects={"correo": "email"})
    assert told(campaign(), dialog) == [("not_asked", "correo")]
    assert told(campaign(expects={"viene": "yes_no"}), dialog) == []


def test_needed_data_are_columns_of_the_list_whatever_their_case_and_accents():
    needs = campaign(custom_data=("NOMBRE", "monto", "sucursal", "contact_name"))
    assert told(needs) == [("missing_data", "sucursal")]


def test_used_data_are_declared_once_any_are():
    assert told(campaign(custom_data=("Monto",))) == [("undeclared_data", "nombre")]


def test_what_is_missing_comes_with_the_question_to_ask():
    (said,) = advised(campaign(expects={"correo": "email"}), DIALOG, COLUMNS, "es")
    assert said.rule == "W18"
    assert said.message.startswith("se espera 'correo' (email)")
    assert said.proposal == "correo:\n  ask: ¿Cuál es tu correo?\n  answer: email\n  save: correo"
    (said,) = advised(campaign(expects={"correo": "email"}), DIALOG, COLUMNS, "en")
    assert said.message.startswith("'correo' (email) is expected")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", EXPECTED_TYPES)
def test_each_proposed_question_can_be_pasted_and_is_well_written(kind, language):
    """F283: a fitting type for each datum, that the check and the adviser are content with."""
    lines = "\n".join(f"  {line}" for line in proposal("dato", kind, language).yaml.splitlines())
    head = f"dialog: x\nlanguage: {language}\nretry: {{ goto: fin }}\nexpects: {{ dato: {kind} }}\nstates:\n"
    read = tree.read("dialogs/x.yaml", f"{head}{lines}\n    goto: fin\n  fin: {{ close: x }}\n".encode())
    assert [problem.line() for problem in [*read.problems, *shape_problems(read, "dialog"), *check_dialog(read)]] == []
    assert [problem.line() for problem in advise(read, load_dialog(read), About(opens=False))] == []


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ({"goal": "fun"}, "goal"),
        ({"expects": {"nota": "stars"}}, "expects"),
        ({"expects": {"": "rating"}}, "expects"),
        ({"custom_data": ["x" * 101]}, "custom_data"),
        ({"custom_data": [f"d{n}" for n in range(101)]}, "custom_data"),
    ],
)
def test_what_cannot_be_declared_is_refused_with_its_field(declared, field):
    with pytest.raises(Refused) as refused:
        check_declared(**{"goal": "", "expects": {}, "custom_data": []} | declared)
    assert refused.value.field == field
    assert refused.value.message("es")


def test_goals_and_types_have_titles_in_both_languages():
    for word in (*GOALS, *EXPECTED_TYPES):
        assert title(word, "en") != title(word, "es")
