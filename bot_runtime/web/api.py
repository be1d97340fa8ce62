"""The route table of `/api/v1`: handlers, their checks and the OpenAPI file come from the same rows.

A subject's routes are a module of handlers and a function that lists them:

    class Close(Body):
        reason: str

    class Closed(msgspec.Struct):
        ticket: str
        state: str

    UNKNOWN_REASON = Phrase("unknown_reason", "there is no reason '{got}'", "no existe el motivo '{got}'")

    def ticket_routes(tickets: Tickets) -> list[Route]:
        async def close(call: Call[Close]) -> Closed:
            if call.body.reason not in tickets.reasons:
                raise ApiError(422, UNKNOWN_REASON, field="reason", got=call.body.reason)
            return await tickets.close(call.path["ticket"], call.body.reason, by=call.caller)

        return [
            Route("POST", "/tickets/{ticket}/close", close, needs(role="agent", scope="tickets:write"),
                  about="Close a ticket with a reason.", body=Close, answer=Closed),
        ]

and in `site`: `api.add(ticket_routes(…))`. `query=` is a Struct read from the query string. `answer=` may be any type
msgspec writes; a handler may also return a `web.StreamResponse` of its own (cookies; files, with `file="text/csv"`).
With `upload=True` nothing of the body is read: the handler calls `read_body(call.request, most_bytes)`; with
`form=Upload(most_bytes, parts)` the body is a form with files, and the handler finds it in `call.form`. A POST row
takes an `Idempotency-Key` unless it says `idempotent=False`: the same key and request again gets the first answer,
another request gets 409. A repeat that comes after a crash runs again: hand `call.once` on to whatever appends, where
doing it twice matters.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_origin

import msgspec
from aiohttp import hdrs, web

from bot_runtime.channels.json_input import read_object
from bot_runtime.errors import BadPayload
from bot_runtime.people.model import Caller
from bot_runtime.web import errors
from bot_runtime.web.auth import CALLER, LANGUAGE, PREFIX, Door, Need, guarded, needs
from bot_runtime.web.connections import REQUEST_S, request_ends_at
from bot_runtime.web.errors import ApiError, bad_input
from bot_runtime.web.once import Once
from bot_runtime.web.uploads import Form, Upload

MOST_BODY = 1024 * 1024

B = TypeVar("B")


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What bodies and queries derive from: a field nobody knows is an error, not ignored."""


@dataclass(slots=True)
class Call(Generic[B]):
    """One call that was let in. `caller` may be asked for wherever the route isn't public."""

    request: web.Request
    body: B
    query: Any
    once: str = ""  # the same for repeats of one `Idempotency-Key`; else empty
    form: Form = field(default_factory=Form)  # of a row that says `form`

    @property
    def caller(self) -> Caller:
        return self.request[CALLER]

    @property
    def language(self) -> str:
        return self.request[LANGUAGE]

    @property
    def path(self) -> dict[str, str]:
        return self.request.match_info


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `path` is below `/api/v1`, `status` the answer's, `file` the media type of one that is a file."""

    method: str
    path: str
    handler: Callable[[Call[Any]], Awaitable[Any]]
    need: Need
    about: str = ""
    body: Any = None
    query: Any = None
    answer: Any = None
    status: int = 200
    upload: bool = False
    form: Upload | None = None
    file: str = ""
    idempotent: bool = True


class Api:
    """Collects rows; `attach` puts them into the application, behind the middleware."""

    def __init__(self, door: Door, once: Once) -> None:
        self.door, self._once = door, once
        self.routes: list[Route] = []

    def add(self, routes: Sequence[Route]) -> None:
        self.routes += routes

    def attach(self, app: web.Application) -> None:
        app.middlewares.append(guarded(self.door))
        self.add([Route("GET", "/openapi.json", self._openapi, needs(public=True), about="This file.")])
        for route in self.routes:
            app.router.add_route(route.method, PREFIX + route.path, self._handler(route))

    async def _openapi(self, call: Call[None]) -> Any:
        from bot_runtime.web.openapi import openapi  # only where somebody asks

        return openapi(self.routes)

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            form = await route.form.read(request) if route.form else Form()
            raw = form.digest() if route.form else b"" if route.upload else await read_body(request, MOST_BODY)
            body = None if route.body is None else _convert_body(request, raw, route.body)
            query = None if route.query is None else convert_query(request, route.query)
            call = Call(request, body, query, form=form)
            key = request.headers.get("Idempotency-Key")
            if key is None or route.method != "POST" or not route.idempotent or CALLER not in request:
                return _answer(route, await route.handler(call))
            digest = hashlib.sha256(b"\0".join([request.raw_path.encode(), raw])).hexdigest()
            return await self._once.answer(call, key, digest, lambda: _answered(route, call))

        return route.need(handle)


async def _answered(route: Route, call: Call[Any]) -> web.StreamResponse:
    return _answer(route, await route.handler(call))


def _answer(route: Route, result: Any) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204 if route.status == 200 else route.status)
    return web.Response(body=msgspec.json.encode(result), status=route.status, content_type="application/json")


async def read_body(request: web.Request, most_bytes: int) -> bytes:
    """The raw body, counted as it comes: a `Content-Length` may be missing or wrong.

    Raises:
        ApiError: 413, 415 or 408.
    """
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise ApiError(415, errors.ENCODED)
    if request.content_length is not None and request.content_length > most_bytes:
        raise ApiError(413, errors.TOO_BIG, most=most_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout_at(request_ends_at(request)):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most_bytes:
                    raise ApiError(413, errors.TOO_BIG, most=most_bytes)
    except TimeoutError:
        raise ApiError(408, errors.TOO_SLOW, most_s=REQUEST_S) from None
    return bytes(body)


def _convert_body(request: web.Request, raw: bytes, kind: Any) -> Any:
    if raw and request.content_type != "application/json":
        raise ApiError(415, errors.WANTS_JSON, expected="application/json", got=request.content_type)
    try:
        data = read_object(raw) if raw else {}
    except BadPayload as error:
        raise ApiError(422, errors.NOT_JSON, why=str(error)) from None
    if b"\\u" in raw and not _whole(data):
        raise ApiError(422, errors.NOT_JSON, why="half a character")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise bad_input(error, data) from None


def _whole(data: Any) -> bool:
    """Whether its texts can be written: half of a surrogate pair (`"\\ud83d"`) cannot, neither stored nor sent."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def convert_query(request: web.Request, kind: Any) -> Any:
    """The query string as `kind`: a field that is a list may come several times, any other once."""
    data: dict[str, Any] = {}
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if _is_list(field.type)}
    for name in request.query:
        values = request.query.getall(name)
        if len(values) > 1 and name not in lists:
            raise ApiError(422, errors.WRONG, field=name, expected=errors.ONCE, got=values)
        data[name] = values if name in lists else values[0]
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        raise bad_input(error, data) from None


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (list, tuple) or any(_is_list(part) for part in get_args(kind))


def path_names(path: str) -> list[str]:
    """`{ticket}` and `{campaign}` of `/campaigns/{campaign}/…`."""
    return re.findall(r"\{(\w+)", path)
