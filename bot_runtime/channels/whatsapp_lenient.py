"""Every WhatsApp webhook there is, read item by item; nothing in it can raise. Shapes: Meta's webhook reference,
read 2026-05, and what maintained integrations have seen in the field.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from bot_runtime.channels.addresses import from_provider
from bot_runtime.channels.base import (
    Address,
    AddressChanged,
    Ignored,
    LevelReported,
    Parsed,
    Received,
    StatusReported,
    TemplatesChanged,
)
from bot_runtime.channels.errors import meaning
from bot_runtime.channels.json_input import list_of, number_of, object_of, read_object, text_of, word_of
from bot_runtime.channels.levels import contacts_of
from bot_runtime.channels.whatsapp_inbound import Contact, Profile, addresses_of, contact_of, provider_time
from bot_runtime.dialogs.events import (
    AnyInbound,
    ConsentChanged,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OptionTapped,
    OtherReceived,
    ReactionReceived,
    TextReceived,
)

_STATUSES: Final = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
_MEDIA: Final = {kind: kind for kind in ("image", "audio", "video", "document", "sticker")} | {"voice": "audio"}
_LEVELS: Final = {"business_capability_update", "phone_number_quality_update"}
_TEMPLATES = frozenset(
    {"message_template_status_update", "message_template_components_update", "template_category_update"}
)
_CHANGED: Final = {"user_changed_number", "customer_changed_number", "user_changed_user_id"}


def parse_leniently(body: bytes, channel: str, now: datetime) -> list[Parsed]:
    """Every item of a webhook, in order; what means nothing to us is `Ignored`.

    Raises:
        BadPayload: the body is not a JSON object.
    """
    webhook = read_object(body)
    if webhook.get("object") != "whatsapp_business_account":
        return [Ignored("", "not a webhook of a WhatsApp Business Account")]
    parsed: list[Parsed] = []
    for entry in list_of(webhook.get("entry")):
        business = text_of(object_of(entry).get("id"))
        for change in list_of(object_of(entry).get("changes")):
            parsed.extend(_change(object_of(change), business, channel, now))
    return parsed or [Ignored("", "nothing in it")]


def _change(change: dict[str, Any], business: str, channel: str, now: datetime) -> Iterator[Parsed]:
    field = word_of(change.get("field"))
    value = object_of(change.get("value"))
    account = text_of(object_of(value.get("metadata")).get("phone_number_id"))
    if field == "messages":
        contacts = [_contact(object_of(contact)) for contact in list_of(value.get("contacts"))]
        for message in list_of(value.get("messages")):
            yield from _message(object_of(message), contacts, account, channel, now)
        for status in list_of(value.get("statuses")):
            yield _status(object_of(status), account, now)
        for error in list_of(value.get("errors")):
            yield Ignored(account, f"error {word_of(object_of(error).get('code'))} reported by the provider")
    elif field == "user_preferences":
        for preference in list_of(value.get("user_preferences")):
            yield _preference(object_of(preference), account, channel, now)
    elif field == "user_id_update":
        for update in list_of(value.get("user_id_update")):
            yield _user_id_update(object_of(update), account)
    elif field in _LEVELS and (level := contacts_of(value.get("max_daily_conversations_per_business"))):
        yield LevelReported(account, business, level)
    elif field in _TEMPLATES:
        name = word_of(value.get("message_template_name"))
        yield TemplatesChanged(account, business, f"{name} {word_of(value.get('event'))}".strip())
    else:
        # Quality, account, echoes, calls, …: no contact said anything. Echoes must never be taken as input.
        event = word_of(value.get("event"))
        yield Ignored(account or business, f"field {field or 'missing'}{': ' if event else ''}{event}")


def _contact(contact: dict[str, Any]) -> Contact:
    name = text_of(object_of(contact.get("profile")).get("name"))
    return Contact(Profile(name or None), text_of(contact.get("wa_id")), text_of(contact.get("user_id")))


def _message(
    message: dict[str, Any], contacts: list[Contact], account: str, channel: str, now: datetime
) -> Iterator[Parsed]:
    kind = word_of(message.get("type"))
    message_id = text_of(message.get("id"))
    sender, user_id = text_of(message.get("from")), text_of(message.get("from_user_id"))
    if not message_id:
        yield Ignored(account, f"{kind or 'message'} without an id")
    elif message.get("group_id"):
        yield Ignored(account, "a group's message")
    elif kind == "system":
        yield from _system(object_of(message.get("system")), sender, user_id, message_id, account)
    else:
        contact = contact_of(contacts, sender, user_id)
        addresses = addresses_of(sender, user_id, contact)
        name = contact.profile.name if contact and contact.profile else None
        facts = {
            "at": now,
            "channel": channel,
            "message_id": message_id,
            "sent_at": provider_time(message.get("timestamp")),
            "quoted": text_of(object_of(message.get("context")).get("id")) or None,
            "profile_name": name,
        }
        event = _READERS[kind](message, facts) if kind in _READERS else None
        if not addresses:
            yield Ignored(account, f"{kind or 'message'} of nobody we could answer")
        elif event is None:
            yield Ignored(account, f"{kind or 'message'} we cannot read")
        else:
            yield Received(addresses, account, event)


Facts = dict[str, Any]


def _text(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    body = object_of(message.get("text")).get("body")
    return TextReceived(**facts, text=text_of(body)) if isinstance(body, str) else None


def _button(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    """A template's quick reply. Without a payload set by us, Meta repeats the text (or leaves it out)."""
    button = object_of(message.get("button"))
    text = text_of(button.get("text"))
    payload = text_of(button.get("payload")) or text
    return OptionTapped(**facts, payload=payload, text=text or payload) if payload else None


def _interactive(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    interactive = object_of(message.get("interactive"))
    for kind in ("button_reply", "list_reply"):
        reply = object_of(interactive.get(kind))
        title = text_of(reply.get("title"))
        payload = text_of(reply.get("id")) or title
        if payload:
            return OptionTapped(**facts, payload=payload, text=title or payload)
    if "nfm_reply" in interactive:  # its `response_json` may be missing, broken, or no text at all
        return FormReceived(**facts, data=text_of(object_of(interactive.get("nfm_reply")).get("response_json")))
    return OtherReceived(**facts, kind="unsupported")  # there are interactive messages with nothing inside


def _media(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    kind = word_of(message.get("type"))
    media = object_of(message.get(kind))
    ref = text_of(media.get("id")) or text_of(media.get("url"))
    if not ref:
        return None
    return MediaReceived(
        **facts,
        kind=_MEDIA[kind],
        ref=ref,
        mime=text_of(media.get("mime_type")),
        caption=text_of(media.get("caption")),
        filename=text_of(media.get("filename")),
    )


def _location(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    location = object_of(message.get("location"))
    latitude, longitude = number_of(location.get("latitude")), number_of(location.get("longitude"))
    if latitude is None or longitude is None:
        return None
    return LocationReceived(
        **facts,
        latitude=latitude,
        longitude=longitude,
        name=text_of(location.get("name")),
        address=text_of(location.get("address")),
    )


def _reaction(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    reaction = object_of(message.get("reaction"))
    target = text_of(reaction.get("message_id"))
    return ReactionReceived(**facts, emoji=text_of(reaction.get("emoji")), target=target) if target else None


def _edit(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    edit = object_of(message.get("edit"))
    target, edited = text_of(edit.get("original_message_id")), object_of(edit.get("message"))
    body = object_of(edited.get("text")).get("body")
    caption = object_of(edited.get(text_of(edited.get("type")))).get("caption")
    return MessageEdited(**facts, text=text_of(body) or text_of(caption), target=target) if target else None


def _revoke(message: dict[str, Any], facts: Facts) -> AnyInbound | None:
    target = text_of(object_of(message.get("revoke")).get("original_message_id"))
    return MessageRevoked(**facts, target=target) if target else None


def _other(message: dict[str, Any], facts: Facts) -> AnyInbound:
    return OtherReceived(**facts, kind=word_of(message.get("type")))


_READERS: Final[dict[str, Callable[[dict[str, Any], Facts], AnyInbound | None]]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    **dict.fromkeys(_MEDIA, _media),
    **dict.fromkeys(("contacts", "order", "unsupported"), _other),
}


def _system(
    system: dict[str, Any], sender: str, user_id: str, message_id: str, account: str
) -> Iterator[AddressChanged | Ignored]:
    """`from` is the old number, `wa_id` and `user_id` are new. There are no `contacts` here."""
    kind = word_of(system.get("type"))
    moves = [
        AddressChanged(account, old, new, message_id)
        for before, after in ((sender, text_of(system.get("wa_id"))), (user_id, text_of(system.get("user_id"))))
        if (old := _address(before)) and (new := _address(after)) and old.canonical != new.canonical
    ]
    if kind in _CHANGED and moves:
        yield from moves
    else:
        yield Ignored(account, f"system message {kind}")


def _user_id_update(update: dict[str, Any], account: str) -> Parsed:
    ids = object_of(update.get("user_id"))
    old, new = _address(text_of(ids.get("previous"))), _address(text_of(ids.get("current")))
    if old is None or new is None:
        return Ignored(account, "user_id_update we cannot read")
    return AddressChanged(account, old, new, f"user_id:{old.canonical}:{new.canonical}")


def _address(spelling: str) -> Address | None:
    return from_provider(spelling) if spelling else None


def _preference(preference: dict[str, Any], account: str, channel: str, now: datetime) -> Parsed:
    """The contact stopped (or resumed) marketing messages inside WhatsApp."""
    wish = word_of(preference.get("value")).lower()
    addresses = addresses_of(text_of(preference.get("wa_id")), text_of(preference.get("user_id")), None)
    category = word_of(preference.get("category"))
    if not addresses or wish not in ("stop", "resume") or category not in ("marketing_messages", ""):
        return Ignored(account, f"preference {category}: {wish}")
    at = text_of(preference.get("timestamp"))
    event = ConsentChanged(
        at=now,
        channel=channel,
        message_id=f"preference:{addresses[0].canonical}:{wish}:{at}",
        sent_at=provider_time(preference.get("timestamp")),
        opted_out=wish == "stop",
        evidence=text_of(preference.get("detail")) or f"user_preferences: {wish}",
    )
    return Received(addresses, account, event)


def _status(status: dict[str, Any], account: str, now: datetime) -> Parsed:
    external_id = text_of(status.get("id"))
    reported = word_of(status.get("status"))
    if not external_id or reported not in _STATUSES:
        return Ignored(account, f"status {reported}")
    if text_of(status.get("recipient_type")) == "group":
        return Ignored(account, "a group's status")
    code = kind = ""
    if reported == "failed":
        codes = [word_of(object_of(error).get("code")) for error in list_of(status.get("errors"))]
        code = next((code for code in codes if code), "")
        kind = meaning("whatsapp", code).kind
    recipient = _address(text_of(status.get("recipient_id")) or text_of(status.get("recipient_user_id")))
    return StatusReported(
        account=account,
        entry=text_of(status.get("biz_opaque_callback_data")),
        external_id=external_id,
        status=_STATUSES[reported],
        at=provider_time(status.get("timestamp")) or now,
        code=code,
        kind=kind,
        recipient=recipient.canonical if recipient else "",
    )
