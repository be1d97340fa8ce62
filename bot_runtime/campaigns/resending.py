"""A new campaign for the recipients whose message failed, where the reason allows another try (F148)."""

import asyncio
import secrets
from typing import Final

from msgspec import structs

from bot_runtime.campaigns import plans
from bot_runtime.campaigns.loading import ROWS_AT_ONCE, Loading
from bot_runtime.campaigns.record import Campaign, Problems
from bot_runtime.campaigns.sheets import Sheet
from bot_runtime.campaigns.words import Refused, word
from bot_runtime.channels.errors import meaning
from bot_runtime.store.campaigns import Row, RowState
from bot_runtime.store.keys import ContactId

ALONE_MS: Final = 86_400_000  # how long class L leaves a contact alone
AGAIN: Final = frozenset({"R", "T", "A"})  # what passes by itself, or what somebody mends
OWN_REASONS: Final = frozenset({"channel_gone", "dead_letter", "unknown_template"})


class Resending(Loading):
    async def resend(self, campaign_id: str, by: str, language: str = "es", once: str = "") -> Campaign:
        """A campaign of its own for the failed ones, loaded, with their rows exactly as they were.

        Left out, and counted as `dropped`, are those whom another try cannot help or may not disturb: wrong numbers,
        refusals for good, opt-outs. What may have arrived (unknown) is never sent again.

        Raises:
            Refused: not in this state, or nobody may get it again.
        """
        before = await self._able(campaign_id, "resend")
        new_id = once[:12] or secrets.token_hex(6)
        known = await self.records.get(new_id) if once else None
        if known is not None and known.state != "validating":
            return known
        chosen, left_out = await self._to_resend(before)
        if not chosen:
            raise Refused("nobody_to_resend", status=409, failed=left_out)
        begun = known or await self._begin_again(before, new_id, chosen, by, language)
        if begun is None:
            return await self.get(new_id)
        contacts = [ContactId(row.contact) for row in chosen]
        first = plans.first_rows(contacts, [row.number for row in chosen])
        for start in range(0, len(chosen), ROWS_AT_ONCE):
            some = chosen[start : start + ROWS_AT_ONCE]
            rows = [structs.replace(row, first=first.get(ContactId(row.contact), 0)) for row in some]
            await self.rows.add_rows(new_id, rows)
        found = await self.records.problems(before.id)
        await self.records.keep_problems(new_id, Problems(columns=found.columns))
        reached, messages = len(set(contacts)), len(chosen)
        return await self._move(begun, "pass", by, contacts=reached, messages=messages, dropped=left_out)

    async def _to_resend(self, campaign: Campaign) -> tuple[list[Row], int]:
        """The rows that may be sent again, and how many failed ones may not."""
        channel = self.workspace.channels.get(campaign.channel)
        provider, now = channel.provider if channel else "", self.clock.now_ms()
        chosen: list[Row] = []
        left_out = 0
        for status in ("failed", "expired"):
            async for page in self.rows.pages(campaign.id, status=status):
                may = [row for row, state in page if may_resend(state, provider, now)]
                chosen += may
                left_out += len(page) - len(may)
        return sorted(chosen, key=lambda row: row.number), left_out

    async def _begin_again(
        self, before: Campaign, new_id: str, chosen: list[Row], by: str, language: str
    ) -> Campaign | None:
        """The record of the new campaign, with the list as it came but for the rows that stay out."""
        numbers = {row.number for row in chosen}
        sheet = await self._sheet(before)
        kept = await asyncio.to_thread(lambda: [one for one in sheet.rows if one[0] in numbers])
        suffix = f" ({word('resent', language)})"
        now = self.clock.now_ms()
        first = Campaign(
            id=new_id,
            name=before.name[: plans.LONGEST_NAME - len(suffix)] + suffix,
            state="validating",
            channel=before.channel,
            department=before.department,
            template=before.template,
            language=before.language,
            expects_answer=before.expects_answer,
            wait_s=before.wait_s,
            remind=before.remind,
            late=before.late,
            busy=before.busy,
            dialog=before.dialog,
            allow_repeats=before.allow_repeats,
            links=before.links,
            goal=before.goal,
            expects=before.expects,
            custom_data=before.custom_data,
            content=before.content,
            file=before.file,
            sheet=await self._keep(new_id, Sheet(sheet.header, kept)),
            created_at=now,
            created_by=by,
        )
        await self.records.watch(new_id, now)
        return await self.records.add(first, by, file=first.file, resend_of=before.id)


def may_resend(state: RowState, provider: str, now_ms: int) -> bool:
    """Whether the reason of a failure allows another try, by its class (`docs/channels.md`)."""
    if state.s == "expired" or state.e in OWN_REASONS:
        return True
    if not provider or not state.e.isdigit():
        return False
    kind = meaning(provider, state.e).kind
    return kind in AGAIN or (kind == "L" and now_ms - state.f >= ALONE_MS)
