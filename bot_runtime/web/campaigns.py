"""`/api/v1/campaigns`: the list, one campaign with its figures and recipients, and what people do with it.

Supervisors read those of their departments, administrators write; keys by their scopes.
"""

from collections.abc import Awaitable, Callable
from datetime import date, time
from typing import Annotated, Any, Final, Literal

import msgspec
from aiohttp import web

from bot_runtime.campaigns import results
from bot_runtime.campaigns.names import advice
from bot_runtime.campaigns.outlook import Outlook, outlook
from bot_runtime.campaigns.plans import Change, Wanted, find_template
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.samples import sample_rows
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.sheet_child import MAX_BYTES
from bot_runtime.campaigns.tables import Kind, Table
from bot_runtime.campaigns.words import Refused
from bot_runtime.channels.json_input import read_object
from bot_runtime.errors import BadPayload
from bot_runtime.exports import csv_bytes, xlsx_bytes
from bot_runtime.web import errors
from bot_runtime.web.api import MOST_BODY, Body, Call, Route, read_body
from bot_runtime.web.auth import needs
from bot_runtime.web.campaign_choices import Choices, choices_of
from bot_runtime.web.campaign_refusals import Handle, problem_lines, said
from bot_runtime.web.campaign_views import AnswersQuery, ListQuery, RecipientsQuery, Views
from bot_runtime.web.errors import ApiError, bad_input
from bot_runtime.web.uploads import Form, Upload

LIST: Final = Upload(MAX_BYTES, "file (.xlsx / CSV) + campaign (JSON)")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RowQuery(Body):
    row: int | None = None


class NameQuery(Body):
    name: str


class FileQuery(Body):
    """`lang`: what the file is written in. A link can't send `X-Language`, so that a page says here what it speaks."""

    format: Kind = "xlsx"
    lang: Literal["", "es", "en"] = ""


class SampleQuery(FileQuery, kw_only=True):
    """`language`: the template's."""

    template: str
    language: str = ""
    channel: str = ""


class Launch(Body):
    """`confirm`: the number of messages that the manager saw."""

    confirm: int


class Schedule(Body):
    """`time`: hours and minutes, as `09:30`. `zone`: that of `bot.yaml` unless given."""

    date: date
    time: Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    zone: str = ""


class Rename(Body):
    name: str


def campaign_routes(campaigns: Campaigns, views: Views) -> list[Route]:
    async def listed(call: Call[None]) -> Any:
        return await views.listed(call, call.query)

    async def create(call: Call[None]) -> Any:
        wanted = _decoded(call.form.fields.get("campaign", b"{}"), Wanted)
        name, contents = _one_file(call.form)
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
            form = await LIST.read(call.request)
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

    async def review(call: Call[None]) -> Any:
        return await views.review(await views.seen(call), call.language)

    async def preview(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        channel = campaigns.workspace.channels.get(campaign.channel)
        budget = channel.limits.sms_budget if channel is not None and channel.kind == "sms" else None
        return results.preview(campaign, (await views.row(campaign, call.query.row))[0], budget)

    async def recipients(call: Call[None]) -> Any:
        return await views.recipients(await views.seen(call), call.query, call.language)

    async def answers(call: Call[None]) -> Any:
        return await views.answers(await views.seen(call), call.query)

    async def export(call: Call[None]) -> Any:
        campaign = await views.seen(call)
        found = await campaigns.records.problems(campaign.id)
        shown = views.shown(campaign, call.query.lang or call.language)
        table = Table(campaign, found.columns, shown, views.saved(campaign))
        answer = web.StreamResponse(headers=_as_file(f"campaign-{campaign.id}", call.query.format))
        answer.headers["X-Rows"] = str(campaign.messages)  # for who shows how far it is
        await answer.prepare(call.request)
        async for piece in table.written(campaigns.rows.pages(campaign.id), call.query.format):
            await answer.write(piece)
        await answer.write_eof()
        return answer

    async def sample(call: Call[None]) -> Any:
        template = find_template(campaigns.workspace, call.query.template, call.query.language)
        channel = campaigns.workspace.channels.get(call.query.channel)
        rows = sample_rows(
            template, call.query.lang or call.language, (channel.default_country if channel else "") or ""
        )
        contents = xlsx_bytes(rows, template.name[:31]) if call.query.format == "xlsx" else csv_bytes(rows)
        return _file(contents, f"{template.name}-sample", call.query.format)

    async def choices(call: Call[None]) -> Choices:
        return choices_of(campaigns.workspace, await campaigns.catalogue.statuses(campaigns.workspace), call.language)

    async def name_advice(call: Call[None]) -> Any:
        return {"advice": advice(call.query.name, call.language)}

    async def plan(call: Call[None]) -> Any:
        return await outlook(campaigns, await views.seen(call), call.language)

    async def launch(call: Call[Launch]) -> Campaign:
        return await campaigns.launch(call.path["campaign"], call.body.confirm, call.caller.id)

    async def schedule(call: Call[Schedule]) -> Campaign:
        wanted, at = call.body, time.fromisoformat(call.body.time)
        return await campaigns.schedule(call.path["campaign"], wanted.date, at, wanted.zone, call.caller.id)

    async def rename(call: Call[Rename]) -> Campaign:
        return await campaigns.rename(call.path["campaign"], call.body.name, call.caller.id)

    async def duplicate(call: Call[None]) -> Campaign:
        return await campaigns.duplicate(call.path["campaign"], call.caller.id, call.language, call.once)

    async def resend(call: Call[None]) -> Campaign:
        return await campaigns.resend(call.path["campaign"], call.caller.id, call.language, call.once)

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
        return Route("GET", path, said(handler), reads, about, query=query, **({"answer": dict[str, Any]} | more))

    def act(name: str, handler: Handle, about: str, body: Any = None) -> Route:
        return Route(
            "POST", f"{one}/{name}", said(views.acted(handler)), writes, about, body=body, answer=dict[str, Any]
        )

    shown = dict[str, Any]
    return [
        get("/campaigns", listed, "Campaigns, newest first.", ListQuery),
        Route("POST", "/campaigns", said(create), writes, "Make a campaign from a list.", answer=shown, form=LIST),
        get("/campaigns/choices", choices, "What a new campaign can be made of.", answer=Choices),
        get("/campaigns/name-advice", name_advice, "What to say of a name that tells no topic and aim.", NameQuery),
        get("/campaigns/sample", sample, "A list to fill in.", SampleQuery, answer=None, file=XLSX),
        get(one, whole, "One campaign with its figures."),
        Route("PATCH", one, said(edit), writes, "Change its choices, its list, or both.", answer=shown, upload=True),
        get(f"{one}/problems", problems, "What is wrong with its list."),
        get(f"{one}/review", review, "Who would get it if it were sent now, and who not and why."),
        get(f"{one}/plan", plan, "How many of its messages leave on which day.", answer=Outlook),
        get(f"{one}/preview", preview, "The message as one recipient gets it.", RowQuery),
        get(f"{one}/recipients", recipients, "Its recipients, by row.", RecipientsQuery),
        get(f"{one}/answers", answers, "What contacts wrote beside a code they answered.", AnswersQuery),
        get(f"{one}/export", export, "All recipients as a file.", FileQuery, answer=None, file=XLSX),
        act("launch", launch, "Send now.", Launch),
        act("schedule", schedule, "Send at a local date and time.", Schedule),
        act("unschedule", plainly(campaigns.unschedule), "Don't send by itself."),
        act("pause", plainly(campaigns.pause), "Let nothing new start."),
        act("resume", plainly(campaigns.resume), "Go on with those left."),
        act("cancel", plainly(campaigns.cancel), "Settle the unsent as cancelled."),
        act("edit", plainly(campaigns.begin_edit), "Start to edit: a scheduled one becomes a draft."),
        act("rename", rename, "Change its name.", Rename),
        act("duplicate", duplicate, "Make a new campaign of the same content."),
        act("resend", resend, "Make a new campaign for those whose message failed, where the reason allows it."),
        act("archive", plainly(campaigns.archive), "Leave it out of the list."),
        act("restore", plainly(campaigns.restore), "Bring it back into the list."),
        Route("POST", f"{one}/delete", said(delete), writes, "Delete a campaign that sent nothing."),
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


def _file(contents: bytes, name: str, kind: Kind) -> web.Response:
    return web.Response(body=contents, headers=_as_file(name, kind))


def _as_file(name: str, kind: Kind) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Content-Type": XLSX if kind == "xlsx" else "text/csv",
        "Cache-Control": "no-store",
    }
