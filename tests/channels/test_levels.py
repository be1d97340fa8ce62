"""What WhatsApp says of a business's level, asked for or in a webhook; and whose level a template counts for."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot_runtime.channels.base import Ignored, LevelReported
from bot_runtime.channels.levels import business_of, contacts_of
from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.errors import SendFailed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "contacts"),
    [
        ("TIER_50", 50),
        ("TIER_250", 250),
        ("TIER_1K", 1_000),
        ("TIER_2K", 2_000),
        ("TIER_100K", 100_000),
        ("TIER_UNLIMITED", -1),
        (-1, -1),
        (10_000, 10_000),
        ("TIER_NOT_SET", None),
        ("", None),
        (None, None),
        (0, None),  # a level of nobody would stop a business for good: rather the setting
        (True, None),
        ("TIER_MANY", None),
    ],
)
def test_a_tier_is_a_number_of_contacts(said: object, contacts: int | None):
    assert contacts_of(said) == contacts


@pytest.mark.parametrize(
    ("provider", "kind", "options", "business"),
    [
        ("whatsapp", "whatsapp", {"waba_id": "77", "phone_number_id": "1"}, "77"),
        ("whatsapp", "whatsapp", {"phone_number_id": "1"}, "1"),
        ("twilio", "whatsapp", {"number": "+5255"}, "+5255"),
        ("twilio", "sms", {"number": "+5255"}, ""),  # no level there
    ],
)
def test_the_numbers_of_one_account_share_its_level(provider: str, kind: str, options: dict[str, str], business: str):
    assert business_of(provider, kind, options) == business


def channel() -> WhatsAppCloud:
    return WhatsAppCloud("wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="t", waba_id="77")


def parsed(field: str, value: dict[str, Any]) -> list[object]:
    change = {"field": field, "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "77", "changes": [change]}]}
    return list(channel().parse(json.dumps(body).encode(), "application/json", {}, NOW))


def test_a_webhook_tells_a_new_level():
    assert parsed("business_capability_update", {"max_daily_conversations_per_business": 2_000}) == [
        LevelReported("", "77", 2_000)
    ]
    value = {"display_phone_number": "1", "event": "ONBOARDING", "max_daily_conversations_per_business": "TIER_10K"}
    assert parsed("phone_number_quality_update", value) == [LevelReported("", "77", 10_000)]
    (ignored,) = parsed("phone_number_quality_update", {"event": "THROUGHPUT_UPGRADE"})
    assert isinstance(ignored, Ignored)


def test_an_answer_tells_the_level_or_says_none():
    request = channel().render_level("whatsapp_business_manager_messaging_limit")
    assert request.url.endswith("/1?fields=whatsapp_business_manager_messaging_limit")
    assert channel().level_in(200, {}, b'{"whatsapp_business_manager_messaging_limit":"TIER_250","id":"1"}') == 250
    assert channel().level_in(200, {}, b'{"messaging_limit_tier":"TIER_10K","id":"1"}') == 10_000
    assert channel().level_in(200, {}, b'{"id":"1"}') is None
    with pytest.raises(SendFailed):
        channel().level_in(400, {}, b'{"error":{"code":100,"message":"no such field"}}')
    with pytest.raises(SendFailed):
        channel().level_in(502, {}, b"<html>")
