"""What an operator is told first at three in the morning, and what to do about it."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from bot_runtime.runtime.overview import CampaignSeen, ChannelSeen, DialogSeen, Overview, ProcessSeen
from bot_runtime.runtime.troubles import _SAID, troubles_of
from bot_runtime.store.survey import Backlog, Queue, StoreFacts
from tests.repository import ROOT

IDLE = Queue(0, 0, 0.0)
STORE = StoreFacts("9.1.2", "master", "ab", True, "always", 1_000_000, 0, "")
PROCESS = ProcessSeen("host:8080", "all", True, "1", 7, "2026-11-22T03:00:00+00:00", 1.0, 0, 0, 0)
OPEN = ChannelSeen("whatsapp", "", "", "", None, None, [], 80.0, 250, 10)
FINE = Overview("2026-11-22T03:00:00+00:00", [PROCESS], STORE, Backlog(IDLE, IDLE, IDLE, 0), 0, [OPEN], [], [])


def held(by: str) -> list[ChannelSeen]:
    return [replace(OPEN, held=by, code="190", why="the token expired")]


def test_where_all_is_well_nothing_is_said():
    busy = Backlog(Queue(500, 3, 1.0), Queue(300, 2, 2.0), Queue(9_000, 1, 0.2), 0)
    person = [CampaignSeen("c1", "March", "paused", "person", "whatsapp")]  # they know
    assert troubles_of(FINE) == []
    assert troubles_of(replace(FINE, queues=busy, campaigns=person)) == []


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({"store": replace(STORE, trouble="aof_last_write_status")}, "store_cannot_write", "disk"),
        ({"store": replace(STORE, memory_bytes=95, memory_limit_bytes=100)}, "store_full", "maxmemory"),
        ({"store": replace(STORE, fsync="everysec")}, "store_may_lose", "appendfsync always"),
        ({"store": replace(STORE, appendonly=False)}, "store_may_lose", "appendonly yes"),
        ({"processes": []}, "nobody_works", "bot-runtime serve"),
        ({"processes": [replace(PROCESS, role="web")]}, "nobody_works", "bot-runtime serve"),
        ({"processes": [PROCESS, replace(PROCESS, name="b", alive=False)]}, "process_gone", "start it again"),
        ({"processes": [replace(PROCESS, refused=2)]}, "workspace_refused", "bot-runtime check"),
        ({"channels": held("alarm")}, "channel_alarm", "bot-runtime outbox release whatsapp"),
        ({"channels": held("person")}, "channel_held", "bot-runtime outbox release whatsapp"),
        ({"channels": held("breaker")}, "breaker_open", "by itself"),
        ({"channels": [replace(OPEN, paused_templates=["due en"])]}, "template_paused", "wait"),
        ({"queues": Backlog(Queue(9, 9, 90.0), IDLE, IDLE, 0)}, "inboxes_late", "--workers"),
        ({"queues": Backlog(IDLE, Queue(9, 9, 90.0), IDLE, 0)}, "lanes_late", "held channel"),
        ({"queues": Backlog(IDLE, IDLE, Queue(9, 9, 90.0), 0)}, "timers_late", "downtime"),
        ({"queues": Backlog(IDLE, IDLE, IDLE, 2)}, "dead_letters", "replay"),
        ({"unknown": 3}, "unknown_entries", "resend or close"),
        ({"dialogs": [DialogSeen("visit", 1, 0, 0.0, 2, "failed", 0)]}, "version_failed", "versions visit"),
        ({"dialogs": [DialogSeen("visit", 1, 0, 0.0, 2, "unfit", 0)]}, "version_unfit", "publish again"),
        ({"campaigns": [CampaignSeen("c1", "March", "paused", "refusals", "whatsapp")]}, "campaign_paused", "resume"),
    ],
)
def test_each_trouble_is_said_with_what_to_do(change: dict[str, Any], code: str, told: str):
    (trouble,) = troubles_of(replace(FINE, **change))
    (spanish,) = troubles_of(replace(FINE, **change), "es")

    assert (trouble.code, spanish.code) == (code, code)
    assert told in trouble.do
    assert spanish.what != trouble.what


def test_the_worst_comes_first():
    bad = replace(FINE, processes=[], unknown=2, channels=held("alarm"), store=replace(STORE, trouble="x", fsync="no"))
    assert [one.code for one in troubles_of(bad)] == [
        "store_cannot_write", "nobody_works", "channel_alarm", "unknown_entries", "store_may_lose",
    ]  # fmt: skip
    levels = [level for level, *_ in _SAID.values()]
    assert levels.index("warning") > levels.index("critical")


def test_the_operators_page_has_a_row_for_each_trouble_in_this_order():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(_SAID)
