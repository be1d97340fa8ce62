"""The benchmarks measure what they say: a survey that runs as it stands, and a report that hides nothing."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import (
    answers,
    authoring,
    campaign_report,
    campaigns,
    lists,
    recovery,
    recovery_report,
    report,
    sends,
    workload,
)
from benchmarks.single import SURVEY
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.effects import Send
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.dialogs.session import About
from bot_runtime.workspace import load_workspace

SECRETS = {"BENCH_APP_SECRET": "secret", "BENCH_API_BASE": "http://127.0.0.1:9"}


def test_every_contact_of_the_survey_gets_six_replies() -> None:
    loaded = load_workspace(SURVEY, SECRETS)
    assert [problem.line() for problem in loaded.problems] == []
    assert loaded.workspace
    survey = loaded.workspace.dialogs["survey"]
    book = Book([survey], default_dialog="survey")
    for contact in range(7):
        session, replies = None, 0
        for turn in range(workload.ROUNDS):
            text = workload.answer(contact, turn)
            event = TextReceived(at=datetime.now(UTC), channel="whatsapp", message_id=f"{turn}", text=text)
            session, effects = converse(book, session, survey if session else None, event, About(), False)
            replies += sum(isinstance(effect, Send) for effect in effects)
        assert replies == workload.ROUNDS
        assert session
        assert session.phase == "ended"


def test_one_request_in_a_hundred_comes_twice() -> None:
    sent = list(workload.requests("whatsapp", contacts=100, first=0, rounds=workload.ROUNDS))
    assert len(sent) == 606
    assert len(set(sent)) == 600
    body = json.loads(sent[0].partition(b"\r\n\r\n")[2])
    assert body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] == "hi"


def test_a_peer_that_could_not_be_measured_is_in_the_report() -> None:
    def figures(cpu_us: float) -> dict[str, Any]:
        shown = {"cpu_us": cpu_us, "per_core": 1e6 / cpu_us, "p50_ms": 1.0, "p99_ms": 2.0}
        return {**shown, "store_cpu_us": 10.0, "reads": 0.1, "rss_mb": 60.0}

    lost = {"error": "pywa cannot be installed: no network"}
    rounds = [{"c": figures(30.0), "bot-runtime": figures(c), "pywa on aiohttp": lost} for c in (120.0, 150.0, 240.0)]
    page = report.page(report.facts(100, 3, 2), rounds, {"help_s": 0.5, "pure_turn_us": {"median": 20.0, "mean": 21.0}})
    assert "| bot-runtime | **5.00** (4.00–8.00) |" in page
    assert "pywa cannot be installed: no network" in page
    assert "Less CPU a message than pywa on aiohttp, whose is 1: not measured" in page.replace("\n", " ")
    assert re.search(r"`bot-runtime --help` \| 0.5 s \(missed\)", page)
    assert "| a turn's pure part | 20 µs |" in page


def test_a_list_is_measured_beside_a_bare_read_of_the_same_file(tmp_path: Path) -> None:
    figures = lists.against_bare(tmp_path, rows=50, rounds=1)

    assert figures.keys() == {"ratio", "cpu_s", "mib"}
    shown = "\n".join(report.one_thing({"list": {**figures, "ratio": 3.5, "mib": 900}}))
    assert "| 3.5 × | ≤ 4 × |" in shown
    assert "| 900 MiB (missed) | ≤ 512 MiB |" in shown


def test_a_wait_that_ended_early_by_the_providers_clock_is_counted() -> None:
    recipients = [("5500000001", "0.a"), ("5500000002", "0.b"), ("5500000003", "0.c")]
    accepted = {"5500000001": 1_000.0, "5500000002": 1_001.0, "5500000003": 1_002.0}
    saved = {"0.a": 1_101.5, "0.b": 1_100.9, "0.c": 1_103.0}  # the clock was moved by so much less than the wait
    found = campaigns.lateness(recipients, accepted, saved, offset_s=campaigns.WAIT_S - 100)
    assert (found["closed"], found["early"]) == (3, 1)
    assert found["late_ms_p50"] == pytest.approx(1_000)
    assert found["late_ms_p99"] == pytest.approx(1_500)
    assert found["closed_per_s"] == pytest.approx(3 / 2.1)


def test_what_a_campaign_missed_is_said_and_its_section_is_kept_by_the_other_run() -> None:
    part = {"s": 50.0, "cpu_s": 40.0, "written": 9, "replied": 9, "reply_ms_p99": 20.0}
    figures = {name: dict(part) for name in ("load", "send", "xlsx", "csv", "expire", "figures")}
    figures["expire"] |= {"early": 1, "closed": 100_000, "late_ms_p99": 900.0, "closed_per_s": 1_200.0}
    memory = {"peak_mib": 300.0, "child_peak_mib": 90.0}
    section = campaign_report.section(
        {"rows": 100_000, "bare_cpu_s": 20.0, "load_before": 0.1, "memory": memory, **figures}
    )
    assert "| waits that ended early | 1 of 100,000 (missed) | ≤ 0 of 100,000 |" in section
    assert "| messages a second and core of the server | 2,500 /s | ≥ 1,000 /s |" in section
    page = "# Benchmarks\n\n## How it measures\n\nSo.\n"
    once = campaign_report.with_section(page, section)
    assert once.index(campaign_report.BEGIN) < once.index("## How it measures")
    assert campaign_report.with_section(once, section) == once
    assert campaign_report.kept(campaign_report.with_section(once, "<!-- b -->\nB\n<!-- /b -->\n", *"ab")) == [
        section,
        "<!-- b -->\nB\n<!-- /b -->\n",
    ]


def test_the_section_of_the_sending_path_says_what_was_missed() -> None:
    rounds = [{"ours_per_s": 900}]
    text = sends.section({"messages": 5_000, "rounds": rounds, "load_before": 0.2, "per_core": 1_999, "of_bare": 0.31})
    assert "| 1,999 /s (missed) | ≥ 2,000 /s |" in text
    assert "| 0.31 × | ≥ 0.3 × |" in text


def test_early_and_late_timers_are_told_from_outside() -> None:
    due = [1_000, 2_000, 3_000]
    looked = [(900, 950, 0), (1_050, 1_060, 1), (1_990, 1_995, 2), (3_500, 3_510, 3)]  # the second one came early
    figures = recovery.lateness(due, looked)
    assert (figures["fired"], figures["early"], figures["late_ms_p99"]) == (3, 1, 510)


def test_the_section_of_a_return_after_a_downtime_says_what_was_missed() -> None:
    steady = {"wall_per_s": 5_000, "p50_ms": 1.0, "p99_ms": 2.0}
    backlog = {"ready_s": 1.0, "per_s": 3_000, "new": 10, "new_p99_s": 0.5, "rss_mib": 90.0}
    timers = {"count": 1_000_000, "bytes_each": 99.0, "early": 1, "fired": 10_000, "late_ms_p99": 300}
    steadily = {"everysec": steady, "always": steady | {"wall_per_s": 4_000}}
    figures = {"events": 100_000, "load_before": 0.1, "backlog": backlog, "timers": timers, "steady": steadily}
    text = recovery_report.section(figures)
    assert "0.60 × (missed)" in text
    assert "| timers that fired early | 1 of 10,000 (missed) |" in text
    page = campaign_report.with_section("# B\n\n## How it measures\n", text, *recovery_report.MARKS)
    assert page.index("After a downtime") < page.index("How it measures")
    assert campaign_report.with_section(page, text, *recovery_report.MARKS) == page


def test_the_dialogs_that_are_checked_and_loaded_for_speed_have_no_problem(tmp_path: Path) -> None:
    root = authoring.workspace(tmp_path / "bench", 2, 12)
    loaded = load_workspace(root, {})
    assert [problem.line() for problem in loaded.problems] == []
    assert loaded.workspace is not None
    assert {len(dialog.states) for dialog in loaded.workspace.dialogs.values()} == {12}


def test_the_section_on_authoring_says_what_was_missed() -> None:
    text = authoring.section({"big_s": 0.31, "double_s": 0.6, "many_s": 6.2, "many_mib": 120.0})
    assert "| `check` of a dialog of 500 states, after the start | 0.31 s | ≤ 0.5 s |" in text
    assert "6.20 s (missed) | ≤ 5 s |" in text


def test_answers_are_measured_over_every_kind_and_what_is_missed_is_said() -> None:
    measured = answers.recognizers(rounds=2)
    assert measured.keys() == answers.QUESTIONS.keys()
    took = answers.turns(rounds=2)
    assert set(took) == {"menu", "menu by its words", "date", "date in words"}
    figures = {"recognizers": {"date": 61.0, "text": 1.0}, "turns": {"menu": 30.0, "date": 99.0}, "expression": 1.0}
    text = answers.section({**figures, "hostile": {"texts": 4.0}, "stdin_s": 0.9})
    assert "| the slowest recognizer (date) | 61 µs (missed) | ≤ 50 µs |" in text
    assert "| a turn's pure part, date | 99 µs | ≤ 150 µs |" in text
    assert "Recognizers, µs: text 1.0, date 61.0." in text
