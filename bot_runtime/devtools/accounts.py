"""The accounts the fake providers hold: one a channel, with the secrets both sides share."""

import hashlib
from typing import Any, Literal

import msgspec


class Template(msgspec.Struct, kw_only=True):
    """An approved (or not) template in the provider's words: Graph's `components`, for both providers."""

    name: str
    language: str
    status: str = "APPROVED"
    category: str = "UTILITY"
    parameter_format: str = "POSITIONAL"
    components: list[dict[str, Any]] = []
    content_sid: str = ""  # Twilio's id of the same content


class Account(msgspec.Struct, kw_only=True):
    """A number at a fake provider. `name` is the channel's name at our server, whose webhook is `/webhooks/{name}`."""

    name: str
    provider: Literal["whatsapp", "twilio"]
    kind: Literal["whatsapp", "sms"]
    number: str
    title: str = ""
    # WhatsApp
    phone_number_id: str = ""
    waba_id: str = ""
    app_secret: str = ""
    verify_token: str = ""
    token: str = ""
    # Twilio
    account_sid: str = ""
    auth_token: str = ""
    messaging_service_sid: str = ""
    templates: list[Template] = []


def made_up(account: Account) -> Account:
    """The account with what is missing made up, always the same for one name: two processes agree without talking."""

    def secret(field: str, length: int = 32) -> str:
        return hashlib.sha256(f"{account.name}:{field}:dev".encode()).hexdigest()[:length]

    def number(field: str) -> str:
        return str(int(secret(field, 12), 16))[:15]

    if account.provider == "whatsapp":
        fills = {
            "phone_number_id": number("phone_number_id"),
            "waba_id": number("waba_id"),
            "app_secret": secret("app_secret"),
            "verify_token": secret("verify_token"),
            "token": "EAAdev" + secret("token"),
        }
    else:
        fills = {"account_sid": "AC" + secret("account_sid"), "auth_token": secret("auth_token")}
    return msgspec.structs.replace(
        account, **{name: value for name, value in fills.items() if not getattr(account, name)}
    )


def whatsapp(name: str = "whatsapp", number: str = "+15550100999", **more: Any) -> Account:
    return made_up(Account(name=name, provider="whatsapp", kind="whatsapp", number=number, **more))


def twilio(
    name: str = "sms", kind: Literal["whatsapp", "sms"] = "sms", number: str = "+15550100888", **more: Any
) -> Account:
    return made_up(Account(name=name, provider="twilio", kind=kind, number=number, **more))


def as_channel(account: Account, api_base: str) -> dict[str, Any]:
    """The account as an entry of `channels:` in a `bot.yaml` that talks to the fakes at `api_base`."""
    if account.provider == "whatsapp":
        return {
            "provider": "whatsapp",
            "number": account.number,
            "phone_number_id": account.phone_number_id,
            "waba_id": account.waba_id,
            "app_secret": account.app_secret,
            "verify_token": account.verify_token,
            "token": account.token,
            "api_base": f"{api_base}/graph",
        }
    entry = {
        "provider": "twilio",
        "kind": account.kind,
        "number": account.number,
        "account_sid": account.account_sid,
        "auth_token": account.auth_token,
        "api_base": f"{api_base}/twilio",
    }
    if account.messaging_service_sid:
        entry["messaging_service_sid"] = account.messaging_service_sid
    return entry
