"""Whom a new version asks again, and whom it leaves in peace (B10)."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from bot_runtime.dialogs import engine, tree
from bot_runtime.dialogs.effects import SendTemplate, SendText
from bot_runtime.dialogs.events import DialogReplaced, TextReceived
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.moving import migrate, restart, standing
from bot_runtime.dialogs.session import About, Frame, Session

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
EVENT = DialogReplaced(at=AT, channel="wa", dialog="demo", number=2)
ABOUT = About(channel="wa", contact_name="Ana")
OLD = """\
dialog: demo
retry: { goto: fin }
states:
  menu:
    ask: ¿Qué prefieres, {{ contact_name }}?
    menu: [Pagar, { label: Ver mi saldo, code: saldo }]
    goto: persona
  persona: { handoff: { department: ventas }, goto: menu }
  fin: { close: listo }
"""


def dialog(source: str) -> Dialog:
    return load_dialog(tree.read("dialogs/demo.yaml", source.encode()), "es")


def begun(old: Dialog) -> Session:
    session = engine.begin(old, ABOUT, AT, "wa", {}).session
    assert session is not None
    return session


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        (("listo", "hecho"), "moved"),  # elsewhere
        (("¿Qué prefieres, {{ contact_name }}?", "¿Qué prefieres, {{ contact_name | title }}?"), "moved"),  # for Ana
        (("code: saldo", "code: consulta"), "moved"),  # nobody sees a code
        (("Ver mi saldo", "Mi saldo"), "asked"),
        (("[Pagar, ", "[Prometer, Pagar, "), "asked"),  # "2" would mean something else
        (("¿Qué prefieres", "¿Qué deseas"), "asked"),
        (("    menu: [Pagar, { label: Ver mi saldo, code: saldo }]\n", "    answer: text\n"), "asked"),
        ((OLD[OLD.index("ask:") : OLD.index("    goto: persona")], "say: Hola\n"), "unmapped"),  # no question any more
    ],
)  # fmt: skip
def test_the_question_is_asked_again_only_where_it_reads_otherwise(changed: tuple[str, str], outcome: str):
    old, new = dialog(OLD), dialog(OLD.replace(*changed))
    session = begun(old)
    moved = migrate(old, new, session, {}, (), EVENT, ABOUT, may_speak=True)
    assert moved.outcome == outcome
    assert (moved.session or session).version == (old if outcome == "unmapped" else new).version
    assert bool(moved.effects) == (outcome == "asked")


def test_a_wait_goes_on_where_nobody_is_asked_again():
    old, new = dialog(OLD), dialog(OLD + "# v2\n")
    session = begun(old)
    moved = migrate(old, new, session, {}, (), EVENT, ABOUT, may_speak=True).session
    assert moved is not None
    assert (moved.wait, moved.updated_at, moved.attempts) == (session.wait, session.updated_at, session.attempts)


def test_who_talks_with_a_person_is_moved_in_silence_and_does_not_begin_anew():
    old, new = dialog(OLD), dialog(OLD.replace("¿Qué prefieres", "¿Qué deseas"))
    event = TextReceived(at=AT, channel="wa", message_id="1", text="1")
    quiet = engine.advance(old, begun(old), event, ABOUT).session
    assert quiet is not None
    assert quiet.phase == "quiet"

    moved = migrate(old, new, quiet, {}, (), EVENT, ABOUT, may_speak=False)
    assert (moved.outcome, moved.effects) == ("moved", ())
    assert restart(new, quiet, "Otra vez.", EVENT, ABOUT, may_speak=True) == ("person", quiet, ())


def test_who_has_not_answered_a_template_is_moved_in_silence():
    old, new = dialog(OLD), dialog(OLD.replace("  menu:", "  inicio:").replace("goto: menu", "goto: inicio"))
    session = engine.begin(old, ABOUT, AT, "wa", {}, SendTemplate("aviso", "es")).session
    assert session is not None
    moved = restart(new, session, "Otra vez.", EVENT, ABOUT, may_speak=True)
    assert (moved.outcome, moved.effects) == ("moved", ())
    assert moved.session is not None
    assert moved.session.state == "inicio"


def test_beginning_anew_says_so_first_and_keeps_what_was_given():
    old, new = dialog(OLD), dialog(OLD + "# v2\n")
    session = begun(old)
    moved = restart(new, session, "Otra vez.", EVENT, ABOUT, may_speak=True)
    assert [effect.text for effect in moved.effects if isinstance(effect, SendText)] == ["Otra vez."]
    assert moved.session is not None
    assert moved.session.wait == session.wait + 1


def test_where_a_conversation_can_stand():
    assert standing(dialog(OLD)) == {"menu": True, "persona": True, "fin": False}


WORLD = """\
dialog: demo
retry: { goto: fin }
states:
  espera: { on: [{ event: pago, goto: fin }], timeout: fin }
  fin: { close: listo }
"""


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        (WORLD + "# v2\n", "moved"),
        (WORLD.replace("on: [{ event: pago, goto: fin }], timeout: fin", "say: Hola, goto: fin"), "unmapped"),
        (WORLD.replace("on: [{ event: pago, goto: fin }], timeout: fin", "ask: ¿Ya?, answer: text"), "unmapped"),
    ],
)
def test_who_waits_for_the_world_goes_on_where_the_new_version_does_too(new: str, outcome: str):
    old = dialog(WORLD)
    moved = migrate(old, dialog(new), begun(old), {}, (), EVENT, ABOUT, may_speak=True)
    assert (moved.outcome, moved.effects) == (outcome, ())


def test_who_is_in_the_middle_of_an_answer_finishes_it_where_they_began():
    old, new = dialog(OLD), dialog(OLD + "# v2\n")
    said = TextReceived(at=AT, channel="wa", message_id="1", text="quiero")
    session = structs.replace(begun(old), burst=(said,))
    assert migrate(old, new, session, {}, (), EVENT, ABOUT, may_speak=True) == ("answering", session, ())
    assert restart(new, session, "Otra vez.", EVENT, ABOUT, may_speak=True) == ("answering", session, ())


def test_who_is_in_a_dialog_that_another_called_stays_for_the_other_to_go_on():
    old, new = dialog(OLD), dialog(OLD + "# v2\n")
    inner = structs.replace(begun(old), callers=(Frame("other", "1", "call"),))
    outer = structs.replace(begun(old), dialog="other", version="1", callers=(Frame("demo", old.version, "menu"),))
    assert migrate(old, new, inner, {}, (), EVENT, ABOUT, may_speak=True).outcome == "moved"
    assert restart(new, inner, "Otra vez.", EVENT, ABOUT, may_speak=True).outcome == "calls"
    assert migrate(old, new, outer, {}, (), EVENT, ABOUT, may_speak=True).outcome == "calls"
