"""F026, F018: results per arm of a split, and of the survey that follows another."""

from bot_runtime.campaigns import results
from bot_runtime.campaigns.results import Shown
from tests.campaigns.desk import Desk
from tests.campaigns.test_answers_counted import answered
from tests.campaigns.test_results import CAMPAIGN
from tests.runtime.test_conversations import eventually


async def test_results_are_told_per_arm_and_each_survey_has_its_own(desk: Desk):
    phones = [desk.fakes.phone(f"P{n}") for n in range(8)]
    await desk.load(phones, dialog="parted", payloads=())
    await desk.send_all()
    await eventually(lambda: desk.ticket_is(9, "waiting"))
    for phone in phones:
        await answered(desk, phone, "yes")  # and is asked what their arm asks
    for phone in phones[:6]:
        desk.fakes.say(phone, "yes")
        await desk.fakes.expect(phone, 4)  # thanks, and the first question of the survey that follows
    for phone in phones[:3]:
        desk.fakes.say(phone, "4")

    async def rated() -> bool:
        return results.figures(CAMPAIGN, await desk.counts()).answers.get("after.rate") == {"4": 3}

    assert await eventually(rated)
    figures = results.figures(CAMPAIGN, await desk.counts())
    arms = figures.arms["parted.part"]
    assert {arm: sum(tickets.values()) for arm, tickets in arms.items()} == figures.answers["version"]
    assert sum(tickets.get("answered", 0) for tickets in arms.values()) == 6
    assert sum(tickets.get("open", 0) for tickets in arms.values()) == 2
    assert figures.answers["easy"] == {"yes": 6}
    rows = [results.recipient(row, state, Shown("en")).answers for row, state in await desk.rows.rows("c1")]
    assert sum("after.rate" in row for row in rows) == 3
    assert all(row["version"] in arms for row in rows)
    assert figures.tickets == {"answered": 6, "open": 2}
