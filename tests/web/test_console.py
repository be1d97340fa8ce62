"""How the console's files are served: what browsers may keep, what they may run, and what is no file of ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot_runtime.web.console import add_console


@pytest.fixture
def static(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html>the page")
    (static / "favicon.svg").write_text("<svg/>")
    (static / "assets" / "index-a1b2c3.js").write_text("let a")
    (static / ".built-from").write_text("hash")
    (tmp_path / "secret.js").write_text("no")
    return static


@pytest.fixture
async def client(static: Path) -> AsyncIterator[TestClient]:
    app = web.Application()
    add_console(app, static)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("address", ["/", "/console"])
async def test_short_addresses_lead_to_the_console(client: TestClient, address: str) -> None:
    answer = await client.get(address, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "/console/")


@pytest.mark.parametrize(
    ("address", "status", "content_type", "caching"),
    [
        ("/console/", 200, "text/html", "no-cache"),
        ("/console/phones", 200, "text/html", "no-cache"),
        ("/console/inbox/17", 200, "text/html", "no-cache"),  # the page knows what it is
        ("/console/favicon.svg", 200, "image/svg+xml", "no-cache"),
        ("/console/assets/index-a1b2c3.js", 200, "text/javascript", "public, max-age=31536000, immutable"),
        ("/console/assets/index-old.js", 404, "text/plain", None),  # not the page: it would run as a script
        ("/console/.built-from", 404, "text/plain", None),
        ("/console/..%2fsecret.js", 404, "text/plain", None),
        ("/console/assets/..%2f..%2fsecret.js", 404, "text/plain", None),
        ("/console/%2fetc%2fhosts.js", 404, "text/plain", None),
        ("/console/a%00.js", 404, "text/plain", None),
        ("/console/" + "a" * 300 + ".js", 404, "text/plain", None),  # longer than a name can be
    ],
)
async def test_each_address_has_its_answer(
    client: TestClient, address: str, status: int, content_type: str, caching: str | None
) -> None:
    answer = await client.get(address)
    assert (answer.status, answer.content_type) == (status, content_type)
    assert answer.headers.get("Cache-Control") == caching
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'")
    assert "unsafe" not in policy


async def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = await client.get("/console/")
    again = await client.get("/console/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_without_a_bundle_the_console_says_how_to_build_it(client: TestClient, static: Path) -> None:
    (static / "index.html").unlink()
    answer = await client.get("/console/phones")
    assert answer.status == 503
    assert "python hatch_build.py" in await answer.text()
