"""What managers see of a level: the plan before a launch, how many wait and until when; and all leave (F140-F142)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot_runtime.app import Server
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from tests.campaigns.desk import REMINDER, TEMPLATE
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace
from tests.web.people import Browser, add_user
from tests.web.test_campaigns import Manager, a_list, later

DAY_S = 86_400


@pytest.fixture
async def office(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER}, messages_per_s=1_000)
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["departments"] = {"sales": {"title": "Sales"}}
    bot["channels"]["whatsapp"]["limits"] |= {"levels": [2]}
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start_server(root)
    for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
        account.templates = known.templates
    await add_user(server, "ada", "administrator", ())
    return server


@pytest.fixture
async def ada(office: Server) -> AsyncIterator[Manager]:
    async with Browser(office) as browser:
        assert (await browser.log_in("ada")).status == 200
        yield Manager(browser)


async def test_a_campaign_larger_than_the_level_is_planned_waits_and_leaves_in_order(
    office: Server, fakes: FakeProviders, ada: Manager
):
    phones = [fakes.phone(f"Contact {n}") for n in range(7)]
    informative = {"expects_answer": False, "wait_s": 0, "dialog": None}
    first = (await ada.create(a_list(phones[:3], "phone,name,other"), **informative)).body["campaign"]["id"]
    second = (await ada.create(a_list(phones[3:], "phone,name,other"), name="B", **informative)).body["campaign"]["id"]

    plan = await ada.get(f"/{first}/plan")
    assert (plan["messages"], plan["limit"], plan["reported"], plan["free"], plan["ahead"]) == (3, 2, False, 2, 0)
    assert (plan["today"], [day["messages"] for day in plan["days"]], plan["left_over"]) == (2, [2, 1], 0)
    assert "2 contacts in 24 hours" in plan["advice"]
    assert (await ada.act(first, "launch", confirm=3)).status == 200
    assert await eventually(lambda: reached(fakes, 2))
    plan = await ada.get(f"/{second}/plan")
    assert (plan["ahead"], plan["used"], plan["today"]) == (1, 2, 0)
    assert [day["messages"] for day in plan["days"]] == [1, 2, 1]  # the older one's last goes first
    assert (await ada.act(second, "launch", confirm=4)).status == 200

    async def waits(campaign: str, many: int) -> bool:
        seen = await ada.get(f"/{campaign}")
        return bool(seen["waiting"] == many and (seen["waits_until"] is not None) == (many > 0))

    for of_first, of_second, reach in ((1, 4, 2), (0, 3, 4), (0, 1, 6), (0, 0, 7)):
        assert await eventually(lambda reach=reach: reached(fakes, reach))
        assert await eventually(lambda many=of_first: waits(first, many))
        assert await eventually(lambda many=of_second: waits(second, many))
        assert await reached(fakes, reach)
        await later(office, ada, DAY_S)
    assert [len(fakes.received(phone)) for phone in phones] == [1] * 7
    assert await eventually(lambda: delivered(ada, second, 4))


async def reached(fakes: FakeProviders, many: int) -> bool:
    return sum(len(fakes.received(phone)) for phone in fakes.world.phones.values()) == many


async def delivered(ada: Manager, campaign: str, many: int) -> bool:
    return bool((await ada.get(f"/{campaign}"))["counts"]["delivered"] == many)


async def test_a_cancelled_campaign_waits_for_nothing(office: Server, fakes: FakeProviders, ada: Manager):
    phones = [fakes.phone(f"Contact {n}") for n in range(4)]
    informative = {"expects_answer": False, "wait_s": 0, "dialog": None}
    made = (await ada.create(a_list(phones, "phone,name,other"), **informative)).body["campaign"]["id"]
    await ada.act(made, "launch", confirm=4)
    assert await eventually(lambda: reached(fakes, 2))
    assert (await ada.act(made, "cancel")).status == 200
    await later(office, ada, DAY_S)

    seen = await ada.get(f"/{made}")
    assert (seen["state"], seen["waiting"], seen["counts"]["cancelled"]) == ("cancelled", 0, 2)
    assert await reached(fakes, 2)
