"""`template` against the fake provider, over the real wire format."""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from bot_runtime.devtools.accounts import Template
from bot_runtime.devtools.simulate import FakeProviders
from tests.campaigns.desk import REMINDER, TEMPLATE
from tests.cli.authors import run
from tests.servers import write_workspace


@pytest.fixture
def workspace(tmp_path: Path, fakes: FakeProviders, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_STORE_URL", valkey_url)
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER})
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = (root / "bot.yaml").read_text().replace("brand: test", f"brand: test{uuid.uuid4().hex[:8]}")
    (root / "bot.yaml").write_text(bot + "departments: { sales: { title: Sales } }\n")
    return root


async def template(*words: object, code: int = 0) -> Any:
    result = await asyncio.to_thread(run, "template", *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def statuses(found: Any) -> set[tuple[str, str, str]]:
    return {(one["channel"], one["name"], one["status"]) for one in found}


def listed(name: str, status: str) -> Template:
    body = {"type": "BODY", "text": "Hello {{1}}, your bill is due."}
    return Template(name=name, language="en", status=status, components=[body])


async def test_the_file_counts_until_the_provider_was_asked(workspace: Path, fakes: FakeProviders):
    assert statuses(await template("list", workspace)) == {
        ("whatsapp", "due", "approved"),
        ("sms", "due", "approved"),
    }
    fakes.accounts[0].templates = [listed("due", "PAUSED"), listed("other", "APPROVED")]
    found = await template("sync", workspace, code=1)
    assert statuses(found) == {("whatsapp", "due", "paused"), ("whatsapp", "other", "approved")}
    assert statuses(await template("list", workspace)) >= {("whatsapp", "due", "paused"), ("sms", "due", "approved")}
    fakes.accounts[0].templates = [listed("due", "APPROVED")]
    assert statuses(await template("sync", workspace)) == {("whatsapp", "due", "approved")}


async def test_a_template_the_provider_does_not_list_is_missing(workspace: Path, fakes: FakeProviders):
    fakes.accounts[0].templates = []
    assert statuses(await template("sync", workspace, code=1)) == {("whatsapp", "due", "missing")}


async def test_all_pages_are_read(workspace: Path, fakes: FakeProviders):
    fakes.accounts[0].templates = [*(listed(f"t{n}", "APPROVED") for n in range(230)), listed("due", "APPROVED")]
    assert len(await template("sync", workspace)) == 231


async def test_a_provider_that_refuses_changes_nothing_that_was_known(workspace: Path, fakes: FakeProviders):
    fakes.accounts[0].templates = [listed("due", "APPROVED")]
    await template("sync", workspace)
    bot = workspace / "bot.yaml"
    bot.write_text(bot.read_text().replace(fakes.accounts[0].token, "wrong"))
    result = await asyncio.to_thread(run, "template", "sync", workspace)
    assert (result.exit_code, "190" in result.output) == (1, True), result.output
    assert ("whatsapp", "due", "approved") in statuses(await template("list", workspace))


async def test_a_channel_without_a_list_is_said(workspace: Path):
    result = await asyncio.to_thread(run, "template", "sync", workspace, "--channel", "sms")
    assert (result.exit_code, "lists no templates" in result.output) == (1, True)
    unknown = await asyncio.to_thread(run, "template", "sync", workspace, "--channel", "fax")
    assert unknown.exit_code == 2
