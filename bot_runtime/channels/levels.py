"""Levels: how many contacts a WhatsApp business may reach in 24 hours, and whose they are (fact sheet §2.6). Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

UNLIMITED: Final = -1
_TIER: Final = re.compile(r"(?:TIER_)?(\d+)(K?)")


def business_of(provider: str, kind: str, options: Mapping[str, Any]) -> str:
    """Whose level a channel's templates count for: its account's, else its number's; empty: there is none (SMS)."""
    if kind != "whatsapp":
        return ""
    if provider == "whatsapp":
        return str(options.get("waba_id") or options.get("phone_number_id") or "")
    return str(options.get("number") or options.get("messaging_service_sid") or "")


def contacts_of(tier: object) -> int | None:
    """How many contacts a provider's word for a level means: `TIER_2K` is 2,000. None: it says none that we know."""
    if isinstance(tier, int) and not isinstance(tier, bool):
        return UNLIMITED if tier == -1 else tier if tier > 0 else None
    word = str(tier or "").strip().upper()
    if word in ("TIER_UNLIMITED", "UNLIMITED", "-1"):
        return UNLIMITED
    found = _TIER.fullmatch(word)
    return (int(found[1]) * (1000 if found[2] else 1) or None) if found else None
