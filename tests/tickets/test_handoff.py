"""From the bot to a person and back, over real webhooks and the real store."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.dialogs.events import (
    AgentReplied,
    NoteAdded,
    TicketClosed,
    TicketGivenBack,
    TicketTaken,
    TicketTransferred,
)
from bot_runtime.tickets.model import Outcome, Ticket
from tests.runtime.test_conversations import eventually, session_of, turns
from tests.servers import StartServer, write_workspace

DESK = """
dialog: desk
language: en
response_timeout: 1h
retry: { attempts: 3, goto: person }
starts: { default: true }
states:
  menu:
    ask: What do you need?
    menu:
      - { label: Prices, goto: prices }
      - { label: A person, goto: person }
    save: need
  prices: { say: "From 10.", close: answered }
  person:
    say: I get somebody.
    handoff: { department: sales, tags: [vip] }
    goto: menu
anywhere:
  - { words: [agent], goto: person }
"""


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "desk", fakes, dialogs={"desk": DESK})
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales }, care: { title: Care } }\n")
    return await start_server(root)


class Agent:
    """Somebody at the desk, by the service that pages and commands call."""

    def __init__(self, server: Server, login: str, *, supervises: bool = False) -> None:
        self.server, self.login, self.supervises = server, login, supervises
        self.requests = 0

    async def does(self, what: type, ticket: Ticket, **more: object) -> Outcome:
        self.requests += 1
        event = what(
            at=self.server.clock_now(),
            channel=ticket.channel,
            ticket=ticket.number,
            by=self.login,
            by_name=self.login.title(),
            supervises=self.supervises,
            request=f"{self.login}-{self.requests}",
            **more,
        )
        return await self.server.tickets.act(event, ticket.id)


async def queue(server: Server, department: str = "sales") -> list[Ticket]:
    return await server.tickets.listed([f"queue:{department}"])


async def handed_off(server: Server, fakes: FakeProviders, name: str = "Ana") -> tuple[Phone, Ticket]:
    phone = fakes.phone(name)
    fakes.say(phone, "hi")
    await fakes.expect(phone, 1)
    fakes.tap(phone, "A person")
    await fakes.expect(phone, 2)
    (ticket,) = await eventually(lambda: queue(server))
    return phone, ticket


async def test_asking_for_a_person_queues_a_ticket_and_quiets_the_bot(server: Server, fakes: FakeProviders):
    ana, ticket = await handed_off(server, fakes)
    fakes.say(ana, "hello?")
    fakes.say(ana, "1")
    await eventually(lambda: turns(server, ana, 4))

    (ticket,) = await queue(server)
    assert (ticket.state, ticket.department, ticket.tags, ticket.contact_name) == ("queued", "sales", ("vip",), "Ana")
    assert (ticket.last_text, ticket.unread) == ("1", 3)
    assert fakes.texts(ana) == ["What do you need?", "I get somebody."]
    assert (await session_of(server, ana))["phase"] == "quiet"


async def test_of_two_who_take_it_at_once_exactly_one_has_it(server: Server, fakes: FakeProviders):
    _, ticket = await handed_off(server, fakes)
    team = [Agent(server, f"agent{n}") for n in range(8)]
    outcomes = await asyncio.gather(*(agent.does(TicketTaken, ticket) for agent in team))

    assert sorted(outcome.code for outcome in outcomes) == ["", *["taken"] * 7]
    owner = (await server.tickets.ticket(ticket.id)).owner
    assert all(outcome.facts["owner"] == owner for outcome in outcomes if outcome.code)
    assert await queue(server) == []
    assert [one.id for one in await server.tickets.listed([f"owner:{owner}"])] == [ticket.id]


async def test_reply_note_transfer_give_back_and_close(server: Server, fakes: FakeProviders):
    ana, ticket = await handed_off(server, fakes)
    eva = Agent(server, "eva")
    assert (await eva.does(AgentReplied, ticket, text="hi")).code == "not_owner"
    await eva.does(TicketTaken, ticket)
    await eva.does(AgentReplied, ticket, text="Hi Ana, this is Eva.")
    assert (await fakes.expect(ana, 3))[2].text == "Hi Ana, this is Eva."
    await eva.does(NoteAdded, ticket, text="She wants a discount.")
    await eva.does(TicketTransferred, ticket, department="care")
    assert [one.id for one in await queue(server, "care")] == [ticket.id]
    leo = Agent(server, "leo")
    await leo.does(TicketTaken, ticket)
    assert (await leo.does(TicketGivenBack, ticket)).code == ""
    assert (await fakes.expect(ana, 4))[3].text == "What do you need?"  # where the handoff says it goes on
    fakes.tap(ana, "Prices")
    await fakes.expect(ana, 5)
    closed = await eventually(lambda: is_closed(server, ticket))

    assert closed.reason == "answered"  # by the dialog
    assert "discount" not in " ".join(fakes.texts(ana))
    assert (await session_of(server, ana))["cause"] == "closed"


async def is_closed(server: Server, ticket: Ticket) -> Ticket | None:
    now = await server.tickets.ticket(ticket.id)
    return now if now and now.state == "closed" else None


async def test_a_close_needs_a_reason_ends_the_session_and_the_next_message_starts_anew(
    server: Server, fakes: FakeProviders
):
    ana, ticket = await handed_off(server, fakes)
    eva = Agent(server, "eva")
    await eva.does(TicketTaken, ticket)
    assert (await eva.does(TicketClosed, ticket, reason="")).code == "unknown_reason"
    assert (await eva.does(TicketClosed, ticket, reason="answered")).code == ""
    assert (await eva.does(AgentReplied, ticket, text="one more thing")).code == "closed"
    fakes.say(ana, "hi again")

    assert (await fakes.expect(ana, 3))[2].text == "What do you need?"
    assert [one.id for one in await server.tickets.listed(["closed:sales"])] == [ticket.id]


async def test_the_same_request_twice_is_done_once(server: Server, fakes: FakeProviders):
    ana, ticket = await handed_off(server, fakes)
    eva = Agent(server, "eva")
    await eva.does(TicketTaken, ticket)
    eva.requests = 100
    first = await eva.does(AgentReplied, ticket, text="once")
    eva.requests = 100
    again = await eva.does(AgentReplied, ticket, text="once")
    await fakes.expect(ana, 3)
    await fakes.delivered()

    assert (first.code, again.code) == ("", "")
    assert fakes.texts(ana).count("once") == 1


async def test_what_the_bot_still_had_to_say_is_kept_back_when_a_person_takes_over(
    server: Server, fakes: FakeProviders
):
    ana, ticket = await handed_off(server, fakes)
    eva = Agent(server, "eva")
    await eva.does(TicketTaken, ticket)
    await eva.does(TicketGivenBack, ticket, state="menu")
    await fakes.expect(ana, 3)
    await server.limits.slow_down(
        server.definitions.channels[ana.channel], "", 600
    )  # nothing leaves: the bot's next words wait
    fakes.say(ana, "huh?")
    await eventually(lambda: bot_words_wait(server, ana))
    await eva.does(TicketTaken, ticket)
    await eva.does(AgentReplied, ticket, text="I am back.")
    await server.advance_clock(601)

    assert (await fakes.expect(ana, 4))[3].text == "I am back."
    statuses = [
        sent["status"]
        for line in (await server.contact_view(ana.channel, ana.number))["journal"]
        for sent in line.get("sent", [])
    ]
    assert "cancelled" in statuses


async def bot_words_wait(server: Server, phone: Phone) -> bool:
    view = await server.contact_view(phone.channel, phone.number)
    return any(sent["status"] == "queued" for line in view["journal"] for sent in line.get("sent", []))


async def test_an_opt_out_leaves_the_ticket_with_the_team(server: Server, fakes: FakeProviders):
    ana, ticket = await handed_off(server, fakes)
    fakes.say(ana, "baja")
    await fakes.expect(ana, 3)

    now = await server.tickets.ticket(ticket.id)
    assert (now.state, now.last_text) == ("queued", "baja")
    assert (await server.contact_view(ana.channel, ana.number))["opted_out"]


async def test_every_turn_on_a_ticket_is_in_the_feed_once_and_in_order(server: Server, fakes: FakeProviders):
    _, ticket = await handed_off(server, fakes)
    eva = Agent(server, "eva")
    await eva.does(TicketTaken, ticket)
    await eva.does(NoteAdded, ticket, text="hm")
    await fakes.delivered()
    lines = [news for news in await server.tickets.feed({}) if news.kind == "line"]
    seen = {news.shard: news.id for news in lines[:1]}
    rest = await server.tickets.feed(seen)

    assert [msgspec.json.decode(news.raw)["line"]["event"] for news in lines] == ["tap", "taken", "noted"]
    assert [news for news in rest if news.kind == "line"] == lines[1:]


async def test_who_writes_where_no_bot_answers_gets_a_ticket(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    quiet = DESK.replace("starts: { default: true }", "starts: { keywords: [menu] }")
    root = write_workspace(tmp_path / "quiet", fakes, dialogs={"desk": quiet})
    bot = (root / "bot.yaml").read_text().replace("provider: whatsapp", "provider: whatsapp\n    department: sales")
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales } }\n")
    server = await start_server(root)
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    (ticket,) = await eventually(lambda: queue(server))

    assert (ticket.state, ticket.last_text, fakes.texts(ana)) == ("queued", "hi", [])
