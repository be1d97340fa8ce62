"""A Twilio Messaging API that lives here, over a `World`: `Messages.json`, signed forms and status callbacks."""

import base64
import re
import secrets
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from bot_runtime.devtools import twilio_webhooks as webhooks
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.courier import Webhook
from bot_runtime.devtools.graph_view import filled
from bot_runtime.devtools.provider import Provider
from bot_runtime.devtools.sms_cost import cost
from bot_runtime.devtools.twilio_rules import Form, TwilioError, bare, check, content, first, variables
from bot_runtime.devtools.world import Button, Call, Fault, Media, Message, Phone

# Twilio's default words for a long code; it answers them itself and refuses to send (21610) until START.
STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START = {"start", "yes", "unstop"}
GOODBYE = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)


class FakeTwilio(Provider):
    """`opt_outs`: keep Twilio's own list of numbers that said STOP. `make_phones`: a number nobody has gets a phone."""

    make_phones = False
    opt_outs = True

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.stopped: set[str] = set()  # ids of phones
        self.callbacks: dict[str, tuple[str, str, str]] = {}  # sid → StatusCallback, From, To
        self.files: dict[str, tuple[bytes, str]] = {}

    def routes(self, prefix: str) -> list[web.RouteDef]:
        account = prefix + "/2010-04-01/Accounts/{account_sid}"
        return [
            web.post(account + "/Messages.json", self.messages),
            web.get(account + "/Messages/{sid}/Media/{media_sid}", self.download),
        ]

    # --- the API ------------------------------------------------------------------------------------------------

    async def messages(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        form: Form = parse_qs(raw.decode(errors="replace"), keep_blank_values=True)
        account = self._account(request, form)
        pairs = [[name, value] for name, values in form.items() for value in values]
        call = self.world.record(account.name if account else "", "POST", request.path, pairs)
        try:
            if account is None:
                raise TwilioError(20404, f"The requested resource {request.path} was not found")
            login = base64.b64encode(f"{account.account_sid}:{account.auth_token}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {login}":
                raise TwilioError(20003)
        except TwilioError as refusal:
            call.code = refusal.code
            return self.answer(call, refusal.status, refusal.answer())
        fault = self.world.fault_for(account.name, first(form, "To"))

        def take(fault: Fault | None) -> tuple[int, Any]:
            try:
                return 201, self._send(account, form, call, fault)
            except TwilioError as refusal:
                call.code = refusal.code
                return refusal.status, refusal.answer()

        def refuse(code: int | None, status: int | None) -> tuple[int, Any]:
            refusal = TwilioError(code or (20429 if status == 429 else 20500), status=status)
            call.code = refusal.code
            return refusal.status, refusal.answer()

        return await self.with_faults(request, call, fault, take, refuse)

    def _send(self, account: Account, form: Form, call: Call, fault: Fault | None) -> dict[str, Any]:
        check(form, account)
        if self.too_fast(account):
            raise TwilioError(20429)
        to, sender = first(form, "To"), first(form, "From") or webhooks.address(account, account.number)
        phone = self.world.phone_at(account.name, bare(to))
        if phone is None and self.make_phones:
            phone = self.world.add_phone(bare(to), account.name, bare(to), simulated=True)
        if phone and phone.id in self.stopped:
            raise TwilioError(21610)
        media = list(form.get("MediaUrl", ()))
        sid = new_sid("MM" if media else "SM")
        message = self._bubble(account, phone, form, sid, media)
        if phone:
            self.shown(message, call)
        self.callbacks[sid] = (first(form, "StatusCallback"), sender, to)
        code = (fault.code or 30008) if fault and fault.on == "delivery" else None if phone else 30005
        if not (fault and fault.silent):
            self._report(account, phone, sid, code)
        now = format_datetime(self.world.now().astimezone(UTC))
        return {
            "account_sid": account.account_sid,
            "api_version": "2010-04-01",
            "body": message.text,
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": first(form, "MessagingServiceSid") or None,
            "num_media": str(len(media)),
            "num_segments": str(message.sms.parts if message.sms else 1),
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "accepted" if first(form, "MessagingServiceSid") else "queued",
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{account.account_sid}/Messages/{sid}/Media.json"},
            "to": to,
            "uri": f"/2010-04-01/Accounts/{account.account_sid}/Messages/{sid}.json",
        }

    def _bubble(self, account: Account, phone: Phone | None, form: Form, sid: str, media: list[str]) -> Message:
        text, template, buttons = first(form, "Body"), "", []
        if content_sid := first(form, "ContentSid"):
            found = content(account, content_sid)
            assert found is not None  # `check` saw it
            given = [{"parameter_name": name, "text": value} for name, value in variables(form).items()]
            bodies = [one["text"] for one in found.components if one["type"] == "BODY"]
            text, template = filled("".join(bodies), given), found.name
            buttons = [
                Button(one["text"], one["text"], one.get("url", ""))
                for component in found.components
                for one in component.get("buttons", [])
            ]
        entry = re.search(r"[?&]entry=([^&]+)", first(form, "StatusCallback"))
        return Message(
            id=sid,
            phone=phone.id if phone else "",
            sender="bot",
            at=self.world.now(),
            kind="template" if template else "image" if media else "text",
            text=text,
            buttons=buttons,
            template=template,
            media=Media("image", media[0], text) if media else None,
            sms=cost(text) if account.kind == "sms" else None,
            entry=entry[1] if entry else "",
        )

    def _report(self, account: Account, phone: Phone | None, sid: str, code: int | None) -> None:
        names = ["sent", "delivered"] if code is None else ["sent", "undelivered"]
        reports = []
        for name in names:
            failed = code if name == "undelivered" else None
            self.world.mark(sid, "failed" if failed else name, str(failed or ""))
            reports += self._callback(account, phone, sid, name, failed)
        self.courier.send(*reports)

    def _callback(
        self, account: Account, phone: Phone | None, sid: str, name: str, code: int | None = None
    ) -> list[Webhook]:
        url, sender, to = self.callbacks.get(sid, ("", "", ""))
        if not url:
            return []
        form = webhooks.status(account, sid, name, sender, to, code)
        return [self._webhook(account, url, form, phone.id if phone else to, sid, name, self.delay_s)]

    async def download(self, request: web.Request) -> web.StreamResponse:
        if not request.headers.get("Authorization", "").startswith("Basic "):  # as accounts can ask for
            return web.Response(status=401)
        content, mime = self.files.get(request.match_info["media_sid"], (b"", ""))
        return web.Response(body=content, headers={"Content-Type": mime}) if mime else web.Response(status=404)

    # --- what contacts do -----------------------------------------------------------------------------------------

    def receive(self, phone: Phone, message: Message, extra: Mapping[str, str]) -> Message:
        """A contact's message: shown on the phone, and its form on the way. `extra`: fields its kind adds."""
        account = self.accounts[phone.channel]
        if account.kind == "sms":
            message.sms = cost(message.text)
        self.world.show(message)
        form = webhooks.inbound(account, phone, message, extra)
        self.courier.send(self._webhook(account, self.webhook_url(account), form, phone.id, message.id, "received"))
        if self.opt_outs and account.kind == "sms":
            self._hear_stop(phone, message.text.strip().lower())
        return message

    def _hear_stop(self, phone: Phone, word: str) -> None:
        if word in STOP and phone.id not in self.stopped:
            self.stopped.add(phone.id)
            self.world.show(
                Message(
                    id=new_sid("SM"),
                    phone=phone.id,
                    sender="bot",
                    at=self.world.now(),
                    kind="text",
                    text=GOODBYE,
                    status="delivered",
                    footer="Twilio",
                )
            )
        elif word in START:
            self.stopped.discard(phone.id)

    def read(self, phone: Phone) -> int:
        """The phone's owner reads what we sent (told on WhatsApp alone); how many that were."""
        account = self.accounts[phone.channel]
        unread = [one for one in self.world.by_phone[phone.id] if one.sender == "bot" and one.status == "delivered"]
        for message in unread:
            self.world.mark(message.id, "read")
            if account.kind == "whatsapp":
                self.courier.send(*self._callback(account, phone, message.id, "read"))
        return len(unread)

    def keep_file(self, content: bytes, mime: str) -> str:
        sid = new_sid("ME")
        self.files[sid] = (content, mime)
        return sid

    # --- small parts ----------------------------------------------------------------------------------------------

    def _webhook(
        self, account: Account, url: str, form: dict[str, str], lane: str, message: str, status: str, after_s: float = 0
    ) -> Webhook:
        headers = webhooks.sign(account.auth_token, url, form) | {"I-Twilio-Idempotency-Token": secrets.token_hex(16)}
        return Webhook(
            url=url.split("#")[0],
            headers=headers,
            body=webhooks.encode(form),
            lane=lane if status == "received" else f"{lane} statuses",
            message=message,
            status=status,
            not_before_s=after_s,
            retries="twilio",
        )

    def _account(self, request: web.Request, form: Form) -> Account | None:
        """The channel among those that share an account: by our number, else the first."""
        held = [one for one in self.accounts.values() if one.account_sid == request.match_info["account_sid"]]
        sender, service = first(form, "From"), first(form, "MessagingServiceSid")
        for account in held:
            if sender == webhooks.address(account, account.number) or (
                service and service == account.messaging_service_sid
            ):
                return account
        return held[0] if held else None


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
