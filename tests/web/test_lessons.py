"""Authors see over the API what fitted nothing, and a session without whose it was (B28, B31)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders, Phone
from tests.web.desk import Team
from tests.web.people import add_user


@pytest.fixture
async def team(server: Server) -> AsyncIterator[Team]:
    await add_user(server, "sue", "supervisor")
    await add_user(server, "eva", "agent")
    await add_user(server, "ann", "agent", author=True)
    async with AsyncExitStack() as open_browsers:
        yield Team(server, open_browsers)


@pytest.fixture
async def ana(server: Server, fakes: FakeProviders) -> Phone:
    """Somebody who was not understood once."""
    ana = fakes.phone("Ana Quetzal")
    for number, said in enumerate(("Ana here, hi", "no idea!", "five"), 1):
        fakes.say(ana, said)
        await fakes.expect(ana, number)
    return ana


async def test_what_fitted_nothing_is_grouped(team: Team, ana: Phone):
    ann = (await team("ann")).browser
    found = (await ann.call("GET", "/unexpected")).body
    (group,) = found["groups"]
    assert found["total"] == 1
    assert (group["dialog"], group["state"], group["text"], group["count"], group["examples"]) == (
        "visit",
        "rating",
        "no idea!",
        1,
        ["no idea!"],
    )
    assert (await ann.call("GET", "/unexpected", params={"dialog": "other"})).body == {"groups": [], "total": 0}
    assert (await ann.call("GET", "/unexpected", params={"limit": "0"})).status == 422


async def test_a_session_comes_as_a_transcript_that_names_nobody(team: Team, ana: Phone):
    ann = (await team("ann")).browser
    found = await ann.call("GET", f"/contacts/{ana.number}/transcript")
    assert found.status == 200
    assert (found.body["dialog"], found.body["channel"], found.body["strays"]) == ("visit", "whatsapp", [])
    text = found.body["transcript"]
    assert "state: rating" in text
    assert not [part for part in ("Quetzal", "Ana ", ana.number[-6:]) if part in text]


async def test_who_may_read_them(team: Team, ana: Phone):
    paths = ("/unexpected", f"/contacts/{ana.number}/transcript")
    seen = {}
    for name in ("sue", "ann", "eva"):
        browser = (await team(name)).browser
        seen[name] = [(await browser.call("GET", path)).status for path in paths]
    assert seen == {"sue": [200, 200], "ann": [200, 200], "eva": [403, 403]}


async def test_what_is_not_there_is_said(team: Team, fakes: FakeProviders):
    ann = (await team("ann")).browser
    assert (await ann.call("GET", "/contacts/+5215500000000/transcript")).body["code"] == "no_contact"
    luis = fakes.phone("Luis")
    fakes.say(luis, "STOP")
    await fakes.expect(luis, 1)
    assert (await ann.call("GET", f"/contacts/{luis.number}/transcript")).body["code"] == "no_session"
    wrong = await ann.call("GET", f"/contacts/{luis.number}/transcript", params={"channel": "mail"})
    assert (wrong.status, wrong.body["code"]) == (422, "unknown_channel")
