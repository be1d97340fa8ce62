"""The way back (B16): which question came before, and what has to be undone to stand at it again.

A session is a stack of dialogs, the callers below and the running one on top. Each step from one question to the next
is kept as its inverse (`Earlier`): the lowest dialog it touched gets its answers and place back, and what ran on top of
that is put back whole. Mostly that is the names of a few answers, some fifty bytes a question.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import structs

from bot_runtime.dialogs.session import Earlier, Frame, Session, Value

MOST_BACK = 10  # questions
MOST_BYTES = 1_000  # of a session's JSON; what is older than that is forgotten

_encode = msgspec.json.encode


def stack_of(session: Session) -> list[Frame]:
    """The session's dialogs, the running one last."""
    top = Frame(session.dialog, session.version, session.state, session.answers, session.given)
    return [*session.callers, top]


def after_question(trail: Sequence[Earlier], was: Sequence[Frame], now: Sequence[Frame], depth: int) -> list[Earlier]:
    """`trail` once the question at the top of `was` is behind us; `depth` callers were not touched on the way."""
    return _bounded([*trail, _between(was, now, depth)])


def after_more(trail: Sequence[Earlier], was: Sequence[Frame], now: Sequence[Frame], depth: int) -> list[Earlier]:
    """The same where no question was left: what changed meanwhile is undone with the question before it."""
    if not trail:
        return []
    asked = restored(was, trail[-1])
    return _bounded([*trail[:-1], _between(asked, now, min(depth, trail[-1].depth))])


def restored(now: Sequence[Frame], earlier: Earlier) -> list[Frame]:
    """The stack as it stood at the earlier question."""
    base = now[earlier.depth]
    answers = {name: value for name, value in base.answers.items() if name not in earlier.added} | earlier.changed
    return [*now[: earlier.depth], structs.replace(base, state=earlier.state, answers=answers), *earlier.frames]


def _between(was: Sequence[Frame], now: Sequence[Frame], depth: int) -> Earlier:
    before, after = was[depth], now[depth].answers
    return Earlier(
        before.state,
        tuple(name for name in after if name not in before.answers),
        _changed(before.answers, after),
        depth,
        tuple(was[depth + 1 :]),
    )


def _changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in before.items() if name not in after or after[name] != value}


def _bounded(trail: list[Earlier]) -> list[Earlier]:
    kept = trail[-MOST_BACK:]
    while len(kept) > 1 and len(_encode(kept)) > MOST_BYTES:
        kept = kept[1:]
    return kept
