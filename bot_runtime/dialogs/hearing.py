"""What the contact sent at the question where the session waits, and the way out it takes.

A word that works anywhere comes first, then what a burst of messages means, then the question's own reading: an answer
that fits, or one that does not.
"""

from datetime import timedelta

from bot_runtime.dialogs import answers, asking, bursts, calls, menus, words
from bot_runtime.dialogs.effects import RecordUnfit, StartTimer
from bot_runtime.dialogs.events import (
    FormReceived,
    MediaReceived,
    Message,
    OptionTapped,
    OtherReceived,
    TextReceived,
)
from bot_runtime.dialogs.menus import Shown
from bot_runtime.dialogs.model import Answer, AnywhereWord, Option, State
from bot_runtime.dialogs.received import read_received
from bot_runtime.dialogs.session import Value
from bot_runtime.dialogs.walk import Walk

_ANY_TEXT = Answer("text")
_NO_REASON = answers.Unfit("")


def hear(walk: Walk, state: State, event: Message) -> None:
    """Take a message, or the burst it is part of, once that is whole."""
    if heed(walk, state, event):
        return
    burst = state.burst
    if burst is not None and burst.take == "first":
        walk.deaf_until = walk.at + timedelta(seconds=burst.within_s)
    elif burst is not None:
        event = bursts.gathered(burst, walk.burst, event)
        if not bursts.is_full(event):
            walk.burst = event
            walk.wait += 1
            walk.effects.append(StartTimer(walk.wait, burst.within_s))
            return
    take(walk, state, event)


def take(walk: Walk, state: State, event: Message) -> None:
    """Read the answer to the question `state`."""
    walk.burst = None
    if not isinstance(event, TextReceived | OptionTapped):
        _receive(walk, state, event)
    elif state.menu:
        payload = event.payload if isinstance(event, OptionTapped) else None
        _choose(walk, state, _shown(walk, state), event.text, payload)
    else:
        _read(walk, state, event.text)


def heed(walk: Walk, state: State, event: Message) -> bool:
    """Go where the word leads that the message is, if it is one that works here; a caller's words work too."""
    if not isinstance(event, TextReceived | OptionTapped) or _taps_what_is_shown(walk, state, event):
        return False
    found = word(walk, state, event.text)
    if found is None:
        return False
    depth, said = found
    if said.back:
        walk.go_back(state)
        return True
    if depth < len(walk.callers):
        calls.leave_to(walk, depth)
    walk.said = said
    walk.leave("word")
    return True


def word(walk: Walk, state: State, text: str) -> tuple[int, AnywhereWord] | None:
    """The `anywhere` word that `text` is and how many dialogs stand beneath the one that has it, unless the present
    question offers it as an answer to the letter."""
    heard = walk.machine.words_by_state[state.name]
    if not heard and not walk.callers:
        return None
    folded = words.fold(text)
    said = heard.get(folded)
    found = (len(walk.callers), said) if said is not None else calls.word_of_a_caller(walk, state, folded)
    return None if found is None or asking.takes(state, _shown(walk, state), folded, walk.voice) else found


def fits(walk: Walk, state: State, text: str) -> bool:
    """Whether `text` would answer the question `state`."""
    if state.menu:
        return _chosen(walk, state, _shown(walk, state), text, None) is not None
    if not state.waits:
        return False
    read = answers.read(answers.bounded(state.answer or _ANY_TEXT, walk.values), text, walk.here)
    return isinstance(read, answers.Fits) and _passes(walk, state, read.value)


def is_rest_of_burst(walk: Walk, state: State, event: Message) -> bool:
    """Whether the message came with the one before, of which only the first is read: neither a word nor a tap on what
    is shown now, which nobody sends by mistake."""
    if _taps_what_is_shown(walk, state, event):
        return False
    return not (isinstance(event, TextReceived | OptionTapped) and word(walk, state, event.text))


def _shown(walk: Walk, state: State) -> list[Shown]:
    return asking.page(state, walk.more, walk.values, walk.voice)


def _taps_what_is_shown(walk: Walk, state: State, event: Message) -> bool:
    """A tap on what is shown is never a word."""
    if not isinstance(event, OptionTapped):
        return False
    return any(option.payload == event.payload for _, option in _shown(walk, state))


def _read(walk: Walk, state: State, text: str) -> None:
    answer = state.answer or _ANY_TEXT
    read = answers.read(answers.bounded(answer, walk.values), text, walk.here)
    if isinstance(read, answers.Unfit):
        _unfit(walk, state, text, read)
    elif not _passes(walk, state, read.value):
        _unfit(walk, state, text)
    else:
        _keep(walk, state, read, text if answer.kind in ("choice", "multiple") else None)


def _receive(walk: Walk, state: State, event: Message) -> None:
    """Take what is no text: a file, a place, a form."""
    read = read_received(state.answer, event)
    if isinstance(read, answers.Fits) and _passes(walk, state, read.value):
        _keep(walk, state, read, None)
    else:
        _unfit(walk, state, _stand_in(event), read if isinstance(read, answers.Unfit) else _NO_REASON)


def _keep(walk: Walk, state: State, read: answers.Fits, own_words: str | None) -> None:
    """Save an answer that fits, with what is stored beside it (`monto_currency`), and go on."""
    _save(walk, state, read.value, own_words)
    if state.save is not None:
        for ending, value in read.beside:
            walk.keep(f"{state.save}_{ending}", value)
    for name, value in read.own:
        walk.keep(name, value)
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
        other = [each for each in asking.page(state, not walk.more, walk.values, walk.voice) if each[1].code]
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
        case FormReceived(data=data):
            return f"[form] {data}"[:1_000]
        case _:
            return "[location]"
