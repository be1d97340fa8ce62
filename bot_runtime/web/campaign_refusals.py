"""What is refused of campaigns, as answers: in the caller's language, with what helps to mend it."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from aiohttp import web

from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.campaigns.service import ListNotTaken, WrongState
from bot_runtime.campaigns.words import Refused
from bot_runtime.web.api import Call
from bot_runtime.web.errors import shown

Handle = Callable[[Call[Any]], Awaitable[Any]]
MOST_FAULTS = 1_000


def said(handler: Handle) -> Handle:
    """The handler, answering what it refuses."""

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
    if "set_aside" in error.facts:
        said["set_aside"] = error.facts["set_aside"]
    if isinstance(error, WrongState):
        said |= {"state": error.state, "allowed": error.allowed, "states": error.states}
    return web.json_response(said, status=error.status)


def list_refusal(error: ListRefused, language: str) -> web.Response:
    problems = problem_lines(error.faults[:MOST_FAULTS], language)
    said: dict[str, Any] = {
        "error": error.faults[0].line(language),
        "code": error.faults[0].code,
        "field": "file",
        "problems": problems,
        "total": len(error.faults),
        "columns": error.columns if isinstance(error, ListNotTaken) else [],
    }
    return web.Response(body=msgspec.json.encode(said), status=422, content_type="application/json")


def problem_lines(faults: Sequence[Fault], language: str) -> list[dict[str, Any]]:
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
