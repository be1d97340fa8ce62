"""A WhatsApp Cloud API that lives here, over a `World`: messages, templates, media, and signed webhooks."""

import secrets
from typing import Any

from aiohttp import web

from bot_runtime.devtools import graph_webhooks as webhooks
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.calls import loads
from bot_runtime.devtools.courier import Webhook
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.graph_library import GraphLibrary
from bot_runtime.devtools.graph_rules import check
from bot_runtime.devtools.graph_view import bubble
from bot_runtime.devtools.numbers import wa_id
from bot_runtime.devtools.world import Call, Fault, Message, Phone


class FakeWhatsApp(GraphLibrary):
    """`window`: refuse anything but templates 24 h after the contact's last message, as Meta does (131047).
    `make_phones`: a number nobody has gets a simulated phone, instead of 131026."""

    window = False
    make_phones = False

    def routes(self, prefix: str) -> list[web.RouteDef]:
        send = web.post(prefix + r"/{version:v\d+\.\d+}/{phone_number_id}/messages", self.messages)
        return [send, *self.library_routes(prefix)]

    # --- the API ------------------------------------------------------------------------------------------------

    async def messages(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        account = self.account_of(request)
        try:
            body = loads(raw)
        except (ValueError, RecursionError):
            body = raw.decode(errors="replace")
        channel = account.name if account else ""
        call = self.world.record(channel, request.method, request.path, body)
        try:
            self.authorize(request, account)
            assert account is not None
            if not isinstance(body, dict):
                raise GraphError(100, "The request body must be a JSON object")
            if body.get("messaging_product") != "whatsapp":
                raise GraphError(100, "The parameter messaging_product is required.")
            if "status" in body:
                return self.answer(call, 200, self._read(account, body))
        except GraphError as refusal:
            return self.refuse(call, refusal)
        to = str(body.get("to") or body.get("recipient") or "")
        fault = self.world.fault_for(channel, to)

        def take(fault: Fault | None) -> tuple[int, Any]:
            try:
                return 200, self._send(account, body, to, call, fault)
            except GraphError as refusal:
                call.code = refusal.code
                return refusal.status, refusal.answer()

        def refuse(code: int | None, status: int | None) -> tuple[int, Any]:
            if code is None and status:
                return status, {"error": {"message": "An unknown error occurred", "type": "OAuthException"}}
            call.code = code
            refusal = GraphError(code or 0, status=status)
            return refusal.status, refusal.answer()

        return await self.with_faults(request, call, fault, take, refuse)

    def _send(self, account: Account, body: dict[str, Any], to: str, call: Call, fault: Fault | None) -> dict[str, Any]:
        check(body, account.templates)
        if self.too_fast(account):
            raise GraphError(130429, "Cloud API message throughput has been reached.")
        phone = self.world.phone_at(account.name, to)
        if phone is None and self.make_phones and "to" in body:
            phone = self.world.add_phone(to, account.name, to, simulated=True)
        if phone is None:
            raise GraphError(131026, f"{to}: nobody on this simulated network has this number")
        if self.window and body.get("type") != "template" and not self.world.window_open(phone):
            raise GraphError(131047, "More than 24 hours have passed since the customer last replied to this number.")
        message = bubble(body, account, phone, new_wamid(), self.world.now())
        self.shown(message, call)
        category = next((one.category for one in account.templates if one.name == message.template), "service").lower()
        self._report(account, phone, message, category, fault)
        known = {"wa_id": wa_id(phone.number)} if "to" in body else {"user_id": phone.user_id}
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, **known}],
            "messages": [{"id": message.id, "message_status": "accepted"}],
        }

    def _report(self, account: Account, phone: Phone, message: Message, category: str, fault: Fault | None) -> None:
        """Send the statuses of a message just accepted, each when the one before was taken."""
        if fault and fault.silent:
            return
        steps = ["sent", "delivered"]
        error = None
        if fault and fault.on == "delivery":
            steps, error = ["failed"], GraphError(fault.code or 131026)
        reports = []
        for name in steps:
            body = webhooks.encode(
                webhooks.status(
                    account,
                    phone,
                    message.id,
                    name,
                    self.world.now(),
                    opaque=message.entry,
                    category=category,
                    error=error,
                )
            )
            reports.append(self._webhook(account, body, phone, message.id, name, self.delay_s))
            self.world.mark(message.id, name, f"{error.code}: {error.title}" if error else "")
        self.courier.send(*reports)

    def _read(self, account: Account, body: dict[str, Any]) -> dict[str, Any]:
        """The server read a contact's message, and with it the ones before."""
        message = self.world.messages.get(str(body.get("message_id") or ""))
        if body["status"] != "read" or message is None or message.sender != "contact":
            raise GraphError(131009, "status must be read and message_id a received message")
        for earlier in self.world.by_phone[message.phone]:
            if earlier.sender == "contact":
                self.world.mark(earlier.id, "read")
            if earlier is message:
                break
        if "typing_indicator" in body:
            if body["typing_indicator"] != {"type": "text"}:
                raise GraphError(131009, "typing_indicator.type must be text")
            self.world.publish("typing", phone=message.phone, on=True)
        return {"success": True}

    # --- what contacts do -----------------------------------------------------------------------------------------

    def receive(self, phone: Phone, message: Message, contents: dict[str, Any]) -> Message:
        """A contact's message: shown on the phone, and its webhook on the way. `contents` as in `messages[]`."""
        account = self.accounts[phone.channel]
        self.world.show(message)
        posted = {"id": message.id, "timestamp": str(int(message.at.timestamp())), **contents}
        if message.quoted and contents["type"] != "reaction":
            posted["context"] = {"from": wa_id(account.number), "id": message.quoted}
        body = webhooks.encode(webhooks.inbound(account, phone, [posted]))
        self.courier.send(self._webhook(account, body, phone, message.id, "received"))
        return message

    def read(self, phone: Phone) -> int:
        """The phone's owner reads what we sent; how many that were."""
        account = self.accounts[phone.channel]
        unread = [one for one in self.world.by_phone[phone.id] if one.sender == "bot" and one.status == "delivered"]
        for message in unread:
            self.world.mark(message.id, "read")
            report = webhooks.status(account, phone, message.id, "read", self.world.now(), opaque=message.entry)
            self.courier.send(self._webhook(account, webhooks.encode(report), phone, message.id, "read"))
        return len(unread)

    def deliver(self, account: Account, payload: object, lane: str = "") -> None:
        """Send any payload as a webhook of `account`, signed: for the kinds nobody has a button for."""
        body = webhooks.encode(payload)
        self.post(account, body, webhooks.sign(account.app_secret, body), lane=lane or account.name)

    # --- small parts ----------------------------------------------------------------------------------------------

    def _webhook(
        self, account: Account, body: bytes, phone: Phone, message: str, status: str, after_s: float = 0
    ) -> Webhook:
        return Webhook(
            url=self.webhook_url(account),
            headers=webhooks.sign(account.app_secret, body),
            body=body,
            lane=phone.id if status == "received" else f"{phone.id} statuses",
            message=message,
            status=status,
            not_before_s=after_s,
        )


def new_wamid() -> str:
    return f"wamid.DEV{secrets.token_hex(14).upper()}"
