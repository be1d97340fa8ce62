"""What a manager is told before a launch: how many messages leave on which day, and whether that is wise (F142)."""

import asyncio
from datetime import date
from typing import Final

import msgspec

from bot_runtime.campaigns.forecast import DAY_MS, Forecast, Standing, forecast, frees_of
from bot_runtime.campaigns.moving import Moving
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.words import word
from bot_runtime.store.limits import Room
from bot_runtime.workspace.levels import business_of_channel, level_of

HOURS: Final = 24
LEFT: Final = ("pending", "queued")


class PlannedDay(msgspec.Struct, frozen=True):
    day: date
    messages: int


class Outlook(msgspec.Struct, frozen=True):
    """`messages`: those still to leave. `limit` None: nothing is counted; `reported`: the provider said it. `ahead`:
    messages of older campaigns, which go first. `today`: of `days`, the first. `advice`: what speaks against it."""

    messages: int
    limit: int | None
    reported: bool
    used: int
    free: int | None
    ahead: int
    carry_over: str
    today: int
    days: tuple[PlannedDay, ...]
    left_over: int
    advice: str | None


async def outlook(campaigns: Moving, campaign: Campaign, language: str) -> Outlook:
    """On which days the messages of `campaign` leave, launched now or when it is scheduled."""
    workspace, now = campaigns.workspace, campaigns.clock.now_ms()
    level = level_of(workspace, campaign.channel)
    messages = campaign.messages
    if campaign.sent_at:
        counts = await campaigns.rows.counts(campaign.id)
        messages = sum(counts[status] for status in LEFT)
    config = workspace.channels.get(campaign.channel)
    carry_over = config.limits.carry_over if config else "rolling"
    room, ahead = None, 0
    if level is not None:
        room = await campaigns.limits.room(level.business, level.limit, level.agents_share, HOURS)
        ahead = await _ahead(campaigns, campaign, level.business)
    starts = max(now, campaign.scheduled_at) if campaign.state == "scheduled" else now
    zone = campaign.zone or workspace.time_zone
    found = forecast(messages, _standing(room, now, starts, ahead), carry_over=carry_over, zone=zone)
    return Outlook(
        messages=messages,
        limit=room.limit if room else None,
        reported=bool(room and room.reported),
        used=room.used if room else 0,
        free=room.for_campaigns if room and room.limit is not None else None,
        ahead=ahead,
        carry_over=carry_over,
        today=found.days[0].messages if found.days and found.days[0].day == found.first_day else 0,
        days=tuple(PlannedDay(one.day, one.messages) for one in found.days),
        left_over=found.left_over,
        advice=_advice(found, room, messages, language),
    )


def _standing(room: Room | None, now: int, starts: int, ahead: int) -> Standing:
    """How the level will stand when it starts, as far as that is known now."""
    if room is None or room.limit is None:
        return Standing(starts, None, 0)
    frees = frees_of(now, room.frees)
    by_then = sum(places for at_ms, places in frees if at_ms <= starts) if starts < now + DAY_MS else room.used
    later = tuple((at_ms, places) for at_ms, places in frees if at_ms > starts)
    return Standing(starts, room.limit, room.for_campaigns + by_then, later, ahead)


async def _ahead(campaigns: Moving, campaign: Campaign, business: str) -> int:
    """Messages that older campaigns of the business still have to send."""
    others = [
        one
        for one in await campaigns.active(but=campaign.id)
        if one.state == "sending"
        and business_of_channel(campaigns.workspace, one.channel) == business
        and (not campaign.sent_at or (one.sent_at, one.id) < (campaign.sent_at, campaign.id))
    ]
    counted = await asyncio.gather(*(campaigns.rows.counts(one.id) for one in others))
    return sum(counts[status] for counts in counted for status in LEFT)


def _advice(found: Forecast, room: Room | None, messages: int, language: str) -> str | None:
    if found.fits or room is None or room.limit is None:
        return None
    ends = found.days[-1].day.isoformat() if found.days and not found.left_over else "–"
    said = word("not_all_today", language, messages=messages, limit=room.limit, ends=ends)
    return f"{said} {word('more_than_level', language)}" if messages > room.limit else said
