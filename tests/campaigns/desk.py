"""A server with campaigns on it whose rows a test loads and sends by hand, and phones that are on their lists."""

import asyncio

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.runtime.dispatch import Dispatcher, Plan
from bot_runtime.store.campaigns import CampaignRows, Row
from bot_runtime.tickets.model import Ticket

REMINDER = """
dialog: reminder
language: en
response_timeout: 1h
retry: { attempts: 2, goto: person }
starts: { template: due }
needs: { name: text }
states:
  asked:
    ask: "{{ name }}, will you pay?"
    menu:
      - { label: I will pay, button: PAY, goto: thanks }
      - { label: A person, button: PERSON, goto: person }
  thanks: { say: "Thank you, {{ name }}.", close: answered }
  person: { say: One moment., handoff: { department: sales } }
"""
SURVEY = """
dialog: survey
language: es
retry: { attempts: 2, goto: end }
states:
  came: { ask: ¿Recibiste tu pedido?, answer: receipt, save: recibido, goto: again }
  again: { ask: ¿Volverías a comprar?, answer: intent, save: compra, goto: why }
  why: { ask: ¿Por qué?, answer: { type: reason, choices: [Precio, Calidad] }, save: motivo, goto: end }
  end: { say: Gracias., close: answered }
anywhere:
  - { words: [empezar], goto: came }
"""
PARTED = """
dialog: parted
language: en
response_timeout: 1h
retry: { attempts: 2, goto: end }
states:
  pays: { ask: Will you pay?, answer: yes_no, save: pays, goto: part }
  part: { split: [{ share: 50, goto: short }, { share: 50, goto: long }], save: version }
  short: { ask: Easy?, answer: yes_no, save: easy, goto: end }
  long: { ask: Was it easy to pay?, answer: yes_no, save: easy, goto: end }
  end: { say: Thanks., close: answered, then: after }
"""
AFTER = """
dialog: after
language: en
retry: { attempts: 2, goto: end }
states:
  rate: { ask: How was it from 1 to 5?, answer: rating, save: rate, goto: end }
  end: { close: answered }
"""
TEMPLATE = """
template: due
language: en
body: "Hello {{1}}, your bill is due."
parameters: [name]
buttons: [{ reply: I will pay, payload: PAY }, { reply: A person, payload: PERSON }]
"""


class Plans:
    """The campaigns that send, as a test sets them."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    async def tick(self) -> None: ...

    async def sending(self) -> list[Plan]:
        return self.plans


class Desk:
    """A server with one campaign on it, and phones that are on its list."""

    def __init__(self, server: Server, fakes: FakeProviders) -> None:
        self.server, self.fakes, self.plans = server, fakes, Plans()
        self.rows = CampaignRows(server.store, server.keys)
        assert server._turns
        self.dispatcher = Dispatcher(
            server.store, server.keys, self.rows, self.plans, server.definitions, server._turns, server.limits
        )

    async def load(self, phones: list[Phone], campaign: str = "c1", **plan: object) -> None:
        rows = []
        for number, phone in enumerate(phones, 2):
            address = f"tel:{phone.number}"
            contact = await self.rows.contact_of(address)
            name = phone.name
            row = Row(number, contact, address, phone.number, (name,), {"branch": "north"}, {"name": name})
            rows.append(row)
        assert await self.rows.add_rows(campaign, rows) == len(rows)
        await self.rows.set_gate(campaign, "sending")
        defaults = {"payloads": ("PAY", "PERSON"), "dialog": "reminder", "wait_s": 3600, "department": "sales"}
        self.plans.plans = [Plan(campaign, "whatsapp", "due", "en", **{**defaults, **plan})]  # type: ignore[arg-type]

    async def counts(self, campaign: str = "c1") -> dict[str, int]:
        return {name: count for name, count in (await self.rows.counts(campaign)).items() if count}

    async def settled(self) -> bool:
        """Whether all of the campaign that was loaded last is."""
        counts = await self.rows.counts(self.plans.plans[-1].campaign)
        return not counts["pending"] and not counts["queued"]

    async def send_all(self) -> None:
        async with asyncio.timeout(20):
            while not await self.settled():
                await self.dispatcher.round()
                await asyncio.sleep(0.02)
        await self.fakes.delivered()

    async def ticket_of(self, number: int, campaign: str = "c1") -> Ticket | None:
        found = await self.rows.row(campaign, number)
        return await self.server.tickets.ticket(found[1].t) if found and found[1].t else None

    async def ticket_is(self, number: int, state: str, reason: str = "", campaign: str = "c1") -> bool:
        ticket = await self.ticket_of(number, campaign)
        return ticket is not None and (ticket.state, ticket.reason) == (state, reason)
