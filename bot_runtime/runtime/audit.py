"""Who changed what, from where it is kept: users, keys and operators' acts; dialogs; each campaign's own list."""

import asyncio
from typing import Any

from bot_runtime.campaigns.record import CampaignRecords
from bot_runtime.people.service import People
from bot_runtime.store.clock import from_ms
from bot_runtime.versions.service import Versions

CAMPAIGNS = 200  # the newest; an older one's list is still its own


async def changes(people: People, campaigns: CampaignRecords, versions: Versions, most: int) -> list[dict[str, Any]]:
    """The latest changes of all kinds, newest first: `{at, by, what, of, before, after}`."""
    ids = [one for one, _ in (await campaigns.ids())[:CAMPAIGNS]]
    told, published = await asyncio.gather(people.audit(most), versions.audit(most))
    of_campaigns = await asyncio.gather(*map(campaigns.audit, ids))
    found: list[dict[str, Any]] = [*told, *map(_of_dialog, published)]
    for campaign, lines in zip(ids, of_campaigns, strict=True):
        found += [_of_campaign(campaign, line) for line in reversed(lines)]  # of one millisecond, the last stays first
    return sorted(found, key=lambda one: one["at"], reverse=True)[:most]


def _of_dialog(line: dict[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in line.items() if name not in ("at", "by", "what", "of")}
    at = from_ms(line["at"]).isoformat(timespec="milliseconds")
    return {"at": at, "by": line["by"], "what": line["what"], "of": line["of"], "before": None, "after": facts}


def _of_campaign(campaign: str, line: dict[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in line.items() if name not in ("at", "by", "what", "from", "to")}
    return {
        "at": from_ms(line["at"]).isoformat(timespec="milliseconds"),
        "by": line["by"],
        "what": f"campaign_{line['what']}",
        "of": campaign,
        "before": {"state": line["from"]} if line["from"] else None,
        "after": {"state": line["to"], **facts},
    }
