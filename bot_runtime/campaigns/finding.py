"""Which campaigns somebody asks for: by state, channel, name or id, and the days they were made or sent. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot_runtime.campaigns.machine import State
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs.words import unaccented

Dated = Literal["created", "sent"]


@dataclass(frozen=True, slots=True)
class Sought:
    """`dated` says which date lies from `from_ms` on and before `to_ms`; what has no such date is not found by it."""

    states: Collection[State] = ()
    channel: str = ""
    q: str = ""
    archived: bool = False
    dated: Dated = "created"
    from_ms: int | None = None
    to_ms: int | None = None

    def fits(self, campaign: Campaign) -> bool:
        wanted = unaccented(self.q).strip()
        return (
            campaign.archived == self.archived
            and (not self.states or campaign.state in self.states)
            and self.channel in ("", campaign.channel)
            and (wanted in unaccented(campaign.name) or wanted == campaign.id)
            and self._lies_within(campaign.created_at if self.dated == "created" else campaign.sent_at)
        )

    def _lies_within(self, at_ms: int) -> bool:
        if self.from_ms is None and self.to_ms is None:
            return True
        return bool(at_ms) and (self.from_ms or 0) <= at_ms and (self.to_ms is None or at_ms < self.to_ms)


def days(first: date | None, last: date | None, zone: str) -> tuple[int | None, int | None]:
    """From the first moment of `first` to the first after `last`, by the clock of `zone`, in ms; None: open.

    Raises:
        Refused: the zone is unknown, or the days are the wrong way round.
    """
    try:
        local = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Refused("unknown_zone", "zone", got=zone[:60]) from None
    if first and last and last < first:
        raise Refused("days", "to", got=str(last), first=str(first))
    return _midnight(first, local), _midnight(last + timedelta(days=1) if last and last < date.max else None, local)


def _midnight(day: date | None, local: ZoneInfo) -> int | None:
    if day is None or not 2 < day.year < 9999:  # beyond what any clock of ours says
        return None
    return int(datetime.combine(day, time(), local).astimezone(UTC).timestamp() * 1000)
