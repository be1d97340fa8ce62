"""Dialogs over the API: seen by managers, published by who has the author's right (F003, F015, F025, B10)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.channels.sms import count
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.people.service import People
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer
from tests.versions.business import FIRST, SECOND, write_manual
from tests.web.desk import Team
from tests.web.people import add_user


@pytest.fixture
async def shop(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    server = await start_server(write_manual(tmp_path / "bot", fakes))
    await add_user(server, "ada", "administrator")
    await add_user(server, "sue", "supervisor")
    await add_user(server, "eva", "agent")
    await add_user(server, "ann", "agent", author=True)
    return server


@pytest.fixture
async def team(shop: Server) -> AsyncIterator[Team]:
    async with AsyncExitStack() as open_browsers:
        yield Team(shop, open_browsers)


async def test_who_may_read_and_who_may_publish(team: Team):
    """F003: without the author's right everything is read-only."""
    may = {}
    for name in ("ada", "sue", "eva", "ann"):
        browser = (await team(name)).browser
        seen = await browser.call("GET", "/dialogs")
        done = await browser.call("POST", "/dialogs/visit/check", json={"source": SECOND})
        may[name] = (seen.status, seen.body.get("edits"), done.status)
    assert may == {
        "ada": (200, True, 200),
        "sue": (200, False, 403),
        "eva": (403, None, 403),
        "ann": (200, True, 200),
    }


async def test_a_text_is_checked_published_compared_and_rolled_back(team: Team, shop: Server):
    ann = (await team("ann")).browser
    checked = await ann.call("POST", "/dialogs/visit/check", json={"source": SECOND})
    assert checked.body["ok"]
    assert [one["state"] for one in checked.body["differences"]["states"]] == ["rating", "thanks"]
    done = await ann.call("POST", "/dialogs/visit/publish", json={"source": SECOND, "note": "Shorter"})
    assert (done.status, done.body["number"], done.body["dialog"]["live"]) == (200, 2, 2)
    assert shop.workspace.dialogs["visit"].source == SECOND

    (newest, oldest) = (await ann.call("GET", "/dialogs/visit/versions")).body["versions"]
    assert (newest["by"], newest["note"], newest["state"], oldest["by"]) == ("user:ann", "Shorter", "live", "file")
    diff = await ann.call("GET", "/dialogs/visit/diff", params={"from": "1", "to": "2"})
    (ask, *_) = diff.body["states"][0]["details"]
    assert (ask["before"], ask["after"]) == ("How was it, {{ name }}?", "From 1 to 5, {{ name }}?")
    file = await ann.call("GET", "/dialogs/visit/versions/1/file")
    assert (file.body, file.headers["Content-Type"]) == (FIRST, "application/yaml")
    same = await ann.call("POST", "/dialogs/visit/publish", json={"source": SECOND}, headers={"X-Language": "es"})
    assert (same.status, same.body["code"]) == (409, "same")
    assert same.body["error"] == "la versión 2 ya dice exactamente esto"
    back = await ann.call("POST", "/dialogs/visit/rollback", json={"note": "Complaints"})
    assert (back.body["number"], back.body["dialog"]["draft"]) == (3, False)  # the folder says the first text, too
    audit = await (await team("ada")).browser.call("GET", "/audit")
    assert [(one["what"], one["by"], one["of"]) for one in audit.body["changes"][:2]] == [
        ("dialog_rolled_back", "user:ann", "visit"),
        ("dialog_published", "user:ann", "visit"),
    ]


async def test_an_error_leaves_what_is_published_and_says_where(team: Team, shop: Server):
    ann = (await team("ann")).browser
    broken = SECOND.replace("goto: thanks", "goto: thank")
    for call in ("check", "publish"):
        answer = await ann.call("POST", f"/dialogs/visit/{call}", json={"source": broken})
        problem = answer.body["problems"][0]
        assert (problem["line"], problem["severity"], problem["hint"]) == (16, "error", "did you mean 'thanks'?")
    assert answer.status == 422
    assert shop.workspace.dialogs["visit"].source == FIRST
    other = await ann.call(
        "POST", "/dialogs/visit/publish", json={"source": SECOND.replace("dialog: visit", "dialog: x")}
    )
    assert (other.status, other.body["code"]) == (422, "other_name")
    unreadable = await ann.call("POST", "/dialogs/visit/check", json={"source": "dialog: [\x00"})
    assert (unreadable.body["ok"], unreadable.body["texts"]) == (False, [])


async def test_people_inside_are_told_moved_and_counted_while_the_server_runs(
    team: Team, shop: Server, fakes: FakeProviders
):
    ann, phones = (await team("ann")).browser, [fakes.phone(f"Contact {n}") for n in range(6)]
    for phone in phones:
        fakes.say(phone, "hi")
    for phone in phones:
        await fakes.expect(phone, 1)
    for phone in phones[:4]:
        fakes.say(phone, "Ana")
    for phone in phones[:4]:
        await fakes.expect(phone, 2)
    renamed = SECOND.replace("  rating:\n", "  ratings:\n").replace("goto: rating", "goto: ratings")
    checked = await ann.call("POST", "/dialogs/visit/check", json={"source": renamed})
    assert checked.body["vanishing"] == [{"state": "rating", "people": 4, "near": "ratings"}]
    body = {"source": renamed, "people": "migrate"}
    refused = await ann.call("POST", "/dialogs/visit/publish", json=body)
    assert (refused.status, refused.body["code"]) == (422, "unmapped")

    done = await ann.call("POST", "/dialogs/visit/publish", json={**body, "states": {"rating": "ratings"}})
    assert done.body["moving"]
    again = await ann.call("POST", "/dialogs/visit/publish", json={"source": FIRST, "people": "restart", "text": "Hi"})
    assert again.body["code"] == "still_moving"
    await shop.advance_clock(3)

    async def ended() -> dict[str, int] | None:
        (move,) = (await ann.call("GET", "/dialogs/visit/versions")).body["moves"]
        return move["counts"] if move["ended_at"] else None

    assert await eventually(ended) == {"asked": 4, "moved": 2}
    assert (await fakes.expect(phones[0], 3))[-1].text == "From 1 to 5, Ana?"
    (dialog,) = (await ann.call("GET", "/dialogs")).body["dialogs"]
    assert (dialog["people"], dialog["moving"]) == (6, None)


async def test_a_trial_is_shown_promoted_and_withdrawn(team: Team):
    ann = (await team("ann")).browser
    tried = await ann.call("POST", "/dialogs/visit/publish", json={"source": SECOND, "share": 0.2})
    assert (tried.body["dialog"]["live"], tried.body["dialog"]["trial"]["share"]) == (1, 0.2)
    assert (await ann.call("POST", "/dialogs/visit/withdraw")).body["number"] == 2
    assert (await ann.call("POST", "/dialogs/visit/promote", json={})).body["code"] == "no_trial"
    await ann.call("POST", "/dialogs/visit/publish", json={"source": SECOND, "share": 0.2})
    assert (await ann.call("POST", "/dialogs/visit/promote", json={})).body["dialog"]["live"] == 3


async def test_each_text_is_counted_as_the_sms_that_is_sent(team: Team, shop: Server, fakes: FakeProviders):
    """F015: menus with their numbers, placeholders filled as in a sample row."""
    source = FIRST.replace("answer: text", "menu: [Ana, { label: Zoë, code: zoe }]").replace("What is", "¿Cuál es")
    ann = (await team("ann")).browser
    texts = {
        one["path"]: one
        for one in (await ann.call("POST", "/dialogs/visit/check", json={"source": source})).body["texts"]
    }
    asked = texts["states.name.ask"]
    assert (asked["line"], asked["last_line"], asked["encoding"], asked["parts"]) == (8, 8, "UCS-2", 1)
    await ann.call("POST", "/dialogs/visit/publish", json={"source": source})
    marta = fakes.phone("Marta", "sms")
    fakes.say(marta, "hi")
    sent = (await fakes.expect(marta, 1))[0].text
    assert (asked["text"], asked["characters"], asked["units"]) == (sent, len(sent), count(sent).units)
    assert "{{" not in texts["states.rating.ask"]["text"]


async def test_the_drawing_is_an_svg_also_of_what_is_not_published_yet(team: Team):
    ann = (await team("ann")).browser
    live = await ann.call("GET", "/dialogs/visit/graph", params={"lang": "es"})
    assert (live.status, live.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert "What is your name?" in live.body
    drawn = await ann.call("POST", "/dialogs/visit/graph", json={"source": SECOND})
    assert "From 1 to 5" in drawn.body["svg"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/dialogs/nobody", 404, "unknown_dialog"),
        ("/dialogs/visit?number=9", 404, "no_such_version"),
        ("/dialogs/visit/versions/%2e%2e/file", 404, "not_found"),
        ("/dialogs/visit/versions/x/file", 404, "no_such_version"),
        ("/dialogs/visit/diff?from=-1", 422, "wrong"),
    ],
)
async def test_what_is_not_there_is_said(team: Team, path: str, status: int, code: str):
    answer = await (await team("ann")).browser.call("GET", path)
    assert (answer.status, answer.body["code"]) == (status, code)


async def test_the_right_is_given_and_taken_like_any_other(team: Team, shop: Server):
    ada, eva = (await team("ada")).browser, (await team("eva")).browser
    assert (await eva.call("GET", "/me")).body["user"].get("author") is None
    await ada.call("PATCH", "/users/eva", json={"author": True})
    assert (await eva.call("GET", "/dialogs")).body["edits"]
    await ada.call("PATCH", "/users/eva", json={"author": False})
    assert (await eva.call("GET", "/dialogs")).status == 403
    key, text = await People(shop.store, shop.keys).add_key("ci", ["dialogs:read"], by=None)
    seen = await eva.call("GET", "/dialogs", headers={"Authorization": f"Bearer {text}", "Origin": None})
    assert key.scopes == ("dialogs:read",)
    assert (seen.status, seen.body["edits"]) == (200, False)


async def test_advice_stops_a_publish_only_where_the_operator_says_so(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    """F019."""
    root = write_manual(tmp_path / "bot", fakes)
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(f"{bot}advice: {{ W05: error }}\n")
    server = await start_server(root)
    await add_user(server, "ann", "agent", author=True)
    async with AsyncExitStack() as open_browsers:
        ann = (await Team(server, open_browsers)("ann")).browser
        double = SECOND.replace("From 1 to 5, {{ name }}?", "Was it clean and quiet, {{ name }}?")
        assert double != SECOND
        refused = await ann.call("POST", "/dialogs/visit/publish", json={"source": double})
        told = [(one["code"], one["severity"]) for one in refused.body["problems"]]
        assert (refused.status, told) == (422, [("W05", "error")])
        checked = (await ann.call("POST", "/dialogs/visit/check", json={"source": SECOND})).body
        assert checked["ok"]
        assert "advice" in {one["severity"] for one in checked["problems"]}  # of other rules, which stop nothing
        assert (await ann.call("POST", "/dialogs/visit/publish", json={"source": SECOND})).status == 200
