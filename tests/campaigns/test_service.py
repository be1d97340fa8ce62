"""Campaigns made from lists, edited, launched and ended, on a real store."""

import asyncio
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bot_runtime.campaigns.machine import DuplicateFrom
from bot_runtime.campaigns.plans import Change
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.campaigns.record import Campaign, Sms
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns, ListNotTaken, WrongState, warnings
from bot_runtime.campaigns.words import Refused
from bot_runtime.channels.base import ListedTemplate
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace, load_workspace
from tests.campaigns.conftest import Make
from tests.campaigns.making import BOT, BY, DUE, GOOD, WANTED, WRONG, pending, reload, settle_all

# Making


async def test_a_right_list_is_loaded_with_all_that_its_rows_bring(campaigns: Campaigns, make: Make):
    campaign = await make()
    assert (campaign.state, campaign.contacts, campaign.language) == ("loaded", 2, "en")
    (first, _), (second, state) = await campaigns.rows.rows(campaign.id)
    assert (first.number, first.address, first.to) == (2, "tel:+525512345678", "+525512345678")
    assert second.parameters == ("Luis", "200")
    assert second.given == {"name": "Luis", "amount": "200"}
    assert second.metadata == {"branch": "south"}
    assert state.s == "pending"


async def test_a_column_of_languages_says_what_each_row_is_spoken_to_in(campaigns: Campaigns, make: Make):
    """F023"""
    listed = b"phone,name,amount,Idioma\n5512345678,Ana,100,Ingl\xc3\xa9s\n5587654321,Luis,200,klingon\n"
    campaign = await make(listed)
    (first, _), (second, _) = await campaigns.rows.rows(campaign.id)
    assert first.given == {"name": "Ana", "amount": "100", "language": "en"}
    assert second.given == {"name": "Luis", "amount": "200"}


async def test_wrong_rows_make_it_invalid_and_are_listed(campaigns: Campaigns, make: Make):
    campaign = await make(WRONG)
    assert (campaign.state, campaign.contacts) == ("invalid", 3)
    problems = await campaigns.records.problems(campaign.id)
    assert [(fault.row, fault.letter, fault.code) for fault in problems.faults] == [
        (3, "A", "phone_characters"),
        (4, "A", "phone_length"),
    ]
    assert problems.total == 2
    assert await pending(campaigns, campaign) == 0
    with pytest.raises(WrongState):
        await campaigns.launch(campaign.id, 3, BY)


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"phone,name,amount\n",
        b"phone,name,amount\n5512345678,Ana,\n",  # a missing cell
        b"phone,name,amount\n5512345678,Ana,1\n+52 55 1234 5678,Luis,2\n",  # a repeated phone
        b"phone,name,amount,Member\n5512345678,Ana,1,maybe\n",  # not of its metadata's type
    ],
)
async def test_a_refused_list_leaves_nothing_behind(campaigns: Campaigns, make: Make, contents: bytes):
    with pytest.raises(ListRefused):
        await make(contents)
    assert await campaigns.records.ids() == []


async def test_a_metadata_conflict_tells_what_each_column_was_taken_for(make: Make):
    with pytest.raises(ListNotTaken) as refused:
        await make(b"phone,name,amount,Member\n5512345678,Ana,1,maybe\n")
    assert [(one.column, one.use, one.metadata) for one in refused.value.columns] == [
        ("A", "phone", None),
        ("B", "parameter", None),
        ("C", "parameter", None),
        ("D", "variable", "member"),
    ]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "  "}, "name", "name"),
        ({"name": "x" * 121}, "name", "name"),
        ({"channel": "fax"}, "unknown_channel", "channel"),
        ({"department": "fax"}, "unknown_department", "department"),
        ({"template": "fax"}, "unknown_template", "template"),
        ({"language": "fr"}, "unknown_template", "template"),
        ({"dialog": "fax"}, "unknown_dialog", "dialog"),
        ({"wait_s": None}, "wait_missing", "wait_s"),
        ({"wait_s": 90}, "wait_range", "wait_s"),  # whole minutes
        ({"wait_s": 86_460}, "wait_range", "wait_s"),
        ({"wait_s": -60}, "wait_range", "wait_s"),
        ({"expects_answer": False, "wait_s": None}, "bot_informative", "dialog"),
        ({"expects_answer": False, "dialog": None}, "wait_informative", "wait_s"),
    ],
)
async def test_a_choice_that_cannot_be_is_refused_with_its_field(
    campaigns: Campaigns, make: Make, changes: dict[str, Any], code: str, field: str
):
    with pytest.raises(Refused) as refused:
        await make(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.message("es") != refused.value.message("en")
    assert await campaigns.records.ids() == []


@pytest.mark.parametrize("wait_s", [0, 60, 86_400])
async def test_a_wait_is_0_to_24_hours_both_ends_in(make: Make, wait_s: int):
    assert (await make(wait_s=wait_s)).wait_s == wait_s


async def test_the_same_request_twice_makes_one_campaign(campaigns: Campaigns):
    first = await campaigns.create(WANTED, GOOD, BY, once="0123456789abcdef")
    again = await campaigns.create(WANTED, GOOD, BY, once="0123456789abcdef")
    assert first == again
    assert len(await campaigns.records.ids()) == 1
    assert await pending(campaigns, first) == 2


async def test_making_one_while_others_are_active_warns_and_goes_on(campaigns: Campaigns, make: Make):
    first = await make()
    assert warnings(await campaigns.active(), "en") == []
    await campaigns.launch(first.id, 2, BY)
    second = await make(name="Another")
    (warning,) = warnings(await campaigns.active(but=second.id), "en")
    assert warning["message"] == "Other campaigns are active: Overdue in March"


# Editing


async def test_a_mended_list_makes_an_invalid_campaign_loaded(campaigns: Campaigns, make: Make):
    campaign = await make(WRONG)
    mended = await campaigns.edit(campaign.id, Change(), BY, contents=GOOD)
    assert (mended.state, mended.contacts, mended.id) == ("loaded", 2, campaign.id)
    assert (await campaigns.records.problems(campaign.id)).total == 0


async def test_going_on_without_the_wrong_rows_is_an_edit_that_drops_them(campaigns: Campaigns, make: Make):
    campaign = await make(WRONG)
    mended = await campaigns.edit(campaign.id, Change(skip_wrong=True), BY)
    assert (mended.state, mended.contacts, mended.dropped) == ("loaded", 1, 2)
    assert await pending(campaigns, campaign) == 1
    renamed = await campaigns.edit(campaign.id, Change(name="Other"), BY)
    assert (renamed.state, renamed.dropped) == ("loaded", 2)  # the same list, and the same choice


async def test_a_refused_edit_changes_nothing(campaigns: Campaigns, make: Make):
    campaign = await make()
    with pytest.raises(ListRefused):
        await campaigns.edit(campaign.id, Change(), BY, contents=b"phone\n")
    with pytest.raises(Refused):
        await campaigns.edit(campaign.id, Change(channel="fax"), BY)
    assert await campaigns.get(campaign.id) == campaign
    assert await pending(campaigns, campaign) == 2


async def test_switching_to_informative_without_removing_the_bot_is_refused(campaigns: Campaigns, make: Make):
    campaign = await make()
    with pytest.raises(Refused):
        await campaigns.edit(campaign.id, Change(expects_answer=False, wait_s=None), BY)
    done = await campaigns.edit(campaign.id, Change(expects_answer=False, wait_s=None, dialog=None), BY)
    assert (done.expects_answer, done.dialog, done.wait_s) == (False, "", 0)


async def test_a_scheduled_campaign_that_is_edited_has_to_be_scheduled_again(campaigns: Campaigns, make: Make):
    campaign = await make()
    await campaigns.schedule(campaign.id, date(2099, 1, 1), time(9), "America/Mexico_City", BY)
    edited = await campaigns.edit(campaign.id, Change(name="Other"), BY)
    assert (edited.state, edited.scheduled_at, edited.name) == ("loaded", 0, "Other")


async def test_a_scheduled_campaign_does_not_fire_once_somebody_began_to_edit_it(campaigns: Campaigns, make: Make):
    campaign = await make()
    await campaigns.schedule(campaign.id, date(2099, 1, 1), time(9), "America/Mexico_City", BY)
    begun = await campaigns.begin_edit(campaign.id, BY)
    assert (begun.state, begun.scheduled_at) == ("draft", 0)
    assert (await campaigns.begin_edit(campaign.id, BY)).rev == begun.rev  # asked twice: nothing more
    edited = await campaigns.edit(campaign.id, Change(name="Other"), BY)
    assert (edited.state, edited.contacts) == ("loaded", campaign.contacts)


async def test_a_schedule_is_read_by_the_clock_of_the_workspace_unless_it_names_one(
    campaigns: Campaigns, make: Make, workspace: dict[str, Workspace], tmp_path: Path
):
    (tmp_path / "bot.yaml").write_text(BOT + "time_zone: America/Mexico_City\n")
    workspace["now"] = reload(tmp_path)
    campaign = await make()
    scheduled = await campaigns.schedule(campaign.id, date(2099, 3, 15), time(9, 30), "", BY)
    assert (scheduled.zone, scheduled.scheduled_at) == ("America/Mexico_City", 4_077_271_800_000)
    (tmp_path / "bot.yaml").write_text(BOT + "time_zone: Mexico\n")
    (problem,) = load_workspace(tmp_path, {}).problems
    assert "unknown time zone 'Mexico'" in problem.line("en")


# Launching


async def test_a_launch_confirms_the_number_of_messages_and_a_second_press_launches_nothing(
    campaigns: Campaigns, make: Make
):
    campaign = await make()
    with pytest.raises(Refused, match="has 2 messages, not 3"):
        await campaigns.launch(campaign.id, 3, BY)
    launched = await campaigns.launch(campaign.id, 2, BY)
    assert (launched.state, launched.planned) == ("sending", 2)
    with pytest.raises(WrongState) as again:
        await campaigns.launch(campaign.id, 2, BY)
    assert (again.value.state, again.value.states) == ("sending", ["loaded"])
    assert "pause" in again.value.allowed


async def test_a_template_that_changed_or_is_not_approved_is_not_sent(
    campaigns: Campaigns, make: Make, workspace: dict[str, Workspace], tmp_path: Path
):
    campaign = await make()
    (tmp_path / "templates" / "due.yaml").write_text(DUE.replace("you owe", "you still owe"))
    workspace["now"] = reload(tmp_path)
    with pytest.raises(Refused, match="changed since"):
        await campaigns.launch(campaign.id, 2, BY)
    (tmp_path / "templates" / "due.yaml").write_text(DUE + "status: paused\n")
    workspace["now"] = reload(tmp_path)
    with pytest.raises(Refused, match="is paused, not approved"):
        await campaigns.launch(campaign.id, 2, BY)


async def test_once_synced_the_provider_says_what_is_approved(campaigns: Campaigns, make: Make):
    campaign = await make()
    await campaigns.catalogue.save("whatsapp", [ListedTemplate("due", "en", "rejected")])
    with pytest.raises(Refused, match="is rejected"):
        await campaigns.launch(campaign.id, 2, BY)
    assert (await make()).state == "invalid"
    await campaigns.catalogue.save("whatsapp", [])
    with pytest.raises(Refused, match="is missing"):
        await campaigns.launch(campaign.id, 2, BY)
    assert (await make(channel="sms")).state == "loaded"  # that channel was never synced
    await campaigns.catalogue.save("whatsapp", [ListedTemplate("due", "en", "approved")])
    assert (await campaigns.launch(campaign.id, 2, BY)).state == "sending"


async def test_cancelling_settles_what_did_not_leave(campaigns: Campaigns, make: Make):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await campaigns.pause(campaign.id, BY)
    cancelled = await campaigns.cancel(campaign.id, BY)
    assert cancelled.state == "cancelled"
    assert (await campaigns.rows.counts(campaign.id))["cancelled"] == 2


async def test_two_who_act_at_once_are_one_change(campaigns: Campaigns, make: Make):
    campaign = await make()
    both = [campaigns.launch(campaign.id, 2, BY) for _ in range(5)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(outcome, Campaign) for outcome in outcomes) == 1
    audit = await campaigns.records.audit(campaign.id)
    assert [line["what"] for line in audit] == ["created", "pass", "launch"]
    assert audit[-1]["by"] == BY


# Names and marks


async def test_a_deleted_campaign_is_gone_with_its_list(campaigns: Campaigns, make: Make):
    campaign = await make()
    await campaigns.delete(campaign.id, BY)
    with pytest.raises(Refused) as gone:
        await campaigns.get(campaign.id)
    assert gone.value.status == 404
    assert await campaigns.rows.rows(campaign.id) == []
    assert await campaigns.records.kept(campaign.id, f"sheet:{campaign.sheet}") is None


@pytest.mark.parametrize(
    ("widened", "able"),
    [("completed", []), ("ended", ["cancelled"]), ("any", ["loaded", "cancelled", "invalid"])],
)
async def test_a_deployment_may_widen_what_can_be_copied(
    widened: DuplicateFrom, able: list[str], store: Store, keys: Keys, workspace: dict[str, Workspace]
):
    campaigns = Campaigns(store, keys, lambda: workspace["now"], widened)
    loaded = await campaigns.create(WANTED, GOOD, BY)
    cancelled = await campaigns.create(WANTED, GOOD, BY)
    await campaigns.launch(cancelled.id, 2, BY)
    await campaigns.cancel(cancelled.id, BY)
    invalid = await campaigns.create(WANTED, WRONG, BY)
    copies = {}
    for one in (loaded, cancelled, invalid):
        state = (await campaigns.get(one.id)).state
        try:
            copies[state] = (await campaigns.duplicate(one.id, BY)).state
        except WrongState:
            continue
    assert list(copies) == able
    assert copies == {state: "invalid" if state == "invalid" else "loaded" for state in able}


async def test_what_an_sms_campaign_costs_is_known_before_it_goes(campaigns: Campaigns, make: Make):
    long = "x" * 140
    contents = f"phone,name,amount\n5512345678,Ana,100\n5587654321,{long},200\n5511112222,í,300\n".encode()

    campaign = await make(contents, channel="sms")
    # "Hello Ana, you owe 100." is one part; with 140 letters it is two, and over the 149; "í" takes UCS-2, still one.
    assert campaign.sms == Sms(parts=4, most=2, over_budget=1)
    assert (await make()).sms is None


async def test_a_copy_has_the_content_and_none_of_the_results(campaigns: Campaigns, make: Make, schedule: Schedule):
    campaign = await make(WRONG)
    campaign = await campaigns.edit(campaign.id, Change(skip_wrong=True), BY)
    await campaigns.launch(campaign.id, 1, BY)
    with pytest.raises(WrongState):
        await campaigns.duplicate(campaign.id, BY)
    await settle_all(campaigns, campaign, "sent")
    await schedule.tick()
    copy = await campaigns.duplicate(campaign.id, BY, "es")
    assert (copy.name, copy.state, copy.contacts) == ("Overdue in March (copia)", "loaded", 1)
    assert (copy.sent_at, copy.planned, copy.links, copy.dialog) == (0, 0, campaign.links, "reminder")
    renamed = await campaigns.rename(campaign.id, "March, first try", BY)
    assert renamed.name == "March, first try"
    archived = await campaigns.archive(campaign.id, BY)
    assert archived.archived
    assert not (await campaigns.restore(campaign.id, BY)).archived
