"""One turn, decided: the event at the head of a contact's inbox → everything `save_turn` stores. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.effects import (
    AnyEffect,
    CancelTimer,
    Flag,
    Send,
    SendTemplate,
    SetConsent,
    StartTimer,
)
from bot_runtime.dialogs.events import AnyEvent, Inbound, Message, TimedOut
from bot_runtime.dialogs.session import About, Session
from bot_runtime.runtime.guard import Guard, allow, heard
from bot_runtime.runtime.journal import Line, name_of, text_of_event, text_of_send
from bot_runtime.store.outbox import Kind, Meta, Payload
from bot_runtime.store.turns import NewEntry, TurnChanges

ONE_CONFIRMATION_S = 300

# What the core makes of an event: `conversation.converse` with the workspace's book already given.
Converse = Callable[[Session | None, AnyEvent, About, bool], tuple[Session | None, Sequence[AnyEffect]]]

_encode = msgspec.json.encode
_session = msgspec.json.Decoder(Session)
_guard = msgspec.json.Decoder(Guard)


class Consent(msgspec.Struct, frozen=True):
    """An opt-out as kept on the contact: when (ms), what they wrote, in which message (F211)."""

    at: int
    evidence: str
    message_id: str = ""


@dataclass(slots=True)
class Contact:
    """The contact's fields as claimed; a turn's changes are applied to them for the next turn of the same claim."""

    id: str
    fields: dict[bytes, bytes]

    def text(self, name: str) -> str:
        return self.fields.get(name.encode(), b"").decode()

    def session(self, channel: str) -> Session | None:
        raw = self.fields.get(b"s:" + channel.encode())
        return _session.decode(raw) if raw else None

    def consent(self, channel: str) -> Consent | None:
        raw = self.fields.get(b"out:" + channel.encode())
        return msgspec.json.decode(raw, type=Consent) if raw else None

    def guard(self, channel: str) -> Guard:
        raw = self.fields.get(b"g:" + channel.encode())
        return _guard.decode(raw) if raw else Guard()

    def about(self, channel: Channel, event: AnyEvent) -> About:
        name = (event.profile_name if isinstance(event, Inbound) else None) or self.text("name")
        phone = next((f[5:].decode() for f in self.fields if f.startswith(b"@tel:")), "")
        return About(contact_name=name, contact_phone=phone, channel=channel.name, channel_kind=channel.kind)

    def spelling(self, channel: str) -> str:
        """How the provider of `channel` writes the contact's address there."""
        canonical = self.fields.get(b"to:" + channel.encode(), b"")
        return self.fields.get(b"@" + canonical, canonical).decode()

    def apply(self, changes: TurnChanges) -> None:
        for name, value in changes.set_fields.items():
            self.fields[name.encode()] = value if isinstance(value, bytes) else str(value).encode()
        for name in changes.remove_fields:
            self.fields.pop(name.encode(), None)


@dataclass(slots=True)
class Turn:
    """What one event led to."""

    changes: TurnChanges
    came_from: str = ""
    now_in: str = ""
    payloads: list[Payload] = field(default_factory=list)
    metas: list[Meta] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def outrun(event: AnyEvent, later: Sequence[AnyEvent]) -> bool:
    """Whether an answer sent before this time-out was due already waits behind it (D04: the answer wins)."""
    if not isinstance(event, TimedOut) or event.due_at is None:
        return False
    return any(
        isinstance(other, Message) and other.channel == event.channel and (other.sent_at or other.at) < event.due_at
        for other in later
    )


def decide(
    contact: Contact,
    channel: Channel,
    session: Session | None,
    event: AnyEvent,
    converse: Converse,
    now_ms: int,
) -> Turn:
    """Carry `event` through the core and say what the store has to change, whole."""
    guard = contact.guard(channel.name)
    consent = contact.consent(channel.name)
    if isinstance(event, Inbound):
        guard = heard(guard, now_ms // 1000)
    about = contact.about(channel, event)
    effects: Sequence[AnyEffect] = ()
    moved = session
    if not guard.stopped or isinstance(event, TimedOut):
        moved, effects = converse(session, event, about, consent is not None)
    turn = Turn(TurnChanges(), session.state if session else "", moved.state if moved else "")
    changes = turn.changes
    if moved is not None and moved is not session:
        changes.set_fields[f"s:{channel.name}"] = _encode(moved)
    if about.contact_name != contact.text("name"):
        changes.set_fields["name"] = about.contact_name
    kind = _keep_consent(changes, channel.name, event, effects, consent, now_ms)
    sends: list[Send] = [effect for effect in effects if isinstance(effect, Send)] if kind != "silent" else []
    if kind != "consent":
        guard, allowed = allow(guard, [text_of_send(effect) for effect in sends], channel.limits, now_ms // 1000)
        if allowed < len(sends):
            sends = sends[:allowed]
            effects = (*effects, Flag(guard.stopped))
            turn.flags.append(guard.stopped)
    if guard != contact.guard(channel.name):
        changes.set_fields[f"g:{channel.name}"] = _encode(guard)
    wait = _keep_timers(changes, contact.id, channel.name, effects, sends)
    first = int(contact.text("n") or 0) + 1
    for number, effect in enumerate(sends, first):
        entry_kind: Kind = (
            "template" if isinstance(effect, SendTemplate) else ("consent" if kind == "consent" else "reply")
        )
        meta = Meta("queued", entry_kind, now_ms, wait if number == first + len(sends) - 1 else None)
        payload = Payload(contact.spelling(channel.name), effect)
        turn.metas.append(meta)
        turn.payloads.append(payload)
        changes.entries.append(NewEntry(number, _encode(meta), _encode(payload)))
    if sends:
        changes.set_fields["n"] = first + len(sends) - 1
    turn.flags += [effect.cause for effect in effects if isinstance(effect, Flag) and effect.cause not in turn.flags]
    changes.journal.append(_encode(_line(event, channel.name, session, moved, sends, effects, first, now_ms)))
    return turn


def _keep_consent(
    changes: TurnChanges,
    channel: str,
    event: AnyEvent,
    effects: Sequence[AnyEffect],
    known: Consent | None,
    now_ms: int,
) -> str:
    """Store an opt-out or opt-in. Returns how this turn may speak: as a "reply", a "consent" answer, or "silent"."""
    for effect in effects:
        if not isinstance(effect, SetConsent):
            continue
        if not effect.opted_out:
            changes.remove_fields.append(f"out:{channel}")
            return "consent"
        message_id = event.message_id if isinstance(event, Inbound) else ""
        changes.set_fields[f"out:{channel}"] = _encode(Consent(now_ms, effect.evidence, message_id))
        repeated = known is not None and now_ms - known.at < ONE_CONFIRMATION_S * 1000
        return "silent" if repeated else "consent"
    return "reply"


def _keep_timers(
    changes: TurnChanges, contact: str, channel: str, effects: Sequence[AnyEffect], sends: Sequence[Any]
) -> str | None:
    """Cancel and start waits. A wait that begins with a message is returned as the `w` of its entry's meta."""
    wait = None
    for effect in effects:
        if isinstance(effect, CancelTimer):
            changes.cancel_timers.append(f"{contact}|{channel}|{effect.wait}")
            wait = None
            if f"wait:{channel}" not in changes.remove_fields:
                changes.remove_fields.append(f"wait:{channel}")
        elif isinstance(effect, StartTimer):
            if f"wait:{channel}" in changes.remove_fields:
                changes.remove_fields.remove(f"wait:{channel}")
            changes.set_fields[f"wait:{channel}"] = effect.wait
            wait = f"{effect.wait}:{effect.seconds * 1000}"
            if not sends:
                changes.start_timers.append((f"{contact}|{channel}|{effect.wait}", effect.seconds * 1000))
    return wait


def _line(
    event: AnyEvent,
    channel: str,
    session: Session | None,
    moved: Session | None,
    sends: Sequence[Send],
    effects: Sequence[AnyEffect],
    first: int,
    now_ms: int,
) -> Line:
    return Line(
        at=now_ms,
        event=str(type(event).__struct_config__.tag),
        channel=channel,
        text=text_of_event(event),
        dialog=moved.dialog if moved else "",
        came_from=session.state if session and session.phase != "ended" else "",
        now_in=moved.state if moved else "",
        cause=moved.cause if moved else "",
        sent=tuple((number, text_of_send(effect)) for number, effect in enumerate(sends, first)),
        effects=tuple(name_of(e) for e in effects if not isinstance(e, Send | StartTimer | CancelTimer)),
    )
