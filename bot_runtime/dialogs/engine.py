"""Runs a dialog: one event in, the next session and its effects out. Pure; time comes inside the event.

This module tells events apart; `hearing.py` reads what the contact did at the question where the session waits and
picks the way out, and `walk.py` goes that way.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot_runtime.dialogs import hearing, languages, needs, outside, reminding
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.effects import CancelTimer, Ignore, SendTemplate, SendText
from bot_runtime.dialogs.events import Message, OutsideEvent, ServiceAnswered, TextReceived, TimedOut
from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.reasons import ASKED_OTHER
from bot_runtime.dialogs.recognizers.result import Here
from bot_runtime.dialogs.session import About, Session, Value
from bot_runtime.dialogs.surroundings import about_values, here_of
from bot_runtime.dialogs.walk import Step, Walk

__all__ = ["Step", "advance", "begin"]

LATEST = timedelta(hours=24)  # after that a late answer begins anew


def begin(
    dialog: Dialog,
    about: About,
    at: datetime,
    channel: str,
    given: Mapping[str, Value],
    by_template: SendTemplate | None = None,
    wait: int = 0,
    shelf: Shelf = EMPTY,
) -> Step:
    """Start `dialog` on `channel`; `given` fills its needs.

    `by_template` is sent in place of the first state's own words. `wait` is the number of the channel's last wait, of
    whatever session: numbering goes on from it, so that a time-out still under way finds nobody it belongs to.
    """
    here = _here(dialog, about, at, given)
    walk = Walk(dialog, about, at, channel, needs.filled(dialog, given, here), wait, shelf)
    if by_template is not None:
        walk.effects.append(by_template)
    walk.enter(asked=by_template is not None)
    return walk.step()


def known(dialog: Dialog, about: About, at: datetime, given: Mapping[str, Value]) -> dict[str, Value]:
    """The data a session of `dialog` begins with, by the names its texts use."""
    return about_values(about) | needs.filled(dialog, given, _here(dialog, about, at, given))


def _here(dialog: Dialog, about: About, at: datetime, given: Mapping[str, Value]) -> Here:
    return here_of(about, dialog.spoken(given.get(languages.VARIABLE), about.language), at)


def takes(dialog: Dialog, session: Session, text: str, about: About, shelf: Shelf = EMPTY) -> bool:
    """Whether the question where `session` waits takes `text`: as an answer that fits, or as an `anywhere` word."""
    state = dialog.states[session.state]
    walk = Walk.resume(dialog, about, session.updated_at, session, shelf)
    return hearing.word(walk, state, text) is not None or hearing.fits(walk, state, text)


def advance(
    dialog: Dialog,
    session: Session,
    event: Message | TimedOut | ServiceAnswered | OutsideEvent,
    about: About,
    shelf: Shelf = EMPTY,
) -> Step:
    """Move a waiting `session` one event forward; a quiet or ended one, or a stale time-out, stays as it is."""
    if session.phase != "waiting" or (isinstance(event, TimedOut | ServiceAnswered) and event.wait != session.wait):
        return Step(session, ())
    state = dialog.states[session.state]
    walk = Walk.resume(dialog, about, event.at, session, shelf)
    match event:
        case TimedOut() if walk.burst is not None:  # nothing more came: the burst is whole
            hearing.take(walk, state, walk.burst)
        case TimedOut():
            if not reminding.remind(walk, state, event.due_at or event.at):
                walk.leave("timeout")
        case ServiceAnswered():
            outside.answered(walk, state, event)
        case OutsideEvent():
            if not outside.happened(walk, state, event):
                return Step(session, ())
        case _ if is_deaf(session, event.at) and hearing.is_rest_of_burst(walk, state, event):
            return Step(session, (Ignore("burst"),))
        case _ if not state.waits:
            return _meanwhile(walk, state, event, session)
        case _:
            walk.effects.append(CancelTimer(session.wait))
            hearing.hear(walk, state, event)
    return walk.step()


def is_deaf(session: Session, at: datetime) -> bool:
    """Whether a message at `at` may be the rest of a burst whose first message was the answer."""
    return session.deaf_until is not None and at < session.deaf_until


def _meanwhile(walk: Walk, state: State, event: Message, session: Session) -> Step:
    """What the contact sends while the session waits for the world is no answer to anything: words of `anywhere` work,
    all else is told that we are still at it, once the wait is long enough to be felt."""
    if hearing.heed(walk, state, event):
        walk.effects.insert(0, CancelTimer(session.wait))
        return walk.step()
    return Step(session, outside.meanwhile(walk, state, session, event.at))


def give_back(
    dialog: Dialog, session: Session, about: About, at: datetime, state: str = "", shelf: Shelf = EMPTY
) -> Step:
    """Let the bot go on with a quiet `session`: at the question `state`, or where it stopped; answers stay (D54).

    Where a handoff leads nowhere its dialog has ended; if it was called, its caller goes on (`handed_off`).
    """
    walk = Walk.resume(dialog, about, at, session, shelf)
    stopped = dialog.states[session.state]
    if state:
        walk.state = state
        walk.enter()
    elif stopped.waits:
        walk.ask_again(stopped)
    elif stopped.handoff is not None and stopped.goto is None:
        walk.finish("handed_off")
    else:
        walk.leave("given_back")
    return walk.step()


def ask_again(dialog: Dialog, session: Session, about: About, at: datetime, shelf: Shelf = EMPTY) -> Step:
    """Put the question where `session` stands once more, and wait in full."""
    walk = Walk.resume(dialog, about, at, session, shelf)
    walk.effects.append(CancelTimer(session.wait))
    walk.ask_again(dialog.states[session.state])
    return walk.step()


class Unexpected(NamedTuple):
    """A message that the session does not expect: the language it is in, and what it asked last."""

    language: str
    question: str


def unexpected(
    dialog: Dialog, session: Session, event: TextReceived, about: About, shelf: Shelf = EMPTY
) -> Unexpected | None:
    """Whether nothing scripted takes the message: no answer, no word, no `else`, no burst of messages."""
    state = dialog.states[session.state]
    if session.phase != "waiting" or state.otherwise is not None or state.burst is not None:
        return None
    if is_deaf(session, event.at):
        return None
    walk = Walk.resume(dialog, about, event.at, session, shelf)
    if hearing.word(walk, state, event.text) is not None or hearing.fits(walk, state, event.text):
        return None
    question = state.ask.render(walk.values, walk.language) if state.ask is not None else ""
    return Unexpected(walk.language, question)


def aside(dialog: Dialog, session: Session, said: str, about: About, at: datetime, shelf: Shelf = EMPTY) -> Step:
    """Say something without moving: a question is put once more, and what waits for the world waits on."""
    state = dialog.states[session.state]
    if not state.waits:
        return Step(session, (SendText(said),))
    walk = Walk.resume(dialog, about, at, session, shelf)
    walk.effects += [CancelTimer(session.wait), SendText(said)]
    walk.ask_again(state)
    return walk.step()


def reopened(dialog: Dialog, session: Session, about: About, at: datetime, shelf: Shelf = EMPTY) -> Session | None:
    """The `session` that silence ended, at the question that it ended at, where its dialog wants that (D05)."""
    late = at - session.updated_at < LATEST if session.cause == "timed_out" else False
    if not late or dialog.late != "resume":
        return None
    walk = Walk.resume(dialog, about, at, session, shelf)
    return walk.step().session if walk.step_back() else None


def questions(dialog: Dialog) -> list[str]:
    """Where a conversation can be given back to the bot."""
    return [state.name for state in dialog.states.values() if state.waits and ASKED_OTHER not in state.name]
