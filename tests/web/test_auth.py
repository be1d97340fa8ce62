"""Logging in over HTTP: the rules of who gets in, how long, and from where."""

from collections.abc import AsyncIterator

import pytest

from bot_runtime.app import Server
from tests.web.people import Browser, add_user


@pytest.fixture
async def browser(server: Server) -> AsyncIterator[Browser]:
    async with Browser(server) as browser:
        yield browser


async def test_who_logs_in_gets_what_their_pages_need(server: Server, browser: Browser):
    await add_user(server, "ana", departments=("care",))

    answer = await browser.log_in("Ana ")  # people write their name as they like

    assert answer.status == 200, answer
    assert answer.body["user"]["name"] == "ana"
    assert (await browser.call("GET", "/me")).body == answer.body
