"""What a log may hold (F273): facts and ids; never a number, a text, a name or a secret, whatever goes wrong."""

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot_runtime.channels.addresses import from_provider
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.people.service import People
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.embedded import EmbeddedStore
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.test_kills import BY, WANTED, beside
from tests.repository import ROOT
from tests.runtime.processes import Process, free_port
from tests.servers import write_workspace

FAILING = """
import logging, sys
import structlog
from bot_runtime.logs import configure
from bot_runtime.errors import SettingError, StoreUnavailable
from bot_runtime.settings import Settings

configure(Settings(log_format=sys.argv[1], log_level="debug"))
try:
    try:
        int("my secret 5512345601")
    except ValueError as error:
        raise StoreUnavailable("no answer in time") from error
except StoreUnavailable:
    structlog.get_logger().exception("turn_failed", contact_id="s17.abc")
logging.getLogger("asyncio").error("Task exception was never retrieved\\nfuture: %r", "my secret 5512345601")
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_a_log_tells_nothing_of_what_was_said_nor_by_whom(log_format: str, fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana, marta = fakes.phone("Xiomara Quetzal"), fakes.phone("Marta", "sms")
    workspace = write_workspace(tmp_path / "bot", fakes)
    environ = {"BOT_LOG_LEVEL": "debug", "BOT_LOG_FORMAT": log_format}
    async with Process(workspace, tmp_path / "data", port, **environ) as server:
        for phone in (ana, marta):
            fakes.say(phone, "open sesame")
        first = (await fakes.expect(ana, 1))[0]
        await fakes.expect(marta, 1)
        fakes.react(ana, first, "👍")
        fakes.send_place(ana, 19.432608, -99.133209, "Pyramid")
        fakes.send_file(ana, "image", caption="my passport")
        fakes.fault("whatsapp", code=131026, count=1)  # the next answer fails, with a code and its words
        fakes.say(ana, "5")
        fakes.say(marta, "STOP")
        await fakes.delivered()
        for account in fakes.accounts:
            secrets = account.app_secret, account.auth_token
            account.app_secret = account.auth_token = "wrong secret"
            fakes.say(ana if account.name == "whatsapp" else marta, "signed by another")
            account.app_secret, account.auth_token = secrets
        await fakes.courier.settled()
        assert await server.stop() == 0
        log = server.log()

    assert "turn_taken" in log
    assert "bad_signature" in log
    assert "\x1b" not in log  # a file wants no colours
    numbers = [phone.number.lstrip("+")[-10:] for phone in (ana, marta)]
    said = ["sesame", "STOP", "signed by", "passport", "Pyramid", "19.43", "👍", "How was it", "Xiomara", "Marta"]
    secrets = [value for one in fakes.accounts for value in (one.app_secret, one.auth_token, one.token) if value]
    assert [word for word in [*numbers, *said, *secrets] if word in log] == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_nor_of_campaigns_tickets_dead_letters_and_webhooks_kept_on_disk(
    log_format: str, fakes: FakeProviders, tmp_path: Path
):
    port, store = free_port(), EmbeddedStore(tmp_path / "store")
    fakes.point_to(f"http://127.0.0.1:{port}")
    workspace = business(tmp_path / "bot", fakes, 100)
    people = recipients(fakes, 6)
    ana, marta = fakes.phone("Xiomara Quetzal"), fakes.phone("Marta Ocelotl", "sms")
    environ = {"BOT_LOG_LEVEL": "debug", "BOT_LOG_FORMAT": log_format, "BOT_STORE_URL": store.url}
    store.start()
    try:
        async with Process(workspace, tmp_path / "data", port, **environ) as server:
            async with beside(store.url, workspace) as campaigns:
                campaign = await campaigns.create(WANTED, as_file(list_of(people)), BY)
                fakes.fault("whatsapp", code=131026, to=people[0].number, count=1)
                fakes.fault("whatsapp", status=503, to=people[1].number, count=1)
                fakes.fault("whatsapp", code=131049, to=people[2].number, count=1)
                await campaigns.launch(campaign.id, campaign.contacts, BY)
                for phone in people[3:]:
                    await fakes.expect(phone, 1)
                fakes.say(ana, "hola")
                await fakes.expect(ana, 1)
                fakes.say(ana, "agente")
                await fakes.expect(ana, 2)
                keys = campaigns._keys
                _, key = await People(campaigns._store, keys).add_key("crm", ["*"], by=None)
                contact = await Contacts(campaigns._store, keys).find(from_provider(ana.number).canonical)  # type: ignore[union-attr]
                assert contact
                url, bearer = f"{server.url}/api/v1/tickets", {"Authorization": f"Bearer {key}"}
                async with aiohttp.ClientSession(headers=bearer) as http:
                    async with http.post(f"{url}/{contact}-1/note", json={"text": "nota confidencial"}) as answer:
                        assert answer.status == 200, await answer.text()
                    async with http.post(f"{url}/{contact}-1/close", json={"reason": "motivo secreto"}) as answer:
                        assert answer.status == 422
                session = keys.contact(contact)
                await campaigns._store.command("HSET", session, "s:whatsapp", b'{"not": "5215599887766"}', key=session)
            fakes.say(ana, "palabra envenenada")  # its turn raises: a traceback
            await server.until_logged("turn_failed")
            await asyncio.to_thread(store.stop)
            fakes.say(marta, "mensaje en el disco")
            await server.until_logged("webhook_spooled")
            fakes.say(ana, "más tarde")
            await server.until_logged("webhook_put_off")
            store.start()
            await fakes.expect(marta, 1, timeout_s=30)
            assert await server.stop() == 0
            log = server.log()
    finally:
        store.stop()

    assert "campaign_fed" in log
    assert "send_failed" in log
    numbers = [phone.number.lstrip("+")[-10:] for phone in (ana, marta, *people)]
    said = ["Quetzal", "Ocelotl", "Persona 1", "agente", "confidencial", "secreto", "envenenada", "disco", "más tarde"]
    secrets = [value for one in fakes.accounts for value in (one.app_secret, one.auth_token, one.token) if value]
    assert [word for word in [*numbers, *said, "5599887766", *secrets, key] if word in log] == []


async def test_a_command_that_fails_tells_no_password_of_the_store(fakes: FakeProviders, tmp_path: Path):
    workspace = write_workspace(tmp_path / "bot", fakes)
    for url in ("redis://ana:s3cretpass@127.0.0.1:1/0", "redis+sentinel://ana:s3cretpass@127.0.0.1:1/x", "s3cretpass"):
        ran = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot_runtime", "status", str(workspace)),
            env={"PYTHONPATH": str(ROOT), "BOT_STORE_URL": url, "BOT_LOG_LEVEL": "debug"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await ran.communicate()
        assert ran.returncode == 1
        assert printed
        assert b"s3cretpass" not in printed


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_tells_where_but_not_what(log_format: str):
    ran = subprocess.run([sys.executable, "-c", FAILING, log_format], capture_output=True, text=True, check=True)
    assert "StoreUnavailable: no answer in time" in ran.stderr  # our own errors are known to say nothing private
    assert "ValueError" in ran.stderr
    assert "line 11" in ran.stderr
    assert "Task exception was never retrieved" in ran.stderr
    without_code = ran.stderr.replace('\\"', '"').replace('int("my secret 5512345601")', "")  # from 3.13 on also of -c
    assert "secret 55" not in without_code


def test_a_log_nobody_reads_any_more_stops_no_work():
    program = FAILING + "\nprint('went on')"
    with subprocess.Popen(
        [sys.executable, "-c", "input()\n" + program, "json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        process.stderr.close()
        process.stderr = None
        assert process.communicate("\n", timeout=20)[0] == "went on\n"
    assert process.returncode == 0
