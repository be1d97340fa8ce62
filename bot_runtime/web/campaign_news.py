"""What changed of campaigns, for the pages that listen: each that moved, once a second."""

from typing import Any

from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.people.model import Caller
from bot_runtime.web.campaign_views import Views, sees
from bot_runtime.web.feed import Said, told

NEWS_S = 1.0
OVERLAP_MS = 5_000  # a change is written a moment after the time it carries
MOST_KNOWN = 1_000


class CampaignNews:
    def __init__(self, campaigns: Campaigns, views: Views) -> None:
        self._campaigns, self._views = campaigns, views
        self._since_ms: int | None = None
        self._known: dict[str, tuple[Any, ...]] = {}

    async def changes(self) -> list[Said]:
        """The campaigns whose record or counts are no longer as last told."""
        records, now = self._campaigns.records, self._campaigns.clock.now_ms()
        since = now if self._since_ms is None else self._since_ms
        ids = {*await records.changed(since - OVERLAP_MS), *(one for one, _ in await records.watched(now))}
        self._since_ms = now
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        said = []
        for campaign in await records.many(sorted(ids)):
            counts = await self._views.counts(campaign)
            stands = (campaign.rev, *sorted(counts.items()))
            if self._known.get(campaign.id) == stands:
                continue
            self._known[campaign.id] = stands
            line = await self._views.summary(campaign, self._campaigns.workspace.language)
            said.append(told({"type": "campaign", "campaign": line}, _readers(campaign)))
        return said


def _readers(campaign: Campaign) -> Any:
    def reads(caller: Caller) -> bool:
        may = caller.has_role("supervisor") or caller.has_scope("campaigns:read")
        return may and sees(caller, campaign)

    return reads
