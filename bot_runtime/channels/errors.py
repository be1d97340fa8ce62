"""What a provider's failure means for the outbox: one class for each code, and what the operator should read.

The code decides; the HTTP status only where there is no code we know. Classes: `docs/channels.md`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from bot_runtime.channels.error_codes import TWILIO, WHATSAPP
from bot_runtime.errors import SendFailed


class Meaning(NamedTuple):
    """`kind` is the retry class; `es` and `en` tell the operator what happened and what to do."""

    kind: str
    en: str
    es: str


# What we say no to ourselves, before anything leaves, and what happens on the way.
_OURS: Final = {
    "empty": ("N", "The message is empty.", "El mensaje está vacío."),
    "too_long": ("N", "The message is too long for this channel.", "El mensaje es demasiado largo para este canal."),
    "characters": ("N", "The message holds a broken character.", "El mensaje contiene un carácter dañado."),
    "media_kind": ("N", "WhatsApp does not send this kind of file.", "WhatsApp no envía este tipo de archivo."),
    "caption": ("N", "WhatsApp takes no caption with audio.", "WhatsApp no acepta texto junto a un audio."),
    "unknown_template": ("N", "The template no longer exists.", "La plantilla ya no existe."),
    "parameter_count": (
        "N",
        "The data given are not those of the template.",
        "Los datos no corresponden a la plantilla.",
    ),
    "parameter_empty": ("N", "A value of the template is empty.", "Un dato de la plantilla está vacío."),
    "payload_count": (
        "N",
        "The template has fewer buttons than were planned.",
        "La plantilla tiene menos botones que los previstos.",
    ),
    "content_sid": ("N", "The template has no content_sid; WhatsApp needs it.", "La plantilla no tiene content_sid."),
    "channel_gone": ("N", "The channel is no longer configured.", "El canal ya no está configurado."),
    "api_base": ("A", "The channel's api_base is no URL.", "El api_base del canal no es una URL."),
    "timeout": ("U", "The provider did not answer in time.", "El proveedor no respondió a tiempo."),
    "connection": ("U", "The provider could not be reached.", "No se pudo conectar con el proveedor."),
}
_BY_PROVIDER: Final = {"whatsapp": WHATSAPP, "twilio": TWILIO}
_PERMISSION: Final = WHATSAPP[10]
_MAX_RETRY_AFTER_S: Final = 3600.0
_DIGITS: Final = re.compile(r"\+?[0-9]{7,}")


def meaning(provider: str, code: str, status: int = 0) -> Meaning:
    """The meaning of `code` (empty: none was given) in an answer with HTTP `status` (0: in a status report).

    Also of the words that stand where a provider's code would, when it was us who said no.
    """
    if code in _OURS:
        return Meaning(*_OURS[code])
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 12 else -1
    known = _BY_PROVIDER[provider].get(number)
    if known is None and provider == "whatsapp" and 200 <= number <= 299:
        known = _PERMISSION
    if known is not None:
        return Meaning(*known)
    return Meaning(
        _kind_of_status(status),
        f"The provider answered {status or 'with a failure'}, code {code or 'none'}.",
        f"El proveedor respondió {status or 'con un fallo'}, código {code or 'ninguno'}.",
    )


def _kind_of_status(status: int) -> str:
    if status == 429:
        return "T"
    if status in (502, 504):
        return "U"
    if status >= 500:
        return "R"
    if status == 401 or 300 <= status < 400:  # bad credentials; a redirect means `api_base` is wrong
        return "A"
    return "U" if 200 <= status < 300 else "N"


def refusal(provider: str, code: str, status: int, detail: str, headers: Mapping[str, str]) -> SendFailed:
    """The failure an answer stands for. `detail` is the provider's own text, shortened and without phone numbers."""
    kind = meaning(provider, code, status).kind
    return SendFailed(kind, code or str(status), _DIGITS.sub("…", detail[:300]), retry_after_s(headers))


def retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds the provider asks us to wait (`Retry-After`: seconds or a date), at most an hour; None: it didn't say."""
    asked = headers.get("Retry-After") or headers.get("retry-after")
    if not asked:
        return None
    try:
        seconds = float(asked)
    except ValueError:
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), _MAX_RETRY_AFTER_S) if seconds == seconds else None
