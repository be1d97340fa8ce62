"""`/api/v1/live`: pages hear what happens, who may hear it, and lose nothing while they are away."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer
from tests.web.desk import Team, handed_off, is_hello, write_desk
from tests.web.people import Browser, add_user


def says(text: str, **facts: Any):
    def fits(line: dict[str, Any]) -> bool:
        told = line.get("line", {})
        return told.get("text") == text and all(told.get(name) == value for name, value in facts.items())

    return fits


def has(state: str):
    return lambda line: line["type"] == "ticket" and line["ticket"]["state"] == state


async def test_a_page_hears_a_ticket_come_and_be_taken_and_every_line(desk: Server, fakes: FakeProviders, team: Team):
    eva = await (await team("eva")).listens()
    ana, ticket = await handed_off(desk, fakes)
    row = (await eva.until(has("queued")))["ticket"]
    await eva.until(says("sales", event="handoff"))
    await (await team("leo")).does("take", ticket)
    taken = (await eva.until(has("taken")))["ticket"]
    await (await team("leo")).does("reply", ticket, text="Hello")
    line = await eva.until(says("Hello"))
    fakes.say(ana, "thanks")

    assert (row["id"], row["contact_name"], row["last_text"]) == (ticket, "Ana", "A person")
    assert taken["owner_name"] == "Leo"
    assert (line["ticket"], line["line"]["from"], line["line"]["by"]) == (ticket, "agent", "leo")
    assert (await eva.until(says("thanks")))["line"]["from"] == "contact"


async def test_a_live_line_is_the_one_of_the_history(desk: Server, fakes: FakeProviders, team: Team):
    eva = await team("eva")
    listener = await eva.listens()
    _, ticket = await handed_off(desk, fakes)
    await eva.does("take", ticket)
    await eva.does("note", ticket, text="hm")
    await listener.until(says("hm"))
    heard = {line["line"]["id"]: line["line"]["text"] for line in listener.heard if line["type"] == "line"}
    read = {line["id"]: line["text"] for line in await eva.history(ticket)}

    assert heard
    assert heard.items() <= read.items()


async def test_the_ticks_of_a_message_come_by_themselves(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    listener = await eva.listens()
    await eva.does("reply", ticket, text="Hello")
    await listener.until(says("Hello", status="delivered"))
    fakes.read(ana)
    read = await listener.until(says("Hello", status="read"))

    (line,) = [line for line in await eva.history(ticket) if line["text"] == "Hello"]
    assert read["line"] == line


async def test_a_message_the_provider_refuses_shows_why(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    listener = await eva.listens()
    fakes.fault("whatsapp", code=131026)
    await eva.does("reply", ticket, text="Hello")

    line = (await listener.until(says("Hello", status="failed")))["line"]
    assert (line["error"], line["why"]["en"]) == (
        "131026",
        "Cannot be delivered: not on WhatsApp, an old app, terms not accepted, or blocked.",
    )
    assert line["why"]["es"].startswith("No se puede entregar:")
    assert line in await eva.history(ticket)


async def test_messages_of_contacts_with_the_bot_alone_leave_no_trace_in_the_feed(desk: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()

    assert await desk.tickets.feed({}) == []


async def test_other_departments_hear_nothing_until_it_is_theirs(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva, kim = await team("eva"), await team("kim")
    hers, his = await kim.listens(), await eva.listens()
    await eva.does("take", ticket)
    await eva.does("note", ticket, text="for sales only")
    await eva.does("transfer", ticket, department="care")
    first = await hers.until(lambda line: line["type"] in ("ticket", "gone"))
    gone = await his.until(lambda line: line["type"] == "gone")

    assert (first["type"], first["ticket"]["department"], first["ticket"]["state"]) == ("ticket", "care", "queued")
    assert gone["ticket"] == ticket
    await kim.does("take", ticket)
    await kim.does("note", ticket, text="for care only")
    await hers.until(says("for care only"))
    _, other = await handed_off(desk, fakes, "Ben")
    await his.until(lambda line: line["type"] == "ticket" and line["ticket"]["id"] == other)
    assert not any(says("for care only")(line) for line in his.heard)
    assert not any(says("for sales only")(line) for line in hers.heard)


async def test_who_loses_a_ticket_to_a_colleague_is_told(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva, leo = await team("eva"), await team("leo")
    await eva.does("take", ticket)
    listener = await eva.listens()
    await leo.does("take", ticket, from_owner="eva")
    row = await listener.until(lambda line: line["type"] == "ticket" and line["ticket"]["owner"] == "leo")

    assert row["ticket"]["owner_name"] == "Leo"


async def test_what_was_missed_is_told_after_a_gap_and_nothing_is_lost(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    heard: dict[str, str] = {}
    since = None
    writing = asyncio.create_task(_write(eva, ticket, 60))
    while not writing.done():  # a page whose connection breaks again and again
        listener = await eva.listens(since)
        with contextlib.suppress(TimeoutError):
            for _ in range(3):
                listener.heard.append(await listener.socket.receive_json(timeout=0.5))
        await listener.socket.close()
        heard |= {line["line"]["id"]: line["line"]["text"] for line in listener.heard if line["type"] == "line"}
        since = max(ms(line.get("at") or line["now"]) for line in listener.heard if line["type"] in ("line", "hello"))
    await writing
    last = await eva.listens(since)
    heard |= {line["line"]["id"]: line["line"]["text"] for line in last.heard if line["type"] == "line"}

    texts = list(heard.values())
    assert [text for text in texts if text.startswith("note")] == [f"note {number}" for number in range(60)]


async def _write(person: Any, ticket: str, notes: int) -> None:
    for number in range(notes):
        assert (await person.does("note", ticket, text=f"note {number}")).status == 200


def ms(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp() * 1000)


async def test_the_cursor_holds_while_the_test_clock_moves(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    listener = await eva.listens()
    await eva.does("note", ticket, text="before")
    since = ms((await listener.until(says("before")))["at"])
    await desk.advance_clock(5 * 60)
    await eva.does("note", ticket, text="after")
    again = await eva.listens(since)

    assert any(says("after")(line) for line in again.heard)


async def test_after_too_long_a_gap_the_page_is_told_to_read_anew(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    shard = ticket.partition(".")[0]
    key = desk.keys.feed(shard)
    for _ in range(60):
        await asyncio.gather(*(desk.store.command("XADD", key, "*", "entry", "0.x|1", key=key) for _ in range(100)))
    await desk.store.command("XTRIM", key, "MAXLEN", 5000, key=key)
    since = ms((await (await team("eva")).get(f"/tickets/{ticket}")).body["opened_at"]) - 60_000
    listener = await (await team("eva")).listens(since)

    assert [line["type"] for line in listener.heard] == ["reset", "hello"]


async def test_logging_out_ends_the_connection(desk: Server, team: Team):
    eva = await team("eva")
    listener = await eva.listens()
    await eva.browser.call("POST", "/logout", json={})

    assert await listener.ended() == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_who_is_shut_out_hears_no_more(desk: Server, team: Team):
    listener = await (await team("eva")).listens()
    await (await team("ada")).browser.call("PATCH", "/users/eva", json={"active": False})

    assert await listener.ended() == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_a_changed_department_counts_at_once(desk: Server, fakes: FakeProviders, team: Team):
    kim, ada = await team("kim"), await team("ada")
    listener = await kim.listens()
    await ada.browser.call("PATCH", "/users/kim", json={"departments": ["care", "sales"]})
    _, ticket = await handed_off(desk, fakes)

    async def heard() -> bool:
        await ada.does("note", ticket, text="again")
        try:
            return says("again")(await listener.socket.receive_json(timeout=0.3))
        except TimeoutError:
            return False

    assert await eventually(heard)


async def test_colleagues_hear_who_comes_and_goes(desk: Server, team: Team):
    eva, leo = await team("eva"), await team("leo")
    listener = await eva.listens()
    await leo.browser.call("POST", "/presence", json={"state": "connected"})

    line = await listener.until(lambda line: line["type"] == "presence" and line["agent"] == "leo")
    assert line["state"] == "connected"


async def test_the_server_stops_with_pages_open(desk: Server, team: Team):
    listener = await (await team("eva")).listens()
    stopping = asyncio.create_task(desk.stop())

    assert await listener.ended() == aiohttp.WSCloseCode.GOING_AWAY
    await stopping


async def test_nobody_listens_without_a_login_or_from_another_site(desk: Server, team: Team):
    async with Browser(desk) as stranger:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await stranger.connect("/live")
        assert refused.value.status == 401
    browser = (await team("eva")).browser
    for origin in ("https://elsewhere.example", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.connect("/live", headers={"Origin": origin})
        assert refused.value.status == 403
    for since in ("yesterday", "-1"):
        assert (await browser.call("GET", f"/live?since={since}")).status == 422


async def test_a_key_with_the_scope_listens_until_it_is_revoked(desk: Server, fakes: FakeProviders):
    key, text = await desk.people.add_key("crm", ["tickets:read"], by=None)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{desk.port}") as http:
        socket = await http.ws_connect("/api/v1/live", headers={"Authorization": f"Bearer {text}"})
        assert is_hello(await socket.receive_json())
        _, ticket = await handed_off(desk, fakes)
        assert (await socket.receive_json(timeout=5))["ticket"]["id"] == ticket
        await desk.people.revoke_key(key.id, by=None)
        async for _ in socket:
            pass
        assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_the_feed_is_read_only_while_somebody_listens(desk: Server, team: Team):
    eva = await team("eva")
    first, second = await eva.listens(), await eva.listens()

    async def looks() -> bool:
        return any("Feed._look_again_and_again" in repr(task.get_coro()) for task in asyncio.all_tasks())

    async def rests() -> bool:
        return not await looks()

    assert await looks()
    await first.socket.close()
    assert await looks()
    await second.socket.close()
    assert await eventually(rests)


async def test_a_process_that_only_answers_http_leaves_the_turns_to_others_and_hears_of_them(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    root = write_desk(tmp_path / "desk", fakes)
    await start_server(root, role="worker")
    front = await start_server(root, role="web")
    await add_user(front, "eva", "agent", ("sales",))
    async with AsyncExitStack() as browsers:
        eva = await Team(front, browsers)("eva")
        listener = await eva.listens()
        ana, ticket = await handed_off(front, fakes)
        started = asyncio.get_running_loop().time()
        assert (await eva.does("take", ticket)).status == 200
        assert (await eva.does("reply", ticket, text="Hello")).status == 200
        await listener.until(says("Hello", status="delivered"))

        assert (await fakes.expect(ana, 3))[2].text == "Hello"
        assert asyncio.get_running_loop().time() - started < 5  # nobody held the contact for a lease
