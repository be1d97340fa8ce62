"""The fakes, and a stand-in for our server that keeps what providers bring it."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot_runtime.devtools import accounts
from bot_runtime.devtools.accounts import Account, Template
from bot_runtime.devtools.courier import Patience
from bot_runtime.devtools.simulate import FakeProviders

BOT = """
brand: demo
language: es
close_reasons: [listo]
channels:
  wa:
    provider: whatsapp
    phone_number_id: ${WA_ID}
    app_secret: ["${WA_SECRET}", old]
    verify_token: ${WA_VERIFY}
    token: ${WA_TOKEN}
  sms: { provider: twilio, number: "+15550100888", account_sid: "${TW_SID}", auth_token: "${TW_TOKEN}" }
"""
VISIT = """
dialog: visita
title: Encuesta
response_timeout: 1h
retry: { attempts: 2, goto: adios }
starts: { keywords: [encuesta], default: true }
states:
  nota: { ask: "¿Cómo te fue?", answer: rating, save: nota, goto: adios }
  adios: { say: Gracias, close: listo }
"""
PAYMENT = """
dialog: pago
retry: { attempts: 2, goto: adios }
starts: { template: saldo }
needs: { nombre: { type: text, example: Ana }, monto: number }
states:
  aviso:
    ask: "Hola {{ nombre }}"
    menu: [{ label: Pagar, button: PAGAR, goto: adios }]
  adios: { say: "Son {{ monto }}", close: listo }
"""
TEMPLATE = """
template: saldo
body: "Hola {{1}}, debes {{2}}"
buttons: [{ reply: Pagar, payload: PAGAR }]
parameters: [nombre, monto]
"""

QUICK = Patience(pauses_s=(0.01, 0.02), twilio_pauses_s=(0.01, 0.02))

TEMPLATES = [
    Template(
        name="overdue",
        language="es",
        components=[
            {"type": "HEADER", "format": "TEXT", "text": "Hola {{1}}"},
            {"type": "BODY", "text": "Debes {{1}} desde el {{2}}."},
            {"type": "FOOTER", "text": "Demo"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Prometer"},
                    {"type": "URL", "text": "Ver", "url": "https://example.com/{{1}}"},
                ],
            },
        ],
        content_sid="HX0123",
    ),
    Template(name="paused", language="es", status="PAUSED", components=[{"type": "BODY", "text": "x"}]),
    Template(name="waiting", language="es", status="PENDING", components=[{"type": "BODY", "text": "x"}]),
    Template(
        name="poster",
        language="en",
        components=[{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look, {{name}}"}],
        parameter_format="NAMED",
    ),
]


@dataclass
class Arrived:
    """One webhook as the server got it."""

    url: str
    channel: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers each webhook with the next of `answers` (0: cuts the connection), then with 200."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        url = self.url + request.raw_path
        channel = request.match_info["channel"]
        self.arrived.append(Arrived(url, channel, dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        if status == 0 and request.transport:
            request.transport.abort()
        return web.Response(status=status or 500)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/webhooks/{channel}", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def whatsapp() -> Account:
    return accounts.whatsapp(templates=TEMPLATES)


@pytest.fixture
def sms() -> Account:
    return accounts.twilio()


@pytest.fixture
def twilio_whatsapp() -> Account:
    return accounts.twilio("wa_twilio", "whatsapp", "+15550100777", templates=TEMPLATES)


@pytest.fixture
async def fakes(
    receiver: Receiver, whatsapp: Account, sms: Account, twilio_whatsapp: Account
) -> AsyncIterator[FakeProviders]:
    async with FakeProviders([whatsapp, sms, twilio_whatsapp], target=receiver.url, patience=QUICK, delay_s=0) as fakes:
        yield fakes


@pytest.fixture
async def http(fakes: FakeProviders) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{fakes.port}") as http:
        yield http


@dataclass
class Graph:
    """Calls the fake Graph as our server would."""

    http: aiohttp.ClientSession
    account: Account
    token: str = ""

    async def send(self, body: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token or self.account.token}"}
        path = f"/graph/v25.0/{self.account.phone_number_id}/messages"
        async with self.http.post(path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def text(self, to: str, body: str, **more: Any) -> tuple[int, Any]:
        return await self.send(message(to, type="text", text={"body": body}, **more))

    async def raw(self, to: str, body: str, most: int = -1) -> tuple[int, Mapping[str, str], bytes]:
        """A text, and the answer as it came (its first bytes)."""
        headers = {"Authorization": f"Bearer {self.account.token}"}
        path = f"/graph/v25.0/{self.account.phone_number_id}/messages"
        sent = message(to, type="text", text={"body": body})
        async with self.http.post(path, json=sent, headers=headers) as answer:
            return answer.status, answer.headers, await answer.content.read(most)

    async def get(self, path: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.account.token}"}
        async with self.http.get(f"/graph/v25.0/{path}", headers=headers) as answer:
            return answer.status, await answer.json()


@dataclass
class Twilio:
    """Calls the fake Twilio as our server would."""

    http: aiohttp.ClientSession
    account: Account

    async def send(self, to: str, body: str = "", **more: Any) -> tuple[int, Any]:
        prefix = "whatsapp:" if self.account.kind == "whatsapp" else ""
        form = {"To": prefix + to, "From": prefix + self.account.number}
        return await self.post(form | ({"Body": body} if body else {}) | more)

    async def post(self, form: dict[str, Any], password: str = "") -> tuple[int, Any]:
        login = aiohttp.encode_basic_auth(self.account.account_sid, password or self.account.auth_token)
        path = f"/twilio/2010-04-01/Accounts/{self.account.account_sid}/Messages.json"
        async with self.http.post(path, data=form, headers={"Authorization": login}) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def graph(http: aiohttp.ClientSession, whatsapp: Account) -> Graph:
    return Graph(http, whatsapp)


@pytest.fixture
def twilio(http: aiohttp.ClientSession, sms: Account) -> Twilio:
    return Twilio(http, sms)


def message(to: str = "+525555001000", **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, **more}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace on both channels, its secrets unset."""
    root = tmp_path / "bot"
    for name, text in {
        "bot.yaml": BOT,
        "dialogs/visita.yaml": VISIT,
        "dialogs/pago.yaml": PAYMENT,
        "templates/saldo.yaml": TEMPLATE,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


async def call(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with http.request(method, path, json=body) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None
