"""A person inside one version of a dialog goes on in another: at the same question, the mapped one, or the first.

Answers and attempts stay. What the contact saw is not said again: the question is asked once more only where it now
reads otherwise, since "2" would mean something else there.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec import structs

from bot_runtime.dialogs import engine
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.effects import AnyEffect, CancelTimer, SendMenu, SendText
from bot_runtime.dialogs.events import DialogReplaced
from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.session import About, Session


class Moved(NamedTuple):
    """`outcome`: moved, asked (moved, and asked anew), restarted; gone (no longer there), or why they keep their
    version: stay (chosen), unmapped, person (who has the conversation), calls (another dialog of theirs is on top or
    below), template (what they saw is no question of ours), answering (in several messages, not whole yet), silent
    (nothing may be said to them now)."""

    outcome: str
    session: Session | None
    effects: tuple[AnyEffect, ...] = ()


def migrate(
    old: Dialog | None,
    new: Dialog,
    session: Session,
    states: Mapping[str, str],
    stay: Collection[str],
    event: DialogReplaced,
    about: About,
    may_speak: bool,
    shelf: Shelf = EMPTY,
) -> Moved:
    """Stand in `new` where `session` stood: in the state of the same name, or the one `states` says."""
    if session.dialog != new.name:
        return Moved("calls", session)
    if session.state in stay:
        return Moved("stay", session)
    if session.burst:
        return Moved("answering", session)
    state = new.states.get(states.get(session.state, session.state))
    was = old.states.get(session.state) if old is not None else None
    if state is None or not _takes(state, session, was):
        return Moved("unmapped", session)
    more = session.more and any(option.secondary for option in state.menu)
    moved = structs.replace(session, version=new.version, state=state.name, more=more, trail=())
    silent = session.phase == "quiet" or session.asked_by_template or not state.waits
    if silent or (old is not None and _reads(old, session, about) == _reads(new, moved, about)):
        return Moved("moved", moved)
    if not may_speak:
        return Moved("silent", session)
    step = engine.ask_again(new, moved, about, event.at, shelf)
    return Moved("asked", step.session, step.effects)


def restart(
    new: Dialog,
    session: Session,
    text: str,
    event: DialogReplaced,
    about: About,
    may_speak: bool,
    shelf: Shelf = EMPTY,
) -> Moved:
    """Begin `new` with what `session` was given, after telling the contact `text`."""
    if session.dialog != new.name or session.callers:
        return Moved("calls", session)
    if session.phase == "quiet":
        return Moved("person", session)
    if session.asked_by_template:  # its words are out, and nothing was answered
        if not new.states[new.first].waits:
            return Moved("template", session)
        return Moved("moved", structs.replace(session, version=new.version, state=new.first, trail=()))
    if session.burst:
        return Moved("answering", session)
    if not may_speak:
        return Moved("silent", session)
    begun = engine.begin(new, about, event.at, event.channel, session.given, wait=session.wait, shelf=shelf)
    return Moved("restarted", begun.session, (CancelTimer(session.wait), SendText(text), *begun.effects))


def standing(dialog: Dialog) -> dict[str, bool]:
    """Its states, and whether a conversation can stand there between two turns."""
    return {
        name: state.waits or state.handoff is not None or _waits_for_world(state)
        for name, state in dialog.states.items()
    }


def _takes(state: State, session: Session, was: State | None) -> bool:
    """Whether somebody who waits as in `was` can go on in `state`."""
    if session.phase == "quiet":
        return state.waits or state.handoff is not None
    if was is not None and _waits_for_world(was):
        return _waits_for_world(state) and (state.request is None) == (was.request is None)
    return state.waits


def _waits_for_world(state: State) -> bool:
    """For a web service or an outside event, not for the contact."""
    return not state.waits and (state.request is not None or bool(state.on))


def _reads(dialog: Dialog, session: Session, about: About) -> list[tuple[str, tuple[str, ...]]]:
    """What the contact reads at the question: its text, and the labels in their order."""
    state = dialog.states.get(session.state)
    if state is None or not state.waits:
        return []
    put = engine.ask_again(dialog, session, about, session.updated_at).effects
    menus = [(one.text, tuple(choice.label for choice in one.choices)) for one in put if isinstance(one, SendMenu)]
    return menus + [(one.text, ()) for one in put if isinstance(one, SendText)]
