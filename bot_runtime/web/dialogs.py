"""`/api/v1/dialogs`: dialogs with their versions, checked, published, tried and rolled back by who has the right."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.differences import compare
from bot_runtime.dialogs.drawing.graph import draw, overlay
from bot_runtime.dialogs.drawing.palette import Theme
from bot_runtime.dialogs.drawing.svg import svg
from bot_runtime.dialogs.model import Dialog
from bot_runtime.runtime.publishing import Errors, Publishing, VanishedSeen
from bot_runtime.versions.model import Choice
from bot_runtime.versions.rules import LONGEST_NOTE, LONGEST_TEXT, Change, Refused
from bot_runtime.versions.words import RULES
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.dialog_views import (
    Check,
    Dialogs,
    DialogText,
    DifferencesSeen,
    Drawn,
    Published,
    VersionList,
    differences_seen,
    problem_seen,
)
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.workspace import Workspace
from bot_runtime.workspace.check_lengths import examples
from bot_runtime.workspace.text_counts import text_counts

Handle = Callable[[Call[Any]], Awaitable[Any]]
Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Source = Annotated[str, msgspec.Meta(max_length=tree.MAX_BYTES)]
BUDGET = 149
_STATUS = {"unknown_dialog": 404, "no_such_version": 404, "never_published": 404, "same": 409, "still_moving": 409,
           "no_trial": 409, "nothing_before": 409, "nothing_live": 409}  # fmt: skip


class Which(Body):
    """A published version, else the live one; `draft`: the folder's text."""

    number: Number = 0
    draft: bool = False


class Graph(Which):
    """`live`: with how many people stand where."""

    lang: Literal["es", "en"] | None = None
    theme: Theme | None = None
    live: bool = False


class Between(Body):
    """`from` 0: what is live; `to` 0: the folder's text."""

    older: Number = msgspec.field(default=0, name="from")
    newer: Number = msgspec.field(default=0, name="to")


class Written(Body):
    source: Source


class Draw(Written):
    theme: Theme | None = None


class People(Body):
    """What happens to whoever is inside: `states` and `stay` with `migrate`, `text` with `restart`."""

    people: Literal["keep", "migrate", "restart"] = "keep"
    states: dict[str, str] = msgspec.field(default_factory=dict)
    stay: tuple[str, ...] = ()
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] = ""

    def choice(self) -> Choice:
        return Choice(people=self.people, states=self.states, stay=self.stay, text=self.text)


class Publish(People):
    """`source`: the text to publish; without it, the folder's. `share`: of new sessions, to try it on them."""

    source: Source | None = None
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0


class RollBack(People):
    """`to`: the version whose text is published again; 0: the one before."""

    to: Number = 0
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""


def dialog_routes(publishing: Publishing, workspace: Callable[[], Workspace]) -> list[Route]:
    reads = needs(role="supervisor", scope="dialogs:read", author=True)
    writes = needs(role="administrator", scope="dialogs:write", author=True)

    def edits(call: Call[Any]) -> bool:
        return writes.met_by(call.caller)

    async def dialogs(call: Call[None]) -> Dialogs:
        return Dialogs(await publishing.dialogs(), edits(call), workspace().publishes_saves)

    async def dialog(call: Call[None]) -> DialogText:
        seen = await publishing.dialog(call.path["dialog"])
        which: Which = call.query
        if which.draft or not (which.number or seen.live):
            number, text = None, await publishing.text(seen.name, "draft")
        else:
            number, text = which.number or seen.live, await publishing.text(seen.name, which.number)
        return DialogText(seen, number, text.source, _lines(text), edits(call))

    async def versions(call: Call[None]) -> VersionList:
        name = call.path["dialog"]
        return VersionList(await publishing.versions(name), await publishing.moves(name))

    async def file(call: Call[None]) -> web.Response:
        text = await publishing.text(call.path["dialog"], _number(call.path["number"]))
        name = f"{call.path['dialog']}.yaml"
        return web.Response(
            body=text.source.encode(),
            content_type="application/yaml",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def graph(call: Call[None]) -> web.Response:
        which: Graph = call.query
        text = await publishing.text(call.path["dialog"], "draft" if which.draft else which.number)
        spoken = which.lang or call.language
        shown = overlay(text, spoken, live=await publishing.people(text.name) if which.live else None)
        drawn = await asyncio.to_thread(lambda: svg(draw(text, spoken), shown, which.theme))
        return web.Response(text=drawn, content_type="image/svg+xml", headers={"Content-Security-Policy": "sandbox"})

    async def diff(call: Call[None]) -> DifferencesSeen:
        name, which = call.path["dialog"], call.query
        newer = await publishing.text(name, which.newer or "draft")
        return differences_seen(compare(await publishing.text(name, which.older), newer))

    async def check(call: Call[Written]) -> Check:
        name, source = call.path["dialog"], call.body.source
        seen = await publishing.dialog(name)
        checked = await publishing.check(name, source, with_advice=True)
        problems = [problem_seen(one, call.language) for one in checked.problems]
        budget = min(
            (one.limits.sms_budget for one in workspace().channels.values() if one.kind == "sms"), default=BUDGET
        )
        sample = checked.dialog or await publishing.text(name, 0 if seen.live else "draft")
        texts = text_counts(checked.tree, checked.dialog, budget, examples(sample))
        if checked.dialog is None:
            return Check(False, problems, [], None, [], texts)
        lost = [VanishedSeen(one.state, one.people, one.near) for one in await publishing.vanishing(checked.dialog)]
        differences = differences_seen(compare(await publishing.text(name), checked.dialog)) if seen.live else None
        return Check(True, problems, lost, differences, list(checked.dialog.states), texts)

    async def draw_written(call: Call[Draw]) -> Drawn:
        checked = await publishing.check(call.path["dialog"], call.body.source)
        if checked.dialog is None:
            raise Errors(checked.problems)
        drawing = draw(checked.dialog, call.language)
        return Drawn(await asyncio.to_thread(lambda: svg(drawing, theme=call.body.theme)))

    async def publish(call: Call[Publish]) -> Published:
        body = call.body
        change = await publishing.publish(
            call.path["dialog"],
            by=call.caller.id,
            note=body.note,
            source=body.source,
            share=body.share,
            choice=body.choice(),
        )
        return await published(change)

    async def roll_back(call: Call[RollBack]) -> Published:
        body = call.body
        return await published(
            await publishing.roll_back(
                call.path["dialog"], by=call.caller.id, to=body.to, note=body.note, choice=body.choice()
            )
        )

    async def promote(call: Call[People]) -> Published:
        return await published(
            await publishing.promote(call.path["dialog"], by=call.caller.id, choice=call.body.choice())
        )

    async def withdraw(call: Call[None]) -> Published:
        return await published(await publishing.withdraw(call.path["dialog"], by=call.caller.id))

    async def published(change: Change) -> Published:
        number = change.facts["number"]
        assert isinstance(number, int)
        return Published(await publishing.dialog(change.record.dialog), number, change.move is not None)

    one = "/dialogs/{dialog}"
    rows = [
        Route(
            "GET",
            "/dialogs",
            dialogs,
            reads,
            "Every dialog: what is live, who is inside, what is on trial.",
            answer=Dialogs,
        ),
        Route(
            "GET",
            one,
            dialog,
            reads,
            "A dialog's text: live, of a version, or the folder's.",
            query=Which,
            answer=DialogText,
        ),
        Route(
            "GET",
            f"{one}/versions",
            versions,
            reads,
            "Who published what, when and why, and who is where.",
            answer=VersionList,
        ),
        Route(
            "GET",
            f"{one}/versions/{{number}}/file",
            file,
            reads,
            "A version's file, byte for byte.",
            file="application/yaml",
        ),
        Route("GET", f"{one}/graph", graph, reads, "The dialog as a drawing.", query=Graph, file="image/svg+xml"),
        Route(
            "GET",
            f"{one}/diff",
            diff,
            reads,
            "Two versions compared as states and texts.",
            query=Between,
            answer=DifferencesSeen,
        ),
        Route(
            "POST",
            f"{one}/check",
            check,
            writes,
            "Check a text: problems with their place, lengths, who would lose their place.",
            body=Written,
            answer=Check,
            idempotent=False,
        ),
        Route(
            "POST",
            f"{one}/graph",
            draw_written,
            writes,
            "A text as a drawing, before it is published.",
            body=Draw,
            answer=Drawn,
            idempotent=False,
        ),
        Route(
            "POST",
            f"{one}/publish",
            publish,
            writes,
            "Publish a text, to everybody or on trial.",
            body=Publish,
            answer=Published,
        ),
        Route(
            "POST",
            f"{one}/rollback",
            roll_back,
            writes,
            "Publish an old version again.",
            body=RollBack,
            answer=Published,
        ),
        Route(
            "POST",
            f"{one}/promote",
            promote,
            writes,
            "Let everybody begin on the version on trial.",
            body=People,
            answer=Published,
        ),
        Route("POST", f"{one}/withdraw", withdraw, writes, "End the trial.", answer=Published),
    ]
    return [replace(row, handler=_said(row.handler)) for row in rows]


def _said(handler: Handle) -> Handle:
    @functools.wraps(handler)
    async def handle(call: Call[Any]) -> Any:
        try:
            return await handler(call)
        except Refused as error:
            more = {}
            if isinstance(error, Errors):
                more = {"problems": [problem_seen(one, call.language) for one in error.problems]}
            phrase = Phrase(error.code, *RULES[error.code])
            facts: dict[str, Any] = error.facts
            raise ApiError(_STATUS.get(error.code, 422), phrase, more=more, **facts) from None

    return handle


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused("no_such_version", number=text[:20], last="–")
    return int(text)


def _lines(dialog: Dialog) -> dict[str, int]:
    return {name: state.where.line for name, state in dialog.states.items()}
