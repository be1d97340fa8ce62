"""What a campaign came to: figures, recipients and reasons."""

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from bot_runtime.campaigns import results
from bot_runtime.campaigns.record import Button, Campaign, Content
from bot_runtime.campaigns.results import Shown
from bot_runtime.campaigns.words import reason_said
from bot_runtime.channels.rendering import fill, template_text
from bot_runtime.channels.sms import figures
from bot_runtime.store.campaigns import STATUSES, Row, RowState

CAMPAIGN = Campaign(
    id="c1",
    name="March",
    state="completed",
    channel="whatsapp",
    template="due",
    language="en",
    expects_answer=True,
    wait_s=3600,
    content=Content(
        name="due",
        language="en",
        header={"text": "For {{1}}"},
        body="You owe {{1}}.",
        footer="Reply STOP",
        buttons=(Button("reply", "Pay", "PAY"), Button("url", "See", url="https://example.com/{{1}}")),
        parameters=("name", "amount", "bill"),
    ),
    contacts=6,
    messages=6,
    planned=6,
    created_at=1,
    created_by="user:eva",
    sent_at=2,
    ends_at=3,
)


def row(number: int, **more: Any) -> Row:
    return Row(number, "0.c", "tel:+525512345678", "+525512345678", ("Ana", "100", "a-1"), {"branch": "Nórte"}, **more)


ROWS = [
    (row(2), RowState(s="read", a=1000, d=2000, r=3000, w=4000, t="0.c-1")),
    (row(3), RowState(s="delivered", a=1000, d=2000, w=5000, l=1, t="0.c-2")),
    (row(4), RowState(s="sent", a=1000, t="0.c-3")),
    (row(5), RowState(s="failed", e="131026")),
    (row(6), RowState(s="failed", e="131026", a=1000, f=6000, t="0.c-4")),  # taken, then not delivered
    (row(7), RowState(s="skipped", e="opt_out")),
]
COUNTS = {"read": 1, "delivered": 1, "sent": 1, "failed": 2, "skipped": 1, "answered": 1, "late": 1}


def test_figures_come_from_the_counts_alone():
    counts = {**COUNTS, "accepted": 4, "reached": 2, "t:answered": 1, "t:open": 2, "t:no_answer": 1, "t:undelivered": 0}

    figures = results.figures(CAMPAIGN, counts)
    assert (figures.planned, figures.sent, figures.reached) == (6, 4, 2)
    assert (figures.answered, figures.late) == (2, 1)  # late ones are answers too, and shown apart
    assert figures.redemption == pytest.approx(2 / 6)
    assert figures.reached_redemption == pytest.approx(1)
    assert list(figures.tickets.items()) == [("open", 2), ("answered", 1), ("no_answer", 1)]  # most first


def test_nothing_planned_has_no_share():
    figures = results.figures(structs.replace(CAMPAIGN, planned=0), {})
    assert (figures.redemption, figures.reached_redemption, figures.tickets) == (None, None, {})


def test_the_statuses_add_up_to_the_rows():
    counted = results.by_status(COUNTS)
    assert set(counted) == set(STATUSES)
    assert sum(counted.values()) == len(ROWS)


@pytest.mark.parametrize(
    ("state", "language", "why"),
    [
        (RowState(s="skipped", e="opt_out"), "es", "se dio de baja"),
        (RowState(s="cancelled"), "en", "the campaign was cancelled"),
        (RowState(s="expired"), "es", "no pudo salir en 24 horas"),
        (RowState(s="unknown"), "en", "nobody knows whether it was accepted"),
        (RowState(s="failed", e="999999"), "es", "error 999999 del proveedor"),
        (RowState(s="read"), "es", None),
    ],
)
def test_a_reason_is_said_in_words(state: RowState, language: str, why: str | None):
    assert results.recipient(row(2), state, Shown(language)).why == why


def test_a_recipient_tells_when_the_message_failed():
    assert [results.recipient(row, state, Shown("en")).failed_at for row, state in ROWS[3:5]] == [
        None,
        "1970-01-01T00:00:06.000+00:00",
    ]


def test_a_providers_code_is_explained_where_it_is_known():
    said = {language: results.recipient(*ROWS[3], Shown(language, "whatsapp")).why for language in ("es", "en")}
    assert all(why and why.endswith("(131026)") and len(why) > 20 for why in said.values())
    assert said["es"] != said["en"]
    assert reason_said("131026", "en") == "error 131026 of the provider"


@pytest.mark.parametrize(
    ("q", "found"),
    [("ana", 6), ("NORTE", 6), ("5512 3456", 6), ("+52 55-12", 6), ("luis", 0), ("551", 6), ("999999", 0)],
)
def test_recipients_are_found_by_phone_and_data_whatever_case_and_accents(q: str, found: int):
    assert len(list(results.matching(ROWS, q))) == found


def test_a_preview_is_the_message_part_by_part():
    assert results.preview(CAMPAIGN, row(2)) == {
        "row": 2,
        "rows": 6,
        "phone": "+525512345678",
        "header": {"text": "For Ana"},
        "text": "You owe 100.",
        "footer": "Reply STOP",
        "buttons": [{"text": "Pay", "url": None}, {"text": "See", "url": "https://example.com/a-1"}],
        "sms": None,
    }


def test_a_preview_for_sms_says_what_that_row_costs():
    """F015: counted over the very text that is sent."""
    sms = results.preview(CAMPAIGN, row(2), 20)["sms"]
    sent = template_text(CAMPAIGN.content, fill(CAMPAIGN.content, row(2).parameters))
    assert sms == figures(sent, 20)
    assert (sms["characters"], sms["over_budget"], sms["refused"]) == (len(sent), True, None)


def test_a_summary_estimates_the_end_while_it_sends():
    workspace: Any = SimpleNamespace(channels={})
    sending = structs.replace(CAMPAIGN, state="sending", ends_at=0)
    told = results.summary(sending, {"pending": 3}, workspace, 1_000_000, "en")
    assert (told["ended_at"], told["ends_estimated"]) == ("1970-01-01T01:16:40.000+00:00", True)
    informative = structs.replace(sending, expects_answer=False, wait_s=0)
    told = results.summary(informative, {}, workspace, 1_000_000, "en")
    assert (told["ended_at"], told["ends_estimated"]) == (told["sent_at"], False)
