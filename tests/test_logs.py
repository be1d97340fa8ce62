"""What a log may hold (F273): facts and ids; never a number, a text, a name or a secret, whatever goes wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot_runtime.devtools.simulate import FakeProviders
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
