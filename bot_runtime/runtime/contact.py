"""A contact as a turn sees it: the fields of its hash, read as what they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.events import AnyEvent, Inbound
from bot_runtime.dialogs.session import About, Session, Value
from bot_runtime.runtime.guard import Guard
from bot_runtime.store.turns import TurnChanges
from bot_runtime.tickets.model import Ticket

SERVICE_WINDOW_S = 86_400
LATE_S = 86_400
ASKS_MS = 600_000  # in so much time a contact may make the responder answer
MOST_ASKS = 10  # times


class Consent(msgspec.Struct, frozen=True):
    """An opt-out as kept on the contact: when (ms), what they wrote, in which message (F211)."""

    at: int
    evidence: str
    message_id: str = ""


class Informed(msgspec.Struct, frozen=True, array_like=True):
    """An informative campaign's message: `campaign:row`, when the provider took it (ms), and its id there."""

    row: str
    at: int
    message_id: str


class Later(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dialog that is to begin at `at` (ms), because another has ended (F018)."""

    dialog: str
    at: int
    given: dict[str, Value] = {}
    row: str = ""  # of the campaign it counts for


_informed = msgspec.json.Decoder(Informed)
_later = msgspec.json.Decoder(Later)
_session = msgspec.json.Decoder(Session)
_asks = msgspec.json.Decoder(list[int])
_guard = msgspec.json.Decoder(Guard)
_ticket = msgspec.json.Decoder(Ticket)
_tickets = msgspec.json.Decoder(list[Ticket] | Ticket)  # there was but the last one once


def _late_until(ticket: Ticket) -> int:
    return ticket.changed_at + (ticket.late.within_h * 3_600 if ticket.late else LATE_S) * 1000


@dataclass(slots=True)
class Contact:
    """The contact's fields as claimed; a turn's changes are applied to them for the next turn of the same claim."""

    id: str
    fields: dict[bytes, bytes]
    _tickets: list[Ticket] | None = None  # as the fields say; a turn asks several times

    def text(self, name: str) -> str:
        return self.fields.get(name.encode(), b"").decode()

    def session(self, channel: str) -> Session | None:
        raw = self.fields.get(b"s:" + channel.encode())
        return _session.decode(raw) if raw else None

    def consent(self, channel: str) -> Consent | None:
        raw = self.fields.get(b"out:" + channel.encode())
        return msgspec.json.decode(raw, type=Consent) if raw else None

    @property
    def last_ticket(self) -> int:
        return int(self.text("tn") or 0)

    def tickets(self) -> Sequence[Ticket]:
        """The open ones."""
        if self._tickets is None:
            had = self.fields.items() if b"tn" in self.fields else ()  # the number of the last one there ever was
            self._tickets = [_ticket.decode(value) for name, value in had if name.startswith(b"t:")]
        return self._tickets

    def late(self, channel: str, now_ms: int) -> Sequence[Ticket]:
        """The campaigns' tickets that closed without an answer, while one still counts for them (D05), in order."""
        raw = self.fields.get(b"late:" + channel.encode())
        if not raw:
            return ()
        kept = _tickets.decode(raw)
        return [one for one in (kept if isinstance(kept, list) else [kept]) if now_ms < _late_until(one)]

    def asked(self, channel: str) -> Ticket | None:
        """The campaign's ticket whose answer the session on `channel` waits for, while it waits."""
        number = self.text(f"asked:{channel}")
        raw = self.fields.get(b"t:" + number.encode()) if number else None
        ticket = _ticket.decode(raw) if raw else None
        return ticket if ticket and ticket.state == "waiting" else None

    def informed(self, channel: str, now_ms: int) -> Informed | None:
        """The informative campaign whose message came last on `channel`, while a message counts as its answer (D67)."""
        raw = self.fields.get(b"info:" + channel.encode())
        known = _informed.decode(raw) if raw else None
        return known if known and now_ms < known.at + LATE_S * 1000 else None

    @staticmethod
    def later_field(channel: str, number: int) -> str:
        return f"later:{channel}:{number}"

    @staticmethod
    def row_field(channel: str) -> str:
        """Names the campaign's row that the session on `channel` counts for, where its ticket does not."""
        return f"row:{channel}"

    def later(self, channel: str, number: int) -> Later | None:
        """What is to follow the dialog that ended in the turn of event `number`."""
        raw = self.fields.get(self.later_field(channel, number).encode())
        return _later.decode(raw) if raw else None

    def guard(self, channel: str) -> Guard:
        raw = self.fields.get(b"g:" + channel.encode())
        return _guard.decode(raw) if raw else Guard()

    def about(self, channel: Channel, event: AnyEvent, now_ms: int) -> About:
        """What dialogs may know of the contact. The name people entered comes before the channel's (F187)."""
        profile = event.profile_name if isinstance(event, Inbound) else None
        name = (None if self.text("name_by") else profile) or self.text("name")
        return About(
            contact_id=self.id,
            contact_name=name,
            contact_phone=self.phone,
            language=self.text("language"),
            channel=channel.name,
            channel_kind=channel.kind,
            metadata=self.metadata(channel.name),
            may_ask=len(self.asks(channel.name, now_ms)) < MOST_ASKS,
        )

    @property
    def phone(self) -> str:
        """Canonical, without `tel:`; empty where they have none."""
        for name in self.fields:
            if name.startswith(b"@tel:"):
                return name[5:].decode()
        return ""

    def asks(self, channel: str, now_ms: int) -> list[int]:
        """When (ms) the responder was asked for them lately."""
        raw = self.fields.get(b"asks:" + channel.encode())
        return [at for at in _asks.decode(raw) if at > now_ms - ASKS_MS] if raw else []

    def metadata(self, channel: str) -> dict[str, str]:
        """What the contact's open tickets on `channel` carry; of several, the newest says."""
        if not (tickets := self.tickets()):
            return {}
        tickets = sorted(tickets, key=lambda ticket: ticket.number)
        return {key: value for one in tickets if one.channel == channel for key, value in one.metadata.items()}

    def window_open(self, channel: str, now_ms: int) -> bool:
        """Whether the contact wrote within the last 24 hours on `channel`."""
        return now_ms < self.window_closes_at(channel)

    def window_closes_at(self, channel: str) -> int:
        """When the 24 hours since the contact's last message on `channel` end, in ms; 0: they never wrote."""
        last = self.heard_at(channel)
        return last + SERVICE_WINDOW_S * 1000 if last else 0

    def heard_at(self, channel: str) -> int:
        """When the contact wrote last on `channel`, in ms; 0: never."""
        return int(self.fields.get(b"in:" + channel.encode(), 0))

    def spelling(self, channel: str) -> str:
        """How the provider of `channel` writes the contact's address there."""
        canonical = self.fields.get(b"to:" + channel.encode(), b"")
        return self.fields.get(b"@" + canonical, canonical).decode()

    def address(self, channel: str) -> str:
        """As people read it: a phone number whole, since agents must know whom they talk to; else the provider's id."""
        canonical = self.text(f"to:{channel}")
        return canonical.removeprefix("tel:") if canonical.startswith("tel:") else self.spelling(channel)

    def apply(self, changes: TurnChanges) -> None:
        self._tickets = None
        for name, value in changes.set_fields.items():
            self.fields[name.encode()] = value if isinstance(value, bytes) else str(value).encode()
        for name in changes.remove_fields:
            self.fields.pop(name.encode(), None)
