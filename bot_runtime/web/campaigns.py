"""`/api/v1/campaigns`: the list, one campaign with its figures and recipients, and what people do with it.

Supervisors read those of their departments, administrators write; keys by their scopes.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import date, time
from typing import Annotated, Any, Final, Literal

import msgspec
from aiohttp import web

from bot_runtime.campaigns import results
from bot_runtime.campaigns.machine import State, allowed
from bot_runtime.campaigns.plans import Change, Wanted, find_template
from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.results import FindTicket, Shown
from bot_runtime.campaigns.samples import sample_rows
from bot_runtime.campaigns.service import Campaigns, ListNotTaken, WrongState, warnings
from bot_runtime.campaigns.sheet_child import MAX_BYTES
from bot_runtime.campaigns.words import Refused
from bot_runtime.channels.json_input import read_object
from bot_runtime.dialogs.words import unaccented
from bot_runtime.errors import BadPayload
from bot_runtime.exports import csv_bytes, xlsx_bytes
from bot_runtime.store.campaigns import Row, RowState
from bot_runtime.web import errors
from bot_runtime.web.api import MOST_BODY, Body, Call, Route, read_body
from bot_runtime.web.auth import needs
from bot_runtime.web.campaign_choices import Choices, choices_of
from bot_runtime.web.errors import ApiError, bad_input, shown
from bot_runtime.web.uploads import Form, read_form

MOST_LISTED: Final = 200
RECOUNT_S: Final = 5.0  # how old the counts of an ended campaign may be
PARTS: Final = "file (.xlsx / CSV) + campaign (JSON)"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Format = Literal["xlsx", "csv"]
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)]


class ListQuery(Body):
    state: tuple[State, ...] = ()
    channel: str = ""
    q: str = ""
    archived: bool = False
    before: str = ""
    limit: Limit = 50


class RowQuery(Body):
    row: int | None = None


class RecipientsQuery(Body):
    status: str = ""
    q: str = ""
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Limit = 50


class FormatQuery(Body):
    format: Format = "xlsx"


class SampleQuery(Body):
    template: str
    language: str = ""
    channel: str = ""
    format: Format = "xlsx"


class Launch(Body):
    """`confirm`: the number of messages that the manager saw."""

    confirm: int


class Schedule(Body):
    """`time`: hours and minutes, as `09:30`."""

    date: date
    time: Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    zone: str


class Rename(Body):
    name: str


Handle = Callable[[Call[Any]], Awaitable[Any]]


def campaign_routes(campaigns: Campaigns, find_ticket: FindTicket) -> list[Route]:
    views = _Views(campaigns, find_ticket)

    async def listed(call: Call[None]) -> Any:
        return await views.listed(call, call.query)

    async def create(call: Call[None]) -> Any:
        form = await read_form(call.request, MAX_BYTES, PARTS)
        wanted = _decoded(form.fields.get("campaign", b"{}"), Wanted)
        name, contents = _one_file(form)
        made = await campaigns.create(
            wanted, contents, call.caller.id, file=name, language=call.language, once=call.once
        )
        return await views.answer(call, made, new=True)

    async def edit(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        name, contents = "", None
        if call.request.content_type == "application/json":
            change = _decoded(await read_body(call.request, MOST_BODY), Change)
        else:
            form = await read_form(call.request, MAX_BYTES, PARTS)
            change = _decoded(form.fields.get("campaign", b"{}"), Change)
            if form.files:
                name, contents = _one_file(form)
        edited = await campaigns.edit(
            campaign.id, change, call.caller.id, contents=contents, file=name, language=call.language
        )
        return await views.answer(call, edited, new=True)

    async def whole(call: Call[None]) -> Any:
        return await views.whole(call, await views.seen(call))

    async def problems(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        found = await campaigns.records.problems(campaign.id)
        return {"problems": problem_lines(found.faults, call.language), "total": found.total}

    async def preview(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        return results.preview(campaign, (await views.row(campaign, call.query.row))[0])

    async def recipients(call: Call[None]) -> Any:
        return await views.recipients(await views.seen(call), call.query, call.language)

    async def export(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        rows = await campaigns.rows.rows(campaign.id)
        contents = results.file_of(campaign, rows, views.shown(campaign, call.language), call.query.format)
        return _file(contents, f"campaign-{campaign.id}", call.query.format)

    async def sample(call: Call[None]) -> Any:
        template = find_template(campaigns.workspace, call.query.template, call.query.language)
        channel = campaigns.workspace.channels.get(call.query.channel)
        rows = sample_rows(template, call.language, (channel.default_country if channel else "") or "")
        contents = xlsx_bytes(rows, template.name[:31]) if call.query.format == "xlsx" else csv_bytes(rows)
        return _file(contents, f"{template.name}-sample", call.query.format)

    async def choices(call: Call[None]) -> Choices:
        return choices_of(campaigns.workspace, await campaigns.catalogue.statuses(campaigns.workspace))

    async def launch(call: Call[Launch]) -> Campaign:
        return await campaigns.launch(call.path["campaign"], call.body.confirm, call.caller.id)

    async def schedule(call: Call[Schedule]) -> Campaign:
        wanted, at = call.body, time.fromisoformat(call.body.time)
        return await campaigns.schedule(call.path["campaign"], wanted.date, at, wanted.zone, call.caller.id)

    async def rename(call: Call[Rename]) -> Campaign:
        return await campaigns.rename(call.path["campaign"], call.body.name, call.caller.id)

    async def duplicate(call: Call[None]) -> Campaign:
        return await campaigns.duplicate(call.path["campaign"], call.caller.id, call.language, call.once)

    async def delete(call: Call[None]) -> None:
        await views.seen(call)
        await campaigns.delete(call.path["campaign"], call.caller.id)

    def plainly(act: Callable[[str, str], Awaitable[Campaign]]) -> Handle:
        async def handle(call: Call[None]) -> Campaign:
            return await act(call.path["campaign"], call.caller.id)

        return handle

    reads, writes = (
        needs(role="supervisor", scope="campaigns:read"),
        needs(role="administrator", scope="campaigns:write"),
    )
    one = "/campaigns/{campaign}"

    def get(path: str, handler: Handle, about: str, query: Any = None, **more: Any) -> Route:
        return Route("GET", path, _said(handler), reads, about, query=query, **({"answer": dict[str, Any]} | more))

    def act(name: str, handler: Handle, about: str, body: Any = None) -> Route:
        return Route(
            "POST", f"{one}/{name}", _said(views.acted(handler)), writes, about, body=body, answer=dict[str, Any]
        )

    upload: dict[str, Any] = {"upload": True, "answer": dict[str, Any]}
    return [
        get("/campaigns", listed, "Campaigns, newest first.", ListQuery),
        Route("POST", "/campaigns", _said(create), writes, "Make a campaign from a list.", **upload),
        get("/campaigns/choices", choices, "What a new campaign can be made of.", answer=Choices),
        get("/campaigns/sample", sample, "A list to fill in.", SampleQuery, answer=None, file=XLSX),
        get(one, whole, "One campaign with its figures."),
        Route("PATCH", one, _said(edit), writes, "Change a campaign's choices, its list, or both.", **upload),
        get(f"{one}/problems", problems, "What is wrong with its list."),
        get(f"{one}/preview", preview, "The message as one recipient gets it.", RowQuery),
        get(f"{one}/recipients", recipients, "Its recipients, by row.", RecipientsQuery),
        get(f"{one}/export", export, "All recipients as a file.", FormatQuery, answer=None, file=XLSX),
        act("launch", launch, "Send now.", Launch),
        act("schedule", schedule, "Send at a local date and time.", Schedule),
        act("unschedule", plainly(campaigns.unschedule), "Don't send by itself."),
        act("pause", plainly(campaigns.pause), "Let nothing new start."),
        act("resume", plainly(campaigns.resume), "Go on with those left."),
        act("cancel", plainly(campaigns.cancel), "Settle the unsent as cancelled."),
        act("rename", rename, "Change its name.", Rename),
        act("duplicate", duplicate, "Make a new campaign of the same content."),
        act("archive", plainly(campaigns.archive), "Leave it out of the list."),
        act("restore", plainly(campaigns.restore), "Bring it back into the list."),
        Route("POST", f"{one}/delete", _said(delete), writes, "Delete a campaign that sent nothing."),
    ]


class _Views:
    """What is answered of campaigns."""

    def __init__(self, campaigns: Campaigns, find_ticket: FindTicket) -> None:
        self._campaigns, self._find_ticket = campaigns, find_ticket
        self._counts: dict[str, tuple[float, dict[str, int]]] = {}  # of ended ones, whose counts hardly change

    async def seen(self, call: Call[Any]) -> Campaign:
        """The campaign of the path, if the caller may see it (D66)."""
        campaign = await self._campaigns.get(call.path["campaign"])
        if not _sees(call, campaign):
            raise Refused("no_such_campaign", "id", status=404, got=campaign.id)
        return campaign

    def shown(self, campaign: Campaign, language: str) -> Shown:
        channel = self._campaigns.workspace.channels.get(campaign.channel)
        return Shown(language, channel.provider if channel else "")

    async def counts(self, campaign: Campaign) -> dict[str, int]:
        if not campaign.sent_at:
            waiting = campaign.contacts if campaign.state in ("loaded", "scheduled", "paused") else 0
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

    async def summary(self, call: Call[Any], campaign: Campaign) -> dict[str, Any]:
        now_ms = self._campaigns.clock.now_ms()
        counts = await self.counts(campaign)
        line: dict[str, Any] = results.summary(campaign, counts, self._campaigns.workspace, now_ms, call.language)
        return line

    async def listed(self, call: Call[Any], query: ListQuery) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        last = 0
        before = _cursor(query.before)
        entries = await self._campaigns.records.ids(before)
        for start in range(0, len(entries), 100):
            some = entries[start : start + 100]
            for campaign in await self._campaigns.records.many([one for one, _ in some]):
                if not _sees(call, campaign) or not _wanted(campaign, query):
                    continue
                if len(found) == query.limit:
                    return {"campaigns": found, "next": str(last)}
                found.append(await self.summary(call, campaign))
                last = campaign.created_at
        return {"campaigns": found, "next": None}

    async def whole(self, call: Call[Any], campaign: Campaign) -> dict[str, Any]:
        rows = await self._campaigns.rows.rows(campaign.id) if campaign.sent_at else []
        counts = await self._campaigns.rows.counts(campaign.id) if campaign.sent_at else await self.counts(campaign)
        figures = await results.figures(campaign, counts, rows, self._find_ticket)
        found = await self._campaigns.records.problems(campaign.id)
        return {
            **await self.summary(call, campaign),
            "counts": results.by_status(counts),
            "figures": figures,
            "actions": allowed(campaign.state, campaign.archived, self._campaigns.duplicate_from),
            "allow_repeats": campaign.allow_repeats,
            "links": campaign.links,
            "file": campaign.file,
            "dropped": campaign.dropped,
            "columns": found.columns,
            "problems": found.total,
        }

    async def answer(self, call: Call[Any], campaign: Campaign, new: bool = False) -> dict[str, Any]:
        if not new:
            return {"campaign": await self.summary(call, campaign)}
        others = await self._campaigns.active(but=campaign.id)
        return {"campaign": await self.whole(call, campaign), "warnings": warnings(others, call.language)}

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
        rows = await self._campaigns.rows.rows(campaign.id, status=query.status, after=query.after)
        if query.q.strip():
            rows = list(results.matching(rows, query.q))
        page = rows[: query.limit]
        told = self.shown(campaign, language)
        return {
            "recipients": [results.recipient(row, state, told) for row, state in page],
            "total": len(rows),
            "next": str(page[-1][0].number) if len(rows) > len(page) else None,
        }


def _sees(call: Call[Any], campaign: Campaign) -> bool:
    return not campaign.department or call.caller.sees(campaign.department)


def _wanted(campaign: Campaign, query: ListQuery) -> bool:
    wanted = unaccented(query.q).strip()
    return (
        campaign.archived == query.archived
        and (not query.state or campaign.state in query.state)
        and query.channel in ("", campaign.channel)
        and (wanted in unaccented(campaign.name) or wanted == campaign.id)
    )


def _cursor(before: str) -> int | None:
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise ApiError(422, errors.WRONG, field="before", expected="next", got=before)
    return int(before) if before else None


# What is refused


def _said(handler: Handle) -> Handle:
    """The handler; what it refuses is answered in the caller's language, with what helps to mend it."""

    @functools.wraps(handler)
    async def handle(call: Call[Any]) -> Any:
        try:
            return await handler(call)
        except Refused as error:
            return refusal(error, call.language)
        except ListRefused as error:
            return list_refusal(error, call.language)

    return handle


def refusal(error: Refused, language: str) -> web.Response:
    said: dict[str, Any] = {"error": error.message(language), "code": error.code}
    if error.field:
        said["field"] = error.field
    if "got" in error.facts:
        said["got"] = shown(error.facts["got"])
    if "known" in error.facts:
        said["expected"] = error.facts["known"]
    if "messages" in error.facts:
        said["expected"] = error.facts["messages"]
    if isinstance(error, WrongState):
        said |= {"state": error.state, "allowed": error.allowed, "states": error.states}
    return web.json_response(said, status=error.status)


def list_refusal(error: ListRefused, language: str) -> web.Response:
    problems = problem_lines(error.faults[:1_000], language)
    said: dict[str, Any] = {
        "error": error.faults[0].line(language),
        "code": error.faults[0].code,
        "field": "file",
        "problems": problems,
        "total": len(error.faults),
        "columns": error.columns if isinstance(error, ListNotTaken) else [],
    }
    return web.Response(body=msgspec.json.encode(said), status=422, content_type="application/json")


def problem_lines(faults: tuple[Fault, ...], language: str) -> list[dict[str, Any]]:
    return [
        {
            "row": fault.row,
            "column": fault.letter or None,
            "header": fault.header or None,
            "value": fault.value or None,
            "code": fault.code,
            "message": fault.message(language),
            "hint": fault.hint(language),
        }
        for fault in faults
    ]


# Forms and files


def _decoded(raw: bytes, kind: Any) -> Any:
    try:
        data = read_object(raw) if raw else {}
    except BadPayload as error:
        raise ApiError(422, errors.NOT_JSON, field="campaign", why=str(error)) from None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise bad_input(error, data) from None


def _one_file(form: Form) -> tuple[str, bytes]:
    if not form.files:
        raise Refused("no_file", "file")
    if len(form.files) > 1:
        raise Refused("two_files", "file")
    return form.files[0][0][:255], form.files[0][1]


def _file(contents: bytes, name: str, kind: Format) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    media = XLSX if kind == "xlsx" else "text/csv"
    return web.Response(body=contents, headers=headers, content_type=media)
