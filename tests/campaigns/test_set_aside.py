"""Who of a list would get nothing: counted before a launch, and what follows when it is everybody (D34)."""

from datetime import date, time

import pytest

from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.words import Refused
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.store.set_aside import AT_ONCE
from tests.campaigns.conftest import Make
from tests.campaigns.making import BY


async def opt_out(store: Store, keys: Keys, campaigns: Campaigns, campaign: Campaign, number: int) -> None:
    """As the turn does that reads their "stop"."""
    found = await campaigns.rows.row(campaign.id, number)
    assert found
    key = keys.contact(ContactId(found[0].contact))
    await store.command("HSET", key, f"out:{campaign.channel}", '{"at":1,"evidence":"stop"}', key=key)


def a_list(count: int) -> bytes:
    return "\n".join(["phone,name,amount", *(f"55{12_000_000 + n},Ana,100" for n in range(count))]).encode()


async def test_who_opted_out_of_this_channel_is_counted_and_the_others_are_sent(
    store: Store, keys: Keys, campaigns: Campaigns, make: Make
):
    here, there = await make(), await make(channel="sms")
    assert await campaigns.set_aside(here) == {"left": 2, "opt_out": 0}
    await opt_out(store, keys, campaigns, here, 2)
    assert await campaigns.set_aside(here) == {"left": 1, "opt_out": 1}
    assert await campaigns.set_aside(there) == {"left": 2, "opt_out": 0}
    assert (await campaigns.launch(here.id, 2, BY)).state == "sending"


async def test_every_row_is_counted_once_however_many_scripts_it_takes(
    store: Store, keys: Keys, campaigns: Campaigns, make: Make
):
    rows = 8 * AT_ONCE + 100  # more than one script for the shards that got more than their part
    campaign = await make(a_list(rows))
    for number in (2, 3, rows + 1):
        await opt_out(store, keys, campaigns, campaign, number)
    assert await campaigns.set_aside(campaign) == {"left": rows - 3, "opt_out": 3}


async def test_a_row_of_a_repeated_phone_is_a_message_of_its_own(
    store: Store, keys: Keys, campaigns: Campaigns, make: Make
):
    campaign = await make(
        b"phone,name,amount\n5512345678,Ana,1\n5512345678,Ana,2\n5587654321,Eva,3\n", allow_repeats=True
    )
    await opt_out(store, keys, campaigns, campaign, 3)
    assert await campaigns.set_aside(campaign) == {"left": 1, "opt_out": 2}


@pytest.mark.parametrize("how", ["launch", "schedule"])
async def test_a_campaign_that_nobody_would_get_is_not_sent(
    how: str, store: Store, keys: Keys, campaigns: Campaigns, make: Make
):
    campaign = await make()
    for number in (2, 3):
        await opt_out(store, keys, campaigns, campaign, number)
    if how == "launch":
        asked = campaigns.launch(campaign.id, 2, BY)
    else:
        asked = campaigns.schedule(campaign.id, date(2099, 1, 1), time(9), "UTC", BY)
    with pytest.raises(Refused) as refused:
        await asked
    assert (refused.value.code, refused.value.status) == ("nobody_left", 409)
    assert refused.value.facts["set_aside"] == {"opt_out": 2}
    assert "se dio de baja: 2" in refused.value.message("es")
    assert "opted out: 2" in refused.value.message("en")
    assert (await campaigns.get(campaign.id)).state == "loaded"


async def test_a_scheduled_one_that_nobody_would_get_any_more_waits_for_a_person(
    store: Store, keys: Keys, campaigns: Campaigns, schedule: Schedule, make: Make
):
    campaign = await make()
    await campaigns.schedule(campaign.id, date(2099, 1, 1), time(9), "UTC", BY)
    for number in (2, 3):
        await opt_out(store, keys, campaigns, campaign, number)
    due = (await campaigns.get(campaign.id)).scheduled_at
    await store.clock.advance((due - store.clock.now_ms()) / 1000 + 1)
    await schedule.tick()
    held = await campaigns.get(campaign.id)
    assert (held.state, held.cause, held.sent_at) == ("paused", "nobody_left", 0)
