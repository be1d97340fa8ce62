"""What a WhatsApp Cloud webhook says, as events. Nearly all are an ordinary text or a delivery report: those are
decoded straight into small structs (a few µs). Whatever does not fit them exactly is read leniently by
`whatsapp_lenient`, with the same results: one odd item never costs the others.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from bot_runtime.channels.addresses import from_provider
from bot_runtime.channels.base import Address, Parsed, Received, StatusReported
from bot_runtime.dialogs.events import TextReceived


class _Text(msgspec.Struct, gc=False):
    body: str


class _Context(msgspec.Struct, gc=False):
    id: str | None = None


class _TextMessage(msgspec.Struct, gc=False, tag_field="type", tag="text"):
    """`group_id` and `errors` are declared so that their presence is an error here: lenient reading knows them."""

    id: str
    timestamp: str
    text: _Text
    sender: str = msgspec.field(default="", name="from")
    from_user_id: str = ""
    context: _Context | None = None
    group_id: msgspec.UnsetType = msgspec.UNSET
    errors: msgspec.UnsetType = msgspec.UNSET


class _Status(msgspec.Struct, gc=False):
    id: str
    status: Literal["sent", "delivered", "read", "played"]
    timestamp: str
    recipient_id: str = ""
    recipient_user_id: str = ""
    biz_opaque_callback_data: str = ""
    recipient_type: Literal["individual"] = "individual"
    errors: msgspec.UnsetType = msgspec.UNSET


class Profile(msgspec.Struct, gc=False):
    name: str | None = None


class Contact(msgspec.Struct, gc=False):
    profile: Profile | None = None
    wa_id: str = ""
    user_id: str = ""


class _Metadata(msgspec.Struct, gc=False):
    phone_number_id: str


class _Value(msgspec.Struct, gc=False):
    metadata: _Metadata
    contacts: list[Contact] = []
    messages: list[_TextMessage] = []
    statuses: list[_Status] = []
    errors: msgspec.UnsetType = msgspec.UNSET


class _Change(msgspec.Struct, gc=False):
    field: Literal["messages"]
    value: _Value


class _Entry(msgspec.Struct, gc=False):
    changes: list[_Change]


class _Webhook(msgspec.Struct, gc=False):
    object: Literal["whatsapp_business_account"]
    entry: list[_Entry]


_ORDINARY: Final = msgspec.json.Decoder(_Webhook)


class Unusual(Exception):
    """This webhook, or an item of it, needs lenient reading."""


def parse_ordinary(body: bytes, channel: str, now: datetime) -> list[Parsed]:
    """Everything in a webhook of nothing but texts and delivery reports.

    Raises:
        Unusual: there is something else in it; nothing was decided.
    """
    try:
        webhook = _ORDINARY.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Unusual from error
    parsed: list[Parsed] = []
    messages = statuses = 0
    for entry in webhook.entry:
        for change in entry.changes:
            value = change.value
            account = value.metadata.phone_number_id
            for message in value.messages:
                parsed.append(_text(message, value.contacts, account, channel, now))
            for status in value.statuses:
                parsed.append(_status(status, account, now))
            messages += len(value.messages)
            statuses += len(value.statuses)
    if not parsed or not _said_once(body, messages, statuses):
        raise Unusual
    return parsed


def _said_once(body: bytes, messages: int, statuses: int) -> bool:
    """Whether the keys that decide what we read stand there as often as they should, and so are not repeated.

    The decoder would silently take the last of two. Inside a text a quote is escaped, so only a key can match, or a
    text of just that word; any doubt (the `body` of an advert) only means lenient reading, which sees every repetition.
    """
    return (
        body.count(b'"entry"') == 1
        and body.count(b'"timestamp"') == messages + statuses
        and body.count(b'"body"') == messages
        and (not statuses or body.count(b'"status"') == statuses)
    )


def _text(message: _TextMessage, contacts: list[Contact], account: str, channel: str, now: datetime) -> Received:
    sender = message.sender
    contact = contact_of(contacts, sender, message.from_user_id)
    event = TextReceived(
        at=now,
        channel=channel,
        message_id=message.id,
        sent_at=provider_time(message.timestamp),
        quoted=message.context.id if message.context else None,
        profile_name=contact.profile.name if contact and contact.profile else None,
        text=message.text.body,
    )
    addresses = addresses_of(sender, message.from_user_id, contact)
    if not addresses or not message.id:
        raise Unusual
    return Received(addresses, account, event)


def _status(status: _Status, account: str, now: datetime) -> StatusReported:
    recipient = from_provider(status.recipient_id or status.recipient_user_id)
    if not status.id:
        raise Unusual
    return StatusReported(
        account=account,
        entry=status.biz_opaque_callback_data,
        external_id=status.id,
        status="read" if status.status == "played" else status.status,
        at=provider_time(status.timestamp) or now,
        recipient=recipient.canonical if recipient else "",
    )


def contact_of(contacts: Sequence[Contact], sender: str, user_id: str) -> Contact | None:
    """The entry of `contacts` about this sender: by number, by user id; never by position."""
    for contact in contacts:
        if (sender and contact.wa_id == sender) or (user_id and contact.user_id == user_id):
            return contact
    return contacts[0] if len(contacts) == 1 and not (sender or user_id) else None


def addresses_of(sender: str, user_id: str, contact: Contact | None) -> tuple[Address, ...]:
    """The sender's addresses, the phone first. A user with a username may have no phone; `from` may be the user id."""
    if contact is not None:
        sender = sender or contact.wa_id
        user_id = user_id or contact.user_id
    if not user_id:
        phone = from_provider(sender) if sender else None
        return (phone,) if phone else ()
    found = (from_provider(sender) if sender else None, from_provider(user_id))
    return tuple(dict.fromkeys(address for address in found if address))


def provider_time(timestamp: object) -> datetime | None:
    """A provider's Unix time: a string or a number, in seconds or milliseconds. None when it is neither."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, str | int | float):
        return None
    try:
        seconds = float(timestamp)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 100_000_000_000 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
