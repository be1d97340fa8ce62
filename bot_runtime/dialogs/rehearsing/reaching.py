"""How a contact gets to a question: the shortest conversation that ends there, as a transcript's turns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.rehearsing.expectations import happened, worth_checking
from bot_runtime.dialogs.rehearsing.rehearsal import NothingToTap, Rehearsal, Scene, act
from bot_runtime.dialogs.session import Session

Turn = dict[str, Any]
_STEPS = 2_000  # tried before giving up; each is a turn

# What somebody writes to a question of each kind; several where a check may refuse the first.
_SAID: Mapping[str, Sequence[str]] = {
    "text": ("todo bien",),
    "number": ("1", "2", "5", "10", "100", "18"),
    "rating": ("5", "1", "3", "10", "0"),
    "yes_no": ("sí", "no", "yes"),
    "receipt": ("sí", "no", "yes"),
    "intent": ("sí", "no", "yes"),
    "amount": ("100", "10", "1000"),
    "date": ("mañana", "tomorrow", "hoy", "01/02/2026", "15/03/1990"),
    "time": ("10:00", "16:30"),
    "email": ("ana@example.com",),
    "phone": ("+525512345678",),
    "name": ("Ana Pérez", "Ana"),
}


def way_to(rehearsal: Rehearsal, state: str) -> list[Turn] | None:
    """The turns after which `rehearsal`, from where it stands, waits at the question `state`; None if none was found.

    Only usual answers are tried: taps, and for each kind of question a few texts.
    """
    dialog, began = rehearsal.dialog, rehearsal.scene
    queue: list[tuple[Scene, list[Turn]]] = [(began, [])]
    seen: set[tuple[Any, ...]] = set()
    tried = 0
    for scene, turns in queue:
        for does, value in _openings(dialog) if scene.session is None else _answers(dialog, scene):
            tried += 1
            if tried > _STEPS:
                return None
            rehearsal.scene = scene
            try:
                effects = rehearsal.say(value) if does == "contact" else act(rehearsal, does, value)
            except NothingToTap:
                continue
            session = rehearsal.scene.session
            if session is None or session.phase != "waiting":
                continue
            came = worth_checking(happened(rehearsal, effects), scene.session)
            path = [*turns, {does: value, **came}]
            if session.state == state and session.dialog == dialog.name and not session.asked_by_template:
                return path
            stands = _stands(session)
            if stands not in seen:
                seen.add(stands)
                queue.append((rehearsal.scene, path))
    return None


def _stands(session: Session) -> tuple[Any, ...]:
    return (
        session.dialog,
        session.state,
        session.more,
        session.asked_by_template,
        str(sorted(session.answers.items())),
    )


def _openings(dialog: Dialog) -> Iterator[tuple[str, str]]:
    yield "contact", dialog.starts.keywords[0] if dialog.starts.keywords else "hola"
    if dialog.starts.template:
        yield "start", "template"


def _answers(dialog: Dialog, scene: Scene) -> Iterator[tuple[str, Any]]:
    """What can be done where the session waits: every button shown, or what fits the question."""
    session = scene.session
    state = dialog.states.get(session.state) if session is not None and session.dialog == dialog.name else None
    if state is None:
        return
    for button in dict.fromkeys(button.label for button in scene.buttons):
        yield "tap", button
    for text in _texts(state):
        yield "contact", text


def _texts(state: State) -> Iterator[str]:
    if state.menu or state.answer is None:
        yield from () if state.menu else _SAID["text"]
        return
    limits = state.answer.limits
    choices = limits.get("choices", ())
    yield from (name for option in choices for name in option.names)
    if isinstance(limits.get("example"), str):
        yield limits["example"]
    yield from (str(limits[key]) for key in ("min", "max") if isinstance(limits.get(key), int))
    yield from _SAID.get(state.answer.kind, ())
