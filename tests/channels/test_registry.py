"""A channel's entry in bot.yaml becomes a channel, or says which option is wrong."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot_runtime.channels.base import Limits
from bot_runtime.channels.registry import KINDS, OPTIONS, REQUIRED_OPTIONS, build_channel
from bot_runtime.dialogs.effects import SendText
from bot_runtime.errors import SettingError


@dataclass(frozen=True)
class Entry:
    provider: str
    kind: str
    options: dict[str, Any]
    name: str = "main"
    limits: Limits = field(default_factory=Limits)


WHATSAPP = {"phone_number_id": 2000000000002, "app_secret": ["new", "old"], "verify_token": "v", "token": "t"}
TWILIO = {"account_sid": "AC1", "auth_token": "t", "number": "+15550100999"}


def test_a_whatsapp_entry_becomes_a_whatsapp_channel():
    entry = Entry("whatsapp", "whatsapp", WHATSAPP | {"api_base": "http://127.0.0.1:9/", "api_version": "v26.0"})
    channel = build_channel(entry, {}, "")

    assert (channel.name, channel.kind, channel.provider) == ("main", "whatsapp", "whatsapp")
    assert channel.account == "2000000000002"  # ids may be written without quotes
    assert channel.render("1", SendText("a"), "e").url == "http://127.0.0.1:9/v26.0/2000000000002/messages"


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_a_twilio_entry_becomes_a_channel_of_its_kind(kind):
    channel = build_channel(Entry("twilio", kind, TWILIO, limits=Limits(pair_burst=3)), {}, "https://b.example.com/")

    assert (channel.kind, channel.provider, channel.account) == (kind, "twilio", "+15550100999")
    assert channel.limits.pair_burst == 3
    form = dict(channel.render("+1", SendText("a"), "e").form)
    assert form["StatusCallback"] == "https://b.example.com/webhooks/main?entry=e"


def without(options: dict[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in options.items() if known != name}


@pytest.mark.parametrize(
    ("provider", "kind", "options", "said"),
    [
        *(
            ("whatsapp", "whatsapp", without(WHATSAPP, name), f"channels.main.{name}: missing")
            for name in REQUIRED_OPTIONS["whatsapp"]
        ),
        *(
            ("twilio", "sms", without(TWILIO, name), f"channels.main.{name}: missing")
            for name in REQUIRED_OPTIONS["twilio"]
        ),
        ("twilio", "sms", without(TWILIO, "number"), "channels.main.number: missing (or set messaging_service_sid)"),
        ("whatsapp", "whatsapp", WHATSAPP | {"token": ""}, "channels.main.token: missing"),
        ("whatsapp", "whatsapp", WHATSAPP | {"token": True}, "channels.main.token: expected a text"),
        ("whatsapp", "whatsapp", WHATSAPP | {"token": ["a"]}, "channels.main.token: expected a text"),
        ("whatsapp", "whatsapp", WHATSAPP | {"app_secret": []}, "channels.main.app_secret: missing"),
        ("whatsapp", "whatsapp", WHATSAPP | {"app_secret": ""}, "channels.main.app_secret: missing"),
        (
            "whatsapp",
            "whatsapp",
            WHATSAPP | {"app_secret": ["a", 1]},
            "channels.main.app_secret: expected a text or a list of texts",
        ),
        ("whatsapp", "whatsapp", WHATSAPP | {"read_marks": "x"}, "channels.main.read_marks: expected yes or no"),
        ("whatsapp", "sms", WHATSAPP, "channels.main.kind: expected whatsapp"),
        ("twilio", "fax", TWILIO, "channels.main.kind: expected sms or whatsapp"),
        ("pigeon", "sms", TWILIO, "channels.main.provider: expected whatsapp or twilio"),
    ],
)
def test_a_wrong_entry_names_the_channel_and_the_option(provider, kind, options, said):
    with pytest.raises(SettingError) as refused:
        build_channel(Entry(provider, kind, options), {}, "")
    assert str(refused.value) == said


def test_every_required_option_is_a_known_one():
    for provider, required in REQUIRED_OPTIONS.items():
        assert set(required) <= OPTIONS[provider].keys()
        assert KINDS[provider]
