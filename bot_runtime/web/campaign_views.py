"""What is answered of campaigns: the list, one whole, its recipients; and who may see which."""

from datetime import date
from typing import Annotated, Any, Final

import msgspec

from bot_runtime.campaigns import policies, results
from bot_runtime.campaigns.declared import Advised, advised, over_budget
from bot_runtime.campaigns.finding import Dated, Sought, days
from bot_runtime.campaigns.following import Added, added, followed
from bot_runtime.campaigns.machine import State, allowed
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.service import Campaigns, warnings
from bot_runtime.campaigns.words import Refused, reason_said
from bot_runtime.channels import sms
from bot_runtime.dialogs.reasons import OTHER
from bot_runtime.people.model import Caller
from bot_runtime.store.campaigns import Listed, Row, RowState
from bot_runtime.web import errors
from bot_runtime.web.api import Body, Call
from bot_runtime.web.campaign_refusals import Handle
from bot_runtime.web.errors import ApiError

MOST_LISTED: Final = 200
RECOUNT_S: Final = 5.0  # how old the counts of an ended campaign may be

Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)]


class ListQuery(Body):
    """`from` and `to`: days by the clock of `zone` (that of `bot.yaml` unless given), both in; `dated`: of what."""

    state: tuple[State, ...] = ()
    channel: str = ""
    q: str = ""
    archived: bool = False
    dated: Dated = "created"
    first: date | None = msgspec.field(default=None, name="from")
    last: date | None = msgspec.field(default=None, name="to")
    zone: str = ""
    before: str = ""
    limit: Limit = 50


class RecipientsQuery(Body):
    status: str = ""
    q: str = ""
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Limit = 50


class AnswersQuery(Body):
    """`name`: the question's, as it is saved; `code`: the answer whose texts are asked for."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    code: str = OTHER
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Limit = 50


class Views:
    """What is answered of campaigns."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._counts: dict[str, tuple[float, dict[str, int]]] = {}  # of ended ones, whose counts hardly change

    async def seen(self, call: Call[Any]) -> Campaign:
        """The campaign of the path, if the caller may see it (D66)."""
        campaign = await self._campaigns.get(call.path["campaign"])
        if not sees(call.caller, campaign):
            raise Refused("no_such_campaign", "id", status=404, got=campaign.id)
        return campaign

    def shown(self, campaign: Campaign, language: str) -> Shown:
        workspace = self._campaigns.workspace
        channel = workspace.channels.get(campaign.channel)
        return Shown(language, channel.provider if channel else "", workspace.time_zone)

    async def counts(self, campaign: Campaign) -> dict[str, int]:
        if not campaign.sent_at:
            waiting = campaign.messages if campaign.state in ("loaded", "scheduled", "paused") else 0
            return {"pending": waiting}
        now = self._campaigns.clock.now_s()
        known = self._counts.get(campaign.id)
        if known and now - known[0] < RECOUNT_S and campaign.state not in ("sending", "paused"):
            return known[1]
        counts = await self._campaigns.rows.counts(campaign.id)
        if len(self._counts) > 1_000:
            self._counts.clear()
        self._counts[campaign.id] = (now, counts)
        return counts

    async def summary(self, campaign: Campaign, language: str) -> dict[str, Any]:
        now_ms = self._campaigns.clock.now_ms()
        counts = await self.counts(campaign)
        waits = await self._campaigns.limits.waits_until(campaign.id) if campaign.state == "sending" else 0
        line: dict[str, Any] = results.summary(campaign, counts, self._campaigns.workspace, now_ms, language, waits)
        return line

    async def listed(self, call: Call[Any], query: ListQuery) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        last = 0
        from_ms, to_ms = days(query.first, query.last, query.zone or self._campaigns.workspace.time_zone)
        sought = Sought(query.state, query.channel, query.q, query.archived, query.dated, from_ms, to_ms)
        before = _cursor(query.before)
        entries = await self._campaigns.records.ids(before)
        for start in range(0, len(entries), 100):
            some = entries[start : start + 100]
            for campaign in await self._campaigns.records.many([one for one, _ in some]):
                if not sees(call.caller, campaign) or not sought.fits(campaign):
                    continue
                if len(found) == query.limit:
                    return {"campaigns": found, "next": str(last)}
                found.append(await self.summary(campaign, call.language))
                last = campaign.created_at
        return {"campaigns": found, "next": None}

    async def whole(self, call: Call[Any], campaign: Campaign) -> dict[str, Any]:
        counts = await self._campaigns.rows.counts(campaign.id) if campaign.sent_at else await self.counts(campaign)
        found = await self._campaigns.records.problems(campaign.id)
        return {
            **await self.summary(campaign, call.language),
            "counts": results.by_status(counts),
            "figures": results.figures(campaign, counts),
            "actions": allowed(campaign.state, campaign.archived, self._campaigns.duplicate_from),
            "allow_repeats": campaign.allow_repeats,
            "links": campaign.links,
            "goal": campaign.goal or None,
            "expects": campaign.expects,
            "custom_data": campaign.custom_data,
            "file": campaign.file,
            "dropped": campaign.dropped,
            "sms": campaign.sms,
            "columns": found.columns,
            "problems": found.total,
        }

    async def review(self, campaign: Campaign, language: str) -> dict[str, Any]:
        """Who would get a message if it were sent now, and who not and why: counted anew each time it is asked."""
        found = await self._campaigns.set_aside(campaign)
        left = found.pop("left")
        aside = [{"reason": one, "why": reason_said(one, language), "count": n} for one, n in found.items() if n]
        return {
            "messages": left + sum(found.values()),
            "left": left,
            "set_aside": aside,
            "surveys": self.surveys(campaign, left),
            "late": await self.late(campaign, language),
            "busy": {"policy": campaign.busy, "said": policies.busy_said(campaign.busy, language)},
            "advice": await self.advice(campaign, language),
        }

    async def late(self, campaign: Campaign, language: str) -> dict[str, Any] | None:
        """What becomes of late answers, and what the text costs as SMS; None where no answer is expected (D05)."""
        if not campaign.expects_answer:
            return None
        channel = self._campaigns.workspace.channels.get(campaign.channel)
        text = (await self._campaigns.own_texts(campaign)).get("late", "")
        figures = sms.figures(text, channel.limits.sms_budget) if text and channel and channel.kind == "sms" else None
        said = policies.late_said(campaign.late, language)
        return {**policies.shown(campaign.late), "said": said, "sms": figures}

    def surveys(self, campaign: Campaign, contacts: int) -> list[Added]:
        """What the surveys that follow the campaign's dialog add for so many contacts (F018)."""
        workspace = self._campaigns.workspace
        channel = workspace.channels.get(campaign.channel)
        return added(workspace.dialogs, campaign.dialog, contacts, channel is not None and channel.kind == "sms")

    async def advice(self, campaign: Campaign, language: str) -> list[Advised]:
        """Where what the campaign declares, its bot's questions and its list disagree (F022)."""
        columns = (await self._campaigns.records.problems(campaign.id)).columns
        dialog = self._campaigns.workspace.dialogs.get(campaign.dialog)
        channel = self._campaigns.workspace.channels.get(campaign.channel)
        own_texts = await self._campaigns.own_texts(campaign)
        return [*advised(campaign, dialog, columns, language), *over_budget(own_texts, channel, language)]

    async def answer(self, call: Call[Any], campaign: Campaign, new: bool = False) -> dict[str, Any]:
        if not new:
            return {"campaign": await self.summary(campaign, call.language)}
        others = await self._campaigns.active(but=campaign.id)
        bot = self._campaigns.workspace.dialogs.get(campaign.dialog)
        said = warnings(others, call.language, campaign.name, bot, campaign.template)
        advice = await self.advice(campaign, call.language)
        return {"campaign": await self.whole(call, campaign), "warnings": said, "advice": advice}

    def acted(self, handler: Handle) -> Handle:
        async def handle(call: Call[Any]) -> Any:
            await self.seen(call)
            return await self.answer(call, await handler(call))

        return handle

    async def row(self, campaign: Campaign, number: int | None) -> tuple[Row, RowState]:
        if number is None:
            first = await self._campaigns.rows.rows(campaign.id, limit=1)
            found = first[0] if first else None
        else:
            found = await self._campaigns.rows.row(campaign.id, number)
        if found is None:
            raise Refused("no_such_row", "row", status=404, got=number or "–")
        return found

    async def recipients(self, campaign: Campaign, query: RecipientsQuery, language: str) -> dict[str, Any]:
        page, total = await self._found(campaign, query)
        told = self.shown(campaign, language)
        return {
            "recipients": [results.recipient(row, state, told) for row, state in page],
            "total": total,
            "next": str(page[-1][0].number) if page and total > len(page) else None,
        }

    def saved(self, campaign: Campaign) -> list[str]:
        """The names under which the campaign's dialog saves answers, in its order; then those of what follows it."""
        dialogs = self._campaigns.workspace.dialogs
        found: list[str] = []
        for name in followed(dialogs, campaign.dialog):
            prefix = "" if name == campaign.dialog else f"{name}."
            found += (prefix + state.save for state in dialogs[name].states.values() if state.save)
        return list(dict.fromkeys(found))

    async def answers(self, campaign: Campaign, query: AnswersQuery) -> dict[str, Any]:
        """What contacts wrote themselves beside a code, by row; `next` goes back as `after`."""
        found: list[dict[str, Any]] = []
        async for some in self._campaigns.rows.pages(campaign.id, after=query.after):
            for (row, _), text in results.texts(some, query.name, query.code):
                if len(found) == query.limit:
                    return {"texts": found, "next": str(found[-1]["row"])}
                found.append({"row": row.number, "phone": row.to, "text": text})
        return {"texts": found, "next": None}

    async def _found(self, campaign: Campaign, query: RecipientsQuery) -> tuple[list[Listed], int]:
        """A page of the recipients that are asked for, and how many there are from there on."""
        rows = self._campaigns.rows
        if not query.q.strip():
            order = await rows.order(campaign.id, status=query.status, after=query.after)
            return await rows.read(campaign.id, order[: query.limit]), len(order)
        page, total = [], 0  # type: list[Listed], int
        async for some in rows.pages(campaign.id, status=query.status, after=query.after):
            found = list(results.matching(some, query.q))
            page += found[: query.limit - len(page)]
            total += len(found)
        return page, total


def sees(caller: Caller, campaign: Campaign) -> bool:
    return not campaign.department or caller.sees(campaign.department)


def _cursor(before: str) -> int | None:
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise ApiError(422, errors.WRONG, field="before", expected="next", got=before)
    return int(before) if before else None
