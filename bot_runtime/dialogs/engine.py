"""Runs a dialog: one event in, the next session and its effects out. Pure; time comes inside the event.

This module reads what the contact did at the question where the session waits and picks the way out: a word that works
anywhere, an answer that fits, one that does not, or silence. `walk.py` goes that way.
"""

from collections.abc import Mapping
from datetime import datetime

from bot_runtime.dialogs import answers, asking, menus, outside, words
from bot_runtime.dialogs.effects import CancelTimer, RecordUnfit, SendTemplate
from bot_runtime.dialogs.events import (
    LocationReceived,
    MediaReceived,
    Message,
    OptionTapped,
    OtherReceived,
    OutsideEvent,
    ServiceAnswered,
    TextReceived,
    TimedOut,
)
from bot_runtime.dialogs.menus import Shown
from bot_runtime.dialogs.model import Answer, AnywhereWord, Dialog, Option, State
from bot_runtime.dialogs.reasons import ASKED_OTHER
from bot_runtime.dialogs.recognizers.identity import read_place
from bot_runtime.dialogs.session import About, Session, Value
from bot_runtime.dialogs.walk import Step, Walk, about_values

__all__ = ["Step", "advance", "begin"]

_ANY_TEXT = Answer("text")
_NO_REASON = answers.Unfit("")


def begin(
    dialog: Dialog,
    about: About,
    at: datetime,
    channel: str,
    given: Mapping[str, Value],
    by_template: SendTemplate | None = None,
    wait: int = 0,
) -> Step:
    """Start `dialog` on `channel`; `given` fills its needs.

    `by_template` is sent in place of the first state's own words. `wait` is the number of the channel's last wait, of
    whatever session: numbering goes on from it, so that a time-out still under way finds nobody it belongs to.
    """
    walk = Walk(dialog, about, at, channel, filled(dialog, given), wait)
    if by_template is not None:
        walk.effects.append(by_template)
    walk.enter(asked=by_template is not None)
    return walk.step()


def filled(dialog: Dialog, given: Mapping[str, Value]) -> dict[str, Value]:
    """What is given, with the defaults of the needs it lacks."""
    defaults: dict[str, Value] = {name: need.default for name, need in dialog.needs.items()}
    return defaults | {name: value for name, value in given.items() if value is not None}


def known(dialog: Dialog, about: About, given: Mapping[str, Value]) -> dict[str, Value]:
    """The data a session of `dialog` begins with, by the names its texts use."""
    return about_values(about) | filled(dialog, given)


def takes(dialog: Dialog, session: Session, text: str, about: About) -> bool:
    """Whether the question where `session` waits takes `text`: as an answer that fits, or as an `anywhere` word."""
    state = dialog.states[session.state]
    walk = Walk.resume(dialog, about, session.updated_at, session)
    shown = asking.page(state, walk.more, walk.values, walk.language)
    if _word(walk, state, shown, text) is not None:
        return True
    if state.menu:
        return _chosen(walk, state, shown, text, None) is not None
    if not state.waits:
        return False
    read = answers.read(answers.bounded(state.answer or _ANY_TEXT, walk.values), text, walk.here)
    return isinstance(read, answers.Fits) and _passes(walk, state, read.value)


def advance(
    dialog: Dialog, session: Session, event: Message | TimedOut | ServiceAnswered | OutsideEvent, about: About
) -> Step:
    """Move a waiting `session` one event forward; a quiet or ended one, or a stale time-out, stays as it is."""
    if session.phase != "waiting" or (isinstance(event, TimedOut | ServiceAnswered) and event.wait != session.wait):
        return Step(session, ())
    state = dialog.states[session.state]
    walk = Walk.resume(dialog, about, event.at, session)
    match event:
        case TimedOut():
            walk.timed_out = True
            walk.leave("timeout")
        case ServiceAnswered():
            outside.answered(walk, state, event)
        case OutsideEvent():
            outside.happened(walk, state, event)
        case _ if not state.waits:
            return _meanwhile(walk, state, event, session)
        case _:
            walk.effects.append(CancelTimer(session.wait))
            _take(walk, state, event)
    return walk.step()


def _meanwhile(walk: Walk, state: State, event: Message, session: Session) -> Step:
    """What the contact sends while the session waits for the world is no answer to anything: words of `anywhere` work,
    all else is told that we are still at it, once the wait is long enough to be felt."""
    said = _word(walk, state, [], event.text) if isinstance(event, TextReceived | OptionTapped) else None
    if said is not None:
        walk.said = said
        walk.effects.append(CancelTimer(session.wait))
        walk.leave("word")
        return walk.step()
    return Step(session, outside.meanwhile(walk, state, session, event.at))


def give_back(dialog: Dialog, session: Session, about: About, at: datetime, state: str = "") -> Step:
    """Let the bot go on with a quiet `session`: at the question `state`, or where it stopped; answers stay (D54)."""
    walk = Walk.resume(dialog, about, at, session)
    stopped = dialog.states[session.state]
    if state:
        walk.state = state
        walk.enter()
    elif stopped.waits:
        walk.ask_again(stopped)
    else:
        walk.leave("given_back")
    return walk.step()


def ask_again(dialog: Dialog, session: Session, about: About, at: datetime) -> Step:
    """Put the question where `session` stands once more, and wait in full."""
    walk = Walk.resume(dialog, about, at, session)
    walk.effects.append(CancelTimer(session.wait))
    walk.ask_again(dialog.states[session.state])
    return walk.step()


def questions(dialog: Dialog) -> list[str]:
    """Where a conversation can be given back to the bot."""
    return [state.name for state in dialog.states.values() if state.waits and ASKED_OTHER not in state.name]


def _take(walk: Walk, state: State, event: Message) -> None:
    """Take what the contact sent at the question `state`."""
    if isinstance(event, LocationReceived) and state.answer is not None and state.answer.kind == "location":
        _keep(walk, state, read_place(event.latitude, event.longitude, event.name, event.address), None)
        return
    if not isinstance(event, TextReceived | OptionTapped):
        _unfit(walk, state, _stand_in(event))
        return
    text = event.text
    payload = event.payload if isinstance(event, OptionTapped) else None
    shown = asking.page(state, walk.more, walk.values, walk.language)
    if not any(option.payload == payload for _, option in shown):  # a tap on what is shown is never a word
        walk.said = _word(walk, state, shown, text)
    if walk.said is not None:
        walk.leave("word")
    elif state.menu:
        _choose(walk, state, shown, text, payload)
    else:
        _read(walk, state, text)


def _word(walk: Walk, state: State, shown: list[Shown], text: str) -> AnywhereWord | None:
    """The `anywhere` word that `text` is, unless the present question offers it as an answer to the letter."""
    heard = walk.machine.words_by_state[state.name]
    if not heard:
        return None
    word = words.fold(text)
    return None if word not in heard or asking.takes(state, shown, word, walk.language) else heard[word]


def _read(walk: Walk, state: State, text: str) -> None:
    answer = state.answer or _ANY_TEXT
    read = answers.read(answers.bounded(answer, walk.values), text, walk.here)
    if isinstance(read, answers.Unfit):
        _unfit(walk, state, text, read)
    elif not _passes(walk, state, read.value):
        _unfit(walk, state, text)
    else:
        _keep(walk, state, read, text if answer.kind in ("choice", "multiple") else None)


def _keep(walk: Walk, state: State, read: answers.Fits, own_words: str | None) -> None:
    """Save an answer that fits, with what is stored beside it (`monto_currency`), and go on."""
    _save(walk, state, read.value, own_words)
    if state.save is not None:
        for ending, value in read.beside:
            walk.keep(f"{state.save}_{ending}", value)
    walk.leave("answer")


def _choose(walk: Walk, state: State, shown: list[Shown], text: str, payload: str | None) -> None:
    chosen = _chosen(walk, state, shown, text, payload)
    if chosen is menus.MORE or chosen is asking.BACK:  # nothing is answered yet
        walk.more = not walk.more
        walk.ask_again(state)
    elif chosen is None or not _passes(walk, state, chosen.code):
        _unfit(walk, state, text)
    else:
        _save(walk, state, chosen.code, text)
        walk.chosen = chosen.payload
        walk.leave("answer")


def _chosen(walk: Walk, state: State, shown: list[Shown], text: str, payload: str | None) -> Option | None:
    """The option meant. Numbers count on the page shown only, and not on a template, which shows none."""
    other: list[Shown] = []
    if len(shown) != len(state.menu):
        other = [each for each in asking.page(state, not walk.more, walk.values, walk.language) if each[1].code]
    if walk.asked_by_template:
        return menus.match([], text, payload, elsewhere=[*shown, *other])
    return menus.match(shown, text, payload, elsewhere=other)


def _passes(walk: Walk, state: State, value: Value) -> bool:
    return state.check is None or state.check.holds({**walk.values, "answer": value})


def _save(walk: Walk, state: State, value: Value, own_words: str | None) -> None:
    """Keep the answer under the question's name, and beside it what the contact wrote to choose it (F030)."""
    if state.save is not None:
        walk.keep(state.save, value)
        if own_words is not None:
            walk.keep(f"{state.save}_text", own_words)


def _unfit(walk: Walk, state: State, text: str, why: answers.Unfit = _NO_REASON) -> None:
    """Leave by `else` or, once the attempts are used up, by the exit; otherwise help and ask again."""
    walk.attempts += 1
    walk.effects.append(RecordUnfit(state.name, text, walk.attempts))
    if state.otherwise is not None:
        walk.leave("else")
    elif state.retry is not None and walk.attempts >= state.retry.attempts:
        walk.leave("exhausted")
    else:
        walk.ask_again(state, asking.hint(state, walk.attempts, why, walk.values, walk.here))


def _stand_in(event: Message) -> str:
    """What the report of unfit answers shows for a message without text."""
    match event:
        case MediaReceived() | OtherReceived():
            return f"[{event.kind}]"
        case _:
            return "[location]"
