"""Channels as the tests know them, with the secrets of the published signature vectors."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.channels.whatsapp import WhatsAppCloud
from tests.channels.known_templates import TEMPLATES


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
