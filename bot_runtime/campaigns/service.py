"""Campaigns for pages, commands and keys: made from a list, edited, launched, paused, ended, by the table of `machine`.

Every method that changes one takes `by`, the id of whoever asked, and answers the record as it is afterwards.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from msgspec import structs

from bot_runtime.campaigns import plans, policies, reminders
from bot_runtime.campaigns.loading import ListNotTaken
from bot_runtime.campaigns.moving import SYSTEM, WrongState, is_active
from bot_runtime.campaigns.names import advice
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.resending import Resending
from bot_runtime.campaigns.words import Refused, word
from bot_runtime.dialogs.model import Dialog

__all__ = ["SYSTEM", "Campaigns", "ListNotTaken", "WrongState", "is_active", "warnings"]


class Campaigns(Resending):
    """All that can be done with campaigns; `loading` makes them, `schedule` does what happens by itself."""

    # Sending

    async def launch(self, campaign_id: str, confirm: int, by: str) -> Campaign:
        """Send now. `confirm` is the number of messages the manager saw (F122); a second launch finds it sending."""
        before = await self._able(campaign_id, "launch")
        if confirm != before.messages:
            raise Refused("confirm", "confirm", got=confirm, messages=before.messages)
        await self._check_usable(before)
        await self.check_anybody(before)
        now = self.clock.now_ms()
        await self.records.watch(campaign_id, now)
        return await self._move(before, "launch", by, planned=before.contacts, sent_at=now, cause="")

    async def schedule(self, campaign_id: str, day: date, at: time, zone: str, by: str) -> Campaign:
        """Launch by itself at a local date and time (D38); without a zone, that of `bot.yaml`."""
        before = await self._able(campaign_id, "schedule")
        zone = zone or self.workspace.time_zone
        due = plans.moment(day, at, zone, self.clock.now())
        await self._check_usable(before)
        await self.check_anybody(before)
        due_ms = int(due.timestamp() * 1000)
        await self.records.watch(campaign_id, due_ms)
        return await self._move(before, "schedule", by, scheduled_at=due_ms, zone=zone)

    async def unschedule(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "unschedule")
        return await self._move(before, "unschedule", by, scheduled_at=0)

    async def pause(self, campaign_id: str, by: str, cause: str = "person") -> Campaign:
        """Let nothing new start; what is already leaving leaves (D40)."""
        before = await self._able(campaign_id, "pause")
        return await self._move(before, "pause", by, cause=cause)

    async def resume(self, campaign_id: str, by: str) -> Campaign:
        """Go on with exactly those left."""
        before = await self._able(campaign_id, "resume")
        await self._check_usable(before)
        now = self.clock.now_ms()
        begun: dict[str, Any] = {} if before.sent_at else {"sent_at": now, "planned": before.contacts}
        await self.records.watch(campaign_id, now)
        reviewed = before.reviewed or before.cause == "refusals"
        return await self._move(before, "resume", by, cause="", reviewed=reviewed, **begun)

    async def hold_restored(self) -> list[str]:
        """After a backup was restored: let stand still what sends or would by itself, for it may have gone on since."""
        every = await self.records.many([one for one, _ in await self.records.ids()])
        triggers = {"sending": "pause", "scheduled": "hold_back"}
        held = [one for one in every if one.state in triggers]
        for campaign in held:
            await self.move(campaign, triggers[campaign.state], cause="restored")
        return [one.id for one in held]

    async def cancel(self, campaign_id: str, by: str) -> Campaign:
        """Settle the unsent as cancelled; tickets and waits of the sent go on."""
        before = await self._able(campaign_id, "cancel")
        await self.records.watch(campaign_id, self.clock.now_ms())
        ends = max(self.clock.now_ms(), await self.rows.last_sent_ms(campaign_id) + before.wait_s * 1000)
        after = await self._move(before, "cancel", by, cause="", ends_at=ends)
        await self.rows.cancel_pending(campaign_id)
        return after

    async def _check_usable(self, campaign: Campaign) -> None:
        problem = plans.unusable(campaign, self.workspace, await self.statuses())
        if problem is not None:
            raise problem

    async def check_anybody(self, campaign: Campaign) -> None:
        """A campaign of which everybody would be set aside is not launched (D34).

        Raises:
            Refused: `nobody_left` (409), with how many for which reason.
        """
        found = await self.set_aside(campaign)
        if not found.pop("left"):
            raise Refused("nobody_left", status=409, set_aside=found)

    async def own_texts(self, campaign: Campaign) -> dict[str, str]:
        """The texts it sends beside its template, as the first recipient reads them: `late`, reminders by number."""
        if not campaign.late.say and not any(one.say for one in campaign.remind):
            return {}
        first = await self.rows.rows(campaign.id, limit=1)
        given = first[0][0].given if first else {}
        late = policies.filled(campaign.late, given, campaign.language)
        reminding = [reminders.filled(one, given, campaign.language).say for one in campaign.remind]
        texts = {"late": late.say if late else ""} | {str(at): say for at, say in enumerate(reminding, 1)}
        return {name: text for name, text in texts.items() if text}

    # Names and marks

    async def rename(self, campaign_id: str, name: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "rename")
        name = plans.check_name(name)
        return await self._save(before, structs.replace(before, name=name), by, "renamed", name=name)

    async def delete(self, campaign_id: str, by: str) -> None:
        """Forget a campaign that sent nothing, its list too; a scheduled one never fires then."""
        before = await self._able(campaign_id, "delete")
        await self._save(before, structs.replace(before, deleted=True), by, "deleted")
        await self.rows.drop(campaign_id)
        await self.records.forget(campaign_id, f"sheet:{before.sheet}", "problems")  # nothing personal stays

    async def archive(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "archive")
        return await self._save(before, structs.replace(before, archived=True), by, "archived")

    async def restore(self, campaign_id: str, by: str) -> Campaign:
        before = await self._able(campaign_id, "restore")
        return await self._save(before, structs.replace(before, archived=False), by, "restored")


def warnings(
    active: Sequence[Campaign], language: str, name: str = "", dialog: Dialog | None = None, template: str = ""
) -> list[dict[str, Any]]:
    """What a page shows or asks to confirm; the API returns it and goes on (F013, F106, F118).

    `dialog` takes the answers to `template`, which it may know nothing of.
    """
    said = advice(name, language) if name else ""
    vague = [{"code": "vague_name", "message": said}] if said else []
    if dialog is not None and dialog.starts.template != template:
        vague.append({"code": "unbound_bot", "message": word("unbound_bot", language, dialog=dialog.title)})
    if not active:
        return vague
    named = [{"id": one.id, "name": one.name} for one in active]
    message = word("active_campaigns", language, names=", ".join(one.name for one in active))
    return [*vague, {"code": "active_campaigns", "message": message, "campaigns": named}]
