"""Whose level a channel's templates count for, and what `bot.yaml` says of it (D42). Pure."""

from dataclasses import dataclass

from bot_runtime.channels.levels import UNLIMITED, business_of
from bot_runtime.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Level:
    """One WhatsApp business: its numbers share one level. `limit`: contacts in 24 hours, `UNLIMITED`: as many as there
    are; of different settings the lowest counts. `agents_share`: what is the agents' alone."""

    business: str
    channels: tuple[str, ...]
    limit: int
    agents_share: float
    is_one_number: bool = False  # `bot.yaml` does not say whose account it is


def business_of_channel(workspace: Workspace, channel: str) -> str:
    """Empty: nothing is counted there."""
    config = workspace.channels.get(channel)
    return business_of(config.provider, config.kind, config.options) if config else ""


def level_of(workspace: Workspace, channel: str) -> Level | None:
    """The level that a channel's templates count for; None: there is none."""
    business = business_of_channel(workspace, channel)
    if not business:
        return None
    channels = tuple(name for name in workspace.channels if business_of_channel(workspace, name) == business)
    settings = [workspace.channels[name].limits for name in channels]
    stated = [limits.level_contacts for limits in settings if limits.level_contacts != UNLIMITED]
    share = max(limits.agents_share for limits in settings)
    is_one_number = not workspace.channels[channel].options.get("waba_id")
    return Level(business, channels, min(stated, default=UNLIMITED), share, is_one_number)
