"""What people enter about a contact: their language picks the texts (F023), their name stays theirs (F187)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from tests.servers import StartServer, write_workspace
from tests.web.people import Browser

GREETING = """
dialog: greeting
language: es
starts: { default: true }
states:
  hola: { say: { es: "Hola {{ contact_name }}", en: "Hello {{ contact_name }}" } }
"""
LANGUAGE = """
dialog: language
language: es
starts: { keywords: [idioma] }
retry: { goto: fin }
states:
  cual:
    ask: Español / English
    menu: [{ label: Español, code: es }, { label: English, code: en }]
    save: language
    goto: fin
  fin: { say: { es: Listo., en: Done. } }
"""


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    dialogs = {"greeting": GREETING, "language": LANGUAGE}
    return await start_server(write_workspace(tmp_path / "bot", fakes, dialogs=dialogs))


@pytest.fixture
async def crm(server: Server) -> AsyncIterator[Browser]:
    async with Browser(server) as browser:
        yield browser


async def patch(server, browser, contact, key=("contacts:write",), **body):
    _, secret = await server.people.add_key("crm", key, by=None)
    headers = {"Authorization": f"Bearer {secret}", "X-Language": "en"}
    return await browser.call("PATCH", f"/contacts/{contact}", json=body, headers=headers)


async def test_a_name_comes_from_the_channel_until_somebody_enters_one(server, crm, fakes):
    """F187, F023"""
    ana = fakes.phone("ANITA 💅")
    fakes.say(ana, "hola")
    assert [one.text for one in await fakes.expect(ana, 1)] == ["Hola ANITA 💅"]
    known = await patch(server, crm, ana.number, name="Ana  Pérez", language="Inglés")
    assert known.status == 200
    assert (known.body["name"], known.body["language"]) == ("Ana Pérez", "en")
    fakes.say(ana, "hola")
    assert (await fakes.expect(ana, 2))[-1].text == "Hello Ana Pérez"
    again = await patch(server, crm, known.body["id"], name="")  # taken away: the channel's counts again
    assert (again.body["name"], again.body["language"]) == ("", "en")
    fakes.say(ana, "hola")
    assert (await fakes.expect(ana, 3))[-1].text == "Hello ANITA 💅"


async def test_a_language_chosen_in_one_dialog_holds_in_the_next(server, fakes):
    """F023"""
    ana = fakes.phone("Ana")
    fakes.say(ana, "idioma")
    await fakes.expect(ana, 1)
    fakes.say(ana, "English")
    assert (await fakes.expect(ana, 2))[-1].text == "Done."
    fakes.say(ana, "hola")
    assert (await fakes.expect(ana, 3))[-1].text == "Hello Ana"


async def test_what_cannot_be_kept_is_refused(server, crm, fakes):
    assert (await patch(server, crm, "+5215500000000", name="X")).status == 404
    ana = fakes.phone("Ana")
    fakes.say(ana, "hola")
    await fakes.expect(ana, 1)
    refused = await patch(server, crm, ana.number, language="klingon")
    assert (refused.status, refused.body["error"]) == (422, "'klingon' is no language")
    assert (await patch(server, crm, ana.number, key=("tickets:read",), name="X")).status == 403
