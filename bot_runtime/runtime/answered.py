"""What a turn's answers mean to the campaign whose ticket it is on (F040, F041): codes are counted, texts kept. Pure.

Each contact counts with the answer that stands: who goes back and answers anew moves from one code to the other.
"""

from collections.abc import Iterator, Mapping

from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session, Value
from bot_runtime.dialogs.values import printed

COUNTED = "a:"  # before a question's name and a code, among a campaign's counts
CODED = frozenset({"yes_no", "rating", "receipt", "intent", "choice", "multiple"})
_LONGEST = 1_000  # characters of an answer that a campaign's row keeps
_MOST = 50  # answers a row keeps

Tally = tuple[str, int]


def coded(dialog: Dialog) -> frozenset[str]:
    """The names under which `dialog` saves one of a few codes."""
    return frozenset(
        state.save
        for state in dialog.states.values()
        if state.save and (state.menu or (state.answer is not None and state.answer.kind in CODED))
    )


def changed(before: Session | None, after: Session | None) -> dict[str, tuple[Value, Value]]:
    """The answers that the turn changed: what each was and is. Another session's are none of this one's."""
    if after is None or after is before:
        return {}
    same = before is not None and (before.dialog, before.started_at) == (after.dialog, after.started_at)
    was = before.answers if before is not None and same else {}
    names = dict.fromkeys([*after.answers, *was])
    found = {name: (was.get(name), after.answers.get(name)) for name in names}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def tallies(dialog: Dialog, answers: Mapping[str, tuple[Value, Value]]) -> Iterator[Tally]:
    """What to count: `a:<name>:<code>` and by how many."""
    for name in answers.keys() & coded(dialog):
        was, now = ({*codes(value)} for value in answers[name])
        yield from ((f"{COUNTED}{name}:{code}", -1) for code in sorted(was - now))
        yield from ((f"{COUNTED}{name}:{code}", 1) for code in sorted(now - was))


def codes(value: Value) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(one)[:200] for one in value] if isinstance(value, list) else [str(value)[:200]]


def told(answers: Mapping[str, tuple[Value, Value]]) -> dict[str, str]:
    """The answers as a campaign's row keeps them; an empty text: it was taken back."""
    kept = list(answers.items())[:_MOST]
    return {
        name: ", ".join(codes(now)) if isinstance(now, bool) else printed(now)[:_LONGEST] for name, (_, now) in kept
    }
