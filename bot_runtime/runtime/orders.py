"""What a turn's effects leave to be done later: waits, calls to the outside, dialogs that follow. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import structs

from bot_runtime.dialogs.effects import (
    SENDS,
    AnyEffect,
    AskResponder,
    BeginLater,
    CallService,
    CancelTimer,
    MakeDocument,
    StartTimer,
)
from bot_runtime.dialogs.events import ResponderAnswered, ServiceAnswered
from bot_runtime.dialogs.general import MOST_ASKED
from bot_runtime.runtime.contact import Later
from bot_runtime.runtime.draft import Draft
from bot_runtime.store.calls import field_of, member_of

_encode = msgspec.json.encode


def keep_orders(draft: Draft, effects: Sequence[AnyEffect], speaks: bool) -> str | None:
    """Cancel and start waits and calls, and put down which dialogs follow.

    `speaks`: messages leave in this turn; a wait that begins with the last of them is returned, as its entry's `w`.
    """
    _forget_answered(draft)
    wait = None
    for effect in effects:
        if type(effect) in SENDS:
            continue
        match effect:
            case CancelTimer():
                wait = None
                _cancel(draft, effect)
            case StartTimer():
                wait = _start(draft, effect, speaks)
            case CallService() | MakeDocument():
                _ask(draft, effect)
            case AskResponder():
                _ask(draft, _with_what_waits(draft, effect))
                name = draft.channel.name
                asks = [*draft.contact.asks(name, draft.now_ms), draft.now_ms]
                draft.changes.set_fields[f"asks:{name}"] = _encode(asks)
            case BeginLater():
                _begin_later(draft, effect)
    return wait


def _cancel(draft: Draft, effect: CancelTimer) -> None:
    """End a wait, and drop the call that the session waited for in it."""
    name, changes = draft.channel.name, draft.changes
    changes.cancel_timers.append(draft.timer(str(effect.wait)))
    if f"wait:{name}" not in changes.remove_fields:
        changes.remove_fields.append(f"wait:{name}")
    if pending := _pending(draft):
        changes.calls.append((member_of(draft.contact.id, name, pending["key"]), ""))
        changes.remove_fields.append(field_of(name))


def _start(draft: Draft, effect: StartTimer, speaks: bool) -> str | None:
    name, changes = draft.channel.name, draft.changes
    if f"wait:{name}" in changes.remove_fields:
        changes.remove_fields.remove(f"wait:{name}")
    changes.set_fields[f"wait:{name}"] = effect.wait
    if effect.since is not None:  # it goes on from there, whatever is said meanwhile
        at_ms = round(effect.since.timestamp() * 1000) + effect.seconds * 1000
        changes.start_timers.append((draft.timer(str(effect.wait)), f"@{at_ms}"))
        return None
    if not speaks:
        changes.start_timers.append((draft.timer(str(effect.wait)), effect.seconds * 1000))
    return f"{effect.wait}:{effect.seconds * 1000}"


def _begin_later(draft: Draft, effect: BeginLater) -> None:
    """Have the dialog that follows begin when its time has come; `decide_due.py` takes it from there."""
    wait_ms = effect.seconds * 1000
    later = Later(effect.dialog, draft.now_ms + wait_ms, effect.given, draft.row)
    draft.changes.set_fields[draft.contact.later_field(draft.channel.name, draft.number)] = _encode(later)
    draft.changes.start_timers.append((draft.timer(f"n{draft.number}"), wait_ms))


def _ask(draft: Draft, effect: CallService | AskResponder | MakeDocument) -> None:
    """Ask for a call. Its key is made of the event's number: a turn that is taken again asks under the same key."""
    name, changes = draft.channel.name, draft.changes
    field = field_of(name)
    key = hashlib.blake2b(f"{draft.contact.id} {name} {draft.number}".encode(), digest_size=16).hexdigest()
    changes.remove_fields = [each for each in changes.remove_fields if each != field]
    changes.set_fields[field] = b"0|" + _encode({"key": key, "call": effect})
    changes.calls.append((member_of(draft.contact.id, name, key), 0))


def _forget_answered(draft: Draft) -> None:
    """What brought this answer has forgotten the call already."""
    if isinstance(draft.event, ServiceAnswered | ResponderAnswered):
        pending = _pending(draft)
        if pending and pending["key"] == draft.event.key:
            draft.changes.remove_fields.append(field_of(draft.channel.name))


def _with_what_waits(draft: Draft, effect: AskResponder) -> AskResponder:
    """A further message while the responder thinks joins the one before: it is asked anew, about both."""
    pending = _pending(draft)
    if not pending or pending["call"]["do"] != "ask_responder" or pending["call"]["wait"] != effect.wait:
        return effect
    draft.changes.calls.append((member_of(draft.contact.id, draft.channel.name, pending["key"]), ""))
    return structs.replace(effect, text=f"{pending['call']['text']}\n{effect.text}"[-MOST_ASKED:])


def _pending(draft: Draft) -> dict[str, Any] | None:
    """The call that waits for its answer, as it was stored."""
    kept = draft.contact.text(field_of(draft.channel.name))
    return msgspec.json.decode(kept.partition("|")[2]) if kept else None
