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
    RecordUnfit,
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
SERVICE_WINDOW_S = 86_400

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


class Unfit(msgspec.Struct, frozen=True):
    """An answer that did not fit, for the authors' report (F046). `at` in ms; `version` is the dialog's."""

    at: int
    contact: str
    dialog: str
    version: str
    state: str
    text: str
    attempt: int


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

    def window_open(self, channel: str, now_ms: int) -> bool:
        """Whether the contact wrote within the last 24 hours on `channel`."""
        return now_ms - int(self.fields.get(b"in:" + channel.encode(), 0)) < SERVICE_WINDOW_S * 1000

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
    name = channel.name
    about = contact.about(channel, event)
    consent, guard = contact.consent(name), contact.guard(name)
    if isinstance(event, Inbound):
        guard = heard(guard, now_ms // 1000)
    moved, effects = converse(session, event, about, consent is not None)
    if guard.stopped and not isinstance(event, TimedOut) and not any(isinstance(e, SetConsent) for e in effects):
        moved, effects = session, ()  # a stopped bot follows nothing but time and the contact's consent
    turn = Turn(TurnChanges(), session.state if session else "", moved.state if moved else "")
    fields = turn.changes.set_fields
    if moved is not None and moved is not session:
        fields[f"s:{name}"] = _encode(moved)
    if about.contact_name != contact.text("name"):
        fields["name"] = about.contact_name
    if isinstance(event, Message):
        fields[f"in:{name}"] = now_ms
    kind = _keep_consent(turn.changes, name, event, effects, consent, now_ms)
    sends = [effect for effect in effects if isinstance(effect, Send)] if kind != "silent" else []
    if channel.kind == "whatsapp" and not isinstance(event, Message) and not contact.window_open(name, now_ms):
        sends, effects = _templates_only(sends, effects)
    if kind != "consent":
        guard, allowed = allow(guard, [text_of_send(send) for send in sends], channel.limits, now_ms // 1000)
        if allowed < len(sends):
            sends, effects = sends[:allowed], (*effects, Flag(guard.stopped))
    if guard != contact.guard(name):
        fields[f"g:{name}"] = _encode(guard)
    wait = _keep_timers(turn.changes, contact.id, name, effects, sends)
    first = int(contact.text("n") or 0) + 1
    _queue(turn, contact.spelling(name), sends, "consent" if kind == "consent" else "reply", first, wait, now_ms)
    turn.flags = [effect.cause for effect in effects if isinstance(effect, Flag)]
    turn.changes.journal.append(_encode(_line(event, name, session, moved, sends, effects, first, now_ms)))
    if session:
        turn.changes.unfit += [
            _encode(
                Unfit(now_ms, contact.id, session.dialog, session.version, effect.state, effect.text, effect.attempt)
            )
            for effect in effects
            if isinstance(effect, RecordUnfit)
        ]
    return turn


def _templates_only(sends: Sequence[Send], effects: Sequence[AnyEffect]) -> tuple[list[Send], Sequence[AnyEffect]]:
    """Outside the 24 hours since the contact's last message WhatsApp takes templates alone: nothing else is tried."""
    kept: list[Send] = [send for send in sends if isinstance(send, SendTemplate)]
    return kept, effects if len(kept) == len(sends) else (*effects, Flag("window_closed"))


def _queue(turn: Turn, to: str, sends: Sequence[Send], kind: Kind, first: int, wait: str | None, now_ms: int) -> None:
    """One outbox entry for each send; `wait` starts with the last one."""
    last = first + len(sends) - 1
    for number, send in enumerate(sends, first):
        meta = Meta(
            "queued", "template" if isinstance(send, SendTemplate) else kind, now_ms, wait if number == last else None
        )
        payload = Payload(to, send)
        turn.metas.append(meta)
        turn.payloads.append(payload)
        turn.changes.entries.append(NewEntry(number, _encode(meta), _encode(payload)))
    if sends:
        turn.changes.set_fields["n"] = last


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
