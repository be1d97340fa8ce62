"""The main job from end to end: a list goes out as a campaign, people answer in their ways, every ticket finds its end.

The example workspace, simulated people, the wire formats of the providers; only the clock is moved by hand.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot_runtime.app import Server, store_keys
from bot_runtime.campaigns.plans import Change, Wanted
from bot_runtime.campaigns.service import Campaigns, ListNotTaken
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.manners import WORDS, Behaviour
from bot_runtime.devtools.population import Population
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.people.model import User
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.service import People
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.tickets.model import Ticket
from bot_runtime.workspace import load_workspace
from tests.repository import ROOT
from tests.runtime.processes import Process, free_port
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer
from tests.web.people import CHEAP, PASSWORD, Browser

pytestmark = pytest.mark.timeout(120)

HEADER = "Teléfono,nombre,monto,vencio,Sucursal"
WAIT_S = 3_600
LATE = timedelta(minutes=90)
PEOPLE = 300
DOUBTS = 40  # messages that may be on their way at two kills, on a busy machine
BY = "user:ada"
WANTED = Wanted(
    name="Recordatorio de pago",
    channel="whatsapp",
    department="cobranza",
    template="saldo_vencido",
    expects_answer=True,
    wait_s=WAIT_S,
    dialog="recordatorio_pago",
)

# How the table of a ticket says that each of them ends; `late` ends so after having been closed for silence.
ANSWERED = {("closed", "promesa"), ("closed", "ya_pago")}
ENDS: dict[Behaviour, set[tuple[str, str]]] = {
    "taps": ANSWERED,
    "types": ANSWERED,
    "nonsense": ANSWERED,
    "late": {("closed", "no_answer")},
    "silent": {("closed", "no_answer")},
    "asks": {("queued", "")},
    "opts_out": {("closed", "opt_out")},
}


def business(folder: Path, fakes: FakeProviders, messages_per_s: float) -> Path:
    """The example workspace, its channels leading to the fakes."""
    shutil.copytree(ROOT / "dialogs_examples", folder)
    bot = yaml.safe_load((folder / "bot.yaml").read_text("utf-8"))
    for name, channel in fakes.channels().items():
        bot["channels"][name] |= channel | {"limits": {"pair_pause_s": 0, "messages_per_s": messages_per_s}}
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot, allow_unicode=True), "utf-8")
    loaded = load_workspace(folder, {})
    assert loaded.workspace is not None, loaded.errors
    for account, known in zip(fakes.accounts, accounts_of(loaded.workspace), strict=True):
        account.templates = known.templates
    return folder


def recipients(fakes: FakeProviders, count: int) -> list[Phone]:
    numbers = [f"+52555550{number:04}" for number in range(1, count + 1)]
    return [fakes.phone(f"Persona {number}", "whatsapp", number, simulated=True) for number in numbers]


def list_of(phones: list[Phone]) -> list[str]:
    return [HEADER, *(f'{phone.number},{phone.name},"$1,250.00",3 de marzo,Centro' for phone in phones)]


def spoilt(lines: list[str], rows: Iterable[int], column: int, cell: str) -> list[str]:
    """The list with another phone (column 0) or name (1) in these rows."""
    cells = [line.split(",", 2) for line in lines]
    for row in rows:
        cells[row][column] = cell
    return [",".join(row) for row in cells]


def as_file(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()


class Run:
    """One campaign at a server, and what became of each of its recipients."""

    def __init__(self, server: Server, fakes: FakeProviders, phones: list[Phone], campaign: str) -> None:
        self.server, self.fakes, self.phones, self.campaign = server, fakes, phones, campaign
        self.campaigns = server.campaigns

    async def state(self) -> str:
        return (await self.campaigns.get(self.campaign)).state

    async def counts(self) -> Counter[str]:
        return Counter(await self.campaigns.rows.counts(self.campaign))

    async def tickets(self) -> dict[str, Ticket | None]:
        """By phone number."""
        rows = await self.campaigns.rows.rows(self.campaign)
        found = await asyncio.gather(*(self.server.tickets.ticket(state.t) for _, state in rows))
        return {row.to: ticket for (row, _), ticket in zip(rows, found, strict=True)}

    async def wrong(self, people: Population, ends: dict[Behaviour, set[tuple[str, str]]]) -> list[str]:
        """Whose ticket is not (yet) as the table says."""
        tickets = await self.tickets()
        told = []
        for phone in self.phones:
            ticket, behaviour = tickets[phone.number], people.behaviour(phone)
            now = (ticket.state, ticket.reason) if ticket else None
            if now not in ends[behaviour]:
                told.append(f"{phone.name}, who {behaviour}: {now}, after {self.fakes.texts(phone)}")
        return told

    async def ended_so(self, people: Population, ends: dict[Behaviour, set[tuple[str, str]]]) -> None:
        async def all_right() -> bool:
            return not await self.wrong(people, ends)

        try:
            await eventually(all_right, 30)
        except TimeoutError:
            pytest.fail("\n".join(await self.wrong(people, ends)))

    async def move_clock(self, by: timedelta) -> None:
        await self.server.advance_clock(by.total_seconds())
        self.fakes.world.publish("clock", clock={"now": self.server.clock_now()})


async def test_a_list_becomes_conversations_and_every_ticket_ends_as_the_tables_say(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    server = await start_server(business(tmp_path / "bot", fakes, 1_000))
    fakes.world.now = server.clock_now
    phones = recipients(fakes, PEOPLE)
    campaigns = server.campaigns

    # A list with faults in its first, middle and last row is refused, then Invalid, then mended.
    lines = list_of(phones)
    planted = (1, PEOPLE // 2, PEOPLE)
    with pytest.raises(ListNotTaken) as refused:
        await campaigns.create(WANTED, as_file(spoilt(lines, planted, 1, "")), BY)
    assert [fault.row for fault in refused.value.faults] == [row + 1 for row in planted]
    assert await campaigns.records.ids() == []  # nothing of it is kept
    loaded = await campaigns.create(WANTED, as_file(spoilt(lines, planted, 0, "nobody")), BY)
    problems = await campaigns.records.problems(loaded.id)
    assert loaded.state == "invalid"
    assert [fault.row for fault in problems.faults] == [row + 1 for row in planted]
    loaded = await campaigns.edit(loaded.id, Change(), BY, contents=as_file(lines))
    assert (loaded.state, loaded.contacts) == ("loaded", PEOPLE)
    run = Run(server, fakes, phones, loaded.id)

    # Scheduled in its own zone, it goes by itself when its time comes, and not before.
    zone = ZoneInfo("America/Mexico_City")
    tomorrow = server.clock_now().astimezone(zone).date() + timedelta(days=1)
    scheduled = await campaigns.schedule(loaded.id, tomorrow, time(9), zone.key, BY)
    due_s = scheduled.scheduled_at / 1000 - server.clock_now().timestamp()
    async with Population(fakes, 3, pauses_s=(0.02, 0.2), late=LATE) as people:
        people.settle(phones)
        behaviours = Counter(people.behaviour(phone) for phone in phones)
        assert len(behaviours) == len(ENDS), behaviours
        await run.move_clock(timedelta(seconds=due_s - 30))
        await asyncio.sleep(0.5)  # two looks of the dispatcher
        assert (await run.state(), fakes.sends()) == ("scheduled", [])
        await run.move_clock(timedelta(seconds=31))
        waiting: set[tuple[str, str]] = {("waiting", "")}
        await run.ended_so(people, ENDS | {"late": waiting, "silent": waiting})

        # The wait ends with silence; who answers after it is heard all the same.
        await run.move_clock(timedelta(seconds=WAIT_S))
        await run.ended_so(people, ENDS)
        await run.move_clock(LATE)
        await run.ended_so(people, ENDS | {"late": ANSWERED})
        await agent_closes_all(run, people)
        await run.ended_so(people, ENDS | {"late": ANSWERED, "asks": {("closed", "promesa")}})

    # The figures are those of the provider's ledger, and they add up.
    await fakes.delivered()
    counts = await run.counts()
    sent = Counter(call.body["to"] for call in fakes.sends() if call.body["type"] == "template" and call.status == 200)
    assert sent == Counter(phone.number for phone in phones)
    assert counts["sent"] + counts["delivered"] + counts["read"] == PEOPLE
    assert counts["late"] == behaviours["late"]
    assert counts["answered"] + counts["late"] == PEOPLE - behaviours["silent"] - behaviours["opts_out"]
    assert await run.state() == "completed"


async def agent_closes_all(run: Run, people: Population) -> None:
    """Take whoever asked for a person, write to them, read their answer, close with a reason; never without."""
    eva = User(name="eva", display="Eva", role="agent", departments=("cobranza",), max_tickets=100)
    team = People(run.server.store, run.server.keys, Passwords(CHEAP))
    await team.add_user(eva, PASSWORD, by=None, departments=run.server.workspace.departments)
    async with Browser(run.server) as browser:
        assert (await browser.log_in("eva")).status == 200
        queue = (await browser.call("GET", "/tickets", params={"view": "queue", "limit": "100"})).body["tickets"]
        by_id = {ticket.id: number for number, ticket in (await run.tickets()).items() if ticket}
        asked = {phone.number: phone for phone in run.phones if people.behaviour(phone) == "asks"}
        assert {by_id[row["id"]] for row in queue} == asked.keys()
        for row in queue:
            phone = asked[by_id[row["id"]]]
            before = len(run.fakes.world.by_phone[phone.id])
            assert (await browser.call("POST", f"/tickets/{row['id']}/take", json={})).status == 200
            reply = {"text": "Hola, soy Eva. ¿Te sirve pagar el viernes?"}
            assert (await browser.call("POST", f"/tickets/{row['id']}/reply", json=reply)).status == 200
            chat = run.fakes.world.by_phone[phone.id]
            await run.fakes.world.until(lambda chat=chat, before=before: len(chat) >= before + 2)
            assert chat[before + 1].text in WORDS["es"]["agent"]
        await run.fakes.delivered()
        for row in queue:
            refused = await browser.call("POST", f"/tickets/{row['id']}/close", json={})
            assert refused.status in (400, 409, 422)
            closed = await browser.call("POST", f"/tickets/{row['id']}/close", json={"reason": "promesa"})
            assert closed.status == 200, closed


@asynccontextmanager
async def beside(server_url: str, workspace: Path) -> AsyncIterator[Campaigns]:
    """The campaigns in the store of a server in another process."""
    loaded = load_workspace(workspace, {}).workspace
    assert loaded is not None
    store = await Store.connect(Settings(store_url=server_url, test_clock=True))
    try:
        yield Campaigns(store, await store_keys(store, loaded.brand, Settings().shards), lambda: loaded)
    finally:
        await store.close()


async def test_kill_9_in_mid_dispatch_twice_sends_to_everybody_once_or_says_unknown(
    fakes: FakeProviders, store: Store, store_settings: Settings, tmp_path: Path
):
    workspace = business(tmp_path / "bot", fakes, 60)
    phones = recipients(fakes, 200)
    fakes.fault("whatsapp", delay_ms=100, count=10_000)  # so that some are always on their way
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    environ = {"BOT_STORE_URL": store_settings.store_url, "BOT_LEASE_S": "1"}
    async with beside(store_settings.store_url, workspace) as campaigns:
        campaign = await campaigns.create(WANTED, as_file(list_of(phones)), BY)
        await campaigns.launch(campaign.id, campaign.contacts, BY)
        async with Process(workspace, tmp_path / "data", port, **environ) as server:
            for some in (40, 110):
                await fakes.world.until(lambda some=some: len(fakes.sends()) >= some, 20)
                await server.kill()
                await server.start()
            await fakes.world.until(lambda: len(fakes.sends()) >= len(phones) - DOUBTS, 40)
            await fakes.delivered()
            await server.advance_clock(60)  # what was on its way at a kill is settled once no report can come

            async def ended() -> bool:
                return (await campaigns.get(campaign.id)).state != "sending"

            await eventually(ended, 40)
            await fakes.delivered()
        rows = await campaigns.rows.rows(campaign.id)
        counts = Counter(await campaigns.rows.counts(campaign.id))

    received = {phone.number: len(fakes.received(phone)) for phone in phones}
    assert max(received.values()) == 1
    assert {row.to for row, state in rows if state.s in ("sent", "delivered", "read")} <= {
        number for number, count in received.items() if count
    }
    assert {state.s for row, state in rows if not received[row.to]} <= {"unknown"}
    by_status = Counter(state.s for _, state in rows)
    assert sum(by_status.values()) == len(phones)
    assert {name: counts[name] for name in by_status} == dict(by_status)
    assert by_status["delivered"] + by_status["sent"] >= len(phones) - DOUBTS
