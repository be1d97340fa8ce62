"""The campaigns' page, in a browser, against a server that only speaks its API."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.console.campaigns.fake import FakeCampaigns
from tests.console.conftest import OpenPage, serving

REFUSED = ("422", "409", "404", "401", "ERR_CONTENT_LENGTH_MISMATCH")  # what the browser itself logs of a refusal


@pytest_asyncio.fixture(loop_scope="session")
async def fake(browser: Browser) -> AsyncIterator[FakeCampaigns]:
    """In the place of the phones' server: pages close before it does."""
    fake = FakeCampaigns()
    async with serving(fake, "/console/campaigns"):
        yield fake


@pytest.fixture
def open_campaigns(open_page: OpenPage, fake: FakeCampaigns) -> OpenPage:
    """`open_page` at the campaigns; the page asks for phones, which this server has none of."""

    async def open_one(at: str = "", **wishes: object) -> Page:
        wishes.setdefault("expected", REFUSED)
        return await open_page(fake.url + at, **wishes)

    return open_one
