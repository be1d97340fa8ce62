"""The webhooks Meta would send: envelope, statuses, bytes and signature. Pure."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.numbers import digits, wa_id
from bot_runtime.devtools.world import Phone


def encode(payload: object) -> bytes:
    """Compact, non-ASCII escaped in lower case, `/` as `\\/`: the form Meta's own bytes have."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def sign(app_secret: str, body: bytes) -> dict[str, str]:
    signature = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={signature}",
        "User-Agent": "facebookexternalua",
    }


def envelope(account: Account, **value: Any) -> dict[str, Any]:
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": account.waba_id, "changes": [{"field": "messages", "value": _value(account, value)}]}],
    }


def _value(account: Account, value: dict[str, Any]) -> dict[str, Any]:
    metadata = {"display_phone_number": digits(account.number), "phone_number_id": account.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **value}


def contact_of(phone: Phone) -> dict[str, Any]:
    contact: dict[str, Any] = {"profile": {"name": phone.name}, "user_id": phone.user_id}
    if phone.hidden:
        contact["profile"]["username"] = f"@{phone.id}"
    else:
        contact["wa_id"] = wa_id(phone.number)
    return contact


def inbound(account: Account, phone: Phone, messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`messages` without their sender, which is `phone`."""
    sender = {"from_user_id": phone.user_id} | ({} if phone.hidden else {"from": wa_id(phone.number)})
    return envelope(account, contacts=[contact_of(phone)], messages=[sender | message for message in messages])


def status(
    account: Account,
    phone: Phone | None,
    message_id: str,
    name: str,
    at: datetime,
    *,
    recipient: str = "",
    opaque: str = "",
    category: str = "service",
    error: GraphError | None = None,
) -> dict[str, Any]:
    """A delivery status. `recipient` stands in where nobody has that phone."""
    report: dict[str, Any] = {"id": message_id, "status": name, "timestamp": str(int(at.timestamp()))}
    if phone is None:
        report["recipient_id"] = digits(recipient)
    elif not phone.hidden:
        report["recipient_id"] = wa_id(phone.number)
    if phone is not None and (phone.hidden or name != "failed"):
        report["recipient_user_id"] = phone.user_id
    if opaque:
        report["biz_opaque_callback_data"] = opaque
    if name in ("sent", "delivered"):
        kind = "free_customer_service" if category == "service" else "regular"
        report["pricing"] = {"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}
    if error:
        report["errors"] = [error.in_status()]
        return envelope(account, statuses=[report])
    contacts = {"contacts": [contact_of(phone)]} if phone is not None else {}
    return envelope(account, **contacts, statuses=[report])
