"""A town: one server, its fake providers and phones, on one port."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot_runtime.cli.dev import BadWorkspace, PortTaken, open_town
from bot_runtime.devtools.town import Town
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from tests.devtools.conftest import VISIT, call
from tests.web.people import Browser


@pytest.fixture
def settings(store: Store, store_settings: Settings, tmp_path: Path) -> Settings:
    """On the run's emptied store; any free port."""
    return replace(store_settings, data_dir=str(tmp_path / "data"), port=0, drain_s=2)


@pytest.fixture
async def town(root: Path, settings: Settings) -> AsyncIterator[Town]:
    async with open_town(root, {}, settings) as (town, _):
        yield town


@pytest.fixture
async def http(town: Town) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(town.url) as http:
        yield http


async def test_the_world_is_as_the_workspace_says(town: Town, http: aiohttp.ClientSession):
    _, world = await call(http, "GET", "/dev/api/world")
    assert world["language"] == "es"
    assert [(one["name"], one["kind"], one["provider"], one["title"]) for one in world["channels"]] == [
        ("wa", "whatsapp", "whatsapp", "demo"),
        ("sms", "sms", "twilio", "demo"),
    ]
    assert [(one["name"], one["channel"]) for one in world["phones"]] == [
        ("Ana", "wa"),
        ("Luis", "wa"),
        ("Marta", "sms"),
    ]
    payment, visit = sorted(world["dialogs"], key=lambda one: str(one["name"]))
    assert (visit["title"], visit["keywords"], visit["default"], visit["template"]) == (
        "Encuesta",
        ["encuesta"],
        True,
        None,
    )
    assert payment["template"] == "saldo"
    assert payment["needs"] == [
        {"name": "nombre", "kind": "text", "example": "Ana"},
        {"name": "monto", "kind": "number", "example": None},
    ]
    assert (world["clock"]["offset_s"], world["problems"]) == (0, [])


@pytest.mark.parametrize("phone", ["Ana", "Marta"])
async def test_a_contact_walks_a_dialog(town: Town, http: aiohttp.ClientSession, phone: str):
    """On either channel, over the real wire formats: had a signature been wrong, nothing would have come back."""
    id = next(one.id for one in town.fakes.world.phones.values() if one.name == phone)
    await call(http, "POST", f"/dev/api/phones/{id}/send", {"kind": "text", "text": "hola"})
    await town.fakes.expect(town.fakes.world.phones[id], 1)
    _, inside = await call(http, "GET", f"/dev/api/phones/{id}/session")
    assert (inside["session"]["state"], inside["session"]["phase"], inside["opted_out"]) == ("nota", "waiting", False)
    await call(http, "POST", f"/dev/api/phones/{id}/send", {"kind": "text", "text": "5"})
    asked, thanked = await town.fakes.expect(town.fakes.world.phones[id], 2)
    assert ("¿Cómo te fue?" in asked.text, thanked.text) == (True, "Gracias")
    _, inside = await call(http, "GET", f"/dev/api/phones/{id}/session")
    assert (inside["session"]["cause"], inside["session"]["answers"]) == ("closed", {"nota": 5})
    assert {"text", "effect"} < {line["kind"] for line in inside["journal"]}


async def test_a_template_starts_a_dialog(town: Town, http: aiohttp.ClientSession):
    ana = town.fakes.world.phones["p1"]
    status, _ = await call(http, "POST", "/dev/api/phones/p1/start", {"dialog": "pago", "given": {"monto": 10}})
    (template,) = await town.fakes.expect(ana, 1)
    assert (status, template.kind, template.text) == (202, "template", "Hola Ana, debes 10")
    town.fakes.tap(ana, "Pagar")
    assert (await town.fakes.expect(ana, 2))[1].text == "Son 10"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"dialog": "nada"}, "dialog"),
        ({"dialog": "pago"}, "given.monto"),
        ({"dialog": "pago", "given": {"monto": "mucho"}}, "given.monto"),
        ({"dialog": "pago", "given": {"monto": True}}, "given.monto"),
        ({"dialog": "pago", "given": {"monto": 1, "color": "rojo"}}, "given"),
        ({"dialog": "pago", "given": []}, "given"),
    ],
)
async def test_a_dialog_is_not_started_with_wrong_data(
    town: Town, http: aiohttp.ClientSession, body: dict[str, Any], field: str
):
    status, answer = await call(http, "POST", "/dev/api/phones/p1/start", body)
    assert (status, answer["field"]) == (400, field)
    assert "se esperaba" in answer["error"]  # in the workspace's language


HELP = """
dialog: ayuda
starts: { keywords: [ayuda] }
states:
  persona: { say: Un momento, handoff: { department: caja } }
"""


async def test_no_dialog_starts_while_a_person_has_the_conversation(root: Path, settings: Settings):
    bot = (root / "bot.yaml").read_text()
    (root / "bot.yaml").write_text(bot + "\ndepartments: { caja: { title: Caja } }\n")
    (root / "dialogs" / "ayuda.yaml").write_text(HELP)
    async with open_town(root, {}, settings) as (town, _), aiohttp.ClientSession(town.url) as http:
        ana = town.fakes.world.phones["p1"]
        town.fakes.say(ana, "ayuda")
        await town.fakes.expect(ana, 1)
        status, answer = await call(http, "POST", "/dev/api/phones/p1/start", {"dialog": "visita"})
        assert (status, "Ana espera a una persona" in answer["error"]) == (409, True)


async def test_only_a_template_can_come_first_on_whatsapp(town: Town, http: aiohttp.ClientSession):
    start = {"dialog": "visita"}
    status, answer = await call(http, "POST", "/dev/api/phones/p1/start", start)
    assert (status, "plantilla" in answer["error"]) == (409, True)
    ana, marta = town.fakes.world.phones["p1"], town.fakes.world.phones["p3"]
    town.fakes.say(ana, "hola")
    await town.fakes.expect(ana, 1)
    assert (await call(http, "POST", "/dev/api/phones/p1/start", start))[0] == 202
    assert (await call(http, "POST", "/dev/api/phones/p3/start", start))[0] == 202  # SMS has no window
    await town.fakes.expect(ana, 2)
    await town.fakes.expect(marta, 1)


async def test_the_page_hears_of_turns_and_of_the_clock(town: Town, http: aiohttp.ClientSession):
    async with http.ws_connect("/dev/api/live") as live:

        async def hear(type: str) -> dict[str, Any]:
            while True:
                line: dict[str, Any] = await live.receive_json(timeout=40)
                if line["type"] == type:
                    return line

        await call(http, "POST", "/dev/api/phones/p1/send", {"kind": "text", "text": "hola"})
        assert (await hear("turn"))["phone"] == "p1"
        await call(http, "POST", "/test/clock", {"advance_s": 3700})
        assert (await hear("clock"))["clock"]["offset_s"] == 3700
        assert (await hear("turn"))["phone"] == "p1"  # the wait ran out
        _, inside = await call(http, "GET", "/dev/api/phones/p1/session")
        assert inside["session"]["cause"] == "timed_out"


async def test_a_changed_file_runs_and_a_broken_one_does_not(town: Town, http: aiohttp.ClientSession, root: Path):
    heard: asyncio.Queue[list[str]] = asyncio.Queue()
    town.changed.append(heard.put_nowait)
    visit = root / "dialogs" / "visita.yaml"
    visit.write_text(VISIT.replace("goto: adios }\n  adios", "goto: adiós }\n  adios"))
    async with asyncio.timeout(10):
        problems = await heard.get()
    assert "visita.yaml:8" in problems[0]
    assert (await call(http, "GET", "/dev/api/world"))[1]["problems"] == [{"text": text} for text in problems]
    visit.write_text(VISIT.replace("Encuesta", "Tu visita"))
    async with asyncio.timeout(10):
        assert await heard.get() == []
    _, world = await call(http, "GET", "/dev/api/world")
    assert "Tu visita" in [dialog["title"] for dialog in world["dialogs"]]


async def test_the_chats_survive_a_restart(root: Path, settings: Settings):
    async with open_town(root, {}, settings) as (town, _):
        ana = town.fakes.world.phones["p1"]
        town.fakes.say(ana, "hola")
        before = await town.fakes.expect(ana, 1)
    async with open_town(root, {}, settings) as (town, _):
        assert [one.name for one in town.fakes.world.phones.values()] == ["Ana", "Luis", "Marta"]
        assert [one.id for one in town.fakes.received(ana)] == [one.id for one in before]
        town.fakes.say(ana, "4")
        assert (await town.fakes.expect(ana, 2))[1].text == "Gracias"  # and the conversation goes on


async def test_a_taken_port_or_a_broken_workspace_stop_the_start(town: Town, root: Path, settings: Settings):
    port = int(town.url.rsplit(":", 1)[1])
    with pytest.raises(PortTaken, match=rf"{port} está ocupado.*\n.*\n.*bot-runtime dev --port \d+"):
        async with open_town(root, {}, replace(settings, port=port)):
            pass
    (root / "dialogs" / "visita.yaml").write_text("dialog: visita\nstates: {}\n")
    with pytest.raises(BadWorkspace, match=r"visita\.yaml:\d+:\d+: "):
        async with open_town(root, {}, settings):
            pass


async def test_who_is_logged_in_stays_so_when_the_clock_is_moved_by_days(town: Town):
    login = town.first_start.made.log_ins[0]
    async with Browser(town.server) as browser:
        assert (await browser.log_in(login.name, login.password)).status == 200
        await town.server.advance_clock(5 * 86_400)
        assert (await browser.call("GET", "/me")).status == 200
