"""A browser for the run, a page for each test, and no console error in any of them."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

import hatch_build
from tests.console.fake_desk import PASSWORD, FakeDesk
from tests.console.fake_phones import FakePhones

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = (1280, 860)
PATIENCE_MS = 20_000  # a busy machine is no failure

expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Awaitable[Page]]
Enter = Callable[..., Awaitable[Page]]


class Fake(Protocol):
    """A server of these tests. `url`: where a page finds it."""

    url: str

    def app(self) -> web.Application: ...
    async def hang_up(self) -> None: ...


@contextlib.asynccontextmanager
async def serving(fake: Fake, at: str = "") -> AsyncIterator[None]:
    """`fake` at a port of its own; `at` is the page's path there."""
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}{at}"
    try:
        yield
    finally:
        await fake.hang_up()
        await runner.cleanup()


@pytest.fixture(scope="session")
def bundle() -> None:
    """The console, built from the sources as they are now."""
    hatch_build.build()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(bundle: None) -> AsyncIterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "these tests need a browser: apt-get install chromium (or Google Chrome)"
    async with async_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=program, args=[*QUIET, *root])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[FakePhones]:
    fake = FakePhones()
    async with serving(fake):
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[FakeDesk]:
    desk = FakeDesk()
    async with serving(desk):
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def enter(desk: FakeDesk, open_page: OpenPage) -> Enter:
    """`await enter("ana", …)`: the inbox, with that agent logged in; the rest as for `open_page`."""

    async def enter(user: str = "ana", ticket: str = "", **how: Any) -> Page:
        wanted = f"/console/inbox?ticket={ticket}" if ticket else "/console/inbox"
        page = await open_page(f"{desk.url}/console/login?next={quote(wanted)}", **how)
        await page.locator("[name=username]").fill(user)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_role("tablist").or_(page.get_by_role("log")).first.wait_for()
        return page

    return enter


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, fake: FakePhones) -> AsyncIterator[OpenPage]:
    """`await open_page(url, locale=…, size=…, scheme=…, touch=…)`. The test fails on any error or CSP violation
    that a page logs, but for those that contain one of `expected`. Asks for `fake` so that pages close before their
    server does."""
    errors: list[str] = []
    contexts = []

    async def open_one(
        url: str,
        *,
        locale: str = "es-MX",
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        touch: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme=scheme,  # type: ignore[arg-type]
            has_touch=touch,
            is_mobile=touch,
            reduced_motion="reduce",
            timezone_id="America/Mexico_City",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()

        def note(text: str) -> None:
            if not any(part in text for part in expected):
                errors.append(text)

        page.on("console", lambda said: note(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        await page.goto(url)
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert errors == []
