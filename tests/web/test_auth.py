"""Logging in over HTTP: who gets in, how long, and from where."""

import dataclasses
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from jsonschema import Draft202012Validator

from bot_runtime.app import Server
from tests.web.people import PASSWORD, Browser, add_user


@pytest.fixture
async def browser(server: Server) -> AsyncIterator[Browser]:
    async with Browser(server) as browser:
        yield browser


@pytest.fixture
async def second(server: Server) -> AsyncIterator[Browser]:
    async with Browser(server) as browser:
        yield browser


async def test_who_logs_in_gets_what_their_pages_need(server: Server, browser: Browser):
    await add_user(server, "ana", departments=("care",))

    answer = await browser.log_in("Ana ")  # people write their name as they like

    assert answer.status == 200, answer
    assert answer.body["user"]["departments"] == ["care"]
    assert answer.body["brand"] == "test"
    assert answer.body["close_reasons"] == [{"name": "answered", "title": "answered"}]
    assert (await browser.call("GET", "/me")).body == answer.body
    assert PASSWORD not in str(answer.body)


async def test_nobody_gets_anything_without_logging_in(browser: Browser):
    for method, path in [("GET", "/me"), ("GET", "/users"), ("POST", "/presence"), ("GET", "/agents")]:
        answer = await browser.call(method, path)
        assert (answer.status, answer.body["code"]) == (401, "log_in"), path
    assert answer.headers["Cache-Control"] == "no-store"


# Cookies


async def test_on_this_machine_the_cookie_goes_without_tls_and_no_script_reads_it(server: Server, browser: Browser):
    await add_user(server, "ana")
    answer = await browser.log_in("ana")

    (cookie,) = answer.cookies
    assert cookie.startswith("session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host_and_to_tls(
    server: Server, browser: Browser, monkeypatch: pytest.MonkeyPatch
):
    """Behind a proxy that ends TLS: what is public is https, what comes in is http."""
    await add_user(server, "ana")
    behind = {"Host": "bot.example.com", "Origin": "https://bot.example.com"}
    monkeypatch.setattr(server, "settings", dataclasses.replace(server.settings, public_url="https://bot.example.com"))
    answer = await browser.log_in("ana", headers=behind)

    assert answer.status == 200, answer
    (cookie,) = answer.cookies
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    session = cookie.split(";")[0]
    assert (await browser.call("GET", "/me", headers=behind | {"Cookie": session})).status == 200
    plain = session.removeprefix("__Host-")  # which any page of a sibling host could have set
    assert (await browser.call("GET", "/me", headers=behind | {"Cookie": plain})).status == 401


async def test_over_plain_http_from_elsewhere_nobody_logs_in(server: Server, browser: Browser):
    await add_user(server, "ana")
    elsewhere = {"Host": "bot.example.com", "Origin": "http://bot.example.com"}
    answer = await browser.log_in("ana", headers=elsewhere)
    assert (answer.status, answer.body["code"], answer.cookies) == (403, "needs_https", [])


async def test_each_log_in_has_a_session_of_its_own_and_ends_the_browsers_earlier_one(
    server: Server, browser: Browser, second: Browser
):
    await add_user(server, "ana")
    planted = {"Cookie": "session=" + "a" * 43}
    await browser.log_in("ana", headers=planted)  # a session somebody else knows is never taken up
    first = browser.cookies["session"]
    assert first != "a" * 43
    await browser.log_in("ana")
    assert browser.cookies["session"] != first
    assert (await second.call("GET", "/me", headers={"Cookie": f"session={first}"})).status == 401


# Ends


async def test_a_session_ends_when_idle_and_at_the_latest_after_twelve_hours(server: Server, browser: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    for _ in range(24):
        await server.advance_clock(29 * 60)
        assert (await browser.call("GET", "/me")).status == 200
    await server.advance_clock(29 * 60)
    assert (await browser.call("GET", "/me")).status == 401
    await browser.log_in("ana")
    await server.advance_clock(30 * 60)
    assert (await browser.call("GET", "/me")).status == 401


async def test_logging_out_ends_the_session_in_the_store(server: Server, browser: Browser, second: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    kept = {"Cookie": f"session={browser.cookies['session']}"}

    answer = await browser.call("POST", "/logout")

    assert answer.status == 204
    assert "Max-Age=0" in answer.cookies[0]
    assert (await second.call("GET", "/me", headers=kept)).status == 401


async def test_all_sessions_of_a_person_can_be_ended_at_once(server: Server, browser: Browser, second: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    await second.log_in("ana")
    await second.call("POST", "/logout", json={"everywhere": True})
    assert (await browser.call("GET", "/me")).status == 401


async def test_a_new_password_ends_all_other_sessions(server: Server, browser: Browser, second: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    await second.log_in("ana")

    wrong = await browser.call("POST", "/me/password", json={"current": "not this one", "new": "another password"})
    short = await browser.call("POST", "/me/password", json={"current": PASSWORD, "new": "short"})
    done = await browser.call("POST", "/me/password", json={"current": PASSWORD, "new": "another password"})

    assert [wrong.status, short.status, done.status] == [401, 422, 200]
    assert short.body["code"] == "short_password"
    assert (await browser.call("GET", "/me")).status == 200  # who changed it stays in
    assert (await second.call("GET", "/me")).status == 401
    assert (await second.log_in("ana")).status == 401
    assert (await second.log_in("ana", "another password")).status == 200


async def test_who_is_shut_out_is_out_at_once(server: Server, browser: Browser, second: Browser):
    await add_user(server, "root", "administrator")
    await add_user(server, "ana")
    await second.log_in("ana")
    await browser.log_in("root")
    assert (await browser.call("PATCH", "/users/ana", json={"active": False})).status == 200
    assert (await second.call("GET", "/me")).status == 401
    assert (await second.log_in("ana")).status == 401


# Guessing


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(server: Server, browser: Browser):
    await add_user(server, "ana")
    await add_user(server, "root", "administrator")
    await add_user(server, "eva")
    people = server.people
    await people.change_user("eva", {"active": False}, by=None, departments=())

    wrong, unknown, stopped = [
        await browser.log_in(*tried)
        for tried in [("ana", "wrong wrong wrong"), ("nobody", PASSWORD), ("eva", PASSWORD)]
    ]

    assert wrong.status == unknown.status == stopped.status == 401
    assert wrong.body == unknown.body == stopped.body == {"error": "wrong name or password", "code": "wrong_login"}


async def test_after_five_failures_even_the_right_password_has_to_wait(server: Server, browser: Browser):
    await add_user(server, "ana")
    for _ in range(5):
        assert (await browser.log_in("ana", "wrong wrong wrong")).status == 401
    answer = await browser.log_in("ana")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    assert "60" in answer.body["error"]
    unknown = [(await browser.log_in("nobody", "wrong wrong wrong")).status for _ in range(6)]
    assert unknown == [401] * 5 + [429]  # just as a known one
    await server.advance_clock(60)
    assert (await browser.log_in("ana")).status == 200


async def test_only_a_trusted_proxy_says_whose_failures_they_are(server: Server, browser: Browser):
    door = server.site.door
    trusting = dataclasses.replace(door, proxies=frozenset({"127.0.0.1", "10.0.0.1"}))

    hops = {"X-Forwarded-For": "203.0.113.9, 192.0.2.1, 10.0.0.1"}  # the first ones are the caller's own words
    request = make_mocked_request("POST", "/api/v1/login", headers=hops)
    request = request.clone(remote="127.0.0.1")

    assert door.address_of(request) == "127.0.0.1"
    assert trusting.address_of(request) == "192.0.2.1"


# Other sites


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-CSRF": None}, "no_csrf"),
        ({"X-CSRF": "0" * 32}, "no_csrf"),
        ({"X-CSRF": "ñ"}, "no_csrf"),
        ({"Origin": "https://evil.example"}, "foreign_origin"),
        ({"Origin": "null"}, "foreign_origin"),
        ({"Origin": None}, "foreign_origin"),
        ({"Origin": "http://127.0.0.1"}, "foreign_origin"),  # another port is another site
    ],
)
async def test_a_change_needs_our_origin_and_the_pages_token(
    server: Server, browser: Browser, headers: dict[str, str | None], code: str
):
    await add_user(server, "ana")
    await browser.log_in("ana")
    answer = await browser.call("POST", "/presence", json={"state": "connected"}, headers=headers)
    assert (answer.status, answer.body["code"]) == (403, code)
    assert (await browser.call("GET", "/me")).body["presence"] == "disconnected"


async def test_another_site_cannot_log_a_browser_in(server: Server, browser: Browser):
    await add_user(server, "ana")
    foreign = await browser.log_in("ana", headers={"Origin": "https://evil.example"})
    form = await browser.call("POST", "/login", data={"name": "ana", "password": PASSWORD})
    assert (foreign.status, form.status) == (403, 415)
    assert not browser.cookies


async def test_a_token_is_of_one_session_alone(server: Server, browser: Browser, second: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    await second.log_in("ana")
    assert browser.csrf != second.csrf
    answer = await second.call("POST", "/presence", json={"state": "away"}, headers={"X-CSRF": browser.csrf})
    assert answer.status == 403


# Roles and keys


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 403), ("administrator", 200)])
async def test_only_administrators_see_and_change_users(server: Server, browser: Browser, role: Any, status: int):
    await add_user(server, "root", "administrator")
    await add_user(server, "eva", role)
    await browser.log_in("eva")
    calls = [
        await browser.call("GET", "/users"),
        await browser.call("PATCH", "/users/root", json={"display": "R"}),
        await browser.call("GET", "/audit"),
    ]
    assert [call.status for call in calls] == [status] * 3


async def test_nobody_raises_their_own_role(server: Server, browser: Browser):
    await add_user(server, "root", "administrator")
    await add_user(server, "ana")
    await browser.log_in("ana")
    assert (await browser.call("PATCH", "/users/ana", json={"role": "administrator"})).status == 403
    await browser.log_in("root")
    answer = await browser.call("PATCH", "/users/root", json={"role": "agent"})
    assert (answer.status, answer.body["code"]) == (403, "own_role")


async def test_an_administrator_keeps_the_users(server: Server, browser: Browser, second: Browser):
    await add_user(server, "root", "administrator")
    await browser.log_in("root")
    new = {"name": "Eva", "display": "Eva M", "role": "supervisor", "password": PASSWORD}

    added = await browser.call("POST", "/users", json=new)
    again = await browser.call("POST", "/users", json=new)
    unknown = await browser.call("PATCH", "/users/bob", json={"display": "B"})
    nowhere = await browser.call("PATCH", "/users/eva", json={"departments": ["nowhere"]})

    assert (added.status, added.body["name"], added.body["language"]) == (201, "eva", "en")
    assert (again.status, again.body["code"]) == (409, "name_taken")
    assert (unknown.status, nowhere.status, nowhere.body["field"]) == (404, 422, "departments")
    assert (await second.log_in("eva")).status == 200
    changes = (await browser.call("GET", "/audit?most=1")).body["changes"]
    assert [(one["by"], one["what"], one["of"]) for one in changes] == [("user:root", "user_added", "eva")]
    assert PASSWORD not in str(changes)


async def test_a_key_may_what_its_scopes_say(server: Server, browser: Browser):
    await add_user(server, "ana")
    _, reads = await server.people.add_key("crm", ["tickets:read"], by=None)
    _, other = await server.people.add_key("mail", ["campaigns:write"], by=None)
    _, every = await server.people.add_key("all", ["*"], by=None)

    def bearer(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    assert (await browser.call("GET", "/agents", headers=bearer(reads))).status == 200
    assert (await browser.call("GET", "/agents", headers=bearer(every))).status == 200
    refused = await browser.call("GET", "/agents", headers=bearer(other))
    assert (refused.status, refused.body["code"]) == (403, "not_allowed")
    assert "tickets:read" in refused.body["error"]
    assert (await browser.call("GET", "/users", headers=bearer(every))).status == 403  # people are kept by people


async def test_a_revoked_key_is_refused_at_its_next_call(server: Server, browser: Browser):
    key, text = await server.people.add_key("crm", ["tickets:read"], by=None)
    bearer = {"Authorization": f"Bearer {text}"}
    assert (await browser.call("GET", "/agents", headers=bearer)).status == 200
    await server.people.revoke_key(key.id, by=None)
    answer = await browser.call("GET", "/agents", headers=bearer)
    assert (answer.status, answer.body["code"], answer.headers["WWW-Authenticate"]) == (401, "wrong_key", "Bearer")


async def test_a_key_counts_in_its_header_alone(server: Server, browser: Browser):
    _, text = await server.people.add_key("crm", ["*"], by=None)
    await add_user(server, "ana")
    assert (await browser.call("GET", f"/agents?key={text}&access_token={text}")).status == 401
    assert (await browser.call("GET", "/agents", headers={"Authorization": f"Basic {text}"})).status == 401
    await browser.log_in("ana")  # a wrong key does not fall back on the cookie
    assert (await browser.call("GET", "/agents", headers={"Authorization": "Bearer bot_x_y"})).status == 401


async def test_agents_show_who_is_there_for_a_transfer(server: Server, browser: Browser):
    await add_user(server, "ana", departments=("care",))
    await add_user(server, "eva", "supervisor")
    await browser.log_in("ana")
    assert (await browser.call("POST", "/presence", json={"state": "connected"})).body == {"state": "connected"}
    agents = (await browser.call("GET", "/agents")).body["agents"]
    assert [(one["name"], one["departments"], one["presence"]) for one in agents] == [
        ("ana", ["care"], "connected"),
        ("eva", [], "disconnected"),
    ]
    await browser.call("POST", "/logout")
    await browser.log_in("eva")
    assert (await browser.call("GET", "/agents")).body["agents"][0]["presence"] == "disconnected"


async def test_every_route_below_the_api_says_what_it_needs(server: Server):
    app = server.site.app
    routes = [route for route in app.router.routes() if route.resource and route.resource.canonical.startswith("/api/")]
    assert len(routes) >= 10
    for route in routes:
        need = getattr(route.handler, "need", None)
        assert need is not None, f"{route.method} {route.resource} says nothing"
    public = {route.resource.canonical for route in routes if route.handler.need.public}  # type: ignore[union-attr,attr-defined]
    assert public == {"/api/v1/login", "/api/v1/openapi.json"}


async def test_answers_are_what_the_openapi_file_says(server: Server, browser: Browser):
    await add_user(server, "root", "administrator")
    await browser.log_in("root")
    told = (await browser.call("GET", "/openapi.json")).body
    for path in ("/me", "/agents", "/users", "/audit"):
        answer = await browser.call("GET", path)
        said = told["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**said, "components": told["components"]}).validate(answer.body)
    refused = (await browser.call("POST", "/presence", json={"state": "asleep"})).body
    error = told["components"]["schemas"]["Error"]
    Draft202012Validator({**error, "components": told["components"]}).validate(refused)


async def test_nothing_is_unpacked_for_a_caller(server: Server, browser: Browser):
    """A few bytes could become gigabytes; nor does a lie about the encoding get further than the refusal."""
    for body in (gzip.compress(b"{}"), b"{}"):
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        assert (await browser.call("POST", "/login", data=body, headers=headers)).status == 415


async def test_the_log_holds_no_secret(server: Server, browser: Browser, capsys: pytest.CaptureFixture[str]):
    await add_user(server, "ana")
    await browser.log_in("ana", "wrong wrong wrong")
    await browser.log_in("ana")
    await browser.call("GET", "/agents", headers={"Authorization": "Bearer bot_1_secretsecret"})
    await browser.call("GET", f"/agents?token={browser.csrf}")
    said = "".join(capsys.readouterr())
    for secret in (PASSWORD, "wrong wrong wrong", browser.csrf, browser.cookies["session"], "secretsecret"):
        assert secret not in said


async def test_a_store_that_is_away_is_no_logged_out_user(server: Server, browser: Browser):
    await add_user(server, "ana")
    await browser.log_in("ana")
    await server.store._router.close()
    answer = await browser.call("GET", "/me")
    assert (answer.status, answer.body["code"]) == (503, "store_away")
    assert answer.headers["Retry-After"] == "5"
