"""Who may do what with a ticket; a refusal changes nothing and says why."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from bot_runtime.dialogs.events import (
    AgentReplied,
    NoteAdded,
    TicketClosed,
    TicketGivenBack,
    TicketReopened,
    TicketTaken,
    TicketTransferred,
)
from bot_runtime.tickets.model import Ticket
from bot_runtime.tickets.rules import Ruling, Situation, act

QUEUED = Ticket(
    contact="1.a", number=3, channel="wa", state="queued", opened_at=1, changed_at=1, queued_at=1, department="sales"
)
TAKEN = structs.replace(QUEUED, state="taken", owner="eva", owner_name="Eva")
WITH_BOT = structs.replace(QUEUED, state="bot", queued_at=0)
CLOSED = structs.replace(TAKEN, state="closed", reason="sold", closed_by="eva")
HERE = Situation(now_ms=9, reasons=("sold", "lost"), states=("menu",), window_open=True, other_open=False)


def does(ticket: Ticket, what: Any, *, by: str = "eva", here: Situation = HERE, supervises: bool = False, **more: Any):
    event = what(
        at=datetime(2026, 1, 1, tzinfo=UTC), channel="wa", ticket=3, by=by, by_name=by, supervises=supervises, **more
    )
    return act(ticket, event, here)


def refused(ruling: Ruling, ticket: Ticket, code: str) -> bool:
    return ruling.ticket == ticket and ruling.outcome.code == code and not ruling.says


def test_taking_from_the_queue_or_the_bot_makes_it_mine_and_the_bot_quiet():
    for ticket in (QUEUED, WITH_BOT, structs.replace(QUEUED, state="waiting")):
        ruling = does(ticket, TicketTaken)
        assert (ruling.ticket.state, ruling.ticket.owner, ruling.bot) == ("taken", "eva", "quiet")


def test_taking_what_a_colleague_has_needs_a_confirmation_that_names_them():
    ruling = does(TAKEN, TicketTaken, by="leo")
    assert refused(ruling, TAKEN, "taken")
    assert ruling.outcome.facts == {"owner": "eva", "owner_name": "Eva"}
    assert refused(does(TAKEN, TicketTaken, by="leo", from_owner="ana"), TAKEN, "owner_changed")
    assert does(TAKEN, TicketTaken, by="leo", from_owner="eva").ticket.owner == "leo"
    assert does(TAKEN, TicketTaken).ticket == TAKEN  # mine already


def test_only_the_owner_replies_and_only_inside_the_window():
    answered = does(structs.replace(TAKEN, unread=2), AgentReplied, text="hi")
    assert (answered.says, answered.ticket.unread) == ("hi", 0)
    assert refused(does(TAKEN, AgentReplied, by="leo", text="hi"), TAKEN, "not_owner")
    assert refused(does(QUEUED, AgentReplied, text="hi"), QUEUED, "not_owner")
    assert refused(does(TAKEN, AgentReplied, by="leo", supervises=True, text="hi"), TAKEN, "not_owner")
    closed_window = HERE._replace(window_open=False)
    assert refused(does(TAKEN, AgentReplied, text="hi", here=closed_window), TAKEN, "window_closed")


def test_anyone_may_leave_a_note():
    assert does(TAKEN, NoteAdded, by="leo", text="careful").outcome.code == ""


@pytest.mark.parametrize("reason", ["", "nope", "informative", "no_answer"])  # reserved ones are the system's
def test_nothing_closes_without_a_reason_of_the_brand(reason):
    assert refused(does(TAKEN, TicketClosed, reason=reason), TAKEN, "unknown_reason")


def test_an_agent_closes_only_their_own_a_supervisor_any():
    assert does(TAKEN, TicketClosed, reason="sold").ticket.reason == "sold"
    assert refused(does(TAKEN, TicketClosed, by="leo", reason="sold"), TAKEN, "not_owner")
    assert refused(does(QUEUED, TicketClosed, reason="sold"), QUEUED, "not_owner")
    for ticket in (QUEUED, TAKEN, WITH_BOT):
        ruling = does(ticket, TicketClosed, by="leo", supervises=True, reason="lost")
        assert (ruling.ticket.state, ruling.ticket.closed_by, ruling.bot) == ("closed", "leo", "ends")


def test_closing_a_closed_one_changes_nothing():
    assert refused(does(CLOSED, TicketClosed, reason="lost"), CLOSED, "closed")
    assert refused(does(CLOSED, AgentReplied, text="hi"), CLOSED, "closed")


def test_a_transfer_keeps_the_age_in_the_queue():
    to_queue = does(TAKEN, TicketTransferred, department="care").ticket
    assert (to_queue.state, to_queue.department, to_queue.owner, to_queue.queued_at) == ("queued", "care", "", 1)
    to_leo = does(TAKEN, TicketTransferred, department="care", to="leo", to_name="Leo").ticket
    assert (to_leo.state, to_leo.owner, to_leo.department) == ("taken", "leo", "care")


def test_giving_back_needs_a_bot_and_a_state_it_knows():
    assert does(TAKEN, TicketGivenBack).bot == "resumes"
    assert does(TAKEN, TicketGivenBack, state="menu").ticket.state == "bot"
    assert refused(does(TAKEN, TicketGivenBack, state="nope"), TAKEN, "unknown_state")
    assert refused(does(TAKEN, TicketGivenBack, here=HERE._replace(states=())), TAKEN, "no_bot")
    assert refused(does(QUEUED, TicketGivenBack), QUEUED, "not_owner")


def test_who_closed_it_may_reopen_while_nothing_else_is_open():
    ruling = does(CLOSED, TicketReopened)
    assert (ruling.ticket.state, ruling.ticket.reopened, ruling.ticket.reason) == ("taken", ("sold",), "")
    assert refused(does(CLOSED, TicketReopened, by="leo"), CLOSED, "not_owner")
    assert refused(does(CLOSED, TicketReopened, here=HERE._replace(other_open=True)), CLOSED, "open")
    informative = structs.replace(CLOSED, reason="informative")
    assert refused(does(informative, TicketReopened, supervises=True), informative, "not_owner")
