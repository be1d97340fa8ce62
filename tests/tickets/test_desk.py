"""Where a ticket is listed, and which turns pages hear of."""

from typing import Any

import pytest
from msgspec import structs

from bot_runtime.tickets import desk
from bot_runtime.tickets.model import Ticket

TICKET = Ticket(
    contact="3.x",
    number=1,
    channel="whatsapp",
    state="queued",
    department="sales",
    opened_at=1,
    changed_at=5,
    queued_at=2,
)


@pytest.mark.parametrize(
    ("changes", "lists"),
    [
        ({}, {"queue:sales": 2}),
        ({"state": "taken", "owner": "eva"}, {"owner:eva": 5, "taken:sales": 5}),
        ({"state": "taken", "owner": "eva", "last_at": 9}, {"owner:eva": 9, "taken:sales": 9}),  # by the last message
        ({"state": "bot"}, {"bot:sales": 5}),
        ({"state": "waiting"}, {"waiting:sales": 5}),
        ({"state": "closed"}, {"closed:sales": 5}),
        ({"state": "closed", "owner": "eva"}, {"closed:sales": 5, "closed_of:eva": 5}),  # an agent's own closed ones
    ],
)
def test_a_ticket_stands_in_the_lists_of_its_state(changes: dict[str, Any], lists: dict[str, int]):
    assert desk.indexes(structs.replace(TICKET, **changes)) == lists


@pytest.mark.parametrize(
    ("before", "after", "campaign", "told"),
    [
        (None, "queued", "", True),
        ("taken", "closed", "", True),
        ("taken", "bot", "", True),
        ("bot", "closed", "", True),
        (None, "waiting", "c1", False),  # a hundred thousand of these come at once
        ("waiting", "closed", "c1", False),
        ("bot", "bot", "c1", False),
        ("bot", "queued", "c1", True),  # now people have it
        ("taken", "closed", "c1", True),
    ],
)
def test_pages_hear_of_conversations_not_of_a_campaigns_waits(
    before: str | None, after: str, campaign: str, told: bool
):
    was = structs.replace(TICKET, state=before, campaign=campaign) if before else None
    assert desk.is_told(was, structs.replace(TICKET, state=after, campaign=campaign)) is told
