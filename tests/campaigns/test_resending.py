"""The failed ones once more: a campaign of its own, for those whom another try may help."""

import pytest

from bot_runtime.campaigns.plans import Change
from bot_runtime.campaigns.resending import ALONE_MS, may_resend
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns, WrongState
from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.store.campaigns import RowState
from tests.campaigns.conftest import Make
from tests.campaigns.making import BY, settle_all

FOUR = b"""phone,name,amount,Branch
5512345678,Ana,100,north
5587654321,Luis,200,south
5512345678,Ana,300,north
5511112222,Eva,400,west
"""
OVERLOADED, NO_WHATSAPP = "131016", "131026"


@pytest.mark.parametrize(
    ("state", "provider", "may"),
    [
        (RowState(s="failed", e="131000"), "whatsapp", True),  # R: a problem of theirs, tried until it was given up
        (RowState(s="failed", e="131042"), "whatsapp", True),  # A: paid meanwhile
        (RowState(s="failed", e=NO_WHATSAPP), "whatsapp", False),  # N: the number will be as wrong as it was
        (RowState(s="failed", e="131050"), "whatsapp", False),  # O: they don't want it
        (RowState(s="failed", e="21610"), "twilio", False),
        (RowState(s="failed", e="999999"), "whatsapp", False),  # nobody knows what it means
        (RowState(s="failed", e="parameter_empty"), "whatsapp", False),
        (RowState(s="failed", e="dead_letter"), "whatsapp", True),
        (RowState(s="expired"), "whatsapp", True),
    ],
)
def test_the_reason_decides_whether_it_may_be_sent_again(state: RowState, provider: str, may: bool):
    assert may_resend(state, provider, 0) is may


def test_who_is_to_be_left_alone_is_for_a_day():
    state = RowState(s="failed", e="131049", f=1_000)
    assert not may_resend(state, "whatsapp", 1_000 + ALONE_MS - 1)
    assert may_resend(state, "whatsapp", 1_000 + ALONE_MS)


async def test_the_failed_ones_become_a_loaded_campaign_with_their_rows_as_they_were(
    campaigns: Campaigns, make: Make, schedule: Schedule
):
    late = LateAnswers(policy="new", within_h=2)
    campaign = await make(FOUR, allow_repeats=True, late=late, busy="queue")
    await campaigns.launch(campaign.id, 4, BY)
    with pytest.raises(WrongState):
        await campaigns.resend(campaign.id, BY)
    await settle_all(campaigns, campaign, "sent", most=1)
    await settle_all(campaigns, campaign, "failed", most=2, code=OVERLOADED)
    await settle_all(campaigns, campaign, "failed", code=NO_WHATSAPP)
    await schedule.tick()

    again = await campaigns.resend(campaign.id, BY, "es")
    assert (again.name, again.state) == ("Overdue in March (reenvío)", "loaded")
    assert (again.contacts, again.messages, again.dropped) == (2, 2, 1)
    assert (again.late, again.busy) == (late, "queue")
    assert (again.sent_at, again.planned, again.dialog, again.wait_s) == (0, 0, "reminder", 3600)
    before = {row.number: row for row, _ in await campaigns.rows.rows(campaign.id)}
    after = [row for row, _ in await campaigns.rows.rows(again.id)]
    assert [row.number for row in after] == [3, 4]
    for row in after:
        was = before[row.number]
        assert (row.to, row.parameters, row.metadata, row.given) == (was.to, was.parameters, was.metadata, was.given)
        assert row.first == 0  # alone now, although Ana had two
    assert (await campaigns.records.audit(again.id))[0]["resend_of"] == campaign.id
    assert (await campaigns.launch(again.id, 2, BY)).state == "sending"


async def test_it_can_be_edited_as_if_its_list_had_been_uploaded(campaigns: Campaigns, make: Make, schedule: Schedule):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await settle_all(campaigns, campaign, "sent", most=1)
    await settle_all(campaigns, campaign, "expired")
    await schedule.tick()
    again = await campaigns.resend(campaign.id, BY)

    edited = await campaigns.edit(again.id, Change(name="Second try"), BY)
    assert (edited.name, edited.state, edited.messages) == ("Second try", "loaded", 1)
    assert [row.parameters for row, _ in await campaigns.rows.rows(again.id)] == [("Luis", "200")]


async def test_with_nobody_who_may_get_it_again_there_is_nothing_to_make(
    campaigns: Campaigns, make: Make, schedule: Schedule
):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await settle_all(campaigns, campaign, "failed", code=NO_WHATSAPP)
    await schedule.tick()
    with pytest.raises(Refused) as refused:
        await campaigns.resend(campaign.id, BY)
    assert (refused.value.code, refused.value.status) == ("nobody_to_resend", 409)
    assert [one for one, _ in await campaigns.records.ids()] == [campaign.id]


async def test_the_same_request_makes_one_campaign(campaigns: Campaigns, make: Make, schedule: Schedule):
    campaign = await make()
    await campaigns.launch(campaign.id, 2, BY)
    await settle_all(campaigns, campaign, "expired")
    await schedule.tick()
    first, second = [await campaigns.resend(campaign.id, BY, once="abcdef0123456789") for _ in range(2)]
    assert first == second
    assert len(await campaigns.records.ids()) == 2
