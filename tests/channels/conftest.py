"""Channels as the tests know them, with the secrets of the published signature vectors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.channels.whatsapp import WhatsAppCloud

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Button:
    kind: str
    text: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class TemplateText:
    """A template as the workspace describes it."""

    name: str
    body: str
    language: str = "es_MX"
    header: dict[str, str] | None = None
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    content_sid: str = ""


TEMPLATES = {
    (template.name, template.language): template
    for template in (
        TemplateText(
            "saldo_vencido",
            "Hola {{1}}, tu saldo de {{2}} vence el {{3}}.",
            header={"text": "Aviso de {{1}}"},
            footer="Demo SA",
            buttons=(
                Button("reply", "Prometer un pago", payload="PROMESA"),
                Button("reply", "Otras opciones", payload="OTRAS"),
                Button("url", "Pagar", url="https://pay.example.com/{{1}}"),
            ),
            content_sid="HX00000000000000000000000000000001",
        ),
        TemplateText(
            "pedido", "Hola {{first_name}}, va {{order_id}}", header={"image": "https://cdn.example.com/a.png"}
        ),
        TemplateText("aviso", "Abrimos el lunes."),
        TemplateText("bienvenida", "Hola {{1}}", language="es"),
        TemplateText("bienvenida", "Hi {{1}}", language="en"),
    )
}


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 1, 1, 0, 1, tzinfo=UTC)


@pytest.fixture
def whatsapp() -> WhatsAppCloud:
    return WhatsAppCloud(
        "wa",
        phone_number_id="2000000000002",
        app_secrets=["d3m0_app_s3cret_000000000000000001"],
        verify_token="a verify token",
        token="a token",
        templates=TEMPLATES,
    )


@pytest.fixture
def twilio() -> Callable[..., TwilioMessaging]:
    def build(kind: Any = "sms", **options: Any) -> TwilioMessaging:
        known: dict[str, Any] = {
            "account_sid": "AC00000000000000000000000000000001",
            "auth_tokens": ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"],
            "number": "+15550100999",
            "public_url": "https://bot.example.com",
            "templates": TEMPLATES,
        }
        return TwilioMessaging("tw", kind=kind, **(known | options))

    return build
