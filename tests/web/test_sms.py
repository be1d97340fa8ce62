"""What a text costs as SMS, over the API: the same figures as on the command line, of the text that is sent (F015)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot_runtime.app import Server
from bot_runtime.cli.sms import command
from bot_runtime.devtools.simulate import FakeProviders
from tests.servers import StartServer, write_workspace
from tests.web.people import Browser, add_user

TEXT = "Adiós, {{ contact_name | default('vecino') }}."
GREETING = f'dialog: hello\nlanguage: es\nstarts: {{ default: true }}\nstates: {{ hi: {{ say: "{TEXT}" }} }}\n'


@pytest.fixture
async def office(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"hello": GREETING})
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["channels"]["sms"]["limits"]["sms_budget"] = 10
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start_server(root)
    await add_user(server, "sue", "supervisor")
    return server


@pytest.fixture
async def sue(office: Server) -> AsyncIterator[Browser]:
    async with Browser(office) as browser:
        assert (await browser.log_in("sue")).status == 200
        yield browser


async def test_the_figures_are_those_of_the_command_line_and_of_what_is_sent(sue: Browser, fakes: FakeProviders):
    counted = await sue.call("POST", "/sms/count", json={"text": TEXT, "row": {"contact_name": "Ana"}})
    assert (counted.status, counted.body.pop("text")) == (200, "Adiós, Ana.")
    on_the_line = CliRunner().invoke(command, ["count", TEXT, "--with", "contact_name=Ana", "--budget", "10", "--json"])
    assert counted.body == json.loads(on_the_line.output)
    assert (counted.body["characters"], counted.body["over_budget"], counted.body["parts"]) == (11, True, [11])

    phone = fakes.phone("Nobody", "sms")
    fakes.say(phone, "hola")
    (received,) = await fakes.expect(phone, 1)
    told = await sue.call("POST", "/sms/count", json={"text": TEXT, "channel": "sms"})
    assert received.text == told.body["text"] == "Adiós, vecino."
    assert received.sms is not None
    assert (received.sms.encoding, received.sms.parts) == (told.body["encoding"], len(told.body["parts"]))


async def test_over_ten_parts_is_told_to_be_refused(sue: Browser):
    counted = await sue.call("POST", "/sms/count", json={"text": "á" * 671})
    assert (counted.status, counted.body["refused"], len(counted.body["parts"])) == (200, "too_many_parts", 11)
    assert (await sue.call("POST", "/sms/count", json={"text": ""})).body["refused"] == "empty"


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"text": "{{ nombre"}, "text", "bad_text"),
        ({"text": "hola", "channel": "fax"}, "channel", "unknown_channel"),
        ({"text": "hola", "channel": "whatsapp"}, "channel", "unknown_channel"),
        ({"text": "x" * 5_000}, "text", None),
        ({}, "text", "missing"),
    ],
)
async def test_what_cannot_be_counted_is_refused_with_its_field(sue: Browser, asked, field, code):
    refused = await sue.call("POST", "/sms/count", json=asked)
    assert (refused.status, refused.body["field"]) == (422, field)
    assert code is None or refused.body["code"] == code


async def test_it_is_for_people_of_the_brand(office: Server):
    async with Browser(office) as stranger:
        assert (await stranger.call("POST", "/sms/count", json={"text": "hola"})).status == 401
