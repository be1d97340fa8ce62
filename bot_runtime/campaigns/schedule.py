"""What happens to campaigns by itself: they launch when their time comes, and end when nothing is left to settle.

A dispatcher asks every round. Any process may; each change is a compare-and-set of the record, so that a campaign
launches once, whatever the number of servers. What a process that died left half done is finished here.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from bot_runtime.campaigns import plans
from bot_runtime.campaigns.machine import COUNTED, end_state
from bot_runtime.campaigns.policies import BUSY, ORDINARY
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.reminders import Reminder
from bot_runtime.campaigns.service import SYSTEM, Campaigns
from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.errors import BotRuntimeError, StoreUnavailable

LATE_MS: Final = 6 * 3_600_000  # from then on a person decides (D39)
RECOUNT_MS: Final = 60_000
RECOUNTED_MS: Final = 7 * 86_400_000  # how long reports may still change an end (D35)
STUCK_MS: Final = 120_000  # a validation takes less; whoever did it is gone
RETRY_MS: Final = 2_000
UNTIL_APPROVED: Final = frozenset({"template_status", "template_changed", "template_gone"})
LEAST_SETTLED: Final = 100
MOST_SETTLED: Final = 1_000  # later refusals are the list's, not the template's: the results tell them
REFUSED_SHARE: Final = 0.05

log = structlog.get_logger("campaigns")


@dataclass(frozen=True, slots=True)
class Plan:
    """What every row of a campaign that is sending has in common."""

    campaign: str
    channel: str
    template: str
    language: str
    payloads: tuple[str, ...] = ()
    informative: bool = False
    wait_s: int = 0
    remind: tuple[Reminder, ...] = ()
    late: LateAnswers = ORDINARY
    busy: str = BUSY[0]
    dialog: str = ""
    department: str = ""
    sent_at: int = 0
    zone: str = ""  # of the launch's hour; empty: that of `bot.yaml`


class Schedule:
    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns, self._records = campaigns, campaigns.records
        self._sending: list[Campaign] = []
        self._settled: dict[str, int] = {}  # at the last look of this process
        self._aligned: dict[str, int] = {}  # the revision whose gate this process saw to

    async def tick(self) -> None:
        """Launch those whose time has come, end those with nothing left (D34, D38, D39)."""
        now = self._campaigns.clock.now_ms()
        watched = await self._records.watched(now)
        found = await asyncio.gather(*(self._look(campaign_id, seen, now) for campaign_id, seen in watched))
        sending = [one for one in found if one is not None and one.state == "sending"]
        self._sending = sorted(sending, key=lambda one: (one.sent_at, one.id))

    async def sending(self) -> list[Plan]:
        """Those that were sending at the last `tick`, oldest first."""
        return [plan_of(campaign) for campaign in self._sending]

    async def due_campaigns(self) -> list[Campaign]:
        """Launch what is due and say which campaigns are sending now, oldest first."""
        await self.tick()
        return self._sending

    async def _look(self, campaign_id: str, seen: int, now: int) -> Campaign | None:
        """One campaign whose time to be looked at has come; another process may be doing the same."""
        campaign = await self._records.get(campaign_id)
        try:
            if campaign is None:
                await self._records.look_again(campaign_id, seen, None)
                return None
            return await self._advance(campaign, seen, now)
        except Refused as error:
            if error.code not in ("changed_meanwhile", "state"):
                log.warning("campaign_stuck", campaign=campaign_id, code=error.code)
        except StoreUnavailable:
            raise
        except BotRuntimeError as error:
            log.warning("campaign_stuck", campaign=campaign_id, error=type(error).__name__)
        return None

    async def _advance(self, campaign: Campaign, seen: int, now: int) -> Campaign:
        if self._aligned.get(campaign.id) != campaign.rev:
            await self._campaigns.align(campaign)
            self._aligned[campaign.id] = campaign.rev
        match campaign.state:
            case "scheduled" if campaign.scheduled_at <= now:
                return await self._launch(campaign, now)
            case "scheduled":
                await self._records.look_again(campaign.id, seen, campaign.scheduled_at)
            case "sending":
                return await self.finish_if_done(campaign)
            case "validating" if now - campaign.changed_at > STUCK_MS:
                return await self._campaigns.revalidate(campaign)
            case "validating":
                pass
            case "paused" if _waits_for_template(campaign, now):
                return await self._resume(campaign, seen, now)
            case "cancelled":
                await self._campaigns.rows.cancel_pending(campaign.id)
                await self._records.look_again(campaign.id, seen, None)
            case state if state in COUNTED and now - campaign.changed_at < RECOUNTED_MS:
                await self._records.look_again(campaign.id, seen, now + RECOUNT_MS)
                return await self.finish_if_done(campaign)
            case _:
                await self._records.look_again(campaign.id, seen, None)
        return campaign

    async def _launch(self, campaign: Campaign, now: int) -> Campaign:
        """Its time has come: it sends, or waits for a person with the cause (D39). Once, whoever looks."""
        workspace = self._campaigns.workspace
        problem = plans.unusable(campaign, workspace, await self._campaigns.catalogue.statuses(workspace))
        cause = problem.code if problem else "late" if now - campaign.scheduled_at >= LATE_MS else ""
        if not cause and not (await self._campaigns.set_aside(campaign))["left"]:
            cause = "nobody_left"
        if cause:
            log.error("campaign_held_back", campaign=campaign.id, cause=cause)
            return await self._campaigns.move(campaign, "hold_back", cause=cause)
        await self._records.watch(campaign.id, now)
        log.info("campaign_launched", campaign=campaign.id, late_ms=now - campaign.scheduled_at)
        return await self._campaigns.move(campaign, "fall_due", planned=campaign.contacts, sent_at=now, cause="")

    async def _resume(self, campaign: Campaign, seen: int, now: int) -> Campaign:
        """Its template made it stop: it goes on as soon as the template is what it was, and approved (D16)."""
        workspace = self._campaigns.workspace
        if plans.unusable(campaign, workspace, await self._campaigns.catalogue.statuses(workspace)) is not None:
            await self._records.look_again(campaign.id, seen, now + RETRY_MS)
            return campaign
        log.info("campaign_goes_on", campaign=campaign.id, after=campaign.cause)
        return await self._campaigns.resume(campaign.id, SYSTEM)

    async def finish_if_done(self, campaign: Campaign) -> Campaign:
        """End a campaign of which nothing is left to settle, and correct an end that later reports changed (D34–D36).

        While it sends, one whose template, channel or provider makes trouble is paused with the cause (D16, D40).
        """
        counts = await self._campaigns.rows.counts(campaign.id)
        end = end_state(counts)
        if end is not None and end != campaign.state:
            if campaign.state == "sending":
                last = await self._campaigns.rows.last_sent_ms(campaign.id) or campaign.sent_at
                ends = last + campaign.wait_s * 1000 if campaign.expects_answer else campaign.sent_at
                log.info("campaign_ended", campaign=campaign.id, state=end)
                return await self._campaigns.move(campaign, f"end_{end}", ends_at=ends)
            return await self._campaigns.move(campaign, f"end_{end}")
        if campaign.state == "sending" and (cause := await self._trouble(campaign, counts)):
            log.error("campaign_paused", campaign=campaign.id, cause=cause)
            return await self._campaigns.move(campaign, "pause", cause=cause)
        return campaign

    async def _trouble(self, campaign: Campaign, counts: dict[str, int]) -> str:
        settled = sum(counts[status] for status in ("sent", "delivered", "read", "failed", "expired", "unknown"))
        before = self._settled.get(campaign.id, settled)
        self._settled[campaign.id] = settled
        # Of a fast campaign the first thousand may pass between two looks: the first look after them still counts.
        early = settled >= LEAST_SETTLED and min(before, settled) <= MOST_SETTLED
        if not campaign.reviewed and early and counts["failed"] > settled * REFUSED_SHARE:
            return "refusals"
        workspace = self._campaigns.workspace
        problem = plans.unusable(campaign, workspace, await self._campaigns.catalogue.statuses(workspace))
        return problem.code if problem else ""


def plan_of(campaign: Campaign) -> Plan:
    return Plan(
        campaign=campaign.id,
        channel=campaign.channel,
        template=campaign.template,
        language=campaign.language,
        payloads=tuple(button.payload for button in campaign.content.buttons if button.kind == "reply"),
        informative=not campaign.expects_answer,
        wait_s=campaign.wait_s,
        remind=campaign.remind,
        late=campaign.late,
        busy=campaign.busy,
        dialog=campaign.dialog,
        department=campaign.department,
        sent_at=campaign.sent_at,
        zone=campaign.zone,
    )


def _waits_for_template(campaign: Campaign, now: int) -> bool:
    """One that never began is late after some hours, whatever held it back: a person decides (D39)."""
    return campaign.cause in UNTIL_APPROVED and bool(campaign.sent_at or now - campaign.scheduled_at < LATE_MS)
