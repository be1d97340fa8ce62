"""From a channel's entry in `bot.yaml` to the channel."""

from collections.abc import Mapping
from typing import Final

from bot_runtime.channels.base import Channel, ChannelConfig, Templates
from bot_runtime.channels.twilio import API_BASE as TWILIO_API
from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.channels.whatsapp import API_BASE as WHATSAPP_API
from bot_runtime.channels.whatsapp import API_VERSION, WhatsAppCloud
from bot_runtime.errors import SettingError

_TEXT: Final = "text"
_SECRETS: Final = "text or list of texts"
_YES_NO: Final = "yes or no"

OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "whatsapp": {
        "phone_number_id": _TEXT,
        "app_secret": _SECRETS,
        "verify_token": _TEXT,
        "token": _TEXT,
        "waba_id": _TEXT,
        "number": _TEXT,
        "api_base": _TEXT,
        "api_version": _TEXT,
        "read_marks": _YES_NO,
    },
    "twilio": {
        "account_sid": _TEXT,
        "auth_token": _SECRETS,
        "number": _TEXT,
        "messaging_service_sid": _TEXT,
        "api_base": _TEXT,
    },
}
"""Provider → option → what it holds."""

REQUIRED_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "whatsapp": ("phone_number_id", "app_secret", "verify_token", "token"),
    "twilio": ("account_sid", "auth_token"),
}
"""Twilio also needs `number` or `messaging_service_sid`."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {"whatsapp": ("whatsapp",), "twilio": ("sms", "whatsapp")}
"""Provider → what its channels can be."""


def build_channel(config: ChannelConfig, templates: Templates, public_url: str) -> Channel:
    """The channel that an entry of `bot.yaml` describes. `public_url` is where providers reach this server.

    Raises:
        SettingError: an option is missing or not of its kind; it names the channel and the option.
    """
    options = _Options(config)
    if config.provider not in OPTIONS:
        raise options.problem("provider", f"expected {' or '.join(OPTIONS)}")
    if config.kind not in KINDS[config.provider]:
        raise options.problem("kind", f"expected {' or '.join(KINDS[config.provider])}")
    if config.provider == "whatsapp":
        return WhatsAppCloud(
            config.name,
            phone_number_id=options.text("phone_number_id"),
            app_secrets=options.secrets("app_secret"),
            verify_token=options.text("verify_token"),
            token=options.text("token"),
            templates=templates,
            limits=config.limits,
            api_base=options.text("api_base", WHATSAPP_API),
            api_version=options.text("api_version", API_VERSION),
            number=options.text("number", ""),
            waba_id=options.text("waba_id", ""),
            read_marks=options.yes_no("read_marks", True),
        )
    number, service = options.text("number", ""), options.text("messaging_service_sid", "")
    if not number and not service:
        raise options.problem("number", "missing (or set messaging_service_sid)")
    return TwilioMessaging(
        config.name,
        kind="whatsapp" if config.kind == "whatsapp" else "sms",
        account_sid=options.text("account_sid"),
        auth_tokens=options.secrets("auth_token"),
        number=number,
        messaging_service_sid=service,
        public_url=public_url,
        templates=templates,
        limits=config.limits,
        api_base=options.text("api_base", TWILIO_API),
    )


class _Options:
    def __init__(self, config: ChannelConfig) -> None:
        self._channel = config.name
        self._config = config.options

    def problem(self, option: str, what: str) -> SettingError:
        return SettingError(f"channels.{self._channel}.{option}: {what}")

    def text(self, option: str, default: str | None = None) -> str:
        """A whole number counts as text: ids and phones are often written without quotes."""
        value = self._config.get(option)
        if value is None or value == "":
            if default is None:
                raise self.problem(option, "missing")
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.problem(option, "expected a text")
        return str(value)

    def secrets(self, option: str) -> list[str]:
        value = self._config.get(option)
        found = value if isinstance(value, list | tuple) else [value]
        if not found or not all(isinstance(one, str) and one for one in found):
            raise self.problem(option, "missing" if value in (None, "", []) else "expected a text or a list of texts")
        return list(found)

    def yes_no(self, option: str, default: bool) -> bool:
        value = self._config.get(option, default)
        if not isinstance(value, bool):
            raise self.problem(option, "expected yes or no")
        return value
