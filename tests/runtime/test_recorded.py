"""A line of the journal tells what happened in a transcript's words, whatever the event was (B31)."""

from datetime import UTC, datetime

import pytest

from bot_runtime.dialogs.events import (
    AnyEvent,
    CampaignAccepted,
    DialogDue,
    DialogRequested,
    FormReceived,
    LocationReceived,
    MediaReceived,
    OptionTapped,
    OtherReceived,
    OutsideEvent,
    ReactionReceived,
    ServiceAnswered,
    TextReceived,
    TicketGivenBack,
    TicketTaken,
    TimedOut,
)
from bot_runtime.runtime.journal import Line, facts_of_event, text_of_event
from bot_runtime.runtime.recorded import happened

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ON = {"at": AT, "channel": "whatsapp"}
SENT = {**ON, "message_id": "wamid.1"}
BY = {**ON, "ticket": 1, "by": "eva"}


def line(event: AnyEvent, **more: object) -> Line:
    """As a turn writes it, two seconds after the event came."""
    return Line(
        at=round(AT.timestamp() * 1000) + 2000,
        event=str(type(event).__struct_config__.tag),
        channel="whatsapp",
        text=text_of_event(event),
        now_in="there",
        late=2,
        facts={**facts_of_event(event), **more},
    )


@pytest.mark.parametrize(
    ("event", "does", "value"),
    [
        (TextReceived(text="hola", **SENT), "contact", "hola"),
        (OptionTapped(payload="p", text="Sí", **SENT), "tap", "Sí"),
        (
            MediaReceived(kind="image", ref="id", caption="two\nlines", mime="image/png", **SENT),
            "media",
            {"kind": "image", "caption": "two\nlines", "mime": "image/png"},
        ),
        (MediaReceived(kind="audio", ref="id", **SENT), "media", {"kind": "audio"}),
        (LocationReceived(latitude=1.5, longitude=2.5, **SENT), "location", {"latitude": 1.5, "longitude": 2.5}),
        (FormReceived(data='{"a": 1}', **SENT), "form", '{"a": 1}'),
        (OtherReceived(kind="contacts", **SENT), "other", "contacts"),
        (DialogRequested(dialog="d", template="due", **ON), "start", "template"),
        (DialogRequested(dialog="d", **ON), "start", "dialog"),
        (TimedOut(wait=3, **ON), "timed_out", True),
        (TicketGivenBack(state="rate", **BY), "given_back", "rate"),
        (TicketGivenBack(**BY), "given_back", True),
        (OutsideEvent(name="paid", data={"bank": "B"}, **ON), "event", ("paid", {"bank": "B"})),
        (
            CampaignAccepted(campaign="c", row=1, template="due", **ON),
            "start",
            "template",
        ),
    ],
)
def test_what_happened(event: AnyEvent, does: str, value: object):
    (found,) = happened(line(event))
    assert (found.does, found.value, found.state, found.at) == (does, value, "there", AT)


def test_a_service_brings_its_values():
    (found,) = happened(line(ServiceAnswered(wait=2, key="k", values={"left": 3}, status=200, **ON)))
    assert found.does == "service_answered"
    assert (found.value["values"], found.value["status"]) == ({"left": 3}, 200)


def test_who_takes_a_conversation_leaves_the_session_where_it_stands():
    (found,) = happened(line(TicketTaken(**BY)))
    assert (found.does, found.state) == ("taken", None)


def test_an_answer_to_a_campaign_of_before_begins_with_its_template():
    found = list(happened(line(TextReceived(text="sí", **SENT), answers="due")))
    assert [(each.does, each.value) for each in found] == [("start", "template"), ("contact", "sí")]


def test_what_moves_no_session_is_left_out():
    assert list(happened(line(ReactionReceived(emoji="👍", target="1", **SENT)))) == []
    assert list(happened(line(DialogDue(number=1, **ON)))) == []  # one that begins is told as the request it becomes
