"""The parts of the inbox, as an agent names them."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Locator, Page


def rows(page: Page) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("link")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has_text=name)


def said(page: Page) -> Locator:
    return page.get_by_role("log")


def details(page: Page) -> Locator:
    return page.get_by_role("complementary")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


async def reply(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Escribir una respuesta")
    await box.fill(text)
    await box.press("Enter")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the desk is asked by a browser
            await asyncio.sleep(0.01)
