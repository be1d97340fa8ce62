"""The route table: what a row checks for its handler, what it answers to bad input, and the OpenAPI file it becomes."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator
from yarl import URL

from bot_runtime.app import Server
from bot_runtime.people.logins import Logins, csrf_token
from bot_runtime.people.model import User
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.service import People
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.web.api import Api, Body, Call, Route, read_body
from bot_runtime.web.auth import Door, caller_of, needs
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.web.once import Once
from tests.web.people import CHEAP, PASSWORD, Browser, add_user

FULL = Phrase("full", "no room for {got}", "no cabe {got}")


class Order(Body):
    dish: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    extras: tuple[str, ...] = ()
    at: datetime | None = None
    api_token: str = ""


class Filter(Body):
    most: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    state: tuple[str, ...] = ()
    open: bool = False


class Ordered(msgspec.Struct):
    number: int
    dish: str
    by: str


class Kitchen:
    """What the rows below do, and how often."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, str]] = []
        self.began, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()

    def routes(self) -> list[Route]:
        async def order(call: Call[Order]) -> Ordered:
            self.began.set()
            await self.go.wait()
            if call.body.dish == "broken":
                raise ZeroDivisionError("oven")
            if len(self.orders) == 3:
                raise ApiError(409, FULL, field="dish", got=call.body.dish, more={"orders": 3})
            self.orders.append((call.body.dish, call.once))
            return Ordered(len(self.orders), call.body.dish, call.caller.id)

        async def look(call: Call[None]) -> Filter:
            found: Filter = call.query
            return found

        async def forget(call: Call[None]) -> None:
            self.orders.clear()

        async def upload(call: Call[None]) -> dict[str, int]:
            return {"size": len(await read_body(call.request, 3_000_000))}

        anyone = needs(role="agent", scope="tickets:write")
        return [
            Route("POST", "/orders", order, anyone, "Order a dish.", body=Order, answer=Ordered, status=201),
            Route("GET", "/orders/{order}", look, anyone, "Look.", query=Filter, answer=Filter),
            Route("DELETE", "/orders", forget, needs(role="supervisor"), "Forget all."),
            Route("PUT", "/file", upload, anyone, "Take a file.", answer=dict[str, int], upload=True),
        ]


@needs(role="agent")
async def live(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_str(caller_of(request).name)
    await socket.close()
    return socket


async def undeclared(request: web.Request) -> web.Response:
    return web.Response(text="secret")


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
async def people(store: Store) -> People:
    people = People(store, Keys("test", 8, b"secret"), Passwords(CHEAP))
    ana = User(name="ana", display="Ana", role="agent", language="es")
    await people.add_user(ana, PASSWORD, by=None, departments=())
    return people


@pytest.fixture
async def client(store: Store, people: People, kitchen: Kitchen) -> AsyncIterator[TestClient[Any, Any]]:
    keys = Keys("test", 8, b"secret")
    door = Door(people, Logins(store, keys, people.passwords), lambda: "", lambda: "en")
    api = Api(door, Once(store, keys))
    api.add(kitchen.routes())
    app = web.Application()
    api.attach(app)
    app.router.add_get("/api/v1/live", live)
    app.router.add_get("/api/v1/undeclared", undeclared)
    async with TestClient(TestServer(app)) as client:
        client.session.headers["Authorization"] = f"Bearer {(await people.add_key('crm', ['*'], by=None))[1]}"
        yield client


async def post(client: TestClient[Any, Any], body: Any, **headers: str) -> tuple[int, Any]:
    """`body` as JSON, or as it is."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.post("/api/v1/orders", data=BytesIO(data), headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_good_call_reaches_its_handler(client: TestClient[Any, Any], people: People):
    status, ordered = await post(client, {"dish": "soup"})
    assert status == 201
    assert ordered["dish"] == "soup"
    assert ordered["by"].startswith("key:crm")


@pytest.mark.parametrize(
    ("body", "field", "code", "error"),
    [
        ({}, "dish", "missing", "dish is missing"),
        ({"dish": 3}, "dish", "wrong", "dish: expected a text, got 3"),
        ({"dish": ""}, "dish", "wrong", "dish: expected a text of >= 1 characters, got "),
        ({"dish": "s", "count": 10}, "count", "wrong", "count: expected a number <= 9, got 10"),
        ({"dish": "s", "count": "two"}, "count", "wrong", "count: expected a whole number, got two"),
        ({"dish": "s", "count": True}, "count", "wrong", "count: expected a whole number, got true"),
        ({"dish": "s", "extras": ["a", 1]}, "extras[1]", "wrong", "extras[1]: expected a text, got 1"),
        ({"dish": "s", "at": "noon"}, "at", "wrong", "at: expected a time as 2026-11-21T09:30:00Z, got noon"),
        ({"dish": "s", "price": 1}, "price", "unknown_field", "there is no field price"),
        ({"dish": "s", "api_token": 12345}, "api_token", "wrong", "api_token: expected a text"),  # may be a secret
        (b"[1]", None, "not_json", "expected a JSON object: not a JSON object"),
        (b"{", None, "not_json", "expected a JSON object: not JSON"),
        (b'{"dish": "\\ud83d"}', None, "not_json", "expected a JSON object: half a character"),
        (b'{"dish": NaN}', None, "not_json", "expected a JSON object: not JSON"),
        (b'{"dish": "a", "dish": "b"}', None, "not_json", "expected a JSON object: not JSON"),
        (
            b'{"dish":' + b"[" * 65 + b"]" * 65 + b"}",
            None,
            "not_json",
            "expected a JSON object: JSON nested too deeply",
        ),
        (b'{"dish":' * 100_000, None, "not_json", "expected a JSON object: not JSON"),
    ],
)
async def test_bad_input_is_told_by_field(
    client: TestClient[Any, Any], kitchen: Kitchen, body: Any, field: str | None, code: str, error: str
):
    status, told = await post(client, body)
    assert (status, told["code"], told.get("field"), told["error"]) == (422, code, field, error)
    assert kitchen.orders == []


async def test_refusals_speak_the_callers_language(client: TestClient[Any, Any]):
    _, told = await post(client, {"dish": 3}, Accept_Language="fr, es-MX;q=0.9, en;q=0.8")
    assert told["error"] == "dish: se esperaba un texto, llegó 3"
    assert (told["expected"], told["got"]) == ("un texto", "3")


async def test_a_body_is_json_as_it_is_and_not_over_a_mebibyte(client: TestClient[Any, Any]):
    big = b'{"dish": "' + b"a" * 1024 * 1024 + b'"}'
    assert (await post(client, big))[0] == 413
    assert (await post(client, {"dish": "soup"}, Content_Type="text/plain"))[0] == 415
    assert (await post(client, gzip.compress(b'{"dish": "soup"}'), Content_Encoding="gzip"))[0] == 415

    async def chunked() -> AsyncIterator[bytes]:  # says no length
        for _ in range(20):
            yield b" " * 65_536

    async with client.post("/api/v1/orders", data=chunked(), headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 413


async def test_an_upload_has_its_handlers_own_limit(client: TestClient[Any, Any]):
    async with client.put("/api/v1/file", data=BytesIO(b"x" * 2_500_000)) as answer:
        assert await answer.json() == {"size": 2_500_000}
    async with client.put("/api/v1/file", data=BytesIO(b"x" * 3_500_000)) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 200, {"most": 10, "state": [], "open": False}),
        ("most=5&state=a&state=b&open=true", 200, {"most": 5, "state": ["a", "b"], "open": True}),
        ("most=many", 422, "most"),
        ("most=5&most=6", 422, "most"),
        ("nope=1", 422, "nope"),
    ],
)
async def test_a_query_is_checked_as_a_body_is(client: TestClient[Any, Any], query: str, status: int, told: Any):
    async with client.get(f"/api/v1/orders/1?{query}") as answer:
        body = await answer.json()
        assert answer.status == status
        assert (body if status == 200 else body["field"]) == told


async def test_conflicts_failures_and_unknown_addresses_are_json_too(client: TestClient[Any, Any], kitchen: Kitchen):
    kitchen.orders = [("a", ""), ("b", ""), ("c", "")]
    assert await post(client, {"dish": "soup"}) == (
        409,
        {"error": "no room for soup", "code": "full", "field": "dish", "got": "soup", "orders": 3},
    )
    assert await post(client, {"dish": "broken"}) == (
        500,
        {"error": "this failed on our side; it was logged", "code": "failed"},
    )
    async with client.get("/api/v1/nowhere") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
    async with client.get("/api/v1/orders") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "DELETE, POST")
        assert (await answer.json())["code"] == "no_method"


async def test_a_handler_that_says_nothing_is_refused_to_everybody(client: TestClient[Any, Any]):
    async with client.get("/api/v1/undeclared") as answer:
        assert answer.status == 404
        assert "secret" not in await answer.text()
    with pytest.raises(ValueError, match="nobody"):
        needs()


# Browsers


async def cookie_of(client: TestClient[Any, Any], people: People, store: Store) -> dict[str, str]:
    logins = Logins(store, Keys("test", 8, b"secret"), people.passwords)
    _, session = await logins.log_in("ana", PASSWORD, "127.0.0.1")
    del client.session.headers["Authorization"]
    return {"Cookie": f"session={session}", "X-CSRF": csrf_token(session)}


@pytest.mark.parametrize(("origin", "status"), [(True, 101), ("https://evil.example", 403), (None, 403)])
async def test_a_websocket_opens_for_our_own_pages_alone(
    client: TestClient[Any, Any], people: People, store: Store, origin: Any, status: int
):
    headers = await cookie_of(client, people, store)
    if origin:
        headers["Origin"] = str(client.make_url("")).rstrip("/") if origin is True else origin
    headers |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    async with client.get("/api/v1/live", headers=headers) as answer:
        assert answer.status == status


async def test_a_role_is_that_one_or_higher(client: TestClient[Any, Any], people: People, store: Store):
    headers = await cookie_of(client, people, store)
    headers["Origin"] = str(client.make_url("")).rstrip("/")
    async with client.delete("/api/v1/orders", headers=headers) as answer:
        told = await answer.json()
        assert (answer.status, told["error"]) == (403, "no puedes hacer esto; requiere supervisor")
    for role in ("supervisor", "administrator"):
        await people.change_user("ana", {"role": role}, by=None, departments=())
        async with client.delete("/api/v1/orders", headers=headers) as answer:
            assert answer.status == 204


# Idempotency-Key


async def test_the_same_call_again_is_answered_again_and_not_done_again(client: TestClient[Any, Any], kitchen: Kitchen):
    first = await post(client, {"dish": "soup"}, Idempotency_Key="k-1")
    assert await post(client, {"dish": "soup"}, Idempotency_Key="k-1") == first
    assert [dish for dish, _ in kitchen.orders] == ["soup"]
    assert kitchen.orders[0][1]  # the handler can hand it on
    await post(client, {"dish": "soup"}, Idempotency_Key="k-2")
    await post(client, {"dish": "soup"})
    assert len(kitchen.orders) == 3


async def test_a_key_belongs_to_one_call_of_one_caller(client: TestClient[Any, Any], people: People, kitchen: Kitchen):
    await post(client, {"dish": "soup"}, Idempotency_Key="k-1")
    status, told = await post(client, {"dish": "rice"}, Idempotency_Key="k-1")
    assert (status, told["code"]) == (409, "other_request")
    _, other = await people.add_key("other", ["*"], by=None)
    status, _ = await post(client, {"dish": "rice"}, Idempotency_Key="k-1", Authorization=f"Bearer {other}")
    assert status == 201
    assert (await post(client, {"dish": "rice"}, Idempotency_Key="no spaces"))[0] == 422


async def test_what_was_refused_or_failed_may_be_sent_again(client: TestClient[Any, Any], kitchen: Kitchen):
    kitchen.orders = [("a", ""), ("b", ""), ("c", "")]
    assert (await post(client, {"dish": "soup"}, Idempotency_Key="k-1"))[0] == 409
    kitchen.orders.clear()
    assert (await post(client, {"dish": "soup"}, Idempotency_Key="k-1"))[0] == 201
    assert (await post(client, {"dish": "broken"}, Idempotency_Key="k-2"))[0] == 500
    assert (await post(client, {"dish": "broken"}, Idempotency_Key="k-2"))[0] == 500


async def test_two_at_the_same_time_are_done_once(client: TestClient[Any, Any], kitchen: Kitchen):
    kitchen.go.clear()
    first = asyncio.create_task(post(client, {"dish": "soup"}, Idempotency_Key="k-1"))
    await kitchen.began.wait()
    assert (await post(client, {"dish": "soup"}, Idempotency_Key="k-1"))[1]["code"] == "still_doing"
    kitchen.go.set()
    assert (await first)[0] == 201
    assert len(kitchen.orders) == 1


async def test_a_key_is_remembered_for_a_day(client: TestClient[Any, Any], kitchen: Kitchen, store: Store):
    await post(client, {"dish": "soup"}, Idempotency_Key="k-1")
    await store.advance_clock(23 * 3600)
    await post(client, {"dish": "soup"}, Idempotency_Key="k-1")
    assert len(kitchen.orders) == 1
    await store.advance_clock(2 * 3600)
    await post(client, {"dish": "soup"}, Idempotency_Key="k-1")
    assert len(kitchen.orders) == 2


# Whatever comes

BODIES = [b"", b"{}", b"null", b'"text"', b"[]", b"{", b"\xff\xfe", b'{"no_such_field": 1}']
TEXTS = ["", "x", "\x00", "\ud800", "\u202e", "{{ x }}", "a" * 3_000]


def bodies(schema: dict[str, Any], components: dict[str, Any]) -> list[bytes]:
    """Bodies of the right shape with odd texts and numbers in them."""

    def filled(schema: dict[str, Any], text: str) -> Any:
        if "$ref" in schema:
            return filled(components[schema["$ref"].rpartition("/")[2]], text)
        if "anyOf" in schema:
            return filled(schema["anyOf"][0], text)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                return {name: filled(one, text) for name, one in schema.get("properties", {}).items()}
            case "array":
                return [text]
            case "integer":
                return schema.get("minimum", 10**30)
            case "boolean":
                return True
            case _:
                return text

    return [json.dumps(filled(schema, text)).encode() for text in TEXTS]


NAMES = [
    "x",
    "%00",
    "..%2f..",
    "%ff",
    "a" * 3_000,
    "%F0%9F%98%80",
    "*",
    "99.zzzz",
    "-1.x",
    "0.k3jd9x0q2m5t7w1z",
    "a|b|c",
]


async def test_bad_calls_to_any_route_are_never_failures(server: Server):
    """Over the real server's rows, whoever added them: 4xx with a code, never a 5xx."""
    await add_user(server, "root", "administrator")
    rows = {
        (route.method, route.resource.canonical)
        for route in server.site.app.router.routes()
        if route.resource and route.resource.canonical.startswith("/api/v1/") and route.method != "HEAD"
    }
    async with Browser(server) as browser:
        await browser.log_in("root")
        told = (await browser.call("GET", "/openapi.json")).body
        for method, path in sorted(rows - {("POST", "/api/v1/logout"), ("POST", "/api/v1/login")}):
            tried = list(BODIES)
            if shape := told["paths"].get(path, {}).get(method.lower(), {}).get("requestBody"):
                of_json = shape["content"].get("application/json", {}).get("schema")
                tried += bodies(of_json, told["components"]["schemas"]) if of_json else []
            for name in NAMES if "{" in path else ["x"]:
                for body in tried if method != "GET" and name in ("x", NAMES[-2]) else [b""]:
                    await check(browser, method, re.sub(r"\{\w+\}", name, path), body)
            for query in (
                "most=x",
                "limit=-1&before=zzz&after=zzz",
                "view=nope&state=%00",
                "limit=1&limit=2",
                "since=x",
            ):
                await check(browser, method, re.sub(r"\{\w+\}", "x", path) + "?" + query, b"")
        assert (await browser.call("GET", "/me")).status == 200


async def check(browser: Browser, method: str, address: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    told = await browser.call(method, URL(browser.origin + address, encoded=True), data=body, headers=headers)
    assert told.status < 500, f"{method} {address[:60]} {body[:60]!r}: {told}"
    assert told.status < 400 or told.body["code"], f"{method} {address[:60]} {body[:60]!r}: {told}"


# OpenAPI


async def test_the_openapi_file_says_what_the_rows_check(client: TestClient[Any, Any]):
    async with client.get("/api/v1/openapi.json") as answer:
        told = await answer.json()
    order = told["paths"]["/api/v1/orders"]["post"]
    schema = order["requestBody"]["content"]["application/json"]["schema"]
    check = Draft202012Validator({**schema, "components": told["components"]})

    assert told["openapi"] == "3.1.0"
    assert check.is_valid({"dish": "soup", "count": 2})
    assert not check.is_valid({"dish": "soup", "count": 10})
    assert not check.is_valid({"dish": "soup", "price": 1})  # unknown fields are refused there too
    assert set(order["responses"]) == {"201", "4XX", "5XX"}
    assert order["x-needs"] == {"role": "agent", "scope": "tickets:write"}
    assert order["security"] == [{"session": []}, {"key": []}]
    assert [one["name"] for one in order["parameters"]] == ["Idempotency-Key"]
    look = told["paths"]["/api/v1/orders/{order}"]["get"]
    assert [(one["name"], one["in"]) for one in look["parameters"]] == [
        ("order", "path"),
        ("most", "query"),
        ("state", "query"),
        ("open", "query"),
    ]
    assert told["paths"]["/api/v1/orders"]["delete"]["security"] == [{"session": []}]
    names = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
