"""Whether Twilio would take a message, and its error answers. Fact sheet §3.5 and §3.6."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot_runtime.devtools.accounts import Account, Template
from bot_runtime.devtools.numbers import same_line

ERRORS: dict[int, tuple[int, str]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service Unavailable"),
    21211: (400, "Invalid 'To' Phone Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region"),
    21602: (400, "A text message body or media urls must be specified."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination",
    ),
    21609: (400, "Invalid 'StatusCallback' URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21655: (400, "The ContentSid is invalid"),
    21656: (400, "The ContentVariables Parameter is invalid"),
    21701: (404, "The Messaging Service does not exist"),
    30001: (400, "Queue overflow"),
    30003: (400, "Unreachable destination handset"),
    30005: (400, "Unknown destination handset"),
    30006: (400, "Landline or unreachable carrier"),
    30007: (400, "Message filtered"),
    30008: (400, "Unknown error"),
    63016: (400, "Failed to send freeform message because you are outside the allowed window"),
}

Form = Mapping[str, Sequence[str]]


class TwilioError(Exception):
    """What Twilio would refuse a call with."""

    def __init__(self, code: int, message: str = "", status: int | None = None) -> None:
        usual, title = ERRORS.get(code, (400, "Error"))
        super().__init__(title)
        self.code = code
        self.message = message or title
        self.status = status or usual

    def answer(self) -> dict[str, Any]:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}


def check(form: Form, account: Account) -> None:
    """Refuse what Twilio would refuse of a message, apart from who has opted out."""
    to, sender = first(form, "To"), first(form, "From")
    service = first(form, "MessagingServiceSid")
    if not to:
        raise TwilioError(21604)
    if not sender and not service:
        raise TwilioError(21603)
    prefixed = to.startswith("whatsapp:")
    if not re.fullmatch(r"\+[1-9]\d{6,14}", bare(to)) and not (prefixed and re.fullmatch(r"[A-Z]{2}\.\w+", bare(to))):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    if sender and (sender.startswith("whatsapp:") != prefixed):
        raise TwilioError(21612, "'To' and 'From' must be of the same channel")
    if sender and not same_line(sender, account.number):
        raise TwilioError(21606, f"The 'From' phone number provided ({sender}) is not a valid, message-capable number")
    if service and service != account.messaging_service_sid:
        raise TwilioError(21701)
    if callback := first(form, "StatusCallback"):
        host = re.match(r"https?://([^/?#]+)", callback)
        if not host or "_" in host[1]:
            raise TwilioError(21609, f"The StatusCallback URL {callback} is not a valid URL.")
    _check_contents(form, account)


def _check_contents(form: Form, account: Account) -> None:
    media = form.get("MediaUrl", ())
    if len(media) > 10:
        raise TwilioError(21623)
    if any(not re.match(r"https?://[^/\s]+", link) for link in media):
        raise TwilioError(21620)
    if sid := first(form, "ContentSid"):
        if content(account, sid) is None:
            raise TwilioError(21655, f"The ContentSid {sid} is invalid")
        variables(form)
        return
    body = first(form, "Body")
    if not body and not media:
        raise TwilioError(21602)
    if len(body) > 1600:
        raise TwilioError(21617)


def content(account: Account, sid: str) -> Template | None:
    return next((one for one in account.templates if one.content_sid == sid), None)


def variables(form: Form) -> dict[str, str]:
    try:
        given = json.loads(first(form, "ContentVariables") or "{}")
    except ValueError:
        raise TwilioError(21656) from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise TwilioError(21656)
    return given


def first(form: Form, name: str) -> str:
    return form[name][0] if form.get(name) else ""


def bare(address: str) -> str:
    return address.removeprefix("whatsapp:")
