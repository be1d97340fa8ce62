"""When campaigns launch and end by themselves: local times, late servers, late reports, processes that died."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from msgspec import structs

from bot_runtime.campaigns.plans import moment
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.schedule import RECOUNT_MS, RETRY_MS, Schedule
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.words import Refused
from bot_runtime.store.connection import Store
from bot_runtime.workspace import Workspace
from tests.campaigns.conftest import Make
from tests.campaigns.making import BY, DUE, GOOD, pending, reload, settle_all

NOW = datetime(2026, 3, 1, 15, 0, 30, tzinfo=UTC)
HOUR_S = 3600


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        ("2026-03-15", "09:30", "America/Mexico_City", "2026-03-15T15:30"),
        ("2026-03-29", "02:30", "Europe/Madrid", "2026-03-29T01:30"),  # skipped: 03:30, by the gap
        ("2026-10-25", "02:30", "Europe/Madrid", "2026-10-25T00:30"),  # twice: the first
        ("2026-04-05", "01:40", "Australia/Lord_Howe", "2026-04-04T14:40"),  # a change of half an hour
        ("2026-03-01", "15:01", "UTC", "2026-03-01T15:01"),  # the next minute is early enough
    ],
)
def test_a_local_time_is_one_moment(day: str, at: str, zone: str, utc: str):
    meant = moment(date.fromisoformat(day), time.fromisoformat(at), zone, NOW)
    assert meant.isoformat(timespec="minutes") == f"{utc}+00:00"


@pytest.mark.parametrize(
    ("day", "at", "zone", "code"),
    [
        ("2026-03-01", "15:00", "UTC", "past"),  # the current minute
        ("2026-02-28", "15:01", "UTC", "past"),
        ("2026-03-01", "09:00", "America/Mexico_City", "past"),
        ("2026-03-02", "09:00", "Mexico", "unknown_zone"),
        ("2026-03-02", "09:00", "../../etc/passwd", "unknown_zone"),
        ("2026-03-02", "09:00", "", "unknown_zone"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(day: str, at: str, zone: str, code: str):
    with pytest.raises(Refused) as refused:
        moment(date.fromisoformat(day), time.fromisoformat(at), zone, NOW)
    assert refused.value.code == code


async def scheduled(campaigns: Campaigns, campaign: Campaign, hours: int) -> Campaign:
    due = datetime.fromtimestamp(campaigns.clock.now_s() + hours * HOUR_S, UTC)
    return await campaigns.schedule(campaign.id, due.date(), due.time(), "UTC", BY)


async def test_a_scheduled_campaign_launches_at_its_time_once(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule
):
    campaign = await scheduled(campaigns, await make(), 2)
    assert await schedule.due_campaigns() == []
    await store.advance_clock(2 * HOUR_S)
    others = [Schedule(campaigns) for _ in range(4)]
    for one in others:
        await one.tick()
    (sending,) = await schedule.due_campaigns()
    assert (sending.state, sending.planned) == ("sending", 2)
    audit = await campaigns.records.audit(campaign.id)
    assert [line["what"] for line in audit].count("fall_due") == 1
    (plan,) = await schedule.sending()
    assert (plan.campaign, plan.payloads, plan.wait_s, plan.informative) == (campaign.id, ("PAY",), 3600, False)


@pytest.mark.parametrize(("hours_late", "becomes", "cause"), [(5, "sending", ""), (6, "paused", "late")])
async def test_a_server_that_comes_back_launches_within_six_hours(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule, hours_late: int, becomes: str, cause: str
):
    campaign = await scheduled(campaigns, await make(), 2)
    await store.advance_clock((2 + hours_late) * HOUR_S)
    await schedule.tick()
    after = await campaigns.get(campaign.id)
    assert (after.state, after.cause) == (becomes, cause)
    if becomes == "paused":
        resumed = await campaigns.resume(campaign.id, BY)
        assert (resumed.state, resumed.planned, resumed.cause) == ("sending", 2, "")
        assert resumed.sent_at > 0


async def test_one_whose_template_changed_waits_for_a_person_with_the_cause(
    store: Store,
    campaigns: Campaigns,
    make: Make,
    schedule: Schedule,
    workspace: dict[str, Workspace],
    tmp_path: Path,
):
    campaign = await scheduled(campaigns, await make(), 2)
    (tmp_path / "templates" / "due.yaml").write_text(DUE + "status: rejected\n")
    workspace["now"] = reload(tmp_path)
    await store.advance_clock(2 * HOUR_S)
    await schedule.tick()
    after = await campaigns.get(campaign.id)
    assert (after.state, after.cause, await pending(campaigns, campaign)) == ("paused", "template_status", 2)
    with pytest.raises(Refused):
        await campaigns.resume(campaign.id, BY)


@pytest.mark.parametrize(
    ("now", "cause"),
    [
        (DUE + "status: paused\n", "template_status"),
        (DUE.replace("you owe", "please pay"), "template_changed"),
    ],
)
async def test_one_whose_template_fails_while_it_sends_stops_and_goes_on_by_itself(
    store: Store,
    campaigns: Campaigns,
    make: Make,
    schedule: Schedule,
    workspace: dict[str, Workspace],
    tmp_path: Path,
    now: str,
    cause: str,
):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await schedule.tick()
    (tmp_path / "templates" / "due.yaml").write_text(now)
    workspace["now"] = reload(tmp_path)

    await schedule.tick()
    after = await campaigns.get(campaign.id)
    assert (after.state, after.cause) == ("paused", cause)
    for _ in range(2):
        await store.advance_clock(RETRY_MS / 1000 + 1)
        await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "paused"  # nothing is better yet
    (tmp_path / "templates" / "due.yaml").write_text(DUE)
    workspace["now"] = reload(tmp_path)
    await store.advance_clock(RETRY_MS / 1000 + 1)
    await schedule.tick()
    after = await campaigns.get(campaign.id)
    assert (after.state, after.cause, await pending(campaigns, after)) == ("sending", "", 2)
    assert [line["what"] for line in await campaigns.records.audit(campaign.id)][-2:] == ["pause", "resume"]


async def test_one_that_a_person_paused_never_goes_on_by_itself(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule
):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await campaigns.pause(campaign.id, BY)
    for _ in range(3):
        await store.advance_clock(RETRY_MS / 1000 + 61)
        await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "paused"


@pytest.mark.parametrize(("hours", "becomes"), [(1, "sending"), (7, "paused")])
async def test_a_scheduled_one_held_back_by_its_template_still_goes_within_six_hours(
    store: Store,
    campaigns: Campaigns,
    make: Make,
    schedule: Schedule,
    workspace: dict[str, Workspace],
    tmp_path: Path,
    hours: int,
    becomes: str,
):
    campaign = await scheduled(campaigns, await make(), 2)
    (tmp_path / "templates" / "due.yaml").write_text(DUE + "status: pending\n")
    workspace["now"] = reload(tmp_path)
    await store.advance_clock(2 * HOUR_S)
    await schedule.tick()
    (tmp_path / "templates" / "due.yaml").write_text(DUE)
    workspace["now"] = reload(tmp_path)
    await store.advance_clock(hours * HOUR_S)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == becomes


async def test_a_deleted_or_unscheduled_one_never_fires(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule
):
    gone, back = [await scheduled(campaigns, await make(), 2) for _ in range(2)]
    await campaigns.delete(gone.id, BY)
    await campaigns.unschedule(back.id, BY)
    await store.advance_clock(2 * HOUR_S)
    assert await schedule.due_campaigns() == []
    assert (await campaigns.get(back.id)).state == "loaded"
    await store.advance_clock(61)
    await schedule.tick()
    assert await campaigns.records.watched(campaigns.clock.now_ms()) == []  # and nobody looks any more


@pytest.mark.parametrize(
    ("status", "becomes"), [("sent", "completed"), ("failed", "error"), ("skipped", "completed"), ("unknown", "error")]
)
async def test_it_ends_as_its_recipients_say(
    campaigns: Campaigns, make: Make, schedule: Schedule, status: str, becomes: str
):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "sending"
    await settle_all(campaigns, campaign, status)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == becomes


async def test_the_end_is_the_last_send_plus_the_wait_and_the_launch_for_an_informative_one(
    campaigns: Campaigns, make: Make, schedule: Schedule
):
    asking = await make()
    telling = await make(name="News", expects_answer=False, wait_s=None, dialog=None)
    for one in (asking, telling):
        await campaigns.launch(one.id, 2, BY)
        await settle_all(campaigns, one, "sent")  # accepted at 1000 ms
    await schedule.tick()
    assert (await campaigns.get(asking.id)).ends_at == 1000 + 3_600_000
    informative = await campaigns.get(telling.id)
    assert informative.ends_at == informative.sent_at


async def test_a_report_after_the_end_changes_it_and_never_back_to_sending(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule
):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await settle_all(campaigns, campaign, "sent")
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "completed"
    await schedule.tick()
    await settle_all(campaigns, campaign, "failed", was="sent", most=1)
    await store.advance_clock(RECOUNT_MS / 1000 + 1)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "finished_with_errors"
    await settle_all(campaigns, campaign, "failed", was="sent", most=1)
    await store.advance_clock(RECOUNT_MS / 1000 + 1)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "error"


async def test_too_many_refusals_pause_it_once(campaigns: Campaigns, make: Make, schedule: Schedule):
    rows = "".join(f"55{10000000 + n},Contact {n},1\n" for n in range(120))
    campaign = await make(f"phone,name,amount\n{rows}".encode())
    await campaigns.launch(campaign.id, 120, BY)
    await settle_all(campaigns, campaign, "failed", most=10)
    await settle_all(campaigns, campaign, "sent", most=89)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "sending"  # 99 settled: too early to tell
    await settle_all(campaigns, campaign, "sent", most=1)
    await schedule.tick()
    paused = await campaigns.get(campaign.id)
    assert (paused.state, paused.cause) == ("paused", "refusals")
    await campaigns.resume(campaign.id, BY)
    await schedule.tick()
    assert (await campaigns.get(campaign.id)).state == "sending"  # a person looked at it


@pytest.mark.parametrize(
    ("looked_at", "state"), [((200, 900), "paused"), ((900, 1_100), "paused"), ((1_001, 1_100), "sending")]
)
async def test_refusals_pause_only_within_the_first_thousand(
    campaigns: Campaigns, make: Make, schedule: Schedule, looked_at: tuple[int, int], state: str
):
    """Of a fast campaign the thousandth may pass between two looks; a process that comes later judges nothing."""
    rows = "".join(f"55{10000000 + n},Contact {n},1\n" for n in range(1_200))
    campaign = await make(f"phone,name,amount\n{rows}".encode())
    await campaigns.launch(campaign.id, 1_200, BY)
    first, later = looked_at
    await settle_all(campaigns, campaign, "sent", most=first)
    await schedule.tick()
    await settle_all(campaigns, campaign, "failed", most=later - first)
    await schedule.tick()

    assert (await campaigns.get(campaign.id)).state == state


# Processes that died in the middle


async def test_a_validation_cut_short_is_finished_from_the_kept_list(
    store: Store, campaigns: Campaigns, make: Make, schedule: Schedule
):
    campaign = await make()
    cut = await campaigns.records.save(campaign, structs.replace(campaign, state="validating", contacts=0), BY, "save")
    await campaigns.records.watch(campaign.id, campaigns.clock.now_ms())
    await schedule.tick()
    assert (await campaigns.get(campaign.id)) == cut  # whoever does it may still be there
    await store.advance_clock(130)
    await schedule.tick()
    mended = await campaigns.get(campaign.id)
    assert (mended.state, mended.contacts, await pending(campaigns, campaign)) == ("loaded", 2, 2)


async def test_a_pause_or_cancel_cut_short_is_finished(campaigns: Campaigns, make: Make, schedule: Schedule):
    campaign = await make(GOOD)
    sending = await campaigns.launch(campaign.id, 2, BY)
    paused = await campaigns.records.save(sending, structs.replace(sending, state="paused"), BY, "pause")
    await schedule.tick()
    assert await gate(campaigns, campaign) == {b"paused"}
    await campaigns.records.watch(campaign.id, campaigns.clock.now_ms())
    await campaigns.records.save(paused, structs.replace(paused, state="cancelled"), BY, "cancel")
    await schedule.tick()
    assert (await campaigns.rows.counts(campaign.id))["cancelled"] == 2


async def gate(campaigns: Campaigns, campaign: Campaign) -> set[bytes]:
    rows = campaigns.rows
    keys = [rows._keys.campaign_rows(shard, campaign.id, "n") for shard in range(rows._keys.shards)]
    return {await rows._store.command("HGET", key, "gate", key=key) for key in keys}
