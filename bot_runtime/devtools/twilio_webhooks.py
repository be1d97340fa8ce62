"""The forms Twilio would send, and its signature. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.numbers import wa_id
from bot_runtime.devtools.world import Message, Phone


def sign(auth_token: str, url: str, form: Mapping[str, str]) -> dict[str, str]:
    """Headers for a form POST to `url`: HMAC-SHA1 over the URL and every name and value, sorted by name."""
    signed = url.split("#")[0] + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": signature,
        "User-Agent": "TwilioProxy/1.1",
    }


def encode(form: Mapping[str, str]) -> bytes:
    return urlencode(form).encode()


def address(account: Account, number: str) -> str:
    return f"whatsapp:{number}" if account.kind == "whatsapp" else number


def inbound(account: Account, phone: Phone, message: Message, extra: Mapping[str, str]) -> dict[str, str]:
    """The form of a contact's message. `extra` adds what its kind needs; SMS numbers come with their (empty) places."""
    form = {
        "ToCountry": "US",
        "SmsMessageSid": message.id,
        "NumMedia": "0",
        "SmsSid": message.id,
        "SmsStatus": "received",
        "Body": message.text,
        "To": address(account, account.number),
        "NumSegments": str(message.sms.parts if message.sms else 1),
        "MessageSid": message.id,
        "AccountSid": account.account_sid,
        "From": address(account, phone.user_id if phone.hidden else phone.number),
        "ApiVersion": "2010-04-01",
    }
    if account.messaging_service_sid:
        form["MessagingServiceSid"] = account.messaging_service_sid
    if account.kind == "whatsapp":
        form |= {"ProfileName": phone.name, "MessageType": "text", "ReferralNumMedia": "0"}
        if not phone.hidden:
            form |= {"WaId": wa_id(phone.number), "ExternalUserId": f"whatsapp:{phone.user_id}"}
        if message.quoted:
            form |= {"OriginalRepliedMessageSid": message.quoted, "OriginalRepliedMessageSender": form["To"]}
    else:
        form |= dict.fromkeys(("FromCity", "FromState", "FromZip", "FromCountry", "ToCity", "ToState", "ToZip"), "")
    return form | dict(extra)


def status(account: Account, sid: str, name: str, sender: str, to: str, code: int | None = None) -> dict[str, str]:
    form = {
        "SmsSid": sid,
        "SmsStatus": name,
        "MessageStatus": name,
        "To": to,
        "MessageSid": sid,
        "AccountSid": account.account_sid,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
    if code is not None:
        form["ErrorCode"] = str(code)
    if account.kind == "whatsapp":
        form |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": to.removeprefix("whatsapp:")}
        if name == "read":
            form["EventType"] = "READ"
    return form
