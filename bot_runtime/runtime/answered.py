"""What a turn's answers mean to the campaign whose ticket it is on (F040, F041): codes are counted, texts kept. Pure.

Each contact counts with the answer that stands: who goes back and answers anew moves from one code to the other.
"""

from collections.abc import Iterable, Iterator, Mapping

from bot_runtime.dialogs.effects import AnyEffect, EndDialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session, Value
from bot_runtime.dialogs.values import printed

COUNTED = "a:"  # before a question's name and a code, among a campaign's counts
CODED = frozenset({"yes_no", "rating", "receipt", "intent", "choice", "multiple"})
_LONGEST = 1_000  # characters of an answer that a campaign's row keeps
_MOST = 50  # answers a row keeps

Tally = tuple[str, int]
Answers = Mapping[str, tuple[Value, Value]]
Changed = tuple[str, Answers]


def coded(dialog: Dialog) -> frozenset[str]:
    """The names under which `dialog` saves one of a few codes."""
    return frozenset(
        state.save
        for state in dialog.states.values()
        if state.save and (state.menu or state.split or (state.answer is not None and state.answer.kind in CODED))
    )


def changed(before: Session | None, after: Session | None, effects: Iterable[AnyEffect] = ()) -> Iterator[Changed]:
    """The answers that the turn changed, by dialog: what each was and is. Another session's are none of this one's.

    Of dialogs that call others it is the first that has results: it takes from the others what it saves (F010). Of
    those that follow one another each has its own (F018).
    """
    if after is None or after is before:
        return
    known, was = (before.root, before.started_at) if before is not None else None, _answers(before)
    dialog = before.root if before is not None else ""
    for effect in effects:
        if isinstance(effect, EndDialog):
            yield effect.dialog, _differing(was if effect.dialog == dialog else {}, effect.answers)
            known = None
    yield after.root, _differing(was if known == (after.root, after.started_at) else {}, _answers(after))


def _answers(session: Session | None) -> Mapping[str, Value]:
    if session is None:
        return {}
    return session.callers[0].answers if session.callers else session.answers


def _differing(was: Mapping[str, Value], now: Mapping[str, Value]) -> Answers:
    found = {name: (was.get(name), now.get(name)) for name in dict.fromkeys([*now, *was])}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def tallies(dialog: Dialog, answers: Answers, prefix: str = "") -> Iterator[Tally]:
    """What to count: `a:<name>:<code>` and by how many."""
    for name in answers.keys() & coded(dialog):
        was, now = ({*codes(value)} for value in answers[name])
        yield from ((f"{COUNTED}{prefix}{name}:{code}", -1) for code in sorted(was - now))
        yield from ((f"{COUNTED}{prefix}{name}:{code}", 1) for code in sorted(now - was))


def codes(value: Value) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(one)[:200] for one in value] if isinstance(value, list) else [str(value)[:200]]


def told(answers: Answers, prefix: str = "") -> dict[str, str]:
    """The answers as a campaign's row keeps them; an empty text: it was taken back."""
    kept = list(answers.items())[:_MOST]
    return {prefix + name: _told(now) for name, (_, now) in kept}


def _told(value: Value) -> str:
    return ", ".join(codes(value)) if isinstance(value, bool) else printed(value)[:_LONGEST]
