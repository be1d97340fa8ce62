"""Time as transcripts write it: how long, and since when."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONGEST = timedelta(days=999)
_YEARS = range(1970, 2200)  # a thousand turns of the longest wait stay within what a clock can show
_DURATION = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?")


def duration(value: Any) -> timedelta | None:
    """`4h`, `90m`, `1h30m` as in dialogs; also `3d`, `2d4h` and, for bursts and replays, `5s`. 0 is no time."""
    if isinstance(value, bool):
        return None
    if value in (0, "0"):
        return timedelta()
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    whole = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return whole if whole <= LONGEST else None


def duration_written(value: timedelta) -> str:
    """`2d4h`: the shortest way to write it, to the second."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = zip((days, hours, minutes, seconds), "dhms", strict=True)
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0"


def moment(value: Any, time_zone: str) -> datetime | None:
    """`2026-03-01`, `2026-03-01 09:30` on the clocks of `time_zone` (UTC where empty), or with an offset of its own."""
    try:
        read = datetime.fromisoformat(str(value).strip())
        zone = ZoneInfo(time_zone) if time_zone else UTC
    except (OSError, ValueError):
        return None
    if read.year not in _YEARS:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=zone)).astimezone(UTC)
