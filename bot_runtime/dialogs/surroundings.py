"""What every dialog knows without asking: the contact, the channel, the clock on the wall."""

from datetime import datetime

from bot_runtime.dialogs.hours import zone_of
from bot_runtime.dialogs.recognizers.result import Here
from bot_runtime.dialogs.session import About, Value


def about_values(about: About) -> dict[str, Value]:
    """What every dialog knows of the contact, by the names its texts use."""
    return {
        **about.metadata,
        "contact_name": about.contact_name,
        "contact_phone": about.contact_phone,
        "channel": about.channel,
    }


def here_of(about: About, language: str, at: datetime) -> Here:
    """The contact's wall clock and country; a zone nobody knows is UTC."""
    return Here(language, about.country, at, zone_of(about.time_zone))
