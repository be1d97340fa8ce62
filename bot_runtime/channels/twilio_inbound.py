"""What a Twilio form says: a contact's message, or the status of one of ours. Fields: Twilio's messaging webhook and
status callback references, read 2026; unknown fields are left alone, since Twilio adds them without notice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot_runtime.channels.addresses import from_provider
from bot_runtime.channels.base import Address, Ignored, Parsed, Received, StatusReported
from bot_runtime.channels.errors import meaning
from bot_runtime.channels.json_input import number_of, word_of
from bot_runtime.dialogs.events import (
    AnyInbound,
    ConsentChanged,
    FormReceived,
    LocationReceived,
    MediaReceived,
    OptionTapped,
    OtherReceived,
    TextReceived,
)

MAX_MEDIA: Final = 10
_STATUSES: Final = {
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
Form = Mapping[str, str]


def parse_form(form: Form, query: Mapping[str, str], channel: str, now: datetime) -> list[Parsed]:
    """One message may bring several media: the first event has the message's id, the others `<id>/<n>`."""
    external_id = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid") or ""
    status = word_of(form.get("MessageStatus") or form.get("SmsStatus")).lower()
    if not external_id:
        return [Ignored(form.get("To", ""), "no message id")]
    if status not in ("", "received", "receiving"):
        return [_status(form, query, external_id, status, now)]
    account = form.get("To", "").removeprefix("whatsapp:")
    addresses = _addresses(form)
    if not addresses:
        return [Ignored(account, "a message of nobody we could answer")]
    facts = {
        "at": now,
        "channel": channel,
        "message_id": external_id,
        "quoted": form.get("OriginalRepliedMessageSid") or None,
        "profile_name": form.get("ProfileName") or None,
    }
    events = _events(form, facts)
    if not events:
        return [Ignored(account, "OptOutType HELP")]
    return [Received(addresses, account, event) for event in events]


def _addresses(form: Form) -> tuple[Address, ...]:
    """The sender's, the phone first. `ExternalUserId` is the WhatsApp user id beside a phone."""
    spellings = (form.get("From", ""), form.get("ExternalUserId", ""))
    found = [address for spelling in spellings if spelling and (address := from_provider(spelling))]
    found.sort(key=lambda address: address.canonical.startswith("wa-id:"))
    return tuple(dict.fromkeys(found))


def _events(form: Form, facts: dict[str, Any]) -> list[AnyInbound]:
    body = form.get("Body", "")
    match form.get("OptOutType", "").upper():
        case "STOP" | "START" as word:  # Twilio has already answered the contact
            return [ConsentChanged(**facts, opted_out=word == "STOP", evidence=body or f"OptOutType {word}")]
        case "HELP":
            return []
    payload = form.get("ButtonPayload") or form.get("ListId")
    if payload:
        return [OptionTapped(**facts, payload=payload, text=form.get("ButtonText") or form.get("ListTitle") or body)]
    if form.get("ButtonText"):
        return [OptionTapped(**facts, payload=form["ButtonText"], text=form["ButtonText"])]
    if form.get("FlowData") or (form.get("InteractiveData") and not body):
        return [FormReceived(**facts, data=form.get("FlowData") or form.get("InteractiveData", ""))]
    latitude, longitude = number_of(form.get("Latitude")), number_of(form.get("Longitude"))
    if latitude is not None and longitude is not None:
        facts |= {"name": form.get("Label", ""), "address": form.get("Address", "")}
        return [LocationReceived(**facts, latitude=latitude, longitude=longitude)]
    media = _media(form, facts, body)
    if media:
        return list(media)
    return [TextReceived(**facts, text=body) if body else OtherReceived(**facts, kind="unsupported")]


def _media(form: Form, facts: dict[str, Any], caption: str) -> list[MediaReceived]:
    count = form.get("NumMedia", "")
    external_id = facts["message_id"]
    found: list[MediaReceived] = []
    for number in range(min(int(count), MAX_MEDIA) if count.isascii() and count.isdecimal() and len(count) < 4 else 0):
        ref = form.get(f"MediaUrl{number}")
        if not ref:
            continue
        mime = form.get(f"MediaContentType{number}", "")
        if found:
            facts = facts | {"message_id": f"{external_id}/{number}"}
            caption = ""
        found.append(MediaReceived(**facts, kind=_kind(mime), ref=ref, mime=mime, caption=caption))
    return found


def _kind(mime: str) -> str:
    if mime.startswith("image/webp"):
        return "sticker"
    kind = mime.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"


def _status(form: Form, query: Mapping[str, str], external_id: str, reported: str, now: datetime) -> Parsed:
    """`entry` stands in the callback's own URL, where we put it when we sent. `From` is our number."""
    account = form.get("From", "").removeprefix("whatsapp:")
    if form.get("EventType", "").upper() == "READ":
        reported = "read"
    status = _STATUSES.get(reported)
    if status is None:
        return Ignored(account, f"status {reported}")
    code = word_of(form.get("ErrorCode")) if status == "failed" else ""
    recipient = from_provider(form.get("To", ""))
    return StatusReported(
        account=account,
        entry=query.get("entry", ""),
        external_id=external_id,
        status=status,
        at=now,
        code=code or (reported if status == "failed" else ""),
        kind=meaning("twilio", code).kind if status == "failed" else "",
        recipient=recipient.canonical if recipient else "",
    )
