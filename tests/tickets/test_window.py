"""WhatsApp's 24 hours from the contact's last message: until when people and the bot may answer, and who is told."""

from pathlib import Path
from typing import Any

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace
from tests.web.desk import Person, Team, handed_off

MINUTE_S, HOUR_S = 60, 3600
DAY_S = 24 * HOUR_S

PATIENT = """
dialog: patient
language: en
response_timeout: 24h
starts: { default: true }
states:
  rating:
    ask: How was it?
    answer: rating
    remind: [ { after: 23h59m, say: "A minute is left." } ]
    retry: { attempts: 2, goto: timeout }
  timeout: { say: "We missed you." }
"""


@pytest.mark.parametrize(("after_s", "status"), [(DAY_S - MINUTE_S, 200), (DAY_S + MINUTE_S, 409)])
async def test_a_person_may_answer_a_minute_before_the_window_closes_and_not_a_minute_later(
    desk: Server, fakes: FakeProviders, team: Team, after_s: int, status: int
):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await desk.advance_clock(after_s)
    await eva.browser.log_in("eva")  # a day has passed
    assert (await eva.does("take", ticket)).status == 200
    answer = await eva.does("reply", ticket, text="Hello Ana")

    assert answer.status == status
    if status == 409:
        assert answer.body["code"] == "window_closed"
        fakes.say(ana, "hello?")  # which opens it again
        await eventually(lambda: unread(eva, ticket, 2))
        assert (await eva.does("reply", ticket, text="Hello Ana")).status == 200
    assert (await fakes.expect(ana, 3))[-1].text == "Hello Ana"


async def test_the_bot_speaks_a_minute_before_the_window_closes_and_not_once_it_has(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    server = await start_server(write_workspace(tmp_path / "bot", fakes, dialogs={"patient": PATIENT}))
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    await server.advance_clock(DAY_S - MINUTE_S + 1)
    await fakes.expect(ana, 2)
    await fakes.delivered()
    await server.advance_clock(2 * MINUTE_S)
    ended = await eventually(lambda: turn_of(server, ana, "timed_out"))

    assert "flag cause=window_closed" in ended["effects"]
    assert fakes.texts(ana) == ["How was it?", "A minute is left."]


async def test_whoever_has_the_conversation_is_told_half_an_hour_before(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva, kim = await team("eva"), await team("kim")
    closes_at = (await eva.get(f"/tickets/{ticket}")).body["window_closes_at"]
    at_eva, at_kim = await eva.listens(), await kim.listens()
    await desk.advance_clock(DAY_S - 30 * MINUTE_S + 1)
    told = await at_eva.until(is_told)

    assert (told["ticket"], told["line"]["from"], told["line"]["text"]) == (ticket, "event", closes_at)
    row = next(one["ticket"] for one in reversed(at_eva.heard) if one["type"] == "ticket")
    assert (row["state"], row["window_closes_at"]) == ("queued", closes_at)
    await desk.advance_clock(DAY_S)
    await eva.browser.log_in("eva")
    assert [line["event"] for line in await eva.history(ticket)].count("window_closes") == 1
    assert not [one for one in at_kim.heard if one["type"] == "line"]  # another department's


async def test_a_message_of_the_contact_gives_another_day(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    await desk.advance_clock(DAY_S - 31 * MINUTE_S)
    fakes.say(ana, "hello?")
    await eva.browser.log_in("eva")
    await eventually(lambda: unread(eva, ticket, 2))
    at_eva = await eva.listens()
    await desk.advance_clock(2 * MINUTE_S)
    assert not [line for line in await eva.history(ticket) if line["event"] == "window_closes"]
    await desk.advance_clock(DAY_S - 31 * MINUTE_S)

    assert (await at_eva.until(is_told))["ticket"] == ticket


@pytest.mark.parametrize("act", [("close", {"reason": "sold"}), ("give-back", {})])
async def test_nobody_is_told_once_people_no_longer_have_it(
    desk: Server, fakes: FakeProviders, team: Team, act: tuple[str, dict[str, Any]]
):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    assert await timers(desk) == 1
    await eva.does(act[0], ticket, **act[1])

    assert await timers(desk) == 0


async def unread(person: Person, ticket: str, wanted: int) -> bool:
    return (await person.get(f"/tickets/{ticket}")).body["unread"] == wanted


async def timers(server: Server) -> int:
    """Of windows, in all shards."""
    found = [await server.store.command("ZRANGE", key := server.keys.timers(n), 0, -1, key=key) for n in range(64)]
    return sum(member.endswith(b"|w") for members in found for member in members)


async def turn_of(server: Server, phone: Phone, event: str) -> Any:
    journal = (await server.contact_view(phone.channel, phone.number))["journal"]
    return next((line for line in journal if line["event"] == event), None)


def is_told(line: dict[str, Any]) -> bool:
    return line["type"] == "line" and line["line"]["event"] == "window_closes"
