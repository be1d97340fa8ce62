"""The main job from outside, from a list to the last closed ticket: one server as operators run it, managers over
HTTP, three hundred people on the fake provider's phones, and the agent in a real browser. Only the clock is moved.
"""

import asyncio
import csv
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot_runtime.devtools.manners import WORDS, Behaviour
from bot_runtime.devtools.population import Population
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from tests.business import as_file, business, list_of, recipients, spoilt
from tests.console.conftest import OpenPage
from tests.console.inbox import details, reply, rows, said, tab
from tests.runtime.processes import Process, free_port
from tests.servers import PATIENCE
from tests.web.people import PASSWORD

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

PEOPLE = 300
WAIT_S = 3_600
LATE = timedelta(minutes=90)
ZONE = ZoneInfo("America/Mexico_City")
WANTED = {
    "name": "Recordatorio de pago",
    "channel": "whatsapp",
    "department": "cobranza",
    "template": "saldo_vencido",
    "expects_answer": True,
    "wait_s": WAIT_S,
    "dialog": "recordatorio_pago",
}

GREETING = "Hola, soy Eva. ¿Te sirve pagar el viernes?"
THANKS = re.compile("|".join(re.escape(answer) for answer in WORDS["es"]["agent"]))

# How the table of a ticket says that each of them ends; `late` ends so after having been closed for silence.
End = tuple[str, str]
WAITING: set[End] = {("waiting", "")}
ANSWERED: set[End] = {("closed", "promesa"), ("closed", "ya_pago")}
ENDS: dict[Behaviour, set[End]] = {
    "taps": ANSWERED,
    "types": ANSWERED,
    "nonsense": ANSWERED,
    "late": {("closed", "no_answer")},
    "silent": {("closed", "no_answer")},
    "asks": {("queued", "")},
    "opts_out": {("closed", "opt_out")},
}


@pytest_asyncio.fixture(loop_scope="session")
async def fakes() -> AsyncIterator[FakeProviders]:
    async with FakeProviders(patience=PATIENCE) as fakes:
        yield fakes


class Office:
    """A running server: its managers' HTTP, its clock, its commands."""

    def __init__(self, workspace: Path, data: Path, process: Process, fakes: FakeProviders) -> None:
        self.workspace, self._data, self.process, self.fakes = workspace, data, process, fakes
        self._ahead = timedelta()
        fakes.world.now = self.now
        self.key = ""

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def move_clock(self, by: timedelta) -> None:
        await self.process.advance_clock(by.total_seconds())
        self._ahead += by
        self.fakes.world.publish("clock", clock={"now": self.now()})

    async def command(self, *words: str, stdin: str = "") -> str:
        environ = os.environ | {"BOT_DATA_DIR": str(self._data)}
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "bot_runtime", *words]
        process = await asyncio.create_subprocess_exec(*command, env=environ, stdin=pipe, stdout=pipe, stderr=pipe)
        said, complaints = await process.communicate(stdin.encode())
        assert process.returncode == 0, (said + complaints).decode()
        return said.decode()

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.request(method, f"{self.process.url}/api/v1{path}", **options) as answer,
        ):
            body = await (answer.json() if answer.content_type == "application/json" else answer.text())
            assert answer.status == status, (answer.status, body)
            return body

    async def send_list(self, method: str, path: str, status: int, contents: bytes, **wanted: Any) -> Any:
        form = aiohttp.FormData()
        form.add_field("file", contents, filename="clientes.csv")
        form.add_field("campaign", json.dumps(wanted))
        return await self.ask(method, path, status, data=form)


@pytest_asyncio.fixture(loop_scope="session")
async def office(fakes: FakeProviders, tmp_path: Path) -> AsyncIterator[Office]:
    workspace, port = business(tmp_path / "bot", fakes, 1_000), free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    async with Process(workspace, tmp_path / "data", port) as process:
        office = Office(workspace, tmp_path / "data", process, fakes)
        scopes = ("--scope", "campaigns:read", "--scope", "campaigns:write", "--scope", "tickets:read")
        office.key = json.loads(await office.command("key", "add", "crm", str(workspace), *scopes, "--json"))["key"]
        agent = ("eva", str(workspace), "--department", "cobranza", "--max-tickets", "100", "--password-stdin")
        await office.command("user", "add", *agent, stdin=PASSWORD)
        yield office


LogIn = Callable[[], Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def eva(office: Office, open_page: OpenPage) -> LogIn:
    async def log_in() -> Page:
        nobody_yet, no_phones_here = "401", "404"
        page = await open_page(
            f"{office.process.url}/console/login?next=/console/inbox", expected=(nobody_yet, no_phones_here)
        )
        await page.get_by_label("Usuario").fill("eva")
        await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("En vivo")).to_be_visible()
        return page

    return log_in


class Run:
    """One campaign, and what became of each of its recipients."""

    def __init__(self, office: Office, campaign: str, people: Population, phones: list[Phone]) -> None:
        self.office, self.path, self.people = office, f"/campaigns/{campaign}", people
        self.phones = {phone.number: phone for phone in phones}

    async def whole(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.office.ask("GET", self.path)
        return found

    async def recipients(self) -> dict[str, dict[str, Any]]:
        """By phone number."""
        found: list[dict[str, Any]] = []
        after: str | None = "0"
        while after:
            page = await self.office.ask("GET", f"{self.path}/recipients", params={"after": after, "limit": "200"})
            found, after = found + page["recipients"], page["next"]
        assert len(found) == PEOPLE
        return {one["phone"]: one for one in found}

    async def ended_so(self, ends: dict[Behaviour, set[End]]) -> None:
        """Wait until everybody's ticket is as the table says; what stays otherwise fails the test by name."""
        wrong = dict.fromkeys(self.phones, "")
        for _ in range(100):
            tickets = {number: one["ticket"] for number, one in (await self.recipients()).items()}
            for number in list(wrong):
                wrong[number] = await self.other_than(ends, self.phones[number], tickets[number])
                if not wrong[number]:
                    del wrong[number]
            if not wrong:
                return
            await asyncio.sleep(0.3)
        pytest.fail("\n".join(wrong.values()))

    async def other_than(self, ends: dict[Behaviour, set[End]], phone: Phone, ticket: str | None) -> str:
        """How this phone's ticket is not as the table says; empty: it is."""
        row = await self.office.ask("GET", f"/tickets/{ticket}") if ticket else {}
        now, behaviour = (row.get("state"), row.get("reason")), self.people.behaviour(phone)
        if now in ends[behaviour]:
            return ""
        return f"{phone.name}, who {behaviour}: {now}, after {self.office.fakes.texts(phone)}"

    def who(self, *behaviours: Behaviour) -> list[Phone]:
        return [phone for phone in self.phones.values() if self.people.behaviour(phone) in behaviours]


def rows_named(problems: Iterable[dict[str, Any]]) -> list[int]:
    return [problem["row"] for problem in problems]


async def test_a_list_becomes_conversations_and_every_ticket_ends_as_the_tables_say(
    office: Office, fakes: FakeProviders, eva: LogIn
) -> None:
    phones = recipients(fakes, PEOPLE)
    lines = list_of(phones)

    # With a name missing in its first, middle and last row a list is refused and nothing of it is kept.
    planted = (1, PEOPLE // 2, PEOPLE)
    as_counted = [row + 1 for row in planted]  # the header is row 1
    refused = await office.send_list("POST", "/campaigns", 422, as_file(spoilt(lines, planted, 1, "")), **WANTED)
    assert rows_named(refused["problems"]) == as_counted
    assert (await office.ask("GET", "/campaigns"))["campaigns"] == []

    # With phones that are none it is Invalid and cannot be sent; mended, it is Loaded.
    wrong = as_file(spoilt(lines, planted, 0, "nobody"))
    campaign = (await office.send_list("POST", "/campaigns", 200, wrong, **WANTED))["campaign"]
    path = f"/campaigns/{campaign['id']}"
    assert campaign["state"] == "invalid"
    assert rows_named((await office.ask("GET", f"{path}/problems"))["problems"]) == as_counted
    assert (await office.ask("POST", f"{path}/launch", 409, json={"confirm": PEOPLE}))["state"] == "invalid"
    campaign = (await office.send_list("PATCH", path, 200, as_file(lines)))["campaign"]
    assert (campaign["state"], campaign["contacts"]) == ("loaded", PEOPLE)

    # Scheduled in its own zone, it goes by itself when its time comes, and not before.
    tomorrow = office.now().astimezone(ZONE).date() + timedelta(days=1)
    when = {"date": tomorrow.isoformat(), "time": "09:00", "zone": ZONE.key}
    scheduled = (await office.ask("POST", f"{path}/schedule", json=when))["campaign"]
    due = datetime.fromisoformat(scheduled["scheduled_at"])
    assert due == datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, tzinfo=ZONE)

    async with Population(fakes, 3, pauses_s=(0.02, 0.2), late=LATE) as people:
        people.settle(phones)
        run = Run(office, campaign["id"], people, phones)
        behaviours = Counter(people.behaviour(phone) for phone in phones)
        assert behaviours.keys() == ENDS.keys()
        await office.move_clock(due - office.now() - timedelta(seconds=30))
        await asyncio.sleep(0.5)  # two looks of the scheduler
        assert ((await run.whole())["state"], fakes.sends()) == ("scheduled", [])
        await office.move_clock(timedelta(seconds=31))
        await run.ended_so(ENDS | {"late": WAITING, "silent": WAITING})

        # The wait ends with silence; who answers after it is heard all the same.
        await office.move_clock(timedelta(seconds=WAIT_S))
        await run.ended_so(ENDS)
        await office.move_clock(LATE - timedelta(seconds=WAIT_S))
        await run.ended_so(ENDS | {"late": ANSWERED})

        asked = run.who("asks")
        await attend(await eva(), len(asked))
        await run.ended_so(ENDS | {"late": ANSWERED, "asks": {("closed", "promesa")}})
        for phone in asked:
            texts = [message.text for message in fakes.world.by_phone[phone.id]]
            assert texts[texts.index(GREETING) + 1] in WORDS["es"]["agent"]

    # The figures are those of the provider's ledger, and they add up.
    await fakes.delivered()
    sent = Counter(call.body["to"] for call in fakes.sends() if call.body["type"] == "template" and call.status == 200)
    assert sent == Counter(phone.number for phone in phones)
    whole = await run.whole()
    assert whole["state"] == "completed"
    counts = whole["counts"]
    assert sum(counts.values()) == counts["sent"] + counts["delivered"] + counts["read"] == PEOPLE
    figures, tickets = whole["figures"], Counter(whole["figures"]["tickets"])
    silent = behaviours["silent"] + behaviours["opts_out"]
    assert figures["planned"] == figures["sent"] == PEOPLE
    assert (figures["late"], figures["answered"]) == (behaviours["late"], PEOPLE - silent)
    assert (tickets["open"], tickets["no_answer"], tickets["opt_out"]) == (
        0,
        behaviours["silent"],
        behaviours["opts_out"],
    )
    assert tickets["promesa"] + tickets["ya_pago"] == PEOPLE - silent

    # And the file says of each what the page says.
    exported = await office.ask("GET", f"{path}/export", params={"format": "csv"})
    table = {row["Teléfono"].lstrip("'"): row for row in csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")))}
    told = await run.recipients()
    assert {number: row["Ticket"] for number, row in table.items()} == {n: one["ticket"] for n, one in told.items()}


async def attend(page: Page, count: int) -> None:
    """Take whoever asked for a person, write to them, read their answer, close with a reason."""
    await tab(page, "Cola").click()
    await expect(rows(page)).to_have_count(count)
    for left in range(count, 0, -1):
        await expect(tab(page, "Cola")).to_contain_text(str(left))
        await rows(page).first.click()
        await details(page).get_by_role("button", name="Tomar").click()
        await expect(said(page)).to_contain_text("Ahora atiendes tú")
        await reply(page, GREETING)
        await expect(said(page).get_by_text(GREETING)).to_be_visible()
        await expect(said(page).get_by_text(THANKS)).to_be_visible()
        await details(page).get_by_role("button", name="Cerrar ticket").click()
        form = page.get_by_role("dialog", name="Cerrar con un motivo")
        await expect(form.get_by_role("button", name="Cerrar ticket")).to_be_disabled()  # never without a reason
        await form.get_by_label("Promesa de pago").check()
        await form.get_by_role("button", name="Cerrar ticket").click()
        await expect(page.get_by_text("Este ticket se cerró: Promesa de pago.")).to_be_visible()
        await tab(page, "Cola").click()
