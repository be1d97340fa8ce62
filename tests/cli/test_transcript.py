"""`bot-runtime transcript`: a live session becomes a test of its workspace, and nobody's name is in it (B31)."""

import json
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from tests.cli.authors import run
from tests.cli.operators import Terminal
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace

SURVEY = """
dialog: survey
language: en
response_timeout: 2h
retry: { attempts: 3, goto: person }
starts: { default: true }
states:
  rating: { ask: "How was it, {{ contact_name }}?", answer: rating, save: rating, goto: mail }
  mail: { ask: Your e-mail?, answer: email, save: mail, goto: again }
  again:
    ask: Will you come back?
    menu: [{ label: Of course, goto: comment }, { label: Never, goto: person }]
  comment: { ask: Anything else?, answer: text, save: comment, goto: thanks }
  person: { say: One moment., handoff: care }
  thanks: { say: "Thanks, {{ mail }}, for {{ comment }}.", close: answered }
  timeout: { say: We missed you. }
"""


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"survey": SURVEY})
    with (root / "bot.yaml").open("a") as file:
        file.write("departments: [care]\ntime_zone: America/Mexico_City\n")
    return await start_server(root, test_clock=True)


async def test_a_live_session_replays_as_a_test_of_its_workspace(
    server: Server, fakes: FakeProviders, store_settings: Settings
):
    root = server.workspace.root
    terminal = Terminal(root, store_settings)
    ana = fakes.phone("Ana Quetzal")
    fakes.say(ana, "hi, Ana Quetzal here")
    await fakes.expect(ana, 1)
    fakes.send_file(ana, "image", caption="Ana at the beach")
    await fakes.expect(ana, 2)
    for number, said in enumerate(("four", "ana.quetzal@correo.mx", "of curse", "Call me: 55 1234 9876"), 3):
        fakes.say(ana, said)
        await fakes.expect(ana, number)
    code, text = await terminal("transcript", ana.number)

    assert code == 0, text
    assert not [part for part in ("Quetzal", "correo", "1234", ana.number[-6:], "beach") if part in text]
    (root / "tests").mkdir()
    (root / "tests" / "live.yaml").write_text(text)
    tested = run("test", root, "--json")
    assert tested.exit_code == 0, tested.output
    assert json.loads(tested.stdout)["passed"] == 1
    assert "ended: closed" in text
    assert "persona@example.com" in text
    told = await terminal.json("transcript", ana.number)
    assert (told["dialog"], told["channel"], told["strays"]) == ("survey", "whatsapp", [])


async def test_silence_and_people_are_written_down_too(server: Server, fakes: FakeProviders, store_settings: Settings):
    terminal = Terminal(server.workspace.root, store_settings)
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.say(ana, "hi")
    fakes.say(luis, "hi")
    await fakes.expect(ana, 1)
    await fakes.expect(luis, 1)
    for _ in range(3):
        fakes.say(luis, "no idea")
    await fakes.expect(luis, 4)
    await fakes.delivered()
    assert (await terminal.json("graph", "survey", "--live"))["live"] == {"rating": 1, "person": 1}
    await server.advance_clock(2 * 3600 + 60)
    await fakes.expect(ana, 2)

    async def timed_out() -> str:
        code, text = await terminal("transcript", ana.number)
        return text if code == 0 and "ended: timed_out" in text else ""

    assert "after: 2h" in await eventually(timed_out)
    code, text = await terminal("transcript", luis.number)
    assert (code, "effects: [{ open_ticket: { department: care } }]" in text) == (0, True), text


async def test_who_never_talked_has_nothing_to_write_down(
    server: Server, fakes: FakeProviders, store_settings: Settings
):
    terminal = Terminal(server.workspace.root, store_settings)
    assert await terminal("transcript", "+5215500000000") == (1, "there is no contact '+5215500000000'\n")
    ana = fakes.phone("Ana")
    fakes.say(ana, "STOP")
    await fakes.expect(ana, 1)
    assert await terminal("transcript", ana.number) == (1, "the contact has had no session there\n")
    code, said = await terminal("transcript", ana.number, "--channel", "mail")
    assert (code, said.startswith("there is no channel 'mail'; there are: ")) == (1, True)
