"""An outside event's turn (F062): it moves the session that waits for it, once; else it changes nothing. Pure."""

from collections.abc import Callable
from typing import Literal

import msgspec

from bot_runtime.dialogs import outside
from bot_runtime.dialogs.events import OutsideEvent
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Turn
from bot_runtime.store.keys import hash64
from bot_runtime.store.turns import TurnChanges

KEYS_KEPT = 20  # of the events that moved a contact's session last

_encode = msgspec.json.encode


class Moved(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of an outside event. `code` is empty when it moved the session, now or before (`repeated`).

    `not_waiting`: no session waits for it (it waits for `known`); `missing_data`: it lacks what is kept as `name`.
    """

    code: Literal["", "not_waiting", "missing_data"] = ""
    channel: str = ""
    state: str = ""
    repeated: bool = False
    known: tuple[str, ...] = ()
    name: str = ""


def decide_outside(
    contact: Contact,
    session: Session | None,
    pinned: Dialog | None,
    event: OutsideEvent,
    take: Callable[[], Turn],
) -> Turn:
    """`take` is the turn of an event that the session waits for."""
    field, key = f"ev:{event.channel}", hash64(event.key)
    kept = msgspec.json.decode(contact.text(field) or "[]", type=list[int])
    if event.key and key in kept:
        return _nothing(event, Moved(channel=event.channel, state=session.state if session else "", repeated=True))
    found = outside.awaited(pinned, session, event) if pinned is not None else None
    if found is None:
        return _nothing(event, Moved("not_waiting", event.channel, known=_waited_for(pinned, session)))
    if (lacks := outside.wrong_data(found, event)) is not None:
        return _nothing(event, Moved("missing_data", event.channel, name=lacks.name))
    turn = take()
    if event.key:
        turn.changes.set_fields[field] = _encode([*kept, key][-KEYS_KEPT:])
    turn.changes.request = event.request
    turn.changes.outcome = _encode(Moved(channel=event.channel, state=turn.now_in))
    return turn


def _nothing(event: OutsideEvent, moved: Moved) -> Turn:
    """Only the answer to whoever told us."""
    return Turn(TurnChanges(request=event.request, outcome=_encode(moved)))


def _waited_for(pinned: Dialog | None, session: Session | None) -> tuple[str, ...]:
    if pinned is None or session is None or session.phase != "waiting" or session.state not in pinned.states:
        return ()
    return tuple(one.event for one in pinned.states[session.state].on)
