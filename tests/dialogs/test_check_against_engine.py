"""What the check says is surely set on entering a state is set whenever the engine stands there, whatever people do.

The law behind "data read before it is set": the walk over the edges promises no more than what happens.
"""

import random
from datetime import timedelta

import pytest

from bot_runtime.dialogs.checks.names import ABOUT as OF_THE_CONTACT
from bot_runtime.dialogs.checks.names import known_names
from bot_runtime.dialogs.checks.unset import surely_set
from bot_runtime.dialogs.engine import advance, begin
from bot_runtime.dialogs.events import OptionTapped, TextReceived, TimedOut
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Session, Value
from bot_runtime.workspace import load_workspace
from tests.dialogs.talking import NOON
from tests.repository import ROOT

LOADED = load_workspace(ROOT / "dialogs_examples", {}, missing_ok=True)
WORKSPACE = LOADED.workspace
assert WORKSPACE is not None
ALONE = {  # those that call no other and wait for no service
    name: dialog
    for name, dialog in WORKSPACE.dialogs.items()
    if not any(state.call or state.request or state.on or state.pdf for state in dialog.states.values())
}
ABOUT = About(contact_name="Ana Pérez", contact_phone="+525512345678", channel="wa", country="MX")
TEXTS = [
    "hola",
    "1",
    "2",
    "3",
    "5",
    "sí",
    "no",
    "mañana",
    "Juárez 10",
    "xyzzy",
    "menú",
    "agente",
    "200",
    "10:30",
    "atrás",
]


def given(dialog: Dialog) -> dict[str, Value]:
    return {name: need.example for name, need in dialog.needs.items() if need.example is not None}


@pytest.mark.parametrize("name", ALONE)
def test_what_is_surely_set_is_set_wherever_a_conversation_stands(name: str):
    dialog = ALONE[name]
    promised = surely_set(dialog)
    named = known_names(LOADED.trees[dialog.where.file].data) - {*dialog.needs, *OF_THE_CONTACT}
    chance = random.Random(name)
    stood: set[str] = set()
    for _ in range(60):
        session: Session | None = begin(dialog, ABOUT, NOON, "wa", given(dialog)).session
        for turn in range(25):
            if session is None or session.phase != "waiting":
                break
            stood.add(session.state)
            missing = (promised[session.state] & named) - session.answers.keys()
            assert not missing, f"{session.state}: {sorted(missing)} after {turn} turns"
            session = advance(dialog, session, event(session, dialog, chance), ABOUT).session
    questions = {state.name for state in dialog.states.values() if state.waits}
    assert len(stood & questions) >= len(questions) / 2, "the walk goes far enough to mean something"


def event(session: Session, dialog: Dialog, chance: random.Random) -> TextReceived | OptionTapped | TimedOut:
    """Silence now and then, mostly a tap on what is offered or something written."""
    at = session.updated_at + timedelta(minutes=1)
    if chance.random() < 0.1:
        return TimedOut(at=at, channel="wa", wait=session.wait)
    menu = dialog.states[session.state].menu
    if menu and chance.random() < 0.7:
        option = chance.choice(menu)
        return OptionTapped(at=at, channel="wa", message_id="m", payload=option.payload, text=option.code)
    return TextReceived(at=at, channel="wa", message_id="m", text=chance.choice(TEXTS))
