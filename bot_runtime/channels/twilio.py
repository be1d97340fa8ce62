"""Twilio Messaging: one number (or Messaging Service), for SMS/MMS or WhatsApp. Shapes: Twilio's Message resource and
webhook references, read 2026; signature: the rules of its official library.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

from bot_runtime.channels.base import Ignored, Limits, Parsed, Request, Templates
from bot_runtime.channels.errors import refusal
from bot_runtime.channels.json_input import decode, read_object, text_of, word_of
from bot_runtime.channels.rendering import find_template, template_as_read
from bot_runtime.channels.twilio_inbound import parse_form
from bot_runtime.channels.twilio_render import message
from bot_runtime.dialogs.effects import Send, SendTemplate
from bot_runtime.errors import BadPayload, BadSignature, SendFailed

API_BASE: Final = "https://api.twilio.com"
MAX_FIELDS: Final = 300
EMPTY_TWIML: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TwilioMessaging:
    """`auth_tokens`: the primary first; two while it is rotated. `account` is our number, else the service."""

    provider = "twilio"
    describes_files = False
    redelivers = False  # once more at most, and only if the connection failed

    def __init__(
        self,
        name: str,
        *,
        kind: Literal["sms", "whatsapp"],
        account_sid: str,
        auth_tokens: Sequence[str],
        number: str = "",
        messaging_service_sid: str = "",
        public_url: str = "",
        templates: Templates | None = None,
        limits: Limits | None = None,
        api_base: str = API_BASE,
    ) -> None:
        self.name = name
        self.kind: str = kind
        self.account = number.removeprefix("whatsapp:") or messaging_service_sid
        self.limits = limits or Limits()
        self._auth_tokens = tuple(token.encode() for token in auth_tokens if token)
        self._templates = templates or {}
        self.api_base = api_base.rstrip("/")
        self._url = f"{api_base.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Messages.json"
        credentials = b64encode(f"{account_sid}:{auth_tokens[0]}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}"}
        self._sender: tuple[tuple[str, str], ...] = ()
        if number:
            bare = number.removeprefix("whatsapp:")
            self._sender += (("From", f"whatsapp:{bare}" if kind == "whatsapp" else bare),)
        if messaging_service_sid:
            self._sender += (("MessagingServiceSid", messaging_service_sid),)
        self._callback = f"{public_url.rstrip('/')}/webhooks/{quote(name)}" if public_url else ""

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        claimed = headers.get("X-Twilio-Signature") or headers.get("x-twilio-signature") or ""
        content_type = headers.get("Content-Type") or headers.get("content-type") or ""
        for signed in _signed_texts(url, content_type, body):
            for token in self._auth_tokens:
                expected = b64encode(hmac.digest(token, signed, "sha1"))
                if hmac.compare_digest(claimed.encode(errors="replace"), expected):
                    return
        raise BadSignature(self.name)

    def parse(self, body: bytes, content_type: str, query: Mapping[str, str], now: datetime) -> list[Parsed]:
        if not _is_form(content_type):
            read_object(body)
            return [Ignored(self.account, "a JSON callback")]
        fields = _fields(body)
        if fields is None:
            raise BadPayload(f"not a form of at most {MAX_FIELDS} fields")
        return parse_form(dict(fields), query, self.name, now)

    def acknowledgement(self) -> tuple[str, str]:
        return EMPTY_TWIML, "text/xml"

    def render(self, to: str, effect: Send, entry: str) -> Request:
        form = message(to, effect, self._templates, whatsapp=self.kind == "whatsapp")
        callback = (("StatusCallback", f"{self._callback}?entry={quote(entry, safe='')}"),) if self._callback else ()
        to_field, *content = form
        return Request("POST", self._url, self._headers, form=(to_field, *self._sender, *content, *callback))

    def template_text(self, effect: SendTemplate) -> str:
        return template_as_read(find_template(self._templates, effect), effect.parameters, self.kind)

    def render_read(self, message_id: str, typing: bool = False) -> Request | None:
        return None

    def render_file(self, ref: str) -> Request | None:
        """The address that the webhook told; it redirects to where the file is kept."""
        return Request("GET", ref, self._headers)

    def file_in(self, body: bytes) -> tuple[str, str, int] | None:
        return None

    def accepted(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        answer = decode(body)
        if not 200 <= status < 300:
            raise refusal(self.provider, word_of(answer.get("code")), status, text_of(answer.get("message")), headers)
        external_id = text_of(answer.get("sid"))
        if not external_id:
            raise SendFailed("U", str(status), "accepted without a message id")
        return external_id


def _is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in ("", "application/x-www-form-urlencoded")


def _fields(body: bytes) -> list[tuple[str, str]] | None:
    """The form's fields, blank ones too; None when it has none, or more than we take."""
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        return None
    return fields or None


def _signed_texts(url: str, content_type: str, body: bytes) -> list[bytes]:
    """The texts Twilio may have signed: its URL with and without the port, then the form's fields by name.

    A body that is no form is covered by its hash in the URL instead; empty when that does not hold.
    """
    added = ""
    if _is_form(content_type):
        fields = _fields(body) if body else []
        if fields is None:
            return []
        # As the official library: names in byte order, a repeated name once for each distinct value.
        added = "".join(name + value for name, value in sorted(set(fields)))
    else:
        hashes = parse_qs(url.partition("#")[0].partition("?")[2]).get("bodySHA256", [""])
        if not hmac.compare_digest(
            hashes[0].lower().encode(errors="replace"), hashlib.sha256(body).hexdigest().encode()
        ):
            return []
    return [(variant + added).encode(errors="replace") for variant in _url_variants(url)]


def _url_variants(url: str) -> list[str]:
    """`url` with its port and without; never with a user or a fragment. The query stays byte for byte."""
    base, _, _ = url.partition("#")
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError:
        return []
    host = parts.netloc.rpartition("@")[2]
    bare = host.rpartition(":")[0] if port is not None else host
    scheme, rest = base.partition("://")[0], base.partition("://")[2].partition(parts.netloc)[2]
    default = {"https": 443, "http": 80}.get(parts.scheme, 443)
    return [f"{scheme}://{bare}:{port or default}{rest}", f"{scheme}://{bare}{rest}"]
