"""WhatsApp Cloud API: one business number. Payloads and limits: Meta's Messages reference, read 2026-05."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot_runtime.channels.base import Limits, ListedTemplate, Parsed, Request, Templates
from bot_runtime.channels.errors import refusal
from bot_runtime.channels.json_input import decode, list_of, object_of, text_of, word_of
from bot_runtime.channels.levels import contacts_of
from bot_runtime.channels.rendering import find_template, template_as_read
from bot_runtime.channels.whatsapp_inbound import Unusual, parse_ordinary
from bot_runtime.channels.whatsapp_lenient import parse_leniently
from bot_runtime.channels.whatsapp_render import message
from bot_runtime.dialogs.effects import Send, SendTemplate
from bot_runtime.errors import BadSignature, SendFailed

API_BASE: Final = "https://graph.facebook.com"
API_VERSION: Final = "v25.0"
LEVEL_FIELDS: Final = ("whatsapp_business_manager_messaging_limit", "messaging_limit_tier")  # of old accounts
ENTRY: Final = 512  # what `biz_opaque_callback_data` holds


class WhatsAppCloud:
    """`app_secrets`: one an app, two while it is rotated. `account` is the `phone_number_id`."""

    kind = "whatsapp"
    provider = "whatsapp"
    describes_files = True
    redelivers = True  # for up to 7 days

    def __init__(
        self,
        name: str,
        *,
        phone_number_id: str,
        app_secrets: Sequence[str],
        verify_token: str,
        token: str,
        templates: Templates | None = None,
        limits: Limits | None = None,
        api_base: str = API_BASE,
        api_version: str = API_VERSION,
        number: str = "",
        waba_id: str = "",
        read_marks: bool = True,
    ) -> None:
        self.name = name
        self.account = phone_number_id
        self.limits = limits or Limits()
        self.number = number
        self.waba_id = waba_id
        self._app_secrets = tuple(secret.encode() for secret in app_secrets if secret)
        self._verify_token = verify_token.encode()
        self._templates = templates or {}
        self.api_base = api_base.rstrip("/")
        self._api = f"{api_base.rstrip('/')}/{api_version}"
        self._url = f"{self._api}/{phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._read_marks = read_marks

    def handshake(self, query: Mapping[str, str]) -> str | None:
        claimed = query.get("hub.verify_token", "").encode(errors="replace")
        known = hmac.compare_digest(claimed, self._verify_token) and self._verify_token != b""
        return query.get("hub.challenge") if known and query.get("hub.mode") == "subscribe" else None

    def verify(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        claimed = headers.get("X-Hub-Signature-256") or headers.get("x-hub-signature-256") or ""
        for secret in self._app_secrets:
            expected = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
            if hmac.compare_digest(claimed.encode(errors="replace"), expected.encode()):
                return
        raise BadSignature(self.name)

    def parse(self, body: bytes, content_type: str, query: Mapping[str, str], now: datetime) -> list[Parsed]:
        try:
            return parse_ordinary(body, self.name, now)
        except Unusual:
            return parse_leniently(body, self.name, now)

    def acknowledgement(self) -> tuple[str, str]:
        return "", "text/plain"

    def render(self, to: str, effect: Send, entry: str) -> Request:
        if len(entry) > ENTRY:
            raise SendFailed("N", "entry", "our id is too long for biz_opaque_callback_data")
        return self._post(message(to, effect, entry, self._templates))

    def template_text(self, effect: SendTemplate) -> str:
        return template_as_read(find_template(self._templates, effect), effect.parameters, self.kind)

    def render_read(self, message_id: str, typing: bool = False) -> Request | None:
        """Typing shows until our reply, at most 25 s; it cannot be shown without marking as read."""
        if not self._read_marks:
            return None
        mark: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        return self._post(mark | ({"typing_indicator": {"type": "text"}} if typing else {}))

    def render_templates(self, after: str = "") -> Request | None:
        """The call that lists the account's templates, a page at a time; None without a `waba_id`."""
        if not self.waba_id:
            return None
        query = {"fields": "name,language,status,category,rejected_reason", "limit": "100"}
        asked = urlencode(query | ({"after": after} if after else {}))
        return Request("GET", f"{self._api}/{self.waba_id}/message_templates?{asked}", self._headers)

    def templates_in(self, status: int, headers: Mapping[str, str], body: bytes) -> tuple[list[ListedTemplate], str]:
        """The templates of one page, and what to ask the next one with; empty: it was the last.

        Raises:
            SendFailed: it is no such page.
        """
        answer = decode(body)
        error = object_of(answer.get("error"))
        if error or not 200 <= status < 300 or "data" not in answer:
            raise refusal(self.provider, word_of(error.get("code")), status, text_of(error.get("message")), headers)
        found = [
            ListedTemplate(
                name=text_of(one.get("name")),
                language=text_of(one.get("language")),
                status=text_of(one.get("status")).lower(),
                category=text_of(one.get("category")).lower(),
                reason=text_of(one.get("rejected_reason")),
            )
            for one in map(object_of, list_of(answer["data"]))
        ]
        paging = object_of(answer.get("paging"))
        more = bool(paging.get("next")) and found
        return found, text_of(object_of(paging.get("cursors")).get("after")) if more else ""

    def render_file(self, ref: str) -> Request | None:
        """A media id; it is good for a week, the address it leads to for five minutes."""
        return Request("GET", f"{self._api}/{quote(ref, safe='')}", self._headers) if ref.isalnum() else None

    def file_in(self, body: bytes) -> tuple[str, str, int] | None:
        described = decode(body)
        url, size = text_of(described.get("url")), word_of(described.get("file_size"))
        return (url, text_of(described.get("mime_type")), int(size) if size.isdecimal() else 0) if url else None

    def render_level(self, field: str) -> Request:
        """The call that says how many contacts the account may reach in 24 hours; `field`: one of `LEVEL_FIELDS`."""
        return Request("GET", f"{self._api}/{self.account}?{urlencode({'fields': field})}", self._headers)

    def level_in(self, status: int, headers: Mapping[str, str], body: bytes) -> int | None:
        """The level in such an answer (-1: no limit); None: it says none.

        Raises:
            SendFailed: it is no such answer.
        """
        answer = decode(body)
        error = object_of(answer.get("error"))
        if error or not 200 <= status < 300:
            raise refusal(self.provider, word_of(error.get("code")), status, text_of(error.get("message")), headers)
        return next((found for field in LEVEL_FIELDS if (found := contacts_of(answer.get(field)))), None)

    def accepted(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        answer = decode(body)
        error = object_of(answer.get("error"))
        if error or not 200 <= status < 300:
            code = word_of(error.get("code"))
            raise refusal(self.provider, code, status, text_of(error.get("message")), headers)
        for sent in list_of(answer.get("messages")):
            if external_id := text_of(object_of(sent).get("id")):
                return external_id
        raise SendFailed("U", str(status), "accepted without a message id")

    def _post(self, json: dict[str, Any]) -> Request:
        return Request("POST", self._url, self._headers, json=json)
