"""`bot-runtime dev` and the fakes alone, as processes: what they print, and how they stop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.devtools.conftest import Receiver, call

pytestmark = pytest.mark.timeout(120)


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours, without this run's settings; killed when it is still there at the end."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    process = subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def dev(root: Path) -> AsyncIterator[tuple[subprocess.Popen[str], str, aiohttp.ClientSession]]:
    """The process, its banner, and a client of it."""
    with running("bot_runtime", "dev", str(root), "--port", "0", "--language", "en") as process:
        assert process.stdout is not None
        banner, url = "", ""
        while "╰" not in banner:
            line = process.stdout.readline()
            assert line, f"dev stopped with {process.wait()} after:\n{banner}"
            banner += line
            if "http://" in line:
                url = line[line.index("http://") : line.index("/console/")]
        async with aiohttp.ClientSession(url) as http:
            yield process, banner, http


async def until_said(http: aiohttp.ClientSession, text: str) -> list[dict[str, Any]]:
    """The first phone's chat, once the bot has said `text`; the live feed says when to look again."""
    async with http.ws_connect("/dev/api/live") as live:
        while True:
            _, messages = await call(http, "GET", "/dev/api/phones/p1/messages")
            if any(one["from"] == "bot" and text in one["text"] for one in messages):
                found: list[dict[str, Any]] = messages
                return found
            await live.receive(timeout=30)


async def test_dev_goes_on_where_a_kill_left_it(root: Path):
    async with dev(root) as (process, banner, http):
        assert "/console/phones" in banner
        assert "encuesta" in banner
        await call(http, "POST", "/dev/api/phones/p1/send", {"kind": "text", "text": "hola"})
        await until_said(http, "¿Cómo te fue?")
        await call(http, "POST", "/dev/api/phones/p1/send", {"kind": "text", "text": "5"})
        process.send_signal(signal.SIGKILL)
        process.wait()

    async with dev(root) as (process, _, http):
        messages = await until_said(http, "Gracias")
        assert [one["text"] for one in messages if one["from"] == "contact"] == ["hola", "5"]
        _, inside = await call(http, "GET", "/dev/api/phones/p1/session")
        assert inside["session"]["answers"] == {"nota": 5}
        async with http.ws_connect("/dev/api/live") as page:  # an open page does not hold it up
            process.send_signal(signal.SIGINT)
            assert (await page.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert process.wait(10) == 0
    assert (root / ".bot-data" / ".gitignore").read_text() == "*\n"


async def test_the_fakes_alone_say_where_they_are(root: Path, receiver: Receiver):
    with running("bot_runtime.devtools", str(root), "--target", receiver.url, "--port", "0") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["channels"]["wa"]["api_base"] == said["url"] + "/graph"
        assert said["channels"]["wa"]["app_secret"] == "dev-WA_SECRET"
        async with aiohttp.ClientSession(said["url"]) as http:
            _, ana = await call(http, "POST", "/dev/api/phones", {"name": "Ana", "channel": "wa"})
            async with http.ws_connect("/dev/api/live") as live:
                await call(http, "POST", f"/dev/api/phones/{ana['id']}/send", {"kind": "text", "text": "hola"})
                while (await live.receive_json(timeout=10))["type"] != "status":
                    pass  # the receiver took it
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert [webhook.channel for webhook in receiver.arrived] == ["wa"]
