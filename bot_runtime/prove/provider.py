"""The provider's end: WhatsApp Cloud and Twilio on the wire, a ledger of every call, and nothing deduplicated.

A path begins with the worker's name (each process gets an `api_base` of its own), so the ledger knows who called.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.numbers import digits
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.faults import EXPIRED, Dice, Fault
from bot_runtime.prove.records import Send
from bot_runtime.prove.wire import Link, Listener, Request

GIVE_UP_S: Final = 45.0  # how long a call is left hanging; the server gives up at 30 s
HUGE_BYTES: Final = 100 * 1024 * 1024
HTML: Final = b"<html><body><h1>Bad gateway</h1></body></html>"


class Provider:
    """`on_accept(send)` is told of each message taken, before the answer; the answer is not sent if it says False."""

    def __init__(self, accounts: list[Account], clock: Clock, dice: Dice, on_accept: Callable[[Send], bool]) -> None:
        self._by_number_id = {one.phone_number_id: one for one in accounts if one.provider == "whatsapp"}
        self._by_sid = {one.account_sid: one for one in accounts if one.provider == "twilio"}
        self._clock, self._dice, self._on_accept = clock, dice, on_accept
        self._listener = Listener(self._serve)
        self.ledger: list[Send] = []
        self.strangers = 0  # calls that no send of ours makes
        self.token_expired = False

    def calm(self) -> None:
        """From now on every call gets its answer."""
        self._dice.scale = 0.0
        self.token_expired = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.port}"

    async def start(self) -> None:
        await self._listener.start()

    async def stop(self) -> None:
        await self._listener.stop()

    async def _serve(self, link: Link) -> None:
        while (request := await link.request()) is not None:
            parts = urlsplit(request.path).path.strip("/").split("/")
            read = {"graph": self._graph, "twilio": self._twilio}.get(parts[1]) if len(parts) > 2 else None
            found = read(parts, request) if read else None
            if found is None:
                self.strangers += 1
                await link.answer(404, b"{}")
                continue
            account, send, fault = found
            self.ledger.append(send)
            if fault.accepts and not self._on_accept(send):
                link.reset()  # its process was just killed: nobody is there to read an answer
                return
            if not await self._answer(link, account, send, fault):
                return

    def _graph(self, parts: list[str], request: Request) -> tuple[Account, Send, Fault] | None:
        account = self._by_number_id.get(parts[3]) if len(parts) == 5 and parts[4] == "messages" else None
        if account is None or request.headers.get("authorization") != f"Bearer {account.token}":
            return None
        body = json.loads(request.body)
        kind = "template" if body.get("type") == "template" else "text"
        text = body["template"]["name"] if kind == "template" else _said(body)
        return self._noted(account, parts[0], body.get("biz_opaque_callback_data", ""), body.get("to", ""), kind, text)

    def _twilio(self, parts: list[str], request: Request) -> tuple[Account, Send, Fault] | None:
        account = self._by_sid.get(parts[4]) if len(parts) == 6 and parts[5] == "Messages.json" else None
        login = f"{account.account_sid}:{account.auth_token}" if account else ""
        if (
            account is None
            or request.headers.get("authorization") != f"Basic {base64.b64encode(login.encode()).decode()}"
        ):
            return None
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        entry = parse_qs(urlsplit(form.get("StatusCallback", "")).query).get("entry", [""])[0]
        text = form.get("Body", "")
        kind = "template" if text.startswith("Hello ") else "text"  # on SMS a template is only its text
        return self._noted(account, parts[0], entry, form.get("To", ""), kind, text)

    def _noted(
        self, account: Account, worker: str, entry: str, to: str, kind: str, text: str
    ) -> tuple[Account, Send, Fault]:
        fault = self._dice.fault(entry, kind)
        if self.token_expired and account.provider == "whatsapp":
            fault = EXPIRED
        send = Send(
            at=self._clock.now(),
            store_at=self._clock.store_now(),
            worker=worker,
            channel=account.name,
            entry=entry,
            to=digits(to),
            kind="template" if kind == "template" else "text",
            text=text,
            accepted=fault.accepts,
            answer=fault.name,
            external_id=new_id(account) if fault.accepts else "",
        )
        return account, send, fault

    async def _answer(self, link: Link, account: Account, send: Send, fault: Fault) -> bool:
        """Answer as the fault says; False: the connection is gone."""
        yes = accepted(account, send)
        match fault.name:
            case "ok":
                await link.answer(200 if account.provider == "whatsapp" else 201, yes)
            case "slow":
                await asyncio.sleep(0.5)
                await link.answer(200, yes)
            case "drip":
                await link.drip(200, yes, 0.05)
            case "endless_drip":
                await link.drip(200, yes + b" " * 1024, 1.0)
            case "no_id":
                await link.answer(200, b'{"messaging_product":"whatsapp"}')
            case "empty":
                await link.answer(200, b"")
            case "html":
                await link.answer(200, HTML, "text/html")
            case "huge":
                await link.flood(200, HUGE_BYTES)
            case "bad_gateway" | "bad_gateway_accepted":
                await link.answer(502, HTML, "text/html")
            case "gateway_timeout_accepted":
                await link.answer(504, HTML, "text/html")
            case "accept_hang" | "never_read":
                await asyncio.sleep(GIVE_UP_S)
                link.reset()
                return False
            case "accept_reset" | "reset":
                link.reset()
                return False
            case _:
                status, body, headers = refusal(account, fault)
                await link.answer(status, body, headers=headers)
        return True


def _said(body: dict[str, object]) -> str:
    """The text of a message, whatever it is shown as."""
    for part in (body.get("text"), body.get("interactive")):
        if isinstance(part, dict):
            inner = part.get("body")
            return str(inner.get("text", "") if isinstance(inner, dict) else inner)
    return ""


def new_id(account: Account) -> str:
    return f"wamid.PROVE{secrets.token_hex(12)}" if account.provider == "whatsapp" else f"SM{secrets.token_hex(16)}"


def accepted(account: Account, send: Send) -> bytes:
    if account.provider == "twilio":
        return json.dumps({"sid": send.external_id, "status": "queued", "to": f"+{send.to}"}).encode()
    answer = {
        "messaging_product": "whatsapp",
        "contacts": [{"input": send.to, "wa_id": send.to}],
        "messages": [{"id": send.external_id, "message_status": "accepted"}],
    }
    return json.dumps(answer).encode()


# fault → (Graph's code, its status; Twilio's code, its status)
_CODES: Final = {
    "throttled": (130429, 429, 20429, 429),
    "throttled_pair": (131056, 400, 20429, 429),
    "error_500": (131000, 500, 20500, 500),
    "error_503": (2, 503, 20503, 503),
    "refused": (131026, 400, 21211, 400),
    "expired_token": (190, 401, 20003, 401),
}


def refusal(account: Account, fault: Fault) -> tuple[int, bytes, dict[str, str]]:
    graph, graph_status, twilio, twilio_status = _CODES[fault.name]
    headers = {"Retry-After": "1"} if fault.name == "throttled" else {}
    if account.provider == "twilio":
        body = {"code": twilio, "message": "refused", "status": twilio_status}
        return twilio_status, json.dumps(body).encode(), headers
    return graph_status, json.dumps(GraphError(graph).answer()).encode(), headers
