"""`kill -9` in the middle of a campaign: everybody gets it once, or the campaign says that it does not know."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from bot_runtime.campaigns.plans import Wanted
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.secret import store_keys
from bot_runtime.workspace import load_workspace
from tests.business import as_file, business, list_of, recipients
from tests.campaigns.desk import REMINDER, SURVEY, TEMPLATE
from tests.campaigns.recount import of_rows
from tests.runtime.processes import Process, free_port
from tests.runtime.test_conversations import eventually
from tests.servers import write_workspace

pytestmark = pytest.mark.timeout(120)

DOUBTS = 40  # messages that may be on their way at two kills, on a busy machine
BY = "user:ada"
WANTED = Wanted(
    name="Recordatorio de pago",
    channel="whatsapp",
    department="cobranza",
    template="saldo_vencido",
    expects_answer=True,
    wait_s=3_600,
    dialog="recordatorio_pago",
)


@asynccontextmanager
async def beside(server_url: str, workspace: Path) -> AsyncIterator[Campaigns]:
    """The campaigns in the store of a server in another process."""
    loaded = load_workspace(workspace, {}).workspace
    assert loaded is not None
    store = await Store.connect(Settings(store_url=server_url, test_clock=True))
    try:
        yield Campaigns(store, await store_keys(store, loaded.brand, Settings().shards), lambda: loaded)
    finally:
        await store.close()


async def test_kill_9_in_mid_dispatch_twice_sends_to_everybody_once_or_says_unknown(
    fakes: FakeProviders, store: Store, store_settings: Settings, tmp_path: Path
):
    workspace = business(tmp_path / "bot", fakes, 60)
    phones = recipients(fakes, 200)
    fakes.fault("whatsapp", delay_ms=100, count=10_000)  # so that some are always on their way
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    environ = {"BOT_STORE_URL": store_settings.store_url, "BOT_LEASE_S": "1"}
    async with beside(store_settings.store_url, workspace) as campaigns:
        campaign = await campaigns.create(WANTED, as_file(list_of(phones)), BY)
        await campaigns.launch(campaign.id, campaign.messages, BY)
        async with Process(workspace, tmp_path / "data", port, **environ) as server:
            for some in (40, 110):
                await fakes.world.until(lambda some=some: len(fakes.sends()) >= some, 20)
                await server.kill()
                await server.start()
            await fakes.world.until(lambda: len(fakes.sends()) >= len(phones) - DOUBTS, 40)
            await fakes.delivered()
            await server.advance_clock(60)  # what was on its way at a kill is settled once no report can come

            async def ended() -> bool:
                return (await campaigns.get(campaign.id)).state != "sending"

            await eventually(ended, 40)
            await fakes.delivered()
        rows = await campaigns.rows.rows(campaign.id)
        counts = Counter(await campaigns.rows.counts(campaign.id))

    received = {phone.number: len(fakes.received(phone)) for phone in phones}
    assert max(received.values()) == 1
    assert {row.to for row, state in rows if state.s in ("sent", "delivered", "read")} <= {
        number for number, count in received.items() if count
    }
    assert {state.s for row, state in rows if not received[row.to]} <= {"unknown"}
    by_status = Counter(state.s for _, state in rows)
    assert sum(by_status.values()) == len(phones)
    recounted = of_rows(rows)
    assert {name: counts[name] for name in recounted} == recounted
    assert by_status["delivered"] + by_status["sent"] >= len(phones) - DOUBTS


async def test_kill_9_while_rows_wait_for_busy_contacts_loses_none_and_sends_each_once(
    fakes: FakeProviders, store: Store, store_settings: Settings, tmp_path: Path
):
    workspace = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER, "survey": SURVEY})
    (workspace / "templates").mkdir()
    (workspace / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = yaml.safe_load((workspace / "bot.yaml").read_text())
    bot["channels"]["whatsapp"]["default_country"] = "MX"
    more = {"default_dialog": "survey", "departments": {"sales": {"title": "Sales"}}}
    (workspace / "bot.yaml").write_text(yaml.safe_dump(bot | more))
    loaded = load_workspace(workspace, {}).workspace
    assert loaded is not None
    for account, known in zip(fakes.accounts, accounts_of(loaded), strict=True):
        account.templates = known.templates
    phones = [fakes.phone(f"Persona {number}") for number in range(24)]
    talking, names = phones[:8], "\n".join(f"{phone.number},{phone.name}" for phone in phones)
    wanted = Wanted(
        name="Bills",
        channel="whatsapp",
        department=None,
        template="due",
        expects_answer=True,
        wait_s=3_600,
        busy="queue",
    )
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    environ = {"BOT_STORE_URL": store_settings.store_url, "BOT_LEASE_S": "1"}

    def bills() -> list[int]:
        return [sum(message.template == "due" for message in fakes.received(phone)) for phone in phones]

    async with (
        beside(store_settings.store_url, workspace) as campaigns,
        Process(workspace, tmp_path / "data", port, **environ) as server,
    ):

        async def waiting(count: int) -> bool:
            return (await campaigns.rows.counts(campaign.id)).get("b:waiting", 0) == count

        for phone in talking:
            fakes.say(phone, "hola")
        await fakes.world.until(lambda: all(fakes.received(phone) for phone in talking), 20)
        campaign = await campaigns.create(wanted, f"phone,name\n{names}".encode(), BY)
        await campaigns.launch(campaign.id, campaign.messages, BY)
        await fakes.world.until(lambda: sum(bills()) == 16, 20)
        assert await eventually(lambda: waiting(8), 20)
        await server.kill()
        await server.start()
        for said in ("sí", "sí", "1"):
            heard = [(phone, len(fakes.received(phone))) for phone in talking]
            for phone in talking:
                fakes.say(phone, said)
            await fakes.world.until(lambda heard=heard: all(len(fakes.received(p)) > n for p, n in heard), 20)
        await server.kill()
        await server.start()
        fakes.fault("whatsapp", delay_ms=200, count=100)  # so that some are on their way at the kill
        await server.advance_clock(61)
        await fakes.world.until(lambda: sum(bills()) >= 18, 20)
        await server.kill()
        await server.start()
        assert await eventually(lambda: settled(campaigns, campaign.id), 40)
        await fakes.delivered()
        counts, rows = await campaigns.rows.counts(campaign.id), await campaigns.rows.rows(campaign.id)

    assert max(bills()) == 1
    assert {state.s for (_, state), got in zip(rows, bills(), strict=True) if not got} <= {"unknown"}
    assert (counts["b:queued"], counts.get("b:waiting", 0), counts["skipped"]) == (8, 0, 0)


async def settled(campaigns: Campaigns, campaign_id: str) -> bool:
    counts = await campaigns.rows.counts(campaign_id)
    return not counts["pending"] and not counts["queued"]
